package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tributary/config"
	"tributary/feeds"
)

func TestNewslettersAreCompleted(t *testing.T) {
	c, err := config.Load(config.Options{Path: "testdata/accepted/newsletters.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Newsletters) != 2 || !c.Mails() {
		t.Fatalf("newsletters: %+v", c.Newsletters)
	}
	want := feeds.Newsletter{Slug: "daily", Office: "hq", Languages: []string{"en"}, Title: map[string]string{"en": "Today"}, Cadence: feeds.CadenceDaily,
		Schedule: "0 7 * * *", Zone: "Europe/Zurich", Stories: 12, PerSource: 3, Minimum: 3, Images: true}
	if diff := cmp.Diff(want, c.Newsletters[1].Definition()); diff != "" {
		t.Error(diff)
	}
	n := c.Newsletters[0].Definition()
	if n.Images || !n.Send || n.Weights["counter-trafficking"] != 3 || n.Schedule != "30 6 * * 1" {
		t.Errorf("sahel-weekly: %+v", n)
	}
	var regions, countries int
	for _, group := range n.Selector.All {
		for _, term := range group {
			switch term.Kind {
			case feeds.TermRegion:
				regions++
			case feeds.TermCountry:
				countries++
			}
		}
	}
	if regions != 1 || countries < 10 || len(n.Selector.All) != 3 {
		t.Errorf("a region stands for its countries: %v", n.Selector)
	}
}
