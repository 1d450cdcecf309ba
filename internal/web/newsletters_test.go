package web

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/newsletter"
	"tributary/internal/publish"
)

// fakeNewsletters has one newsletter, week, with one issue; the token "good" is somebody's.
type fakeNewsletters struct {
	asked, left *[]string
	fault       error
}

func (f fakeNewsletters) All() []feeds.Newsletter {
	return []feeds.Newsletter{{Slug: "week", Office: "hq", Languages: []string{"en", "ar"}, Title: map[string]string{"en": hostileTitle, "ar": "الأسبوع"}, Cadence: feeds.CadenceWeekly, Zone: "UTC"}}
}

func (f fakeNewsletters) Definition(slug string) (*feeds.Newsletter, error) {
	if d := f.All()[0]; slug == d.Slug {
		return &d, f.fault
	}
	return nil, fmt.Errorf("newsletter: %w", feeds.ErrNotFound)
}

func (f fakeNewsletters) Edition(_ context.Context, slug string, number int, language string) (newsletter.Edition, error) {
	d, err := f.Definition(slug)
	if err != nil || number != 1 {
		return newsletter.Edition{}, feeds.ErrNotFound
	}
	return newsletter.Edition{Newsletter: d, Language: "en", Number: 1, Made: now, Office: "HQ", Site: "News", Page: "https://feeds.example.org/newsletters/week/1",
		Stories: []newsletter.Story{{ID: "a", Entry: feeds.Entry{Title: hostileTitle, Link: "https://a.example/", Published: now}}}}, nil
}

func (f fakeNewsletters) Editions(ctx context.Context, slug, language string, _, _ int) ([]newsletter.Edition, error) {
	e, err := f.Edition(ctx, slug, 1, language)
	return []newsletter.Edition{e}, err
}

func (f fakeNewsletters) Write(e *newsletter.Edition, leave string) (newsletter.Mail, error) {
	w, err := newsletter.NewWriter()
	if err != nil {
		return newsletter.Mail{}, err
	}
	return w.Mail(e, leave)
}

func (f fakeNewsletters) Document(context.Context, string, string, publish.Format) (*publish.Document, error) {
	return &publish.Document{Body: []byte("<feed/>"), ContentType: "application/atom+xml", ETag: `"x"`, Modified: now}, f.fault
}

func (f fakeNewsletters) FeedAddress(d *feeds.Newsletter, language string, format publish.Format) string {
	return "https://feeds.example.org/feeds/newsletter/" + d.Slug + "." + string(format) + "?language=" + language
}
func (f fakeNewsletters) Mailed(*feeds.Newsletter) bool { return true }
func (f fakeNewsletters) Pin(_ context.Context, slug, story, by string) (feeds.Pin, error) {
	return feeds.Pin{Newsletter: slug, Story: story, By: by, At: now}, f.fault
}
func (f fakeNewsletters) Unpin(context.Context, string, string) error { return f.fault }
func (f fakeNewsletters) Pins(context.Context, string) ([]feeds.Pin, error) {
	return nil, f.fault
}

func (f fakeNewsletters) Subscribe(_ context.Context, slug, address, language string) error {
	if !strings.Contains(address, "@") {
		return fmt.Errorf("no e-mail address: %w", feeds.ErrInvalid)
	}
	*f.asked = append(*f.asked, slug+" "+address+" "+language)
	return f.fault
}

func (f fakeNewsletters) Confirmable(_ context.Context, token string) (*feeds.Newsletter, error) {
	if token != "good" {
		return nil, fmt.Errorf("token: %w", feeds.ErrNotFound)
	}
	return f.Definition("week")
}

func (f fakeNewsletters) Confirm(ctx context.Context, token string) (*feeds.Newsletter, error) {
	*f.left = append(*f.left, "confirmed")
	return f.Confirmable(ctx, token)
}

func (f fakeNewsletters) Leaving(ctx context.Context, token string) (feeds.Newsletter, error) {
	d, err := f.Confirmable(ctx, token)
	if err != nil {
		return feeds.Newsletter{}, err
	}
	return *d, nil
}

func (f fakeNewsletters) Leave(ctx context.Context, token string) (feeds.Newsletter, error) {
	*f.left = append(*f.left, "left")
	return f.Leaving(ctx, token)
}

func TestNewsletterPages(t *testing.T) {
	var asked, done []string
	h := newHandler(t, func(o *Options) { o.Newsletters = fakeNewsletters{asked: &asked, left: &done} })
	for _, lang := range []string{"en", "fr", "es"} {
		for path, status := range map[string]int{"/newsletters": 200, "/newsletters/week": 200, "/newsletters/none": 404, "/newsletters/week/2": 404,
			"/newsletters/confirm/good": 200, "/newsletters/confirm/bad": 404, "/newsletters/unsubscribe/good": 200, "/newsletters/unsubscribe/bad": 404} {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest("GET", path+"?lang="+lang, nil))
			if rec.Code != status {
				t.Errorf("%s: %d, want %d", path, rec.Code, status)
			}
			checkHTML(t, lang+" "+path, rec.Body.String())
			if strings.Contains(path, "/good") && (rec.Header().Get("Cache-Control") != "no-store" || rec.Header().Get("Referrer-Policy") != "no-referrer") {
				t.Errorf("%s: %v", path, rec.Header())
			}
		}
	}
	if len(done) > 0 {
		t.Errorf("opening a link has done %v", done)
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/newsletters/week/1", nil))
	if policy := rec.Header().Get("Content-Security-Policy"); rec.Code != 200 || strings.Contains(policy, "script") || !strings.Contains(policy, "default-src 'none'") {
		t.Errorf("issue: %d %q", rec.Code, policy)
	}
	if strings.Contains(rec.Body.String(), "<script") || strings.Contains(rec.Body.String(), "onerror=alert(1)>") {
		t.Errorf("a publisher's markup is in the issue")
	}
	rec = httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "/feeds/newsletter/week.html", nil))
	if rec.Code != 301 || rec.Header().Get("Location") != "/newsletters/week" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}

func TestNewsletterForms(t *testing.T) {
	var asked, done []string
	var logged bytes.Buffer
	clock := now
	h := newHandler(t, func(o *Options) {
		o.Newsletters = fakeNewsletters{asked: &asked, left: &done}
		o.Log = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
		o.Now = func() time.Time { return clock }
	})
	post := func(path, body string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "https://feeds.example.org"+path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		return rec
	}
	form := url.Values{"address": {"private.reader@example.org"}, "language": {"ar"}}.Encode()
	if rec := post("/newsletters/week", form); rec.Code != 200 || len(asked) != 1 || asked[0] != "week private.reader@example.org ar" {
		t.Errorf("%d %v", rec.Code, asked)
	} else if strings.Contains(rec.Body.String(), "private.reader") {
		t.Error("the answer repeats the address")
	}
	if rec := post("/newsletters/week", form, "Sec-Fetch-Site", "cross-site"); rec.Code != 403 {
		t.Errorf("another site's form: %d", rec.Code)
	}
	if rec := post("/newsletters/week", "address=nobody&language=ar"); rec.Code != 422 || !strings.Contains(rec.Body.String(), `value="nobody"`) {
		t.Errorf("a mistyped address: %d", rec.Code)
	} else {
		checkHTML(t, "mistyped", rec.Body.String())
	}
	if rec := post("/newsletters/week", "address="+strings.Repeat("x", 10000)); rec.Code != 400 {
		t.Errorf("a large form: %d", rec.Code)
	}
	var last int
	for range subscribeBurst {
		last = post("/newsletters/week", form).Code
	}
	if last != 429 {
		t.Errorf("request after request: %d", last)
	}
	clock = clock.Add(time.Minute)
	if rec := post("/newsletters/week", form); rec.Code != 200 {
		t.Errorf("a minute later: %d", rec.Code)
	}
	// A mail program's button is pressed from anywhere (RFC 8058).
	if rec := post("/newsletters/unsubscribe/good", "List-Unsubscribe=One-Click", "Origin", "https://mail.example"); rec.Code != 200 || len(done) != 1 {
		t.Errorf("one click: %d %v", rec.Code, done)
	}
	if rec := post("/newsletters/confirm/good", "", "Sec-Fetch-Site", "cross-site"); rec.Code != 403 {
		t.Errorf("confirmed by another site: %d", rec.Code)
	}
	if rec := post("/newsletters/confirm/good", ""); rec.Code != 200 || len(done) != 2 {
		t.Errorf("confirm: %d %v", rec.Code, done)
	}
	if text := logged.String(); !strings.Contains(text, "answered") || strings.Contains(text, "good") || strings.Contains(text, "private") {
		t.Errorf("the log names tokens or addresses:\n%s", text)
	}
}
