package publish_test

import (
	"context"
	"errors"
	"testing"

	"tributary/feeds"
	"tributary/internal/publish"
)

// A story is told in the language asked for, by no more than the source of the copy that is
// shown permits, with a mark where that is not IOM's. IOM's offices are one publisher.
func TestTell(t *testing.T) {
	w := spoken()
	withdrawn := w.stories[0]
	withdrawn.ID, withdrawn.Withdrawn = "01gone", withdrawn.Updated
	title := w.stories[0]
	title.ID = "01title"
	title.Copies = title.Copies[1:2] // the newspaper's, of which the title alone may be said
	p := w.publisher(t, bySpeaker)
	for _, c := range []struct {
		language, title string
		shown           int64
		mark            bool
	}{{"en", "Seminar in Tripoli & <beyond>", 1, false}, {"fr", "Séminaire à Tripoli", 11, false}, {"ar", "ندوة في طرابلس", 12, true}} {
		told, err := p.Tell(t.Context(), append(w.stories[:1:1], withdrawn, title), c.language)
		if err != nil || len(told) != 2 {
			t.Fatalf("%s: %d told, %v", c.language, len(told), err)
		}
		got := told[0]
		if got.Entry.Title != c.title || (got.Mark != "") != c.mark || got.LeadKind != feeds.KindIOM || got.Publishers != 4 || c.shown != 1 && got.Shown != c.shown {
			t.Errorf("%s: %+v", c.language, got)
		}
		if short := told[1]; short.Entry.Summary != "" || short.Entry.Content != "" || short.Entry.Image != nil || short.Mark == "" || short.Publishers != 1 {
			t.Errorf("%s: more than the title: %+v", c.language, short.Entry)
		}
	}
}

// A feed that is made elsewhere is kept and dated like a channel's: its bytes and validators
// change if and only if it does.
func TestMade(t *testing.T) {
	p := spoken().publisher(t)
	composed := 0
	make := func(context.Context) (*feeds.Feed, error) {
		composed++
		head := p.Letterhead("en")
		return &feeds.Feed{ID: p.Tag("newsletter/week/en"), Title: head.Site, Link: head.Base, Updated: head.Epoch}, nil
	}
	first, err := p.Made(t.Context(), "newsletter/week/en", publish.FormatAtom, make)
	if err != nil || first.ETag == "" || first.Modified.IsZero() {
		t.Fatalf("%+v %v", first, err)
	}
	again, err := p.Made(t.Context(), "newsletter/week/en", publish.FormatAtom, make)
	if err != nil || again != first || composed != 1 {
		t.Errorf("composed %d times, %v", composed, err)
	}
	if other, err := p.Made(t.Context(), "newsletter/week/en", publish.FormatRSS, make); err != nil || other.ETag == first.ETag {
		t.Errorf("two formats are one document: %v", err)
	}
	if _, err := p.Made(t.Context(), "x", publish.FormatHTML, make); err == nil {
		t.Error("a page is no document")
	}
	broken := errors.New("broken")
	if _, err := p.Made(t.Context(), "y", publish.FormatJSON, func(context.Context) (*feeds.Feed, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
}
