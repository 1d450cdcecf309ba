package publish

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tributary/feeds"
)

// filterKinds are the kinds of term in the order in which they stand in an address.
var filterKinds = []feeds.TermKind{feeds.TermCountry, feeds.TermRegion, feeds.TermTopic, feeds.TermLanguage,
	feeds.TermOffice, feeds.TermSource, feeds.TermKindOf}

// pathKinds are the kinds that may be a path of their own.
var pathKinds = filterKinds[:len(filterKinds)-1]

// expand adds to every region the countries that belong to it: a story about one of
// them is of the region, whether or not a text names the region.
func expand(group []feeds.Term, t *feeds.Taxonomy) []feeds.Term {
	out := slices.Clone(group)
	for _, term := range group {
		if term.Kind != feeds.TermRegion {
			continue
		}
		if r, ok := t.RegionBySlug(term.Value); ok {
			for _, iso2 := range r.Countries {
				out = append(out, feeds.Term{Kind: feeds.TermCountry, Value: iso2})
			}
		}
	}
	return out
}

// contract undoes expand: the groups of a selection as its address names them. Terms
// of one group are of one kind otherwise, so that countries beside a region are its.
func contract(sel feeds.Selector) [][]feeds.Term {
	canonical := sel.Canonical()
	for i, group := range canonical.All {
		if slices.ContainsFunc(group, isRegion) {
			canonical.All[i] = slices.DeleteFunc(group, func(t feeds.Term) bool { return t.Kind == feeds.TermCountry })
		}
	}
	return canonical.All
}

func isRegion(t feeds.Term) bool { return t.Kind == feeds.TermRegion }

// address is where a channel is published, without base and extension.
type address struct {
	path  string
	query string // without "?"; empty for none
}

// canonicalAddress is the one address of a selection, whichever was asked for: two
// spellings of a selection share their document, which can name one of them only.
// The path takes the group that a parameter could not say beside another of its kind,
// else the first of pathKinds that names a single value.
func (p *Publisher) canonicalAddress(ch feeds.Channel) address {
	groups := contract(ch.Selector)
	pathGroup := choosePathGroup(groups, ch.Prefer)
	a := address{path: "all"}
	var query []string
	if pathGroup >= 0 {
		a.path = termPath(groups[pathGroup][0])
	}
	for _, kind := range filterKinds {
		for i, group := range groups {
			if i != pathGroup && group[0].Kind == kind {
				if kind == feeds.TermLanguage {
					group = preferred(group, ch.Prefer)
				}
				query = append(query, string(kind)+"="+joinValues(group))
			}
		}
	}
	if ch.Selector.Query != "" {
		query = append(query, "q="+url.QueryEscape(ch.Selector.Query))
	}
	if ch.Limit != p.o.Limit && ch.Limit > 0 {
		query = append(query, "limit="+strconv.Itoa(ch.Limit))
	}
	a.query = strings.Join(query, "&")
	return a
}

// preferred puts languages in the order in which a channel prefers them: it is part of the
// address, because entries differ by it.
func preferred(group []feeds.Term, prefer []string) []feeds.Term {
	out := slices.Clone(group)
	place := func(t feeds.Term) int {
		if i := slices.Index(prefer, t.Value); i >= 0 {
			return i
		}
		return len(prefer)
	}
	slices.SortStableFunc(out, func(a, b feeds.Term) int { return place(a) - place(b) })
	return out
}

// choosePathGroup is the index of the group that becomes the path, -1 for none. Of two
// languages, one of which is preferred, the other becomes the path: what a parameter says
// goes before it.
func choosePathGroup(groups [][]feeds.Term, prefer []string) int {
	of := func(kind feeds.TermKind) (first, count int) {
		first = -1
		for i, g := range groups {
			if g[0].Kind != kind {
				continue
			}
			count++
			if len(g) == 1 && (first < 0 || len(prefer) > 0 && groups[first][0] == feeds.Term{Kind: feeds.TermLanguage, Value: prefer[0]}) {
				first = i
			}
		}
		return first, count
	}
	for _, kind := range pathKinds {
		if single, count := of(kind); count > 1 && single >= 0 {
			return single
		}
	}
	for _, kind := range pathKinds {
		if single, _ := of(kind); single >= 0 {
			return single
		}
	}
	return -1
}

func termPath(t feeds.Term) string {
	return string(t.Kind) + "/" + url.PathEscape(strings.ToLower(t.Value))
}

func joinValues(group []feeds.Term) string {
	values := make([]string, len(group))
	for i, t := range group {
		values[i] = url.QueryEscape(strings.ToLower(t.Value))
	}
	return strings.Join(values, ",")
}

// in is the absolute address in one format.
func (a address) in(base string, f Format) string {
	s := base + "/feeds/" + a.path + "." + string(f)
	if a.query != "" {
		s += "?" + a.query
	}
	return s
}

// Address is the canonical, absolute address of a channel in a format.
func (p *Publisher) Address(ch feeds.Channel, f Format) string {
	return p.canonicalAddress(ch).in(p.base, f)
}

// maxID keeps ids where old columns of 255 characters can hold them.
const maxID = 200

// feedURI is the atom:id of a channel: made of what it selects, and of neither the
// host it is served at nor its limit.
func (p *Publisher) feedURI(ch feeds.Channel) string {
	ch.Limit = p.o.Limit
	a := p.canonicalAddress(ch)
	specific := "feed/" + a.path
	if a.query != "" {
		specific += "?" + a.query
	}
	if uri := p.tag(specific); len(uri) <= maxID {
		return uri
	}
	return p.tag("feed/" + contentHash([]byte(specific)))
}

// documentKey names a rendered document in caches and in the store.
func (p *Publisher) documentKey(ch feeds.Channel, at spot, f Format) string {
	a := p.addressAt(ch, at)
	return a.path + "." + string(f) + "?" + a.query
}
