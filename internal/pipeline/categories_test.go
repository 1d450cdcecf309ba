package pipeline

import (
	"slices"
	"strings"
	"testing"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/classify"
)

// The categories of a pulled entry are believed as its source deserves.
func TestPulledCategoriesAreBelievedAsTheSourceDeserves(t *testing.T) {
	cfg, err := config.Load(config.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := classify.New(cfg.Taxonomy, classify.Options{DutyStations: cfg.DutyStations})
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name  string
		kind  feeds.Kind
		edit  func(*feeds.Source)
		title string
		want  string
	}{
		{"IOM's own", feeds.KindIOM, func(*feeds.Source) {}, "Boxes come", "LY"},
		{"a partner", feeds.KindPartner, func(*feeds.Source) {}, "Tents stand", ""},
		{"a partner, said by the text", feeds.KindPartner, func(*feeds.Source) {}, "Boats leave Libya", "LY"},
		{"a partner that is trusted", feeds.KindPartner, func(s *feeds.Source) { s.Categories = feeds.CategoriesTrust }, "Nurses queue", "LY"},
		{"IOM's own that is not", feeds.KindIOM, func(s *feeds.Source) { s.Categories = feeds.CategoriesIgnore }, "Teachers meet", ""},
		{"IOM's own of that country", feeds.KindIOM, func(s *feeds.Source) { s.Countries = []string{"LY"} }, "Wells open", ""},
		{"IOM's own with it in the title", feeds.KindIOM, func(s *feeds.Source) { s.Title = "IOM Libya" }, "Bakers start", ""},
	}
	onBoth(t, func(t *testing.T, d *desk) {
		d.Puller.Classify = c
		var sources []feeds.Source
		for i, tc := range cases {
			s := source(string(rune('a'+i)), "hq", tc.kind)
			tc.edit(&s)
			sources = append(sources, s)
			e := entry("1", tc.title, s.URL+"/1", tc.title+" there.")
			d.prints(s.ID, "", strings.Replace(e, "<content", `<category term="Libya"/><content`, 1))
		}
		d.catalogue(sources...)
		d.pull()
		for _, story := range d.stories() {
			tc := cases[story.Lead().SourceID[0]-'a']
			var got []string
			for _, l := range story.Labels {
				if l.Kind == feeds.LabelCountry {
					got = append(got, l.Value)
				}
			}
			if want := strings.Fields(tc.want); !slices.Equal(got, want) || len(story.Copies) != 1 {
				t.Errorf("%s: countries %q, want %q", tc.name, got, want)
			}
		}
		if n := len(d.stories()); n != len(cases) {
			t.Errorf("%d stories of %d", n, len(cases))
		}
	})
}
