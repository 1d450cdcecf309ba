package classify_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/classify"
)

// newsroomCase is one line of testdata/newsroom.txt.
type newsroomCase struct {
	line       int
	known      bool // known to fail
	item       classify.Item
	must, may  []string
	first      string // the primary country that is wanted, empty for none
	mayBeFirst []string
	named      []string
	reason     string
}

// TestNewsroomCases holds the rules to the cases: one that is not known to fail must
// hold, and one that holds may not be called a failure.
func TestNewsroomCases(t *testing.T) {
	c := classifier(t)
	for _, file := range []string{"newsroom.txt", "newsroom_aside.txt"} {
		var right, wrong, missed, named, namedOut, primaries, primaryRight, exact int
		cases := readNewsroom(t, "testdata/"+file)
		for _, n := range cases {
			labels := c.Classify(n.item)
			fault, r, w, m := n.judge(labels)
			right, wrong, missed = right+r, wrong+w, missed+m
			got := bare(values(labels, feeds.LabelCountry))
			for _, code := range n.named {
				named++
				if slices.Contains(got, code) {
					namedOut++
				}
			}
			if n.first != "" {
				primaries++
				if slices.Contains(values(labels, feeds.LabelCountry), n.first+"*") {
					primaryRight++
				}
			}
			switch {
			case fault == "":
				exact++
				if n.known {
					t.Errorf("%s, line %d: holds, but is marked as known to fail", file, n.line)
				}
			case !n.known:
				t.Errorf("%s, line %d: %s: %s\n  %s | %s", file, n.line, n.reason, fault, n.item.Title, n.item.Text)
			}
		}
		f1 := 2 * float64(right) / float64(2*right+wrong+missed)
		t.Logf("%s: %d of %d cases hold; countries F1 %.3f (%d right, %d wrong, %d missed); primary %d of %d; named only %d of %d returned",
			file, exact, len(cases), f1, right, wrong, missed, primaryRight, primaries, namedOut, named)
	}
}

// judge says what is wrong with the labels, and counts countries right, wrong, missed.
func (n *newsroomCase) judge(labels []feeds.Label) (fault string, right, wrong, missed int) {
	got := values(labels, feeds.LabelCountry)
	primary := ""
	for _, v := range got {
		if strings.HasSuffix(v, "*") {
			primary = strings.TrimSuffix(v, "*")
		}
	}
	codes := bare(got)
	for _, code := range codes {
		switch {
		case slices.Contains(n.must, code):
			right++
		case !slices.Contains(n.may, code):
			wrong++
		}
	}
	missed = len(n.must) - right
	if wrong+missed > 0 {
		return fmt.Sprintf("countries %v, want %v", got, n.must), right, wrong, missed
	}
	if n.first != "" && primary != n.first || n.first == "" && primary != "" && !slices.Contains(n.mayBeFirst, primary) {
		return fmt.Sprintf("primary %q, want %q %v", primary, n.first, n.mayBeFirst), right, wrong, missed
	}
	return "", right, wrong, missed
}

func bare(values []string) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, strings.TrimSuffix(v, "*"))
	}
	return out
}

func readNewsroom(t *testing.T, path string) []newsroomCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []newsroomCase
	for i, line := range strings.Split(string(data), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n := newsroomCase{line: i + 1}
		line, n.known = strings.CutPrefix(line, "!")
		f := strings.Split(line, "|")
		if len(f) != 6 {
			t.Fatalf("%s, line %d: %d fields, not 6", path, i+1, len(f))
		}
		n.item = classify.Item{Language: f[0], Title: f[1], Text: strings.ReplaceAll(f[2], `\n`, "\n")}
		for _, code := range strings.Fields(f[3]) {
			name := strings.Trim(code, "?*^")
			switch {
			case code == "-":
				continue
			case strings.HasPrefix(code, "?"):
				n.may = append(n.may, name)
				n.mayBeFirst = append(n.mayBeFirst, name)
				continue
			case strings.HasSuffix(code, "*"):
				n.first = name
			case strings.HasSuffix(code, "^"):
				n.mayBeFirst = append(n.mayBeFirst, name)
			}
			n.must = append(n.must, name)
		}
		if f[4] != "-" {
			n.named = strings.Fields(f[4])
		}
		n.reason = f[5]
		cases = append(cases, n)
	}
	return cases
}
