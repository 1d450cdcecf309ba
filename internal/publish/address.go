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
	said := filters(ch)
	groups := contract(said)
	pathGroup := choosePathGroup(groups, ch.Prefer)
	a := address{path: "all"}
	if ch.Saved != "" {
		a.path, pathGroup = savedPath(ch.Saved), -1
	}
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
	if said.Query != "" {
		query = append(query, "q="+url.QueryEscape(said.Query))
	}
	if ch.Limit != p.defaultLimit(ch) && ch.Limit > 0 {
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
// host it is served at nor its limit. That of a saved channel is made of the slug that it
// had first, and not of what it selects, which its office may change.
func (p *Publisher) feedURI(ch feeds.Channel) string {
	ch.Limit = p.defaultLimit(ch)
	a := p.canonicalAddress(ch)
	if s := p.saved.bySlug[ch.Saved]; s != nil {
		a.path = savedPath(s.ID)
	}
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

// keptKey is a document's key as it may be kept in the store: what readers searched for is
// their own affair, and may be a name whose words were purged.
func keptKey(key string) string {
	path, query, _ := strings.Cut(key, "?")
	if !searches(query) {
		return key
	}
	return path + "?" + contentHash([]byte(query))
}

// searches says whether a canonical query has words to search for.
func searches(query string) bool {
	return strings.HasPrefix(query, "q=") || strings.Contains(query, "&q=")
}
