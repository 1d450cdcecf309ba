package demo

import (
	"errors"
	"fmt"
	"time"
)

// Expect is the truth about the noteworthy parts of the demo world, for end-to-end
// tests.
type Expect struct {
	Items []ExpectItem `yaml:"items"`
	// Stories are the groups that exact grouping (same address or same text) must
	// make: all members of one are one story, and nothing else is in it.
	// A member that is corrected later (see Events) must have been read before that:
	// from then on its own words differ, and only a store that saw both versions knows.
	Stories []ExpectStory `yaml:"stories"`
	// Later are groups that belong together but take more than exact grouping to find:
	// translations and reprints with small edits. They may be one story or several.
	Later []ExpectStory `yaml:"later"`
	// Apart are items of which no two may ever be one story.
	Apart []ExpectStory `yaml:"apart"`
	// Events are the scripted changes, in the order of time.
	Events []ExpectEvent `yaml:"-"`
}

// Ref names an item of the demo world. Release and Source are the data's own names;
// the other fields are filled in from the data.
type Ref struct {
	Release string `yaml:"release"`
	Source  string `yaml:"source"` // the id of the source that carries it
	// Language tells two items of one release in a mixed feed apart; the data files
	// name it only there.
	Language string `yaml:"language"`

	Title   string        `yaml:"-"` // of the first version
	Link    string        `yaml:"-"` // as the feed writes it
	GUID    string        `yaml:"-"` // as the feed writes it; empty when it gives none
	Appears time.Duration `yaml:"-"` // after the start; negative: there from the start
}

// ExpectItem says what must be found in one item and what must not.
type ExpectItem struct {
	Case         string `yaml:"case"` // why it is in the demo
	Ref          `yaml:",inline"`
	Primary      string   `yaml:"primary"`       // ISO 3166-1 alpha-2; empty when none is meant
	Countries    []string `yaml:"countries"`     // all must be labelled, the primary among them
	NotCountries []string `yaml:"not_countries"` // none may be labelled
	Topics       []string `yaml:"topics"`        // all must be labelled
	NotTopics    []string `yaml:"not_topics"`
}

// ExpectStory is a named group of items.
type ExpectStory struct {
	Case    string `yaml:"case"`
	Members []Ref  `yaml:"members"`
}

// ExpectEvent is a scripted change after the start.
type ExpectEvent struct {
	Ref
	What  string        // appears, corrected or withdrawn
	After time.Duration // after the start
}

// Expectations reads the truth table. It needs no World: nothing in it depends on
// the time of the start.
func Expectations() (Expect, error) {
	var x Expect
	if err := decode(files, "world/expect.yaml", &x); err != nil {
		return Expect{}, err
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	w, err := New(start, func() time.Time { return start })
	if err != nil {
		return Expect{}, err
	}
	known := map[[3]string]*item{}
	for _, p := range w.publishers {
		for _, it := range p.items {
			known[[3]string{it.release, p.ID, it.language}] = it
		}
	}
	byID := (&data{publishers: w.publishers}).byID()
	var errs []error
	fill := func(r *Ref) {
		language := r.Language
		if p := byID[r.Source]; p != nil && language == "" {
			language = p.Language
		}
		it := known[[3]string{r.Release, r.Source, language}]
		if it == nil {
			errs = append(errs, fmt.Errorf("read expectations: source %s carries no %s in %q", r.Source, r.Release, language))
			return
		}
		*r = it.ref(start)
	}
	for i := range x.Items {
		fill(&x.Items[i].Ref)
	}
	for _, groups := range [][]ExpectStory{x.Stories, x.Later, x.Apart} {
		for _, g := range groups {
			for i := range g.Members {
				fill(&g.Members[i])
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Expect{}, err
	}
	x.Events = w.events()
	return x, nil
}

func (it *item) ref(start time.Time) Ref {
	return Ref{
		Release: it.release, Source: it.pub.ID, Language: it.language, Title: it.versions[0].title,
		Link: it.link, GUID: it.guid, Appears: it.published.Sub(start),
	}
}
