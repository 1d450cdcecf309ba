package write_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/feeds/write"
)

// An archive document (RFC 5005, 4) says in every format that it is one, and where the
// others are.
func TestArchive(t *testing.T) {
	feed := &feeds.Feed{ID: "tag:feeds.example.org,2026:feed/all", Title: "All", Link: "https://feeds.example.org/feeds/all.html",
		Updated: at("2026-10-31T00:00:00Z"), Links: []feeds.Link{
			{Rel: "self", Href: "https://feeds.example.org/feeds/all/2026/10.atom"}, {Rel: "current", Href: "https://feeds.example.org/feeds/all.atom"},
			{Rel: "prev-archive", Href: "https://feeds.example.org/feeds/all/2026/09.atom"}, {Rel: "next-archive", Href: "https://feeds.example.org/feeds/all/2026/11.atom"}},
		Entries: []feeds.Entry{{ID: "tag:feeds.example.org,2026:story/1", Title: "One", Link: "https://one.example/", Updated: at("2026-10-01T00:00:00Z"),
			Authors: []feeds.Person{{Name: "IOM"}}}}}
	w := write.Writer{Archive: true}
	var atom, rss, text bytes.Buffer
	for _, err := range []error{w.Atom(&atom, feed), w.RSS(&rss, feed), w.JSON(&text, feed)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range map[string]string{"Atom": atom.String(), "RSS": rss.String()} {
		for _, want := range []string{`xmlns:fh="http://purl.org/syndication/history/1.0"`, "<fh:archive></fh:archive>", `rel="prev-archive"`, `rel="next-archive"`, `rel="current"`} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s:\n%s", name, want, body)
			}
		}
	}
	var parsed struct {
		Next string `json:"next_url"`
		Ext  struct {
			Archive bool
			Links   []struct{ Rel, Href string }
		} `json:"_tributary"`
	}
	if err := json.Unmarshal(text.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	if !parsed.Ext.Archive || parsed.Next != "https://feeds.example.org/feeds/all/2026/09.atom" || len(parsed.Ext.Links) != 3 {
		t.Errorf("JSON Feed: %s", text.String())
	}
	file := filepath.Join(t.TempDir(), "archive.atom")
	if err := os.WriteFile(file, atom.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("jing", "-c", "testdata/atom.rnc", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	var plain bytes.Buffer
	if err := write.Atom(&plain, feed); err != nil || strings.Contains(plain.String(), "fh:") {
		t.Errorf("a feed that is no archive: %v\n%s", err, plain.String())
	}
}
