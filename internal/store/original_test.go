package store_test

import (
	"errors"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// exerciseOriginals: an original is kept with its version until its time is over, its
// entry is withdrawn or the setting says less.
func exerciseOriginals(t *testing.T, p place) {
	db := sample(t, p)
	original := func(n int64, number int, want string) {
		t.Helper()
		e, err := db.Original(t.Context(), n, number)
		if want == "" && !errors.Is(err, feeds.ErrNotFound) || want != "" && (err != nil || e.Title != want) {
			t.Errorf("original %d of %d: %q, %v; want %q", number, n, e.Title, err, want)
		}
	}
	purge := func(minutes int, keep time.Duration, want int) {
		t.Helper()
		if n, err := db.PurgeOriginals(t.Context(), at(minutes), keep); err != nil || n != want {
			t.Errorf("purged %d, %v; want %d", n, err, want)
		}
	}
	c := told("ly", 901, "01original00000000000000000", 1, "cut")
	c.New[0].Original = &feeds.Entry{ID: "a", Title: "whole"}
	c.KeepOriginals = time.Hour
	apply(t, db, c)
	original(901, 1, "whole")
	original(901, 2, "")

	revised := store.Change{Now: at(10), Polling: feeds.Polling{SourceID: "ly"}, KeepOriginals: time.Hour, Revised: []store.NewEntry{version(901, "", 10, "cut again")}}
	revised.Revised[0].Original = &feeds.Entry{ID: "a", Title: "whole again"}
	apply(t, db, revised)
	original(901, 2, "whole again")
	purge(60, time.Hour, 0)
	purge(61, time.Hour, 1) // its hour is over
	original(901, 1, "")
	purge(15, time.Minute, 1) // less than what was promised
	original(901, 2, "")

	never := told("ly", 902, "01original10000000000000000", 20, "other")
	never.New[0].Original = &feeds.Entry{Title: "whole"}
	apply(t, db, never) // KeepOriginals is 0
	original(902, 1, "")

	gone := told("ly", 903, "01original20000000000000000", 30, "third")
	gone.New[0].Original, gone.KeepOriginals = &feeds.Entry{Title: "whole"}, time.Hour
	apply(t, db, gone)
	original(903, 1, "whole")
	apply(t, db, store.Change{Now: at(31), Polling: feeds.Polling{SourceID: "ly"}, Withdrawn: []int64{903}})
	original(903, 1, "")
	sound(t, db)
}
