package dedupe

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"
)

// Keys are what an entry's candidates are found by: entries that may tell its story share
// at least one. Those from Dated on hold for a span of days, and are shared with those of
// the span that is nearer to the entry's date, too.
type Keys struct {
	Kept  []uint64
	Sure  int // up to here they are identities: an address, a headline, all words
	Dated int
	// Figures are how many of those are of figures: they come first.
	Figures int
	Early   bool // the date is in the first half of its span
}

// step is between the keys of neighbouring spans.
const step = 0x1f83d9abfb41bd6b

// keyBits are those of a key: both databases have signed integers of 64 bits.
const keyBits = 1<<63 - 1

// Asked are the keys by which candidates are looked for.
func (k *Keys) Asked() []uint64 {
	out := make([]uint64, 0, 2*len(k.Kept)-k.Dated)
	out = append(out, k.Kept...)
	next := uint64(step)
	if k.Early {
		next = -next
	}
	for _, key := range k.Kept[k.Dated:] {
		out = append(out, (key+next)&keyBits)
	}
	return out
}

// Bounds of an entry's keys.
const (
	headKeys   = 5 // of the beginning of the text
	tailKeys   = 2 // of the rest
	numberKeys = 2
	placeKeys  = 2 // countries of an entry that is not about one
	nameKeys   = 1
	labelKeys  = 1
)

// KeyAtMost is how many entries one key leads to, the first that had it: what more than
// that share tells little, and is not kept for later ones. They are enough to find a story
// by that has many copies.
const KeyAtMost = 12

// bucketDays is the length, in days, of the spans in which keys of translations hold.
const bucketDays = 6

func (k *Keys) add(key uint64) {
	if !slices.Contains(k.Kept, key) {
		k.Kept = append(k.Kept, key)
	}
}

// datedKey is a key that holds around a date, of a figure, a name or a label.
type datedKey struct {
	domain byte
	key    uint64
}

func (d *datedKey) figure() bool { return d.domain == 'n' || d.domain == 'p' }

func dated(domain byte, at time.Time, parts ...uint64) datedKey {
	span := uint64(at.Unix() / (bucketDays * 86400)) //nolint:gosec // a span before 1970 wraps, and so do its neighbours
	return datedKey{domain, (keyOf(domain, parts...) + span*step) & keyBits}
}

// keyOf is 63 bits of parts within a domain: FNV-1a, mixed. Keys only find candidates;
// what they are decided by is not theirs to say.
func keyOf(domain byte, parts ...uint64) uint64 {
	h := uint64(14695981039346656037)
	h = (h ^ uint64(domain)) * 1099511628211
	var b [8]byte
	for _, p := range parts {
		binary.LittleEndian.PutUint64(b[:], p)
		for _, c := range b {
			h = (h ^ uint64(c)) * 1099511628211
		}
	}
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	return h >> 1
}

// keys finds the keys of a print; words are the hashes of all words of its text.
func (p *Print) keys(words []uint32, wholeText uint64) Keys {
	var k Keys
	for _, a := range p.Addresses {
		k.add(a)
	}
	k.add(wholeText)
	if p.Headline != 0 && sum(p.Title) >= 6 {
		k.add(p.Headline)
	}
	k.Sure = len(k.Kept)
	head := min(len(words), leadWords)
	for _, s := range least(words[:head], headKeys) {
		k.add(keyOf('3', uint64(s)))
	}
	if len(words) > head+2 {
		for _, s := range least(words[head:], tailKeys) {
			k.add(keyOf('3', uint64(s)))
		}
	}
	k.Dated = len(k.Kept)
	k.Early = p.Published.Unix()%(bucketDays*86400) < bucketDays*86400/2
	for _, d := range p.datedKeys() {
		if k.add(d.key); d.figure() {
			k.Figures = len(k.Kept) - k.Dated
		}
	}
	return k
}

// datedKeys are the keys that translations share.
func (p *Print) datedKeys() []datedKey {
	out := make([]datedKey, 0, numberKeys+nameKeys+labelKeys)
	telling := slices.Clone(p.Numbers)
	slices.SortFunc(telling, func(a, b uint64) int { return cmp.Or(cmp.Compare(sayNumber(b), sayNumber(a)), cmp.Compare(b, a)) })
	places := []string{p.Primary}
	if p.Primary == "" && len(p.Countries) > 0 { // a translation may have one of them for its own
		places = p.Countries[:min(len(p.Countries), placeKeys)]
	}
	country, place := places[0], wordKey(places[0])
	for i, n := range telling {
		switch {
		case i >= numberKeys || sayNumber(n) < 0.7:
		case sayNumber(n) >= 2:
			out = append(out, dated('n', p.Published, n))
		default:
			for _, c := range places {
				out = append(out, dated('p', p.Published, n, wordKey(c)))
			}
		}
	}
	names := slices.Clone(merged(p.Names, p.TitleNames))
	slices.SortFunc(names, func(a, b uint32) int { return cmp.Or(cmp.Compare(b&7, a&7), cmp.Compare(a, b)) })
	for i, n := range names {
		if i < nameKeys {
			out = append(out, dated('w', p.Published, uint64(n), place))
		}
	}
	if country != "" {
		for i, t := range p.Topics {
			if i < labelKeys {
				out = append(out, dated('l', p.Published, wordKey(t), place))
			}
		}
	}
	return out
}

func wordKey(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// IdentityKeys are the keys by which a source's entry is known under another guid: its
// page, and its words.
func (h *Hashes) IdentityKeys() (page, words uint64) {
	if h.URL != "" {
		page = hash64("u", h.URL)
	}
	return page, hash64("w", h.TextHash)
}

// Candidates chooses, among the entries that a fresh one shares keys with, those that it
// is to be compared with; postings are the entries of each key.
func (k *Keys) Candidates(postings map[uint64][]int64) []int64 {
	c := candidates[int64]{at: map[int64]int{}}
	for i, key := range k.Asked() {
		for _, entry := range postings[key] {
			c.add(entry, k.says(i))
		}
	}
	return c.best()
}

// says is how much it says to share the key asked for at a place. It is the same whatever
// else is kept, so that whether two entries are compared does not depend on which others
// came before.
func (k *Keys) says(asked int) float64 {
	if asked >= len(k.Kept) { // in the neighbouring span
		asked += k.Dated - len(k.Kept)
	}
	if asked < k.Dated+k.Figures {
		return enough
	}
	return enough / 2
}

// enough is what entries must share to be compared for sure. A name or a label of these days
// is less: very many have it.
const enough = 1.0

// Bounds of the entries that a fresh one is compared with.
const (
	candidatesAtMost = 24
	candidatesByLess = 2 // of those, by less than enough
)

// candidates adds up what the keys say that entries share with one.
type candidates[T int | int64] struct {
	at    map[T]int // in order
	order []scored[T]
}

type scored[T int | int64] struct {
	entry T
	says  float64
}

func (c *candidates[T]) add(entry T, says float64) {
	at, ok := c.at[entry]
	if !ok {
		at = len(c.order)
		c.at[entry], c.order = at, append(c.order, scored[T]{entry: entry})
	}
	c.order[at].says += says
}

// best are the entries that share most, in that order. Nothing can be added afterwards.
func (c *candidates[T]) best() []T {
	slices.SortFunc(c.order, func(a, b scored[T]) int { return cmp.Or(cmp.Compare(b.says, a.says), cmp.Compare(a.entry, b.entry)) })
	n, less := 0, 0
	for n < len(c.order) && n < candidatesAtMost {
		if c.order[n].says < enough {
			if less++; less > candidatesByLess {
				break
			}
		}
		n++
	}
	out := make([]T, n)
	for i := range out {
		out[i] = c.order[i].entry
	}
	return out
}

func (c *candidates[T]) reset() {
	clear(c.at)
	c.order = c.order[:0]
}

// least gives the n smallest different shingles of words: texts that share a part of
// their words share some of them (bottom-k sampling, Broder 1997).
func least(words []uint32, n int) []uint32 {
	out := make([]uint32, 0, n+1)
	for i := 0; i+2 < len(words); i++ {
		s := shingle(words[i], words[i+1], words[i+2])
		if len(out) == n && s >= out[n-1] {
			continue
		}
		at, found := slices.BinarySearch(out, s)
		if found {
			continue
		}
		out = slices.Insert(out, at, s)
		if len(out) > n {
			out = out[:n]
		}
	}
	return out
}
