package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/load"
	"tributary/internal/pgtest"
	"tributary/internal/store"
)

const (
	newsTitle = "Coast guard brings 312 people back to Libya"
	wireTitle = "Three hundred people rescued off Zuwara in Libya, an agency says"
	rescue    = "A patrol of the coast guard brought 312 people back to Zuwara in Libya on Tuesday morning after their two rubber boats lost air some forty miles off the coast, and staff gave them water, food and first aid on the quay. "
)

// newCopydesk is a newsdesk of two sources with copies of one story, of offices wca (news)
// and mena (wire).
func newCopydesk(t *testing.T, base []string, edition *atomic.Int32) *newsdesk {
	t.Helper()
	publisher := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		guid, title, more := "n", newsTitle, "Many of them are quokkawomen and children."
		if r.URL.Path == "/wire" {
			guid, title, more = "w", wireTitle, "The wombatagency has the list of names."
		}
		if edition.Load() > 0 {
			more += fmt.Sprintf(" Edition %d of this has changed.", edition.Load())
		}
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>%s</title><link>https://%s.example/</link><language>en</language>
<item><guid>%s</guid><link>https://%s.example/rescue</link><title>%s</title><pubDate>Tue, 10 Nov 2026 10:00:00 GMT</pubDate><description>%s%s</description></item>
</channel></rss>`, guid, guid, guid, guid, title, rescue, more)
	}
	return openNewsdesk(t, base, publisher, "news wca", "wire mena")
}

// conditional asks with an ETag.
func (d *newsdesk) conditional(path, etag string) (status int, body string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("If-None-Match", etag)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// shelf is all that a static export holds.
func (d *newsdesk) shelf(dir string) string {
	d.t.Helper()
	must(d.t, append(d.base, "publish", "--out", dir, "--base-url", "https://shelf.example")...)
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.WriteString(path + "\n")
		all.Write(text)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all.String()
}

// One source's copy goes by its own office: the other copy leads, nothing of the words is
// left to be seen or found, and no cache answers that nothing changed. Then the whole
// story goes, and leaves tombstones.
func TestACopyIsWithdrawnAndThenTheStory(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		var edition atomic.Int32
		d := newCopydesk(t, base, &edition)
		story := d.storyNamed(newsTitle)
		copies := map[string]string{}
		for _, c := range d.call("", http.MethodGet, "/api/stories/"+story, "", http.StatusOK)["copies"].([]any) {
			copies[c.(map[string]any)["source"].(string)] = c.(map[string]any)["entry"].(string)
		}
		if len(copies) != 2 {
			t.Fatalf("copies %v", copies)
		}
		paths := []string{"/", "/stories/" + story, "/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json", "/feeds/all.html", "/feeds/source/news.atom",
			"/feeds/country/ly.atom", "/feeds/all.atom?q=quokkawomen", "/api/stories/" + story}
		tags := map[string]string{}
		for _, path := range paths {
			body, etag := d.read(path)
			if !strings.Contains(body, newsTitle) {
				t.Errorf("%s does not have it to begin with", path)
			}
			tags[path] = etag
		}
		shelf := t.TempDir()
		if all := d.shelf(shelf); !strings.Contains(all, "quokkawomen") {
			t.Error("the shelf does not have it to begin with")
		}
		changed := func(when string, words ...string) {
			t.Helper()
			for _, path := range paths {
				status, body := d.conditional(path, tags[path])
				if status == http.StatusNotModified {
					t.Errorf("%s: %s has not changed", when, path)
				}
				for _, w := range words {
					if strings.Contains(body, w) && !strings.Contains(path, w) {
						t.Errorf("%s: %s has %q", when, path, w)
					}
				}
			}
			all := d.shelf(shelf)
			for _, w := range words {
				if strings.Contains(all, w) {
					t.Errorf("%s: the shelf has %q", when, w)
				}
			}
		}

		withdraw := "/api/stories/" + story + "/withdraw"
		one := fmt.Sprintf(`{"entries":[%q],"why":"A child is named","note":"Taken back by the office."}`, copies["news"])
		d.call("mena", http.MethodPost, withdraw, one, http.StatusForbidden)
		d.call("wca", http.MethodPost, withdraw, fmt.Sprintf(`{"entries":[%q],"why":"x"}`, copies["wire"]), http.StatusForbidden)
		d.call("wca", http.MethodPost, withdraw, `{"why":"x"}`, http.StatusForbidden)
		d.call("hq", http.MethodPost, withdraw, `{"entries":[],"why":"x"}`, http.StatusUnprocessableEntity) // not all of them
		d.call("wca", http.MethodPost, withdraw, one, http.StatusCreated)
		changed("without the copy", newsTitle, "quokkawomen")
		d.holds("/feeds/all.atom", wireTitle, true)
		if page, _ := d.read("/stories/" + story); !strings.Contains(page, wireTitle) || !strings.Contains(page, "Taken back by the office.") || strings.Contains(page, "A child is named") {
			t.Errorf("the page: %s", page)
		}
		if len(d.call("", http.MethodGet, "/api/stories/"+story, "", http.StatusOK)["copies"].([]any)) != 1 {
			t.Error("the API shows the copy")
		}
		d.until("/feeds/all.json?q=quokkawomen", "Zuwara", false) // nor is the other one found by its words
		edition.Store(1)
		d.pull()
		d.until("/feeds/all.json", "Edition 1", true)
		changed("after new versions", newsTitle, "quokkawomen")

		d.call("mena", http.MethodPost, withdraw, `{"why":"x"}`, http.StatusForbidden)
		whole := d.call("hq", http.MethodPost, withdraw, `{"why":"The list","note":"Taken back to protect people."}`, http.StatusCreated)
		changed("without the story", wireTitle, "wombatagency", "quokkawomen")
		atom, _ := d.read("/feeds/all.atom")
		if !strings.Contains(atom, `<at:deleted-entry ref="`) || !strings.Contains(atom, story) {
			t.Errorf("no tombstone: %s", atom)
		}
		for _, twin := range []string{"/feeds/all.rss", "/feeds/all.json"} {
			if body, _ := d.read(twin); strings.Contains(body, story) {
				t.Errorf("%s names it: %s", twin, body)
			}
		}
		gone := d.call("", http.MethodGet, "/api/stories/"+story, "", http.StatusGone)
		if gone["note"] != "Taken back to protect people." || gone["withdrawn"] == nil {
			t.Errorf("the API says %v", gone)
		}
		id := fmt.Sprint(whole["id"])
		purged := d.call("hq", http.MethodPost, "/api/rulings/"+id+"/purge", `{}`, http.StatusOK)
		if purged["purged_by"] != "Editor of hq" || purged["purged"] == nil {
			t.Errorf("the record says %v", purged)
		}
		d.stop()
		edition.Store(2)
		d.pull()
		d.start()
		changed("after purge, restart and new versions", wireTitle, "wombatagency", "quokkawomen", newsTitle)
		if base[0] == "--data" {
			backup := filepath.Join(t.TempDir(), "copy.db")
			must(t, append(d.base, "backup", backup)...)
			text, err := os.ReadFile(backup)
			if err != nil || strings.Contains(string(text), "wombatagency") {
				t.Errorf("a backup made afterwards has the words (%v)", err)
			}
		}
		d.stop()
		must(t, append(d.base, "check", "--store")...)
	})
}

// What one process withdraws, another one on the same database shows no more: within a
// minute is promised.
func TestAnotherProcessStopsShowingIt(t *testing.T) {
	test := func(t *testing.T, base []string) {
		var edition atomic.Int32
		d := newCopydesk(t, base, &edition)
		other := &newsdesk{t: t, base: d.base, tokens: d.tokens}
		other.start()
		title := newsTitle
		story := d.storyNamed(title)
		paths := []string{"/feeds/all.atom", "/feeds/all.json", "/", "/feeds/all.html"}
		for _, path := range paths {
			other.holds(path, title, true)
		}
		if status, _, _ := other.status("/stories/"+story, false); status != http.StatusOK {
			t.Fatalf("the story answers %d", status)
		}
		began := time.Now()
		d.call("hq", http.MethodPost, "/api/stories/"+story+"/withdraw", `{"why":"x"}`, http.StatusCreated)
		for _, path := range paths {
			other.until(path, title, false) // 30 s at most
		}
		if status, _, _ := other.status("/stories/"+story, false); status != http.StatusGone {
			t.Errorf("the story answers %d", status)
		}
		t.Logf("the other process had none of it after %s", time.Since(began).Round(time.Millisecond))
		// And what the command line does shows in both.
		must(t, append(d.base, "stories", "undo", "1")...)
		for _, p := range []*newsdesk{d, other} {
			p.until("/feeds/all.atom", "Zuwara", true)
			p.stop()
		}
	}
	t.Run("sqlite", func(t *testing.T) { test(t, []string{"--data", t.TempDir()}) })
	t.Run("postgres", func(t *testing.T) { test(t, []string{"--database", pgtest.URL(t)}) })
}

// Retention and purge that are killed again and again end where ones that were left alone
// end.
func TestKilledForgettingGoesOn(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		world := published(t, load.Options{Feeds: 25, Items: 20, Seed: 9})
		config := catalogue(t, world.Addrs(), world.URLs(), "@yearly")
		base = append(base, "--log-level", "error", "--config", config)
		must(t, append(base, "pull", "--all")...)
		db := open(t)
		stories, err := db.Stories(t.Context(), feeds.Selector{}, 1_000_000)
		if err != nil || len(stories) == 0 {
			t.Fatalf("%d stories (%v)", len(stories), err)
		}
		labels := allLabels(t, db)
		whole, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(config, append(whole, "\nretention: {versions: 1s, prints: 1s, texts: 1s}\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		left := func() (n int) {
			err := db.SQL().QueryRowContext(t.Context(), `SELECT count(*) FROM entry WHERE expired_ms = 0 AND has_body = TRUE`).Scan(&n)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		time.Sleep(time.Until(stories[0].Changed.Add(2 * time.Second)))
		total, killed, halfway := left(), 0, 0
		if total == 0 {
			t.Fatal("no entry has a text")
		}
		for n := total; n > 0 && killed < 100; {
			p := command(t, append(base, "pull")...)
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			limit := time.Now().Add(time.Duration(rand.Int64N(int64(2 * time.Second))))
			for time.Now().Before(limit) && left() == n {
				time.Sleep(2 * time.Millisecond)
			}
			if p.Process.Kill() == nil {
				killed++
			}
			_ = p.Wait() // killed
			now := left()
			if now > n {
				t.Fatalf("%d are left after %d", now, n)
			}
			if now > 0 && now < total {
				halfway++
			}
			n = now
		}
		t.Logf("killed %d times, %d of them halfway; %d texts", killed, halfway, total)
		if left() > 0 || halfway == 0 {
			t.Errorf("%d texts are left; killed halfway %d times", left(), halfway)
		}
		if got := allLabels(t, db); got != labels {
			t.Error("labels went with the texts")
		}

		// A purge of a story, killed at any moment: either nothing or everything.
		for _, s := range stories[:4] {
			var ruling feeds.Ruling
			if err := json.Unmarshal([]byte(must(t, append(base, "--json", "stories", "withdraw", s.ID, "--why", "x")...)), &struct {
				ID *int64 `json:"id"`
			}{&ruling.ID}); err != nil {
				t.Fatal(err)
			}
			p := command(t, append(base, "stories", "purge", fmt.Sprint(ruling.ID))...)
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(rand.Int64N(int64(600 * time.Millisecond))))
			_ = p.Process.Kill() // or it was quicker
			_ = p.Wait()
			kept, _, err := db.Story(t.Context(), s.ID)
			if err != nil {
				t.Fatal(err)
			}
			r, err := db.Ruling(t.Context(), ruling.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range kept.Copies {
				if (c.Entry.Title == "") != !r.Purged.IsZero() {
					t.Errorf("half a purge: %q, purged %s", c.Entry.Title, r.Purged)
				}
			}
			must(t, append(base, "stories", "purge", fmt.Sprint(ruling.ID), "--by", "ana")...)
		}
		must(t, append(base, "check", "--store")...)
		if left, err := db.Erase(t.Context()); err != nil || !left {
			t.Errorf("the files still hold something (%v)", err)
		}
	})
}
