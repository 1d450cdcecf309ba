package store

import (
	"context"
	"encoding/json"
	"fmt"

	"tributary/feeds"
)

// Watched lists what is remembered of our feeds, by channel.
func (db *DB) Watched(ctx context.Context) ([]feeds.Watched, error) {
	var out []feeds.Watched
	err := db.reader().query(ctx, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		var w feeds.Watched
		if err := json.Unmarshal([]byte(text), &w); err != nil {
			return fmt.Errorf("read what is remembered of a feed: %w", err)
		}
		out = append(out, w)
		return nil
	}, `SELECT state FROM watched ORDER BY channel`)
	if err != nil {
		return nil, fmt.Errorf("list watched feeds: %w", err)
	}
	return out, nil
}

// SaveWatched remembers what feeds of ours held, and forgets channels that are gone.
func (db *DB) SaveWatched(ctx context.Context, now []feeds.Watched, gone []string) error {
	err := db.transact(ctx, false, func(r runner) error {
		for i := range now {
			text, err := json.Marshal(now[i])
			if err != nil {
				return err
			}
			if _, err := r.exec(ctx, `INSERT INTO watched (channel, state) VALUES ($1, $2)
				ON CONFLICT (channel) DO UPDATE SET state = excluded.state`, keyColumn(now[i].Channel), clean(string(text))); err != nil {
				return err
			}
		}
		for _, channel := range gone {
			if _, err := r.exec(ctx, `DELETE FROM watched WHERE channel = $1`, keyColumn(channel)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember watched feeds: %w", err)
	}
	return nil
}
