package read

import (
	"crypto/sha256"
	"encoding/hex"

	"tributary/feeds"
)

// derivedPrefix begins the ids that we give entries whose publisher gave none.
const derivedPrefix = "urn:tributary:derived:"

// identify gives every entry an id that stays the same when the document is read
// again, and every id to one entry only.
//
// An entry without a guid gets one from its link, one without either from its title,
// date and text. Of entries with the same guid the first stays; a later one that has
// another link and another text is no copy of it, and keeps its place under an id
// with a suffix made from these.
func (r *reader) identify(entries []feeds.Entry) []feeds.Entry {
	seen := make(map[string]int, len(entries))
	out := entries[:0]
	dropped, split, derived := 0, 0, 0
	for i := range entries {
		e := entries[i]
		if len(e.ID) > maxID {
			e.ID = derivedPrefix + digest("id", e.ID)
			r.add("An id of an entry is longer than %d bytes; a shorter one was derived from it.", maxID)
		}
		if e.ID == "" {
			e.ID, e.IDDerived = deriveID(&e), true
			derived++
		}
		former, twice := seen[e.ID]
		if twice && e.IDDerived && !sameText(&out[former], &e) {
			e.ID = derivedPrefix + digest("text", e.Title, e.DateText, e.Summary, e.Content)
			_, twice = seen[e.ID]
			former = seen[e.ID]
		}
		if twice {
			if e.Link == out[former].Link || sameText(&out[former], &e) {
				dropped++
				continue
			}
			e.ID += "#" + digest("copy", e.Link, e.Title, e.Summary, e.Content)[:12]
			if _, again := seen[e.ID]; again {
				dropped++
				continue
			}
			split++
		}
		seen[e.ID] = len(out)
		out = append(out, e)
	}
	if derived > 0 {
		r.add("Entries without an id of their own: %d. Ids were derived from their links or texts.", derived)
	}
	if dropped > 0 {
		r.add("Entries that repeat another one under the same id: %d. The first was kept.", dropped)
	}
	if split > 0 {
		r.add("Different entries under one id: %d. The later ones were kept under ids of their own.", split)
	}
	return out
}

// deriveID makes an id from what is least likely to change.
func deriveID(e *feeds.Entry) string {
	if e.Link != "" {
		return derivedPrefix + digest("link", e.Link)
	}
	return derivedPrefix + digest("text", e.Title, e.DateText, e.Summary, e.Content)
}

func sameText(a, b *feeds.Entry) bool {
	return a.Title == b.Title && a.Summary == b.Summary && a.Content == b.Content
}

// digest is 32 hexadecimal digits of a hash over the parts; the first says what kind
// of parts they are.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
