package web

import (
	"net/http"
	"strings"
	"testing"

	"tributary/feeds"
)

// changed is the fake store with one story edited.
func changed(id string, edit func(*feeds.Story)) func(*Options) {
	return func(o *Options) {
		store := newStore()
		story := store.stories[id]
		edit(&story)
		store.stories[id] = story
		o.Store, o.Counts = store, store.counts
	}
}

// A source that permits its titles only gives none: no word of its text stands in.
func TestAnUntitledEntryShowsNoWordsThatMayNotBePublished(t *testing.T) {
	h := newHandler(t, changed(titleOnlyID, func(s *feeds.Story) { s.Copies[0].Entry.Title = "" }))
	for _, path := range []string{"/stories/" + titleOnlyID, "/feeds/all.html"} {
		w := get(h, path)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "may not be shown") {
			t.Errorf("%s: %d, with the text of a source that permits titles only: %v", path, w.Code, strings.Contains(w.Body.String(), "may not be shown"))
		}
	}
}

// What is withdrawn is gone also when the store still has the story as standing.
func TestAStoryOfWithdrawnCopiesIsGone(t *testing.T) {
	h := newHandler(t, changed(titleOnlyID, func(s *feeds.Story) { s.Copies[0].Withdrawn = now }))
	w := get(h, "/stories/"+titleOnlyID)
	if w.Code != http.StatusGone || strings.Contains(w.Body.String(), "A headline of the press") {
		t.Errorf("%d, with the withdrawn headline: %v", w.Code, strings.Contains(w.Body.String(), "A headline of the press"))
	}
}

// A withdrawn copy that the store lists first does not speak for the story.
func TestAWithdrawnCopyNeverLeads(t *testing.T) {
	h := newHandler(t, changed(titleOnlyID, func(s *feeds.Story) {
		gone := s.Copies[0]
		gone.EntryID, gone.Withdrawn, gone.Entry.Title = 99, now, "Name of a person"
		s.Copies = []feeds.Copy{gone, s.Copies[0]}
	}))
	w := get(h, "/stories/"+titleOnlyID)
	head, _, _ := strings.Cut(w.Body.String(), "</h1>")
	if w.Code != http.StatusOK || strings.Contains(head, "Name of a person") || !strings.Contains(head, "A headline of the press") {
		t.Errorf("%d; the page begins\n%s", w.Code, head)
	}
}
