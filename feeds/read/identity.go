package read

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"

	"tributary/feeds"
)

// derivedPrefix begins the ids that we give entries whose publisher gave none.
const derivedPrefix = "urn:tributary:derived:"

// identify gives every entry an id that stays the same when the document is read
// again, and every id to one entry only.
//
// An entry without a guid gets one from its link, one without either from its title,
// date and text. Entries under one guid that say the same, or have one link and one
// date, are one: the first stays. When different entries share a guid, each gets a
// suffix made of its link and date. None keeps the bare guid then: whichever did would
// hand it on to another entry when the document moves on.
func (r *reader) identify(entries []feeds.Entry) []feeds.Entry {
	long, derived := 0, 0
	byID := make(map[string][]int, len(entries)) // id -> entries that differ
	dropped := 0
	kept := entries[:0]
	for i := range entries {
		e := entries[i]
		if len(e.ID) > maxID {
			e.ID = derivedPrefix + digest("id", e.ID)
			long++
		}
		if e.ID == "" {
			e.ID, e.IDDerived = deriveID(&e), true
			derived++
		}
		if slices.ContainsFunc(byID[e.ID], func(j int) bool { return sameEntry(&kept[j], &e) }) {
			dropped++
			continue
		}
		byID[e.ID] = append(byID[e.ID], len(kept))
		kept = append(kept, e)
	}
	split := 0
	for _, group := range byID {
		if len(group) > 1 {
			if !kept[group[0]].IDDerived {
				split += len(group)
			}
			separate(kept, group)
		}
	}
	if long > 0 {
		r.add("Ids longer than %d bytes: %d. Shorter ones were derived from them.", maxID, long)
	}
	if derived > 0 {
		r.add("Entries without an id of their own: %d. Ids were derived from their links or texts.", derived)
	}
	if dropped > 0 {
		r.add("Entries that repeat another one under the same id: %d. The first was kept.", dropped)
	}
	if split > 0 {
		r.add("Different entries that share an id: %d. Each was kept under an id of its own.", split)
	}
	return kept
}

// separate gives the entries of a group ids of their own, by what is least likely to
// change of them.
func separate(entries []feeds.Entry, group []int) {
	taken := make(map[string]bool, len(group))
	for _, i := range group {
		e := &entries[i]
		suffix := digest("copy", e.Link, e.DateText)
		if taken[suffix] {
			suffix = digest("text", e.Link, e.DateText, e.Title, e.Summary, e.Content)
		}
		taken[suffix] = true
		e.ID += "#" + suffix[:12]
	}
}

// sameEntry says that two entries under one id are one: they read the same, or they
// are two versions under the publisher's one guid, link and date. A link to a
// site's front page says nothing: then a title of its own makes an entry.
func sameEntry(a, b *feeds.Entry) bool {
	if sameText(a, b) {
		return true
	}
	return !b.IDDerived && a.Link == b.Link && a.DateText == b.DateText && (!isFrontPage(a.Link) || a.Title == b.Title)
}

func isFrontPage(link string) bool {
	u, err := url.Parse(link)
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
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
