package feedcheck

import (
	"fmt"
	"html"
	"strings"
	"time"
)

func (c *checker) atomEntry(n *node, feedAuthor bool) {
	c.attributes(n, nil)
	c.children(n, entryElements)
	c.required(n, "id", "title", "updated")
	c.atomCommon(n)
	source := n.first(nsAtom, "source")
	if source != nil {
		c.source(source)
	}
	if len(n.all(nsAtom, "author")) == 0 && !feedAuthor && (source == nil || source.first(nsAtom, "author") == nil) {
		c.at(MissingAuthor, n, "neither the entry nor its source nor the feed has an author")
	}
	content, page := n.first(nsAtom, "content"), c.linked(n, "alternate")
	if content == nil && page == "" {
		c.at(MissingContent, n, "neither content nor alternate")
	}
	if content != nil {
		c.content(content)
	} else if n.first(nsAtom, "summary") == nil {
		c.at(MissingText, n, "neither summary nor content")
	}
	e := Entry{ID: n.value(nsAtom, "id"), Title: n.value(nsAtom, "title"), Link: page}
	e.Published, _ = time.Parse(time.RFC3339, n.value(nsAtom, "published"))
	e.Updated, _ = time.Parse(time.RFC3339, n.value(nsAtom, "updated"))
	if !e.Published.IsZero() && !e.Updated.IsZero() && e.Updated.Before(e.Published) {
		c.at(UpdatedBefore, n, "published %s, updated %s", e.Published.Format(time.RFC3339), e.Updated.Format(time.RFC3339))
	}
	for _, k := range n.all(nsAtom, "category") {
		scheme, _ := k.attr("scheme")
		term, _ := k.attr("term")
		label, _ := k.attr("label")
		e.Categories = append(e.Categories, Category{scheme, term, label})
	}
	c.report.Feed.Entries = append(c.report.Feed.Entries, e)
	if !c.Merged {
		return
	}
	switch {
	case source == nil:
		c.at(MissingSource, n, "no source")
	case source.first(nsAtom, "id") == nil || source.first(nsAtom, "title") == nil || source.first(nsAtom, "updated") == nil:
		c.at(MissingSource, source, "it lacks id, title or updated")
	}
	if n.first(nsAtom, "rights") == nil && (source == nil || source.first(nsAtom, "rights") == nil) {
		c.at(MissingRights, n, "no rights")
	}
}

func (c *checker) source(n *node) {
	c.attributes(n, nil)
	c.children(n, sourceElements)
	c.atomCommon(n)
}

// content is RFC 4287, 4.1.3.
func (c *checker) content(n *node) {
	kind, given := n.attr("type")
	src, out := n.attr("src")
	summary := n.parent.first(nsAtom, "summary") != nil
	if out {
		c.reference(n.path()+"/@src", n.line, src)
		if !given {
			c.at(MissingAttribute, n, "no type beside src")
		}
		if !summary {
			c.at(MissingSummary, n.parent, "its content is at %s", quote(src))
		}
		if strings.TrimSpace(n.text) != "" || len(n.kids) > 0 {
			c.at(UnexpectedText, n, "beside src: %s", quote(n.text))
		}
		return
	}
	switch {
	case kind == "" || kind == "text" || kind == "html" || kind == "xhtml":
		c.textConstruct(n)
	case !c.mediaType(n.path()+"/@type", n.line, kind) || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/"):
		c.attr(InvalidTextType, n, "type", "%s", quote(kind))
	case strings.HasSuffix(kind, "+xml") || strings.HasSuffix(kind, "/xml") || strings.HasPrefix(kind, "text/"):
	case !summary:
		c.at(MissingSummary, n.parent, "its content is %s", quote(kind))
	}
}

// together looks at the entries of a feed side by side.
func (c *checker) together(root string) {
	f := &c.report.Feed
	ids, updated, newest := map[string]int{}, map[string]int{}, time.Time{}
	for i := range f.Entries {
		e := &f.Entries[i]
		where := fmt.Sprintf("%s/entry %d", root, i+1)
		if first, twice := ids[e.ID]; twice && e.ID != "" {
			c.add(DuplicateEntries, where, 0, "the id %s is that of entry %d", quote(e.ID), first)
		} else {
			ids[e.ID] = i + 1
		}
		if e.Updated.After(newest) {
			newest = e.Updated
		}
		if e.Updated.IsZero() || c.report.Format != Atom {
			continue
		}
		at := e.Updated.UTC().Format(time.RFC3339Nano)
		if first, twice := updated[at]; twice {
			c.add(DuplicateUpdated, where, 0, "updated %s is that of entry %d", at, first)
		} else {
			updated[at] = i + 1
		}
	}
	if !f.Updated.IsZero() && f.Updated.Truncate(time.Second).Before(newest.Truncate(time.Second)) {
		c.add(FeedOlder, root, 0, "the feed says %s, its newest entry %s", f.Updated.UTC().Format(time.RFC3339), newest.UTC().Format(time.RFC3339))
	}
	for _, d := range f.Deleted {
		for i := range f.Entries {
			if e := &f.Entries[i]; e.ID == d.Ref && !e.Updated.After(d.When) {
				c.add(TombstoneBesideEntry, fmt.Sprintf("%s/entry %d", root, i+1), 0, "%s was deleted at %s", quote(d.Ref), d.When.UTC().Format(time.RFC3339))
			}
		}
	}
}

// tombstone is RFC 6721, 3.
func (c *checker) tombstone(n *node) {
	ref, ok := n.attr("ref")
	if !ok {
		c.at(MissingAttribute, n, "no ref")
	} else {
		c.address(n.path()+"/@ref", n.line, ref)
	}
	when, ok := n.attr("when")
	var at time.Time
	if !ok {
		c.at(MissingAttribute, n, "no when")
	} else {
		at = c.rfc3339(n.path()+"/@when", n.line, when)
	}
	for _, k := range n.kids {
		switch {
		case k.is(nsDeleted, "by"):
			c.person(k)
		case k.is(nsAtom, "link"):
			c.link(k, true)
		case k.is(nsAtom, "source"):
			c.source(k)
		case k.is(nsDeleted, "comment"):
			c.textConstruct(k)
		case k.space == nsDeleted:
			c.at(UndefinedElement, k, "<%s> has no place in a deleted-entry", k.name)
		}
	}
	if ref != "" && !at.IsZero() && len(c.report.Feed.Deleted) < elementsAtMost {
		c.report.Feed.Deleted = append(c.report.Feed.Deleted, Deleted{ref, at})
	}
}

// history is RFC 5005, of an Atom feed or an RSS channel.
func (c *checker) history(n *node) {
	f := &c.report.Feed
	f.Archive = n.first(nsHistory, "archive") != nil
	complete := n.first(nsHistory, "complete") != nil
	rel := map[string]string{}
	for _, l := range n.all(nsAtom, "link") {
		name, _ := l.attr("rel")
		if !historic[name] {
			continue
		}
		href, _ := l.attr("href")
		if _, twice := rel[name]; twice {
			c.at(DuplicateAtomLink, l, "a second link of rel %s", quote(name))
			continue
		}
		rel[name] = c.resolve(href)
		if complete && (name != "current" || rel[name] != f.Self) {
			c.at(LinkInComplete, l, "rel %s", quote(name))
		}
	}
	if f.Archive && complete {
		c.at(ArchiveComplete, n, "both fh:archive and fh:complete")
	}
	if f.Archive && rel["current"] == "" {
		c.at(ArchiveWithoutCurrent, n, "fh:archive without a link rel=\"current\"")
	}
	if (rel["prev-archive"] != "" || rel["next-archive"] != "") && (rel["next"] != "" || rel["previous"] != "") {
		c.at(ArchivePaged, n, "links of pages and of archives")
	}
	for _, pair := range [][2]string{{"first", "previous"}, {"last", "next"}} {
		if end := rel[pair[0]]; end != "" && end == f.Self && rel[pair[1]] != "" {
			c.at(LinkPastEnd, n, "it is its own %s and has a %s", pair[0], pair[1])
		}
	}
	for _, name := range []string{"next", "previous", "prev-archive", "next-archive"} {
		if rel[name] != "" && rel[name] == f.Self {
			c.at(LinkPastEnd, n, "rel %s leads to the document itself", quote(name))
		}
	}
}

// serialise writes an XHTML element as HTML.
func serialise(b *strings.Builder, n *node) {
	b.WriteString("<" + n.name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="` + html.EscapeString(a.value) + `"`)
	}
	b.WriteString(">" + html.EscapeString(n.text))
	for _, k := range n.kids {
		serialise(b, k)
	}
	if !void[n.name] {
		b.WriteString("</" + n.name + ">")
	}
}
