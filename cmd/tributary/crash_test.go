package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/load"
	"tributary/internal/pgtest"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// databases runs a test on both: base are the global flags that choose one.
func databases(t *testing.T, test func(t *testing.T, base []string, open func(t *testing.T) *store.DB)) {
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		test(t, []string{"--data", dir}, func(t *testing.T) *store.DB { return openTest(t, store.Options{Path: dir + "/tributary.db"}) })
	})
	t.Run("postgres", func(t *testing.T) {
		url := pgtest.URL(t)
		test(t, []string{"--database", url}, func(t *testing.T) *store.DB { return openTest(t, store.Options{URL: url}) })
	})
}

func openTest(t *testing.T, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// A pull that is killed twenty times, wherever it happens to be, and then allowed to
// end has every entry once, every story once, and a sound database.
func TestKilledAtAnyMomentNothingIsLostOrDoubled(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		world := published(t, load.Options{Feeds: 80, Items: 20, Seed: 11, Churn: 0.5})
		base = append(base, "--config", catalogue(t, world.Addrs(), world.URLs(), "@hourly"), "--log-level", "error", "--json")
		must(t, append(base, "migrate")...)
		killed := 0
		longest := 800 * time.Millisecond
		for range 4 {
			for range 5 {
				p := command(t, append(base, "pull", "--all")...)
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Duration(rand.Int64N(int64(longest))))
				if p.Process.Kill() == nil {
					killed++
				}
				if err := p.Wait(); err == nil {
					killed-- // it was quicker
				}
			}
			must(t, append(base, "pull", "--all")...)
			if _, err := world.Tick(); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("killed %d of 20 before the end", killed)
		if killed == 0 {
			t.Error("no pull was killed: the test proves nothing")
		}
		must(t, append(base, "pull", "--all")...)
		var again pipeline.Report
		if err := json.Unmarshal([]byte(must(t, append(base, "pull", "--all")...)), &again); err != nil {
			t.Fatal(err)
		}
		if again.NotModified != len(world.URLs()) || again.Entries != (pipeline.EntryCounts{}) {
			t.Errorf("a pull after the last changes something: %+v", again)
		}
		must(t, append(base, "check", "--store")...)
		checkHolds(t, open(t), world)
	})
}

// checkHolds compares what is kept with what was published, entry by entry.
func checkHolds(t *testing.T, db *store.DB, world *load.Server) {
	t.Helper()
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
	stories, err := db.Stories(t.Context(), feeds.Selector{}, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	states, err := db.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	address := map[string]string{}
	for _, s := range states {
		address[s.ID] = s.URL
	}
	kept := map[string]string{} // feed and guid -> story
	for _, s := range stories {
		for _, c := range s.Copies {
			key := address[c.SourceID] + " " + c.Entry.ID
			if _, twice := kept[key]; twice {
				t.Errorf("kept twice: %s", key)
			}
			kept[key] = s.ID
		}
	}
	storyOf, missing, split := map[int]string{}, 0, 0
	world.EachEntry(func(feedURL, guid string, story int) {
		id, ok := kept[feedURL+" "+guid]
		if !ok {
			missing++
			return
		}
		if other, seen := storyOf[story]; seen && other != id {
			split++
		}
		storyOf[story] = id
	})
	if missing > 0 || split > 0 || len(kept) != world.Entries() || len(stories) != world.Stories() {
		t.Errorf("%d entries missing, %d copies outside their story; kept %d entries in %d stories, published %d in %d",
			missing, split, len(kept), len(stories), world.Entries(), world.Stories())
	}
}

func TestBackupWhileInUse(t *testing.T) {
	dir := t.TempDir()
	world := published(t, load.Options{Feeds: 60, Items: 20, Seed: 3})
	base := []string{"--data", dir, "--config", catalogue(t, world.Addrs(), world.URLs(), "@hourly")}
	must(t, append(base, "migrate")...)
	pull := command(t, append(base, "pull", "--all")...)
	if err := pull.Start(); err != nil {
		t.Fatal(err)
	}
	var copies []string
	for i := range 4 { // at different moments of the pull
		copies = append(copies, filepath.Join(dir, fmt.Sprintf("copy%d.db", i)))
		must(t, append(base, "backup", copies[i])...)
	}
	if err := pull.Wait(); err != nil {
		t.Fatalf("pull beside a backup: %v\n%s", err, pull.err.String())
	}
	for _, name := range copies {
		if err := openTest(t, store.Options{Path: name}).Check(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
