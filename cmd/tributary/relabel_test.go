package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/load"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// allLabels are the labels of all stories, a line each, without evidence.
func allLabels(t *testing.T, db *store.DB) string {
	t.Helper()
	stories, err := db.Stories(t.Context(), feeds.Selector{}, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range stories {
		fmt.Fprintln(&b, s.ID, shortLabels(s.Labels))
	}
	return b.String()
}

// mislabel labels every story as an older taxonomy might have: all are about one country.
func mislabel(t *testing.T, db *store.DB) {
	t.Helper()
	number, err := db.Labelling(t.Context(), fmt.Sprint("of old, ", rand.Int64()))
	if err != nil {
		t.Fatal(err)
	}
	wrong := []feeds.Label{{Kind: feeds.LabelCountry, Value: "AQ", Primary: true, Score: 1, By: feeds.ByRule, Evidence: []feeds.Evidence{{Rule: "old"}}}}
	q := store.RelabelQuery{All: true, Limit: 100}
	for {
		stories, err := db.ToRelabel(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(stories) == 0 {
			return
		}
		g := store.Relabelling{Now: time.Now(), Labelling: number}
		for _, s := range stories {
			g.Stories = append(g.Stories, store.Relabelled{ID: s.ID, Version: s.Version, Labelled: s.Labelled, Labels: wrong})
		}
		err = db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Relabel(ctx, g)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		q.After = stories[len(stories)-1].ID
	}
}

// A relabelling that is killed again and again goes on where it was each time, ends
// where one that was left alone ends, and leaves what people said.
func TestKilledRelabelGoesOn(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		world := published(t, load.Options{Feeds: 25, Items: 20, Seed: 5})
		base = append(base, "--config", catalogue(t, world.Addrs(), world.URLs(), "@hourly"), "--log-level", "error")
		must(t, append(base, "pull", "--all")...)
		db := open(t)
		stories, err := db.Stories(t.Context(), feeds.Selector{}, 5)
		if err != nil || len(stories) < 5 {
			t.Fatalf("%d stories (%v)", len(stories), err)
		}
		a := testApp(t, db)
		for _, s := range stories {
			c := feeds.Correction{StoryID: s.ID, Kind: feeds.LabelTopic, Value: "counter-trafficking", Action: feeds.ActionAdd, By: "j", Office: "hq", Why: "it is"}
			if _, _, err := a.Correct(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		want := allLabels(t, db)
		mislabel(t, db)
		wrong := allLabels(t, db)
		total := world.Stories()
		left := func() int {
			n, err := db.CountToRelabel(t.Context(), store.RelabelQuery{Labelling: a.Labelling})
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		dry := must(t, append(base, "--json", "relabel", "--dry-run")...)
		var diff diffForm
		if err := json.Unmarshal([]byte(dry), &diff); err != nil || diff.Stories != total || diff.Changed != total || diff.Labels[0].Value != "AQ" || diff.Labels[0].Lost != total {
			t.Errorf("dry run over %d stories: %.300s (%v)", total, dry, err)
		}
		if allLabels(t, db) != wrong || left() != total {
			t.Error("the dry run wrote something")
		}
		killed, halfway := 0, 0
		for n := total; n > 0 && killed < 200; {
			p := command(t, append(base, "relabel")...)
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			// Some get as far as a batch, some do not.
			limit := time.Now().Add(time.Duration(rand.Int64N(int64(3 * time.Second))))
			for time.Now().Before(limit) && left() == n {
				time.Sleep(5 * time.Millisecond)
			}
			if p.Process.Kill() == nil {
				killed++
			}
			_ = p.Wait() // killed, or done before
			now := left()
			if now > n {
				t.Fatalf("%d are left after %d", now, n)
			}
			if now > 0 && now < total {
				halfway++
			}
			n = now
			if err := db.Check(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("killed %d times, %d of them half-way through %d stories", killed, halfway, total)
		if halfway == 0 {
			t.Error("no relabelling was killed half-way: the test proves nothing")
		}
		must(t, append(base, "relabel")...)
		if got := allLabels(t, db); got != want {
			t.Errorf("labels differ from those of the pull:\n%.500s\nwant\n%.500s", got, want)
		}
		must(t, append(base, "check", "--store")...)
	})
}

// testApp is the desk of the shipped taxonomy over a store.
func testApp(t *testing.T, db *store.DB) *pipeline.Desk {
	t.Helper()
	cfg, err := (&Globals{}).load(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	desk, err := (&app{db: db}).newDesk(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return desk
}

// A correction shows in all feeds that it is about at once, in every format, with new
// validators there and the old ones elsewhere; it outlives pulls and a relabelling.
func TestACorrectionChangesTheFeeds(t *testing.T) {
	s := newStage(t)
	s.pull()
	look := func() { // as a running site looks again after a moment
		var err error
		if s.site, err = s.newSite(s.config); err != nil {
			t.Fatal(err)
		}
	}
	desk, err := s.newDesk(t.Context(), s.config)
	if err != nil {
		t.Fatal(err)
	}
	stories, err := s.db.Stories(t.Context(), feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LY"}}}}, 1)
	if err != nil || len(stories) != 1 {
		t.Fatalf("%d stories about Libya (%v)", len(stories), err)
	}
	story := stories[0]
	has := func(path string) *feeds.Entry {
		t.Helper()
		f := s.feed(path)
		for i := range f.Entries {
			if strings.HasSuffix(f.Entries[i].ID, story.ID) {
				return &f.Entries[i]
			}
		}
		return nil
	}
	paths := []string{"/feeds/country/ly", "/feeds/region/mena", "/feeds/region/eca", "/feeds/country/pl", "/feeds/language/fr"}
	tags := map[string]string{}
	for _, p := range paths {
		for _, format := range []string{".atom", ".rss", ".json"} {
			tags[p+format] = s.get(p + format + "?limit=100").header.Get("ETag")
		}
	}
	updated := has("/feeds/country/ly.atom?limit=100").Updated
	for _, c := range []feeds.Correction{
		{Kind: feeds.LabelCountry, Value: "PL", Action: feeds.ActionPrimary},
		{Kind: feeds.LabelCountry, Value: "LY", Action: feeds.ActionRemove},
	} {
		c.StoryID, c.By, c.Office, c.Why = story.ID, "Jane Doe-Smith", "hq", "The flight went to Warsaw."
		if _, _, err := desk.Correct(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	holds := func(after string) {
		t.Helper()
		for _, format := range []string{".atom", ".rss", ".json"} {
			if has("/feeds/country/ly"+format+"?limit=100") != nil || has("/feeds/country/pl"+format+"?limit=100") == nil || has("/feeds/region/eca"+format+"?limit=100") == nil {
				t.Errorf("after %s, %s: the story is not where it was put", after, format)
			}
		}
	}
	look()
	holds("the correction")
	for path, tag := range tags {
		now := s.get(path+"?limit=100", "If-None-Match", tag)
		if moved, want := now.status != http.StatusNotModified, !strings.Contains(path, "language"); moved != want {
			t.Errorf("%s: status %d", path, now.status)
		}
		if strings.Contains(string(now.body), "Jane Doe-Smith") {
			t.Errorf("%s names the editor", path)
		}
	}
	if e := has("/feeds/country/pl.atom?limit=100"); !e.Updated.Equal(updated) {
		t.Errorf("updated moved from %s to %s", updated, e.Updated)
	}
	page := s.get("/stories/" + story.ID)
	if page.status != http.StatusOK || strings.Contains(string(page.body), "Jane Doe-Smith") {
		t.Errorf("the story's page: %d, names the editor: %v", page.status, strings.Contains(string(page.body), "Jane Doe-Smith"))
	}
	s.at(24 * time.Hour)
	s.pull()
	holds("another pull")
	if _, err := desk.Ask(t.Context(), pipeline.RelabelScope{}); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Relabel(t.Context(), pipeline.RelabelScope{}, nil); err != nil {
		t.Fatal(err)
	}
	look()
	holds("a relabelling")
	if err := s.db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

// A relabelling that finds the same labels leaves every validator as it was.
func TestRelabellingTheSameChangesNoFeed(t *testing.T) {
	s := newStage(t)
	s.pull()
	s.at(36 * time.Hour)
	s.pull() // with new versions, leads that changed and copies that joined
	before := map[string]string{}
	for _, path := range []string{"/feeds/all.atom", "/feeds/country/ly.rss", "/feeds/region/mena.json", "/feeds/language/fr.atom"} {
		before[path] = s.get(path).header.Get("ETag")
	}
	version, err := s.db.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	desk, err := s.newDesk(t.Context(), s.config)
	if err != nil {
		t.Fatal(err)
	}
	n, err := desk.Ask(t.Context(), pipeline.RelabelScope{})
	if err != nil || n == 0 {
		t.Fatalf("asked for %d (%v)", n, err)
	}
	done, err := desk.Relabel(t.Context(), pipeline.RelabelScope{}, nil)
	if err != nil || done.Done != n || done.Changed != 0 {
		t.Errorf("%+v (%v)", done, err)
	}
	if now, err := s.db.Version(t.Context()); err != nil || now != version {
		t.Errorf("version %d after %d (%v)", now, version, err)
	}
	if s.site, err = s.newSite(s.config); err != nil {
		t.Fatal(err)
	}
	for path, tag := range before {
		if now := s.get(path).header.Get("ETag"); now != tag {
			t.Errorf("%s: ETag %s, was %s", path, now, tag)
		}
	}
}

func TestCorrectionsExport(t *testing.T) {
	s := newStage(t)
	s.pull()
	desk, err := s.newDesk(t.Context(), s.config)
	if err != nil {
		t.Fatal(err)
	}
	stories, err := s.db.Stories(t.Context(), feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LY"}}}}, 2)
	if err != nil || len(stories) < 2 {
		t.Fatalf("%d stories (%v)", len(stories), err)
	}
	for i, c := range []feeds.Correction{
		{StoryID: stories[0].ID, Kind: feeds.LabelCountry, Value: "LY", Action: feeds.ActionAdd, Office: "ly"},
		{StoryID: stories[0].ID, Kind: feeds.LabelCountry, Value: "LY", Action: feeds.ActionRemove, Office: "mena"},
		{StoryID: stories[0].ID, Kind: feeds.LabelTopic, Value: "remittances", Action: feeds.ActionAdd, Office: "hq"},
		{StoryID: stories[1].ID, Kind: feeds.LabelTopic, Value: "remittances", Action: feeds.ActionAdd, Office: "hq"},
	} {
		c.By, c.Why = "Jane", "so"
		kept, _, err := desk.Correct(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			if _, err := desk.Revoke(t.Context(), kept.ID, "Jane"); err != nil {
				t.Fatal(err)
			}
		}
	}
	base := []string{"--data", s.globals.Data}
	var line struct {
		goldLine
		Machine     goldLabels       `json:"machine"`
		Corrections []goldCorrection `json:"corrections"`
	}
	out := must(t, append(base, "corrections", "export")...)
	if err := json.Unmarshal([]byte(out), &line); err != nil || strings.Count(out, "\n") != 1 {
		t.Fatalf("export: %v\n%s", err, out)
	}
	if line.ID != stories[0].ID || line.Title == "" || line.Text == "" || line.Office != "hq" || line.Source != stories[0].Lead().SourceID ||
		line.Month != time.Now().UTC().Format("2006-01") || strings.Contains(strings.Join(line.Countries, " "), "LY") ||
		!strings.Contains(strings.Join(line.Machine.Countries, " "), "LY") || !strings.Contains(strings.Join(line.Topics, " "), "remittances") ||
		len(line.Corrections) != 2 || line.Corrections[0].Action != feeds.ActionRemove || line.Corrections[1].Value != "remittances" {
		t.Errorf("line %s", out)
	}
	if strings.Contains(out, "Jane") {
		t.Error("the export names people")
	}
	if out := must(t, append(base, "corrections", "export", "--office", "mena")...); strings.Count(out, "\n") != 1 {
		t.Errorf("of an office: %s", out)
	}
	if out := must(t, append(base, "corrections", "export", "--since", "2100-01-01")...); out != "" {
		t.Errorf("since the future: %s", out)
	}
	if out := must(t, append(base, "corrections", "list")...); strings.Count(out, "\n") != 3 || strings.Count(out, `"by":"Jane"`) != 3 {
		t.Errorf("list: %s", out)
	}
	if out := must(t, append(base, "corrections", "list", "--all")...); strings.Count(out, "\n") != 4 {
		t.Errorf("list with those taken back: %s", out)
	}
}
