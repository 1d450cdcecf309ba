package gazetteer

// The file, all numbers little-endian:
//
//	header    magic "TRBGAZ" and two digits of version, then for each section in the
//	          order below its offset and length, uint32 each
//	slots     open addressing over Key: uint32 fingerprint (half of the mixed Key),
//	          uint32 payload. The other half says where to begin; the next slot is tried
//	          until an empty one, all zero, is met.
//	starts    a byte for each hash of a first word (or the first two runes of a run):
//	          bit n-1 is set when a form of n words begins so, bit 7 for eight and more
//	postings  what payloads point to when one candidate does not say it all
//	places    12 bytes each: country (2 letters), class, 0, population, first-level
//	          subdivision (uint16), offset of its name in names (uint32)
//	areas     first-level subdivisions: 11 bytes each, country, a stop and the GeoNames
//	          code, padded
//	names     a length byte and the name
//	languages uint32 sets of Languages
//
// A payload with its top bit zero is one candidate: 17 bits of place, 12 of its set of
// languages, then given name and surname, a bit each. Otherwise the other bits are an
// offset in postings: count, risk, uint32 word languages, then for each candidate
// 3 bytes of place and 2 of its set of languages. Population is a float of eleven bits mantissa
// and five bits exponent of two.
//
// A form is known by 32 bits of fingerprint and by where it lies, not by its letters:
// what is not in the file is taken for something in it once in a thousand million
// look-ups, and the file is half as long.
const (
	magic      = "TRBGAZ01"
	headerSize = len(magic) + 8*sections
	slotSize   = 8
	placeSize  = 12
	areaSize   = 11

	placeBits    = 17
	languageBits = 12

	// MaxWords is the most words a form has, and MaxRunes the most letters of one in a
	// script without spaces.
	MaxWords = 8
	MaxRunes = 24
	// MaxCandidates is the most places one form means.
	MaxCandidates = 12
)

// Sections of the file.
const (
	sectionSlots = iota
	sectionStarts
	sectionPostings
	sectionPlaces
	sectionAreas
	sectionNames
	sectionLanguages
	sections
)

// Key is the hash of a form: folded words with a space between them. The zero Key is
// the form of no words.
type Key uint64

const (
	offset64 = 0xcbf29ce484222325
	prime64  = 0x100000001b3
)

// AddWord returns the key of the form with one more word, which must be folded.
func AddWord[T ~string | ~[]byte](k Key, word T) Key {
	h := uint64(k)
	if h == 0 {
		h = offset64
	} else {
		h = (h ^ ' ') * prime64
	}
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * prime64
	}
	return Key(h)
}

// mix spreads what differs in a key over all its bits.
func (k Key) mix() uint64 {
	h := uint64(k)
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	h ^= h >> 32
	h *= 0xd6e8feb86659fd93
	return h ^ h>>32
}

// slot says at which of count slots the search for a key begins.
func (k Key) slot(count int) int {
	return int(k.mix() & 0xffffffff * uint64(count) >> 32)
}

// fingerprint is what a slot holds of a key.
func (k Key) fingerprint() uint32 { return uint32(k.mix() >> 32) }

// run is the key under which the first two runes of a run are noted in starts.
func (k Key) run() Key { return k ^ 0xa5a5a5a5a5a5a5a5 }
