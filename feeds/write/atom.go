package write

import (
	"strconv"
	"strings"

	gorilla "github.com/gorilla/feeds"

	"tributary/feeds"
)

// Namespaces of the XML formats.
const (
	nsAtom       = "http://www.w3.org/2005/Atom"
	nsTombstones = "http://purl.org/atompub/tombstones/1.0"
	nsMedia      = "http://search.yahoo.com/mrss/"
	nsContent    = "http://purl.org/rss/1.0/modules/content/"
	nsDublinCore = "http://purl.org/dc/elements/1.1/"
	nsHistory    = "http://purl.org/syndication/history/1.0"
)

// atomDocument builds a feed document; it is gorilla's XmlFeed.
type atomDocument struct{ *tidied }

// atomFeed is gorilla's AtomFeed. Fields here win over its fields of the same XML
// name, which must stay empty: setting Link, Author or Entries of the embedded struct
// would silently do nothing.
type atomFeed struct {
	gorilla.AtomFeed
	NSTombstones string               `xml:"xmlns:at,attr,omitempty"`
	NSMedia      string               `xml:"xmlns:media,attr,omitempty"`
	NSHistory    string               `xml:"xmlns:fh,attr,omitempty"`
	Language     string               `xml:"xml:lang,attr,omitempty"`
	Archive      *struct{}            `xml:"fh:archive"`
	Links        []atomLink           `xml:"link"`
	Authors      []gorilla.AtomPerson `xml:"author"`
	Categories   []atomCategory       `xml:"category"`
	Generator    *atomGenerator       `xml:"generator"`
	Deleted      []atomDeleted        `xml:"at:deleted-entry"`
	Entries      []atomEntry          `xml:"entry"`
}

type atomEntry struct {
	gorilla.AtomEntry
	Language     string               `xml:"xml:lang,attr,omitempty"`
	Links        []atomLink           `xml:"link"`
	Authors      []gorilla.AtomPerson `xml:"author"`
	Contributors []gorilla.AtomPerson `xml:"contributor"`
	Categories   []atomCategory       `xml:"category"`
	Source       *atomSource          `xml:"source"`
	Media        *mediaContent        `xml:"media:content"`
}

// atomSource is RFC 4287, 4.2.11.
type atomSource struct {
	ID      string               `xml:"id,omitempty"`
	Title   string               `xml:"title"`
	Updated string               `xml:"updated,omitempty"`
	Links   []atomLink           `xml:"link"`
	Authors []gorilla.AtomPerson `xml:"author"`
	Rights  string               `xml:"rights,omitempty"`
}

type atomLink struct {
	gorilla.AtomLink
	Hreflang string `xml:"hreflang,attr,omitempty"`
	Title    string `xml:"title,attr,omitempty"`
}

type atomCategory struct {
	Scheme string `xml:"scheme,attr,omitempty"`
	Term   string `xml:"term,attr"`
	Label  string `xml:"label,attr,omitempty"`
}

type atomGenerator struct {
	URI     string `xml:"uri,attr,omitempty"`
	Version string `xml:"version,attr,omitempty"`
	Name    string `xml:",chardata"`
}

// atomDeleted is RFC 6721, 3.
type atomDeleted struct {
	Ref  string              `xml:"ref,attr"`
	When string              `xml:"when,attr"`
	By   *gorilla.AtomPerson `xml:"at:by"`
}

// FeedXml is called by gorilla's WriteXML.
func (d atomDocument) FeedXml() any {
	out := &atomFeed{AtomFeed: gorilla.AtomFeed{Xmlns: nsAtom, Title: d.Title, Id: d.ID, Updated: rfc3339(d.Updated),
		Rights: d.Rights, Subtitle: d.Description}, Language: d.Language}
	for _, l := range d.Links {
		out.Links = append(out.Links, newAtomLink(l))
	}
	if d.archive {
		out.NSHistory, out.Archive = nsHistory, &struct{}{}
	}
	if d.Image != nil {
		out.Logo = d.Image.URL
	}
	out.Authors = atomPeople(d.Authors)
	out.Categories = atomCategories(d.Categories)
	out.Generator = newGenerator(d.Generator)
	for _, t := range d.Deleted {
		out.NSTombstones = nsTombstones
		deleted := atomDeleted{Ref: t.Ref, When: rfc3339(t.When)}
		if t.By != "" {
			deleted.By = &gorilla.AtomPerson{Name: t.By}
		}
		out.Deleted = append(out.Deleted, deleted)
	}
	out.Entries = make([]atomEntry, 0, len(d.entries))
	for i := range d.entries {
		entry := newAtomEntry(&d.entries[i])
		if entry.Media != nil {
			out.NSMedia = nsMedia
		}
		out.Entries = append(out.Entries, entry)
	}
	return out
}

func newAtomEntry(e *tidyEntry) atomEntry {
	out := atomEntry{AtomEntry: gorilla.AtomEntry{Title: e.Title, Id: e.ID, Updated: rfc3339(e.Updated),
		Published: rfc3339(e.Published), Rights: e.Rights}, Language: e.Language}
	alternates := 0
	for _, l := range e.Links {
		if l.Rel == "alternate" {
			alternates++
		}
		out.Links = append(out.Links, newAtomLink(l))
	}
	for _, f := range e.Enclosures {
		out.Links = append(out.Links, newAtomLink(feeds.Link{Rel: "enclosure", Href: f.URL, Type: f.Type, Length: f.Length}))
	}
	if alternates > 1 {
		// Readers take either the first alternate for the entry's page or, as newsboat
		// and others do, the last: among translations the page stands at both ends. The
		// second time it has neither type nor language, since RFC 4287, 4.1.2 allows one
		// link of each combination.
		out.Links = append(out.Links, newAtomLink(feeds.Link{Rel: "alternate", Href: e.Links[0].Href}))
	}
	out.AtomEntry.Summary = atomSummary(e)
	switch {
	case e.Content != "":
		out.AtomEntry.Content = &gorilla.AtomContent{Type: "html", Content: e.Content}
	case alternates == 0: // RFC 4287, 4.1.2: content or an alternate link there must be
		out.AtomEntry.Content = &gorilla.AtomContent{Type: "text", Content: e.summaryText}
	}
	out.Authors = atomPeople(e.Authors)
	out.Contributors = atomPeople(e.contributors)
	out.Categories = atomCategories(e.Categories)
	out.Source = newAtomSource(e.Source)
	out.Media = newMediaContent(e.Image)
	return out
}

func atomSummary(e *tidyEntry) *gorilla.AtomSummary {
	switch {
	case e.Summary == "":
		return nil
	case e.summaryPlain:
		return &gorilla.AtomSummary{Type: "text", Content: e.summaryText}
	default:
		return &gorilla.AtomSummary{Type: "html", Content: e.Summary}
	}
}

func newAtomSource(o *feeds.Origin) *atomSource {
	if o == nil {
		return nil
	}
	out := &atomSource{ID: o.ID, Title: o.Title, Updated: rfc3339(o.Updated), Authors: atomPeople(o.Authors), Rights: o.Rights}
	if o.Link != "" {
		out.Links = append(out.Links, newAtomLink(feeds.Link{Rel: "alternate", Href: o.Link}))
	}
	if o.Self != "" {
		out.Links = append(out.Links, newAtomLink(feeds.Link{Rel: "self", Href: o.Self}))
	}
	return out
}

func newAtomLink(l feeds.Link) atomLink {
	out := atomLink{AtomLink: gorilla.AtomLink{Href: l.Href, Rel: l.Rel, Type: l.Type}, Hreflang: l.Hreflang, Title: l.Title}
	if l.Length > 0 {
		out.Length = strconv.FormatInt(l.Length, 10)
	}
	return out
}

func atomPeople(people []feeds.Person) []gorilla.AtomPerson {
	out := make([]gorilla.AtomPerson, 0, len(people))
	for _, p := range people {
		out = append(out, gorilla.AtomPerson{Name: p.Name, Uri: p.URI, Email: p.Email})
	}
	return out
}

func atomCategories(categories []feeds.Category) []atomCategory {
	out := make([]atomCategory, 0, len(categories))
	for _, c := range categories {
		out = append(out, atomCategory{Scheme: c.Scheme, Term: c.Term, Label: c.Label})
	}
	return out
}

// newGenerator takes "Name/version (+URI)" apart; version and URI may be missing.
func newGenerator(s string) *atomGenerator {
	if s == "" {
		return nil
	}
	g := &atomGenerator{Name: s}
	if name, rest, found := strings.Cut(s, " (+"); found && strings.HasSuffix(rest, ")") {
		g.Name, g.URI = name, iri(strings.TrimSuffix(rest, ")"))
	}
	if name, version, found := strings.Cut(g.Name, "/"); found {
		g.Name, g.Version = name, version
	}
	return g
}
