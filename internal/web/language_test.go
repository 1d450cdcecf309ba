package web

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// readCatalogue gives a language's messages: the plural forms, "other" alone for
// plain ones.
func readCatalogue(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	raw, err := fs.ReadFile(localeFiles, "locale/"+lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]any
	if err := json.Unmarshal(raw, &messages); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]map[string]string, len(messages))
	for key, value := range messages {
		forms := make(map[string]string)
		switch v := value.(type) {
		case string:
			forms["other"] = v
		case map[string]any:
			for form, text := range v {
				s, ok := text.(string)
				if !ok {
					t.Fatalf("%s %s: form %s is no text", lang, key, form)
				}
				forms[form] = s
			}
		}
		out[key] = forms
	}
	return out
}

var placeholder = regexp.MustCompile(`\{\{\.[A-Za-z]+\}\}`)

func TestCataloguesAreComplete(t *testing.T) {
	english := readCatalogue(t, "en")
	// CLDR: French and Spanish have "many" for whole millions.
	forms := map[string][]string{"en": {"one", "other"}, "fr": {"many", "one", "other"}, "es": {"many", "one", "other"}}
	for lang, plural := range forms {
		messages := readCatalogue(t, lang)
		for key := range messages {
			if english[key] == nil {
				t.Errorf("%s: %s is in no other language", lang, key)
			}
		}
		for key, want := range english {
			got := messages[key]
			if got == nil {
				t.Errorf("%s: %s is missing", lang, key)
				continue
			}
			if len(want) > 1 {
				for _, form := range plural {
					if got[form] == "" {
						t.Errorf("%s: %s lacks the form %s", lang, key, form)
					}
				}
			}
			a, b := placeholder.FindAllString(want["other"], -1), placeholder.FindAllString(got["other"], -1)
			slices.Sort(a)
			slices.Sort(b)
			if !slices.Equal(a, b) {
				t.Errorf("%s: %s shows %v, English %v", lang, key, b, a)
			}
		}
	}
}

// TestMessagesAreUsed reads the templates and the code: every id that is asked for
// exists, with n where it has plural forms and with t where not, and none is left
// over.
func TestMessagesAreUsed(t *testing.T) {
	messages := readCatalogue(t, "en")
	calls := regexp.MustCompile(`\b([tn])(?:\(| )"([a-z_.]+)"`)
	used := make(map[string]bool)
	files, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, code...) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range calls.FindAllStringSubmatch(string(body), -1) {
			forms, ok := messages[call[2]]
			if !ok {
				t.Errorf("%s asks for %q, which the catalogues lack", file, call[2])
				continue
			}
			if plural := len(forms) > 1; plural != (call[1] == "n") {
				t.Errorf("%s asks for %q with %s", file, call[2], call[1])
			}
			used[call[2]] = true
		}
	}
	for key := range messages {
		if !used[key] {
			t.Errorf("%s is never shown", key)
		}
	}
}

func TestWords(t *testing.T) {
	printers, err := loadPrinters()
	if err != nil {
		t.Fatal(err)
	}
	en, fr, es := printers["en"], printers["fr"], printers["es"]
	late := time.Date(2026, 3, 1, 23, 5, 0, 0, time.FixedZone("", -3600))
	cases := []struct{ got, want string }{
		{en.n("stories", 1), "1 story"}, {en.n("stories", 0), "0 stories"}, {en.n("stories", 12345), "12,345 stories"},
		{fr.n("stories", 0), "0 article"}, {fr.n("stories", 1000000), "1\u202f000\u202f000 articles"},
		{es.n("stories", 1234), "1234 noticias"}, {es.n("stories", 12345), "12\u202f345 noticias"},
		{en.date(late), "2 March 2026"}, {es.date(late), "2 de marzo de 2026"}, {fr.stamp(late), "2 mars 2026 à 00:05 UTC"}, {en.date(time.Time{}), ""},
		{en.relative(now, now.Add(-90*time.Minute)), "1 hour ago"}, {fr.relative(now, now.Add(49*time.Hour)), "dans 2 jours"}, {es.relative(now, now), "hace menos de un minuto"}, {en.relative(now, time.Time{}), ""},
		{en.languageName("ar"), "Arabic"}, {fr.languageName("ar"), "arabe"}, {en.languageName("no such tag"), "no such tag"},
		{en.t("no.such.message"), "no.such.message"},
		{capital("árabe"), "Árabe"}, {capital(""), ""},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestSchedules(t *testing.T) {
	v := newHandler(t).viewerIn("en", newHandler(t).links, "/sources")
	cases := map[string]string{
		"": "", "@hourly": "every hour", "@daily": "daily at 00:00 (UTC)", "@every 45m": "every 45m",
		"*/5 * * * *": "every 5 minutes", "* * * * *": "every minute", "17 * * * *": "every hour", "0 */6 * * *": "every 6 hours", "5 7 * * *": "daily at 07:05 (UTC)",
		"*/7 * * * *": "schedule */7 * * * * (UTC)", "0 7 * * 1-5": "schedule 0 7 * * 1-5 (UTC)", "0,30 * * * *": "schedule 0,30 * * * * (UTC)", "nonsense": "schedule nonsense (UTC)",
	}
	for expression, want := range cases {
		if got := v.schedule(expression, "UTC"); got != want {
			t.Errorf("%q: %q, want %q", expression, got, want)
		}
	}
}
