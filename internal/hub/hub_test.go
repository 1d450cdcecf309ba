package hub_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/hub"
	"tributary/internal/hubtest"
)

// A subscription from the request to its end: verified, delivered to, renewed with
// another secret, left.
func TestLifeOfASubscription(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "ALL.atom", "/a?own=1&x=%20", "hub.secret", "first", "hub.lease_seconds", "7200", "hub.unknown", "x", "colour", "red"))
		want(t, "job", s.queued, []string{s.host()})
		q := s.subs.asked()[0]
		if q.Get("own") != "1" || q.Get("x") != " " || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != base+"ALL.atom" ||
			q.Get("hub.lease_seconds") != "7200" || len(q.Get("hub.challenge")) < 26 {
			t.Errorf("the question is %v", q)
		}
		sub := s.all()[0]
		if sub.State != feeds.HubSubscriberActive || !sub.LeaseEnd.Equal(s.now().Add(2*time.Hour)) || sub.Host != s.host() || sub.Topic != "all.atom" {
			t.Errorf("%+v", sub)
		}
		// It has read the feed: nothing comes until that changes.
		s.run()
		want(t, "before a change", s.subs.got("/a"), []string{})

		s.publish("all.atom", "two")
		s.run()
		s.run()
		want(t, "deliveries", s.subs.got("/a"), []string{"two"})
		h := s.subs.headers["/a"]
		if h.Get("Content-Type") != "application/atom+xml; charset=utf-8" || h.Get("Link") != `<`+ourHub+`>; rel="hub", <`+base+`all.atom>; rel="self"` ||
			h.Get("X-Hub-Signature") != hubtest.Sign("sha256", "first", "two") || h.Get("Cookie") != "" {
			t.Errorf("header %v", h)
		}

		s.pass(time.Hour)
		s.take(s.form("subscribe", "all.atom", "/a?own=1&x=%20", "hub.secret", "second", "hub.lease_seconds", "999999999"))
		if all := s.all(); len(all) != 1 || !all[0].LeaseEnd.Equal(s.now().Add(48*time.Hour)) || all[0].Deliveries != 1 {
			t.Errorf("renewed: %+v", all)
		}
		s.publish("all.atom", "three")
		s.run()
		want(t, "signature", s.subs.headers["/a"].Get("X-Hub-Signature"), hubtest.Sign("sha256", "second", "three"))

		s.take(s.form("unsubscribe", "all.atom", "/a?own=1&x=%20"))
		if q := s.subs.asked(); q[len(q)-1].Get("hub.mode") != "unsubscribe" || q[len(q)-1].Get("hub.lease_seconds") != "" {
			t.Errorf("the question is %v", q[len(q)-1])
		}
		s.publish("all.atom", "four")
		s.run()
		want(t, "deliveries", s.subs.got("/a"), []string{"two", "three"})
		want(t, "subscriptions", len(s.all()), 0)
		// Leaving twice is no error, and nobody is asked.
		n := len(s.subs.asked())
		s.take(s.form("unsubscribe", "all.atom", "/a?own=1&x=%20"))
		want(t, "questions", len(s.subs.asked()), n)
	})
}

// Without a secret deliveries are not signed; every method signs as another
// implementation does.
func TestSignatures(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "all.atom", "/plain"))
		s.take(s.form("subscribe", "all.atom", "/signed", "hub.secret", "päss \x01"))
		for i, method := range []hub.Method{"sha1", "sha256", "sha384", "sha512"} {
			s.hub = s.newHub(func(o *hub.Options) { o.Terms.Method = method })
			text := fmt.Sprint("text ", i)
			s.publish("all.atom", text)
			s.run()
			want(t, "signature", s.subs.headers["/signed"].Get("X-Hub-Signature"), hubtest.Sign(string(method), "päss \x01", text))
			want(t, "no signature", s.subs.headers["/plain"].Values("X-Hub-Signature"), []string{})
		}
	})
}

// Who cannot echo the challenge gets nothing, and changes nothing of what stands.
func TestIntentIsVerified(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		for path, answer := range map[string]func(string) (int, string){
			"/wrong":     func(string) (int, string) { return 200, "something" },
			"/empty":     func(string) (int, string) { return 200, "" },
			"/more":      func(c string) (int, string) { return 200, c + "x" },
			"/notfound":  func(c string) (int, string) { return 404, c },
			"/forbidden": func(c string) (int, string) { return 403, c },
			"/redirect":  func(c string) (int, string) { return 302, c },
		} {
			s.subs.echo[path] = answer
			s.take(s.form("subscribe", "all.atom", path))
			if all := s.all(); len(all) != 0 {
				t.Errorf("%s: %+v", path, all)
			}
		}
		// An active one is not touched by whoever knows its callback.
		s.take(s.form("subscribe", "all.atom", "/a", "hub.secret", "mine"))
		s.subs.echo["/a"] = func(string) (int, string) { return 404, "not me" }
		s.take(s.form("subscribe", "all.atom", "/a", "hub.secret", "theirs", "hub.lease_seconds", "3600"))
		s.take(s.form("unsubscribe", "all.atom", "/a"))
		if all := s.all(); len(all) != 1 || string(all[0].Secret) != "mine" || !all[0].LeaseEnd.Equal(s.now().Add(24*time.Hour)) || all[0].Ask != "" {
			t.Errorf("%+v", all)
		}
		s.publish("all.atom", "two")
		s.run()
		want(t, "delivered", s.subs.got("/a"), []string{"two"})
	})
}

// A callback that is not there yet is asked three times.
func TestSilenceIsAskedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.subs.echo["/busy"] = func(string) (int, string) { return 503, "" }
		s.take(s.form("subscribe", "all.atom", "/busy"))
		s.run()
		want(t, "asked", len(s.subs.asked()), 1)
		for range 5 {
			s.pass(time.Minute)
			s.run()
		}
		want(t, "asked", len(s.subs.asked()), 3)
		want(t, "left", len(s.all()), 0)
		s.subs.echo["/late"] = func(c string) (int, string) {
			if len(s.subs.questions) < 5 {
				return 500, ""
			}
			return 200, c
		}
		s.take(s.form("subscribe", "all.atom", "/late"))
		s.pass(time.Minute)
		s.run()
		want(t, "state", s.all()[0].State, feeds.HubSubscriberActive)
	})
}

// Nothing private is ever called: not on sight, not after the name is resolved, not by a
// redirect.
func TestPrivateCallbacks(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		inner := 0
		private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inner++ }))
		defer private.Close()
		_, port, _ := strings.Cut(private.Listener.Addr().String(), ":")
		for _, callback := range []string{private.URL, "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]:" + port + "/", "http://2130706433:" + port + "/", "https://reader.example:22/"} {
			var refusal *hub.Refusal
			if err := s.hub.Take(t.Context(), url.Values{"hub.mode": {"subscribe"}, "hub.topic": {base + "all.atom"}, "hub.callback": {callback}}); !errors.As(err, &refusal) || refusal.Status != 400 {
				t.Errorf("%s: %v", callback, err)
			}
		}
		// A name is judged after it is resolved, once.
		named := "localhost:" + port
		if err := s.hub.Take(t.Context(), url.Values{"hub.mode": {"subscribe"}, "hub.topic": {base + "all.atom"}, "hub.callback": {"http://" + named + "/secret-path"}}); err != nil {
			t.Fatal(err)
		}
		r, err := s.hub.Verify(t.Context(), named)
		if err != nil || r.Counts[hub.OutcomeRefused] != 1 || len(s.all()) != 0 || strings.Contains(r.Error, "secret-path") {
			t.Errorf("%+v %v, %d left", r, err, len(s.all()))
		}
		// A verified callback that leads elsewhere leads nowhere.
		s.take(s.form("subscribe", "all.atom", "/a"))
		s.subs.status["/a"], s.subs.header["/a"] = []int{307}, http.Header{"Location": {private.URL + "/"}}
		s.publish("all.atom", "two")
		s.run()
		if inner != 0 {
			t.Errorf("a private server was called %d times", inner)
		}
		want(t, "failures", s.all()[0].Failures, 1)
	})
}

// 500 is tried again later and later, 410 is the end, and so are three days of failures.
func TestFailingDeliveries(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "all.atom", "/a"))
		s.subs.status["/a"] = []int{500, 302, 429}
		s.publish("all.atom", "two")
		s.run()
		sub := s.all()[0]
		if sub.Failures != 1 || sub.LastStatus != 500 || !sub.Due.Equal(s.now().Add(time.Minute)) || sub.LastError == "" {
			t.Errorf("%+v", sub)
		}
		s.publish("all.atom", "three") // a newer document does not make it hasty
		s.run()
		want(t, "tries", len(s.subs.got("/a")), 1)
		s.pass(time.Minute)
		s.run()
		s.pass(time.Minute)
		s.run()
		want(t, "tries", len(s.subs.got("/a")), 2)
		s.subs.header["/a"] = http.Header{"Retry-After": {"7200"}}
		s.pass(time.Minute)
		s.run()
		if sub = s.all()[0]; sub.Failures != 3 || !sub.Due.Equal(s.now().Add(2*time.Hour)) {
			t.Errorf("%+v", sub)
		}
		s.pass(2 * time.Hour)
		s.run()
		want(t, "deliveries", s.subs.got("/a"), []string{"two", "three", "three", "three"})
		if sub = s.all()[0]; sub.Failures != 0 || !sub.Failing.IsZero() || sub.Deliveries != 1 || !sub.Due.IsZero() || sub.LastError != "" {
			t.Errorf("%+v", sub)
		}
		s.subs.status["/a"] = []int{410}
		s.publish("all.atom", "four")
		_, r := s.run()
		want(t, "outcome", r.Counts, map[hub.Outcome]int{hub.OutcomeGone: 1})
		want(t, "left", len(s.all()), 0)

		s.hub = s.newHub(func(o *hub.Options) { o.Terms.GiveUp = 3 * time.Hour })
		s.take(s.form("subscribe", "all.rss", "/b"))
		s.subs.status["/b"] = slices.Repeat([]int{500}, 99)
		s.publish("all.rss", "two")
		for range 40 {
			s.run()
			s.pass(10 * time.Minute)
		}
		if n := len(s.subs.got("/b")); n < 7 || n > 9 || len(s.all()) != 0 {
			t.Errorf("tried %d times in three hours, %d subscriptions left", n, len(s.all()))
		}
	})
}

// A lease that is over ends deliveries, also of what is due already.
func TestLeasesEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "all.atom", "/a", "hub.lease_seconds", "60"))
		s.publish("all.atom", "two")
		due, err := s.hub.Pass(t.Context())
		if err != nil || due.Due != 0 || len(due.Deliver) != 1 { // just verified
			t.Errorf("%+v %v", due, err)
		}
		s.pass(time.Hour)
		if _, err := s.hub.Deliver(t.Context(), s.host()); err != nil {
			t.Fatal(err)
		}
		due, _ = s.run()
		want(t, "expired", due.Expired, 1)
		want(t, "deliveries", s.subs.got("/a"), []string{})
		want(t, "left", len(s.all()), 0)
	})
}

// Where nobody subscribes nothing is rendered, nor is a topic without subscribers, nor
// any when nothing was committed.
func TestOnlySubscribedTopicsAreRendered(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		for i := range 5 {
			s.publish("all.rss", fmt.Sprint(i))
			s.run()
		}
		if s.looked != 0 || s.hub.Awaited() {
			t.Errorf("%d documents rendered for nobody", s.looked)
		}
		s.take(s.form("subscribe", "all.atom", "/a"))
		s.run()
		s.looked = 0
		s.run()
		want(t, "rendered without a commit", s.looked, 0)
		s.version.Add(1)
		due, _ := s.run()
		want(t, "rendered", []int{due.Topics, due.Due, s.looked}, []int{1, 0, 1})
		if !s.hub.Awaited() {
			t.Error("nobody waits for commits")
		}
		// What cannot be looked at is looked at again.
		s.fault = errors.New("database is down")
		s.publish("all.atom", "two")
		due, _ = s.run()
		want(t, "faults", len(due.Faults), 1)
		s.fault = nil
		s.run()
		want(t, "deliveries", s.subs.got("/a"), []string{"two"})
	})
}

// Any number of processes deliver a change once; one that dies with a delivery in hand
// leaves it to the others.
func TestProcessesShareDeliveries(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		for i := range 8 {
			s.take(s.form("subscribe", "all.atom", fmt.Sprint("/", i)))
		}
		s.run()
		s.publish("all.atom", "two")
		hubs := []*hub.Hub{s.newHub(nil), s.newHub(nil), s.newHub(nil)}
		var wg sync.WaitGroup
		for _, h := range hubs {
			wg.Go(func() {
				if _, err := h.Pass(t.Context()); err != nil {
					t.Error(err)
				}
				if _, err := h.Deliver(t.Context(), s.host()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for i := range 8 {
			want(t, "deliveries", s.subs.got(fmt.Sprint("/", i)), []string{"two"})
		}
		// Killed between commit and delivery: another process finds it by itself.
		s.publish("all.atom", "three")
		s.hub = s.newHub(nil)
		s.run()
		want(t, "after a restart", s.subs.got("/0"), []string{"two", "three"})
		// Killed with the request under way.
		ctx, kill := context.WithCancel(t.Context())
		s.subs.interrupt(func() { kill(); time.Sleep(50 * time.Millisecond) })
		s.publish("all.atom", "four")
		if _, err := s.hub.Pass(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.hub.Deliver(ctx, s.host()); err == nil {
			t.Error("a killed process ends well")
		}
		s.hub = s.newHub(nil)
		s.pass(terms.Hold)
		s.run()
		for i := range 8 {
			if got := s.subs.got(fmt.Sprint("/", i)); got[len(got)-1] != "four" || len(got) > 4 {
				t.Errorf("%d got %v", i, got)
			}
		}
	})
}

// What changes while it is delivered is delivered anew.
func TestAChangeDuringADelivery(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "all.atom", "/a"))
		s.run()
		s.publish("all.atom", "two")
		s.subs.interrupt(func() {
			s.publish("all.atom", "three")
			if _, err := s.hub.Pass(t.Context()); err != nil {
				t.Error(err)
			}
		})
		s.run()
		s.run()
		want(t, "deliveries", s.subs.got("/a"), []string{"two", "three"})
		// And between reading the feed and being verified.
		s.subs.echo["/b"] = func(c string) (int, string) { return 200, c }
		s.take(s.form("subscribe", "all.atom", "/b"))
		s.publish("all.atom", "four")
		s.run()
		s.run()
		want(t, "deliveries", s.subs.got("/b"), []string{"four"})
		// One too large is left to be polled.
		s.publish("all.atom", strings.Repeat("x", 1001))
		_, r := s.run()
		want(t, "outcome", r.Counts, map[hub.Outcome]int{hub.OutcomeTooLarge: 2})
		s.publish("all.atom", "five")
		s.run()
		want(t, "deliveries", s.subs.got("/b"), []string{"four", "five"})
	})
}

// Ended by us, a subscriber is told once and hears no more.
func TestDenial(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.take(s.form("subscribe", "ALL.atom", "/a"))
		s.take(s.form("subscribe", "all.rss", "/b"))
		s.mu.Lock()
		delete(s.docs, "all.atom")
		delete(s.docs, "all.rss")
		s.gone["all.atom"] = true
		s.mu.Unlock()
		s.version.Add(1)
		due, _ := s.run()
		want(t, "denied", due.Denied, 1)
		s.run()
		q := s.subs.asked()
		if last := q[len(q)-1]; len(q) != 3 || last.Get("hub.mode") != "denied" || last.Get("hub.topic") != base+"ALL.atom" || last.Get("hub.reason") == "" || last.Has("hub.challenge") {
			t.Errorf("%v", q)
		}
		// One that has only vanished may come back.
		if all := s.all(); len(all) != 1 || all[0].Topic != "all.rss" || all[0].State != feeds.HubSubscriberActive {
			t.Errorf("%+v", all)
		}
		if n, err := s.db.EndHubSubscribers(t.Context(), s.host(), s.now()); n != 1 || err != nil {
			t.Error(n, err)
		}
		s.publish("all.rss", "two")
		s.run()
		want(t, "left", len(s.all()), 0)
		want(t, "deliveries", s.subs.got("/b"), []string{})
	})
}
