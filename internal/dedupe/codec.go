package dedupe

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

// printVersion is the version of what prints hold. One of another version cannot be
// compared, and is made anew from the entry.
const printVersion = 1

// ErrPrintVersion: a print was made by another version of the program.
var ErrPrintVersion = errors.New("the print is of another version")

var errBroken = errors.New("a kept print is broken")

// Encode writes a print for the store: all but entry and source. It has a few
// hundred bytes, at most about 2.5 kB.
func (p *Print) Encode() []byte {
	b := make([]byte, 0, 64+4*(len(p.Words)+len(p.Shingles)+len(p.Names))+8*len(p.Numbers))
	b = append(b, printVersion)
	b = binary.AppendVarint(b, p.Published.UnixMilli())
	b = appendText(b, p.Language)
	var flags byte
	if p.Updated {
		flags |= 1
	}
	if p.Cut {
		flags |= 2
	}
	if p.Digest {
		flags |= 4
	}
	if p.Keys.Early {
		flags |= 8
	}
	if p.Reprint {
		flags |= 64
	}
	flags |= byte(min(p.Keys.Figures, 3)) << 4
	b = append(b, flags, p.Rate)
	b = binary.AppendUvarint(b, uint64(p.Length)) //nolint:gosec // a count
	for _, list := range [][]uint32{p.Title} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for _, v := range list {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	for _, list := range [][]uint32{p.Words, p.Shingles, p.Head, p.Names, p.TitleNames} { // ascending
		b = binary.AppendUvarint(b, uint64(len(list)))
		last := uint32(0)
		for _, v := range list {
			b = binary.AppendUvarint(b, uint64(v-last))
			last = v
		}
	}
	b = binary.AppendUvarint(b, uint64(len(p.Numbers)))
	last := uint64(0)
	for _, v := range p.Numbers {
		b = binary.AppendUvarint(b, v-last)
		last = v
	}
	for _, list := range [][]mark{p.Marks, p.TextMarks} {
		b = append(b, byte(len(list)))
		for _, m := range list {
			b = binary.AppendUvarint(append(b, m.kind), uint64(m.value))
		}
	}
	for _, list := range [][]string{p.Countries, p.Topics} {
		b = append(b, byte(len(list)))
		for _, s := range list {
			b = appendText(b, s)
		}
	}
	b = appendText(b, p.Primary)
	b = append(b, byte(len(p.Addresses)))
	for _, v := range p.Addresses {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	for _, v := range []uint64{p.Slug, p.Image, p.Text, p.Headline, p.Masked} {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	b = append(b, byte(len(p.Keys.Kept)), byte(p.Keys.Sure), byte(p.Keys.Dated))
	for _, v := range p.Keys.Kept {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	s = s[:min(len(s), 64)]
	return append(append(b, byte(len(s))), s...)
}

// DecodePrint reads what Encode wrote. It fails with ErrPrintVersion for a print of
// another version, and for bytes that are none.
func DecodePrint(entry int64, source string, b []byte) (Print, error) {
	p := Print{Entry: entry, Source: source}
	err := p.decode(b)
	return p, err
}

// decode fills a print, whose lists it uses again where they are large enough.
func (p *Print) decode(b []byte) error {
	if len(b) == 0 || b[0] != printVersion {
		return ErrPrintVersion
	}
	d := decoder{b: b[1:]}
	at, n := binary.Varint(d.b)
	d.skip(n)
	p.Published = time.UnixMilli(at).UTC()
	p.Language = d.text()
	flags := d.byte()
	p.Updated, p.Cut, p.Digest, p.Keys.Early = flags&1 != 0, flags&2 != 0, flags&4 != 0, flags&8 != 0
	p.Reprint = flags&64 != 0
	p.Keys.Figures = int(flags >> 4 & 3) // none in prints of former versions, which are asked for by others
	p.Rate = min(d.byte(), 31)
	p.Length = int(min(d.uvarint(), wordsAtMost)) //nolint:gosec // bounded
	p.Title = d.words(p.Title, titleWords)
	p.Words = d.ascending(p.Words, printWords)
	p.Shingles, p.Head = d.ascending(p.Shingles, printShingles), d.ascending(p.Head, headShingles)
	p.Names, p.TitleNames = d.ascending(p.Names, printNames), d.ascending(p.TitleNames, printNames)
	last := uint64(0)
	p.Numbers = p.Numbers[:0]
	for range d.count(printNumbers) {
		last += d.uvarint()
		p.Numbers = append(p.Numbers, last)
	}
	p.Marks, p.TextMarks = d.marks(p.Marks), d.marks(p.TextMarks)
	p.Countries, p.Topics = d.texts(p.Countries), d.texts(p.Topics)
	p.Primary = d.text()
	p.Addresses = p.Addresses[:0]
	for range min(int(d.byte()), addressesAtMost) {
		p.Addresses = append(p.Addresses, d.uint64())
	}
	for _, v := range []*uint64{&p.Slug, &p.Image, &p.Text, &p.Headline, &p.Masked} {
		*v = d.uint64()
	}
	n = int(d.byte())
	p.Keys.Kept = slices.Grow(p.Keys.Kept[:0], min(n, len(d.b)/8))
	p.Keys.Sure, p.Keys.Dated = min(int(d.byte()), n), min(int(d.byte()), n)
	for range n {
		if d.broken {
			break
		}
		p.Keys.Kept = append(p.Keys.Kept, d.uint64())
	}
	if d.broken || len(d.b) > 0 {
		return fmt.Errorf("%w: entry %d", errBroken, p.Entry)
	}
	return nil
}

type decoder struct {
	b      []byte
	broken bool
}

func (d *decoder) skip(n int) {
	if n <= 0 || n > len(d.b) {
		d.broken, d.b = true, nil
		return
	}
	d.b = d.b[n:]
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.broken = true
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	d.skip(n)
	if d.broken {
		return 0
	}
	return v
}

// count reads the length of a list that has at most limit members.
func (d *decoder) count(limit int) int {
	n := d.uvarint()
	if n > uint64(limit) { //nolint:gosec // a constant
		d.broken, d.b = true, nil
		return 0
	}
	return int(n) //nolint:gosec // bounded
}

func (d *decoder) words(to []uint32, limit int) []uint32 {
	n := d.count(limit)
	if 4*n > len(d.b) {
		d.broken, d.b = true, nil
		return nil
	}
	to = slices.Grow(to[:0], n)[:n]
	for i := range to {
		to[i] = binary.LittleEndian.Uint32(d.b[4*i:])
	}
	d.b = d.b[4*n:]
	return to
}

func (d *decoder) ascending(to []uint32, limit int) []uint32 {
	n := d.count(limit)
	to = slices.Grow(to[:0], n)[:n]
	last, b := uint64(0), d.b
	for i := range to {
		// Most steps have four bytes: this is what decoding takes its time for.
		if len(b) >= 4 && b[0]&b[1]&b[2] >= 0x80 && b[3] < 0x80 {
			last += uint64(b[0]&0x7f) | uint64(b[1]&0x7f)<<7 | uint64(b[2]&0x7f)<<14 | uint64(b[3])<<21
			b = b[4:]
		} else {
			v, size := binary.Uvarint(b)
			if size <= 0 {
				d.broken, d.b = true, nil
				return nil
			}
			last += v
			b = b[size:]
		}
		if last > 1<<32-1 {
			d.broken, d.b = true, nil
			return nil
		}
		to[i] = uint32(last)
	}
	d.b = b
	return to
}

func (d *decoder) marks(to []mark) []mark {
	to = to[:0]
	for range min(int(d.byte()), marksAtMost) {
		kind := d.byte()
		to = append(to, mark{kind, uint32(d.uvarint())}) //nolint:gosec // written as 32 bits
	}
	return to
}

func (d *decoder) texts(to []string) []string {
	to = to[:0]
	for range d.byte() {
		if d.broken {
			return nil
		}
		to = append(to, d.text())
	}
	return to
}

func (d *decoder) text() string {
	n := int(d.byte())
	if n > len(d.b) {
		d.broken, d.b = true, nil
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

func (d *decoder) uint64() uint64 {
	if len(d.b) < 8 {
		d.broken, d.b = true, nil
		return 0
	}
	v := binary.LittleEndian.Uint64(d.b)
	d.b = d.b[8:]
	return v
}
