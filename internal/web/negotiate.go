package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tributary/internal/publish"
)

// A feed's address that is opened in a browser shows the feed's page, and nothing else ever
// gets the page in place of the feed (docs/decisions/0017): only a request that is a
// browser's navigation and prefers HTML is sent there, by a redirect that nobody keeps.

// varyPage are the headers that decide where a person who opens an address is sent.
const varyPage = "Accept, Sec-Fetch-Dest, Sec-Fetch-Mode, Sec-Fetch-Site, Upgrade-Insecure-Requests"

// opened tells whether a person opened an address in a browser: the browser says so by
// Fetch Metadata, or, over plain HTTP where that is not sent, by
// Upgrade-Insecure-Requests, and it prefers HTML to everything that a feed could be.
func opened(r *http.Request) bool {
	h := r.Header
	mode, dest := h.Get("Sec-Fetch-Mode"), h.Get("Sec-Fetch-Dest")
	switch {
	case mode != "" || dest != "":
		if mode != "navigate" || dest != "document" {
			return false
		}
	case h.Get("Upgrade-Insecure-Requests") != "1":
		return false
	}
	return r.Method == http.MethodGet && prefersHTML(h.Get("Accept"))
}

// followed tells whether an opened address was a link on one of our own pages: whoever
// follows that wants the feed itself.
func followed(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	u, err := url.Parse(r.Header.Get("Referer"))
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}

// toPage sends a person who opened the address of an Atom or RSS feed to its page. It
// answers nothing, and returns false, when there is none.
func (h *Handler) toPage(w http.ResponseWriter, r *http.Request, path, ext string) bool {
	if ext != ".atom" && ext != ".rss" || !opened(r) || followed(r) {
		return false
	}
	query, _ := tidyFilters(r.URL.Query())
	_, _, err := h.o.Publisher.Parse(path+"."+string(publish.FormatHTML), query)
	if moved := new(publish.Moved); errors.As(err, &moved) {
		path, err = moved.Path, nil
	}
	if err != nil {
		return false
	}
	h.seeOther(w, r, path, string(publish.FormatHTML))
	return true
}

// chooseFormat sends a reader without an extension to the format it asks for, Atom by
// default, a person to the page (RFC 9110, 12.1).
func (h *Handler) chooseFormat(w http.ResponseWriter, r *http.Request, path string) {
	ext := string(publish.FormatHTML)
	if !opened(r) {
		ext = preferredFormat(r.Header.Get("Accept"))
	}
	h.seeOther(w, r, path, ext)
}

// seeOther redirects to a format. No cache may keep a redirect to the page: many do not
// look at Vary and would give it to readers.
func (h *Handler) seeOther(w http.ResponseWriter, r *http.Request, path, ext string) {
	w.Header().Set("Vary", varyPage)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	if ext == string(publish.FormatHTML) {
		w.Header().Set("Cache-Control", "no-store")
	}
	to := h.links.prefix + "/feeds/" + escapePath(path) + "." + ext
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// accepted calls use with each media type of an Accept header and its weight (RFC 9110,
// 12.5.1); one that cannot be read weighs nothing.
func accepted(accept string, use func(media string, weight float64)) {
	for item := range strings.SplitSeq(accept, ",") {
		media, parameters, _ := strings.Cut(item, ";")
		weight := 1.0
		for parameter := range strings.SplitSeq(parameters, ";") {
			if text, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameter)), "q="); found {
				q, err := strconv.ParseFloat(text, 64)
				if err != nil || q < 0 || q > 1 {
					q = 0
				}
				weight = q
			}
		}
		use(strings.ToLower(strings.TrimSpace(media)), weight)
	}
}

// prefersHTML tells whether an Accept header names HTML and weighs it above everything
// that a feed could be taken for: feed types, XML, JSON, anything.
func prefersHTML(accept string) bool {
	page, feed := 0.0, 0.0
	accepted(accept, func(media string, weight float64) {
		switch {
		case media == "text/html":
			page = max(page, weight)
		case media == "application/xhtml+xml":
		case strings.HasSuffix(media, "xml"), strings.HasSuffix(media, "json"), strings.HasSuffix(media, "/*"):
			feed = max(feed, weight)
		}
	})
	return page > feed
}

// preferredFormat is the format that a reader asks for by Accept: the feed type of most
// weight, the first named among equals, Atom when there is none. It is never the page:
// several readers name text/html beside feed types.
func preferredFormat(accept string) string {
	best, ext := 0.0, publish.FormatAtom
	accepted(accept, func(media string, weight float64) {
		var offered publish.Format
		switch media {
		case "application/atom+xml", "application/xml", "text/xml":
			offered = publish.FormatAtom
		case "application/rss+xml":
			offered = publish.FormatRSS
		case "application/feed+json", "application/json":
			offered = publish.FormatJSON
		default:
			return
		}
		if weight > best {
			best, ext = weight, offered
		}
	})
	return string(ext)
}
