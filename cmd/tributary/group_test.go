package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func manyItems(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "{\"id\":\"%d\",\"title\":\"A title of its own\"}\n", i)
	}
	return b.String()
}

// Long input shows how far it is, to those who watch, and nothing on stdout but answers.
func TestGroupShowsProgressOfLongInput(t *testing.T) {
	for _, c := range []struct {
		items    int
		terminal bool
		shown    bool
	}{{groupLong, true, true}, {groupLong, false, false}, {10, true, false}} {
		var out, said bytes.Buffer
		con := &console{in: strings.NewReader(manyItems(c.items)), out: &out, err: &said, terminal: c.terminal}
		if code := run(t.Context(), []string{"group"}, con); code != exitDone {
			t.Fatalf("exit code %d: %s", code, said.String())
		}
		if shown := strings.Contains(said.String(), "labelling"); shown != c.shown {
			t.Errorf("%d items, terminal %v: %q on stderr", c.items, c.terminal, said.String())
		}
		if lines := strings.Count(out.String(), "\n"); lines != c.items || strings.Contains(out.String(), "labelling") {
			t.Errorf("%d lines on stdout for %d items", lines, c.items)
		}
	}
}

func TestGroupIsBounded(t *testing.T) {
	var out, said bytes.Buffer
	con := &console{in: strings.NewReader(manyItems(groupItems + 1)), out: &out, err: &said}
	if code := run(t.Context(), []string{"group"}, con); code != exitUsage || !strings.Contains(said.String(), fmt.Sprintf("line %d: over %d items", groupItems+1, groupItems)) {
		t.Errorf("exit code %d: %q", code, said.String())
	}
	if out.Len() > 0 {
		t.Error("it answers beyond its bounds")
	}
}
