package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/internal/publish"
)

// Bounds of a story's page: what comes from outside may be any number.
const (
	maxCopies    = 100
	maxEvidence  = 8
	maxRevisions = 20
)

type storyView struct {
	storyItem
	Updated    time.Time
	Source     anchor
	Licence    string
	Versions   []anchor  // the languages that the story exists in, when there are several
	Heading    []piece   // the title, marked
	Paragraphs [][]piece // the text as far as it may be shown, marked
	Permission string    // why there is no more text; empty when all of it may be shown
	Files      []file
	Partner    bool // not IOM's own voice
	Labels     []labelGroup
	Removed    []removedLabel
	Marked     bool    // some words of title or text gave a label
	LabelsOf   *anchor // the version that the labels were given for, when another one is shown
	Why        *whyView
	Form       *whyForm
	Copies     []copyView
	Standing   int // copies that are not withdrawn
	Pair       *pairView
	Decided    []decidedView
	Former     []anchor // ids that have become part of it
	Revisions  []revisionView
}

type file struct {
	Href, Type string
	Size       string
}

type copyView struct {
	Title     string
	Lang      string
	Language  string
	Original  string
	Publisher string
	KindName  string
	Kind      feeds.Kind
	Source    anchor
	Licence   string
	Published time.Time
	FirstSeen time.Time
	Withdrawn time.Time
	Note      string // what the people who withdrew it tell readers
	Lead      bool
	Other     bool   // in another language than the lead
	Because   string // why it is part of the story
	Why       string // address of what was compared
	entry     int64
}

func (h *Handler) story(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if !storyID(id) {
		h.notFound(w, r)
		return
	}
	query := url.Values{} // the parameters that the page knows; one of the first two
	for _, name := range []string{"why", "copy"} {
		if asked := r.URL.Query().Get(name); asked != "" && h.o.Desk != nil && len(query) == 0 {
			query.Set(name, asked)
		}
	}
	languages, err := askedLanguages(r.URL.Query())
	if err != nil {
		h.fail(w, h.viewer(r, nil), err)
		return
	}
	if len(languages) > 0 {
		query.Set("language", strings.Join(languages, ","))
	}
	h.cached(w, r, query, func(ctx context.Context, v *viewer) (*page, error) { return v.storyPage(ctx, id) })
}

// storyID says whether s can be a story's id, 26 characters of [0-9a-z]; nothing
// else is asked of the store.
func storyID(s string) bool {
	return len(s) == 26 && strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'a' || r > 'z') }) < 0
}

// goneView is what there is to say of a withdrawn story.
type goneView struct {
	Since time.Time
	Note  string // what the people who withdrew it tell readers
}

func (v *viewer) storyPage(ctx context.Context, id string) (*page, error) {
	story, revisions, err := v.h.o.Store.Story(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read story: %w", err)
	}
	if story.ID != id {
		return nil, &errMoved{to: v.l.story(story.ID)}
	}
	stands := slices.IndexFunc(story.Copies, func(c feeds.Copy) bool { return c.Withdrawn.IsZero() })
	if !story.Withdrawn.IsZero() || stands < 0 {
		pg := v.newPage("gone", v.p.t("gone.title"))
		pg.Status = http.StatusGone
		pg.NoIndex = true
		pg.Body = goneView{story.Withdrawn, story.Note}
		return pg, nil
	}
	sources, err := v.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	if onTrial(&story, sources) {
		return nil, fmt.Errorf("read story on trial: %w", feeds.ErrNotFound)
	}
	if stands > 0 { // what is withdrawn never speaks for a story
		story.Copies = slices.Concat(story.Copies[stands:stands+1], story.Copies[:stands], story.Copies[stands+1:])
	}
	story.Labels = v.h.names.shown(story.Labels)
	shownStory, isLead := v.turn(&story, sources, v.storyReaders())
	lead := shownStory.Lead() // to these readers
	source := sources[lead.SourceID].Source
	view := storyView{
		storyItem: v.storyItem(&shownStory, sources),
		Source:    v.termLink(feeds.Term{Kind: feeds.TermSource, Value: lead.SourceID}, sources),
		Licence:   source.Licence,
		Partner:   source.Kind != feeds.KindIOM,
		Copies:    v.copies(&story, sources),
		Revisions: v.revisions(&story, revisions, sources),
	}
	for _, c := range view.Copies {
		if c.Withdrawn.IsZero() {
			view.Standing++
		}
	}
	if story.Updated.After(story.Published) {
		view.Updated = story.Updated
	}
	view.Versions = v.versions(&story, sources, view.Lang)
	if first := v.spoken(&story, sources).voices; !isLead && len(first) > 0 {
		base := feeds.BaseLanguage(first[0].Language)
		view.LabelsOf = &anchor{Href: v.l.version(story.ID, base), Text: v.p.languageName(base)}
	}
	words := v.h.pictures.Words(&story, &source, lead.Entry)
	var shown []string
	shown, view.Permission = v.permitted(&words, source.Republish)
	if err := v.explainLabels(ctx, &view, &story, &lead.Entry, sources, shown); err != nil {
		return nil, err
	}
	if err := v.whyCopies(ctx, &view, &story); err != nil {
		return nil, err
	}
	if err := v.decided(ctx, &view, &story); err != nil {
		return nil, err
	}
	if source.Republish == feeds.RepublishFull {
		files := lead.Entry.Enclosures
		if !v.h.pictures.Show(&story, &source) {
			files = slices.DeleteFunc(slices.Clone(files), publish.IsPicture)
		}
		view.Files = v.files(files)
	}
	pg := v.newPage("story", view.Title)
	pg.Summary = view.Excerpt
	if pg.Canonical = v.l.absolute(v.path); !isLead {
		pg.Canonical += "?language=" + url.QueryEscape(feeds.BaseLanguage(view.Lang))
	}
	if len(view.Versions) > 0 {
		pg.Alternates = v.versionLinks(&story, view.Versions)
	}
	pg.NoIndex = view.Why != nil || view.Pair != nil // one page for each label would be many of one story
	pg.Body = view
	return pg, nil
}

// storyReaders are the languages that a story's page is asked for in. Why a label was
// given is told of the words it was given for, the lead's.
func (v *viewer) storyReaders() []string {
	switch asked := v.query.Get("language"); {
	case asked != "":
		return v.readers(strings.Split(asked, ","))
	case v.query.Get("why") != "":
		return nil
	default:
		return v.readers(nil)
	}
}

// explainLabels puts in the labels, and marks in title and text the words that gave
// them; or, when one label is asked about, the words that name it. Labels are given for
// the lead's words: in those of another copy, when that is shown, nothing is marked.
func (v *viewer) explainLabels(ctx context.Context, view *storyView, s *feeds.Story, e *feeds.Entry, sources map[string]SourceStatus, shown []string) error {
	source := sources[s.Lead().SourceID].Source
	b := &labelling{v: v, story: s, source: &source, sources: sources, ids: map[string]bool{}}
	var err error
	if v.h.o.Records != nil {
		if b.said, err = v.h.o.Records.Corrections(ctx, CorrectionQuery{Story: s.ID}); err != nil {
			return fmt.Errorf("read corrections: %w", err)
		}
	}
	view.Labels, view.Removed = b.groups(), b.removed()
	claims := b.claims
	if v.explains() {
		asked := v.query.Get("why")
		if asked != "" {
			kind, value, err := v.h.asked(asked)
			if err != nil {
				return err
			}
			x, err := v.h.explain(ctx, s, &source, kind, value)
			if err != nil {
				return err
			}
			view.Why, claims = b.whyView(&x)
		}
		view.Form = b.whyForm(asked)
	}
	var m marker
	if view.LabelsOf != nil {
		claims = nil
	}
	view.Heading = []piece{{Text: view.Title}}
	if e.Title == view.Title {
		view.Heading = m.mark("title", e.Title, view.Title, claims)
	}
	if len(shown) > 0 {
		view.Paragraphs = m.markParagraphs(labelledText(e), shown, claims)
	}
	view.Marked = m.n > 0
	return nil
}

// onTrial says whether only sources on trial carry the story: the public does not
// see it yet.
func onTrial(s *feeds.Story, sources map[string]SourceStatus) bool {
	return !slices.ContainsFunc(s.Copies, func(c feeds.Copy) bool { return !sources[c.SourceID].Source.Trial })
}

// permitted is the text that the publisher lets us show, and a word on what is left
// out.
func (v *viewer) permitted(e *feeds.Entry, permission feeds.Republish) (text []string, leftOut string) {
	switch permission {
	case feeds.RepublishFull:
		return paragraphs(firstText(e.Content, e.Summary)), ""
	case feeds.RepublishSummary:
		const summary = 500 // characters, as in our feeds
		if s := excerpt(firstText(e.Summary, e.Content), summary); s != "" {
			return []string{s}, v.p.t("story.summary_only")
		}
		return nil, v.p.t("story.summary_only")
	default:
		return nil, v.p.t("story.title_only")
	}
}

func (v *viewer) files(enclosures []feeds.Enclosure) []file {
	var out []file
	for _, e := range enclosures {
		href := webAddress(e.URL)
		if href == "" || len(out) == maxEvidence {
			continue
		}
		f := file{Href: href, Type: e.Type}
		if e.Length > 0 {
			f.Size = v.p.t("story.kilobytes", "N", v.p.number(max(1, e.Length/1024)))
		}
		out = append(out, f)
	}
	return out
}

func (v *viewer) copies(s *feeds.Story, sources map[string]SourceStatus) []copyView {
	out := make([]copyView, 0, len(s.Copies))
	for i := range s.Copies[:min(len(s.Copies), maxCopies)] {
		c := &s.Copies[i]
		source := sources[c.SourceID].Source
		if source.Trial {
			continue
		}
		view := copyView{
			Lang: s.LanguageOf(c), Publisher: publisherName(source, c.SourceID),
			Kind: source.Kind, KindName: kindName(v.p, source.Kind),
			Source:  v.termLink(feeds.Term{Kind: feeds.TermSource, Value: c.SourceID}, sources),
			Licence: source.Licence, Published: c.Entry.Published, FirstSeen: c.FirstSeen,
			Withdrawn: c.Withdrawn, Note: c.Note, entry: c.EntryID, Lead: i == 0 && len(s.Copies) > 1,
		}
		if c.Withdrawn.IsZero() { // what is withdrawn is not shown again
			words := v.h.pictures.Words(s, &source, c.Entry)
			view.Title, view.Original = v.titleOf(&words, source.Republish), webAddress(c.Entry.Link)
		}
		if view.Lang != "" {
			view.Language = v.p.languageName(view.Lang)
			lead := s.LanguageOf(s.Lead())
			view.Other = lead != "" && !sameLanguage(view.Lang, lead)
		}
		out = append(out, view)
	}
	return out
}
