package pipeline

import (
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/publish"
)

// What a publisher does to an entry without saying anything else moves nothing; what it
// corrects moves updated and nothing else, also where letters and digits stay the same.
func TestUpdatedMovesForNewsAlone(t *testing.T) {
	contact := "For more information, please contact: Press Office, +41 22 717 9111"
	onBoth(t, func(t *testing.T, d *desk) {
		d.catalogue(source("ly", "mena", feeds.KindIOM))
		body := text + " The flight cost 1.2 million dollars."
		print := func(title, body string) {
			t.Helper()
			d.now = d.now.Add(time.Hour)
			d.prints("ly", "", entry("a", title, "https://ly.example/a", body))
			if r := d.pull(); r.Stories.New+r.Stories.Joined > 0 && len(d.stories()) != 1 {
				t.Fatalf("a version is announced as new: %+v", r)
			}
		}
		print("Flight from LY", body)
		was := d.stories()[0]
		for _, step := range []struct {
			name, title, body string
			news              bool
		}{
			{"a mark", "Corrected: Flight from LY", body, false},
			{"a contact block", "Corrected: Flight from LY", body + "&lt;p&gt;" + contact + "&lt;/p&gt;", false},
			{"a decimal point", "Corrected: Flight from LY", strings.Replace(body, "1.2 million", "12 million", 1), true},
			{"a mark that goes", "Flight from LY", strings.Replace(body, "1.2 million", "12 million", 1), false},
			{"a word", "Flight from LY", strings.Replace(body, "1.2 million dollars", "12 million pounds", 1), true},
		} {
			before := d.stories()[0]
			print(step.title, step.body)
			is := d.stories()[0]
			if is.ID != was.ID || !is.Published.Equal(was.Published) || is.Lead().Entry.Title != step.title {
				t.Errorf("%s: %s %s %q", step.name, is.ID, is.Published, is.Lead().Entry.Title)
			}
			if moved := is.Updated.Equal(d.now); moved != step.news || !moved && !is.Updated.Equal(before.Updated) {
				t.Errorf("%s: updated %s -> %s, now %s, want news: %t", step.name, before.Updated, is.Updated, d.now, step.news)
			}
		}
	})
}

// A story in two languages is updated when the copy that stands for it in either is
// corrected, and not for one that no feed shows.
func TestUpdatedIsOfAllThatIsShown(t *testing.T) {
	onBoth(t, func(t *testing.T, d *desk) {
		page := func(id, language, title, body string) string {
			return strings.Replace(entry(id, title, "https://"+id+".example/1", body), "<entry>", `<entry xml:lang="`+language+`">`, 1)
		}
		lead, french, other := source("hq", "hq", feeds.KindIOM), source("td", "wca", feeds.KindPartner), source("daily", "hq", feeds.KindMedia)
		d.catalogue(lead, french, other)
		said := "Le vol a ramené 94 personnes de LY, a annoncé mardi l’organisation à Tripoli. Les familles ont reçu une aide à leur arrivée à N’Djamena."
		d.prints("hq", "", page("hq", "en", "Flight from LY", text))
		d.prints("td", "", page("td", "fr", "Un vol depuis LY", said))
		d.prints("daily", "", page("daily", "fr", "Un vol depuis LY", said))
		d.pull()
		if stories := d.stories(); len(stories) > 1 { // what is shown is tested here, not what is found
			var entries []int64
			for _, s := range stories {
				entries = append(entries, s.Lead().EntryID)
			}
			d.decides(feeds.Ruling{Action: feeds.RulingMerge, Story: stories[0].ID, Entries: entries})
		}
		was := d.stories()[0]
		if len(was.Copies) != 3 || was.Lead().SourceID != "hq" {
			t.Fatalf("copies %+v", was.Copies)
		}
		d.now = d.now.Add(time.Hour)
		d.prints("daily", "", page("daily", "fr", "Un vol depuis LY", strings.Replace(said, "94", "97", 1)))
		d.pull()
		if is := d.stories()[0]; !is.Updated.Equal(was.Updated) {
			t.Errorf("updated moved for a copy that nobody is shown: %s -> %s", was.Updated, is.Updated)
		}
		d.now = d.now.Add(time.Hour)
		d.prints("td", "", page("td", "fr", "Un vol depuis LY", strings.Replace(said, "94", "95", 1)))
		d.pull()
		if is := d.stories()[0]; !is.Updated.Equal(d.now) || !is.Published.Equal(was.Published) || is.ID != was.ID || is.Lead().SourceID != "hq" {
			t.Errorf("updated %s, now %s; published %s, was %s", is.Updated, d.now, is.Published, was.Published)
		}
	})
}

func TestPrecedenceIsTheOrderOfLeads(t *testing.T) {
	first := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	s := &feeds.Story{Labels: []feeds.Label{{Kind: feeds.LabelCountry, Value: "TD", Primary: true}}}
	voice := func(id int64, kind feeds.Kind, office string, countries []string, rank int, content string, after time.Duration) publish.Voice {
		return publish.Voice{Copy: &feeds.Copy{EntryID: id, FirstSeen: first.Add(after), Entry: feeds.Entry{Content: content}},
			Source: &feeds.Source{Kind: kind, Office: office, Countries: countries, Rank: rank}}
	}
	in := []publish.Voice{ // as they are to speak
		voice(9, feeds.KindIOM, "wca", []string{"TD"}, 100, "x", 5*time.Hour),
		voice(8, feeds.KindIOM, "hq", nil, 100, "x", 4*time.Hour),
		voice(7, feeds.KindIOM, "mena", []string{"LY"}, 100, "x", 3*time.Hour),
		voice(6, feeds.KindPartner, "hq", nil, 90, "", 2*time.Hour),
		voice(5, feeds.KindPartner, "hq", nil, 100, "x", time.Hour),
		voice(4, feeds.KindPartner, "hq", nil, 100, "", time.Hour),
		voice(3, feeds.KindMedia, "hq", nil, 100, "x", 0),
	}
	before := Precedence(dedupe.DefaultOrder, "hq")
	for i := range in {
		for j := range in {
			want := 0
			if i != j {
				want = 1
			}
			if i < j {
				want = -1
			}
			if got := before(s, in[i], in[j]); got != want {
				t.Errorf("%d before %d: %d, want %d", i, j, got, want)
			}
		}
	}
}
