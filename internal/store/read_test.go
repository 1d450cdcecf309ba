package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/internal/store"
)

// exerciseConcurrent has two processes, as far as a database can tell, pull copies of
// the same things at once: each thing must end as one story.
func exerciseConcurrent(t *testing.T, p place) {
	o := p.migrated(t)
	a, b := open(t, o), open(t, o)
	must(t, a.SyncSources(t.Context(), sources()))
	const things = 40
	pull := func(db *store.DB, source string, first int64) error {
		for i := range int64(things) {
			err := db.Commit(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				title := fmt.Sprint("thing ", i)
				near, err := tx.Postings(ctx, []uint64{key("t:" + title)}, 1)
				if err != nil {
					return err
				}
				members, err := tx.Members(ctx, near[key("t:"+title)], nil)
				if err != nil {
					return err
				}
				if len(members) > 0 {
					return tx.Apply(ctx, joined(source, first+i, members[0].StoryID, 0, title))
				}
				return tx.Apply(ctx, told(source, first+i, fmt.Sprint(source, i), 0, title))
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	var wg sync.WaitGroup
	for i, source := range []string{"ly", "hq", "unhcr", "news"} {
		db := []*store.DB{a, b}[i%2]
		wg.Go(func() {
			if err := pull(db, source, int64(i+1)*1000); err != nil {
				t.Error(err)
			}
		})
	}
	for _, db := range []*store.DB{a, b} {
		wg.Go(func() { // searches are brought up to date meanwhile
			for range 15 {
				if _, err := db.IndexPending(t.Context(), 7); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	stories, err := a.Stories(t.Context(), feeds.Selector{}, 1000)
	must(t, err)
	for _, s := range stories {
		if len(s.Copies) != 4 {
			t.Errorf("story %s has %d copies", s.ID, len(s.Copies))
		}
	}
	if len(stories) != things {
		t.Errorf("%d stories of %d things", len(stories), things)
	}
	sound(t, b)
}

func exerciseStories(t *testing.T, p place) {
	t.Run("order of copies", func(t *testing.T) {
		db := sample(t, p)
		apply(t, db, told("ly", 9, "a", 0, "x"))
		apply(t, db, joined("news", 8, "a", 2, "x"))
		apply(t, db, joined("unhcr", 7, "a", 1, "x"))
		c := joined("hq", 6, "a", 3, "x")
		c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 8, Published: noon, Updated: noon}}
		apply(t, db, c)
		stories, err := db.Stories(t.Context(), feeds.Selector{}, 10)
		must(t, err)
		var order []string
		for _, c := range stories[0].Copies {
			order = append(order, c.SourceID)
		}
		if got := strings.Join(order, " "); got != "news ly unhcr hq" {
			t.Errorf("copies %s: the lead first, then by first sight", got)
		}
	})
	t.Run("trial copies are not credited", func(t *testing.T) {
		db := sample(t, p)
		apply(t, db, told("trial", 1, "a", 0, "x", label(feeds.LabelCountry, "LY")))
		if got := listed(t, db, feeds.Selector{}, 5); got != "" {
			t.Errorf("listed %q", got)
		}
		if _, _, err := db.Story(t.Context(), "a"); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("a story on trial is shown: %v", err)
		}
		c := joined("ly", 2, "a", 1, "x")
		c.Stories = []store.StoryState{{ID: "a", LeadEntryID: 2, Published: noon, Updated: noon}}
		apply(t, db, c)
		stories, err := db.Stories(t.Context(), feeds.Selector{}, 5)
		must(t, err)
		if len(stories) != 1 || len(stories[0].Copies) != 1 || stories[0].Lead().SourceID != "ly" {
			t.Errorf("stories %+v", stories)
		}
		sound(t, db)
		apply(t, db, store.Change{Now: at(2), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{2},
			Stories: []store.StoryState{{ID: "a", LeadEntryID: 1, Published: noon, Updated: noon}}})
		if tomb, err := db.Tombstones(t.Context(), feeds.Selector{}, 5); err != nil || len(tomb) != 1 || !tomb[0].When.Equal(at(2)) {
			t.Errorf("what was published is gone, but tombstones are %v, %v", tomb, err)
		}
		sound(t, db)
	})
	t.Run("counts", func(t *testing.T) {
		db := sample(t, p)
		apply(t, db, told("ly", 1, "a", 0, "x", label(feeds.LabelCountry, "LY"), label(feeds.LabelTopic, "law")))
		apply(t, db, joined("hq", 2, "a", 0, "x"))
		apply(t, db, told("news", 3, "b", 0, "y", label(feeds.LabelCountry, "LY")))
		apply(t, db, told("trial", 4, "c", 0, "z", label(feeds.LabelCountry, "TN")))
		apply(t, db, told("news", 5, "d", 0, "w", label(feeds.LabelCountry, "TN")))
		apply(t, db, store.Change{Now: at(1), Polling: feeds.Polling{SourceID: "news"}, Withdrawn: []int64{5}})
		counts, err := db.Counts(t.Context())
		must(t, err)
		var got []string
		for _, c := range counts {
			got = append(got, fmt.Sprintf("%s=%s:%d", c.Term.Kind, c.Term.Value, c.N))
		}
		want := "country=LY:2 kind=iom:1 kind=media:1 office=hq:1 office=ly:1 source=hq:1 source=ly:1 source=news:1 topic=law:1"
		if strings.Join(got, " ") != want {
			t.Errorf("counts\n%s, want\n%s", strings.Join(got, " "), want)
		}
	})
}

// exerciseSelectors lists six stories, a to f, by every kind of term.
func exerciseSelectors(t *testing.T, p place) {
	db := sample(t, p)
	country, topic, region, language := feeds.LabelCountry, feeds.LabelTopic, feeds.LabelRegion, feeds.LabelLanguage
	apply(t, db, told("ly", 1, "a", 1, "one", label(country, "LY"), label(topic, "law"), label(language, "en")))
	apply(t, db, told("hq", 2, "b", 5, "two", label(country, "LY"), label(country, "TN"), label(topic, "health"), label(language, "fr")))
	apply(t, db, told("unhcr", 3, "c", 3, "three", label(country, "TN"), label(region, "sahel"), label(language, "fr")))
	apply(t, db, told("news", 4, "d", 4, "four", label(region, "sahel"), label(topic, "law"), label(language, "ar")))
	apply(t, db, told("news", 5, "e", 4, "five", label(country, "LY"), label(topic, "health"), label(topic, "law")))
	apply(t, db, told("trial", 6, "f", 9, "six", label(country, "LY")))
	apply(t, db, joined("ly", 7, "d", 6, "four"))
	sound(t, db)
	type group = []feeds.Term
	ly, tn := feeds.Term{Kind: feeds.TermCountry, Value: "LY"}, feeds.Term{Kind: feeds.TermCountry, Value: "TN"}
	law, health := feeds.Term{Kind: feeds.TermTopic, Value: "law"}, feeds.Term{Kind: feeds.TermTopic, Value: "health"}
	sahel := feeds.Term{Kind: feeds.TermRegion, Value: "sahel"}
	term := func(kind feeds.TermKind, value string) feeds.Term { return feeds.Term{Kind: kind, Value: value} }
	many := make(group, 150) // more than are walked one by one
	for i := range many {
		many[i] = term(feeds.TermTopic, fmt.Sprint("topic-", i))
	}
	for _, c := range []struct {
		name  string
		all   []group
		limit int
		want  string
	}{
		{"everything, newest first, the greater id first", nil, 10, "b e d c a"},
		{"limit", nil, 2, "b e"},
		{"no limit is nothing", nil, 0, ""},
		{"country", []group{{ly}}, 10, "b e a"},
		{"country and limit", []group{{ly}}, 1, "b"},
		{"either country, each story once", []group{{ly, tn}}, 10, "b e c a"},
		{"either country and limit", []group{{ly, tn}}, 3, "b e c"},
		{"both countries", []group{{ly}, {tn}}, 10, "b"},
		{"country and topic", []group{{ly}, {law}}, 10, "e a"},
		{"country and either topic", []group{{ly}, {law, health}}, 10, "b e a"},
		{"either country and either topic", []group{{ly, tn}, {law, health}}, 2, "b e"},
		{"three groups", []group{{ly}, {law}, {health}}, 10, "e"},
		{"region", []group{{sahel}}, 10, "d c"},
		{"region or country", []group{{sahel, ly}}, 10, "b e d c a"},
		{"topic, and region or country", []group{{law}, {sahel, tn}}, 10, "d"},
		{"language", []group{{term(feeds.TermLanguage, "fr")}}, 10, "b c"},
		{"source, as a copy too", []group{{term(feeds.TermSource, "ly")}}, 10, "d a"},
		{"office: only its IOM sources", []group{{term(feeds.TermOffice, "ly")}}, 10, "d a"},
		{"office and topic", []group{{term(feeds.TermOffice, "ly")}, {law}, {sahel}}, 10, "d"},
		{"offices", []group{{term(feeds.TermOffice, "ly"), term(feeds.TermOffice, "hq")}}, 10, "b d a"},
		{"no such office", []group{{term(feeds.TermOffice, "mars")}}, 10, ""},
		{"no such office, or a country", []group{{term(feeds.TermOffice, "mars"), tn}}, 10, "b c"},
		{"no such office and a country", []group{{term(feeds.TermOffice, "mars")}, {ly}}, 10, ""},
		{"kind", []group{{term(feeds.TermKindOf, "media")}}, 10, "e d"},
		{"kinds", []group{{term(feeds.TermKindOf, "media"), term(feeds.TermKindOf, "partner")}}, 10, "e d c"},
		{"source on trial", []group{{term(feeds.TermSource, "trial")}}, 10, ""},
		{"unknown value", []group{{term(feeds.TermCountry, "XX")}}, 10, ""},
		{"unknown kind of term", []group{{term("weather", "fine")}}, 10, ""},
		{"hostile value", []group{{term(feeds.TermCountry, "LY' OR '1'='1")}}, 10, ""},
		{"hostile bytes", []group{{term(feeds.TermCountry, "\x00\xff")}}, 10, ""},
		{"many terms", []group{append(many, law)}, 10, "e d a"},
		{"many terms and a country", []group{append(many, law), {ly}}, 10, "e a"},
		{"an empty group says nothing", []group{{}, {tn}}, 10, "b c"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := listed(t, db, feeds.Selector{All: c.all}, c.limit); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	_, err := db.Stories(t.Context(), feeds.Selector{All: []group{append(many, many...), append(many, term(feeds.TermTopic, "z"), ly)}}, 5)
	if !errors.Is(err, store.ErrTooManyTerms) {
		t.Errorf("300 terms: %v", err)
	}
}

func exerciseRenditions(t *testing.T, p place) {
	o := p.migrated(t)
	db, other := open(t, o), open(t, o)
	for i, c := range []struct {
		db       *store.DB
		key      string
		hash     string
		now      int
		modified int
	}{
		{db, "all.atom", "h1", 1, 1},
		{db, "all.atom", "h1", 2, 1},
		{other, "all.atom", "h1", 3, 1},
		{other, "all.atom", "h2", 4, 4},
		{db, "all.atom", "h2", 5, 4},
		{db, "all.atom", "h1", 6, 6}, // as before, but changed again
		{db, "all.rss", "h1", 7, 7},
		{db, strings.Repeat("long", 1000), "h1", 8, 8},
		{db, "bad\x00\xff", "\x00", 9, 9},
		{db, "bad\x00\xff", "\x00", 10, 9},
	} {
		got, err := c.db.Rendition(t.Context(), c.key, c.hash, at(c.now))
		if err != nil || !got.Equal(at(c.modified)) {
			t.Errorf("case %d: modified %v, %v; want %v", i, got, err, at(c.modified))
		}
	}
}

// exerciseQuickChanges changes a document more often than HTTP dates can tell apart.
func exerciseQuickChanges(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	for i, c := range []struct{ now, want time.Duration }{
		{0, 0}, {300 * time.Millisecond, time.Second}, {600 * time.Millisecond, 2 * time.Second},
		{-time.Minute, 3 * time.Second}, // a clock that went back
		{time.Minute, time.Minute},
	} {
		got, err := db.Rendition(t.Context(), "all.atom", fmt.Sprint("h", i), noon.Add(c.now))
		if err != nil || !got.Equal(noon.Add(c.want)) {
			t.Errorf("change %d: modified %v, %v; want %v", i, got, err, noon.Add(c.want))
		}
	}
}

// exerciseTrimming fills the table of renditions: anybody can ask for any mix.
func exerciseTrimming(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	_, err := db.SQL().ExecContext(t.Context(), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)
		INSERT INTO rendition (key, hash, modified_ms, used_ms) SELECT 'old ' || i, 'h', i, i FROM n`)
	must(t, err)
	for i := range 1000 {
		if _, err := db.Rendition(t.Context(), fmt.Sprint("new ", i), "h", noon); err != nil {
			t.Fatal(err)
		}
	}
	kept := func(pattern string) (n int) {
		must(t, db.SQL().QueryRowContext(t.Context(), `SELECT count(*) FROM rendition WHERE key LIKE '`+pattern+`'`).Scan(&n))
		return n
	}
	if all, fresh := kept("%"), kept("new %"); all > 20_000+500 || all < 20_000 || fresh != 1000 {
		t.Errorf("%d renditions are kept, %d of 1000 new ones", all, fresh)
	}
}

// exerciseCheck breaks what is whole, one thing after the other.
func exerciseCheck(t *testing.T, p place) {
	for name, c := range map[string]struct{ breaks, says string }{
		"lead":      {`UPDATE story SET lead_entry_id = 2 WHERE id = 'a'`, "lead is none of its entries"},
		"standing":  {`UPDATE entry SET withdrawn_ms = 5 WHERE id = 1`, "without a standing copy"},
		"withdrawn": {`UPDATE story SET withdrawn_ms = 5 WHERE id = 'a'`, "with a standing copy"},
		"guid":      {`UPDATE entry SET guid = 'guid-1', source_id = 'ly'`, "guid twice"},
		"version":   {`DELETE FROM revision WHERE entry_id = 1`, "standing version"},
		"future":    {`UPDATE revision SET number = 2 WHERE entry_id = 1`, "beyond the standing one"},
		"unlisted":  {`DELETE FROM term WHERE kind = 'source'`, "not listed"},
		"label":     {`DELETE FROM term WHERE kind = 'country'`, "not selected by a label"},
		"no label":  {`DELETE FROM label`, "label it does not have"},
		"carrier":   {`UPDATE term SET value = 'hq' WHERE kind = 'source'`, "does not carry"},
		"time":      {`UPDATE term SET at_ms = 5`, "time that is not its own"},
		"trial":     {`UPDATE source SET trial = TRUE`, "not published"},
		"polling":   {`DELETE FROM polling`, "without polling"},
		"store":     {`UPDATE meta SET value = 0`, "newer than the store"},
		"mark":      {`UPDATE story SET corrected = FALSE WHERE id = 'b'`, "corrected and does not know"},
		"removed":   {`UPDATE correction SET action = 'remove'`, "that a person removed"},
		"given":     {`UPDATE label SET set_by = 'rule'`, "that a person gave"},
		"primary":   {`UPDATE label SET is_primary = TRUE`, "two primary"},
		"labelling": {`UPDATE story SET labelled = 5`, "labelled by nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			db := sample(t, p)
			apply(t, db, told("ly", 1, "a", 0, "Seminar", label(feeds.LabelCountry, "LY")))
			apply(t, db, told("hq", 2, "b", 0, "Market"))
			correct(t, db, said("b", feeds.LabelTopic, "law", feeds.ActionAdd, 1), label(feeds.LabelCountry, "TN"))
			sound(t, db)
			if _, err := db.SQL().ExecContext(t.Context(), c.breaks); err != nil {
				t.Fatal(err)
			}
			if err := db.Check(t.Context()); !errors.Is(err, store.ErrBroken) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("found %v, want %q", err, c.says)
			}
		})
	}
}

// exerciseHostile keeps what publishers may send: no text is so bad that the rest of a
// pull is lost.
func exerciseHostile(t *testing.T, p place) {
	db := sample(t, p)
	bad := "a\x00b\xff\xed\xa0\x80" + strings.Repeat("x", 5000) + "'\"; DROP TABLE story; --"
	l := label(feeds.LabelCountry, "LY")
	l.Evidence[0].Text = bad
	c := told("ly", 1, "a", 0, bad, l)
	e := &c.New[0]
	e.CanonicalURL, e.Print = bad, &store.Print{EntryID: e.ID, Document: []byte(bad), Keys: []uint64{0, 1<<63 - 1, key(bad)}}
	e.Entry = feeds.Entry{ID: bad, Title: bad, Content: bad, Language: bad, Published: time.Date(30000, 1, 1, 0, 0, 0, 0, time.UTC),
		Updated: time.Unix(0, 0), Categories: []feeds.Category{{Term: bad}}}
	c.Polling = feeds.Polling{SourceID: "ly", URL: bad, ETag: bad, Error: bad, Problems: []string{bad}, BodyHash: bad}
	c.Stories[0].Published = time.Unix(0, 0)
	apply(t, db, c)
	if near := near(t, db, bad); !slices.Equal(near[bad], []string{"a"}) {
		t.Errorf("key leads to %v", near)
	}
	story, _, err := db.Story(t.Context(), "a")
	must(t, err)
	got := story.Lead().Entry
	if want := "a\uFFFDb\uFFFD"; !strings.HasPrefix(strings.ReplaceAll(got.Title, "\x00", "\uFFFD"), want) {
		t.Errorf("title %.20q", got.Title)
	}
	if !got.Published.IsZero() || !got.Updated.Equal(time.Unix(0, 0)) || story.Published.Sub(time.Unix(0, 0)) != time.Millisecond {
		t.Errorf("dates %v, %v, %v", got.Published, got.Updated, story.Published)
	}
	if diff := cmp.Diff(bad, state(t, db, "ly").Polling.ETag); diff != "" {
		t.Errorf("the validator is not as received: %s", diff)
	}
	if _, err := db.IndexPending(t.Context(), 10); err != nil {
		t.Error(err)
	}
	for _, id := range []string{bad, "", "'", "\x00"} {
		if _, _, err := db.Story(t.Context(), id); !errors.Is(err, feeds.ErrNotFound) {
			t.Errorf("story %.20q: %v", id, err)
		}
	}
	sound(t, db)
}

func TestBackup(t *testing.T) {
	db := sample(t, onSQLite)
	apply(t, db, told("ly", 1, "a", 0, "Séminaire"))
	if _, err := db.IndexPending(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "it's a backup.db")
	must(t, db.Backup(t.Context(), file))
	copied := open(t, store.Options{Path: file})
	sound(t, copied)
	if got := listed(t, copied, feeds.Selector{Query: "seminaire"}, 5); got != "a" {
		t.Errorf("the copy lists %q", got)
	}
	must(t, os.WriteFile(filepath.Join(dir, "precious"), []byte("x"), 0o600))
	if err := db.Backup(t.Context(), filepath.Join(dir, "precious")); !errors.Is(err, os.ErrExist) {
		t.Errorf("overwrote: %v", err)
	}
	if kept, err := os.ReadFile(filepath.Join(dir, "precious")); err != nil || string(kept) != "x" {
		t.Errorf("overwritten: %q, %v", kept, err)
	}
	if err := db.Backup(t.Context(), filepath.Join(dir, "missing", "x.db")); err == nil {
		t.Error("a backup into a missing directory")
	}
	left, err := filepath.Glob(filepath.Join(dir, ".backup-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestBackupOfPostgresNamesItsTool(t *testing.T) {
	db := sample(t, onPostgres)
	if err := db.Backup(t.Context(), filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), "pg_dump") {
		t.Errorf("error %v", err)
	}
}

// TestSameSchema: what differs between the migrations of the two databases is types
// and keywords, never a table or column.
func TestSameSchema(t *testing.T) {
	columns := func(o store.Options, query string) (names []string) {
		db := open(t, o)
		rows, err := db.SQL().QueryContext(t.Context(), query)
		must(t, err)
		defer func() { must(t, rows.Close()) }()
		for rows.Next() {
			var name string
			must(t, rows.Scan(&name))
			if !strings.HasPrefix(name, "search") && !strings.HasPrefix(name, "goose") && !strings.HasPrefix(name, "sqlite") {
				names = append(names, name)
			}
		}
		must(t, rows.Err())
		return names
	}
	sqlite := columns(onSQLite.migrated(t), `SELECT m.name || '.' || c.name AS n FROM sqlite_schema m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' ORDER BY n`)
	postgres := columns(onPostgres.migrated(t), `SELECT n FROM (SELECT table_name || '.' || column_name AS n
		FROM information_schema.columns WHERE table_schema = 'public') AS c ORDER BY n COLLATE "C"`)
	if diff := cmp.Diff(sqlite, postgres); diff != "" || len(sqlite) < 50 {
		t.Errorf("SQLite (-, %d columns) and PostgreSQL (+) differ:\n%s", len(sqlite), diff)
	}
}
