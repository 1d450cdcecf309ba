package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"time"

	"tributary/feeds"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

// Store is what pages read. All methods are safe for concurrent use.
type Store interface {
	// Version grows with every commit that changed a story; pages are rendered
	// once for each version.
	Version(ctx context.Context) (int64, error)
	// Stories lists what a selector holds, newest first, withdrawn stories left out.
	Stories(ctx context.Context, sel feeds.Selector, limit int) ([]feeds.Story, error)
	// Story gives a story, withdrawn ones too, and the former versions of its
	// copies by entry id. A story whose id differs from the one asked for has moved.
	// feeds.ErrNotFound when there is none.
	Story(ctx context.Context, id string) (feeds.Story, map[int64][]feeds.Revision, error)
}

// SourceStatus is a source as the catalogue has it and how its polling stands.
type SourceStatus struct {
	Source  feeds.Source
	Polling feeds.Polling
	Retired bool // left the catalogue: kept, no longer polled
}

// Check is one condition of readiness. Do returns nil when it holds; it must
// respect the context's deadline.
type Check struct {
	Name string // a word or two, shown by /readyz: database, migrations, scheduler
	Do   func(ctx context.Context) error
}

// Fetcher is what /about/fetcher tells webmasters about our requests.
type Fetcher struct {
	UserAgent   string
	MinInterval int // minutes between two requests for one feed, at least
	PerHost     int // requests at once to one host, at most
	MaxBytes    int64
	MaxInterval time.Duration // between two requests for one feed that publishes rarely, at most; 0 when only schedules count
	Pages       bool          // of some sources web pages are read
}

// Hubs hears what WebSub hubs say at our callbacks, each known by a token.
type Hubs interface {
	// Verify takes the query of a hub's question and returns what to echo, which may be
	// nothing. feeds.ErrNotFound when we did not ask for it.
	Verify(ctx context.Context, token, query string) (echo string, err error)
	// Receive takes a delivery and returns at once when it is kept. What is thrown away
	// is no error. feeds.ErrNotFound when there is no such subscription,
	// feeds.ErrTooLarge when the body is beyond all bounds.
	Receive(ctx context.Context, token string, header http.Header, body io.Reader) error
}

// Desk is where people say which labels are right, and where they ask why a label was
// given. It is safe for concurrent use. *pipeline.Desk is one.
type Desk interface {
	// Explain says why an entry of a source has a label, or why not. feeds.ErrNotFound
	// when there is no such label.
	Explain(ctx context.Context, source *feeds.Source, e *feeds.Entry, kind feeds.LabelKind, value string) (feeds.Explanation, error)
	// Correct keeps what a person said about a label and changes the story with it.
	// What is said already comes back, and added is false. feeds.ErrInvalid,
	// feeds.ErrNotFound (no such story), feeds.ErrWithdrawn.
	Correct(ctx context.Context, c feeds.Correction) (kept feeds.Correction, added bool, err error)
	// Revoke takes a correction back; twice is once. feeds.ErrNotFound.
	Revoke(ctx context.Context, id int64, by string) (feeds.Correction, error)
	// Preview shows a page of the kept stories that a rule would change; nothing is
	// written. feeds.ErrInvalid, feeds.ErrNotFound (no such source).
	Preview(ctx context.Context, rule feeds.SourceRule, after string, limit int) (pipeline.RulePreview, error)
	// AddRule keeps a rule of a source, as Correct keeps a correction. feeds.ErrTooLarge
	// when the source has too many.
	AddRule(ctx context.Context, rule feeds.SourceRule) (kept feeds.SourceRule, added bool, err error)
	// RevokeRule takes a rule back; twice is once. feeds.ErrNotFound.
	RevokeRule(ctx context.Context, id int64, by string) (feeds.SourceRule, error)
	// Decide keeps what a person decided about entries and brings their stories in line.
	// What is decided already comes back, and added is false. feeds.ErrInvalid,
	// feeds.ErrNotFound (no such entry or source).
	Decide(ctx context.Context, r feeds.Ruling) (kept feeds.Ruling, added bool, err error)
	// RevokeRuling takes a ruling back; twice is once. feeds.ErrNotFound.
	RevokeRuling(ctx context.Context, id int64, by string) (feeds.Ruling, error)
	// Purge erases the words of what a ruling withdrew; twice is once. erased: the
	// database's own files hold them no more. feeds.ErrNotFound, feeds.ErrInvalid when it
	// withdraws nothing.
	Purge(ctx context.Context, ruling int64, by string) (r feeds.Ruling, erased bool, err error)
	// Reasons says of the standing copies of the story that an entry leads why they are part
	// of it, by their ids.
	Reasons(ctx context.Context, lead int64) ([]pipeline.Reason, error)
	// Why says why two entries are one story, or are not. feeds.ErrNotFound.
	Why(ctx context.Context, one, other int64) (pipeline.Pair, error)
}

// Records are the corrections and rules that were made, by their ids.
type Records interface {
	Corrections(ctx context.Context, q CorrectionQuery) ([]feeds.Correction, error)
	Correction(ctx context.Context, id int64) (feeds.Correction, error) // feeds.ErrNotFound
	Rules(ctx context.Context, q RuleQuery) ([]feeds.SourceRule, error)
	Rule(ctx context.Context, id int64) (feeds.SourceRule, error) // feeds.ErrNotFound
	Rulings(ctx context.Context, q RulingQuery) ([]feeds.Ruling, error)
	Ruling(ctx context.Context, id int64) (feeds.Ruling, error) // feeds.ErrNotFound
	// Former lists the ids of the stories that have become part of a story.
	Former(ctx context.Context, story string) ([]string, error)
}

// RulingQuery chooses rulings; empty fields choose all.
type RulingQuery struct {
	Story   string // those said about it, and those about its entries
	Office  string
	Action  feeds.RulingAction
	After   int64 // id: only later ones
	Revoked bool  // those that were taken back, too
	Limit   int   // 0: as many as there may be
}

// Editor is a person who may correct labels.
type Editor struct {
	Name   string
	Office string
	Token  [32]byte // SHA-256 of the person's token
}

// RuleQuery chooses rules of sources; empty fields choose all.
type RuleQuery struct {
	Source  string
	Office  string
	After   int64 // id: only later ones
	Revoked bool  // those that were taken back, too
	Limit   int   // 0: as many as there may be
}

// CorrectionQuery chooses corrections; empty fields choose all.
type CorrectionQuery struct {
	Story   string
	Office  string
	Since   time.Time // said or taken back then or later
	After   int64     // id: only later ones
	Revoked bool      // those that were taken back, too
	Limit   int       // 0: as many as there may be
}

// Publisher makes the documents behind the feeds' addresses. *publish.Publisher is
// one; an error that is a *publish.Invalid is the reader's doing, any other is ours.
type Publisher interface {
	// Parse reads an address below /feeds/, with its extension, and its filters.
	Parse(path string, query url.Values) (feeds.Channel, publish.Format, error)
	// Address is the one address of a channel, however it was asked for.
	Address(ch feeds.Channel, f publish.Format) string
	// Months lists the months under which a channel's stories are archived, the oldest
	// first; none of a search.
	Months(ctx context.Context, ch feeds.Channel) ([]feeds.ArchiveMonth, error)
	// ArchiveAddress is the address of the first document of a month's archive.
	ArchiveAddress(ch feeds.Channel, month feeds.Month, f publish.Format) string
	// ServeFeed answers a request for a document, from memory unless stories changed;
	// path is what follows /feeds/. After an error nothing has been written.
	ServeFeed(w http.ResponseWriter, r *http.Request, path string) error
	// LookAgain makes the next request see what has just changed.
	LookAgain()
	// OPML lists the feeds that have stories, each with the filters of query.
	OPML(ctx context.Context, query url.Values) (*publish.Document, error)
}

var (
	_ Publisher            = (*publish.Publisher)(nil)
	_ publish.PageRenderer = (*Handler)(nil)
	_ Hubs                 = (*pipeline.Push)(nil)
	_ Desk                 = (*pipeline.Desk)(nil)
)
