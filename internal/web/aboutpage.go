package web

import (
	"context"
	"net/http"
)

type aboutView struct {
	Fetcher string // address of the page about our requests
	Sources string
	Feeds   string
	OPML    string
}

type fetcherView struct {
	Fetcher
	Contact  *anchor
	Megabyte string
	Sources  string
	Agent    string
	Longest  string // time between two requests, by pace
}

func (h *Handler) about(w http.ResponseWriter, r *http.Request) {
	h.cached(w, r, nil, func(_ context.Context, v *viewer) (*page, error) {
		pg := v.newPage("about", v.p.t("about.title"))
		pg.Summary = v.p.t("about.lead")
		pg.Body = aboutView{
			Fetcher: v.l.page("/about/fetcher", nil), Sources: v.l.page("/sources", nil),
			Feeds: v.l.page("/feeds", nil), OPML: v.l.absolute("/feeds.opml"),
		}
		return pg, nil
	})
}

// aboutFetcher tells webmasters who reads their feeds, how often, and how to ask
// for less.
func (h *Handler) aboutFetcher(w http.ResponseWriter, r *http.Request) {
	h.cached(w, r, nil, func(_ context.Context, v *viewer) (*page, error) {
		f := h.o.Fetcher
		pg := v.newPage("fetcher", v.p.t("fetcher.title"))
		pg.Summary = v.p.t("fetcher.lead")
		view := fetcherView{Fetcher: f, Contact: contactLink(h.o.Contact), Sources: v.l.page("/sources", nil), Agent: f.UserAgent}
		if f.MaxBytes > 0 {
			view.Megabyte = v.p.number(max(1, f.MaxBytes>>20))
		}
		if f.MaxInterval > 0 {
			view.Longest = v.p.span(f.MaxInterval)
		}
		pg.Body = view
		return pg, nil
	})
}
