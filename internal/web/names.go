package web

import (
	"cmp"
	"slices"
	"strings"

	"tributary/feeds"
)

// names gives what feeds select by the names that people know, in a language.
type names struct {
	countries map[string]*feeds.Country
	titles    map[string]map[string]string // of countries, by ISO 3166-1 alpha-2
	regions   map[string]*feeds.Region
	topics    map[string]*feeds.Topic
	offices   map[string]*feeds.Office
}

func newNames(t *feeds.Taxonomy, offices []feeds.Office) names {
	n := names{
		countries: make(map[string]*feeds.Country, len(t.Countries)),
		titles:    make(map[string]map[string]string, len(t.Countries)),
		regions:   make(map[string]*feeds.Region, len(t.Regions)),
		topics:    make(map[string]*feeds.Topic),
		offices:   make(map[string]*feeds.Office, len(offices)),
	}
	for i := range t.Countries {
		c := &t.Countries[i]
		n.countries[c.ISO2], n.titles[c.ISO2] = c, c.Titles()
	}
	for i := range t.Regions {
		n.regions[t.Regions[i].Slug] = &t.Regions[i]
	}
	for i := range t.Groups {
		for j := range t.Groups[i].Topics {
			n.topics[t.Groups[i].Topics[j].Slug] = &t.Groups[i].Topics[j]
		}
	}
	for i := range offices {
		n.offices[offices[i].Code] = &offices[i]
	}
	return n
}

// of is a term's name in the printer's language; the bare value where nothing
// names it. Sources are named by their own titles.
func (n names) of(p *printer, t feeds.Term, sources map[string]SourceStatus) string {
	switch t.Kind {
	case feeds.TermCountry:
		if c := n.countries[strings.ToUpper(t.Value)]; c != nil && !c.Nameless {
			return feeds.In(n.titles[c.ISO2], p.lang, c.ISO2)
		}
	case feeds.TermRegion:
		if r := n.regions[t.Value]; r != nil {
			return feeds.In(r.Label, p.lang, r.Slug)
		}
	case feeds.TermTopic:
		if topic := n.topics[t.Value]; topic != nil {
			return feeds.In(topic.Label, p.lang, topic.Slug)
		}
	case feeds.TermLanguage:
		return p.languageName(t.Value)
	case feeds.TermOffice:
		if o := n.offices[t.Value]; o != nil {
			return feeds.In(o.Name, p.lang, o.Code)
		}
	case feeds.TermSource:
		if s, ok := sources[t.Value]; ok {
			return s.Source.Title
		}
	case feeds.TermKindOf:
		return kindName(p, feeds.Kind(t.Value))
	}
	return t.Value
}

// shows says whether a term may be named and listed.
func (n names) shows(t feeds.Term) bool {
	if t.Kind != feeds.TermCountry {
		return true
	}
	c := n.countries[strings.ToUpper(t.Value)]
	return c == nil || !c.Nameless
}

// shown are the labels that may be named.
func (n names) shown(labels []feeds.Label) []feeds.Label {
	return slices.DeleteFunc(slices.Clone(labels), func(l feeds.Label) bool {
		return !n.shows(feeds.Term{Kind: feeds.TermKind(l.Kind), Value: l.Value})
	})
}

// note is what must stand on a page that names a term; empty mostly.
func (n names) note(p *printer, t feeds.Term) anchor {
	if t.Kind != feeds.TermCountry {
		return anchor{}
	}
	c := n.countries[strings.ToUpper(t.Value)]
	if c == nil || c.Nameless || len(c.Note) == 0 {
		return anchor{}
	}
	if text := c.Note[p.lang]; text != "" {
		return anchor{Text: text}
	}
	return anchor{Text: c.Note["en"], Lang: "en"}
}

// kindName names a sort of publisher.
func kindName(p *printer, k feeds.Kind) string {
	switch k {
	case feeds.KindIOM:
		return p.t("kind.iom")
	case feeds.KindPartner:
		return p.t("kind.partner")
	case feeds.KindMedia:
		return p.t("kind.media")
	default:
		return string(k)
	}
}

// kindOfTerm names what a selection term looks at.
func kindOfTerm(p *printer, k feeds.TermKind) string {
	switch k {
	case feeds.TermCountry:
		return p.t("term.country")
	case feeds.TermRegion:
		return p.t("term.region")
	case feeds.TermTopic:
		return p.t("term.topic")
	case feeds.TermLanguage:
		return p.t("term.language")
	case feeds.TermOffice:
		return p.t("term.office")
	case feeds.TermSource:
		return p.t("term.source")
	case feeds.TermKindOf:
		return p.t("term.kind")
	default:
		return string(k)
	}
}

// counted is a term with the number of standing stories that it selects.
type counted struct {
	Name  string
	Term  feeds.Term
	Count int
}

// byName orders as people look names up: accents and case aside.
func byName(list []counted) {
	slices.SortFunc(list, func(a, b counted) int {
		return cmp.Or(strings.Compare(foldName(a.Name), foldName(b.Name)), strings.Compare(a.Term.Value, b.Term.Value))
	})
}

// byCount orders the most told first.
func byCount(list []counted) {
	slices.SortFunc(list, func(a, b counted) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(foldName(a.Name), foldName(b.Name)))
	})
}
