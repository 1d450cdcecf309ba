package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pageNames are the templates that stand on their own; each defines "main" for the
// layout.
var pageNames = []string{"front", "index", "feed", "story", "gone", "sources", "about", "fetcher", "error", "embed", "newsletters", "newsletter", "subscription"}

// keptFor bounds how old a page can be that shows what no commit of stories changes,
// such as the names of sources.
const keptFor = time.Minute

// renderWithin bounds the making of one page.
const renderWithin = 15 * time.Second

// templates holds each page in each language.
type templates struct {
	byName map[string]*template.Template
}

func loadTemplates(printers map[string]*printer) (*templates, error) {
	var anyPrinter *printer
	for _, p := range printers {
		anyPrinter = p
	}
	base, err := template.New("layout").Funcs(funcs(anyPrinter)).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("read templates: %w", err)
	}
	t := &templates{byName: make(map[string]*template.Template, len(pageNames)*len(printers))}
	for _, name := range pageNames {
		for lang, p := range printers {
			clone, err := base.Clone()
			if err != nil {
				return nil, fmt.Errorf("read template %s: %w", name, err)
			}
			if clone, err = clone.Funcs(funcs(p)).ParseFS(templateFiles, "templates/"+name+".html"); err != nil {
				return nil, fmt.Errorf("read template %s: %w", name, err)
			}
			t.byName[name+"."+lang] = clone
		}
	}
	return t, nil
}

// funcs are what templates call; every text comes from the catalogues.
func funcs(p *printer) template.FuncMap {
	return template.FuncMap{
		"t":          p.t,
		"n":          p.n,
		"num":        func(n int) string { return p.number(int64(n)) },
		"date":       p.date,
		"stamp":      p.stamp,
		"iso":        func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"dir":        direction,
		"isZero":     time.Time.IsZero,
		"formatName": formatName,
		"typeOf":     typeOf,
	}
}

// rendered is a page as bytes.
type rendered struct {
	version    int64
	made       time.Time
	status     int
	lang       string
	body, gzip []byte
	etag       string // without quotes
	vary       string // what it differs by; empty: coding and language
}

// execute writes a page as HTML.
func (h *Handler) execute(pg *page) ([]byte, error) {
	t := h.templates.byName[pg.Name+"."+pg.Lang]
	if t == nil {
		return nil, fmt.Errorf("render page: no template %s in %s", pg.Name, pg.Lang)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, "layout.html", pg); err != nil {
		return nil, fmt.Errorf("render page %s: %w", pg.Name, err)
	}
	return b.Bytes(), nil
}

func (h *Handler) render(pg *page, version int64) (*rendered, error) {
	body, err := h.execute(pg)
	if err != nil {
		return nil, err
	}
	return h.pack(body, pg.Status, pg.Lang, version)
}

// pack makes what can be sent of a body; status 0 is 200.
func (h *Handler) pack(body []byte, status int, lang string, version int64) (*rendered, error) {
	sum := sha256.Sum256(body)
	out := &rendered{version: version, made: h.now(), status: status, lang: lang, body: body, etag: hex.EncodeToString(sum[:12])}
	if out.status == 0 {
		out.status = http.StatusOK
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(body); err != nil {
		return nil, fmt.Errorf("compress page: %w", err)
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("compress page: %w", err)
	}
	out.gzip = zipped.Bytes()
	return out, nil
}

// cached answers with a page that depends on nothing but its address, its language
// and the stories: it is rendered once for each version of them, however many ask
// at once.
func (h *Handler) cached(w http.ResponseWriter, r *http.Request, query url.Values, build func(ctx context.Context, v *viewer) (*page, error)) {
	v := h.viewer(r, query)
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	key := v.p.lang + " " + v.l.lang + " " + v.path + mark(encodeFilters(query))
	out, err := h.kept(ctx, key, func(ctx context.Context, version int64) (*rendered, error) {
		pg, err := build(ctx, v)
		if err != nil {
			return nil, err
		}
		return h.render(pg, version)
	})
	if err != nil {
		h.fail(w, v, err)
		return
	}
	h.write(w, r, out)
}

// kept is what a key stands for in the present version of the stories: as it was made
// before, or made once for all who ask at the same time.
func (h *Handler) kept(ctx context.Context, key string, produce func(ctx context.Context, version int64) (*rendered, error)) (*rendered, error) {
	version, err := h.o.Store.Version(ctx)
	if err != nil {
		return nil, fmt.Errorf("read version: %w", err)
	}
	if hit, ok := h.pages.Get(key); ok && hit.version == version && h.now().Sub(hit.made) < keptFor {
		return hit, nil
	}
	made, err, _ := h.flight.Do(strconv.FormatInt(version, 10)+" "+key, func() (any, error) {
		// One reader's leaving must not fail the others who wait for this page.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renderWithin)
		defer cancel()
		out, err := produce(ctx, version)
		if err != nil {
			return nil, err
		}
		h.pages.Add(key, out)
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	out, _ := made.(*rendered) // the flight gives nothing else
	return out, nil
}

// fresh answers with a page that shows the present: it is rendered each time.
func (h *Handler) fresh(w http.ResponseWriter, r *http.Request, query url.Values, build func(ctx context.Context, v *viewer) (*page, error)) {
	v := h.viewer(r, query)
	ctx, cancel := context.WithTimeout(r.Context(), renderWithin)
	defer cancel()
	pg, err := build(ctx, v)
	if err != nil {
		h.fail(w, v, err)
		return
	}
	out, err := h.render(pg, 0)
	if err != nil {
		h.fail(w, v, err)
		return
	}
	h.write(w, r, out)
}

// write sends a page; a 200 answers If-None-Match.
func (h *Handler) write(w http.ResponseWriter, r *http.Request, out *rendered) {
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", out.lang)
	header.Set("Cache-Control", "public, max-age=60")
	vary := out.vary
	if vary == "" {
		vary = "Accept-Encoding, Accept-Language"
	}
	header.Add("Vary", vary)
	body, etag := out.body, out.etag
	if acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, etag = out.gzip, out.etag+"-gzip"
		header.Set("Content-Encoding", "gzip")
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	if out.status != http.StatusOK {
		w.WriteHeader(out.status)
		writeAll(w, body)
		return
	}
	header.Set("ETag", `"`+etag+`"`)
	r.Header.Del("Range") // a part of a page is of no use to anyone
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110, 12.5.3).
func acceptsGzip(header string) bool {
	for item := range strings.SplitSeq(header, ",") {
		coding, parameters, _ := strings.Cut(item, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip", "*":
			weight, found := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q=")
			if !found {
				return true
			}
			q, err := strconv.ParseFloat(weight, 64)
			return err == nil && q > 0
		}
	}
	return false
}

// errMoved sends the reader to another address for good.
type errMoved struct{ to string }

// Error implements error.
func (e *errMoved) Error() string { return "moved to " + e.to }

// fail answers for an error of build: a redirect, a page that says what is wrong, or
// a logged fault.
func (h *Handler) fail(w http.ResponseWriter, v *viewer, err error) {
	var moved *errMoved
	if errors.As(err, &moved) {
		w.Header().Set("Location", moved.to)
		w.Header().Set("Cache-Control", "public, max-age=3600")
		w.WriteHeader(http.StatusMovedPermanently)
		return
	}
	pg := v.errorPage(err)
	if pg.Status >= http.StatusInternalServerError {
		h.log.Error("answer page", "path", v.path, "error", err)
	}
	body, renderErr := h.execute(pg)
	if renderErr != nil {
		h.log.Error("answer page", "path", v.path, "error", renderErr)
		plain(w, http.StatusInternalServerError, "Something went wrong on our side. It has been logged.")
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", pg.Lang)
	header.Add("Vary", "Accept-Language")
	errorCaching(header, pg.Status)
	w.WriteHeader(pg.Status)
	writeAll(w, body)
}

// formatName is what people call a feed's media type.
func formatName(mediaType string) string {
	switch mediaType {
	case "application/atom+xml":
		return "Atom"
	case "application/rss+xml":
		return "RSS"
	default:
		return "JSON"
	}
}

// typeOf is a feed's type attribute with a bare "+": html/template writes a
// reference in its place, which is right, but not every autodiscovery reads it.
func typeOf(mediaType string) template.HTMLAttr {
	switch mediaType {
	case "application/atom+xml":
		return `type="application/atom+xml"`
	case "application/rss+xml":
		return `type="application/rss+xml"`
	case "application/feed+json":
		return `type="application/feed+json"`
	default:
		return ""
	}
}
