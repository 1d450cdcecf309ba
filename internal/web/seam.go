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
	// ServeFeed answers a request for a document, from memory unless stories changed;
	// path is what follows /feeds/. After an error nothing has been written.
	ServeFeed(w http.ResponseWriter, r *http.Request, path string) error
	// OPML lists the feeds that have stories, each with the filters of query.
	OPML(ctx context.Context, query url.Values) (*publish.Document, error)
}

var (
	_ Publisher            = (*publish.Publisher)(nil)
	_ publish.PageRenderer = (*Handler)(nil)
	_ Hubs                 = (*pipeline.Push)(nil)
)
