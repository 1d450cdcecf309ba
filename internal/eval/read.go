package eval

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"
	"unicode/utf8"

	"tributary/feeds"
)

// Bounds of labelled data. A full press release in a language of three bytes a letter
// stays well under the length of a line.
const (
	maxLine  = 1 << 20 // bytes
	maxItems = 1 << 18
	maxName  = 200       // bytes of an id, a label, a source: what is kept of every item
	maxNames = 300       // labels of one kind: more than there are countries
	maxTexts = 256 << 20 // bytes of titles and texts that are held at once
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
	// Regions are nil where the line does not say: the item is not judged by them.
	Regions []string `json:"regions"`
	// Source, Office and Month (2026-11) sort items where the line has them. A line with
	// a publication date and no month has the date's.
	Source string `json:"source"`
	Office string `json:"office"`
	Month  string `json:"month"`
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
// has, ids and labels beyond all reason, and [feeds.ErrTooLarge] for a line or a number
// of items over its bound.
func ReadGold(r io.Reader) ([]GoldItem, error) {
	var items []GoldItem
	held := 0
	if err := EachGold(r, func(g *GoldItem) error {
		if held += len(g.Title) + len(g.Text); held > maxTexts {
			return fmt.Errorf("over %d bytes of text: %w", maxTexts, feeds.ErrTooLarge)
		}
		items = append(items, *g)
		return nil
	}); err != nil {
		return nil, err
	}
	return items, nil
}

// EachGold hands the items over one by one, as [ReadGold] reads them, and keeps none. It
// ends with the first error of use, which it gives back with the line.
func EachGold(r io.Reader, use func(*GoldItem) error) error {
	return eachLine(r, func(g *GoldItem) (string, error) { return g.ID, g.check() }, use)
}

// check refuses what is no name of anything: reports keep names.
func (g *GoldItem) check() error {
	for _, f := range []struct {
		name   string
		values []string
	}{
		{"countries", g.Countries}, {"optional_countries", g.OptionalCountries}, {"mentioned_only", g.MentionedOnly},
		{"topics", g.Topics}, {"regions", g.Regions}, {"primary", []string{g.Primary}}, {"lang", []string{g.Lang}},
		{"id", []string{g.ID}}, {"source", []string{g.Source}}, {"office", []string{g.Office}}, {"month", []string{g.Month}},
	} {
		if len(f.values) > maxNames {
			return fmt.Errorf("%s: %d values: %w", f.name, len(f.values), feeds.ErrTooLarge)
		}
		for _, v := range f.values {
			if len(v) > maxName {
				return fmt.Errorf("%s: a value of %d bytes: %w", f.name, len(v), feeds.ErrTooLarge)
			}
		}
	}
	return nil
}

// UnmarshalJSON takes the fields by which items are sorted only where they are of the
// type expected: files of other tools have fields of these names too.
func (g *GoldItem) UnmarshalJSON(b []byte) error {
	type plain GoldItem // without this method
	line := struct {
		*plain
		Regions   json.RawMessage `json:"regions"`
		Source    json.RawMessage `json:"source"`
		Office    json.RawMessage `json:"office"`
		Month     json.RawMessage `json:"month"`
		Published json.RawMessage `json:"published"`
	}{plain: (*plain)(g)}
	if err := json.Unmarshal(b, &line); err != nil {
		return err
	}
	g.Regions = given[[]string](line.Regions)
	g.Source, g.Office, g.Month = given[string](line.Source), given[string](line.Office), given[string](line.Month)
	if published := given[string](line.Published); g.Month == "" && monthExpr.MatchString(published) {
		g.Month = published[:len("2026-11")]
	}
	return nil
}

// monthExpr is how a date begins that says its month.
var monthExpr = regexp.MustCompile(`^[0-9]{4}-(0[1-9]|1[0-2])\b`)

// given decodes a value of the type wanted, and takes another for none.
func given[T any](raw json.RawMessage) T {
	var v T
	if err := json.Unmarshal(raw, &v); err != nil {
		var none T
		return none
	}
	return v
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
	var items []T
	if err := eachLine(r, check, func(item *T) error {
		items = append(items, *item)
		return nil
	}); err != nil {
		return nil, err
	}
	return items, nil
}

// eachLine decodes one T a line and hands it over.
func eachLine[T any](r io.Reader, check func(*T) (id string, err error), use func(*T) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 1<<16), maxLine)
	seen := map[[sha256.Size]byte]int{} // of an id: its line
	n, items := 0, 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\ufeff")))
		}
		if len(line) == 0 {
			continue
		}
		if items == maxItems {
			return fmt.Errorf("line %d: over %d items: %w", n, maxItems, feeds.ErrTooLarge)
		}
		item, id, err := decode(line, check)
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		key := sha256.Sum256([]byte(id))
		if first, twice := seen[key]; twice {
			return fmt.Errorf("line %d: id %.80q is that of line %d", n, id, first)
		}
		seen[key] = n
		items++
		if err := use(&item); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d: over %d bytes: %w", n+1, maxLine, feeds.ErrTooLarge)
	case err != nil:
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
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
