// Command generate makes internal/dedupe/common.txt, the words that say little about
// which story a text tells because many texts on migration have them. It counts in how
// many of the project's own training items each word occurs; run it from the top of the
// project:
//
//	go run ./internal/dedupe/generate
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/internal/dedupe"
)

const (
	items = "config/taxonomy/train/data/*.jsonl"
	out   = "internal/dedupe/common.txt"
	// A word in more than this share of a language's items is common.
	common = 0.018
	least  = 3 // items
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "make common words:", err)
		os.Exit(1)
	}
}

type counts struct {
	items int
	words map[string]int
	// Names are told by their capitals within sentences, and are never common.
	capital, small map[string]int
}

func run() error {
	names, err := filepath.Glob(items)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%s: no such files; run this from the top of the project", items)
	}
	languages := map[string]*counts{}
	for _, name := range names {
		if err := read(name, languages); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	words := map[string]bool{}
	for _, c := range languages {
		for word, n := range c.words {
			if n >= least && float64(n) > common*float64(c.items) && c.small[word] > c.capital[word] {
				words[word] = true
			}
		}
	}
	list := make([]string, 0, len(words))
	for w := range words {
		list = append(list, w)
	}
	slices.Sort(list)
	head := "# Words that many items have; made by internal/dedupe/generate, not by hand.\n"
	return os.WriteFile(out, []byte(head+strings.Join(list, "\n")+"\n"), 0o644) //nolint:gosec // a source file, for everybody to read
}

func read(name string, languages map[string]*counts) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var it struct{ Lang, Title, Text string }
		if err := json.Unmarshal(lines.Bytes(), &it); err != nil {
			return err
		}
		c := languages[it.Lang]
		if c == nil {
			c = &counts{words: map[string]int{}, capital: map[string]int{}, small: map[string]int{}}
			languages[it.Lang] = c
		}
		c.items++
		c.spell(it.Text)
		seen := map[string]bool{}
		for _, w := range dedupe.Words(it.Title + "\n" + it.Text) {
			if w[0] >= '0' && w[0] <= '9' {
				continue // numbers are compared as numbers
			}
			if !seen[w] {
				seen[w] = true
				c.words[w]++
			}
		}
	}
	return lines.Err()
}

// spell counts how the words within the sentences of a text are spelt.
func (c *counts) spell(text string) {
	last := "."
	for _, field := range strings.Fields(text) {
		within := !strings.ContainsAny(last[len(last)-1:], ".!?:\"”»") && last != "–" && last != "-"
		last = field
		words := dedupe.Words(field)
		if !within || len(words) != 1 {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(strings.TrimLeft(field, "(«\"“'")); unicode.IsUpper(r) {
			c.capital[words[0]]++
		} else {
			c.small[words[0]]++
		}
	}
}
