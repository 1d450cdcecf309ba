package feeds_test

import (
	"testing"

	"tributary/feeds"
)

func TestTrustOf(t *testing.T) {
	taxonomy := &feeds.Taxonomy{Vocabularies: []feeds.CategoryVocabulary{
		{ID: "everybody"},
		{ID: "quiet", Hosts: []string{"quiet.example"}},
		{ID: "un", Hosts: []string{"un.example", "relief.example"}, Trust: feeds.CategoriesTrust},
		{ID: "noise", Hosts: []string{"noise.example"}, Trust: feeds.CategoriesIgnore},
	}}
	for _, tc := range []struct {
		said    feeds.CategoryTrust
		kind    feeds.Kind
		address string
		want    feeds.CategoryTrust
	}{
		{"", feeds.KindIOM, "https://iom.example/rss.xml", feeds.CategoriesTrust},
		{"", feeds.KindPartner, "https://ngo.example/rss.xml", feeds.CategoriesHint},
		{"", feeds.KindMedia, "https://daily.example/rss.xml", feeds.CategoriesHint},
		{"", feeds.KindPartner, "https://un.example/rss.xml", feeds.CategoriesTrust},
		{"", feeds.KindPartner, "https://api.RELIEF.example:8443/v2", feeds.CategoriesTrust},
		{"", feeds.KindPartner, "https://notun.example/rss.xml", feeds.CategoriesHint},
		{"", feeds.KindPartner, "https://ngo.example/?u=https://un.example", feeds.CategoriesHint},
		{"", feeds.KindPartner, "https://quiet.example/", feeds.CategoriesHint},
		{"", feeds.KindIOM, "https://noise.example/", feeds.CategoriesIgnore},
		{feeds.CategoriesHint, feeds.KindIOM, "https://un.example/", feeds.CategoriesHint},
		{feeds.CategoriesTrust, feeds.KindMedia, "https://noise.example/", feeds.CategoriesTrust},
		{"", "", "%zz", feeds.CategoriesTrust},
	} {
		if got := taxonomy.TrustOf(tc.said, tc.kind, tc.address); got != tc.want {
			t.Errorf("%q %q %s: %q, want %q", tc.said, tc.kind, tc.address, got, tc.want)
		}
	}
}
