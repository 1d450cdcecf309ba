package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// Somebody subscribes, confirms, is mailed an issue once, and leaves by one click.
func TestNewsletterFromSubscriptionToLeaving(t *testing.T) {
	onPresses(t, func(t *testing.T, p *press) {
		if results := p.run(); len(results) != 0 {
			t.Fatalf("a newsletter begins with its next moment, not with %+v", results)
		}
		page := string(p.get("/newsletters/week").body)
		if !strings.Contains(page, `method="post"`) || !strings.Contains(page, `autocomplete="email"`) {
			t.Errorf("no form:\n%s", page)
		}
		status, wrong := p.post("/newsletters/week", url.Values{"address": {"nobody"}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(wrong, `aria-invalid="true"`) || !strings.Contains(wrong, `value="nobody"`) {
			t.Errorf("%d\n%s", status, wrong)
		}
		first := url.Values{"address": {"Reader@Example.org"}, "language": {"ar"}}
		_, asked := p.post("/newsletters/week", first)
		_, again := p.post("/newsletters/week", first)
		if asked != again {
			t.Error("the answer tells whether an address is known")
		}
		p.now = time.Now()
		mails, report := p.mail()
		if len(mails) != 1 || report.Confirmations != 1 || mails[0].to != "Reader@example.org" {
			t.Fatalf("confirmations: %+v", report)
		}
		if mails[0].header.Get("Auto-Submitted") != "auto-generated" || !strings.Contains(mails[0].html, `dir="rtl"`) {
			t.Errorf("confirmation:\n%s", mails[0].raw)
		}
		confirm := link(t, mails[0].text, "/newsletters/confirm/")
		if a := p.get(confirm); a.status != http.StatusOK || a.header.Get("Cache-Control") != "no-store" || p.people()[feeds.SubscriberActive] != 0 {
			t.Errorf("opening a link confirms nothing: %d, %v", a.status, p.people())
		}
		for range 2 { // twice is once
			if status, _ := p.post(confirm, nil); status != http.StatusOK || p.people()[feeds.SubscriberActive] != 1 {
				t.Errorf("confirmed: %d, %v", status, p.people())
			}
		}
		if a := p.get("/newsletters/confirm/guess"); a.status != http.StatusNotFound {
			t.Errorf("a guessed token: %d", a.status)
		}

		made := p.untilIssue()
		if made.Number != 1 || made.Stories != 5 {
			t.Fatalf("%+v", made)
		}
		if results := p.run(); len(results) != 0 {
			t.Errorf("made twice: %+v", results)
		}
		mails, report = p.mail()
		if len(mails) != 1 || report.Sent != 1 {
			t.Fatalf("%+v", report)
		}
		issue := mails[0]
		for key, want := range map[string]string{"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "List-Id": "<week.newsletter.example.org>",
			"Precedence": "list", "Content-Language": "ar", "Date": p.now.UTC().Format(time.RFC1123Z)} {
			if got := issue.header.Get(key); got != want {
				t.Errorf("%s: %q, want %q", key, got, want)
			}
		}
		leave := link(t, issue.header.Get("List-Unsubscribe"), "/newsletters/unsubscribe/")
		if !strings.Contains(issue.html, leave) || !strings.Contains(issue.text, leave) || strings.Contains(issue.html, "<script") || len(issue.html) > 100_000 {
			t.Error("the parts lack the way out, or have a script, or are too large")
		}
		if mails, report = p.mail(); len(mails) != 0 {
			t.Errorf("mailed twice: %+v", report)
		}
		if a := p.get(leave); a.status != http.StatusOK || p.people()[feeds.SubscriberActive] != 1 {
			t.Errorf("opening the way out ends nothing: %d %v", a.status, p.people())
		}
		for range 2 {
			if status, _ := p.post(leave, url.Values{"List-Unsubscribe": {"One-Click"}}); status != http.StatusOK {
				t.Errorf("leave: %d", status)
			}
		}
		if left := p.people(); left[feeds.SubscriberEnded] != 1 || left[feeds.SubscriberActive] != 0 {
			t.Errorf("%v", left)
		}
		if kept, err := p.db.Subscribers(t.Context(), "week", 0, 10); err != nil || len(kept) != 0 {
			t.Errorf("the address is kept: %d, %v", len(kept), err)
		}
		added, err := p.db.ImportSubscriber(t.Context(), feeds.Subscriber{Newsletter: "week", Address: "reader@example.org", Language: "en", State: feeds.SubscriberActive}, p.now)
		if err != nil || added {
			t.Errorf("an import brings back who has left: %v, %v", added, err)
		}
		if n, err := p.db.ForgetSubscriber(t.Context(), "reader@example.org"); n != 1 || err != nil {
			t.Errorf("forgotten %d, %v", n, err)
		}
	})
}

// The issues are entries of feeds in three formats, with the same ids and elements in all.
func TestNewsletterFeedsAndAPI(t *testing.T) {
	p := newPress(t, "")
	p.issueNow()
	p.pullLater()
	p.untilIssue()
	var ids []string
	for _, ext := range []string{"atom", "rss", "json"} {
		a := p.get("/feeds/newsletter/week." + ext)
		if a.status != http.StatusOK || a.header.Get("ETag") == "" || a.header.Get("Last-Modified") == "" {
			t.Fatalf("%s: %d %v", ext, a.status, a.header)
		}
		if b := p.get("/feeds/newsletter/week."+ext, "If-None-Match", a.header.Get("ETag")); b.status != http.StatusNotModified {
			t.Errorf("%s: %d to a conditional request", ext, b.status)
		}
		f, err := read.Parse(read.Document{Body: a.body, ContentType: a.header.Get("Content-Type"), URL: "http://news.example.org/feeds/newsletter/week." + ext})
		if err != nil || len(f.Entries) == 0 {
			t.Fatalf("%s: %v", ext, err)
		}
		var got []string
		for i := range f.Entries {
			e := &f.Entries[i]
			got = append(got, e.ID)
			if e.Title == "" || e.Link == "" || e.Summary == "" && e.Content == "" || e.Published.IsZero() || len(e.Categories) != 1 || e.Image != nil {
				t.Errorf("%s: an entry lacks an element: %+v", ext, e)
			}
		}
		if ids == nil {
			ids = got
		}
		if strings.Join(ids, " ") != strings.Join(got, " ") {
			t.Errorf("%s: ids %v, atom has %v", ext, got, ids)
		}
	}
	if len(ids) < 1 || !strings.HasSuffix(ids[len(ids)-1], "newsletter/week/1/en") {
		t.Errorf("ids %v", ids)
	}
	if a := p.get("/feeds/newsletter/week.atom?language=ar"); !strings.Contains(string(a.body), `xml:lang="ar"`) || !strings.Contains(string(a.body), "newsletter/week/1/ar") {
		t.Errorf("Arabic:\n%.600s", a.body)
	}
	for path, want := range map[string]int{"/feeds/newsletter/week.atom?language=de": 400, "/feeds/newsletter/week.atom?topic=x": 400, "/feeds/newsletter/none.atom": 404,
		"/newsletters/week/1": 200, "/newsletters/week/1?language=ar": 200, "/newsletters/week/99": 404, "/newsletters/week/x": 404, "/newsletters/none": 404, "/newsletters": 200,
		"/api/newsletters": 200, "/api/newsletters/week/issues": 200, "/api/newsletters/week/issues/1": 200, "/api/newsletters/week/issues/9": 404,
		"/api/newsletters/week/issues/1?for=nobody": 400, "/api/newsletters/week/issues?language=de": 400, "/api/newsletters/none/issues": 404, "/api/newsletters/week/pins": 401} {
		if a := p.get(path); a.status != want {
			t.Errorf("%s: %d, want %d\n%.300s", path, a.status, want, a.body)
		}
	}
	if body := string(p.get("/api/newsletters/week/issues/1?for=mailchimp").body); !strings.Contains(body, `href=\"*|UNSUB|*\"`) {
		t.Error("Mailchimp's way out is not in the mail")
	}
	if body := string(p.get("/api/newsletters/week/issues/1?for=listmonk").body); !strings.Contains(body, `href=\"{{ UnsubscribeURL }}\"`) {
		t.Error("listmonk's way out is not in the mail")
	}
}

// What one issue has told no later one tells, and what is withdrawn before it is mailed is
// not mailed.
func TestNewsletterTellsNothingTwiceAndNothingWithdrawn(t *testing.T) {
	onPresses(t, func(t *testing.T, p *press) {
		p.join("a@example.org", "en")
		p.issueNow()
		issue, err := p.n.Edition(t.Context(), "week", 1, "en")
		if err != nil {
			t.Fatal(err)
		}
		gone := issue.Stories[0].ID
		desk, err := p.newDesk(t.Context(), p.config)
		if err != nil {
			t.Fatal(err)
		}
		s, _, err := p.db.Story(t.Context(), gone)
		if err != nil {
			t.Fatal(err)
		}
		r := feeds.Ruling{Action: feeds.RulingWithdraw, Story: gone, Whole: true, Why: "a test", By: "t", Office: "hq"}
		for i := range s.Copies {
			r.Entries = append(r.Entries, s.Copies[i].EntryID)
		}
		if _, _, err := desk.Decide(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		mails, _ := p.mail()
		if len(mails) != 1 || strings.Contains(mails[0].html, issue.Stories[0].Entry.Link) || !strings.Contains(mails[0].html, issue.Stories[1].Entry.Link) {
			t.Errorf("what was withdrawn was mailed, or nothing was: %d", len(mails))
		}
		if page := string(p.get("/newsletters/week/1").body); strings.Contains(page, issue.Stories[0].Entry.Link) {
			t.Error("what was withdrawn is on the issue's page")
		}
		// A story that was told becomes part of one that was not.
		told, err := p.db.ToldStories(t.Context(), "week")
		if err != nil {
			t.Fatal(err)
		}
		all, err := p.db.Stories(t.Context(), feeds.Selector{}, 200)
		if err != nil {
			t.Fatal(err)
		}
		var fresh feeds.Story
		for i := range all {
			if !told[all[i].ID] {
				fresh = all[i]
				break
			}
		}
		shown, _, err := p.db.Story(t.Context(), issue.Stories[1].ID)
		if err != nil {
			t.Fatal(err)
		}
		merge := feeds.Ruling{Action: feeds.RulingMerge, Story: fresh.ID, Entries: []int64{fresh.Lead().EntryID, shown.Lead().EntryID}, Why: "a test", By: "t", Office: "hq"}
		if _, _, err := desk.Decide(t.Context(), merge); err != nil {
			t.Fatal(err)
		}
		joined, _, err := p.db.Story(t.Context(), fresh.ID)
		if err != nil {
			t.Fatal(err)
		}
		if told, err = p.db.ToldStories(t.Context(), "week"); err != nil || !told[joined.ID] {
			t.Errorf("the story that a told one has become part of counts as new: %v", err)
		}
		if _, err := p.n.Pin(t.Context(), "week", joined.ID, "t"); !errors.Is(err, feeds.ErrInvalid) {
			t.Errorf("pinned what was told: %v", err)
		}
		// Apart again, what was shown stays told, whichever story has it now.
		split := feeds.Ruling{Action: feeds.RulingSplit, Story: joined.ID, Entries: []int64{shown.Lead().EntryID}, Others: []int64{fresh.Lead().EntryID}, Why: "a test", By: "t", Office: "hq"}
		if _, _, err := desk.Decide(t.Context(), split); err != nil {
			t.Fatal(err)
		}
		p.pullLater()
		p.untilIssue()
		second, err := p.n.Edition(t.Context(), "week", 2, "en")
		if err != nil {
			t.Fatal(err)
		}
		first, err := p.db.Issue(t.Context(), "week", 1)
		if err != nil {
			t.Fatal(err)
		}
		before := map[string]bool{}
		for _, item := range first.Items {
			before[item.Story] = true
		}
		for i := range issue.Stories {
			before[issue.Stories[i].ID], before[issue.Stories[i].Entry.Link] = true, true
		}
		for i := range second.Stories {
			if before[second.Stories[i].ID] || before[second.Stories[i].Entry.Link] {
				t.Errorf("told twice: %s", second.Stories[i].Entry.Title)
			}
		}
	})
}

// What the server says decides: refused for now is tried again, refused for good ends the
// subscription, and what was cut off is not handed over again.
func TestNewsletterMailsAreTriedAgainBouncedOrLeft(t *testing.T) {
	onPresses(t, func(t *testing.T, p *press) {
		for _, name := range []string{"ok", "gone", "busy", "policy", "crash"} {
			p.importActive(name + "@example.org")
		}
		p.mailServer.refuse["gone@example.org"] = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
		p.mailServer.refuse["busy@example.org"] = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
		p.mailServer.refuse["policy@example.org"] = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not from you"}
		p.run()
		p.untilIssue()
		// A process takes a mail and dies.
		m, ok, err := p.db.ClaimMail(t.Context(), "a digest", p.now)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		cut := m.Subscriber.Address
		_, report := p.mail()
		want := pipeline.MailReport{Sent: 1, Later: 1, Bounced: 1, Failed: 1}
		switch cut { // the first of the five, whichever that is
		case "ok@example.org":
			want.Sent = 2
		case "gone@example.org":
			want.Bounced = 0
		case "busy@example.org":
			want.Later = 0
		case "policy@example.org":
			want.Failed = 0
		}
		want.Sent = 2
		if cut == "ok@example.org" || cut == "crash@example.org" {
			want.Sent = 1
		}
		report.Codes = nil
		if report.Sent != want.Sent || report.Later != want.Later || report.Bounced != want.Bounced || report.Failed != want.Failed {
			t.Errorf("%+v, want %+v (cut off: %s)", report, want, cut)
		}
		if cut != "gone@example.org" && p.people()[feeds.SubscriberBounced] != 1 {
			t.Errorf("a refused mailbox ends no subscription: %v", p.people())
		}
		p.mailServer.mu.Lock()
		delete(p.mailServer.refuse, "busy@example.org")
		p.mailServer.mu.Unlock()
		p.now = p.now.Add(20 * time.Minute)
		again, report := p.mail()
		for _, m := range again {
			if m.to == cut {
				t.Error("what was cut off was handed over again")
			}
		}
		if len(again) != want.Later {
			t.Errorf("tried again: %d, %+v", len(again), report)
		}
		counts, err := p.db.CountMails(t.Context(), "week", 1)
		if err != nil || counts[feeds.MailUnknown] != 1 || counts[feeds.MailQueued]+counts[feeds.MailSending] != 0 {
			t.Errorf("%v %v", counts, err)
		}
	})
}

// Several processes at once make one issue and mail each reader once.
func TestNewsletterIsMadeAndMailedOnceByManyProcesses(t *testing.T) {
	onPresses(t, func(t *testing.T, p *press) {
		for i := range 8 {
			p.importActive(fmt.Sprintf("reader%d@example.org", i))
		}
		p.run()
		p.nextMonday()
		var wg sync.WaitGroup
		var mu sync.Mutex
		made := 0
		for range 4 {
			wg.Go(func() {
				results, err := p.n.Run(context.Background())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				made += len(results)
				mu.Unlock()
			})
		}
		wg.Wait()
		if made != 1 {
			t.Errorf("made %d times", made)
		}
		for range 3 {
			wg.Go(func() {
				if _, err := p.n.Mail(context.Background(), time.Minute); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		seen := map[string]int{}
		for _, m := range p.mailServer.taken() {
			seen[m.to]++
		}
		for to, times := range seen {
			if times != 1 {
				t.Errorf("%s was mailed %d times", to, times)
			}
		}
		if len(seen) != 8 {
			t.Errorf("%d of 8 were mailed", len(seen))
		}
	})
}

// A moment missed is caught up once, and a period without enough stories is skipped and says so.
func TestNewsletterCatchesUpOnceAndSkips(t *testing.T) {
	p := newPress(t, "")
	p.run()
	p.now = p.now.Add(70 * 24 * time.Hour)
	results := p.run()
	if len(results) != 1 || results[0].Number != 0 || !strings.Contains(results[0].Detail, "0 of 1") {
		t.Errorf("nothing is news after ten weeks: %+v", results)
	}
	if results = p.run(); len(results) != 0 {
		t.Errorf("caught up twice: %+v", results)
	}
	status, err := p.n.Status(t.Context())
	if err != nil || len(status) != 1 || status[0].Run.Outcome != "skipped" || !status[0].Next.After(p.now) {
		t.Errorf("%+v %v", status, err)
	}
}

// A mail server that cannot be reached costs no mail a try.
func TestNewsletterWaitsForTheMailServer(t *testing.T) {
	p := newPress(t, "")
	p.importActive("a@example.org")
	p.run()
	p.untilIssue()
	cfg := *p.config
	cfg.SMTP.Port = 1
	n, err := p.newNewsletters(&cfg, p.site.publisher)
	if err != nil {
		t.Fatal(err)
	}
	n.Now = p.n.Now
	for range 9 {
		if _, err := n.Mail(t.Context(), time.Minute); err == nil || strings.Contains(err.Error(), "a@example.org") {
			t.Fatalf("error %v", err)
		}
	}
	if mails, _ := p.mail(); len(mails) != 1 {
		t.Errorf("%d mails", len(mails))
	}
}

var _ pipeline.SubscriberStore = (*store.DB)(nil)

// A process that works makes the issue and mails it without being asked.
func TestNewsletterIsMadeAndMailedByTheJobs(t *testing.T) {
	onPresses(t, func(t *testing.T, p *press) {
		p.importActive("reader@example.org")
		p.now = p.now.Add(-8 * 24 * time.Hour)
		p.run() // it began a week ago
		publisher, err := p.publisher(p.config)
		if err != nil {
			t.Fatal(err)
		}
		engine, err := p.newEngine(t.Context(), publisher)
		if err != nil {
			t.Fatal(err)
		}
		if err := engine.Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := engine.Stop(); err != nil {
				t.Error(err)
			}
		})
		var got []received
		for tick := time.NewTicker(50 * time.Millisecond); len(got) == 0; {
			select {
			case <-tick.C:
				got = p.mailServer.taken()
			case <-time.After(time.Minute):
				t.Fatal("nothing was mailed within a minute")
			}
		}
		if len(got) != 1 || got[0].to != "reader@example.org" {
			t.Errorf("mailed: %d", len(got))
		}
	})
}
