package main

import (
	"slices"
	"testing"

	"tributary/feeds"
	"tributary/internal/dedupe"
	"tributary/internal/demo"
)

// kept finds the story that holds an item of the demo world.
func (s *stage) kept(t *testing.T, all []feeds.Story, ref demo.Ref) *feeds.Story {
	t.Helper()
	for i := range all {
		for _, c := range all[i].Copies {
			if c.SourceID == ref.Source && (ref.GUID != "" && c.Entry.ID == ref.GUID || dedupe.CanonicalURL(c.Entry.Link) == dedupe.CanonicalURL(ref.Link)) {
				return &all[i]
			}
		}
	}
	return nil
}

func (s *stage) stories(t *testing.T) []feeds.Story {
	t.Helper()
	all, err := s.db.Stories(t.Context(), feeds.Selector{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func checkExpectedLabels(t *testing.T, s *stage) {
	t.Helper()
	expect, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	all := s.stories(t)
	checked := 0
	for _, x := range expect.Items {
		if x.Appears >= 0 {
			continue
		}
		story := s.kept(t, all, x.Ref)
		if story == nil {
			t.Errorf("%s: %s of %s is in no story", x.Case, x.Release, x.Source)
			continue
		}
		checked++
		countries, topics := story.Values(feeds.LabelCountry), story.Values(feeds.LabelTopic)
		for _, c := range x.Countries {
			if !slices.Contains(countries, c) {
				t.Errorf("%s: %q is not labelled %s but %v", x.Case, x.Title, c, countries)
			}
		}
		for _, c := range x.NotCountries {
			if slices.Contains(countries, c) {
				t.Errorf("%s: %q is labelled %s", x.Case, x.Title, c)
			}
		}
		for _, c := range x.Topics {
			if !slices.Contains(topics, c) {
				t.Errorf("%s: %q is not labelled %s but %v", x.Case, x.Title, c, topics)
			}
		}
		for _, c := range x.NotTopics {
			if slices.Contains(topics, c) {
				t.Errorf("%s: %q is labelled %s", x.Case, x.Title, c)
			}
		}
		for _, l := range story.Labels {
			if l.Kind == feeds.LabelCountry && l.Primary && x.Primary != "" && l.Value != x.Primary {
				t.Errorf("%s: %q has %s as its primary country, not %s", x.Case, x.Title, l.Value, x.Primary)
			}
			if len(l.Evidence) == 0 {
				t.Errorf("%q: label %s %s without evidence", x.Title, l.Kind, l.Value)
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d items were there to be checked", checked)
	}
}

func checkExpectedStories(t *testing.T, s *stage) {
	t.Helper()
	expect, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	all := s.stories(t)
	for _, group := range append(expect.Stories, expect.Later...) {
		ids := map[string]bool{}
		for _, ref := range group.Members {
			if ref.Appears < 0 {
				if story := s.kept(t, all, ref); story != nil {
					ids[story.ID] = true
				} else {
					t.Errorf("%s: %s of %s is in no story", group.Case, ref.Release, ref.Source)
				}
			}
		}
		if len(ids) > 1 {
			t.Errorf("%s: %d stories, want one", group.Case, len(ids))
		}
	}
	for _, group := range expect.Apart {
		ids := map[string]string{}
		for _, ref := range group.Members {
			story := s.kept(t, all, ref)
			if story == nil || ref.Appears >= 0 {
				continue
			}
			if other, ok := ids[story.ID]; ok {
				t.Errorf("%s: %s and %s are one story", group.Case, other, ref.Release)
			}
			ids[story.ID] = ref.Release
		}
	}
}
