package web

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"tributary/internal/publish"
)

// TestShelf exports the world as files: every page is sound and every link of ours
// names a file that is there.
func TestShelf(t *testing.T) {
	store := newStore()
	const base = "https://example.org/news"
	publisher := worldPublisher(t, store, base)
	h := newHandler(t, func(o *Options) {
		o.Store, o.Counts, o.Publisher, o.BaseURL = store, store.counts, publisher, base
	})
	dir := filepath.Join(t.TempDir(), "shelf")
	if err := publisher.Export(t.Context(), dir, h); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.html", "feeds/all.html", "feeds/country/ly.html", "stories/" + seminarID + ".html", "static/style.css", "static/icon.svg"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"stories/" + withdrawnID + ".html", "stories/" + trialID + ".html"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s was published", name)
		}
	}
	pages := 0
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		pages++
		var doc *html.Node
		if strings.Contains(filepath.ToSlash(path), "/embed/") {
			doc = parse(t, string(body))
		} else {
			doc = checkHTML(t, path, string(body))
		}
		for n := range doc.Descendants() {
			href := attr(n, "href")
			u, err := url.Parse(href)
			if err != nil || href == "" || (u.Host != "" && u.Host != "example.org") || u.Scheme == "mailto" || u.Path == "" {
				continue
			}
			name, inside := strings.CutPrefix(u.Path, "/news/")
			if !inside {
				t.Errorf("%s: %s leaves the base URL", path, href)
				continue
			}
			if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
				t.Errorf("%s: %s names no file", path, href)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 10 {
		t.Errorf("only %d pages", pages)
	}
}

func TestShelfStops(t *testing.T) {
	h := newHandler(t)
	full := errors.New("disk is full")
	if err := h.RenderShelf(t.Context(), nil, nil, func(string, []byte) error { return full }); !errors.Is(err, full) {
		t.Errorf("emit's error became %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.RenderShelf(ctx, nil, nil, func(string, []byte) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context became %v", err)
	}
}

// Former addresses of saved channels go on on a static host, which cannot redirect.
func TestShelfKeepsFormerAddresses(t *testing.T) {
	h := savedHandler(t)
	p, ok := h.o.Publisher.(*publish.Publisher)
	if !ok {
		t.Fatalf("%T", h.o.Publisher)
	}
	dir := filepath.Join(t.TempDir(), "shelf")
	if err := p.Export(t.Context(), dir, h); err != nil {
		t.Fatal(err)
	}
	for name, holds := range map[string]string{
		"feeds/channel/old.atom":   `<link href="https://feeds.example.org/feeds/channel/coast.atom" rel="self"`,
		"feeds/channel/old.rss":    "<title>The coast",
		"feeds/channel/old.html":   `content="0; url=https://feeds.example.org/feeds/channel/coast.html"`,
		"embed/channel/coast.html": "<section",
	} {
		body, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil || !strings.Contains(string(body), holds) {
			t.Errorf("%s: %v\n%.600s", name, err, body)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "feeds", "channel", "gone.atom")); err == nil {
		t.Error("a channel that is gone is on the shelf")
	}
}
