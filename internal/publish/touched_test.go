package publish_test

import (
	"context"
	"testing"

	"tributary/feeds"
	"tributary/internal/publish"
)

// TestUntouchedChannelsAreNotSelected: a commit asks the store for the channels alone
// that it can have changed, and every document is what it would be without that.
func TestUntouchedChannelsAreNotSelected(t *testing.T) {
	w := newWorld()
	w.tombstones = nil
	touched := map[string][]feeds.Term{}
	p := w.publisher(t, func(o *publish.Options) {
		o.Touched = func(ctx context.Context, _ int64, _ int) (int64, map[string][]feeds.Term, error) {
			version, err := w.Version(ctx)
			return version, touched, err
		}
	})
	channels := []string{"country/ly.atom", "country/ma.atom", "topic/floods.json", "office/ly.rss", "source/daily.atom", "all.atom?q=tripoli"}
	ask := func() (selected int) {
		t.Helper()
		before := w.called("Stories")
		plain := w.publisher(t)
		for _, c := range channels {
			d := get(t, p, c)
			selected += w.called("Stories") - before
			if string(get(t, plain, c).Body) != string(d.Body) {
				t.Errorf("%s is not what it would be if it were selected each time", c)
			}
			before = w.called("Stories")
		}
		return selected
	}
	if n := ask(); n != len(channels) {
		t.Fatalf("%d selected at first", n)
	}
	for _, c := range []struct {
		name string
		edit func(*world)
		all  map[string][]feeds.Term
		want int
	}{
		{"nothing of ours", nil, map[string][]feeds.Term{"new": {{Kind: feeds.TermCountry, Value: "TN"}}}, 1},
		{"a story loses its country", func(w *world) {
			w.stories[0].Labels = label(feeds.LabelLanguage, "en")
			w.stories[0].Changed = w.now
		}, map[string][]feeds.Term{"01seminar": {{Kind: feeds.TermLanguage, Value: "en"}}}, 5}, // all it was in, and the search
		{"an office's source tells something", nil, map[string][]feeds.Term{"x": {{Kind: feeds.TermSource, Value: "iom-ly"}}}, 2},
		{"a story became part of another", nil, map[string][]feeds.Term{"x": {{}}}, 6},
		{"too much changed", nil, nil, 6},
		{"one that is in it, under no term any more", nil, map[string][]feeds.Term{"01floods": nil}, 3},
	} {
		touched = c.all
		w.change(c.edit)
		if n := ask(); n != c.want {
			t.Errorf("%s: %d channels selected, want %d", c.name, n, c.want)
		}
	}
	// A document that nobody asked for while much happened is made anew, whatever is remembered.
	touched = map[string][]feeds.Term{}
	for range 200 {
		w.change(nil)
		get(t, p, "all.rss")
	}
	before := w.called("Stories")
	get(t, p, "country/ly.atom")
	if w.called("Stories") == before {
		t.Error("an old document was taken for right although what changed since is forgotten")
	}
}
