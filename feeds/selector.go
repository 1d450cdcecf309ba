package feeds

import (
	"slices"
	"strings"
)

// TermKind says what a selection term looks at: a kind of label, or something of
// the sources that carry the story.
type TermKind string

// The kinds of selection term.
const (
	TermCountry  TermKind = "country"
	TermRegion   TermKind = "region"
	TermTopic    TermKind = "topic"
	TermLanguage TermKind = "language"
	TermOffice   TermKind = "office" // carried by a source of kind iom of that office
	TermSource   TermKind = "source"
	TermKindOf   TermKind = "kind" // publisher kind: iom, partner, media
)

// Term is one thing that a story may match.
type Term struct {
	Kind  TermKind
	Value string
}

// Selector says which stories a channel holds: every group must match, and a group
// matches when any of its terms does. Query, when not empty, must match too: all
// its words, accents and case aside. The zero Selector selects everything.
type Selector struct {
	All   [][]Term
	Query string
	// Without are ids of sources that do not count: a story that none but they carry is left
	// out, and of the others their copies are.
	Without []string
}

// Canonical orders and deduplicates terms and groups, so that equal selections have
// equal String results.
func (s Selector) Canonical() Selector {
	out := Selector{Query: strings.Join(strings.Fields(s.Query), " ")}
	if len(s.Without) > 0 {
		out.Without = slices.Compact(slices.Sorted(slices.Values(s.Without)))
	}
	for _, group := range s.All {
		g := slices.Clone(group)
		slices.SortFunc(g, compareTerms)
		g = slices.Compact(g)
		if len(g) > 0 {
			out.All = append(out.All, g)
		}
	}
	slices.SortFunc(out.All, func(a, b []Term) int { return slices.CompareFunc(a, b, compareTerms) })
	out.All = slices.CompactFunc(out.All, func(a, b []Term) bool { return slices.Equal(a, b) })
	return out
}

// String is a compact form, a key for caches and logs.
func (s Selector) String() string {
	var b strings.Builder
	for i, group := range s.All {
		if i > 0 {
			b.WriteByte('&')
		}
		for j, t := range group {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(string(t.Kind) + "=" + t.Value)
		}
	}
	if s.Query != "" {
		b.WriteString("&q=" + s.Query)
	}
	if len(s.Without) > 0 {
		b.WriteString("&without=" + strings.Join(s.Without, ","))
	}
	return b.String()
}

func compareTerms(a, b Term) int {
	if c := strings.Compare(string(a.Kind), string(b.Kind)); c != 0 {
		return c
	}
	return strings.Compare(a.Value, b.Value)
}

// Channel is a merged feed that we publish. Path is its address below /feeds/
// without an extension, such as "country/ly" or "all".
type Channel struct {
	Path     string
	Title    string
	Language string // of the title and the label names; en by default
	Selector Selector
	Limit    int // entries at most
	// Prefer are base languages in order of preference: each story is shown in the first of
	// them that it has, otherwise by its lead.
	Prefer []string
	// Saved is the slug of the saved channel that it is, Own what that selects by itself:
	// Selector holds it and the filters of the address. Both are empty for any other.
	Saved string
	Own   Selector
}
