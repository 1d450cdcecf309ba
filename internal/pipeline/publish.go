package pipeline

import (
	"context"
	"fmt"

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
	Export(ctx context.Context, dir string, pages publish.PageRenderer) error
}

// Publish is the story of the static shelf: what is searchable is brought up to date,
// then each channel's stories are selected, written and put on the shelf, where
// unchanged files keep their bytes and times. Requests over HTTP take the same way,
// one channel at a time, through publish.Publisher.
func Publish(ctx context.Context, index Indexer, shelf Shelf, dir string, pages publish.PageRenderer) error {
	if err := Index(ctx, index); err != nil {
		return err
	}
	if err := shelf.Export(ctx, dir, pages); err != nil {
		return fmt.Errorf("publish to %s: %w", dir, err)
	}
	return nil
}
