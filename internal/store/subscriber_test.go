package store_test

import (
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

var roomy = feeds.SubscriberBounds{All: 100, PerHost: 100, PerTopic: 100, Topics: 100}

func request(topic, callback string) feeds.SubscriberRequest {
	return feeds.SubscriberRequest{Mode: feeds.AskSubscribe, Topic: topic, AskTopic: "https://us.example/feeds/" + topic,
		Callback: feeds.Secret("https://reader.example/" + callback), Host: "reader.example", Secret: "s", Lease: time.Hour, Challenge: "c", At: at(0)}
}

// ask asks and returns the id of the row if a job was queued, 0 for none.
func ask(t *testing.T, db *store.DB, q feeds.SubscriberRequest, b feeds.SubscriberBounds) (id int64, over feeds.SubscriberBound) {
	t.Helper()
	queued := false
	over, err := db.AskSubscriber(t.Context(), q, b, func(_ context.Context, tx *sql.Tx, host string) error {
		if tx == nil || host != q.Host {
			t.Errorf("transaction %v, host %s", tx, host)
		}
		queued = true
		return nil
	})
	must(t, err)
	page, err := db.Subscribers(t.Context(), 0, 100)
	must(t, err)
	for _, s := range page {
		if queued && s.Topic == q.Topic && s.Callback == q.Callback {
			id = s.ID
		}
	}
	return id, over
}

func exerciseSubscribers(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	if _, err := db.Subscriber(t.Context(), 1); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("an unknown id: %v", err)
	}
	one, _ := ask(t, db, request("all.atom", "1"), roomy)
	again, _ := ask(t, db, request("all.atom", "1"), roomy)
	other, _ := ask(t, db, request("all.rss", "1"), roomy)
	if one == 0 || again != one || other == one || other == 0 {
		t.Errorf("rows %d, %d, %d", one, again, other)
	}
	leave := request("all.json", "1")
	leave.Mode = feeds.AskUnsubscribe
	if id, over := ask(t, db, leave, roomy); id != 0 || over != "" {
		t.Errorf("leaving what was never subscribed to: %d %q", id, over)
	}

	// What is saved comes back whole.
	var want feeds.Subscriber
	must(t, db.ChangeSubscriber(t.Context(), one, func(s *feeds.Subscriber) error {
		if s.State != feeds.SubscriberPending || s.Ask != feeds.AskSubscribe || s.AskLease != time.Hour || string(s.AskSecret) != "s" || !s.AskNext.Equal(at(0)) {
			t.Errorf("%+v", s)
		}
		s.State, s.Secret, s.Verified, s.LeaseEnd = feeds.SubscriberActive, "other", at(1), at(90)
		s.Ask, s.AskTopic, s.AskSecret, s.AskLease, s.Asked, s.Challenge, s.Attempts, s.AskNext = feeds.AskUnsubscribe, "t", "u", time.Minute, at(2), "d", 3, at(4)
		s.Want, s.Sent, s.Due, s.Failures, s.Failing, s.Last, s.LastStatus, s.LastError, s.Deliveries = `"w"`, `"s"`, at(5), 6, at(7), at(8), 500, "bytes \x00", 9
		want = *s
		return nil
	}))
	want.LastError = "bytes \uFFFD"
	got, err := db.Subscriber(t.Context(), one)
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// A request for what stands changes nothing of it.
	renewal := request("all.atom", "1")
	renewal.Secret, renewal.Challenge = "evil", "e"
	ask(t, db, renewal, roomy)
	got, err = db.Subscriber(t.Context(), one)
	must(t, err)
	if string(got.Secret) != "other" || got.State != feeds.SubscriberActive || !got.LeaseEnd.Equal(at(90)) || string(got.AskSecret) != "evil" || got.Attempts != 0 {
		t.Errorf("%+v", got)
	}
	no := errors.New("no")
	if err := db.ChangeSubscriber(t.Context(), one, func(s *feeds.Subscriber) error { s.Failures = 99; return no }); !errors.Is(err, no) {
		t.Errorf("the error of a change: %v", err)
	}
	if page, err := db.Subscribers(t.Context(), 0, 10); err != nil || len(page) != 2 || page[0].Failures != 6 {
		t.Errorf("%+v %v", page, err)
	}
	must(t, db.ChangeSubscriber(t.Context(), other, func(s *feeds.Subscriber) error { s.State = feeds.SubscriberEnded; return nil }))
	if err := db.ChangeSubscriber(t.Context(), other, func(*feeds.Subscriber) error { return nil }); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("an ended one: %v", err)
	}
	// Without its job nothing is noted.
	if _, err := db.AskSubscriber(t.Context(), request("all.atom", "2"), roomy, func(context.Context, *sql.Tx, string) error { return no }); !errors.Is(err, no) {
		t.Error(err)
	}
	if page, err := db.Subscribers(t.Context(), 0, 10); err != nil || len(page) != 1 {
		t.Errorf("%d %v", len(page), err)
	}
}

func exerciseSubscriberBounds(t *testing.T, p place) {
	o := p.migrated(t)
	dbs := []*store.DB{open(t, o), open(t, o)}
	bounds := feeds.SubscriberBounds{All: 12, PerHost: 9, PerTopic: 8, Topics: 2}
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			if _, err := dbs[i%2].AskSubscriber(t.Context(), request("all.atom", fmt.Sprint(i)), bounds, func(context.Context, *sql.Tx, string) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	db := dbs[0]
	if page, err := db.Subscribers(t.Context(), 0, 100); err != nil || len(page) != 8 {
		t.Errorf("%d subscriptions of one topic, want 8: %v", len(page), err)
	}
	over := func(topic, callback, host string) feeds.SubscriberBound {
		q := request(topic, callback)
		q.Host = host
		_, over := ask(t, db, q, bounds)
		return over
	}
	for _, c := range []struct {
		topic, callback, host string
		want                  feeds.SubscriberBound
	}{
		{"all.atom", "x", "other.example", feeds.BoundPerTopic},
		{"all.rss", "x", "reader.example", feeds.BoundNone},
		{"all.rss", "y", "reader.example", feeds.BoundPerHost},
		{"all.json", "z", "other.example", feeds.BoundTopics},
		{"all.rss", "1", "other.example", feeds.BoundNone},
		{"all.rss", "2", "other.example", feeds.BoundNone},
		{"all.rss", "3", "other.example", feeds.BoundNone},
		{"all.rss", "4", "other.example", feeds.BoundAll},
	} {
		if got := over(c.topic, c.callback, c.host); got != c.want {
			t.Errorf("%s for %s of %s: %q, want %q", c.topic, c.callback, c.host, got, c.want)
		}
	}
}

func exerciseSubscriberTimes(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	activate := func(id int64, end time.Time) {
		t.Helper()
		must(t, db.ChangeSubscriber(t.Context(), id, func(s *feeds.Subscriber) error {
			s.State, s.Ask, s.AskNext, s.LeaseEnd, s.Want, s.Sent = feeds.SubscriberActive, "", time.Time{}, end, `"a"`, `"a"`
			return nil
		}))
	}
	one, _ := ask(t, db, request("all.atom", "1"), roomy)
	two, _ := ask(t, db, request("all.atom", "2"), roomy)
	three, _ := ask(t, db, request("all.rss", "3"), roomy)
	if ids, err := db.AskingSubscribers(t.Context(), "reader.example", at(0), 9); err != nil || len(ids) != 3 {
		t.Errorf("to be asked: %v %v", ids, err)
	}
	if hosts, err := db.AskingHosts(t.Context(), at(0)); err != nil || fmt.Sprint(hosts) != "[reader.example]" {
		t.Errorf("%v %v", hosts, err)
	}
	activate(one, at(60))
	activate(three, at(10))
	if topics, err := db.SubscribedTopics(t.Context(), at(1)); err != nil || fmt.Sprint(topics) != "[all.atom all.rss]" {
		t.Errorf("%v %v", topics, err)
	}
	// Those who have the document, and those nobody has verified, get nothing.
	for _, c := range []struct {
		etag string
		due  int
	}{{`"a"`, 0}, {`"b"`, 1}, {`"c"`, 0}} {
		if n, err := db.WantTopic(t.Context(), "all.atom", c.etag, at(2)); err != nil || n != c.due {
			t.Errorf("%s: %d due, %v", c.etag, n, err)
		}
	}
	if s, err := db.Subscriber(t.Context(), one); err != nil || s.Want != `"c"` || s.Sent != `"a"` || !s.Due.Equal(at(2)) {
		t.Errorf("%+v %v", s, err)
	}
	if hosts, err := db.DueHosts(t.Context(), at(1)); err != nil || len(hosts) != 0 {
		t.Errorf("%v %v", hosts, err)
	}
	if hosts, err := db.DueHosts(t.Context(), at(2)); err != nil || fmt.Sprint(hosts) != "[reader.example]" {
		t.Errorf("%v %v", hosts, err)
	}
	if ids, err := db.DueSubscribers(t.Context(), "reader.example", at(2), 9); err != nil || len(ids) != 1 || ids[0] != one {
		t.Errorf("%v %v", ids, err)
	}
	if n, err := db.ExpireSubscribers(t.Context(), at(9)); n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.ExpireSubscribers(t.Context(), at(10)); n != 1 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.EndTopic(t.Context(), "all.atom", at(11)); n != 2 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.EndSubscriber(t.Context(), two, at(12)); n != 0 || err != nil {
		t.Error("ended twice", n, err)
	}
	if s, err := db.Subscriber(t.Context(), one); err != nil || s.State != feeds.SubscriberDenied || s.Ask != feeds.AskDenied || !s.Due.IsZero() || !s.AskNext.Equal(at(11)) {
		t.Errorf("%+v %v", s, err)
	}
	if n, err := db.EndSubscribers(t.Context(), "reader.example", at(12)); n != 0 || err != nil {
		t.Error(n, err)
	}
	if id, over := ask(t, db, request("all.atom", "1"), roomy); id != 0 || over != "" {
		t.Errorf("one that is being ended comes back: %d %q", id, over)
	}
	if counts, err := db.CountSubscribers(t.Context()); err != nil || counts["denied"] != 2 || len(counts) != 1 {
		t.Errorf("%v %v", counts, err)
	}
}

func exercisePings(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	want := func(minute, due int, etags map[string]string) {
		t.Helper()
		if n, err := db.WantPings(t.Context(), etags, at(minute)); err != nil || n != due {
			t.Errorf("%d became due, want %d: %v", n, due, err)
		}
	}
	due := func(minute int, list string) []store.Ping {
		t.Helper()
		pings, err := db.DuePings(t.Context(), at(minute), 9)
		must(t, err)
		topics := []string{}
		for _, p := range pings {
			topics = append(topics, p.Topic)
		}
		if fmt.Sprint(topics) != list {
			t.Errorf("due are %v, want %s", topics, list)
		}
		return pings
	}
	want(0, 0, map[string]string{"all.atom": "a", "all.rss": "a"}) // met for the first time
	due(99, "[]")
	want(1, 1, map[string]string{"all.atom": "b", "all.rss": "a"})
	want(2, 2, map[string]string{"all.atom": "c", "all.rss": "b"})
	want(3, 0, map[string]string{"all.atom": "c", "all.rss": "b"})
	due(0, "[]")
	pings := due(2, "[all.atom all.rss]")
	// One is told, the other fails; one changes while the hub is being told.
	want(3, 1, map[string]string{"all.atom": "d", "all.rss": "b"})
	pings[0].Told = true
	must(t, db.SavePing(t.Context(), pings[0]))
	pings[1].Failures, pings[1].Due = 1, at(10)
	must(t, db.SavePing(t.Context(), pings[1]))
	again := due(9, "[all.atom]")
	again[0].Told = true
	must(t, db.SavePing(t.Context(), again[0]))
	if last := due(10, "[all.rss]"); last[0].Failures != 1 || last[0].Want != "b" {
		t.Errorf("%+v", last)
	}
}
