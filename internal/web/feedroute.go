package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"tributary/internal/publish"
)

// feed answers everything below /feeds/. Documents come first: they are asked for a
// thousand times as often as pages.
func (h *Handler) feed(w http.ResponseWriter, r *http.Request) {
	path := r.PathValue("path")
	dot := strings.LastIndexByte(path, '.')
	switch {
	case path == "":
		http.Redirect(w, r, h.links.prefix+"/feeds", http.StatusMovedPermanently)
	case h.o.Newsletters != nil && dot > 0 && strings.HasPrefix(path, "newsletter/"):
		h.newsletterFeed(w, r, strings.TrimPrefix(path, "newsletter/"))
	case dot < 0:
		h.chooseFormat(w, r, path)
	case path[dot:] == ".html":
		h.feedHTML(w, r, path[:dot])
	case h.toPage(w, r, path[:dot], path[dot:]):
	default:
		h.document(w, r, path)
	}
}

// document answers with a feed; path ends in its format.
func (h *Handler) document(w http.ResponseWriter, r *http.Request, path string) {
	if err := h.o.Publisher.ServeFeed(w, r, path); err != nil {
		h.refuse(w, r, path, err)
	}
}

func (h *Handler) opml(w http.ResponseWriter, r *http.Request) {
	query, _ := tidyFilters(r.URL.Query())
	doc, err := h.o.Publisher.OPML(r.Context(), query)
	if err != nil {
		h.refuse(w, r, "opml", err)
		return
	}
	publish.Serve(w, r, doc)
}

// feedHTML is a feed's page. Forms send empty and repeated fields; the reader is
// taken to the tidy address, which is the one to share.
func (h *Handler) feedHTML(w http.ResponseWriter, r *http.Request, path string) {
	query, changed := tidyFilters(r.URL.Query())
	v := h.viewer(r, query)
	if changed {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		http.Redirect(w, r, v.l.feedPage(escapePath(path), query), http.StatusFound)
		return
	}
	ch, _, err := h.o.Publisher.Parse(path+".html", query)
	if moved := new(publish.Moved); errors.As(err, &moved) {
		err = &errMoved{to: v.l.feedPage(moved.Path, query)}
	}
	if err != nil {
		h.fail(w, v, err)
		return
	}
	if ch.Path != escapePath(path) { // a former code or another spelling
		h.fail(w, v, &errMoved{to: v.l.feedPage(ch.Path, query)})
		return
	}
	w.Header()["Content-Security-Policy"] = headerScripted
	h.cached(w, r, query, func(ctx context.Context, v *viewer) (*page, error) { return v.feedPage(ctx, path, ch) })
}

// movedFeed leads from a former address of a channel to the one of now, in the format and
// with the filters that were asked for.
func (h *Handler) movedFeed(w http.ResponseWriter, r *http.Request, to, from string) {
	to = h.links.prefix + "/feeds/" + escapePath(to) + from[strings.LastIndexByte(from, '.'):]
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	http.Redirect(w, r, to, http.StatusMovedPermanently)
}

// refusal is what a program reads about a feed that it asked for wrongly.
type refusal struct {
	Error     string   `json:"error"`
	Parameter string   `json:"parameter,omitempty"`
	Value     string   `json:"value,omitempty"`
	Valid     []string `json:"valid,omitempty"`
	Total     int      `json:"total,omitempty"` // of valid values, when only the nearest are named
}

// refuse answers a feed reader in plain text, or in JSON when it asked for JSON,
// with the values that would have worked. A fault of ours is logged and told as one.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, path string, err error) {
	status, said := http.StatusServiceUnavailable, refusal{Error: "The feed cannot be read at the moment. Try again in a minute."}
	var invalid *publish.Invalid
	var moved *publish.Moved
	switch {
	case errors.As(err, &moved):
		h.movedFeed(w, r, moved.Path, path)
		return
	case errors.As(err, &invalid):
		status, said = invalid.Status, refusal{Error: invalid.Error(), Parameter: invalid.Parameter, Value: clip(invalid.Value, 100), Valid: invalid.Valid, Total: invalid.Total}
	case r.Context().Err() != nil:
		return // whoever asked has left
	default:
		h.log.Error("answer feed", "path", path, "query", r.URL.RawQuery, "error", err)
	}
	w.Header().Set("Vary", "Accept")
	if strings.HasSuffix(path, ".json") || preferredFormat(r.Header.Get("Accept")) == "json" {
		body, err := json.MarshalIndent(said, "", "  ")
		if err == nil {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			errorCaching(w.Header(), status)
			w.WriteHeader(status)
			writeAll(w, append(body, '\n'))
			return
		}
		h.log.Error("answer feed", "path", path, "error", err)
	}
	sentence := said.Error
	if len(said.Valid) > 0 {
		sentence += "\nWhat would work: " + strings.Join(said.Valid, ", ")
	}
	plain(w, status, sentence)
}
