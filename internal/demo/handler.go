package demo

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var imagePath = regexp.MustCompile(`^/images/[a-z0-9-]{1,120}\.png$`)

// Handler answers for every publisher of the demo world, by path (/HOST/PATH) or by
// the Host header (as a proxy for its own hosts). GET and HEAD only.
func (w *World) Handler() http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("X-Content-Type-Options", "nosniff")
		rw.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			rw.Header().Set("Allow", "GET, HEAD")
			http.Error(rw, "The demo world can only be read.", http.StatusMethodNotAllowed)
			return
		}
		t := w.now()
		host, path := w.split(r)
		if host == "" {
			if path != "/" {
				http.Error(rw, "There is no such publisher in the demo world.", http.StatusNotFound)
				return
			}
			w.page(rw, r, w.frontPage(t))
			return
		}
		for _, p := range w.publishers {
			if p.Host == host && p.Feed == path {
				w.feed(rw, r, p, t)
				return
			}
		}
		for _, p := range w.publishers {
			if p.Host == host && strings.TrimSuffix(p.Home, "/") == strings.TrimSuffix(path, "/") {
				w.page(rw, r, w.homePage(p, t))
				return
			}
		}
		w.article(rw, r, host, path, t)
	})
}

// split says which publisher's host and which path there a request means. The host
// is empty for the demo's own front page and for unknown names.
func (w *World) split(r *http.Request) (host, path string) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if w.known(first) {
		return first, "/" + rest
	}
	named, _, _ := strings.Cut(r.Host, ":")
	if w.known(named) {
		return named, r.URL.Path
	}
	if w.known("www." + named) {
		return "www." + named, r.URL.Path
	}
	return "", r.URL.Path
}

func (w *World) known(host string) bool {
	for _, p := range w.publishers {
		if p.Host == host {
			return true
		}
	}
	return false
}

// feed answers with a publisher's feed. ServeContent compares the validators.
func (w *World) feed(rw http.ResponseWriter, r *http.Request, p *publisher, t time.Time) {
	body, etag, modified, err := w.document(p, t)
	if err != nil {
		http.Error(rw, "The feed could not be written.", http.StatusInternalServerError)
		return
	}
	h := rw.Header()
	h.Set("Content-Type", p.mediaType())
	h.Set("Cache-Control", "max-age=5")
	if p.Gzip {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			if body, err = squeeze(body); err != nil {
				http.Error(rw, "The feed could not be compressed.", http.StatusInternalServerError)
				return
			}
			h.Set("Content-Encoding", "gzip")
			etag = strings.TrimSuffix(etag, `"`) + `-gzip"`
		}
	}
	h.Set("ETag", etag)
	http.ServeContent(rw, r, "", modified, bytes.NewReader(body))
}

func squeeze(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// article answers with the page behind an entry: 410 once it is withdrawn, 404
// before it appears.
func (w *World) article(rw http.ResponseWriter, r *http.Request, host, path string, t time.Time) {
	if imagePath.MatchString(path) {
		img, err := picture(host + path)
		if err != nil {
			http.Error(rw, "The picture could not be drawn.", http.StatusInternalServerError)
			return
		}
		rw.Header().Set("Content-Type", "image/png")
		http.ServeContent(rw, r, "", w.start, bytes.NewReader(img))
		return
	}
	it := w.lookup(host, path, t)
	if it == nil || t.Before(it.published) {
		http.Error(rw, "There is no such page in the demo world.", http.StatusNotFound)
		return
	}
	v, ok := it.at(t)
	if !ok {
		http.Error(rw, "The publisher has withdrawn this page.", http.StatusGone)
		return
	}
	w.page(rw, r, articlePage(shown{it, v}))
}

// lookup finds the item of a page; reports of the endless series are made anew.
func (w *World) lookup(host, path string, t time.Time) *item {
	if it := w.pages[pageKey("https://"+host+path)]; it != nil {
		return it
	}
	for place, s := range w.series {
		if s.pub.Host != host {
			continue
		}
		before, after, _ := strings.Cut(s.pub.Article, "{slug}")
		number, ok := strings.CutPrefix(strings.TrimSuffix(strings.TrimSuffix(path, "/"), strings.TrimSuffix(after, "/")), before+s.Slug+"-")
		if n, err := strconv.Atoi(number); ok && err == nil {
			return s.find(n, w.endless, w.start, t, place, len(w.series))
		}
	}
	return nil
}

func (w *World) page(rw http.ResponseWriter, r *http.Request, body string) {
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	http.ServeContent(rw, r, "", time.Time{}, strings.NewReader(body))
}
