package hub_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/hub"
)

// However many ask, there are bounds, and one host is called by one at a time.
func TestFlood(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.bounds = feeds.HubBounds{All: 20, PerHost: 20, PerTopic: 12, Topics: 5}
		var wg sync.WaitGroup
		var mu sync.Mutex
		full := 0
		for i := range 60 {
			wg.Go(func() {
				topic := []string{"all.atom", "all.rss"}[i%2]
				err := s.hub.Take(t.Context(), s.form("subscribe", topic, fmt.Sprint("/", i)))
				var refusal *hub.Refusal
				mu.Lock()
				defer mu.Unlock()
				switch {
				case errors.As(err, &refusal) && refusal.Status == http.StatusTooManyRequests && strings.Contains(refusal.Text, "Poll the feed"):
					full++
				case err != nil:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		want(t, "full", full, 40)
		want(t, "subscriptions", len(s.all()), 20)
		s.verify()
		// The same request a hundred times is one question.
		for range 100 {
			if err := s.hub.Take(t.Context(), s.form("subscribe", s.all()[0].Topic, strings.TrimPrefix(secret(s.all()[0].Callback), s.subs.URL))); err != nil {
				t.Fatal(err)
			}
		}
		asked := len(s.subs.asked())
		s.verify()
		want(t, "asked", len(s.subs.asked()), asked+1)
		s.publish("all.atom", "two")
		s.publish("all.rss", "two")
		s.run()
		if most := s.subs.most.Load(); most != 1 {
			t.Errorf("%d calls at once", most)
		}
	})
}

func secret(s feeds.Secret) string { return string(s) }

// A host that is not there costs a few calls, however many callbacks somebody names on it.
func TestADeadHostIsCalledSeldom(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		for i := range 30 {
			if err := s.hub.Take(t.Context(), s.form("subscribe", "all.atom", fmt.Sprint("/", i))); err != nil {
				t.Fatal(err)
			}
		}
		s.verify()
		s.run()
		s.publish("all.atom", "two")
		calls := 0
		s.hub = s.newHub(func(o *hub.Options) { o.Client = deaf{o.Client, &calls} })
		_, r := s.run()
		if calls != 2 || r.Counts[hub.OutcomeFailed] != 30 || r.Error != "no answer" {
			t.Errorf("called %d times: %+v", calls, r)
		}
		for _, sub := range s.all() {
			if sub.Failures != 1 || !sub.Due.Equal(s.now().Add(time.Minute)) {
				t.Errorf("%+v", sub)
			}
		}
		for i := range 30 {
			if err := s.hub.Take(t.Context(), s.form("subscribe", "all.rss", fmt.Sprint("/", i))); err != nil {
				t.Fatal(err)
			}
		}
		calls = 0
		for range 4 {
			s.verify()
			s.pass(30 * time.Second)
		}
		want(t, "calls", calls, 6)
		want(t, "left", len(s.all()), 30)
	})
}

// deaf is a network on which nobody answers.
type deaf struct {
	hub.Client
	calls *int
}

func (d deaf) Send(context.Context, string, string, http.Header, []byte) (hub.Answer, error) {
	*d.calls++
	return hub.Answer{}, errors.New("no answer")
}

// Looking at what is subscribed to takes a share of the time, not all of it.
func TestLooksRest(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "all.atom", "/a"))
		s.run()
		s.slow = 2 * time.Second
		s.publish("all.atom", "two")
		s.run()
		s.publish("all.atom", "three")
		s.pass(3 * time.Second) // and two for the delivery
		due, _ := s.run()
		want(t, "looked at, too soon", due.Topics, 0)
		s.pass(2 * time.Second)
		due, _ = s.run()
		want(t, "looked at", due.Topics, 1)
		want(t, "deliveries", s.subs.got("/a"), []string{"two", "three"})
	})
}
