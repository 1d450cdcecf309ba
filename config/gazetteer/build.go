package gazetteer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// ErrFull means that a Builder cannot hold what it was given: too many places, sets of
// languages, words or candidates, or two forms that cannot be told apart.
var ErrFull = errors.New("beyond what the layout holds")

// Builder lays a gazetteer out. The same calls in the same order give the same bytes.
type Builder struct {
	places, areas, names, postings []byte
	languages                      []Languages
	languageNumber                 map[Languages]uint32
	areaNumber                     map[string]uint16
	nameOffset                     map[string]uint32
	forms                          map[Key]bool
	keys                           []Key
	payloads                       []uint32
	starts                         []byte
}

// FormPlace is one place a form means, by the number AddPlace gave.
type FormPlace struct {
	Place     uint32
	Languages Languages
}

// Form is a form with its places, best first.
type Form struct {
	Words  []string // folded; of a run: one
	Run    bool     // in a script without spaces
	Risk   Risk
	Places []FormPlace
}

const startsSize = 1 << 19

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder {
	return &Builder{
		places: make([]byte, placeSize), names: []byte{0}, // number 0 is no place
		languages: []Languages{0}, languageNumber: map[Languages]uint32{0: 0}, areaNumber: map[string]uint16{},
		nameOffset: map[string]uint32{"": 0}, forms: map[Key]bool{}, starts: make([]byte, startsSize),
	}
}

// AddPlace adds a place and returns its number. Country, Class and Population are taken
// from c; area is country and code of its subdivision, "US.PA", or empty.
func (b *Builder) AddPlace(c Candidate, area, name string) (uint32, error) {
	number := uint32(len(b.places) / placeSize)
	if number >= 1<<placeBits || len(name) > 255 || len(area) > areaSize || len(c.Country) != 2 {
		return 0, fmt.Errorf("add place: %w", ErrFull)
	}
	if area != "" && b.areaNumber[area] == 0 {
		var code [areaSize]byte
		copy(code[:], area)
		b.areas = append(b.areas, code[:]...)
		if len(b.areas)/areaSize >= 1<<16 {
			return 0, fmt.Errorf("add subdivision: %w", ErrFull)
		}
		b.areaNumber[area] = uint16(len(b.areas) / areaSize)
	}
	offset, known := b.nameOffset[name]
	if !known {
		offset = uint32(len(b.names))
		b.names = append(append(b.names, byte(len(name))), name...)
		b.nameOffset[name] = offset
	}
	b.places = append(b.places, c.Country[0], c.Country[1], byte(c.Class), 0)
	b.places = binary.LittleEndian.AppendUint16(b.places, packPopulation(c.Population))
	b.places = binary.LittleEndian.AppendUint16(b.places, b.areaNumber[area])
	b.places = binary.LittleEndian.AppendUint32(b.places, offset)
	return number, nil
}

// packPopulation rounds to eleven bits and a power of two.
func packPopulation(n uint64) uint16 {
	exponent := max(bits.Len64(n)-11, 0)
	if exponent > 0 {
		n += 1 << (exponent - 1)
		exponent = bits.Len64(n) - 11
	}
	return uint16(n>>exponent)<<5 | uint16(exponent)
}

// AddForm adds a form; each only once.
func (b *Builder) AddForm(f Form) error {
	if len(f.Words) == 0 || len(f.Words) > MaxWords || len(f.Places) == 0 || len(f.Places) > MaxCandidates || f.Run && len(f.Words) != 1 {
		return fmt.Errorf("add form: %w", ErrFull)
	}
	var k, start Key
	length := len(f.Words)
	if f.Run {
		k = AddWord(0, "")
		length = 0
		for _, r := range f.Words[0] {
			k = appendRun(k, []byte(string(r)))
			if length++; length == 2 {
				start = k.run()
			}
		}
		if length < 2 || length > MaxRunes {
			return fmt.Errorf("add form: %w", ErrFull)
		}
	} else {
		for i, word := range f.Words {
			k = AddWord(k, word)
			if i == 0 {
				start = k
			}
		}
	}
	if b.forms[k] {
		return fmt.Errorf("add form twice: %w", ErrFull)
	}
	b.forms[k] = true
	b.starts[start.mix()%startsSize] |= 1 << min(length-1, 7)
	payload, err := b.payload(f)
	b.keys, b.payloads = append(b.keys, k), append(b.payloads, payload)
	return err
}

func (b *Builder) payload(f Form) (uint32, error) {
	sets := make([]uint32, len(f.Places))
	for i, p := range f.Places {
		n, known := b.languageNumber[p.Languages]
		if !known {
			n = uint32(len(b.languages))
			b.languageNumber[p.Languages] = n
			b.languages = append(b.languages, p.Languages)
		}
		if n >= 1<<languageBits || p.Place == 0 || p.Place >= uint32(len(b.places)/placeSize) {
			return 0, fmt.Errorf("add form: %w", ErrFull)
		}
		sets[i] = n
	}
	if len(f.Places) == 1 && f.Risk.Word == 0 {
		payload := f.Places[0].Place | sets[0]<<placeBits
		if f.Risk.GivenName {
			payload |= givenNameBit
		}
		if f.Risk.Surname {
			payload |= surnameBit
		}
		return payload, nil
	}
	offset := uint32(len(b.postings))
	var risk byte
	if f.Risk.GivenName {
		risk |= riskGivenName
	}
	if f.Risk.Surname {
		risk |= riskSurname
	}
	b.postings = append(b.postings, byte(len(f.Places)), risk)
	b.postings = binary.LittleEndian.AppendUint32(b.postings, uint32(f.Risk.Word))
	for i, p := range f.Places {
		b.postings = append(b.postings, byte(p.Place), byte(p.Place>>8), byte(p.Place>>16))
		b.postings = binary.LittleEndian.AppendUint16(b.postings, uint16(sets[i]))
	}
	return inPostings | offset, nil
}

// Bytes returns the file. It fails when two forms cannot be told apart: one of them has to
// go then, which a few words more or fewer will settle.
func (b *Builder) Bytes() ([]byte, error) {
	count := len(b.keys)*5/4 + 1
	slots := make([]byte, count*slotSize)
	for i, k := range b.keys {
		at := k.slot(count)
		for binary.LittleEndian.Uint64(slots[at*slotSize:]) != 0 {
			at = (at + 1) % count
		}
		binary.LittleEndian.PutUint32(slots[at*slotSize:], k.fingerprint())
		binary.LittleEndian.PutUint32(slots[at*slotSize+4:], b.payloads[i])
	}
	languages := make([]byte, 0, 4*len(b.languages))
	for _, set := range b.languages {
		languages = binary.LittleEndian.AppendUint32(languages, uint32(set))
	}
	file := []byte(magic)
	parts := [sections][]byte{slots, b.starts, b.postings, b.places, b.areas, b.names, languages}
	offset := headerSize
	for _, part := range parts {
		file = binary.LittleEndian.AppendUint32(file, uint32(offset))
		file = binary.LittleEndian.AppendUint32(file, uint32(len(part)))
		offset += len(part)
	}
	for _, part := range parts {
		file = append(file, part...)
	}
	x, err := open(string(file))
	if err != nil {
		return nil, err
	}
	for i, k := range b.keys {
		if e, ok := x.Find(k); !ok || e.payload != b.payloads[i] {
			return nil, fmt.Errorf("lay out form %d: %w", i, ErrFull)
		}
	}
	return file, nil
}
