package web

import (
	"errors"
	"net/http"

	"tributary/feeds"
	"tributary/internal/publish"
)

// errorView is a page that says what is wrong and what to do instead.
type errorView struct {
	Heading string
	Text    string
	Detail  string // the same in English with its particulars, for other languages
	Valid   []anchor
	Nearest bool // Valid names the nearest values only
	Links   []anchor
}

func (h *Handler) notFound(w http.ResponseWriter, r *http.Request) {
	h.fail(w, h.viewer(r, nil), feeds.ErrNotFound)
}

// errorPage words an error for the public. What is not the reader's doing stays in
// the log.
func (v *viewer) errorPage(err error) *page {
	var invalid *publish.Invalid
	view := errorView{Links: []anchor{
		{Href: v.l.page("/", nil), Text: v.p.t("nav.front")},
		{Href: v.l.page("/feeds", nil), Text: v.p.t("nav.feeds")},
	}}
	status := http.StatusServiceUnavailable
	switch {
	case errors.As(err, &invalid):
		status = invalid.Status
		view.Heading, view.Text = v.invalidWords(invalid)
		view.Valid, view.Nearest = v.validValues(invalid), invalid.Total > len(invalid.Valid)
		if v.p.lang == "en" {
			view.Text = invalid.Error()
		} else {
			view.Detail = invalid.Error()
		}
	case errors.Is(err, feeds.ErrNotFound):
		status = http.StatusNotFound
		view.Heading, view.Text = v.p.t("error.not_found"), v.p.t("error.not_found_text")
	default:
		view.Heading, view.Text = v.p.t("error.unavailable"), v.p.t("error.unavailable_text")
	}
	pg := v.newPage("error", view.Heading)
	pg.Status = status
	pg.NoIndex = true
	pg.Canonical = ""
	pg.Body = view
	return pg
}

func (v *viewer) invalidWords(invalid *publish.Invalid) (heading, text string) {
	value := clip(invalid.Value, 100)
	switch {
	case invalid.Status == http.StatusGone:
		return v.p.t("error.retired"), v.p.t("error.retired_text")
	case invalid.Value == "" && invalid.Status == http.StatusNotFound:
		return v.p.t("error.no_feed"), v.p.t("error.no_feed_text")
	case invalid.Status == http.StatusNotFound:
		return v.p.t("error.no_feed"), v.p.t("error.unknown_value", "Parameter", invalid.Parameter, "Value", value)
	case invalid.Value == "":
		return v.p.t("error.bad_request"), v.p.t("error.unknown_parameter", "Parameter", clip(invalid.Parameter, 100))
	default:
		return v.p.t("error.bad_request"), v.p.t("error.unknown_value", "Parameter", invalid.Parameter, "Value", value)
	}
}

// validValues lists what would have worked, with the pages it leads to and the names
// people know it by.
func (v *viewer) validValues(invalid *publish.Invalid) []anchor {
	out := make([]anchor, 0, len(invalid.Valid))
	for _, value := range invalid.Valid {
		term := feeds.Term{Kind: feeds.TermKind(invalid.Parameter), Value: value}
		a := anchor{Text: value}
		if c := v.h.savedBy(value); c != nil && term.Kind == savedKind {
			a.Text = value + " – " + feeds.In(c.Title, v.p.lang, value)
		} else if name := v.h.names.of(v.p, term, nil); name != value {
			a.Text = value + " – " + name
		}
		if _, href, ok := v.linkable(term); ok {
			a.Href = href
		}
		out = append(out, a)
	}
	return out
}
