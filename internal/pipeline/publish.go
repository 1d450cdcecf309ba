package pipeline

import (
	"context"
	"fmt"
	"time"

	"tributary/internal/publish"
)

// Indexer keeps the search index and the archives.
type Indexer interface {
	// IndexPending takes on at most limit stories that have changed since they were
	// indexed, in one transaction, and says how many it was.
	IndexPending(ctx context.Context, limit int) (n int, err error)
	// CloseMonths closes the archives of months that are over.
	CloseMonths(ctx context.Context) error
}

// indexAtOnce keeps transactions short, so that a pull never waits long for one.
const indexAtOnce = 200

// Index brings the search index and the archives up to date. It is work of its own and not part of a
// commit: a story is published before its words can be searched for, and a crash in
// between is caught up by the next call.
func Index(ctx context.Context, index Indexer) error {
	for {
		n, err := index.IndexPending(ctx, indexAtOnce)
		if err != nil {
			return fmt.Errorf("index stories: %w", err)
		}
		if n < indexAtOnce { // nothing is left that belongs under a month that is over
			return index.CloseMonths(ctx)
		}
	}
}

// Shelf writes every channel as files.
type Shelf interface {
	// ExportTo writes to a place and closes it.
	ExportTo(ctx context.Context, place publish.Place, o publish.ShelfOptions) error
	// Revision is the same as long as an export would change nothing.
	Revision(ctx context.Context) (string, error)
}

// Publish is the story of the static shelf: what is searchable is brought up to date,
// then each channel's stories are selected, written and put on the shelf, where
// unchanged files keep their bytes and times. Requests over HTTP take the same way,
// one channel at a time, through publish.Publisher.
func Publish(ctx context.Context, index Indexer, shelf Shelf, open func(ctx context.Context) (publish.Place, error), o publish.ShelfOptions) error {
	if err := Index(ctx, index); err != nil {
		return err
	}
	place, err := open(ctx)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if err := shelf.ExportTo(ctx, place, o); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// reshelveAfter is when a shelf is written anew although no revision says so: names of
// sources and what else stands on pages may have changed, or somebody removed a file.
const reshelveAfter = time.Hour

// KeepShelf publishes at once and then whenever something changed, looking every so
// often, until ctx ends. A publication that fails is told and tried again at the next
// look; the shelf stays as it was.
func KeepShelf(ctx context.Context, index Indexer, shelf func() Shelf, open func(ctx context.Context) (publish.Place, error),
	o func() publish.ShelfOptions, every time.Duration, told func(took time.Duration, err error)) {
	var done string
	var at time.Time
	for tick := time.NewTicker(every); ; {
		to := shelf()
		revision, err := to.Revision(ctx)
		if start := time.Now(); err != nil || revision != done || start.Sub(at) >= reshelveAfter {
			if err == nil {
				// The index moves the version, too: what it will be afterwards is not known
				// yet, and one look too many costs little.
				err = Publish(ctx, index, to, open, o())
			}
			if ctx.Err() != nil {
				tick.Stop()
				return
			}
			if err == nil {
				done, at = revision, start
			}
			told(time.Since(start), err)
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-tick.C:
		}
	}
}
