package pipeline

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/fetch"
	"tributary/internal/hubtest"
	"tributary/internal/websub"
)

func TestRenewal(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.hub.Act(hubtest.Behaviour{Lease: 3600})
		n.subscribed()
		first := n.standing()
		n.after(30 * time.Minute)
		if r := n.upkeep(); r.Requested != 0 {
			t.Error("renewed at half of the lease")
		}
		n.after(10 * time.Minute)
		if r := n.upkeep(); r.Requested != 1 || n.state() != "active 0" {
			t.Errorf("at two thirds: %+v, %s", r, n.state())
		}
		if s := n.standing(); s.Token != first.Token || s.Secret != first.Secret || !s.LeaseEnd.Equal(n.now.Add(time.Hour)) {
			t.Error("a renewal is another subscription")
		}
		// A hub that gives a minute is not asked every minute.
		n.hub.Act(hubtest.Behaviour{Lease: 60})
		n.after(40 * time.Minute)
		n.upkeep()
		asked := len(n.hub.Requests())
		for range 60 {
			n.after(15 * time.Second)
			n.upkeep()
		}
		if more := len(n.hub.Requests()) - asked; more < 2 || more > 4 {
			t.Errorf("in a quarter of an hour a lease of a minute was renewed %d times", more)
		}
	})
}

func TestHubsThatFail(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.offers(topic, entry("a", "Flight from LY", "https://ly.example/a", text))
		n.pull()
		// Down, then refusing, then up.
		n.hub.Act(hubtest.Behaviour{Status: 503})
		if r := n.upkeep(); len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Error, "503") {
			t.Errorf("%+v", r)
		}
		n.want("down", "wanted 1")
		if n.upkeep(); len(n.hub.Requests()) != 1 {
			t.Error("a failed hub is asked again at once")
		}
		n.hub.Act(hubtest.Behaviour{Status: 400, Text: "no"})
		n.after(time.Hour)
		n.upkeep()
		n.want("refusing", "wanted 2")
		// Slower than we wait, but it means it.
		n.hub.Act(hubtest.Behaviour{Early: true, Delay: 500 * time.Millisecond})
		n.after(time.Hour)
		n.upkeep()
		n.want("slow", "wanted 3")
		for deadline := time.Now().Add(10 * time.Second); n.state() != "active 0" && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
		n.want("slow, then verified", "active 0")
		// A renewal that fails leaves what runs.
		n.hub.Act(hubtest.Behaviour{Status: 500})
		n.after(7 * 24 * time.Hour)
		n.upkeep()
		n.want("renewal failed", "active 1")
		n.after(3 * 24 * time.Hour)
		n.upkeep()
		n.want("lease over", "wanted 2")
		n.hub.Act(hubtest.Behaviour{})
		n.after(24 * time.Hour)
		n.upkeep()
		n.want("up again", "active 0")
	})
}

func TestHubsThatNeverVerify(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.offers(topic, entry("a", "Flight from LY", "https://ly.example/a", text))
		n.pull()
		n.hub.Act(hubtest.Behaviour{Silent: true})
		n.upkeep()
		n.want("requested", "pending 0")
		n.after(websub.VerifyWithin)
		n.upkeep()
		n.want("not verified", "wanted 1")
		// What was not asked for is refused.
		n.hub.Act(hubtest.Behaviour{OnTopic: topic + "/other"})
		n.after(time.Hour)
		n.upkeep()
		n.want("another topic", "pending 1")
		if a := n.hub.Answers(); !slices.Equal(a, []int{404}) {
			t.Errorf("the callback answers %v", a)
		}
		s := n.standing()
		for name, q := range map[string]url.Values{
			"unsubscribe":  {"hub.mode": {"unsubscribe"}, "hub.topic": {topic}, "hub.challenge": {"x"}},
			"no mode":      {"hub.topic": {topic}, "hub.challenge": {"x"}},
			"no challenge": {"hub.mode": {"subscribe"}, "hub.topic": {topic}},
		} {
			if status, body := n.hub.Ask(s.Callback(), q); status != 404 || strings.Contains(body, "x") {
				t.Errorf("%s: %d %q", name, status, body)
			}
		}
		if status, _ := n.hub.Ask(n.door.URL+"/GUESS", url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {"x"}}); status != 404 {
			t.Errorf("an unknown callback answers %d", status)
		}
	})
}

func TestDenied(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.hub.Act(hubtest.Behaviour{Deny: "we only serve\nfriends"})
		n.offers(topic, entry("a", "Flight from LY", "https://ly.example/a", text))
		n.pull()
		n.upkeep()
		n.want("denied", "denied 1")
		if s := n.standing(); !strings.Contains(s.Error, "we only serve friends") {
			t.Errorf("%q", s.Error)
		}
		n.after(24 * time.Hour)
		if n.upkeep(); len(n.hub.Requests()) != 1 {
			t.Error("asked again a day after a denial")
		}
		n.hub.Act(hubtest.Behaviour{})
		n.after(7 * 24 * time.Hour)
		n.upkeep()
		n.want("a week later", "active 0")
	})
}

func TestUnsubscribing(t *testing.T) {
	off := source("ly", "mena", feeds.KindIOM)
	off.Push = feeds.PushOff
	disabled := source("ly", "mena", feeds.KindIOM)
	disabled.Enabled = false
	for name, leave := range map[string]func(n *newsroom){
		"push is switched off": func(n *newsroom) { n.catalogue(off) },
		"disabled":             func(n *newsroom) { n.catalogue(disabled) },
		"left the catalogue":   func(n *newsroom) { n.catalogue(source("other", "hq", feeds.KindIOM)) },
		"offers no hub any more": func(n *newsroom) {
			n.prints("ly", "", entry("c", "More from LY", "https://ly.example/c", "More."))
			n.pull("ly")
		},
	} {
		t.Run(name, func(t *testing.T) {
			withHub(t, func(t *testing.T, n *newsroom) {
				sub := n.subscribed()
				n.after(time.Hour)
				leave(n)
				n.upkeep()
				if len(n.hub.Subscribers(topic)) != 0 {
					t.Error("the hub still has the subscription")
				}
				if last := n.hub.Requests()[1]; last.Get("hub.mode") != "unsubscribe" || last.Get("hub.callback") != sub.Callback {
					t.Errorf("%v", last)
				}
				status, _ := n.hub.Deliver(sub, "application/atom+xml", n.document(topic, entry("z", "Late", "https://ly.example/z", "Late.")), nil)
				if r := n.work(); len(r) != 0 || status != 202 {
					t.Errorf("a delivery after the end: %d, %+v", status, r)
				}
				n.after(2 * time.Hour)
				n.upkeep()
				if all, err := n.db.Subscriptions(t.Context()); err != nil || len(all) != 0 {
					t.Errorf("%d subscriptions are left, %v", len(all), err)
				}
				if status, _ = n.hub.Deliver(sub, "application/atom+xml", "x", nil); status != http.StatusGone {
					t.Errorf("a forgotten callback answers %d", status)
				}
			})
		})
	}
}

func TestAnotherHubOrAddressIsAnotherSubscription(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.subscribed()
		first := n.standing()
		// The publisher moves its feed: another topic.
		n.after(time.Hour)
		n.offers(topic+"?v=2", entry("a", "Flight from LY", "https://ly.example/a", text))
		n.pull()
		n.upkeep()
		second := n.standing()
		if second.Token == first.Token || second.Secret == first.Secret || second.Topic != topic+"?v=2" || second.State != feeds.SubscriptionActive {
			t.Errorf("%+v", second)
		}
		if len(n.hub.Subscribers(topic)) != 0 || len(n.hub.Subscribers(topic+"?v=2")) != 1 {
			t.Error("the hub was not told")
		}
		// We move: the old callback is let go, a new one takes its place.
		n.Push.Base = n.door.URL + "//"
		n.upkeep()
		n.upkeep()
		if third := n.standing(); third.Base != n.Push.Base || third.Token == second.Token || third.State == feeds.SubscriptionUnsubscribing {
			t.Errorf("%+v", third)
		}
	})
}

// A self at another host is believed if it is the same feed there.
func TestSelfAtAnotherHost(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		const elsewhere = "https://feeds.example/ly"
		n.offers(elsewhere, entry("a", "Flight from LY", "https://ly.example/a", text))
		n.pull()
		if r := n.upkeep(); len(r.Failed) != 1 || len(n.hub.Requests()) != 0 {
			t.Fatalf("a self that cannot be fetched is believed: %+v", r)
		}
		for name, body := range map[string]string{
			"another feed":           n.document(elsewhere, entry("zz", "Weather", "https://feeds.example/zz", "Rain.")),
			"that calls itself else": n.document(topic, entry("a", "Flight from LY", "https://ly.example/a", text)),
		} {
			n.says[elsewhere] = func(fetch.Request) (*fetch.Response, error) {
				return &fetch.Response{Status: 200, URL: elsewhere, Body: []byte(body), ContentType: "application/atom+xml"}, nil
			}
			n.after(48 * time.Hour)
			if r := n.upkeep(); len(r.Failed) != 1 || len(n.hub.Requests()) != 0 {
				t.Errorf("%s is believed: %+v", name, r)
			}
		}
		body := n.document(elsewhere, entry("a", "Flight from LY", "https://ly.example/a", text))
		n.says[elsewhere] = func(fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: elsewhere, Body: []byte(body), ContentType: "application/atom+xml"}, nil
		}
		n.after(48 * time.Hour)
		n.upkeep()
		n.want("the same feed", "active 0")
	})
}

// The topic moved: what answers after the redirects is what is subscribed to, and a
// Link header outweighs the document.
func TestTopicAfterRedirectsAndHeader(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		const moved = "https://ly.example/feed2"
		body := strings.Replace(n.document("x", entry("a", "Flight from LY", "https://ly.example/a", text)), `<link rel="self" href="x"/>`, "", 1)
		n.says[topic] = func(fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: moved, MovedTo: moved, Body: []byte(body), ContentType: "application/atom+xml"}, nil
		}
		n.pull()
		if s := n.standing(); s.Topic != moved {
			t.Errorf("topic %s, want where the redirect led", s.Topic)
		}
		n.says[topic] = func(fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: moved, Body: []byte(body + "<!-- new -->"), ContentType: "application/atom+xml",
				Link: []string{`<https://hub.example/>; rel="hub", </header>; rel="self"`}}, nil
		}
		n.pull()
		if s := n.standing(); s.Topic != "https://ly.example/header" || s.Hub != "https://hub.example/" {
			t.Errorf("%+v", s)
		}
	})
}

// A hub that moves is followed with 307 and 308, and never to where fetching must not go.
func TestHubRedirects(t *testing.T) {
	for status, works := range map[int]bool{307: true, 308: true, 301: false, 302: false} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			withHub(t, func(t *testing.T, n *newsroom) {
				old := hubtest.New()
				defer old.Close()
				old.Act(hubtest.Behaviour{Status: status, Target: n.hub.URL})
				client, err := fetch.New(fetch.Options{Allow: []string{n.hub.Listener.Addr().String(), old.Listener.Addr().String()}})
				if err != nil {
					t.Fatal(err)
				}
				defer client.Close()
				n.Push.Hubs = Poster{client}
				body := strings.ReplaceAll(n.document(topic, entry("a", "Flight from LY", "https://ly.example/a", text)), n.hub.URL, old.URL)
				n.says[topic] = func(fetch.Request) (*fetch.Response, error) {
					return &fetch.Response{Status: 200, URL: topic, Body: []byte(body), ContentType: "application/atom+xml"}, nil
				}
				n.pull()
				n.upkeep()
				if got := n.state() == "active 0"; got != works {
					t.Errorf("%s: %s", n.state(), n.standing().Error)
				}
				// To an address that is not allowed: loopback without its pair.
				private := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a private address was asked") }))
				defer private.Close()
				old.Act(hubtest.Behaviour{Status: status, Target: private.URL})
				n.after(8 * 24 * time.Hour)
				n.upkeep()
			})
		})
	}
}

// A poll that finds what the hub should have brought is counted against the hub.
func TestAHubThatMissesNewsIsNotReliedOn(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		n.subscribed()
		n.publish(n.document(topic, entry("b", "Training in LY", "https://ly.example/b", "Forty officers.")))
		n.work()
		if s := n.standing(); websub.PushedUntil(&s, n.now).IsZero() {
			t.Fatal("a hub that delivers is not relied on")
		}
		late := strings.ReplaceAll(entry("c", "More from LY", "https://ly.example/c", "More."), "2026-11-19T08", "2026-11-20T13")
		n.after(2 * time.Hour)
		n.offers(topic, late)
		n.pull()
		if s := n.standing(); s.Missed != 1 || !websub.PushedUntil(&s, n.now).IsZero() {
			t.Errorf("%+v", s)
		}
		n.publish(n.document(topic, late))
		if s := n.standing(); s.Missed != 0 {
			t.Errorf("%+v", s)
		}
	})
}
