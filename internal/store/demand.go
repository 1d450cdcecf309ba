package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

const (
	// demandAtMost bounds the documents of which it is remembered how often they are asked for.
	demandAtMost = 500
	// demandHalves is the time in which what was asked before counts half.
	demandHalves = 24 * time.Hour
)

// Remember adds how often documents were asked for, by their keys, to what all processes
// remember. Of all, the 500 in most demand lately stay.
func (db *DB) Remember(ctx context.Context, asked map[string]float64, now time.Time) error {
	err := db.transact(ctx, false, func(r runner) error {
		weights, err := demand(ctx, r, now)
		if err != nil {
			return err
		}
		for key, n := range asked {
			if key = clean(key); len(key) <= keyAtMost { // others could not be told from their hashes
				weights[key] += n
			}
		}
		for i, key := range ranked(weights) {
			if i >= demandAtMost {
				if _, err := r.exec(ctx, `DELETE FROM demand WHERE key = $1`, key); err != nil {
					return err
				}
				continue
			}
			if asked[key] == 0 {
				continue // its row says the same at any time
			}
			_, err := r.exec(ctx, `INSERT INTO demand (key, weight, at_ms) VALUES ($1, $2, $3)
				ON CONFLICT (key) DO UPDATE SET weight = excluded.weight, at_ms = excluded.at_ms`, key, weights[key], millis(now))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember what is asked for: %w", err)
	}
	return nil
}

// Most lists the keys of the documents in most demand, the first of all first.
func (db *DB) Most(ctx context.Context, limit int, now time.Time) ([]string, error) {
	weights, err := demand(ctx, db.reader(), now)
	if err != nil {
		return nil, fmt.Errorf("list what is asked for most: %w", err)
	}
	keys := ranked(weights)
	return keys[:min(limit, len(keys))], nil
}

// demand reads the weights as they are now.
func demand(ctx context.Context, r runner, now time.Time) (map[string]float64, error) {
	weights := map[string]float64{}
	err := r.query(ctx, func(scan func(...any) error) error {
		var key string
		var weight float64
		var at int64
		err := scan(&key, &weight, &at)
		age := max(millis(now)-at, 0)
		weights[key] = weight * math.Exp2(-float64(age)/float64(demandHalves.Milliseconds()))
		return err
	}, `SELECT key, weight, at_ms FROM demand ORDER BY key`)
	return weights, err
}

func ranked(weights map[string]float64) []string {
	return slices.SortedFunc(maps.Keys(weights), func(a, b string) int {
		return cmp.Or(cmp.Compare(weights[b], weights[a]), cmp.Compare(a, b))
	})
}
