package sites

import (
	"tributary/feeds"
	"tributary/feeds/read"
)

// Document is what a server sent.
type Document = read.Document

// Read reads what stands at a source's address, by its type. Errors wrap
// feeds.ErrNotFeed.
func Read(s feeds.Source, d Document) (*feeds.Feed, error) {
	switch s.Type {
	case feeds.TypePage:
		return ReadPage(d, s.Page)
	case feeds.TypeSitemap:
		return ReadSitemap(d, s.FullText)
	case feeds.TypeReliefWeb:
		return ReadReliefWeb(d)
	case feeds.TypeFeed:
	}
	return read.Parse(d)
}
