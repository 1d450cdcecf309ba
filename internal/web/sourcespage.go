package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

type sourcesView struct {
	Offices []officeSources
	Idle    []sourceRow // known, not fetched now
	Active  int
	Now     time.Time
}

type officeSources struct {
	Name string
	Code string
	Rows []sourceRow
}

// sourceRow is a source with its state in words.
type sourceRow struct {
	Page      string
	Title     string
	Publisher string
	Site      string
	Kind      feeds.Kind
	KindName  string
	Language  string
	Licence   string
	Permits   string
	Schedule  string
	Trial     bool
	State     string // ok, waiting, failed, gone: never told by colour alone
	Outcome   string
	Detail    string // the fault in English, as recorded
	LastRun   time.Time
	NextRun   time.Time
	Newest    time.Time
	LastAgo   string
	NextIn    string
	NewestAgo string
}

// sources is the public list of what is read, with how each is doing now.
func (h *Handler) sources(w http.ResponseWriter, r *http.Request) {
	h.fresh(w, r, nil, func(ctx context.Context, v *viewer) (*page, error) {
		list, err := h.o.Sources(ctx)
		if err != nil {
			return nil, fmt.Errorf("list sources: %w", err)
		}
		pg := v.newPage("sources", v.p.t("sources.title"))
		pg.Summary = v.p.t("sources.lead")
		pg.Body = v.sourcesView(list, h.now())
		return pg, nil
	})
}

func (v *viewer) sourcesView(list []SourceStatus, now time.Time) sourcesView {
	view := sourcesView{Now: now}
	byOffice := make(map[string][]sourceRow)
	for _, s := range list {
		switch {
		case s.Retired:
		case !s.Source.Enabled:
			view.Idle = append(view.Idle, v.sourceRow(s, now))
		default:
			view.Active++
			byOffice[s.Source.Office] = append(byOffice[s.Source.Office], v.sourceRow(s, now))
		}
	}
	for code, rows := range byOffice {
		name := v.h.names.of(v.p, feeds.Term{Kind: feeds.TermOffice, Value: code}, nil)
		sortRows(rows)
		view.Offices = append(view.Offices, officeSources{Name: name, Code: code, Rows: rows})
	}
	slices.SortFunc(view.Offices, func(a, b officeSources) int {
		return cmp.Or(strings.Compare(foldName(a.Name), foldName(b.Name)), strings.Compare(a.Code, b.Code))
	})
	sortRows(view.Idle)
	return view
}

func sortRows(rows []sourceRow) {
	slices.SortFunc(rows, func(a, b sourceRow) int {
		return cmp.Or(strings.Compare(foldName(a.Title), foldName(b.Title)), strings.Compare(a.Page, b.Page))
	})
}

func (v *viewer) sourceRow(s SourceStatus, now time.Time) sourceRow {
	row := sourceRow{
		Title: s.Source.Title, Publisher: publisherName(s.Source, s.Source.ID), Site: webAddress(s.Source.Link),
		Kind: s.Source.Kind, KindName: kindName(v.p, s.Source.Kind), Licence: s.Source.Licence, Trial: s.Source.Trial,
		Schedule: v.schedule(s.Source.Schedule, s.Source.Zone),
		LastRun:  s.Polling.LastRun, NextRun: s.Polling.NextRun, Newest: s.Polling.NewestEntry,
		LastAgo: v.p.relative(now, s.Polling.LastRun), NewestAgo: v.p.relative(now, s.Polling.NewestEntry),
	}
	if row.Title == "" {
		row.Title = row.Publisher
	}
	if !s.Source.Trial {
		row.Page = v.l.feedPage("source/"+s.Source.ID, nil)
	}
	if s.Source.Language != "" {
		row.Language = v.p.languageName(s.Source.Language)
	}
	switch s.Source.Republish {
	case feeds.RepublishFull:
		row.Permits = v.p.t("permits.full")
	case feeds.RepublishSummary:
		row.Permits = v.p.t("permits.summary")
	default:
		row.Permits = v.p.t("permits.title")
	}
	if next := latest(s.Polling.NextRun, s.Polling.RetryAfter); s.Source.Enabled && !next.IsZero() && s.Polling.Outcome != feeds.OutcomeGone {
		row.NextRun, row.NextIn = next, v.p.t("span.due")
		if next.After(now) {
			row.NextIn = v.p.relative(now, next)
		}
	}
	row.State, row.Outcome = v.outcome(s.Polling)
	if row.State == "failed" {
		row.Detail = clip(s.Polling.Error, 200)
	}
	return row
}

// outcome is how the last poll ended, in plain words.
func (v *viewer) outcome(p feeds.Polling) (state, words string) {
	switch p.Outcome {
	case feeds.OutcomeFetched:
		return "ok", v.p.t("outcome.fetched")
	case feeds.OutcomeNotModified:
		return "ok", v.p.t("outcome.not_modified")
	case feeds.OutcomeFailed:
		return "failed", v.p.n("outcome.failed", max(p.Failures, 1))
	case feeds.OutcomeGone:
		return "gone", v.p.t("outcome.gone")
	default:
		return "waiting", v.p.t("outcome.never")
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
