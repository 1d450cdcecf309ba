package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"tributary/internal/feedcheck"
)

// parsed is what a parser that others wrote takes for a feed's entries.
type parsed struct {
	File   string
	Parser string
	Error  string
	Items  []struct{ ID, Title, Published, Link string }
}

// parse has the parsers of .ci/readers read documents.
func parse(t *testing.T, files []string) []parsed {
	t.Helper()
	cmd := exec.Command("node", append([]string{"../../.ci/readers/read.mjs"}, files...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v (make deps installs the parsers)\n%s", err, stderr.String())
	}
	var all []parsed
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var p parsed
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// Four feed parsers take the same ids, titles, dates and links for our entries, in all
// formats, before and after the world has moved.
func TestOthersParsersAgree(t *testing.T) {
	s := newStage(t)
	s.pull()
	dir := t.TempDir()
	want := map[string]feedcheck.Feed{}
	var files []string
	write := func(when string) {
		for _, pattern := range []string{"/feeds/all.%s?limit=100", "/feeds/country/ly.%s", "/feeds/language/ar.%s", "/feeds/language/fr.%s",
			"/feeds/topic/counter-trafficking.%s", "/feeds/all.%s?q=Tripoli", "/feeds/all.%s?language=en,fr"} {
			for _, twin := range twins {
				x := s.examine(fmt.Sprintf(pattern, twin))
				name := filepath.Join(dir, fmt.Sprintf("%s-%03d.%s", when, len(files), twin))
				if err := os.WriteFile(name, x.body, 0o600); err != nil {
					t.Fatal(err)
				}
				files = append(files, name)
				want[name] = x.report.Feed
			}
		}
	}
	write("before")
	s.at(10 * time.Minute)
	s.pull()
	write("after")

	read := map[string]int{}
	for _, p := range parse(t, files) {
		read[p.Parser]++
		feed := want[p.File]
		if p.Error != "" || len(p.Items) != len(feed.Entries) || len(p.Items) == 0 {
			t.Errorf("%s reads %d entries of %d in %s: %s", p.Parser, len(p.Items), len(feed.Entries), filepath.Base(p.File), p.Error)
			continue
		}
		for i, item := range p.Items {
			e := feed.Entries[i]
			at, err := time.Parse(time.RFC3339, item.Published)
			if err != nil || item.ID != e.ID || item.Title != e.Title || item.Link != e.Link || !at.Equal(e.Published) {
				t.Errorf("%s of %s, entry %d: %+v, %v\nwant %+v", p.Parser, filepath.Base(p.File), i+1, item, err, e)
			}
		}
	}
	for _, parser := range []string{"rss-parser", "feedparser", "feed-parser"} {
		if read[parser] != len(files)*2/3 {
			t.Errorf("%s read %d documents of %d", parser, read[parser], len(files)*2/3)
		}
	}
	if read["feedsmith"] != len(files) {
		t.Errorf("feedsmith read %d documents of %d", read["feedsmith"], len(files))
	}
}
