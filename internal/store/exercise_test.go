package store_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/pgtest"
	"tributary/internal/store"
)

// place is a database to test with: options of a new, empty one, and of a new one
// with its schema.
type place struct {
	empty    func(t testing.TB) store.Options
	migrated func(t testing.TB) store.Options
}

func TestSQLite(t *testing.T) { exercise(t, onSQLite) }

func TestPostgres(t *testing.T) {
	pgtest.URL(t) // says once what is missing
	exercise(t, onPostgres)
}

// exercise is what every database must pass. Each case gets databases of its own.
func exercise(t *testing.T, p place) {
	for name, test := range map[string]func(t *testing.T, p place){
		"migrate":    exerciseMigrate,
		"catalogue":  exerciseCatalogue,
		"polling":    exercisePolling,
		"commit":     exerciseCommit,
		"concurrent": exerciseConcurrent,
		"stories":    exerciseStories,
		"selectors":  exerciseSelectors,
		"without":    exerciseWithout,
		"search":     exerciseSearch,
		"touched":    exerciseTouched,
		"demand":     exerciseDemand,
		"renditions": exerciseRenditions, "quick changes": exerciseQuickChanges,
		"trimming":      exerciseTrimming,
		"check":         exerciseCheck,
		"subscriptions": exerciseSubscriptions, "deliveries": exerciseDeliveries, "delivered": exerciseDelivered,
		"hostile": exerciseHostile, "originals": exerciseOriginals,
		"hub subscribers": exerciseHubSubscribers, "hub bounds": exerciseHubBounds, "hub times": exerciseHubTimes, "hub pings": exerciseHubPings,
		"corrections": exerciseCorrections, "corrected and withdrawn": exerciseCorrectedAndWithdrawn,
		"newsletters": exerciseNewsletters,
		"watched":     exerciseWatched,
		"rules":       exerciseRules, "relabel": exerciseRelabel, "labelling at once": exerciseLabellingAtOnce,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, p)
		})
	}
}

var onSQLite = place{empty: sqliteFile, migrated: func(t testing.TB) store.Options {
	o := sqliteFile(t)
	if err := migrate(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return o
}}

func sqliteFile(t testing.TB) store.Options {
	return store.Options{Path: filepath.Join(t.TempDir(), "a name with spaces, % and ?.db")}
}

var onPostgres = place{
	empty: func(t testing.TB) store.Options { return store.Options{URL: pgtest.URL(t)} },
	migrated: func(t testing.TB) store.Options {
		return store.Options{URL: pgtest.Prepared(t, "store", func(ctx context.Context, url string) error {
			return migrate(ctx, store.Options{URL: url})
		})}
	},
}

func migrate(ctx context.Context, o store.Options) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	return errors.Join(db.Migrate(ctx), db.Close())
}

// open opens a database for as long as the test runs, with a clock that stands at noon.
func open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	o.Now = func() time.Time { return noon }
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

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// at is a moment of the tests' day, minutes after noon.
func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// The tests' sources: an IOM office, headquarters, a partner, a newspaper and one on
// trial.
func sources() []feeds.Source {
	return []feeds.Source{
		{ID: "ly", Office: "ly", Kind: feeds.KindIOM, URL: "https://libya.iom.int/rss.xml", Enabled: true,
			Title: "IOM Libya", Schedule: "0 * * * *", Zone: "Africa/Tripoli", Republish: feeds.RepublishFull, Rank: 100},
		{ID: "hq", Office: "hq", Kind: feeds.KindIOM, URL: "https://www.iom.int/rss.xml", Enabled: true, Countries: []string{"CH"}},
		{ID: "unhcr", Office: "hq", Kind: feeds.KindPartner, URL: "https://www.unhcr.org/rss.xml", Enabled: true},
		{ID: "news", Office: "ly", Kind: feeds.KindMedia, URL: "https://news.example/rss", Enabled: true},
		{ID: "trial", Office: "ly", Kind: feeds.KindPartner, URL: "https://trial.example/rss", Enabled: true, Trial: true},
	}
}

// sample is a database with the tests' sources.
func sample(t testing.TB, p place) *store.DB {
	t.Helper()
	db := open(t, p.migrated(t))
	must(t, db.SyncSources(t.Context(), sources()))
	return db
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func apply(t testing.TB, db *store.DB, c store.Change) {
	t.Helper()
	must(t, tryApply(t, db, c))
}

func tryApply(t testing.TB, db *store.DB, c store.Change) error {
	t.Helper()
	return db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.Apply(ctx, c) })
}

// told is a change in which a source tells something for the first time: one entry,
// one new story with the id of its letters in front, published minutes after noon.
func told(source string, entry int64, story string, minutes int, title string, labels ...feeds.Label) store.Change {
	e := version(entry, story, minutes, title)
	return store.Change{Now: at(minutes), Polling: feeds.Polling{SourceID: source}, New: []store.NewEntry{e},
		Stories: []store.StoryState{{ID: story, Mint: true, LeadEntryID: entry, Published: at(minutes), Updated: at(minutes), Labels: nonNil(labels)}}}
}

// joined is a change in which a source brings a copy of a story that is there. The
// lead stays.
func joined(source string, entry int64, story string, minutes int, title string) store.Change {
	return store.Change{Now: at(minutes), Polling: feeds.Polling{SourceID: source},
		New: []store.NewEntry{version(entry, story, minutes, title)}}
}

func version(entry int64, story string, minutes int, title string) store.NewEntry {
	return store.NewEntry{ID: entry, StoryID: story, Published: at(minutes), Hash: "hash of " + title, TextHash: "text of " + title,
		CanonicalURL: fmt.Sprintf("site.example/%d", entry),
		Print:        &store.Print{EntryID: entry, Document: []byte(title), Keys: []uint64{key(fmt.Sprintf("u:%d", entry)), key("t:" + title)}},
		Entry:        feeds.Entry{ID: fmt.Sprintf("guid-%d", entry), Title: title, Content: "<p>" + title + "</p>", Published: at(minutes)}}
}

// key is what a text is found by.
func key(text string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum64() >> 1
}

// near are the stories that keys lead to.
func near(t testing.TB, db *store.DB, keys ...string) map[string][]string {
	t.Helper()
	asked := make([]uint64, len(keys))
	for i, k := range keys {
		asked[i] = key(k)
	}
	found, err := db.Postings(t.Context(), asked, 64)
	must(t, err)
	out := map[string][]string{}
	must(t, db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i, k := range keys {
			members, err := tx.Members(ctx, found[asked[i]], nil)
			if err != nil {
				return err
			}
			for _, m := range members {
				if slices.Contains(found[asked[i]], m.EntryID) && !slices.Contains(out[k], m.StoryID) {
					out[k] = append(out[k], m.StoryID)
				}
			}
		}
		return nil
	}))
	return out
}

func nonNil(labels []feeds.Label) []feeds.Label {
	if labels == nil {
		return []feeds.Label{}
	}
	return labels
}

func label(kind feeds.LabelKind, value string) feeds.Label {
	return feeds.Label{Kind: kind, Value: value, Score: 0.75, By: feeds.ByRule,
		Evidence: []feeds.Evidence{{Rule: "name", Text: value, Field: "title", Offset: 3}}}
}

// listed gives the ids of the stories a selector holds, with spaces between.
func listed(t testing.TB, db *store.DB, sel feeds.Selector, limit int) string {
	t.Helper()
	stories, err := db.Stories(t.Context(), sel, limit)
	must(t, err)
	ids := make([]string, len(stories))
	for i := range stories {
		ids[i] = stories[i].ID
	}
	return strings.Join(ids, " ")
}

func sound(t testing.TB, db *store.DB) {
	t.Helper()
	if err := db.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
