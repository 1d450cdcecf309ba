package store_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/store"
)

func exerciseSearch(t *testing.T, p place) {
	t.Run("words", func(t *testing.T) { searches(t, p) })
	t.Run("kept up", func(t *testing.T) {
		db := sample(t, p)
		find := func(query string) string { return listed(t, db, feeds.Selector{Query: query}, 10) }
		for i := range 7 {
			apply(t, db, told("ly", int64(i), string(rune('a'+i)), i, "Seminar"))
		}
		if got := find("seminar"); got != "" {
			t.Errorf("found before it is indexed: %q", got)
		}
		before, err := db.Version(t.Context())
		must(t, err)
		index(t, db, 3, 3, 3, 1, 0)
		if after, err := db.Version(t.Context()); err != nil || after <= before {
			t.Errorf("searches changed, but the version went from %d to %d, %v", before, after, err)
		}
		if got := find("seminar"); got != "g f e d c b a" {
			t.Errorf("found %q", got)
		}
		apply(t, db, store.Change{Now: at(60), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(2, "", 2, "Workshop")}})
		apply(t, db, store.Change{Now: at(61), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{3}})
		index(t, db, 10, 2, 0)
		if got := find("seminar"); got != "g f e b a" {
			t.Errorf("after a new version and a withdrawal %q", got)
		}
		if got := find("workshop"); got != "c" {
			t.Errorf("the new version is found as %q", got)
		}
		apply(t, db, joined("hq", 50, "a", 70, "Taller"))
		apply(t, db, joined("trial", 51, "a", 71, "Secret"))
		index(t, db, 10, 1, 0)
		if got := find("seminar taller"); got != "a" {
			t.Errorf("words of two copies find %q", got)
		}
		if got := find("secret"); got != "" {
			t.Errorf("words of a source on trial find %q", got)
		}
		sound(t, db)
	})
}

// index indexes limit stories at a time and expects how many it was each time.
func index(t *testing.T, db *store.DB, limit int, want ...int) {
	t.Helper()
	for _, w := range want {
		if n, err := db.IndexPending(t.Context(), limit); err != nil || n != w {
			t.Errorf("indexed %d, %v; want %d", n, err, w)
		}
	}
}

func searches(t *testing.T, p place) {
	db := sample(t, p)
	texts := map[string]string{
		"a": "Séminaire à Tripoli : la lutte contre la traite des êtres humains, l’immigration et l'œuvre",
		"b": "<p>Straße nach Łódź</p><p>Ærø, Đà Nẵng, İstanbul, ISTANBUL ılık</p>",
		"c": "ندوة في طَرابُلُس حول مُكافَحة الاتّجار بالبشر في ليبيا ١٢٣ إلى المنظمة الدولية للهجرة",
		"d": "Миграция ёлка Україна й Іспанія",
		"e": "国际移民组织在利比亚 東京タワー ประเทศไทย",
		"f": "<p>Mig<b>rants</b>&nbsp;reach&#32;shore</p><p>one</p><p>two</p> R&amp;D COVID-19 2026-03-01 node_modules",
		"g": "προσφυγικός ΜΕΤΑΝΑΣΤΕΥΣΗΣ",
		"h": "प्रवासी सहायता",
		"i": strings.Repeat("long", 50) + " ﬁnance ２０２６",
	}
	n := int64(0)
	for id := byte('a'); id <= 'i'; id++ {
		n++
		c := told("ly", n, string(id), -int(id), "x", label(feeds.LabelCountry, "LY"))
		c.New[0].Entry.Content = texts[string(id)]
		apply(t, db, c)
	}
	c := told("hq", 100, "z", 0, "Migrants in Geneva", label(feeds.LabelCountry, "CH"))
	apply(t, db, c)
	index(t, db, 100, 10, 0)
	for query, want := range map[string]string{
		"seminaire": "a", "SÉMINAIRE tripoli": "a", "immigration": "a", "oeuvre": "a", "Œuvre": "a", "humains traite etres": "a",
		"seminaire geneva": "", "semin": "",
		"strasse": "b", "STRASSE lodz": "b", "aero": "b", "aerø": "b", "da nang": "b", "istanbul": "b", "ilik": "b", "İstanbul": "b",
		"طرابلس": "c", "مكافحة": "c", "مكافحه": "c", "الى": "c", "ليبيا 123": "c", "المنظمة": "c", "للهجره": "c", "لـيـبـيـا": "c",
		"миграция": "d", "елка": "d", "Україна и": "d",
		"移民": "e", "民移": "", "移": "e", "利比亚 组织": "e", "東京": "e", "タワー": "e", "ไทย": "e", "ศ": "e",
		"migrants": "z f", "migrants reach": "f", "onetwo": "", "one two": "f", "r d": "f", "covid": "f", "covid-19": "f", "2026-03": "f",
		"node_modules": "f", "nbsp": "", "amp": "", "p": "",
		"προσφυγικος": "g", "μεταναστευσης": "g", "μεταναστευσησ": "g",
		"प्रवासी": "h", "परवासी": "",
		strings.Repeat("long", 50): "i", "finance": "i", "2026": "f i",
		// What a hostile mind types is words, or nothing.
		`"tripoli"`: "a", `tripoli OR geneva`: "", `NOT tripoli`: "", `tripoli*`: "a", `words:tripoli`: "", `tripoli NEAR geneva`: "",
		`tripoli" OR "1"="1`: "", `'; DROP TABLE story; --`: "", `^tripoli`: "a", `{words}: tripoli`: "", `a & !b`: "", `tripoli:*`: "a",
		`\tripoli\`: "a", "tripoli\x00\xff": "a", "!!!": "", "'": "", `"`: "", "&|": "", "\u0301": "",
		"migrants -geneva": "f", "migrants -genève": "z f", "tripoli -TRAITE": "", "migrants - geneva": "z", "-tripoli": "", "利比亚 -組織": "e", "利比亚 -组织": "",
		"covid -19": "", "covid --19": "f", "f migrants -(geneva)": "", `ليبيا -طرابلس`: "", "migrants -reach -geneva": "", "migrants -node_modules": "z", "-": "",
		"   ": "z a b c d e f g h i",
	} {
		sel := feeds.Selector{Query: query}
		if got := listed(t, db, sel, 20); got != want {
			t.Errorf("%q finds %q, want %q", query, got, want)
		}
	}
	geneva := feeds.Selector{Query: "migrants", All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "CH"}}}}
	if got := listed(t, db, geneva, 5); got != "z" {
		t.Errorf("words and a country find %q", got)
	}
	geneva.All[0] = append(geneva.All[0], feeds.Term{Kind: feeds.TermCountry, Value: "LY"})
	if got := listed(t, db, geneva, 1); got != "z" {
		t.Errorf("words and either country find %q", got)
	}
	if got := listed(t, db, feeds.Selector{Query: strings.Repeat("tripoli ", 5000)}, 5); got != "a" {
		t.Errorf("one word five thousand times finds %q", got)
	}
	many := make([]string, 5000)
	for i := range many {
		many[i] = fmt.Sprint("w", i)
	}
	if got := listed(t, db, feeds.Selector{Query: strings.Join(many, " ")}, 5); got != "" {
		t.Errorf("five thousand words find %q", got)
	}
}

// TestBothFindTheSame: whatever is published and searched for, both databases take it
// and find the same, and a text is found by all its own words.
func TestBothFindTheSame(t *testing.T) {
	cases := [][2]string{
		{"Séminaire à Tripoli", "seminaire"}, {"x", `"a" OR b*`}, {"ندوة في طَرابُلُس", "طرابلس"}, {"国际移民组织 x", "移民 x"},
		{"\x00\xff'", "a:b & !c | (d)"}, {`\'`, "ı İ ß"}, {"<p>a<b>b</b>&lt;c", "ab"}, {"ไท\u0e35", "\u0e35 ก"}, {"a\u0301\u0900b", "a"},
	}
	// And what nobody thinks of: pieces in any order, the same at every run.
	pieces := []string{"a", "B", "é", "e\u0301", "ß", "ı", "İ", "و", "ـ", "\u064e", "移", "民", "カ", "ไ", "\u0e35", "हि", "1", "٣", "２", "𐐀", "🙂",
		" ", "-", "'", `"`, `\`, ":", "*", "&", "|", "!", "(", ")", "<", ">", "\x00", "\xff", "\u200d", "\u00ad", "\u2028", "OR", "NOT", "NEAR"}
	rnd := rand.New(rand.NewPCG(3, 4))
	piece := func() (s string) {
		for range 1 + rnd.IntN(12) {
			s += pieces[rnd.IntN(len(pieces))]
		}
		return s
	}
	for range 150 {
		text := piece()
		cases = append(cases, [2]string{text, text[:rnd.IntN(len(text)+1)]}, [2]string{text, piece()})
	}
	var dbs []*store.DB
	for _, p := range []place{onSQLite, onPostgres} {
		db := sample(t, p)
		apply(t, db, told("ly", 1, "a", 0, "Some words of another story"))
		apply(t, db, told("ly", 2, "b", 1, "to be replaced"))
		dbs = append(dbs, db)
	}
	for _, c := range cases {
		v := version(2, "", 1, "x")
		v.Entry.Title, v.Entry.Content, v.Print = c[0], "", nil
		var found [2][2]string
		for i, db := range dbs {
			apply(t, db, store.Change{Now: noon, Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{v}})
			if _, err := db.IndexPending(t.Context(), 10); err != nil {
				t.Fatalf("%q: %v", c, err)
			}
			found[i] = [2]string{listed(t, db, feeds.Selector{Query: c[1]}, 10), listed(t, db, feeds.Selector{Query: c[0]}, 10)}
		}
		if found[0] != found[1] {
			t.Errorf("%q: SQLite finds %q, PostgreSQL %q", c, found[0], found[1])
		}
		excludes := strings.ContainsRune(c[0], '-') // a hyphen before a word excludes it
		if strings.ContainsAny(c[0], "aBéو移カ1٣") && !excludes && found[0][1] != "b" {
			t.Errorf("%q is not found by its own words, but %q is", c[0], found[0][1])
		}
	}
}
