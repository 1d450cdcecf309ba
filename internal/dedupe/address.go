package dedupe

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"tributary/feeds"
)

// addressesAtMost bounds the addresses of one entry.
const addressesAtMost = 8

// addresses takes in the pages an entry is found on: its own, the one its publisher calls
// canonical, and its translations.
func (p *Print) addresses(e *feeds.Entry) {
	add := func(href string) {
		if u := CanonicalURL(href); u != "" && len(p.Addresses) < addressesAtMost {
			h := hash64("u", u)
			for _, old := range p.Addresses {
				if old == h {
					return
				}
			}
			p.Addresses = append(p.Addresses, h)
		}
	}
	add(e.Link)
	for _, l := range e.Links {
		if l.Rel == "canonical" || l.Rel == "alternate" && l.Hreflang != "" {
			add(l.Href)
		}
	}
	if slug := slugOf(CanonicalURL(e.Link)); slug != "" {
		p.Slug = hash64("s", slug)
	}
	if e.Image != nil {
		if u := CanonicalURL(e.Image.URL); u != "" {
			p.Image = hash64("i", u)
		}
	}
}

// slugOf is the last part of a page's address where it is a title written with hyphens,
// which sites of one organisation share for one release.
func slugOf(address string) string {
	path, _, _ := strings.Cut(address, "?")
	path, _, _ = strings.Cut(path, "#")
	slug := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	if strings.Count(slug, "-")+strings.Count(slug, "_") < 3 || len(slug) < 20 {
		return ""
	}
	return slug
}

// hash64 is 63 bits of SHA-256 of a text within a domain: a key that a hostile text
// cannot be made to share.
func hash64(domain, text string) uint64 {
	sum := sha256.Sum256([]byte(domain + "\x00" + text))
	return binary.BigEndian.Uint64(sum[:8]) >> 1
}
