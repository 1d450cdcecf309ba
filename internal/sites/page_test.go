package sites_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/sites"
)

// cases runs the files of a directory: a comment with keys, the document, what is wanted.
func cases(t *testing.T, dir string, test func(t *testing.T, keys map[string]string, files map[string]string)) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			keys, files := map[string]string{}, map[string]string{}
			for line := range strings.Lines(string(a.Comment)) {
				if key, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok && !strings.Contains(key, " ") {
					keys[key] = value
				}
			}
			for _, f := range a.Files {
				files[f.Name] = string(f.Data)
			}
			test(t, keys, files)
		})
	}
}

func TestPages(t *testing.T) {
	cases(t, "page", func(t *testing.T, keys, files map[string]string) {
		f, err := sites.ReadPage(sites.Document{Body: []byte(files["page.html"]), URL: keys["url"]},
			feeds.PageRules{Items: keys["items"], Title: keys["title"], Link: keys["link"], Date: keys["date"]})
		if err != nil && !errors.Is(err, feeds.ErrNotFeed) {
			t.Errorf("the error is no ErrNotFeed: %v", err)
		}
		var got []string
		all := ""
		if f != nil {
			for _, e := range f.Entries {
				got = append(got, e.Published.Format("2006-01-02")+" "+e.Link+" | "+e.Title)
				all += e.Title + "\n" + e.Summary + "\n"
				if e.ID == "" || e.Summary != read.Sanitise(e.Summary, keys["url"]) {
					t.Errorf("id %q, summary %q", e.ID, e.Summary)
				}
			}
		}
		var want []string
		for line := range strings.Lines(files["want"]) {
			line = strings.TrimSpace(line)
			key, value, _ := strings.Cut(line, ": ")
			ok := true
			switch key {
			case "error":
				ok = err != nil && strings.Contains(err.Error(), value)
			case "rule", "problem":
				ok = f != nil && strings.Contains(strings.Join(f.Problems, "\n"), value)
			case "title":
				ok = f != nil && f.Title == value
			case "language":
				ok = f != nil && f.Language == value && f.Entries[0].Language == value
			case "summary":
				ok = strings.Contains(all, value)
			case "not":
				ok = !strings.Contains(all, value)
			case "author":
				ok = anyEntry(f, func(e feeds.Entry) bool { return len(e.Authors) > 0 && e.Authors[0].Name == value })
			case "image":
				ok = anyEntry(f, func(e feeds.Entry) bool { return e.Image != nil && e.Image.URL == value })
			case "category":
				ok = anyEntry(f, func(e feeds.Entry) bool {
					return len(e.Categories) > 0 && e.Categories[len(e.Categories)-1].Term == value
				})
			default:
				want = append(want, line)
			}
			if !ok {
				t.Errorf("not so: %s\n%v\n%+v", line, err, f)
			}
		}
		if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
			t.Errorf("entries\n%s\nwant\n%s\n%v", g, w, err)
		}
	})
}

func anyEntry(f *feeds.Feed, is func(feeds.Entry) bool) bool {
	if f != nil {
		for _, e := range f.Entries {
			if is(e) {
				return true
			}
		}
	}
	return false
}
