package dedupe

// skeletonAtLeast is how many consonants a name must have to be recognised by in another
// script or spelling.
const skeletonAtLeast = 3

// skeleton appends what is left of a name in any script: its consonants, those that
// scripts and spellings confuse made one, doubles once. Dangriga, Дангрига and دانغريغا
// are all DNGRG.
func skeleton(to []byte, form []byte) []byte {
	start := len(to)
	put := func(c byte) {
		if len(to) == start || to[len(to)-1] != c {
			to = append(to, c)
		}
	}
	for i, r := range string(form) {
		c := consonants[r]
		if c == 0 && r < 0x80 {
			c = latin(form, i)
		}
		switch {
		case c == 0 || c == '-':
		case c == 'H' && len(to) > start: // silent or not, by language
		case c > 0x80: // two
			pair := pairs2[c-0x81]
			put(pair[0])
			put(pair[1])
		default:
			put(c)
		}
	}
	return to
}

// latin gives the class of the Latin letter at i of a folded form.
func latin(form []byte, i int) byte {
	at := func(k int) byte {
		if k < 0 || k >= len(form) {
			return 0
		}
		return form[k]
	}
	c := form[i]
	switch c {
	case 'b', 'p':
		if c == 'p' && at(i+1) == 'h' {
			return 'F'
		}
		return 'B'
	case 'f', 'v', 'w':
		if c == 'w' {
			return '-'
		}
		return 'F'
	case 'd', 't':
		if c == 't' && at(i+1) == 's' {
			return 0
		}
		if c == 'd' {
			return 'D'
		}
		return 'T'
	case 'g', 'j':
		return 'G'
	case 'c':
		if n := at(i + 1); n == 'e' || n == 'i' || n == 'y' || n == 'h' {
			return 'S'
		}
		return 'K'
	case 'k':
		if at(i+1) == 'h' {
			return 'K'
		}
		return 'K'
	case 'q':
		return 'K'
	case 's', 'z':
		return 'S'
	case 'x':
		return 0x81 // K and S
	case 'l':
		return 'L'
	case 'm':
		return 'M'
	case 'n':
		return 'N'
	case 'r':
		return 'R'
	case 'h':
		if p := at(i - 1); p == 's' || p == 'c' || p == 'k' || p == 'g' || p == 't' || p == 'p' || p == 'd' {
			return 0
		}
		return 'H'
	}
	return 0 // a, e, i, o, u, y
}

var pairs2 = [...][2]byte{{'K', 'S'}, {'S', 'D'}}

// consonants are the classes of Arabic and Cyrillic letters; '-' and what is missing are
// vowels, or letters that spellings drop.
var consonants = map[rune]byte{
	'ب': 'B', 'پ': 'B', 'ت': 'T', 'ط': 'T', 'ث': 'S', 'ج': 'G', 'چ': 'S', 'ح': 'H', 'خ': 'K', 'د': 'D', 'ذ': 'S', 'ض': 'D', 'ظ': 'S', 'ر': 'R', 'ز': 'S', 'ژ': 'S',
	'س': 'S', 'ش': 'S', 'ص': 'S', 'ع': '-', 'غ': 'G', 'ف': 'F', 'ڤ': 'F', 'ق': 'K', 'ك': 'K', 'گ': 'G', 'ل': 'L', 'م': 'M', 'ن': 'N', 'ه': 'H', 'و': '-', 'ي': '-', 'ا': '-', 'ء': '-',
	'б': 'B', 'п': 'B', 'в': 'F', 'ф': 'F', 'г': 'G', 'ґ': 'G', 'ж': 'G', 'д': 'D', 'т': 'T', 'з': 'S', 'с': 'S', 'ш': 'S', 'щ': 'S', 'ч': 'S', 'ц': 'S', 'к': 'K', 'х': 'H',
	'л': 'L', 'м': 'M', 'н': 'N', 'р': 'R',
}
