package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"tributary/feeds"
)

// Bounds of labelled data. A full press release in a language of three bytes a letter
// stays well under the length of a line.
const (
	maxLine  = 1 << 20 // bytes
	maxItems = 1 << 18
)

// GoldItem is one item with the labels that people gave it: a line of the data for
// [Classify].
type GoldItem struct {
	ID        string   `json:"id"`
	Lang      string   `json:"lang"` // as its publisher declares it
	Title     string   `json:"title"`
	Dateline  string   `json:"dateline"`
	Text      string   `json:"text"`
	URL       string   `json:"url"`
	Countries []string `json:"countries"` // what the item is about, ISO 3166-1 alpha-2
	Primary   string   `json:"primary"`   // the country without which there is no story; null or empty when there is none
	// OptionalCountries count neither for nor against an answer.
	OptionalCountries []string `json:"optional_countries"`
	// MentionedOnly are in the text, and wrong as labels: donors, datelines, seats.
	MentionedOnly []string `json:"mentioned_only"`
	Topics        []string `json:"topics"`
}

// GoldStory is one item with the story that people put it in: a line of the data for
// [Group]. Items of one story have the same value there; the value means nothing else.
type GoldStory struct {
	ID        string    `json:"id"`
	Source    string    `json:"source"`
	Lang      string    `json:"lang"`
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	URL       string    `json:"url"`
	Published time.Time `json:"published"` // zero when the line says nothing
	Story     string    `json:"story"`
}

// ReadGold reads labelled items, one JSON object a line; blank lines and fields it does
// not know are passed over. Errors name the line: bytes that are no UTF-8, no JSON
// object, a field of another type, an item without an id, an id that an earlier line
// has, and [feeds.ErrTooLarge] for a line or a number of items over its bound.
func ReadGold(r io.Reader) ([]GoldItem, error) {
	return readLines(r, func(g *GoldItem) (string, error) { return g.ID, nil })
}

// ReadStories reads items with their stories, in the form and with the errors of
// [ReadGold]; an item without a story is an error too. A publication date is RFC 3339,
// and may be missing, null or empty.
func ReadStories(r io.Reader) ([]GoldStory, error) {
	return readLines(r, func(g *GoldStory) (string, error) {
		if g.Story == "" {
			return "", errors.New("no story")
		}
		return g.ID, nil
	})
}

// UnmarshalJSON lets a publication date be empty, which time.Time would refuse.
func (g *GoldStory) UnmarshalJSON(b []byte) error {
	type plain GoldStory // without this method
	line := struct {
		*plain
		Published string `json:"published"`
	}{plain: (*plain)(g)}
	if err := json.Unmarshal(b, &line); err != nil {
		return err
	}
	g.Published = time.Time{}
	if line.Published == "" {
		return nil
	}
	when, err := time.Parse(time.RFC3339, line.Published)
	if err != nil {
		return fmt.Errorf("read published: %w", err)
	}
	g.Published = when
	return nil
}

// readLines decodes one T a line; check says what its id is and whether it will do.
func readLines[T any](r io.Reader, check func(*T) (id string, err error)) ([]T, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	var items []T
	seen := map[string]int{} // id: line
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
		}
		if len(line) == 0 {
			continue
		}
		if len(items) == maxItems {
			return nil, fmt.Errorf("line %d: over %d items: %w", n, maxItems, feeds.ErrTooLarge)
		}
		item, id, err := decode(line, check)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if first, twice := seen[id]; twice {
			return nil, fmt.Errorf("line %d: id %.80q is that of line %d", n, id, first)
		}
		seen[id] = n
		items = append(items, item)
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return nil, fmt.Errorf("line %d: over %d bytes: %w", n+1, maxLine, feeds.ErrTooLarge)
	case err != nil:
		return nil, fmt.Errorf("line %d: %w", n+1, err)
	}
	return items, nil
}

func decode[T any](line []byte, check func(*T) (string, error)) (item T, id string, err error) {
	switch {
	case !utf8.Valid(line):
		return item, "", errors.New("not UTF-8")
	case line[0] != '{': // null would decode as an item of nothing
		return item, "", errors.New("not a JSON object")
	}
	if err := json.Unmarshal(line, &item); err != nil {
		return item, "", err
	}
	if id, err = check(&item); err != nil {
		return item, "", err
	}
	if id == "" {
		return item, "", errors.New("no id")
	}
	return item, id, nil
}
