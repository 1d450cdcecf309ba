package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
)

func exerciseWatched(t *testing.T, p place) {
	db := opened(t, p.migrated(t))
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	look := func(want ...feeds.Watched) {
		t.Helper()
		got, err := db.Watched(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	look()
	all := feeds.Watched{Channel: "all", Checked: at, Entries: 2, IDs: []string{"a", "b"}}
	libya := feeds.Watched{Channel: "country/ly", Checked: at, IDs: []string{},
		Alarms: []feeds.Alarm{{Kind: feeds.AlarmEmpty, Since: at, Detail: "It holds nothing."}}}
	if err := db.SaveWatched(t.Context(), []feeds.Watched{libya, all}, nil); err != nil {
		t.Fatal(err)
	}
	look(all, libya)
	all.Entries = 3
	if err := db.SaveWatched(t.Context(), []feeds.Watched{all}, []string{"country/ly", "country/xx"}); err != nil {
		t.Fatal(err)
	}
	look(all)
}
