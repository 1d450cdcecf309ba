package classify_test

import (
	"testing"

	"tributary/feeds"
)

// BenchmarkCategories is the release with what its publisher says of it.
func BenchmarkCategories(b *testing.B) {
	c := classifier(b)
	it := release
	it.Feed = "https://api.reliefweb.int/v2/reports"
	for _, name := range []string{"Libya", "Niger", "Morocco", "Italy"} {
		it.Categories = append(it.Categories, feeds.Category{Term: name, Scheme: "https://reliefweb.int/taxonomy/country"})
	}
	for _, name := range []string{"Protection and Human Rights", "Health", "Situation Report", "International Organization for Migration"} {
		it.Categories = append(it.Categories, feeds.Category{Term: name})
	}
	for b.Loop() {
		c.Classify(it)
	}
}
