package dedupe

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
)

// Hashes are what identifies an entry and tells its versions apart.
type Hashes struct {
	ID       int64  // of the entry, from its source and guid; the same for ever
	Hash     string // of everything kept: differs when anything of it changed
	TextHash string // of the words alone: differs when a reader would notice
	URL      string // canonical; "" when it identifies nothing
}

// minWords is how many letters and digits a title and a body must have together to be
// recognised by.
const minWords = 60

// EntryID mints the id of an entry from its source and guid: 63 bits of SHA-256, so
// that a repeated pull, on any machine, finds the entry it knows.
func EntryID(sourceID, guid string) int64 {
	sum := sha256.Sum256([]byte(sourceID + "\x00" + guid))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 1)
}

// Fingerprint makes an entry's hashes. text is the plain text of its content, or of
// its summary when it has no content.
func Fingerprint(sourceID string, e *feeds.Entry, text string) Hashes {
	p := Hashes{ID: EntryID(sourceID, e.ID), URL: CanonicalURL(e.Link)}
	title, body := fold(e.Title), fold(text)
	p.TextHash = digest(title, body)
	p.Hash = contentHash(e, p.URL, p.TextHash)
	return p
}

// FoldTitle is what remains of a title when case, accents, spaces and signs are taken away.
func FoldTitle(title string) string { return fold(title) }

// contentHash covers what we keep of an entry and republish, dates left out: feeds
// exist that date every item with the moment of the request.
func contentHash(e *feeds.Entry, url, textHash string) string {
	h := sha256.New()
	write := func(parts ...string) {
		for _, s := range parts {
			h.Write([]byte(s)) // a hash's Write never fails
			h.Write([]byte{0})
		}
	}
	write(textHash, e.Title, url, e.Language, e.Rights, e.Summary, e.Content)
	for _, a := range e.Authors {
		write("a", a.Name, a.URI)
	}
	for _, c := range e.Categories {
		write("c", c.Scheme, c.Term, c.Label)
	}
	for _, enc := range e.Enclosures {
		write("e", enc.URL, enc.Type)
	}
	for _, l := range e.Links {
		if l.Rel == "alternate" && l.Hreflang != "" {
			write("l", l.Hreflang, l.Href)
		}
	}
	if e.Image != nil {
		write("i", e.Image.URL, e.Image.Alt)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// fold keeps letters and digits, in lower case, without accents, with compatibility
// forms made one: what remains when typography, markup and spacing are taken away.
func fold(s string) string {
	if s == "" {
		return ""
	}
	s = decompose(s)
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c = asciiWord[c]; c != 0 {
				b = append(b, c)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == 'ـ': // tatweel
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	return string(b)
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, s := range parts {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
