package web

import (
	"context"
	"fmt"
	"net/http"

	"tributary/feeds"
)

type indexView struct {
	All      indexRow
	Sections []indexSection
	Builder  narrowForm
	OPML     string
}

type indexSection struct {
	ID    string
	Title string
	Rows  []indexRow
}

// indexRow is a feed with its page and its three formats.
type indexRow struct {
	anchor
	Formats []alternate
}

func (h *Handler) index(w http.ResponseWriter, r *http.Request) {
	h.cached(w, r, nil, func(ctx context.Context, v *viewer) (*page, error) { return v.indexPage(ctx) })
}

func (v *viewer) indexPage(ctx context.Context) (*page, error) {
	sources, err := v.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := v.h.o.Counts(ctx)
	if err != nil {
		return nil, fmt.Errorf("count stories: %w", err)
	}
	terms := v.terms(counts, sources)
	view := indexView{
		All:     indexRow{anchor: anchor{Href: v.l.feedPage("all", nil), Text: v.p.t("feed.all")}, Formats: v.formats("all", v.p.t("feed.all"))},
		Builder: v.narrow("all", nil, terms),
		OPML:    v.l.absolute("/feeds.opml"),
	}
	add := func(id, title string, list []counted) {
		if rows := v.rows(list); len(rows) > 0 {
			view.Sections = append(view.Sections, indexSection{ID: id, Title: title, Rows: rows})
		}
	}
	own, world := v.h.splitRegions(terms[feeds.TermRegion])
	add("channels", v.p.t("index.channels"), v.savedChannels())
	add("regions", v.p.t("index.regions"), own)
	add("countries", v.p.t("index.countries"), terms[feeds.TermCountry])
	add("topics", v.p.t("index.topics"), terms[feeds.TermTopic])
	add("languages", v.p.t("index.languages"), terms[feeds.TermLanguage])
	add("offices", v.p.t("index.offices"), terms[feeds.TermOffice])
	add("sources", v.p.t("index.sources"), terms[feeds.TermSource])
	add("world", v.p.t("index.world"), world)
	pg := v.newPage("index", v.p.t("index.title"))
	pg.Summary = v.p.t("index.lead")
	pg.Body = view
	return pg, nil
}

func (v *viewer) rows(list []counted) []indexRow {
	rows := make([]indexRow, 0, len(list))
	for _, c := range list {
		if path, href, ok := v.linkable(c.Term); ok {
			v.named(c.Term)
			rows = append(rows, indexRow{
				anchor:  anchor{Href: href, Text: c.Name, Count: c.Count},
				Formats: v.formats(path, c.Name),
			})
		}
	}
	return rows
}
