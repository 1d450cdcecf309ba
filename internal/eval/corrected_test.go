package eval_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/eval"
)

func TestReadCorrected(t *testing.T) {
	const data = `{"id":"s1","title":"T","text":"X","lang":"fr","language":"ht","source":"iom-haiti","office":"roma","month":"2026-10","at":"2026-11-03T10:00:00Z","countries":["HT"],"primary":"HT","topics":["x"],"regions":["caribbean"],"machine":{"countries":["FR"]},` +
		`"corrections":[{"kind":"country","value":"FR","action":"remove","office":"roma","at":"2026-11-01T10:00:00Z"},{"kind":"language","value":"ht","action":"add","office":"roma","at":"2026-11-03T10:00:00Z"}]}
{"id":"s2","lang":"pt","countries":["MZ","ZW"],"primary":"MZ","corrections":[{"kind":"country","value":"ZW","action":"primary","at":"2026-11-04T10:00:00Z"},{"kind":"country","value":"MZ","action":"primary","office":"pretoria","at":"2026-12-01T00:30:00+01:00"}]}
{"id":"s3","lang":"es","corrections":[{"kind":"language","value":"pt","action":"remove"}]}`
	got, err := eval.ReadCorrected(strings.NewReader(data))
	if err != nil || len(got) != 3 {
		t.Fatalf("%d stories, %v", len(got), err)
	}
	for i, want := range []struct {
		lang, declared, source, office, month string
		at                                    time.Time
		corrections                           int
	}{
		{"ht", "fr", "iom-haiti", "roma", "2026-10", time.Date(2026, 11, 3, 10, 0, 0, 0, time.UTC), 2},
		{"pt", "pt", "", "pretoria", "2026-11", time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC), 1}, // the country that was primary before counts no more
		{"es", "", "", "", "", time.Time{}, 1},
	} {
		c := got[i]
		if c.Lang != want.lang || c.Declared() != want.declared || c.Source != want.source || c.Office != want.office || c.Month != want.month ||
			!c.At.Equal(want.at) || len(c.Corrections) != want.corrections {
			t.Errorf("%s: %+v, declared %q", c.ID, c, c.Declared())
		}
	}
}

func TestReadCorrectedErrorsNameTheLine(t *testing.T) {
	for line, want := range map[string]string{
		`{"id":"b"}`: "line 2: no corrections",
		`{"corrections":[{"kind":"country","value":"IT","action":"remove"}]}`:                                                     "line 2: no id",
		`{"id":"b","corrections":[{"kind":"place","value":"IT","action":"remove"}]}`:                                              `line 2: correction 1: kind "place" is none of country, region, topic, language`,
		`{"id":"b","corrections":[{"kind":"country","value":"IT","action":"delete"}]}`:                                            `line 2: correction 1: action "delete" is none of add, remove, primary`,
		`{"id":"b","corrections":[{"kind":"topic","value":"x","action":"primary"}]}`:                                              "line 2: correction 1: only a country can be the primary one",
		`{"id":"b","corrections":[{"kind":"topic","value":"","action":"add"}]}`:                                                   "line 2: correction 1: no value",
		`{"id":"b","corrections":[{"kind":"country","value":"IT","action":"add"}]}`:                                               `line 2: correction 1: the story's labels do not follow add of country "IT"`,
		`{"id":"b","countries":["IT"],"corrections":[{"kind":"country","value":"IT","action":"remove"}]}`:                         `line 2: correction 1: the story's labels do not follow remove of country "IT"`,
		`{"id":"b","at":"yesterday","corrections":[]}`:                                                                            "line 2: parsing time",
		`{"id":"b","corrections":[{"kind":7}]}`:                                                                                   "line 2: json: cannot unmarshal number",
		`{"id":"b","topics":["` + strings.Repeat("x", 300) + `"],"corrections":[{"kind":"topic","value":"y","action":"remove"}]}`: "line 2: topics: a value of 300 bytes: too large",
		`nonsense`: "line 2: not a JSON object",
	} {
		_, err := eval.ReadCorrected(strings.NewReader(`{"id":"a","corrections":[{"kind":"topic","value":"x","action":"remove"}]}` + "\n" + line))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", line, err, want)
		}
	}
}

// Two stories, every figure by hand; and both forms of the report.
func TestCorrections(t *testing.T) {
	const data = `{"id":"s1","title":"Clinic in Tripoli","lang":"en","source":"iom-libya","month":"2026-10","countries":["LY","TN"],"primary":"LY","topics":["migration-health"],"corrections":[` +
		`{"kind":"country","value":"IT","action":"remove","office":"roma"},{"kind":"topic","value":"migration-health","action":"add","office":"roma"},{"kind":"country","value":"LY","action":"primary","office":"roma"}]}
{"id":"s2","title":"Retours à Niamey","lang":"fr","source":"iom-niger","month":"2026-11","countries":["NE"],"primary":"NE","topics":["x","y"],"corrections":[` +
		`{"kind":"topic","value":"y","action":"add","office":"dakar"},{"kind":"country","value":"IT","action":"remove","office":"dakar"}]}`
	stories, err := eval.ReadCorrected(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	j := eval.NewCorrectionsJudge()
	j.Add(&stories[0], &eval.Prediction{Countries: []string{"LY", "IT"}, Primary: "LY", Topics: []string{"migration-health"}, Language: "en"})
	j.Add(&stories[1], &eval.Prediction{Countries: []string{"NE"}, Primary: "NE", Topics: []string{"x"}, Language: "fr"})
	r := j.Report()
	if want := (eval.Heeded{Added: 2, AddedFound: 1, Removed: 2, RemovedAgain: 1, Primary: 1, PrimaryRight: 1}); r.Corrected != want || r.Stories != 2 {
		t.Errorf("%d stories, %+v", r.Stories, r.Corrected)
	}
	if want := (eval.HeededLabel{Kind: feeds.LabelCountry, Label: "IT", Heeded: eval.Heeded{Removed: 2, RemovedAgain: 1}}); !reflect.DeepEqual(r.ByLabel[0], want) {
		t.Errorf("most corrected: %+v", r.ByLabel[0])
	}
	counts := func(s eval.LabelSets) [3]int { return [3]int{s.Given, s.Wanted, s.Right} }
	// Then: LY TN IT and NE IT for countries; nothing and x for topics.
	if got := [2][3]int{counts(r.Then.Countries), counts(r.Then.Topics)}; got != [2][3]int{{5, 3, 3}, {1, 3, 1}} {
		t.Errorf("then %v", got)
	}
	// Now: LY IT and NE; migration-health and x.
	if got := [2][3]int{counts(r.Now.Countries), counts(r.Now.Topics)}; got != [2][3]int{{3, 3, 2}, {2, 3, 2}} {
		t.Errorf("now %v", got)
	}
	if r.Then.Primary.Right != 1 || r.Then.Primary.None != 1 || r.Now.Primary.Right != 2 {
		t.Errorf("primary then %+v, now %+v", r.Then.Primary, r.Now.Primary)
	}
	if len(r.Now.ByOffice) != 2 || r.Now.ByOffice[0].Name != "dakar" || len(r.Now.ByMonth) != 2 || len(r.Now.BySource) != 2 || len(r.Then.ByLanguage) != 2 {
		t.Errorf("by office %+v, month %+v, source %+v", r.Now.ByOffice, r.Now.ByMonth, r.Now.BySource)
	}
	body, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for file, got := range map[string]string{"testdata/corrections/two.report.txt": r.String(), "testdata/corrections/two.report.json": string(body) + "\n"} {
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		compare(t, got, text(t, file))
	}
}

// What people made of a language is taken back too.
func TestCorrectedLanguage(t *testing.T) {
	for data, want := range map[string]string{
		`{"id":"a","lang":"fr","language":"ht","corrections":[{"kind":"language","value":"fr","action":"remove"},{"kind":"language","value":"ht","action":"add"}]}`: "fr",
		`{"id":"a","lang":"fr","language":"ht","corrections":[{"kind":"language","value":"es","action":"add"},{"kind":"language","value":"fr","action":"remove"}]}`: "fr",
		`{"id":"a","lang":"ht","corrections":[{"kind":"language","value":"ht","action":"add"}]}`:                                                                    "",
		`{"id":"a","lang":"ht","topics":["x"],"corrections":[{"kind":"topic","value":"x","action":"add"}]}`:                                                         "ht",
	} {
		stories, err := eval.ReadCorrected(strings.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		j := eval.NewCorrectionsJudge()
		j.Add(&stories[0], &eval.Prediction{Language: "ht"})
		r := j.Report()
		if got := r.Then.Outcomes[0].Identified; got.Got != want || got.Want != "ht" || r.Now.Language.Right != 1 {
			t.Errorf("%s: then %+v, now %+v", data, got, r.Now.Language)
		}
	}
}

func TestNoCorrections(t *testing.T) {
	r := eval.NewCorrectionsJudge().Report()
	body, err := json.Marshal(r)
	if err != nil || strings.Contains(string(body), "null") {
		t.Errorf("%s, %v", body, err)
	}
	if got := r.String(); got != "0 stories: nobody has corrected anything.\n" {
		t.Errorf("%q", got)
	}
}

func FuzzReadCorrected(f *testing.F) {
	f.Add([]byte(`{"id":"a","lang":"en","countries":["LY"],"primary":"LY","topics":["x"],"at":"2026-11-03T10:00:00Z","corrections":[{"kind":"country","value":"IT","action":"remove"},{"kind":"topic","value":"x","action":"add"},{"kind":"country","value":"LY","action":"primary"}]}`))
	f.Add([]byte(`{"id":"a","regions":null,"corrections":[{"kind":"region","value":"sahel","action":"add"},{"kind":"language","value":"en","action":"add"}],"language":"en"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		stories := roundTrip(t, data, eval.ReadCorrected, func(c eval.Corrected) string { return c.ID })
		j := eval.NewCorrectionsJudge()
		for i := range stories {
			c := &stories[i]
			j.Add(c, &eval.Prediction{Countries: c.Countries, Primary: c.Primary, Topics: c.Topics, Regions: c.Regions, Language: c.Lang})
		}
		// Who says what people said needs no correction, and is right.
		r := j.Report()
		if r.Corrected.RemovedAgain != 0 || r.Corrected.PrimaryRight != r.Corrected.Primary || len(r.Now.Countries.Worst)+len(r.Now.Topics.Worst) != 0 {
			t.Errorf("%s", r)
		}
		if r.Now.Regions == nil && r.Corrected.AddedFound > r.Corrected.Added || r.Now.Regions != nil && r.Now.Regions.Given != r.Now.Regions.Right {
			t.Errorf("%s", r)
		}
	})
}
