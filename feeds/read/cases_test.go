package read_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/feeds/read"
)

// TestCases reads testdata/cases, where one file is one case. Its first lines say what
// it is about and what must come out; the document follows the line of dashes, byte
// for byte:
//
//	# what the case is about
//	# content-type: text/xml; charset=utf-8     (optional)
//	# url: https://example.org/feed             (optional, this is the default)
//	# content-location: /fr/feed                (optional)
//	# content-language: fr                      (optional)
//	# max: 3                                    (optional, MaxEntries)
//	# Entries.0.Title = "a title"               (a field of feeds.Feed, as JSON)
//	# Entries.# = 2                             (how many)
//	# Entries.0.Content ~ "part of it"          (contains), or !~ (does not)
//	# error ~ "HTML page"                       (it is no feed, and why)
//	-----
//
// A case that says nothing of Problems has none.
func TestCases(t *testing.T) {
	files := caseFiles(t)
	if len(files) < 1000 {
		t.Fatalf("%d cases; the forest has more", len(files))
	}
	for _, name := range files {
		label := strings.TrimSuffix(strings.TrimPrefix(filepath.ToSlash(name), "testdata/cases/"), ".case")
		t.Run(label, func(t *testing.T) { runCase(t, name) })
	}
}

func caseFiles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*/*.case")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// readCase takes a case file apart.
func readCase(t testing.TB, name string) (document read.Document, expectations []string) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	head, body, ok := bytes.Cut(raw, []byte("-----\n"))
	if !ok {
		t.Fatal("the line of dashes is missing")
	}
	document = read.Document{Body: body, URL: "https://example.org/feed"}
	for i, line := range strings.Split(strings.TrimSpace(string(head)), "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(line, "#"))
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch {
		case i == 0:
		case key == "content-type":
			document.ContentType = value
		case key == "url":
			document.URL = value
		case key == "content-location":
			document.ContentLocation = value
		case key == "content-language":
			document.ContentLanguage = value
		case key == "max":
			if document.MaxEntries, err = strconv.Atoi(value); err != nil {
				t.Fatal(err)
			}
		default:
			expectations = append(expectations, line)
		}
	}
	if len(expectations) == 0 {
		t.Fatal("the case expects nothing")
	}
	return document, expectations
}

func runCase(t *testing.T, name string) {
	document, expectations := readCase(t, name)
	feed, err := read.Parse(document)
	if err != nil {
		if !errors.Is(err, feeds.ErrNotFeed) {
			t.Errorf("error %v is not ErrNotFeed", err)
		}
		for _, e := range expectations {
			if want, ok := strings.CutPrefix(e, "error ~ "); !ok || !strings.Contains(err.Error(), unquote(t, want)) {
				t.Errorf("%s: error %v", e, err)
			}
		}
		return
	}
	var tree any
	text, err := json.Marshal(feed)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	said := false
	for _, e := range expectations {
		said = said || strings.HasPrefix(e, "Problems")
		check(t, tree, e)
	}
	if !said && len(feed.Problems) > 0 {
		t.Errorf("problems that the case does not expect: %q", feed.Problems)
	}
}

// check evaluates one expectation.
func check(t *testing.T, tree any, expectation string) {
	t.Helper()
	parts := strings.SplitN(expectation, " ", 3)
	if len(parts) != 3 {
		t.Errorf("cannot read expectation %q", expectation)
		return
	}
	got, ok := at(tree, strings.Split(parts[0], "."))
	if !ok {
		t.Errorf("%s: there is no such field", expectation)
		return
	}
	switch parts[1] {
	case "=":
		var want any
		if err := json.Unmarshal([]byte(parts[2]), &want); err != nil {
			t.Errorf("%s: %v", expectation, err)
		}
		if !reflect.DeepEqual(got, want) {
			shown, err := json.Marshal(got)
			if err != nil {
				t.Error(err)
			}
			t.Errorf("%s\n     got %s", expectation, shown)
		}
	case "~", "!~":
		shown, ok := got.(string)
		if !ok {
			b, err := json.Marshal(got)
			if err != nil {
				t.Error(err)
			}
			shown = string(b)
		}
		if strings.Contains(shown, unquote(t, parts[2])) != (parts[1] == "~") {
			t.Errorf("%s\n     got %s", expectation, shown)
		}
	default:
		t.Errorf("cannot read expectation %q", expectation)
	}
}

// at follows a path through decoded JSON; "#" is a length.
func at(tree any, path []string) (any, bool) {
	for _, p := range path {
		switch v := tree.(type) {
		case map[string]any:
			next, ok := v[p]
			if !ok {
				return nil, false
			}
			tree = next
		case []any:
			if p == "#" {
				tree = float64(len(v))
				continue
			}
			i, err := strconv.Atoi(p)
			if err != nil || i >= len(v) {
				return nil, false
			}
			tree = v[i]
		case nil:
			if p != "#" {
				return nil, false
			}
			tree = float64(0)
		default:
			return nil, false
		}
	}
	return tree, true
}

func unquote(t *testing.T, s string) string {
	t.Helper()
	out, err := strconv.Unquote(s)
	if err != nil {
		t.Errorf("cannot read %s: %v", s, err)
	}
	return out
}
