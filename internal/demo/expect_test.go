package demo_test

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"tributary/internal/demo"
)

var tag = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)

func stripTags(s string) string { return html.UnescapeString(tag.ReplaceAllString(s, " ")) }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, stripTags(s))
}

// identities are what exact grouping goes by: the address without its decoration,
// and the words without their markup.
func identities(e entry) (address, words string) {
	u, err := url.Parse(e.link)
	if err != nil {
		return e.link, ""
	}
	address = strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/")
	return address, strings.Join(strings.Fields(stripTags(e.text)), " ")
}

// grouped puts all entries of the world, each in the version it first had, into
// groups by equal address or equal words.
func grouped(t *testing.T) func(demo.Ref) string {
	t.Helper()
	w := newWorld(t)
	parent := map[string]string{}
	find := func(a string) string {
		for parent[a] != "" {
			a = parent[a]
		}
		return a
	}
	seen := map[string]bool{}
	for _, at := range eventMoments(t) {
		for _, s := range w.at(at).Sources() {
			for _, e := range w.entries(s) {
				k := s.ID + " " + e.link
				if seen[k] {
					continue
				}
				seen[k] = true
				address, words := identities(e)
				for _, id := range []string{"a:" + address, "w:" + words} {
					if a, b := find(k), find(id); a != b {
						parent[a] = b
					}
				}
			}
		}
	}
	return func(r demo.Ref) string {
		k := r.Source + " " + r.Link
		if !seen[k] {
			t.Errorf("%s at %s never appears", r.Release, r.Source)
		}
		return find(k)
	}
}

func TestStoriesHoldAndNothingElseJoins(t *testing.T) {
	x, group := expectations(t), grouped(t)
	members := map[string]int{}
	w := newWorld(t)
	for _, s := range w.at(12 * time.Minute).Sources() {
		for _, e := range w.entries(s) {
			members[group(demo.Ref{Source: s.ID, Link: e.link})]++
		}
	}
	for _, story := range x.Stories {
		root := group(story.Members[0])
		for _, m := range story.Members[1:] {
			if group(m) != root {
				t.Errorf("%s: %s at %s stands apart", story.Case, m.Release, m.Source)
			}
		}
		if members[root] != len(story.Members) {
			t.Errorf("%s: %d entries are in it, want %d", story.Case, members[root], len(story.Members))
		}
	}
	for _, list := range [][]demo.ExpectStory{x.Apart, x.Later} {
		for _, story := range list {
			seen := map[string]string{}
			for _, m := range story.Members {
				if other := seen[group(m)]; other != "" {
					t.Errorf("%s: %s and %s have one address or text", story.Case, other, m.Release)
				}
				seen[group(m)] = m.Release
			}
		}
	}
}

func TestRequiredCasesAreThere(t *testing.T) {
	x := expectations(t)
	var all []string
	topics := map[string]bool{}
	for _, it := range x.Items {
		all = append(all, it.Case)
		for _, topic := range it.Topics {
			topics[topic] = true
		}
		if it.Primary != "" && !strings.Contains(strings.Join(it.Countries, " "), it.Primary) {
			t.Errorf("%s: the primary %s is not among the countries", it.Release, it.Primary)
		}
		for _, c := range it.NotCountries {
			if strings.Contains(strings.Join(it.Countries, " "), c) {
				t.Errorf("%s: %s is wanted and unwanted", it.Release, c)
			}
		}
		if it.Title == "" || it.Link == "" {
			t.Errorf("%s: not filled in: %+v", it.Release, it.Ref)
		}
	}
	for _, list := range [][]demo.ExpectStory{x.Stories, x.Later, x.Apart} {
		for _, s := range list {
			all = append(all, s.Case)
		}
	}
	for _, want := range []string{
		"same slug on HQ, Germany and Ethiopia", "http, closing slash and tracker parameters", "without www",
		"serial reports", "edited reprints", "a campaign in four languages", "the seminar in three languages",
		"Geneva dateline", "donor that is not the subject", "Niger and Nigeria in one item", "Niger alone", "Nigeria alone",
		"both Congos", "Democratic Republic of the Congo alone", "Republic of the Congo alone", "Georgia the country",
		"Guinea alone", "Equatorial Guinea alone", "three Guineas", "Lake Chad is not Chad", "Chad with donors",
		"Jordan as a given name", "Jordan the country", "hostile markup", "bare ampersand and odd date", "digest",
	} {
		if !strings.Contains(strings.Join(all, "\n"), want) {
			t.Errorf("no case %q", want)
		}
	}
	if len(topics) < 25 {
		t.Errorf("expectations name %d topics", len(topics))
	}
}

// TestExpectedWordsAreInTheTexts: the truth table speaks of the texts there are.
func TestExpectedWordsAreInTheTexts(t *testing.T) {
	names := map[string][]string{
		"LY": {"Libya", "Libye", "ليبيا"}, "MA": {"Morocco", "Maroc", "المغرب"}, "VE": {"Venezuela"}, "SD": {"Sudan", "السودان"},
		"NE": {"Niger"}, "NG": {"Nigeria", "Nigérian"}, "CD": {"République démocratique du Congo", "Kinshasa", "RDC"},
		"CG": {"République du Congo", "Brazzaville"}, "GE": {"Georgia"}, "TD": {"Tchad"}, "JO": {"Jordan"},
		"IT": {"Italy", "Italian", "Italie", "italien", "إيطاليا", "الإيطالية"}, "JP": {"Japan", "Japon", "Japón"},
	}
	w := newWorld(t).at(12 * time.Minute)
	for _, it := range expectations(t).Items {
		e, ok := w.find(it.Ref)
		if !ok {
			t.Errorf("%s at %s is not there", it.Release, it.Source)
			continue
		}
		text := e.title + " " + stripTags(e.text)
		for _, country := range it.Countries {
			found := len(names[country]) == 0
			for _, name := range names[country] {
				found = found || strings.Contains(text, name)
			}
			if !found {
				t.Errorf("%s at %s does not name %s", it.Release, it.Source, country)
			}
		}
	}
}
