package gazetteer

import (
	_ "embed"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

//go:generate go run ./generate --if-present --inputs ../../var/gazetteer

//go:embed gazetteer.bin
var embedded string

// ErrFormat means that a file is no gazetteer of the version this package reads.
var ErrFormat = errors.New("not a gazetteer of this version")

// Index is a gazetteer that is looked into. It is safe for concurrent use.
type Index struct {
	part      [sections]string
	slots     int
	startMask uint64
}

// Open opens the embedded gazetteer.
func Open() (*Index, error) { return open(embedded) }

// open checks that look-ups cannot leave the sections of a file.
func open(data string) (*Index, error) {
	if len(data) < headerSize || data[:len(magic)] != magic {
		return nil, fmt.Errorf("open gazetteer: %w", ErrFormat)
	}
	x := &Index{}
	for i := range x.part {
		from, size := uint64(number32(data, len(magic)+8*i)), uint64(number32(data, len(magic)+8*i+4))
		if from+size > uint64(len(data)) {
			return nil, fmt.Errorf("open gazetteer: section %d ends beyond the file: %w", i, ErrFormat)
		}
		x.part[i] = data[from : from+size]
	}
	x.slots = len(x.part[sectionSlots]) / slotSize
	starts := len(x.part[sectionStarts])
	if x.slots == 0 || bits.OnesCount(uint(starts)) != 1 {
		return nil, fmt.Errorf("open gazetteer: sizes that cannot be: %w", ErrFormat)
	}
	x.startMask = uint64(starts - 1)
	return x, nil
}

// Lengths says of how many words the forms are that begin with the word of this key:
// bit n-1 is set for n words, the last bit for MaxWords. Mostly it is zero; it may
// say more than there is, never less.
func (x *Index) Lengths(first Key) uint8 {
	return x.part[sectionStarts][first.mix()&x.startMask]
}

// Find looks a form up by its key.
func (x *Index) Find(k Key) (Entry, bool) {
	fingerprint := k.fingerprint()
	slots := x.part[sectionSlots]
	at := k.slot(x.slots)
	for range x.slots {
		has, payload := number32(slots, at*slotSize), number32(slots, at*slotSize+4)
		if has == 0 && payload == 0 {
			break
		}
		if has == fingerprint {
			return Entry{index: x, payload: payload}, true
		}
		if at++; at == x.slots {
			at = 0
		}
	}
	return Entry{}, false
}

// Longest finds the longest form at the beginning of a row of folded words and returns
// of how many words it is; zero when there is none.
func (x *Index) Longest(words []string) (Entry, int) {
	if len(words) == 0 {
		return Entry{}, 0
	}
	var best Entry
	found := 0
	k := AddWord(0, words[0])
	lengths := x.Lengths(k)
	for n := 1; lengths != 0; n, lengths = n+1, lengths>>1 {
		if lengths&1 != 0 {
			if e, ok := x.Find(k); ok {
				best, found = e, n
			}
		}
		if n == len(words) || n == MaxWords {
			break
		}
		k = AddWord(k, words[n])
	}
	return best, found
}

// Run finds the longest form at the beginning of a text in a script that writes no
// spaces between words (Han, Kana, Thai, Lao, Khmer, Burmese, Tibetan) and returns how
// many bytes it takes; zero when there is none. Step over one rune and try again, or over what
// was found.
func (x *Index) Run(text string) (Entry, int) {
	var best Entry
	var buffer [utf8.UTFMax * 2]byte
	found, runes := 0, 0
	var lengths uint8
	k := AddWord(0, "")
	for i, r := range text {
		if isRunJoint(r) && runes > 0 {
			continue
		}
		if !IsRun(r) || runes == MaxRunes {
			break
		}
		runes++
		k = appendRun(k, AppendFold(buffer[:0], r))
		tail := i + utf8.RuneLen(r)
		switch {
		case runes == 2:
			if lengths = x.Lengths(k.run()); lengths == 0 {
				return Entry{}, 0
			}
		case runes < 2:
			continue
		}
		if lengths>>min(runes-1, 7)&1 == 0 {
			continue
		}
		if e, ok := x.Find(k); ok && (!isKatakana(r) || !startsWith(text[tail:], isKatakana)) {
			best, found = e, tail
		}
	}
	return best, found
}

// isKatakana reports letters of the script in which Japanese writes foreign names: where
// they go on, the name does.
func isKatakana(r rune) bool {
	return r >= 0x30A1 && r < 0x3100 && r != '・' || r >= 0x31F0 && r < 0x3200
}

func startsWith(s string, is func(rune) bool) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return is(r)
}

// appendRun returns the key of a word with more bytes.
func appendRun(k Key, b []byte) Key {
	h := uint64(k)
	for _, c := range b {
		h = (h ^ uint64(c)) * prime64
	}
	return Key(h)
}

// IsRun reports a letter or mark of a script that writes no spaces between words.
func IsRun(r rune) bool {
	switch {
	case r < 0xE00:
		return false
	case r < 0x10A0, r >= 0x1780 && r < 0x1800: // Thai, Lao, Tibetan, Burmese; Khmer
		return true
	case r >= 0x3041 && r < 0x3100 && r != '・', r >= 0x31F0 && r < 0x3200, r == '々':
		return true
	case r >= 0x3400 && r < 0xA000, r >= 0xF900 && r < 0xFB00, r >= 0xAA60 && r < 0xAA80, r >= 0x20000 && r < 0x32000:
		return true
	}
	return false
}

// isRunJoint reports what stands between the parts of a name in such a script, and
// between the words where a publisher marks them.
func isRunJoint(r rune) bool {
	switch r {
	case '·', '・', '･', '-', '－', '–', '‐', '=', '＝', '゠', '\u200b', '\u200c', '\u200d':
		return true
	}
	return false
}

// Name returns what a place is called in its own country, or in English.
func (x *Index) Name(c Candidate) string {
	name := x.part[sectionNames][number32(x.part[sectionPlaces], int(c.place)*placeSize+8):]
	return name[1 : 1+int(name[0])]
}

// AreaCode returns the country and GeoNames code of a first-level subdivision, such as
// "US.PA"; empty for zero and for numbers that are none.
func (x *Index) AreaCode(area uint16) string {
	areas := x.part[sectionAreas]
	if area == 0 || int(area)*areaSize > len(areas) {
		return ""
	}
	code := areas[int(area-1)*areaSize : int(area)*areaSize]
	if end := strings.IndexByte(code, 0); end >= 0 {
		code = code[:end]
	}
	return code
}

// number16 and number32 read little-endian numbers.
func number16(s string, at int) uint16 { return uint16(s[at]) | uint16(s[at+1])<<8 }

func number32(s string, at int) uint32 {
	s = s[at : at+4]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
