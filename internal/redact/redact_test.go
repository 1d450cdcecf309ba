package redact_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/feeds/read"
	"tributary/internal/redact"
)

var keep = []string{"press@", "media@", "info@", "presse@", "prensa@", "@press.example.org", "iom*@iom.example"}

type sample struct {
	name, text  string
	goes, stays []string
}

// samples reads the labelled table: a line that begins with === names a case, the next
// one is its text, then what must go (-) and what must stay (+).
func samples(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var out []sample
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(b), "\n=== ")[1:] {
			lines := strings.Split(strings.TrimRight(part, "\n"), "\n")
			s := sample{name: filepath.Base(file) + "/" + lines[0], text: read.Sanitise(lines[1], "https://example.org/")}
			for _, l := range lines[2:] {
				switch {
				case strings.HasPrefix(l, "- "):
					s.goes = append(s.goes, l[2:])
				case strings.HasPrefix(l, "+ "):
					s.stays = append(s.stays, l[2:])
				default:
					t.Fatalf("%s: line %q", s.name, l)
				}
			}
			out = append(out, s)
		}
	}
	return out
}

func content(s string) (string, redact.Cut) {
	e, cut := redact.New(redact.Options{Mailboxes: keep}).Entry(&feeds.Source{}, feeds.Entry{ID: "1", Title: "A title", Content: s})
	return e.Content, cut
}

// seen is what a reader or a machine finds in a fragment: its markup and its text.
func seen(s string) string { return s + "\n" + read.PlainText(s) }

// TestTable holds every case of the labelled table, and says how much of what must go
// went (recall) and how much of what must stay stayed.
func TestTable(t *testing.T) {
	all := samples(t)
	if len(all) < 150 {
		t.Errorf("only %d cases", len(all))
	}
	var goes, went, stays, stayed int
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			got, cut := content(s.text)
			for _, x := range s.goes {
				goes++
				if strings.Contains(seen(got), x) {
					t.Errorf("%q is still in %q", x, got)
				} else {
					went++
				}
			}
			for _, x := range s.stays {
				stays++
				if !strings.Contains(seen(got), x) {
					t.Errorf("%q is gone from %q", x, got)
				} else {
					stayed++
				}
			}
			if cut.Any() != (got != s.text) {
				t.Errorf("counted %+v; %q became %q", cut, s.text, got)
			}
		})
	}
	t.Logf("%d cases: of %d that must go %d went (recall %.3f); of %d that must stay %d stayed (%.3f)",
		len(all), goes, went, float64(went)/float64(goes), stays, stayed, float64(stayed)/float64(stays))
}
