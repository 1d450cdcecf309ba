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

var roomyHub = feeds.HubBounds{All: 100, PerHost: 100, PerTopic: 100, Topics: 100}

func hubRequest(topic, callback string) feeds.HubRequest {
	return feeds.HubRequest{Mode: feeds.AskSubscribe, Topic: topic, AskTopic: "https://us.example/feeds/" + topic,
		Callback: feeds.Secret("https://reader.example/" + callback), Host: "reader.example", Secret: "s", Lease: time.Hour, Challenge: "c", At: at(0)}
}

// askHub asks and returns the id of the row if a job was queued, 0 for none.
func askHub(t *testing.T, db *store.DB, q feeds.HubRequest, b feeds.HubBounds) (id int64, over feeds.HubBound) {
	t.Helper()
	queued := false
	over, err := db.AskHub(t.Context(), q, b, func(_ context.Context, tx *sql.Tx, host string) error {
		if tx == nil || host != q.Host {
			t.Errorf("transaction %v, host %s", tx, host)
		}
		queued = true
		return nil
	})
	must(t, err)
	page, err := db.HubSubscribers(t.Context(), 0, 100)
	must(t, err)
	for _, s := range page {
		if queued && s.Topic == q.Topic && s.Callback == q.Callback {
			id = s.ID
		}
	}
	return id, over
}

func exerciseHubSubscribers(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	if _, err := db.HubSubscriber(t.Context(), 1); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("an unknown id: %v", err)
	}
	one, _ := askHub(t, db, hubRequest("all.atom", "1"), roomyHub)
	again, _ := askHub(t, db, hubRequest("all.atom", "1"), roomyHub)
	other, _ := askHub(t, db, hubRequest("all.rss", "1"), roomyHub)
	if one == 0 || again != one || other == one || other == 0 {
		t.Errorf("rows %d, %d, %d", one, again, other)
	}
	leave := hubRequest("all.json", "1")
	leave.Mode = feeds.AskUnsubscribe
	if id, over := askHub(t, db, leave, roomyHub); id != 0 || over != "" {
		t.Errorf("leaving what was never subscribed to: %d %q", id, over)
	}

	// What is saved comes back whole.
	var want feeds.HubSubscriber
	must(t, db.ChangeHubSubscriber(t.Context(), one, func(s *feeds.HubSubscriber) error {
		if s.State != feeds.HubSubscriberPending || s.Ask != feeds.AskSubscribe || s.AskLease != time.Hour || string(s.AskSecret) != "s" || !s.AskNext.Equal(at(0)) {
			t.Errorf("%+v", s)
		}
		s.State, s.Secret, s.Verified, s.LeaseEnd = feeds.HubSubscriberActive, "other", at(1), at(90)
		s.Ask, s.AskTopic, s.AskSecret, s.AskLease, s.Asked, s.Challenge, s.Attempts, s.AskNext = feeds.AskUnsubscribe, "t", "u", time.Minute, at(2), "d", 3, at(4)
		s.Want, s.Sent, s.Due, s.Failures, s.Failing, s.Last, s.LastStatus, s.LastError, s.Deliveries = `"w"`, `"s"`, at(5), 6, at(7), at(8), 500, "bytes \x00", 9
		want = *s
		return nil
	}))
	want.LastError = "bytes \uFFFD"
	got, err := db.HubSubscriber(t.Context(), one)
	must(t, err)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	// A request for what stands changes nothing of it.
	renewal := hubRequest("all.atom", "1")
	renewal.Secret, renewal.Challenge = "evil", "e"
	askHub(t, db, renewal, roomyHub)
	got, err = db.HubSubscriber(t.Context(), one)
	must(t, err)
	if string(got.Secret) != "other" || got.State != feeds.HubSubscriberActive || !got.LeaseEnd.Equal(at(90)) || string(got.AskSecret) != "evil" || got.Attempts != 0 {
		t.Errorf("%+v", got)
	}
	no := errors.New("no")
	if err := db.ChangeHubSubscriber(t.Context(), one, func(s *feeds.HubSubscriber) error { s.Failures = 99; return no }); !errors.Is(err, no) {
		t.Errorf("the error of a change: %v", err)
	}
	if page, err := db.HubSubscribers(t.Context(), 0, 10); err != nil || len(page) != 2 || page[0].Failures != 6 {
		t.Errorf("%+v %v", page, err)
	}
	must(t, db.ChangeHubSubscriber(t.Context(), other, func(s *feeds.HubSubscriber) error { s.State = feeds.HubSubscriberEnded; return nil }))
	if err := db.ChangeHubSubscriber(t.Context(), other, func(*feeds.HubSubscriber) error { return nil }); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("an ended one: %v", err)
	}
	// Without its job nothing is noted.
	if _, err := db.AskHub(t.Context(), hubRequest("all.atom", "2"), roomyHub, func(context.Context, *sql.Tx, string) error { return no }); !errors.Is(err, no) {
		t.Error(err)
	}
	if page, err := db.HubSubscribers(t.Context(), 0, 10); err != nil || len(page) != 1 {
		t.Errorf("%d %v", len(page), err)
	}
}

func exerciseHubBounds(t *testing.T, p place) {
	o := p.migrated(t)
	dbs := []*store.DB{open(t, o), open(t, o)}
	bounds := feeds.HubBounds{All: 12, PerHost: 9, PerTopic: 8, Topics: 2}
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			if _, err := dbs[i%2].AskHub(t.Context(), hubRequest("all.atom", fmt.Sprint(i)), bounds, func(context.Context, *sql.Tx, string) error { return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	db := dbs[0]
	if page, err := db.HubSubscribers(t.Context(), 0, 100); err != nil || len(page) != 8 {
		t.Errorf("%d subscriptions of one topic, want 8: %v", len(page), err)
	}
	over := func(topic, callback, host string) feeds.HubBound {
		q := hubRequest(topic, callback)
		q.Host = host
		_, over := askHub(t, db, q, bounds)
		return over
	}
	for _, c := range []struct {
		topic, callback, host string
		want                  feeds.HubBound
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

func exerciseHubTimes(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	activate := func(id int64, end time.Time) {
		t.Helper()
		must(t, db.ChangeHubSubscriber(t.Context(), id, func(s *feeds.HubSubscriber) error {
			s.State, s.Ask, s.AskNext, s.LeaseEnd, s.Want, s.Sent = feeds.HubSubscriberActive, "", time.Time{}, end, `"a"`, `"a"`
			return nil
		}))
	}
	one, _ := askHub(t, db, hubRequest("all.atom", "1"), roomyHub)
	two, _ := askHub(t, db, hubRequest("all.atom", "2"), roomyHub)
	three, _ := askHub(t, db, hubRequest("all.rss", "3"), roomyHub)
	if ids, err := db.AskingHubSubscribers(t.Context(), "reader.example", at(0), 9); err != nil || len(ids) != 3 {
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
	if s, err := db.HubSubscriber(t.Context(), one); err != nil || s.Want != `"c"` || s.Sent != `"a"` || !s.Due.Equal(at(2)) {
		t.Errorf("%+v %v", s, err)
	}
	if hosts, err := db.DueHosts(t.Context(), at(1)); err != nil || len(hosts) != 0 {
		t.Errorf("%v %v", hosts, err)
	}
	if hosts, err := db.DueHosts(t.Context(), at(2)); err != nil || fmt.Sprint(hosts) != "[reader.example]" {
		t.Errorf("%v %v", hosts, err)
	}
	if ids, err := db.DueHubSubscribers(t.Context(), "reader.example", at(2), 9); err != nil || len(ids) != 1 || ids[0] != one {
		t.Errorf("%v %v", ids, err)
	}
	if n, err := db.ExpireHubSubscribers(t.Context(), at(9)); n != 0 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.ExpireHubSubscribers(t.Context(), at(10)); n != 1 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.EndTopic(t.Context(), "all.atom", at(11)); n != 2 || err != nil {
		t.Error(n, err)
	}
	if n, err := db.EndHubSubscriber(t.Context(), two, at(12)); n != 0 || err != nil {
		t.Error("ended twice", n, err)
	}
	if s, err := db.HubSubscriber(t.Context(), one); err != nil || s.State != feeds.HubSubscriberDenied || s.Ask != feeds.AskDenied || !s.Due.IsZero() || !s.AskNext.Equal(at(11)) {
		t.Errorf("%+v %v", s, err)
	}
	if n, err := db.EndHubSubscribers(t.Context(), "reader.example", at(12)); n != 0 || err != nil {
		t.Error(n, err)
	}
	if id, over := askHub(t, db, hubRequest("all.atom", "1"), roomyHub); id != 0 || over != "" {
		t.Errorf("one that is being ended comes back: %d %q", id, over)
	}
	if counts, err := db.CountHubSubscribers(t.Context()); err != nil || counts["denied"] != 2 || len(counts) != 1 {
		t.Errorf("%v %v", counts, err)
	}
}

func exerciseHubPings(t *testing.T, p place) {
	db := open(t, p.migrated(t))
	want := func(minute, due int, etags map[string]string) {
		t.Helper()
		if n, err := db.WantHubPings(t.Context(), etags, at(minute)); err != nil || n != due {
			t.Errorf("%d became due, want %d: %v", n, due, err)
		}
	}
	due := func(minute int, list string) []store.HubPing {
		t.Helper()
		pings, err := db.DueHubPings(t.Context(), at(minute), 9)
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
	must(t, db.SaveHubPing(t.Context(), pings[0]))
	pings[1].Failures, pings[1].Due = 1, at(10)
	must(t, db.SaveHubPing(t.Context(), pings[1]))
	again := due(9, "[all.atom]")
	again[0].Told = true
	must(t, db.SaveHubPing(t.Context(), again[0]))
	if last := due(10, "[all.rss]"); last[0].Failures != 1 || last[0].Want != "b" {
		t.Errorf("%+v", last)
	}
}
