package web

import (
	"strings"
	"testing"

	"tributary/feeds"
)

// What an installation decides of a country's name shows on pages: another name, a note
// at their foot, or none of it.
func TestPagesNameCountriesAsTheInstallation(t *testing.T) {
	called := func(edit func(*feeds.Country)) *Handler {
		return newHandler(t, func(o *Options) { edit(&o.Taxonomy.Countries[1]) }) // Morocco
	}
	noted := called(func(c *feeds.Country) {
		c.Shown, c.Note = map[string]string{"en": "Kingdom of Morocco"}, map[string]string{"en": "A note on it.", "fr": "Une note."}
	})
	nameless := called(func(c *feeds.Country) { c.Nameless, c.Note = true, map[string]string{"en": "A note on it."} })
	for _, path := range []string{"/stories/" + seminarID, "/", "/feeds", "/feeds/all.html", "/feeds/country/ma.html"} {
		page := get(noted, path).Body.String()
		if !strings.Contains(page, "Kingdom of Morocco") || strings.Count(page, "A note on it.") != 1 {
			t.Errorf("%s: name or note are missing", path)
		}
		if hidden := get(nameless, path).Body.String(); strings.Contains(hidden, "Morocco</a>") || strings.Contains(hidden, ">Morocco<") || strings.Contains(hidden, "A note on it.") {
			t.Errorf("%s: names what shall not be named", path)
		}
	}
	if page := get(noted, "/stories/"+seminarID+"?lang=fr").Body.String(); !strings.Contains(page, "Une note.") {
		t.Error("the French page has no French note")
	}
	if page := get(noted, "/stories/"+seminarID+"?lang=es").Body.String(); !strings.Contains(page, `lang="en">A note on it.`) || !strings.Contains(page, "Marruecos") {
		t.Error("a page in a language without note or name does not fall back")
	}
	if page := get(noted, "/about").Body.String(); strings.Contains(page, "A note on it.") {
		t.Error("a page that names no country has a note")
	}
	if page := get(noted, "/stories/"+seminarID).Body.String(); !strings.Contains(page, "Seminar in Tripoli on trafficking &amp; protection") {
		t.Error("the publisher's headline has changed")
	}
}
