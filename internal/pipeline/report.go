package pipeline

import (
	"context"
	"time"

	"tributary/feeds"
	"tributary/internal/redact"
)

// EntryCounts tell what became of the entries read.
type EntryCounts struct {
	Read    int `json:"read"`
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Dropped int `json:"dropped"`
}

// StoryCounts tell what became of the new entries.
type StoryCounts struct {
	New    int `json:"new"`
	Joined int `json:"joined"`
}

// Failure names a source that could not be pulled and why.
type Failure struct {
	Source string `json:"source"`
	URL    string `json:"url"`
	Error  string `json:"error"`
}

// Result is how the pull of one source ended.
type Result struct {
	Source  string
	URL     string
	Outcome feeds.Outcome
	Error   string // plain words when it failed
	Entries EntryCounts
	Stories StoryCounts
	Cut     redact.Cut // out of the new and changed entries

	polling *feeds.Polling // still to be saved, when nothing else changed
	fatal   error          // of ours, not the source's
}

// failed says that the source could not be pulled, through no fault of ours.
func (r *Result) failed() bool {
	return r.fatal == nil && (r.Outcome == feeds.OutcomeFailed || r.Outcome == feeds.OutcomeGone)
}

// Report sums up a run; its JSON form is what `tributary pull --json` prints.
type Report struct {
	Sources     int         `json:"sources"`
	Fetched     int         `json:"fetched"`
	NotModified int         `json:"not_modified"`
	Failed      []Failure   `json:"failed"`
	Entries     EntryCounts `json:"entries"`
	Stories     StoryCounts `json:"stories"`
	Cut         redact.Cut  `json:"cut"`
	Left        []string    `json:"left,omitempty"` // not pulled, because the run was ended before
	Seconds     float64     `json:"seconds"`
}

func (r *Report) add(res Result) {
	if res.fatal != nil || res.Outcome == feeds.OutcomeNever {
		return
	}
	r.Sources++
	switch res.Outcome {
	case feeds.OutcomeFetched:
		r.Fetched++
	case feeds.OutcomeNotModified:
		r.NotModified++
	case feeds.OutcomeFailed, feeds.OutcomeGone:
		r.Failed = append(r.Failed, Failure{Source: res.Source, URL: res.URL, Error: res.Error})
	case feeds.OutcomeNever:
	}
	r.Entries.Read += res.Entries.Read
	r.Entries.New += res.Entries.New
	r.Entries.Changed += res.Entries.Changed
	r.Entries.Same += res.Entries.Same
	r.Entries.Dropped += res.Entries.Dropped
	r.Stories.New += res.Stories.New
	r.Stories.Joined += res.Stories.Joined
	r.Cut.Add(res.Cut)
}

// pollingBuffer saves the state of polls that changed nothing else, many in one
// transaction: each stands on its own, and a 304 should not cost a transaction.
type pollingBuffer struct {
	store   Store
	pending []feeds.Polling
	oldest  time.Time
}

// A buffer is written when it is this full or its oldest state this old. What a
// crash could lose is that these sources were asked, never what they said.
const (
	pollingsAtOnce = 500
	pollingsWait   = time.Second
)

func newPollingBuffer(s Store) *pollingBuffer { return &pollingBuffer{store: s} }

func (b *pollingBuffer) add(ctx context.Context, p feeds.Polling, now time.Time) error {
	if len(b.pending) == 0 {
		b.oldest = now
	}
	b.pending = append(b.pending, p)
	if len(b.pending) < pollingsAtOnce && now.Sub(b.oldest) < pollingsWait {
		return nil
	}
	return b.done(ctx)
}

func (b *pollingBuffer) done(ctx context.Context) error {
	if len(b.pending) == 0 {
		return nil
	}
	// Also when the run has been told to stop: a Retry-After that was heard counts.
	if err := b.store.SavePollings(context.WithoutCancel(ctx), b.pending); err != nil {
		return err
	}
	b.pending = b.pending[:0]
	return nil
}
