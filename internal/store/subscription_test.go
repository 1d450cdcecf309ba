package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/feeds"
	"tributary/internal/store"
)

func subscription(source string, token feeds.Secret) feeds.Subscription {
	return feeds.Subscription{Token: token, SourceID: source, Hub: "https://hub.example/", Topic: "https://" + source + ".example/feed",
		Base: "https://us.example/websub/", Secret: "secret of " + token, State: feeds.SubscriptionWanted, Next: at(0)}
}

func add(t *testing.T, db *store.DB, s feeds.Subscription) bool {
	t.Helper()
	added, err := db.AddSubscription(t.Context(), s, state(t, db, s.SourceID).URL)
	must(t, err)
	return added
}

func exerciseSubscriptions(t *testing.T, p place) {
	o := p.migrated(t)
	db, other := open(t, o), open(t, o)
	must(t, db.SyncSources(t.Context(), sources()))
	if _, err := db.Subscription(t.Context(), "none"); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("an unknown token: %v", err)
	}
	if !add(t, db, subscription("ly", "t1")) || add(t, db, subscription("ly", "t2")) || !add(t, db, subscription("hq", "t3")) {
		t.Error("a source has one subscription")
	}
	if _, err := db.AddSubscription(t.Context(), subscription("nobody", "t9"), ""); err == nil {
		t.Error("a subscription of no source is kept")
	}

	// What is saved comes back whole.
	var want feeds.Subscription
	must(t, db.ChangeSubscription(t.Context(), "t1", func(s *feeds.Subscription) error {
		s.State, s.Requested, s.Verified, s.LeaseEnd, s.Next = feeds.SubscriptionActive, at(1), at(2), at(90), at(60)
		s.Failures, s.Error, s.LastDelivery, s.Deliveries, s.Missed = 3, "bytes \xff\x00 of a hub", at(5), 7, 2
		s.Recent, s.WindowStart, s.WindowCount = []string{"aa", "bb"}, at(4), 9
		want = *s
		return nil
	}))
	want.Error = "bytes \uFFFD\uFFFD of a hub"
	got, err := db.Subscription(t.Context(), "t1")
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}

	// A refused change leaves no trace; an ended subscription goes.
	no := errors.New("no")
	if err := db.ChangeSubscription(t.Context(), "t1", func(s *feeds.Subscription) error { s.Failures = 99; return no }); !errors.Is(err, no) {
		t.Errorf("the error of a change: %v", err)
	}
	// A source that leaves one may have another beside it.
	must(t, db.ChangeSubscription(t.Context(), "t1", func(s *feeds.Subscription) error {
		if s.Failures != 3 {
			t.Errorf("a refused change was saved: %+v", s)
		}
		s.State = feeds.SubscriptionUnsubscribing
		return nil
	}))
	if !add(t, db, subscription("ly", "t4")) {
		t.Error("a source that leaves a hub cannot have another")
	}
	all, err := db.Subscriptions(t.Context())
	must(t, err)
	if len(all) != 3 || all[0].SourceID != "hq" || string(all[1].Token) != "t4" || string(all[2].Token) != "t1" {
		t.Errorf("%d subscriptions: %+v", len(all), all)
	}
	must(t, db.ChangeSubscription(t.Context(), "t1", func(s *feeds.Subscription) error { s.State = feeds.SubscriptionEnded; return nil }))
	if err := db.ChangeSubscription(t.Context(), "t1", func(*feeds.Subscription) error { return nil }); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("an ended subscription: %v", err)
	}

	// Changes of one subscription wait for each other.
	var wg sync.WaitGroup
	for _, each := range []*store.DB{db, other} {
		for range 4 {
			wg.Go(func() {
				for range 5 {
					if err := each.ChangeSubscription(t.Context(), "t3", func(s *feeds.Subscription) error { s.Deliveries++; return nil }); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	wg.Wait()
	if got, err := db.Subscription(t.Context(), "t3"); err != nil || got.Deliveries != 40 {
		t.Errorf("of 40 changes %d were kept: %v", got.Deliveries, err)
	}
	sound(t, db)
}

func exerciseDeliveries(t *testing.T, p place) {
	db := sample(t, p)
	add(t, db, subscription("ly", "t1"))
	must(t, db.SavePollings(t.Context(), []feeds.Polling{{SourceID: "ly", LastRun: at(-2), NextRun: at(600)}, {SourceID: "hq", LastRun: at(-2), NextRun: at(600), Failures: 3}}))
	queued := 0
	receive := func(body string, keep bool) {
		t.Helper()
		must(t, db.Receive(t.Context(), "t1", store.Delivery{ContentType: "application/atom+xml", Self: "self", Body: []byte(body), Received: at(0)}, 5*time.Minute,
			func(s *feeds.Subscription) (bool, error) { s.Deliveries++; return keep, nil },
			func(_ context.Context, tx *sql.Tx) error {
				if tx == nil {
					t.Error("no transaction")
				}
				queued++
				return nil
			}))
	}
	next := func() time.Time {
		t.Helper()
		all, err := db.Sources(t.Context())
		must(t, err)
		for _, s := range all {
			if s.ID == "ly" {
				return s.Polling.NextRun
			}
		}
		return time.Time{}
	}
	for i := range 8 {
		receive(fmt.Sprintf("body %d \x00\xff", i), true)
	}
	if queued != 8 || !next().Equal(at(600)) {
		t.Errorf("%d jobs, next run %s", queued, next())
	}
	// The ninth, and one that is not to be kept, pull the source, not sooner than its
	// least interval after the last run.
	receive("one too many", true)
	if queued != 8 || !next().Equal(at(3)) {
		t.Errorf("%d jobs, next run %s, want %s", queued, next(), at(3))
	}
	receive("only a reason", false)
	must(t, db.PullSoon(t.Context(), "hq", at(0), 0)) // fails: it is left alone
	if due, err := db.Due(t.Context(), nil, at(500), 9); err != nil || len(due) == 0 {
		t.Errorf("due: %v %v", due, err)
	} else {
		for _, s := range due {
			if s.ID == "hq" {
				t.Error("a failing source is pulled because a hub says so")
			}
		}
	}
	if ids, err := db.DeliverySources(t.Context()); err != nil || fmt.Sprint(ids) != "[ly]" {
		t.Errorf("%v %v", ids, err)
	}
	for i := range 8 {
		d, err := db.NextDelivery(t.Context(), "ly")
		must(t, err)
		if !bytes.Equal(d.Body, fmt.Appendf(nil, "body %d \x00\xff", i)) || d.Topic != "https://ly.example/feed" || d.Self != "self" || d.ContentType != "application/atom+xml" || !d.Received.Equal(at(0)) {
			t.Errorf("%+v", d)
		}
		must(t, db.DropDelivery(t.Context(), d.ID))
	}
	if _, err := db.NextDelivery(t.Context(), "ly"); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("after the last: %v", err)
	}
	if s, err := db.Subscription(t.Context(), "t1"); err != nil || s.Deliveries != 10 {
		t.Errorf("%+v %v", s, err)
	}
	// Without its job nothing is kept.
	no := errors.New("no")
	err := db.Receive(t.Context(), "t1", store.Delivery{Body: []byte("x")}, 0, func(s *feeds.Subscription) (bool, error) { s.Deliveries++; return true, nil },
		func(context.Context, *sql.Tx) error { return no })
	s, _ := db.Subscription(t.Context(), "t1")
	if _, left := db.NextDelivery(t.Context(), "ly"); !errors.Is(err, no) || !errors.Is(left, feeds.ErrNotFound) || s.Deliveries != 10 {
		t.Errorf("%v, %v, %d", err, left, s.Deliveries)
	}
}

// A delivery leaves polling as it is, but for one that changes what is kept: then the
// next poll has to read the document again.
func exerciseDelivered(t *testing.T, p place) {
	db := sample(t, p)
	first := told("ly", 1, "a", 0, "First")
	first.Polling = feeds.Polling{SourceID: "ly", ETag: `"e"`, BodyHash: "hash", NextRun: at(60), LastRun: at(0), Outcome: feeds.OutcomeFetched}
	apply(t, db, first)
	more := told("ly", 2, "b", 1, "Second")
	more.Delivered = true
	apply(t, db, more)
	polling := func() feeds.Polling {
		t.Helper()
		all, err := db.Sources(t.Context())
		must(t, err)
		for _, s := range all {
			if s.ID == "ly" {
				return s.Polling
			}
		}
		return feeds.Polling{}
	}
	want := first.Polling
	if d := cmp.Diff(want, polling()); d != "" {
		t.Errorf("after a new entry: %s", d)
	}
	apply(t, db, store.Change{Now: at(2), Polling: feeds.Polling{SourceID: "ly"}, Revised: []store.NewEntry{version(1, "a", 0, "First, corrected")}, Delivered: true})
	want.BodyHash = ""
	if d := cmp.Diff(want, polling()); d != "" {
		t.Errorf("after a revision: %s", d)
	}
	sound(t, db)
}
