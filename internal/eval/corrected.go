package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"tributary/feeds"
)

// maxSaid bounds the corrections of one story.
const maxSaid = 1000

// Corrected is a story that people corrected: a line of the export of corrections. Its
// labels, in the form of [GoldItem], are those after the corrections.
type Corrected struct {
	GoldItem
	Language    string    `json:"language"` // after the corrections; empty where the line does not say
	At          time.Time `json:"at"`       // of the last correction; zero where the line does not say
	Corrections []Said    `json:"corrections"`

	declared string
}

// Said is one correction that stands: the last about its label.
type Said struct {
	Kind   feeds.LabelKind `json:"kind"`
	Value  string          `json:"value"`
	Action feeds.Action    `json:"action"`
	Office string          `json:"office"`
	At     time.Time       `json:"at"`
}

// EachCorrected hands over the stories of an export one by one, in the form and with the
// errors of [ReadGold]. A line without corrections, with one of an unknown kind or
// action, or with labels that contradict its corrections is an error too; of several
// primary countries or languages the one that is it counts.
func EachCorrected(r io.Reader, use func(*Corrected) error) error {
	return eachLine(r, func(c *Corrected) (string, error) { return c.ID, c.complete() }, use)
}

// Declared is the language as far as a machine may be told it: as the publisher declared
// it, not as people corrected it.
func (c *Corrected) Declared() string { return c.declared }

// ReadCorrected reads a whole export.
func ReadCorrected(r io.Reader) ([]Corrected, error) {
	var stories []Corrected
	held := 0
	if err := EachCorrected(r, func(c *Corrected) error {
		if held += len(c.Title) + len(c.Text); held > maxTexts {
			return fmt.Errorf("over %d bytes of text: %w", maxTexts, feeds.ErrTooLarge)
		}
		stories = append(stories, *c)
		return nil
	}); err != nil {
		return nil, err
	}
	return stories, nil
}

// UnmarshalJSON keeps GoldItem's own from taking the place of this.
func (c *Corrected) UnmarshalJSON(b []byte) error {
	var rest struct {
		Language    string    `json:"language"`
		At          time.Time `json:"at"`
		Corrections []Said    `json:"corrections"`
	}
	if err := json.Unmarshal(b, &rest); err != nil {
		return err
	}
	if err := json.Unmarshal(b, &c.GoldItem); err != nil {
		return err
	}
	c.Language, c.At, c.Corrections = rest.Language, rest.At, rest.Corrections
	return nil
}

// complete checks a line, and fills in what follows from its corrections.
func (c *Corrected) complete() error {
	if err := c.check(); err != nil {
		return err
	}
	// What is right is the language after the corrections; the declared one is what a
	// machine may be told.
	c.declared = c.Lang
	switch {
	case c.Language != "":
		c.Lang = c.Language
	case slices.ContainsFunc(c.Corrections, func(s Said) bool { return s.Kind == feeds.LabelLanguage }):
		c.declared = "" // lang is what people made of it
	}
	switch n := len(c.Corrections); {
	case len(c.Language) > maxName:
		return fmt.Errorf("language: %w", feeds.ErrTooLarge)
	case n == 0:
		return errors.New("no corrections")
	case n > maxSaid:
		return fmt.Errorf("%d corrections: %w", n, feeds.ErrTooLarge)
	}
	for i := range c.Corrections {
		said := &c.Corrections[i]
		if err := said.check(); err != nil {
			return fmt.Errorf("correction %d: %w", i+1, err)
		}
		if !overruled(said) && !c.holds(said) {
			return fmt.Errorf("correction %d: the story's labels do not follow %s of %s %.80q", i+1, said.Action, said.Kind, said.Value)
		}
		if said.At.After(c.At) {
			c.At = said.At
		}
	}
	// Of two countries that were made the primary one the later is it, and so with languages.
	c.Corrections = slices.DeleteFunc(c.Corrections, func(s Said) bool { return !c.holds(&s) })
	if c.Month == "" && !c.At.IsZero() {
		c.Month = c.At.UTC().Format("2006-01")
	}
	if n := len(c.Corrections); c.Office == "" && n > 0 {
		c.Office = c.Corrections[n-1].Office
	}
	return nil
}

// overruled reports a correction that one about another label may have overruled, as an
// item has one of its kind.
func overruled(s *Said) bool {
	return s.Action == feeds.ActionPrimary || s.Kind == feeds.LabelLanguage && s.Action == feeds.ActionAdd
}

func (s *Said) check() error {
	if s.Value == "" || len(s.Value) > maxName || len(s.Office) > maxName {
		return errors.New("no value, or one beyond all reason")
	}
	switch s.Kind {
	case feeds.LabelCountry, feeds.LabelRegion, feeds.LabelTopic, feeds.LabelLanguage:
	default:
		return fmt.Errorf("kind %.80q is none of country, region, topic, language", string(s.Kind))
	}
	switch s.Action {
	case feeds.ActionAdd, feeds.ActionRemove:
	case feeds.ActionPrimary:
		if s.Kind != feeds.LabelCountry {
			return errors.New("only a country can be the primary one")
		}
	default:
		return fmt.Errorf("action %.80q is none of add, remove, primary", string(s.Action))
	}
	return nil
}

// holds reports whether the labels of the story follow a correction.
func (c *Corrected) holds(s *Said) bool {
	has := slices.Contains(c.labels(s.Kind), s.Value)
	switch {
	case s.Action == feeds.ActionRemove:
		return !has
	case s.Kind == feeds.LabelRegion && c.Regions == nil: // the export does not say
		return true
	case s.Action == feeds.ActionPrimary:
		return has && c.Primary == s.Value
	}
	return has
}

func (g *GoldItem) labels(kind feeds.LabelKind) []string {
	switch kind {
	case feeds.LabelCountry:
		return g.Countries
	case feeds.LabelTopic:
		return g.Topics
	case feeds.LabelRegion:
		return g.Regions
	}
	return []string{g.Lang}
}

func (p *Prediction) labels(kind feeds.LabelKind) []string {
	switch kind {
	case feeds.LabelCountry:
		return p.Countries
	case feeds.LabelTopic:
		return p.Topics
	case feeds.LabelRegion:
		return p.Regions
	}
	return []string{p.Language}
}

// before takes the corrections back: what a machine must have said so that people said
// this. Which country it thought the primary one is not told by what people did to it.
func (c *Corrected) before() *Prediction {
	p := &Prediction{ID: c.ID, Language: c.Lang, Primary: c.Primary}
	for _, k := range []struct {
		kind  feeds.LabelKind
		after []string
		into  *[]string
	}{
		{feeds.LabelCountry, c.Countries, &p.Countries}, {feeds.LabelTopic, c.Topics, &p.Topics}, {feeds.LabelRegion, c.Regions, &p.Regions},
	} {
		labels := setOf(k.after)
		for _, s := range c.Corrections {
			switch {
			case s.Kind != k.kind:
			case s.Action == feeds.ActionRemove:
				labels[s.Value] = struct{}{}
			case s.Action == feeds.ActionAdd:
				delete(labels, s.Value)
			}
		}
		*k.into = labels.minus(nil)
	}
	for _, s := range c.Corrections {
		switch {
		case s.Action == feeds.ActionPrimary, s.Action == feeds.ActionAdd && s.Kind == feeds.LabelCountry && s.Value == p.Primary:
			p.Primary = ""
		case s.Kind == feeds.LabelLanguage && s.Action == feeds.ActionRemove:
			p.Language = s.Value
		case s.Kind == feeds.LabelLanguage && s.Value == p.Language:
			p.Language = ""
		}
	}
	return p
}
