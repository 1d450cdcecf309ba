package config_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/config"
	"tributary/feeds"
)

func channel(t *testing.T, c *config.Config, slug string) feeds.SavedChannel {
	t.Helper()
	i := slices.IndexFunc(c.Channels, func(c feeds.SavedChannel) bool { return c.Slug == slug })
	if i < 0 {
		t.Fatalf("no channel %s", slug)
	}
	return c.Channels[i]
}

func TestChannels(t *testing.T) {
	c := mustLoad(t, config.Options{Path: "testdata/accepted/channels.yaml", CheckSchedule: checkSchedule})
	got := []feeds.SavedChannel{channel(t, c, "sudan-crisis"), channel(t, c, "floods-2026")}
	term := func(kind feeds.TermKind, value string) feeds.Term { return feeds.Term{Kind: kind, Value: value} }
	ends := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC) // the earlier of the two
	want := []feeds.SavedChannel{
		{
			Slug: "sudan-crisis", ID: "sudan", Office: "ehsa",
			Title:       map[string]string{"en": "Sudan crisis", "fr": "Crise au Soudan"},
			Description: map[string]string{"en": "Displacement in and from Sudan."},
			Selector: feeds.Selector{Query: "El Fasher", All: [][]feeds.Term{
				{term(feeds.TermCountry, "SD"), term(feeds.TermCountry, "TD")},
				{term(feeds.TermKindOf, "iom"), term(feeds.TermKindOf, "partner")},
				{term(feeds.TermTopic, "emergency-response"), term(feeds.TermTopic, "internal-displacement")},
			}},
			Limit: 30, Prefer: []string{"ar", "en"}, Former: []string{"sudan", "darfur"},
		},
		{
			Slug: "floods-2026", ID: "floods-2026", Office: "hq", Title: map[string]string{"en": "Floods 2026"},
			Selector: feeds.Selector{All: [][]feeds.Term{{term(feeds.TermTopic, "disaster-risk-reduction")}}},
			Ends:     ends, Gone: ends.Add(720 * time.Hour), Note: map[string]string{"en": "The emergency is over."}, To: "https://www.iom.int/news",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	sahel := channel(t, c, "sahel") // of the catalogue, one key changed
	if sahel.Title["fr"] != "Sahel" || !slices.Equal(sahel.Selector.Without, []string{"un-news-en"}) {
		t.Errorf("sahel: %+v", sahel)
	}
	if places := sahel.Selector.All[0]; len(places) != 6 { // the region and five countries are one group
		t.Errorf("places of sahel: %v", places)
	}
	before := mustLoad(t, config.Options{CheckSchedule: checkSchedule})
	if got, want := c.Changed(before), []string{"channels[sahel]", "channels[sudan-crisis]", "channels[floods-2026]"}; !slices.Equal(got, want) {
		t.Errorf("changed %v, want %v", got, want)
	}
}

// Channels belong to the catalogue: whoever leaves that out has none but his own.
func TestChannelsWithoutCatalogue(t *testing.T) {
	if c := mustLoad(t, config.Options{Overrides: map[string]string{"catalogue": "false"}}); len(c.Channels) != 0 {
		t.Errorf("%d channels", len(c.Channels))
	}
}

// The demo world has sources of its own: a file that names real ones loads all the same.
func TestChannelsOverGivenSources(t *testing.T) {
	c := mustLoad(t, config.Options{Path: "testdata/accepted/channels.yaml", CheckSchedule: checkSchedule,
		Sources: []feeds.Source{{ID: "one", Office: "hq", Title: "One", URL: "http://one.example/feed", Kind: feeds.KindIOM}}})
	if channel(t, c, "sahel").Office != "wca" {
		t.Error("no office")
	}
}
