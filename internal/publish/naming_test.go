package publish_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/publish"
)

// called is a taxonomy in which Libya is called as the installation decides.
func called(edit func(*feeds.Country)) func(*publish.Options) {
	return func(o *publish.Options) {
		o.Taxonomy = taxonomy()
		edit(&o.Taxonomy.Countries[0])
	}
}

// What an installation calls a country stands in every feed, list and title at once;
// ids, terms and publishers' words stay.
func TestInstallationNamesCountries(t *testing.T) {
	shown := called(func(c *feeds.Country) {
		c.Shown = map[string]string{"en": "State of Libya"}
		c.Note = map[string]string{"en": "A note on Libya.", "fr": "Une note sur la Libye."}
	})
	before, after := newWorld().publisher(t), newWorld().publisher(t, shown)
	for _, f := range []string{"all.atom", "country/ly.atom", "country/ly.rss", "all.json"} {
		was, is := string(get(t, before, f).Body), string(get(t, after, f).Body)
		if !strings.Contains(is, "State of Libya") && !strings.HasSuffix(f, ".rss") || !strings.Contains(is, "A note on Libya.") || strings.Contains(was, "A note on") {
			t.Errorf("%s: name or note are missing:\n%s", f, is)
		}
		back := strings.NewReplacer("State of Libya", "Libya", " A note on Libya.", "").Replace(is)
		if back != was {
			t.Errorf("%s: more than the name and the note has changed:\n%s\n---\n%s", f, was, back)
		}
	}
	feed, err := after.Feed(t.Context(), feeds.Channel{Path: "country/ly", Language: "fr", Limit: 10, Selector: feeds.Selector{All: [][]feeds.Term{{{Kind: feeds.TermCountry, Value: "LY"}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(feed.Rights, "Une note sur la Libye.") {
		t.Errorf("the French feed has no French note: %q", feed.Rights)
	}
	if !strings.HasPrefix(feed.Title, "Libye ") {
		t.Errorf("a language without a name of the installation's lost the bundled one: %q", feed.Title)
	}
	list, err := after.OPML(t.Context(), url.Values{})
	if err != nil || !strings.Contains(string(list.Body), "State of Libya") {
		t.Errorf("the list of feeds: %v\n%s", err, list.Body)
	}
	if quiet := string(get(t, after, "topic/floods.atom").Body); strings.Contains(quiet, "A note on") {
		t.Error("a feed that does not name the country has its note")
	}
}

// A country that shall not be named is in no category, list or title; its feed goes on
// for those who have its address.
func TestNamelessCountry(t *testing.T) {
	w := newWorld()
	p := w.publisher(t, called(func(c *feeds.Country) {
		c.Nameless, c.Note = true, map[string]string{"en": "A note on Libya."}
	}))
	all := string(get(t, p, "all.atom").Body)
	if strings.Contains(all, `term="LY"`) || strings.Contains(all, "A note on") || !strings.Contains(all, `term="MA"`) {
		t.Errorf("all.atom:\n%s", all)
	}
	channels, err := p.Channels(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(channels, func(ch feeds.Channel) bool { return ch.Path == "country/ly" }) {
		t.Error("the list of feeds has it")
	}
	own := string(get(t, p, "country/ly.atom").Body)
	if !strings.Contains(own, "Seminar in Tripoli") || !strings.Contains(own, "<title>LY – Migration news</title>") {
		t.Errorf("country/ly.atom:\n%s", own)
	}
}

// A story's topics stand in the schemes of ReliefWeb and of the Global Compact too, each
// once, under the installation's scheme base.
func TestTopicsInOtherSchemes(t *testing.T) {
	w := newWorld()
	w.stories[0].Labels = append(w.stories[0].Labels, label(feeds.LabelTopic, "floods")...)
	p := w.publisher(t, func(o *publish.Options) { o.SchemeBase = "https://news.example.org/scheme/" })
	feed, err := p.Feed(t.Context(), feeds.Channel{Path: "all", Language: "fr", Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range feed.Entries[len(feed.Entries)-1].Categories {
		if rest, ok := strings.CutPrefix(c.Scheme, "https://news.example.org/scheme/"); ok && strings.Contains(rest, "-") {
			got = append(got, rest+" "+c.Term+" "+c.Label)
		}
	}
	want := []string{"reliefweb-theme 4600 Protection et droits humains", "reliefweb-theme 4591 Disaster Management",
		"gcm-objective 10 Traite des personnes", "gcm-objective 7 Vulnérabilités"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	var document struct {
		Items []struct {
			Tags []string `json:"tags"`
		} `json:"items"`
	}
	if err := json.Unmarshal(get(t, p, "all.json").Body, &document); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(document.Items, func(item struct {
		Tags []string `json:"tags"`
	}) bool {
		return slices.Contains(item.Tags, "Disaster Management")
	}) {
		t.Errorf("no tag in %+v", document.Items)
	}
}
