package gazetteer_test

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"tributary/config/gazetteer"
)

// Text that names no place: what is found at a capital must be marked as a word or a
// person's name, or readers would be sent to places nobody spoke of.
func TestOrdinaryText(t *testing.T) {
	t.Parallel()
	x := open(t)
	data, err := os.ReadFile("testdata/ordinary.txt")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		written := strings.FieldsFunc(line, func(r rune) bool { return !gazetteer.IsWord(r) })
		words := gazetteer.Words(line)
		for i := range words {
			if !unicode.IsUpper([]rune(written[i])[0]) {
				continue
			}
			looked++
			e, n := x.Longest(words[i:])
			if n > 0 && !e.Risk().Any() {
				t.Errorf("%q is %s %s", written[i:i+n], e.Candidate(0).Class, e.Candidate(0).Country)
			}
		}
	}
	if looked < 70 {
		t.Errorf("only %d words looked up", looked)
	}
}
