package publish_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
)

// A story in two languages is shown in the one that a feed prefers, under one id, with the
// other as its alternate.
func TestLanguagesAreAnOrderOfPreference(t *testing.T) {
	w := newWorld()
	w.stories = w.stories[:1]
	w.stories[0].Labels = slices.Concat(w.stories[0].Labels, label(feeds.LabelLanguage, "fr"))
	p := w.publisher(t)
	for _, c := range []struct{ address, title, alternate, canonical string }{
		{"all.json", "Seminar in Tripoli & <beyond>", "fr", "all.json"},
		{"all.json?language=fr,en", "Séminaire à Tripoli", "en", "all.json?language=fr,en"},
		{"all.json?language=en,fr", "Seminar in Tripoli & <beyond>", "fr", "all.json?language=en,fr"},
		{"language/fr.json", "Séminaire à Tripoli", "en", "language/fr.json"},
	} {
		ch, f := parse(t, p, c.address)
		if at := p.Address(ch, f); !strings.HasSuffix(at, "/feeds/"+c.canonical) {
			t.Errorf("%s: address %s, want ...%s", c.address, at, c.canonical)
		}
		var feed struct {
			Items []struct{ ID, Title string }
		}
		if err := json.Unmarshal(get(t, p, c.address).Body, &feed); err != nil {
			t.Fatal(err)
		}
		if len(feed.Items) != 1 || feed.Items[0].Title != c.title || !strings.HasSuffix(feed.Items[0].ID, "01seminar") {
			t.Errorf("%s: %+v", c.address, feed.Items)
		}
		atom := string(get(t, p, strings.Replace(c.address, ".json", ".atom", 1)).Body)
		if !strings.Contains(atom, `rel="alternate"`) || !strings.Contains(atom, `hreflang="`+c.alternate+`"`) {
			t.Errorf("%s: no alternate in %s", c.address, c.alternate)
		}
	}
}
