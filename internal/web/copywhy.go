package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

// pairView shows what was compared of a copy and of the one that it is one story with.
type pairView struct {
	Title string
	Said  string // what the two say of themselves
	Rows  []pairRow
}

type pairRow struct{ Name, Value string }

// decidedView is what a person decided about a story.
type decidedView struct {
	Text string
	Said string // for which office, when and why; the person is never named
}

// whyCopies says of each copy why it is part of the story, and shows the signals of the one
// that is asked about. On a static shelf, which is made of thousands of pages at once, it
// says nothing.
func (v *viewer) whyCopies(ctx context.Context, view *storyView, s *feeds.Story) error {
	asked := v.query.Get("copy")
	if !v.explains() || len(s.Copies) < 2 {
		if asked != "" {
			return noCopy(asked)
		}
		return nil
	}
	reasons, err := v.h.o.Desk.Reasons(ctx, s.Lead().EntryID)
	if err != nil {
		return fmt.Errorf("read reasons: %w", err)
	}
	shown := map[int64]*copyView{}
	for i := range view.Copies {
		shown[view.Copies[i].entry] = &view.Copies[i]
	}
	for i := range reasons {
		r := &reasons[i]
		c := shown[r.Entry]
		if c == nil || !c.Withdrawn.IsZero() || c.Lead {
			continue
		}
		with := v.p.t("copy.with_first")
		if other := shown[r.With]; r.With != s.Lead().EntryID && other != nil {
			with = v.p.t("copy.with", "Publisher", other.Publisher)
		}
		c.Because = v.because(r, with)
		id := strconv.FormatInt(r.Entry, 10)
		c.Why = v.l.page("/stories/"+url.PathEscape(s.ID), url.Values{"copy": {id}}) + "#pair"
		if asked == id {
			view.Pair = v.pairView(r, c.Publisher, with)
		}
	}
	if asked != "" && view.Pair == nil {
		return noCopy(asked)
	}
	return nil
}

func noCopy(asked string) error {
	return &publish.Invalid{Parameter: "copy", Value: asked, Status: http.StatusBadRequest}
}

func (v *viewer) because(r *pipeline.Reason, with string) string {
	switch r.Code {
	case "kept":
		return v.p.t("copy.kept")
	case "people":
		return v.p.t("copy.people")
	}
	return v.p.t("copy.because", "With", with, "Reason", reasonName(v.p, r.Code))
}

func (v *viewer) pairView(r *pipeline.Reason, publisher, with string) *pairView {
	s := &r.Verdict.Signals
	share := func(f float64) string {
		return v.p.t("pair.percent", "N", v.p.number(int64(math.Round(100*min(max(f, 0), 1)))))
	}
	out := &pairView{Title: v.p.t("pair.title", "Publisher", publisher, "With", with),
		Said: v.p.t("pair.said", "Reason", reasonName(v.p, r.Verdict.Reason.Code()))}
	out.Rows = []pairRow{
		{v.p.t("pair.days"), decimal(s.Apart.Hours()/24, v.p)},
		{v.p.t("pair.runs"), share(s.Containment)},
		{v.p.t("pair.words"), share(s.Words)},
		{v.p.t("pair.head"), share(s.HeadIn)},
		{v.p.t("pair.titles"), share(s.Title)},
		{v.p.t("pair.figures"), decimal(s.Numbers, v.p)},
		{v.p.t("pair.figures_only"), decimal(s.NumbersOnly, v.p)},
		{v.p.t("pair.names"), decimal(s.Names, v.p)},
		{v.p.t("pair.names_only"), decimal(s.NamesOnly, v.p)},
		{v.p.t("pair.countries"), share(s.Countries)},
		{v.p.t("pair.topics"), share(s.Topics)},
	}
	return out
}

// decided lists what people decided about a story and the ids that have become part of it.
func (v *viewer) decided(ctx context.Context, view *storyView, s *feeds.Story) error {
	if v.h.o.Records == nil {
		return nil
	}
	former, err := v.h.o.Records.Former(ctx, s.ID)
	if err != nil {
		return fmt.Errorf("read former stories: %w", err)
	}
	for _, id := range former[:min(len(former), maxCopies)] {
		view.Former = append(view.Former, anchor{Href: v.l.page("/stories/"+url.PathEscape(id), nil), Text: id})
	}
	rulings, err := v.h.o.Records.Rulings(ctx, RulingQuery{Story: s.ID, Limit: maxCopies})
	if err != nil {
		return fmt.Errorf("read rulings: %w", err)
	}
	for i := range rulings {
		r := &rulings[i]
		// What was said about the story may be about the entries of another one now.
		if text := actionName(v.p, r.Action); text != "" && about(r, s) {
			office := v.h.names.of(v.p, feeds.Term{Kind: feeds.TermOffice, Value: r.Office}, nil)
			view.Decided = append(view.Decided, decidedView{text, v.p.t("decided.by", "Office", office, "Date", v.p.date(r.At), "Why", clip(r.Why, 500))})
		}
	}
	return nil
}

// about says whether a ruling is about entries that a story has.
func about(r *feeds.Ruling, s *feeds.Story) bool {
	return slices.ContainsFunc(s.Copies, func(c feeds.Copy) bool {
		return slices.Contains(r.Entries, c.EntryID) || slices.Contains(r.Others, c.EntryID)
	})
}

// publicRuling is a ruling without the person who made it.
type publicRuling struct {
	ID      int64              `json:"id"`
	Action  feeds.RulingAction `json:"action"`
	Entries []string           `json:"entries,omitempty"`
	Others  []string           `json:"others,omitempty"`
	Office  string             `json:"office"`
	At      string             `json:"at"`
	Why     string             `json:"why"`
}

// publicWhy is why a copy is part of its story.
type publicWhy struct {
	With   string `json:"with,omitempty"` // the copy that it is one story with
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// whyHere completes a story's body with reasons, former ids and what people decided.
func (h *Handler) whyHere(ctx context.Context, s *apiReading, out *apiStoryBody) error {
	out.Rulings = []publicRuling{}
	var err error
	if out.Former, err = h.o.Records.Former(ctx, s.ID); err != nil {
		return fmt.Errorf("read former stories: %w", err)
	}
	rulings, err := h.o.Records.Rulings(ctx, RulingQuery{Story: s.ID, Limit: maxCopies})
	if err != nil {
		return fmt.Errorf("read rulings: %w", err)
	}
	for i := range rulings {
		if r := &rulings[i]; actionName(h.printers["en"], r.Action) != "" && about(r, &s.Story) {
			out.Rulings = append(out.Rulings, publicRuling{r.ID, r.Action, entryIDs(r.Entries), entryIDs(r.Others), r.Office, r.At.UTC().Format("2006-01-02T15:04:05Z"), r.Why})
		}
	}
	reasons, err := h.o.Desk.Reasons(ctx, s.Lead().EntryID)
	if err != nil {
		return fmt.Errorf("read reasons: %w", err)
	}
	for i := range reasons {
		r := &reasons[i]
		id := strconv.FormatInt(r.Entry, 10)
		at := slices.IndexFunc(out.Copies, func(c apiStoryCopies) bool { return c.Entry == id })
		if at >= 0 {
			with := strconv.FormatInt(r.With, 10)
			if !slices.ContainsFunc(out.Copies, func(c apiStoryCopies) bool { return c.Entry == with }) {
				with = "" // of a source on trial
			}
			out.Copies[at].Why = &publicWhy{with, r.Code, reasonName(h.printers["en"], r.Code)}
		}
	}
	return nil
}
