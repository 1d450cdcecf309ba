package web

import (
	"cmp"
	"slices"
	"time"

	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

// revision is a version of a copy beside the one before it, as far as its publisher lets
// us show both.
type revision struct {
	copy          *feeds.Copy
	source        feeds.Source
	language      string
	number        int
	seen          time.Time
	before, after *feeds.Entry
}

type revisionView struct {
	Publisher string
	Number    int
	Seen      time.Time
	Lang      string
	Said      []string       // what changed, in words
	Figures   []feeds.Figure // those that stand in one another's place
	Minor     bool           // no reader would want to know
	Title     []change       // empty when the title stayed
	Text      []changedParagraph
	More      int // changed paragraphs that are not shown
}

// revisionsOf pairs the versions of the standing copies, the newest first, limit of them at
// most: what comes from outside may have been changed any number of times.
func revisionsOf(s *feeds.Story, former map[int64][]feeds.Revision, sources map[string]SourceStatus, limit int) []revision {
	var out []revision
	for i := range s.Copies {
		c := &s.Copies[i]
		source := sources[c.SourceID].Source
		if !c.Withdrawn.IsZero() || source.Trial {
			continue
		}
		versions := slices.Clone(former[c.EntryID])
		slices.SortFunc(versions, func(a, b feeds.Revision) int { return cmp.Compare(a.Number, b.Number) })
		versions = append(versions, feeds.Revision{Number: c.Revision, Seen: c.Seen, Entry: c.Entry})
		for j := 1; j < len(versions); j++ {
			out = append(out, revision{copy: c, source: source, language: publish.LanguageOf(s, c, &source),
				number: versions[j].Number, seen: versions[j].Seen, before: &versions[j-1].Entry, after: &versions[j].Entry})
		}
	}
	slices.SortStableFunc(out, func(a, b revision) int {
		return cmp.Or(b.seen.Compare(a.seen), cmp.Compare(b.number, a.number))
	})
	return out[:min(len(out), limit)]
}

// shown is the text of both versions as far as it may be shown.
func (r *revision) shown(v *viewer, s *feeds.Story) (before, after []string) {
	was, is := v.h.pictures.Words(s, &r.source, *r.before), v.h.pictures.Words(s, &r.source, *r.after)
	before, _ = v.permitted(&was, r.source.Republish)
	after, _ = v.permitted(&is, r.source.Republish)
	return before, after
}

// change says what the version changes. Of a text that may not be shown whole it quotes
// nothing, neither figures nor the reason that names them.
func (r *revision) change() feeds.Change {
	clipped := func(e *feeds.Entry) *feeds.Entry {
		return &feeds.Entry{Title: e.Title, Summary: clip(e.Summary, maxBody), Content: clip(e.Content, maxBody)}
	}
	c := pipeline.CompareVersions(clipped(r.before), clipped(r.after))
	if r.source.Republish != feeds.RepublishFull {
		titles := pipeline.CompareVersions(&feeds.Entry{Title: r.before.Title}, &feeds.Entry{Title: r.after.Title})
		c.Figures, c.Reason = titles.Figures, ""
	}
	return c
}

// revisions lists what changed between the versions of the standing copies.
func (v *viewer) revisions(s *feeds.Story, former map[int64][]feeds.Revision, sources map[string]SourceStatus) []revisionView {
	list := revisionsOf(s, former, sources, maxRevisions)
	out := make([]revisionView, 0, len(list))
	for i := range list {
		view, c := v.revision(&list[i], s), list[i].change()
		view.Figures, view.Minor = c.Figures, !c.Material
		for _, kind := range c.Kinds {
			if kind != feeds.ChangeFigures || len(c.Figures) == 0 {
				view.Said = append(view.Said, v.changeName(kind))
			}
		}
		out = append(out, view)
	}
	return out
}

// revision compares the words of two versions, as far as they may be shown.
func (v *viewer) revision(r *revision, s *feeds.Story) revisionView {
	view := revisionView{Publisher: publisherName(r.source, r.copy.SourceID), Number: r.number, Seen: r.seen, Lang: r.language}
	if title := changes(r.before.Title, r.after.Title); len(title) > 1 || len(title) == 1 && title[0].Kind != changeSame {
		view.Title = title
	}
	view.Text, view.More = textChanges(r.shown(v, s))
	return view
}

func (v *viewer) changeName(kind feeds.ChangeKind) string {
	switch kind {
	case feeds.ChangeTitle:
		return v.p.t("revision.kind_title")
	case feeds.ChangeFigures:
		return v.p.t("revision.kind_figures")
	case feeds.ChangeNames:
		return v.p.t("revision.kind_names")
	case feeds.ChangeWording:
		return v.p.t("revision.kind_wording")
	case feeds.ChangeAdded:
		return v.p.t("revision.kind_added")
	case feeds.ChangeRemoved:
		return v.p.t("revision.kind_removed")
	case feeds.ChangeCorrection:
		return v.p.t("revision.kind_correction")
	default:
		return string(kind)
	}
}
