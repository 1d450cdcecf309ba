package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"tributary/feeds"
)

// Bounds of the front page's lists.
const (
	frontStories   = 12
	frontCountries = 18
	frontLanguages = 10
	frontChannels  = 20
)

type frontView struct {
	Stories   []storyItem
	AllFeeds  string
	AllPage   string
	Saved     []anchor
	Regions   []anchor
	World     []anchor
	Countries []anchor
	Topics    []anchor
	Languages []anchor
	Offices   []anchor
	Formats   []alternate
	OPML      string
	Total     int // sources that are read
}

func (h *Handler) front(w http.ResponseWriter, r *http.Request) {
	h.cached(w, r, nil, func(ctx context.Context, v *viewer) (*page, error) { return v.frontPage(ctx) })
}

func (v *viewer) frontPage(ctx context.Context) (*page, error) {
	sources, err := v.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := v.h.o.Counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count stories: %w", err)
	}
	stories, err := v.storyList(ctx, feeds.Selector{}, frontStories, sources, v.readers(nil))
	if err != nil {
		return nil, err
	}
	terms := v.terms(counts, sources)
	own, world := v.h.splitRegions(terms[feeds.TermRegion])
	saved := v.savedChannels()
	view := frontView{
		Stories:   stories,
		AllFeeds:  v.l.page("/feeds", nil),
		AllPage:   v.l.feedPage("all", nil),
		Saved:     v.anchors(saved[:min(len(saved), frontChannels)], 0),
		Regions:   v.anchors(own, 0),
		Countries: v.anchors(terms[feeds.TermCountry], frontCountries),
		Topics:    v.anchors(terms[feeds.TermTopic], 0),
		Languages: v.anchors(terms[feeds.TermLanguage], frontLanguages),
		Offices:   v.anchors(terms[feeds.TermOffice], 0),
		Formats:   v.formats("all", v.p.t("feed.all")),
		OPML:      v.l.absolute("/feeds.opml"),
	}
	if v.l.shelf { // there is no other page that lists them
		view.AllFeeds = ""
		view.Saved = v.anchors(saved, 0)
		view.World = v.anchors(world, 0)
		view.Countries = v.anchors(terms[feeds.TermCountry], 0)
		view.Languages = v.anchors(terms[feeds.TermLanguage], 0)
	}
	for _, s := range sources {
		if s.Source.Enabled && !s.Retired && !s.Source.Trial {
			view.Total++
		}
	}
	pg := v.newPage("front", "")
	pg.Summary = v.p.t("front.lead")
	pg.Alternates = append(pg.Alternates, view.Formats...)
	pg.Body = view
	return pg, nil
}

// terms are the named terms that select any story, by kind and in the order of
// their names. A region selects through its countries too; how many stories that
// makes is not the sum of theirs, so that regions stand without a number.
//
// A store of before may hold stories whose language is "und"; that is no category.
func (v *viewer) terms(counts map[feeds.Term]int, sources map[string]SourceStatus) map[feeds.TermKind][]counted {
	undetermined := feeds.Term{Kind: feeds.TermLanguage, Value: "und"}
	out := make(map[feeds.TermKind][]counted)
	for i := range v.h.o.Taxonomy.Regions {
		r := &v.h.o.Taxonomy.Regions[i]
		term := feeds.Term{Kind: feeds.TermRegion, Value: r.Slug}
		holds := counts[term] > 0 || slices.ContainsFunc(r.Countries, func(iso2 string) bool {
			return counts[feeds.Term{Kind: feeds.TermCountry, Value: iso2}] > 0
		})
		if holds {
			out[term.Kind] = append(out[term.Kind], counted{Name: v.h.names.of(v.p, term, sources), Term: term})
		}
	}
	for term, n := range counts {
		if n > 0 && term.Kind != feeds.TermRegion && term != undetermined && v.h.names.shows(term) {
			out[term.Kind] = append(out[term.Kind], counted{Name: capital(v.h.names.of(v.p, term, sources)), Term: term, Count: n})
		}
	}
	for _, list := range out {
		byName(list)
	}
	return out
}

// splitRegions parts the regions that IOM works by from the continents and parts of
// the world of UN M49, some of which have the same names.
func (h *Handler) splitRegions(list []counted) (own, world []counted) {
	for _, c := range list {
		if h.names.regions[c.Term.Value].Scheme == "m49" {
			world = append(world, c)
		} else {
			own = append(own, c)
		}
	}
	return own, world
}

// anchors leads to the feed pages of terms: all of them, or the limit that hold the
// most stories, in the order of their names.
func (v *viewer) anchors(list []counted, limit int) []anchor {
	if limit > 0 && len(list) > limit {
		most := slices.Clone(list)
		byCount(most)
		list = most[:limit]
		byName(list)
	}
	out := make([]anchor, 0, len(list))
	for _, c := range list {
		if _, href, ok := v.linkable(c.Term); ok {
			v.named(c.Term)
			out = append(out, anchor{Href: href, Text: c.Name, Count: c.Count})
		}
	}
	return out
}
