package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"tributary/internal/store"
)

// example is a call that the manual of the API shows.
type example struct {
	method, target, body string
	token                bool
}

// curls reads the examples of the manual: calls of curl, which may go over several lines.
func curls(t *testing.T, file string) []example {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for _, line := range strings.Split(strings.ReplaceAll(string(text), "\\\n", " "), "\n") {
		line, found := strings.CutPrefix(strings.TrimSpace(line), "$ curl ")
		if !found {
			continue
		}
		e := example{method: http.MethodGet}
		words := shellWords(line)
		for i := 0; i < len(words); i++ {
			switch words[i] {
			case "-X":
				i++
				e.method = words[i]
			case "-H":
				i++
				e.token = e.token || words[i] == "Authorization: Bearer $TOKEN"
			case "-d":
				i++
				e.body = words[i]
			default:
				e.target = words[i]
			}
		}
		out = append(out, e)
	}
	return out
}

// shellWords cuts a line at the spaces outside quotes.
func shellWords(line string) []string {
	var out []string
	var word strings.Builder
	quote := rune(0)
	for _, r := range line + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		case quote == 0 && r == ' ':
			if word.Len() > 0 {
				out = append(out, word.String())
			}
			word.Reset()
		default:
			word.WriteRune(r)
		}
	}
	return out
}

// Each example of the manual works as it stands there, in the order in which it stands.
func TestExamplesOfTheAPIWork(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		var edition atomic.Int32
		d := newNewsdesk(t, base, &edition)
		ids := []string{d.storyNamed(chad), d.storyNamed(libya)}
		values := map[string]string{"STORY": min(ids[0], ids[1]), "OTHER": max(ids[0], ids[1]), "SOURCE": "news", "SECOND": "wire"}
		examples := curls(t, "../../docs/api.md")
		if len(examples) < 9 {
			t.Fatalf("%d examples", len(examples))
		}
		for _, e := range examples {
			copies, _ := d.call("", http.MethodGet, "/api/stories/"+values["STORY"], "", http.StatusOK)["copies"].([]any)
			if len(copies) > 1 { // the second can be chosen, and split off
				values["SIBLING"], values["ENTRY"] = fmt.Sprint(copies[0].(map[string]any)["entry"]), fmt.Sprint(copies[1].(map[string]any)["entry"])
			}
			expand := func(s string) string {
				return os.Expand(s, func(name string) string {
					if name == "BASE" {
						return ""
					}
					value, known := values[name]
					if !known {
						t.Errorf("%s %s: nobody says what $%s is", e.method, e.target, name)
					}
					return value
				})
			}
			status, office := http.StatusOK, ""
			if e.token {
				office = "hq"
			}
			if e.method == http.MethodPost {
				status = http.StatusCreated
			}
			answer := d.call(office, e.method, expand(e.target), expand(e.body), status)
			if e.method == http.MethodPost {
				values["RULING"] = fmt.Sprint(answer["id"])
			}
		}
		d.stop()
		if err := open(t).Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
