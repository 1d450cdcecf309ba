package langid

import (
	"bytes"
	"compress/flate"
	_ "embed" // the model
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

//go:embed model.bin
var modelFile []byte

// maxModel bounds the decoded model, in bytes.
const maxModel = 16 << 20

// maxLanguages bounds the languages of a model.
const maxLanguages = 128

// share is how frequent something is in a language: -12 ln of its share.
type share struct {
	language, cost uint8
}

// table finds the shares of an n-gram: open addressing, a power of two of slots.
type table struct {
	grams  []uint64 // 0: free
	first  []uint32 // by slot: its first share
	count  []uint8
	shares []share
}

func (t *table) find(g uint64) []share {
	for i := slot(g, len(t.grams)); t.grams[i] != 0; i = (i + 1) & (len(t.grams) - 1) {
		if t.grams[i] == g {
			return t.shares[t.first[i] : t.first[i]+uint32(t.count[i])]
		}
	}
	return nil
}

func slot(g uint64, size int) int {
	return int((g*0x9E3779B97F4A7C15)>>40) & (size - 1)
}

// scriptOfTag is the script of a language of the model.
func scriptOfTag(tag string) Script {
	switch tag {
	case "ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "uz-Cyrl":
		return cyrillic
	case "ar", "fa", "ur", "ps", "ckb", "ug":
		return arabic
	case "hi", "mr", "ne":
		return devanagari
	case "am", "ti":
		return ethiopic
	}
	return latin
}

// Languages lists what may be found, without scripts, in alphabetical order.
func Languages() []string {
	out := []string{"ja", "zh"}
	for tag := range smallWords {
		base, _, _ := strings.Cut(tag, "-")
		out = append(out, base)
	}
	for _, tag := range only {
		out = append(out, tag)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Writes reports whether a language is written in a script, as far as is known here: a
// language that is not known is taken to be.
func Writes(tag string, script Script) bool {
	switch tag {
	case "zh":
		return script == han
	case "ja":
		return script == "Jpan" || script == han || script == kana
	case "sr", "uz", "az", "kk", "ku", "bs", "tk", "ha", "ms", "mn", "tg", "ky", "ro", "pa", "sd", "ks", "ug", "so", "sw", "ff", "ber", "zgh":
		return true // in several
	}
	for s, t := range only {
		if t == tag {
			return s == script
		}
	}
	return scriptOfTag(tag) == script
}

// New decodes the model. An error is a defect of the build.
func New() (*Detector, error) {
	return decode(modelFile)
}

func decode(packed []byte) (*Detector, error) {
	b, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxModel))
	if err != nil {
		return nil, fmt.Errorf("read language model: %w", err)
	}
	r := &reader{rest: b}
	d := &Detector{words: map[string]*smallWord{}, letters: map[rune]uint8{}, forms: hanForms()}
	for range r.number(maxLanguages) {
		tag := string(r.take(r.number(16)))
		d.tags = append(d.tags, tag)
		d.scripts = append(d.scripts, scriptOfTag(tag))
		d.priors = append(d.priors, prior(tag))
	}
	sizes := make([]int, maxLanguages)
	grams, entries := r.number(1<<20), r.number(1<<22)
	size := 1024
	for size < 2*grams {
		size *= 2
	}
	d.table = table{grams: make([]uint64, size), first: make([]uint32, size), count: make([]uint8, size), shares: make([]share, 0, entries)}
	last := uint64(0)
	for range grams {
		last += r.varint()
		list := r.take(1)
		if r.bad {
			break
		}
		i := slot(last, size)
		for d.table.grams[i] != 0 {
			i = (i + 1) & (size - 1)
		}
		d.table.grams[i], d.table.first[i], d.table.count[i] = last, uint32(len(d.table.shares)), list[0]
		pairs := r.take(2 * int(list[0]))
		for k := 0; k+1 < len(pairs); k += 2 {
			if int(pairs[k]) >= len(d.tags) {
				r.bad = true
				break
			}
			sizes[pairs[k]]++
			d.table.shares = append(d.table.shares, share{language: pairs[k], cost: pairs[k+1]})
		}
	}
	if r.bad || len(r.rest) > 0 {
		return nil, errors.New("read language model: it is damaged")
	}
	for i, tag := range d.tags {
		d.expected = append(d.expected, expected(sizes[i]))
		for _, l := range ownLetters[tag] {
			d.letters[l] = uint8(i)
		}
		for w := range strings.FieldsSeq(smallWords[tag]) {
			if d.words[w] == nil {
				d.words[w] = &smallWord{text: w}
			}
			d.words[w].languages = append(d.words[w].languages, uint8(i))
		}
	}
	return d, nil
}

// expected is the share of n-grams of an ordinary text that a model of so many explains,
// at the least.
func expected(size int) float64 {
	const full, share = 6000, 0.6
	return max(0.02, share*float64(min(size, full)*min(size, full))/(full*full))
}

// prior is what a language is behind before anything is read, in twelfths of a nat: the
// languages of the feeds there are come before those that are rarely met.
func prior(tag string) int32 {
	switch tag {
	case "en", "fr", "es", "ar", "pt", "ru":
		return 0
	case "de", "it", "uk", "tr", "fa", "nl", "pl", "ro", "hi", "am", "sw", "id", "ur", "ps", "bg", "sr", "hr", "sr-Latn":
		return -12
	case "ms":
		return -110
	case "bs", "rn": // a small neighbour of a large one
		return -72
	}
	return -48
}

// reader takes numbers and bytes off a buffer and remembers when one was missing.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) varint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// number is one of at most limit.
func (r *reader) number(limit int) int {
	v := r.varint()
	if v > uint64(limit) {
		r.bad = true
		return 0
	}
	return int(v)
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.bad, r.rest = true, nil
		return nil
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}
