package dedupe

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a word or figure of a version. Its key is what two versions are compared by.
type word struct {
	key    string
	text   string // as written
	number bool
	sign   bool // of a currency or a share, which stands with a number
	name   bool
}

func (w word) isFigure() bool { return w.number || w.sign }

// isNumeral says that a word is part of a number in words.
func (w word) isNumeral() bool {
	_, ok := compound(w.key)
	return ok
}

// readText is a version made ready to be compared.
type readText struct {
	title      []word
	paragraphs [][]word
	rest       string // beyond what is looked at
	marked     bool   // by its publisher as corrected or updated
	cut        bool   // it says that it breaks off
}

func (r *readText) all() []word {
	var out []word
	for _, p := range r.paragraphs {
		out = append(out, p...)
	}
	return out
}

func readVersion(v Version) readText {
	var out readText
	title, marked := unmark(strings.ReplaceAll(beginning(v.Title, titleBytes), "\n", " "))
	out.title, out.marked = wordsOf(title), marked
	text := beginning(v.Text, versionBytes)
	out.rest = v.Text[min(len(text), len(v.Text)):]
	out.cut = out.rest == "" && cutShort(text)
	said := 0
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		o := opening(line)
		if leavesStory(line, o) && left(lines[i+1:]) <= said {
			break
		}
		if markAlone(line) {
			out.marked = true
			continue
		}
		if boilerplate(line, o) || navigation(line) || contactLine(line) || furniture(line) {
			continue
		}
		if rest, marked := unmark(line); marked {
			if out.marked = true; said == 0 {
				line = rest
			}
		}
		said += len(line)
		if words := wordsOf(line); len(words) > 0 {
			out.paragraphs = append(out.paragraphs, words)
		}
	}
	return out
}

// leavesStory says that what follows a line is about the publisher or leads elsewhere:
// "About IOM", "Related stories". Notes to editors are still the story's.
func leavesStory(line, o string) bool {
	return cutsOff(line, o) && !strings.HasPrefix(strings.TrimLeft(o, " *_"), "note") &&
		strings.IndexFunc(o, unicode.IsLetter) >= 0 && len(strings.Fields(o)) > 1
}

func left(lines []string) (n int) {
	for _, l := range lines {
		n += len(l)
	}
	return n
}

// contactLine says that a line gives an address of e-mail or a telephone number and
// hardly anything else.
func contactLine(line string) bool {
	const contactBytes = 240
	if len(line) > contactBytes {
		return false
	}
	digits, words := 0, 0
	at := strings.Contains(line, "@")
	for _, f := range strings.Fields(line) {
		if strings.Contains(f, "@") {
			continue
		}
		n := 0
		for _, r := range f {
			if unicode.IsDigit(r) {
				n++
			}
		}
		if digits += n; n == 0 && utf8.RuneCountInString(f) > 2 {
			words++
		}
	}
	phone := digits >= 8 && strings.Contains(line, "+")
	return (at || phone) && words <= 14 && !strings.ContainsAny(line, "!?؟")
}

// furnitureWords are those of counters and times that pages put around a text.
var furnitureWords = set(`views view read reads reading time min mins minute minutes hour hours day days ago shares share comments comment likes
	lecture lectures temps vues vue partages commentaires heure heures jour jours il y a de lectura lecturas tiempo minutos vistas compartidos comentarios hace horas dias
	leitura visualizacoes ha tempo di lettura fa visualizzazioni lesezeit minuten vor stunden tagen aufrufe قراءه دقائق دقيقه مشاهدات مشاهده منذ ساعات ساعه`)

// furniture says that a line is a counter or the like: a figure and words for it.
func furniture(line string) bool {
	if len(line) > 60 {
		return false
	}
	tokens := tokenize(line)
	digits, words := 0, 0
	for i := range tokens {
		if tokens[i].digits {
			digits++
		} else if words++; !furnitureWords[string(tokens[i].form)] {
			return false
		}
	}
	return digits > 0 && digits <= 2 && words > 0 && words <= 5
}

// wordsOf splits a line into words, figures and the signs that stand with figures.
func wordsOf(line string) []word {
	var out []word
	first, capitals := true, 0
	for field := range strings.FieldsSeq(line) {
		if key, ok := addressWord(field); ok {
			if key != "" {
				out = append(out, word{key: key, text: field})
			}
			first = false
			continue
		}
		out, first = appendWords(out, decompose(field), first)
	}
	all := 0
	for i := range out {
		if !out[i].isFigure() {
			all++
			if out[i].name {
				capitals++
			}
		}
	}
	out = joinGroups(out)
	if 5*capitals > 2*all { // a headline, a list of names, a language of capitals: none stands out
		for i := range out {
			out[i].name = false
		}
	}
	return out
}

// addressWord takes an address of the web as one word without what tracks readers, and
// of e-mail as none.
func addressWord(field string) (key string, ok bool) {
	trimmed := strings.TrimFunc(field, func(r rune) bool {
		return unicode.IsPunct(r) && r != '/' && r != '#' && r != '%' || r == '<' || r == '>'
	})
	switch {
	case strings.Contains(trimmed, "://"):
		return CanonicalURL(trimmed), true
	case strings.HasPrefix(strings.ToLower(trimmed), "www."):
		return CanonicalURL("https://" + trimmed), true
	}
	at := strings.IndexByte(trimmed, '@')
	return "", at > 0 && strings.Contains(trimmed[at:], ".")
}

// appendWords reads a run without spaces, which is decomposed.
func appendWords(out []word, s string, first bool) ([]word, bool) {
	var buf []byte
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unspaced(r):
			out, first = append(out, word{key: string(r), text: string(r)}), false
		case unicode.IsDigit(r):
			start := i
			if buf, i = appendNumber(buf[:0], s, i); i == start {
				i += size
			}
			w := word{key: string(buf), text: s[start:i], number: true}
			if p, n := utf8.DecodeRuneInString(s); n == start && strings.ContainsRune("-−–+", p) {
				if w.text = s[:i]; p != '+' {
					p = '-'
				}
				w.key = string(p) + w.key
			}
			out, first = append(out, w), false
			continue
		case unicode.IsLetter(r):
			start := i
			var letters int
			if buf, letters, i = appendWord(buf[:0], s, i); i == start {
				i += size
			}
			if letters > 0 {
				w := word{key: string(buf), text: s[start:i]}
				w.name = unicode.IsUpper(r) && !first && letters > 1
				out, first = append(out, w), false
			}
			continue
		case r == '%' || r == '٪' || unicode.Is(unicode.Sc, r):
			if r == '٪' {
				r = '%'
			}
			out = append(out, word{key: string(r), text: string(r), sign: true})
		case r == '.' || r == '!' || r == '?' || r == '؟' || r == '。' || r == ':':
			first = true
		}
		i += size
	}
	return out, first
}

// joinGroups makes one number of groups of three digits that spaces part, "6 300".
func joinGroups(words []word) []word {
	out := words[:0]
	for _, w := range words {
		if n := len(out) - 1; n >= 0 && w.number && out[n].number && len(w.text) == 3 && len(w.key) == 3 && grouped(&out[n]) {
			out[n].key += w.key
			out[n].text += " " + w.text
			continue
		}
		out = append(out, w)
	}
	return out
}

// grouped says that a number may be the beginning of one in groups: up to three digits, or
// with groups already. A year is not.
func grouped(w *word) bool {
	return !strings.ContainsAny(w.key, ".+-") && w.key[0] != '0' && (len(w.key) <= 3 || strings.ContainsAny(w.text, " ,.'’"))
}

// ofFigure says that a word may belong to the figure beside it: a word for a number, a
// sign, or the number of a sign that came or went.
func (w word) ofFigure(sign bool) bool { return w.sign || w.isNumeral() || sign && w.number }

// quantity is a number in figures or words, with the sign beside it.
type quantity struct{ value, text string }

// quantities finds the numbers of a run of words.
func quantities(words []word) []quantity {
	tokens := make([]token, len(words))
	for i := range words {
		tokens[i] = token{form: []byte(words[i].key), letters: len(words[i].key), digits: words[i].number && !strings.ContainsAny(words[i].key, "+-")}
	}
	var out []quantity
	before := "" // a sign that waits for its number
	for i := 0; i < len(words); {
		n, value := 0, ""
		if milli, taken, _ := readNumber(tokens[i:]); taken > 0 {
			n, value = taken, strconv.FormatUint(milli, 10)
		} else if words[i].number { // with a sign, or too large to count
			n, value = 1, words[i].key
		}
		if n == 0 {
			if before != "" {
				out = append(out, quantity{before, before})
			}
			if before = ""; words[i].sign {
				before = words[i].key
			}
			i++
			continue
		}
		text := make([]string, n)
		for k := range n {
			text[k] = words[i+k].text
		}
		q := quantity{value, before + strings.Join(text, " ")}
		if i += n; i < len(words) && words[i].sign && before == "" {
			before = words[i].key
			q.text += words[i].text
			i++
		}
		q.value += before
		out, before = append(out, q), ""
	}
	if before != "" {
		out = append(out, quantity{before, before})
	}
	return out
}

func valuesOf(list []quantity) string {
	values := make([]string, len(list))
	for i := range list {
		values[i] = list[i].value
	}
	return strings.Join(values, " ")
}
