package health_test

import (
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/health"
)

var (
	now    = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	source = feeds.Source{ID: "x", URL: "https://x.example/feed", Link: "https://x.example/", Language: "fr-CA"}
)

const day = 24 * time.Hour

// good is the polling of a source that publishes daily and is in order.
func good() feeds.Polling {
	return feeds.Polling{Outcome: feeds.OutcomeNotModified, Status: 304, LastRun: now, LastSuccess: now, Since: now.Add(-40 * day), NewestEntry: now.Add(-5 * time.Hour),
		Learnt: feeds.Learnt{Pace: feeds.Pace{Gap: day, Last: now.Add(-5 * time.Hour)},
			Document: feeds.Contents{Entries: 20, Usual: 20, Language: "fr", Whole: now.Add(-time.Hour)}}}
}

func TestStates(t *testing.T) {
	for name, c := range map[string]struct {
		edit    func(*feeds.Polling)
		state   health.State
		summary string
		advice  string
	}{
		"in order": {func(*feeds.Polling) {}, health.OK, "newest entry 5 hours old", ""},
		"never":    {func(p *feeds.Polling) { *p = feeds.Polling{} }, health.Never, "never polled", ""},
		"silent for six days": {func(p *feeds.Polling) { p.NewestEntry, p.Learnt.Pace.Last = now.Add(-6*day), now.Add(-6*day) },
			health.OK, "6 days", ""},
		"silent for four gaps and a week": {func(p *feeds.Polling) { p.NewestEntry, p.Learnt.Pace.Last = now.Add(-8*day), now.Add(-8*day) },
			health.Warning, "nothing new has come for 8 days; usually something new comes every 24 hours", "the feed is dead"},
		"a monthly source after two months": {func(p *feeds.Polling) {
			p.Learnt.Pace = feeds.Pace{Gap: 30 * day, Last: now.Add(-60 * day)}
			p.NewestEntry = now.Add(-60 * day)
		}, health.OK, "60 days", ""},
		"no gap known, silent for four months": {func(p *feeds.Polling) {
			p.Learnt.Pace = feeds.Pace{Last: now.Add(-120 * day)}
			p.NewestEntry = now.Add(-120 * day)
		}, health.Warning, "nothing new has come for 4 months.", "news page"},
		"undated, but new ones came": {func(p *feeds.Polling) { p.NewestEntry = time.Time{} }, health.OK, "read", ""},
		"empty":                      {func(p *feeds.Polling) { p.Learnt.Document.Entries = 0 }, health.Warning, "no entries", "another feed"},
		"far fewer":                  {func(p *feeds.Polling) { p.Learnt.Document.Entries = 4 }, health.Warning, "far fewer entries: 4, usually about 20", "moved"},
		"fewer":                      {func(p *feeds.Polling) { p.Learnt.Document.Entries = 5 }, health.OK, "", ""},
		"dates unreadable":           {func(p *feeds.Polling) { p.Learnt.Document.Undated = 20 }, health.Warning, "none of its 20 entries has a date", "pubDate"},
		"another language":           {func(p *feeds.Polling) { p.Learnt.Document.Language = "en" }, health.Warning, "in en, the source is set down as fr", "edition"},
		"moved": {func(p *feeds.Polling) {
			p.Learnt.Move = feeds.Move{Address: "https://new.example/feed", Since: now.Add(-3 * day)}
		}, health.Warning, "moved to https://new.example/feed since 17 November 2026: update the address", "url of the source"},
		"gone": {func(p *feeds.Polling) { p.Outcome, p.Reason, p.Status = feeds.OutcomeGone, "gone", 410 }, health.Gone, "has ended (410), since 11 October 2026", "set enabled to false and back to true"},
	} {
		t.Run(name, func(t *testing.T) {
			p := good()
			c.edit(&p)
			h := health.Of(source, p, now)
			if h.State != c.state || !strings.Contains(h.Summary, c.summary) || !strings.Contains(h.Advice, c.advice) || (h.State == health.OK) != (h.Advice == "" && h.State != health.Never) {
				t.Errorf("%+v", h)
			}
		})
	}
}

// Each way to fail has words of its own for what happened and what to do, and a letter
// where the webmaster can mend it.
func TestFailures(t *testing.T) {
	seen := map[string]string{}
	for _, c := range []struct {
		reason  string
		status  int
		summary string
		advice  string
		letter  bool
	}{
		{string(fetch.ReasonStatus), 403, "the site answers 403 to us since 12 March 2026 (9 times in a row)", "Write to their webmaster", true},
		{string(fetch.ReasonStatus), 401, "answers 401", "Ask the publisher for access", false},
		{health.ReasonDenied, 401, "does not accept our access", "expired or is wrong", false},
		{string(fetch.ReasonStatus), 404, "answers 404", "tributary sources preview https://x.example/", false},
		{string(fetch.ReasonStatus), 410, "answers 410", "moved", false},
		{string(fetch.ReasonStatus), 429, "too many requests", "rarer schedule", false},
		{string(fetch.ReasonStatus), 304, "nothing earlier was named", "cache", true},
		{string(fetch.ReasonStatus), 500, "a fault on its side", "again by itself", true},
		{string(fetch.ReasonStatus), 418, "answers 418", "browser", true},
		{string(fetch.ReasonGone), 410, "moved to answers 410", "correct the address", false},
		{string(fetch.ReasonDNS), 0, "no address is known", "spelling", false},
		{string(fetch.ReasonTLS), 0, "no secure connection", "certificate", true},
		{string(fetch.ReasonTimeout), 0, "no answer in time", "slow or down", true},
		{string(fetch.ReasonNetwork), 0, "the connection fails", "down for a while", true},
		{string(fetch.ReasonTooLarge), 200, "too large", "fetch.max_bytes", true},
		{string(fetch.ReasonDecode), 200, "compression", "webmaster", true},
		{string(fetch.ReasonRedirect), 302, "redirects lead nowhere", "where it ends", true},
		{string(fetch.ReasonRefused), 0, "our own rules", "fetch.allow", false},
		{health.ReasonHTML, 200, "a web page stands where the feed was", "tributary sources preview https://x.example/", true},
		{health.ReasonEmpty, 200, "empty", "again by itself", true},
		{health.ReasonNotFeed, 200, "no feed", "preview", true},
		{health.ReasonUnusable, 200, "cannot be used", "tributary read https://x.example/feed", false},
	} {
		p := feeds.Polling{Outcome: feeds.OutcomeFailed, Reason: c.reason, Status: c.status, Error: "what was recorded.", Failures: 9,
			LastRun: now, Since: time.Date(2026, 3, 12, 8, 0, 0, 0, time.UTC)}
		h := health.Of(source, p, now)
		if h.State != health.Failing || !strings.Contains(h.Summary, c.summary) || !strings.Contains(h.Summary, "since 12 March 2026") || !strings.Contains(h.Advice, c.advice) {
			t.Errorf("%s %d: %+v", c.reason, c.status, h)
		}
		if strings.Contains(h.Advice, "letter is below") && !c.letter || c.letter != (h.Template != "") {
			t.Errorf("%s %d: letter %q, advice %q", c.reason, c.status, h.Template, h.Advice)
		}
		if c.letter && (!strings.Contains(h.Template, source.URL) || !strings.Contains(h.Template, "Since 12 March 2026") || !strings.Contains(h.Template, health.FetcherPage)) {
			t.Errorf("%s %d: %s", c.reason, c.status, h.Template)
		}
		if other, taken := seen[h.Summary]; taken {
			t.Errorf("%s %d reads like %s", c.reason, c.status, other)
		}
		seen[h.Summary] = c.reason
	}
}
