package web

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestRoutes(t *testing.T) {
	h := newHandler(t)
	cases := []struct {
		name, path  string
		status      int
		contentType string
		holds       []string
		lacks       []string
	}{
		{"front page", "/", 200, "text/html; charset=utf-8", []string{"Migration news", "Seminar in Tripoli", "Libya", "Headquarters", "/feeds.opml", "Counter-trafficking"}, []string{"Taken back", "Not yet public"}},
		{"list of feeds", "/feeds", 200, "text/html; charset=utf-8", []string{"https://feeds.example.org/feeds/country/ly.atom", "https://feeds.example.org/feeds/topic/floods.rss", "https://feeds.example.org/feeds/source/iom-hq.json"}, nil},
		{"list of feeds, slash", "/feeds/", 301, "", nil, nil},
		{"atom", "/feeds/all.atom", 200, "application/atom+xml; charset=utf-8", []string{"<feed", "Seminar in Tripoli"}, nil},
		{"rss", "/feeds/country/ly.rss", 200, "application/rss+xml; charset=utf-8", nil, nil},
		{"json", "/feeds/country/ly.json", 200, "application/feed+json", nil, nil},
		{"page of a feed", "/feeds/country/ly.html", 200, "text/html; charset=utf-8", []string{"<h1>Libya</h1>", `type="application/atom+xml" title="Libya (Atom)" href="https://feeds.example.org/feeds/country/ly.atom"`}, []string{"A headline of the press"}},
		{"filtered page", "/feeds/country/ly.html?topic=floods", 200, "text/html; charset=utf-8", []string{"Floods", "https://feeds.example.org/feeds/country/ly.atom?topic=floods", `href="/feeds/country/ly.html"`, "فيضانات"}, []string{"Seminar in Tripoli"}},
		{"search", "/feeds/all.html?q=seminar", 200, "text/html; charset=utf-8", []string{"“seminar”", "Seminar in Tripoli"}, []string{"A headline of the press"}},
		{"search without result", "/feeds/all.html?q=nothing+here", 200, "text/html; charset=utf-8", []string{"No story matches"}, nil},
		{"empty form fields", "/feeds/all.html?country=ly&topic=&q=", 302, "", nil, nil},
		{"unknown country", "/feeds/country/zz.atom", 404, "text/plain; charset=utf-8", []string{"What would work: ly, ma"}, nil},
		{"unknown country, JSON", "/feeds/country/zz.json", 404, "application/json; charset=utf-8", []string{`"valid": [`, `"ly"`}, nil},
		{"unknown country, page", "/feeds/country/zz.html", 404, "text/html; charset=utf-8", []string{"no such feed", "zz", "ly – Libya"}, nil},
		{"unknown filter value", "/feeds/all.atom?country=zz", 400, "text/plain; charset=utf-8", []string{"zz"}, nil},
		{"unknown filter", "/feeds/all.atom?colour=red", 400, "text/plain; charset=utf-8", []string{"colour"}, nil},
		{"unknown filter, page", "/feeds/all.html?colour=red", 400, "text/html; charset=utf-8", []string{"colour"}, nil},
		{"unknown extension", "/feeds/all.xml", 404, "text/plain; charset=utf-8", []string{"atom"}, nil},
		{"opml", "/feeds.opml?country=ly", 200, "text/x-opml; charset=utf-8", []string{"/feeds/country/ly.atom?topic=floods"}, nil},
		{"story", "/stories/" + seminarID, 200, "text/html; charset=utf-8", []string{"Officials of two countries met in Tripoli", "© IOM", "Tripoli</mark>", "main subject", "86% certain", "Version 2", "Withdrawn<", "https://iom.example/report.pdf"}, []string{"Secret name"}},
		{"story, title only", "/stories/" + titleOnlyID, 200, "text/html; charset=utf-8", []string{"A headline of the press", "permits the title only"}, []string{"may not be shown"}},
		{"withdrawn story", "/stories/" + withdrawnID, 410, "text/html; charset=utf-8", []string{"withdrawn", "23 November 2026"}, []string{"Taken back"}},
		{"moved story", "/stories/" + movedID, 301, "", nil, nil},
		{"story on trial", "/stories/" + trialID, 404, "text/html; charset=utf-8", nil, []string{"Not yet public"}},
		{"unknown story", "/stories/01ja0000000000000000000000", 404, "text/html; charset=utf-8", nil, nil},
		{"no story id", "/stories/..%2f..%2fetc", 404, "text/html; charset=utf-8", nil, nil},
		{"sources", "/sources", 200, "text/html; charset=utf-8", []string{"IOM news", "every 30 minutes", "12 minutes ago", "in 18 minutes", "Failed 3 times in a row", "403 Forbidden", "Gone for good", "On trial", "Switched off", "every 2 hours", "schedule 0 7 * * 1-5 (Africa/Tunis)"}, []string{"Left the catalogue", "javascript:"}},
		{"about", "/about", 200, "text/html; charset=utf-8", []string{"feeds@example.org"}, nil},
		{"about the fetcher", "/about/fetcher", 200, "text/html; charset=utf-8", []string{"Tributary/1.0", "15 minutes", "mailto:feeds@example.org", "10 MiB"}, nil},
		{"style sheet", "/static/style.css", 200, "text/css; charset=utf-8", nil, nil},
		{"icon", "/static/icon.svg", 200, "image/svg+xml", nil, nil},
		{"no such asset", "/static/other.css", 404, "text/html; charset=utf-8", nil, nil},
		{"robots", "/robots.txt", 200, "text/plain; charset=utf-8", []string{"User-agent: *"}, nil},
		{"liveness", "/healthz", 200, "text/plain; charset=utf-8", []string{"ok"}, nil},
		{"readiness", "/readyz", 200, "text/plain; charset=utf-8", []string{"database: ok"}, nil},
		{"metrics", "/metrics", 200, "", []string{"tributary_http_answers_total"}, nil},
		{"nothing there", "/wp-login.php", 404, "text/html; charset=utf-8", []string{"no such page"}, nil},
		{"long path", "/" + strings.Repeat("a", maxPath), 414, "text/plain; charset=utf-8", nil, nil},
		{"long query", "/feeds/all.html?q=" + strings.Repeat("a", maxQuery), 414, "text/plain; charset=utf-8", nil, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := get(h, c.path)
			if w.Code != c.status {
				t.Fatalf("status %d, want %d; body: %.300s", w.Code, c.status, w.Body)
			}
			if c.contentType != "" && w.Header().Get("Content-Type") != c.contentType {
				t.Errorf("Content-Type %q, want %q", w.Header().Get("Content-Type"), c.contentType)
			}
			for _, text := range c.holds {
				if !strings.Contains(w.Body.String(), text) {
					t.Errorf("body lacks %q", text)
				}
			}
			for _, text := range c.lacks {
				if strings.Contains(w.Body.String(), text) {
					t.Errorf("body holds %q", text)
				}
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	h := newHandler(t)
	cases := []struct{ path, accept, location string }{
		{"/feeds/", "", "/feeds"},
		{"/stories/" + movedID, "", "/stories/" + seminarID},
		{"/feeds/all.html?country=ly&country=ma&topic=&q=+", "", "/feeds/all.html?country=ly,ma"},
		{"/feeds/all.html?q=a++b&lang=fr&country=", "", "/feeds/all.html?q=a+b&lang=fr"},
		{"/feeds/country/ly", "", "/feeds/country/ly.atom"},
		{"/feeds/country/ly?topic=floods", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "/feeds/country/ly.atom?topic=floods"}, // no browser says no more
		{"/feeds/country/ly", "application/rss+xml", "/feeds/country/ly.rss"},
		{"/feeds/country/ly", "text/html;q=0.5, application/feed+json", "/feeds/country/ly.json"},
		{"/feeds/country/ly", "text/html;q=nonsense, application/json;q=0.1", "/feeds/country/ly.json"},
	}
	for _, c := range cases {
		w := get(h, c.path, "Accept", c.accept)
		if got := w.Header().Get("Location"); got != c.location || w.Code/100 != 3 {
			t.Errorf("%s (Accept %q): %d to %q, want %q", c.path, c.accept, w.Code, got, c.location)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := newHandler(t)
	for _, path := range []string{"/", "/feeds", "/feeds/all.atom", "/feeds/country/zz.atom", "/stories/" + seminarID, "/nothing", "/healthz", "/static/style.css", "/feeds.opml"} {
		w := get(h, path)
		header := w.Header()
		if got := header.Get("Content-Security-Policy"); !strings.Contains(got, "default-src 'none'") || !strings.Contains(got, "frame-ancestors 'none'") || strings.Contains(got, "unsafe") || strings.Contains(got, "script-src") {
			t.Errorf("%s: Content-Security-Policy %q", path, got)
		}
		if header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: lacks a security header: %v", path, header)
		}
		if header.Get("Set-Cookie") != "" {
			t.Errorf("%s: sets a cookie", path)
		}
		if cors := header.Get("Access-Control-Allow-Origin"); (cors == "*") != strings.HasPrefix(path, "/feeds") {
			t.Errorf("%s: Access-Control-Allow-Origin %q", path, cors)
		}
		if header.Get("Cache-Control") == "" && strings.HasPrefix(header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: no Cache-Control", path)
		}
	}
}

func TestMethods(t *testing.T) {
	h := newHandler(t)
	if w := ask(h, http.MethodPost, "/feeds/all.atom"); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	w := ask(h, http.MethodOptions, "/feeds/all.atom", "Origin", "https://reader.example", "Access-Control-Request-Method", "GET")
	if w.Code != 204 || w.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "If-None-Match") {
		t.Errorf("preflight: %d %v", w.Code, w.Header())
	}
	server := httptest.NewServer(h)
	defer server.Close()
	for _, path := range []string{"/", "/feeds", "/stories/" + withdrawnID} {
		answer, err := http.Head(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || len(body) > 0 {
			t.Errorf("HEAD %s: body of %d bytes, error %v", path, len(body), err)
		}
		if err := answer.Body.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestPagesAreRenderedOncePerVersion(t *testing.T) {
	store := newStore()
	h := newHandler(t, func(o *Options) { o.Store, o.Counts = store, store.counts })
	first := get(h, "/")
	reads := store.reads.Load()
	second := get(h, "/")
	if store.reads.Load() != reads {
		t.Error("an unchanged page was read from the store again")
	}
	if first.Body.String() != second.Body.String() || first.Header().Get("ETag") == "" || first.Header().Get("ETag") != second.Header().Get("ETag") {
		t.Error("an unchanged page changed")
	}
	if french := get(h, "/", "Accept-Language", "fr"); french.Body.String() == first.Body.String() {
		t.Error("the page of one language was served in another")
	}
	notModified := get(h, "/", "If-None-Match", first.Header().Get("ETag"))
	if notModified.Code != http.StatusNotModified || notModified.Body.Len() != 0 {
		t.Errorf("If-None-Match: %d with %d bytes", notModified.Code, notModified.Body.Len())
	}

	story := store.stories[seminarID]
	story.Copies[0].Entry.Title = "A corrected headline"
	store.version.Add(1)
	third := get(h, "/", "If-None-Match", first.Header().Get("ETag"))
	if third.Code != http.StatusOK || !strings.Contains(third.Body.String(), "A corrected headline") {
		t.Errorf("after a change: %d, old page", third.Code)
	}
}

func TestCompression(t *testing.T) {
	h := newHandler(t)
	plainPage := get(h, "/")
	cases := []struct {
		accept string
		zipped bool
	}{{"gzip", true}, {"br, gzip;q=0.5", true}, {"*", true}, {"", false}, {"identity", false}, {"gzip;q=0", false}, {"gzip; q=zero", false}}
	for _, c := range cases {
		w := get(h, "/", "Accept-Encoding", c.accept)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.zipped {
			t.Errorf("Accept-Encoding %q: gzip %v", c.accept, got)
			continue
		}
		if !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("Accept-Encoding %q: Vary %q", c.accept, w.Header().Values("Vary"))
		}
		if !c.zipped {
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil || string(body) != plainPage.Body.String() {
			t.Errorf("Accept-Encoding %q: other bytes, error %v", c.accept, err)
		}
		if w.Header().Get("ETag") == plainPage.Header().Get("ETag") {
			t.Error("both encodings carry one strong ETag")
		}
	}
}

func TestFaults(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	broken := newStore()
	broken.fault = errDatabase
	h := newHandler(t, func(o *Options) {
		o.Store, o.Counts, o.Log = broken, broken.counts, logger
		o.Ready = []Check{{Name: "database", Do: func(context.Context) error { return errDatabase }}, {Name: "scheduler", Do: func(context.Context) error { return nil }}}
	})
	for _, path := range []string{"/", "/feeds", "/feeds/all.html", "/stories/" + seminarID, "/feeds/all.atom", "/feeds/all.json", "/feeds.opml", "/readyz"} {
		log.Reset()
		w := get(h, path)
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d, want 503", path, w.Code)
		}
		if strings.Contains(w.Body.String(), "10.0.0.7") {
			t.Errorf("%s tells the public about the inside", path)
		}
		if n := strings.Count(log.String(), "10.0.0.7"); n != 1 {
			t.Errorf("%s: fault logged %d times:\n%s", path, n, log.String())
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", path, w.Header().Get("Cache-Control"))
		}
	}
	if w := get(h, "/healthz"); w.Code != http.StatusOK {
		t.Errorf("/healthz: %d while the database is away", w.Code)
	}
	if w := get(h, "/readyz"); !strings.Contains(w.Body.String(), "database: failed\nscheduler: ok\n") {
		t.Errorf("/readyz: %q", w.Body)
	}
}

func TestReadinessIsBounded(t *testing.T) {
	h := newHandler(t, func(o *Options) {
		o.Ready = []Check{{Name: "database", Do: func(ctx context.Context) error {
			deadline, ok := ctx.Deadline()
			if !ok || time.Until(deadline) > readyWithin {
				t.Error("a check without a deadline")
			}
			return nil
		}}}
	})
	if w := get(h, "/readyz"); w.Code != http.StatusOK {
		t.Errorf("status %d", w.Code)
	}
}

func TestPanicIsRecoveredAndLoggedOnce(t *testing.T) {
	var log strings.Builder
	h := newHandler(t, func(o *Options) {
		o.Publisher = panicking{}
		o.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	w := get(h, "/feeds/all.atom")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "broken") {
		t.Errorf("status %d, body %q", w.Code, w.Body)
	}
	if n := strings.Count(log.String(), "publisher is broken"); n != 1 {
		t.Errorf("logged %d times: %s", n, log.String())
	}
	if w := get(h, "/healthz"); w.Code != http.StatusOK {
		t.Errorf("after a panic: %d", w.Code)
	}
}

func TestAccessLogIsForDebuggingOnly(t *testing.T) {
	for level, want := range map[slog.Level]bool{slog.LevelDebug: true, slog.LevelInfo: false} {
		var log strings.Builder
		h := newHandler(t, func(o *Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: level}))
		})
		get(h, "/feeds/all.atom?q=x")
		if got := strings.Contains(log.String(), "/feeds/all.atom"); got != want {
			t.Errorf("level %v: logged %v", level, got)
		}
	}
}

func TestMetricsSurviveAReload(t *testing.T) {
	registry := prometheus.NewRegistry()
	with := func(o *Options) { o.Metrics = registry }
	get(newHandler(t, with), "/feeds/all.atom")
	h := newHandler(t, with)
	get(h, "/feeds/all.atom")
	body := get(h, "/metrics").Body.String()
	if !strings.Contains(body, `tributary_http_answers_total{route="/feeds/{path...}",status="200"} 2`) {
		t.Errorf("counters started anew:\n%s", body)
	}
}

func TestNewRefusesHalfAnOptions(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("New of nothing succeeded")
	}
}

func TestServerIsBounded(t *testing.T) {
	s := NewServer("127.0.0.1:0", newHandler(t), slog.New(slog.DiscardHandler))
	if s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 || s.MaxHeaderBytes == 0 {
		t.Errorf("a bound is missing: %+v", s)
	}
}

func TestRefusalInJSON(t *testing.T) {
	w := get(newHandler(t), "/feeds/all.atom?country=zz", "Accept", "application/json")
	var said refusal
	if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	if said.Parameter != "country" || said.Value != "zz" || len(said.Valid) != 2 || said.Error == "" {
		t.Errorf("%+v", said)
	}
}

func TestFeedsAreConditional(t *testing.T) {
	h := newHandler(t)
	for _, path := range []string{"/feeds/all.atom", "/feeds/country/ly.rss?topic=floods", "/feeds/all.json", "/feeds.opml"} {
		first := get(h, path)
		again := get(h, path, "If-None-Match", first.Header().Get("ETag"))
		if first.Code != http.StatusOK || again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") == "" {
			t.Errorf("%s: %d, then %d with %d bytes", path, first.Code, again.Code, again.Body.Len())
		}
	}
}

func TestOnePageSuggestsOneSubscription(t *testing.T) {
	h := newHandler(t)
	for _, path := range []string{"/feeds/all.html?country=ly&topic=floods", "/feeds/topic/floods.html?country=ly", "/feeds/country/ly.html?topic=floods"} {
		page := get(h, path).Body.String()
		if !strings.Contains(page, `href="https://feeds.example.org/feeds/country/ly.atom?topic=floods"`) || !strings.Contains(page, `<link rel="canonical" href="https://feeds.example.org/feeds/country/ly.html?topic=floods">`) {
			t.Errorf("%s shows an address of its own", path)
		}
	}
}

func TestSpellingsLeadToOnePage(t *testing.T) {
	h := newHandler(t)
	for path, location := range map[string]string{"/feeds/country/LY.html": "/feeds/country/ly.html", "/feeds/office/geneva-hq.html?topic=floods": "/feeds/office/hq.html?topic=floods"} {
		if w := get(h, path); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != location {
			t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestPagesShowAnEditedCatalogueSoon(t *testing.T) {
	clock := now
	title := "The Daily"
	h := newHandler(t, func(o *Options) {
		o.Now = func() time.Time { return clock }
		o.Sources = func(context.Context) ([]SourceStatus, error) {
			list := worldSources()
			list[2].Source.Publisher = title
			return list, nil
		}
	})
	get(h, "/")
	title = "The Weekly"
	clock = clock.Add(keptFor)
	if page := get(h, "/").Body.String(); !strings.Contains(page, "The Weekly") {
		t.Error("the page shows a former name")
	}
}
