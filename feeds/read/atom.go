package read

import (
	"strings"

	"github.com/mmcdole/gofeed/atom"

	"tributary/feeds"
)

// fromAtom makes the feed of what gofeed read (RFC 4287, and Atom 0.3) and of the
// document's plan, which holds the texts as they were written, with their types, bases
// and languages.
func (r *reader) fromAtom(in *atom.Feed, p *plan) *feeds.Feed {
	r.atom = true
	f := &feeds.Feed{
		Format:  "atom-1.0",
		Updated: r.date(in.Updated, in.UpdatedParsed),
	}
	if strings.HasPrefix(in.Version, "0.") {
		f.Format = "atom-0.3"
	}
	if g := in.Generator; g != nil {
		f.Generator = cut(strings.TrimSpace(plainTitle(g.Value)+" "+g.Version), maxName)
	}
	r.describeFeed(f, p)
	r.fromEntries(f, p, func(i int) {
		if len(in.Entries) == len(p.entries) {
			r.noteParsed(in.Entries[i].Published, in.Entries[i].PublishedParsed)
			r.noteParsed(in.Entries[i].Updated, in.Entries[i].UpdatedParsed)
		}
	})
	return f
}
