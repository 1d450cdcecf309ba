package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/hubtest"
	"tributary/internal/websub"
)

func TestAHubsNewsIsReadWithoutAPoll(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		sub := n.subscribed()
		if len(sub.Secret) < 26 || sub.Lease != 10*24*3600 {
			t.Errorf("%+v", sub)
		}
		before, asked := n.polling("ly"), len(n.asked)
		n.after(time.Minute)
		// Only the news, not the whole feed: what it lacks stays.
		if got := n.publish(n.document(topic, entry("b", "Training in LY", "https://ly.example/b", "Forty officers."))); !slices.Equal(got, []int{202}) {
			t.Fatalf("the callback answers %v", got)
		}
		if n.queue != 1 {
			t.Errorf("%d jobs for one delivery", n.queue)
		}
		results := n.work()
		if len(results) != 1 || results[0].Entries.New != 1 || len(n.stories()) != 2 {
			t.Errorf("%+v, %d stories", results, len(n.stories()))
		}
		if after := n.polling("ly"); after.ETag != before.ETag || after.BodyHash != before.BodyHash || !after.NextRun.Equal(before.NextRun) || len(n.asked) != asked {
			t.Errorf("polling was touched: %+v", after)
		}
		if s := n.standing(); websub.PushedUntil(&s, n.now).IsZero() || s.Deliveries != 1 {
			t.Errorf("the hub is not relied on: %+v", s)
		}
		// The same again, as a hub that lost our answer sends it, or an attacker.
		n.publish(n.document(topic, entry("b", "Training in LY", "https://ly.example/b", "Forty officers.")))
		if n.queue != 1 || len(n.work()) != 0 {
			t.Error("a repeated delivery is read again")
		}
		// A correction is taken over, and confirmed by a poll that is not conditional.
		n.publish(n.document(topic, entry("b", "Training in TN", "https://ly.example/b", "Forty officers.")))
		if r := n.work(); len(r) != 1 || r[0].Entries.Changed != 1 {
			t.Errorf("%+v", r)
		}
		n.pull()
		if last := n.asked[len(n.asked)-1]; last.ETag != "" {
			t.Errorf("the poll after a correction asks with %+v", last)
		}
	})
}

func TestSignatures(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		sub := n.subscribed()
		for i, method := range []string{"sha1", "sha256", "sha384", "sha512"} {
			n.hub.Act(hubtest.Behaviour{Method: method})
			n.publish(n.document(topic, entry(method, "News in LY by "+method, "https://ly.example/"+method, fmt.Sprint("Text ", i))))
			if r := n.work(); len(r) != 1 || r[0].Entries.New != 1 {
				t.Errorf("%s: %+v", method, r)
			}
		}
		body := n.document(topic, entry("x", "Lies", "https://evil.example/x", "Lies."))
		for name, change := range map[string]map[string]string{
			"missing":              {"X-Hub-Signature": ""},
			"of another secret":    {"X-Hub-Signature": hubtest.Sign("sha256", "guess", body)},
			"of another body":      {"X-Hub-Signature": hubtest.Sign("sha256", sub.Secret, body+" ")},
			"by an unknown method": {"X-Hub-Signature": "md5=d41d8cd98f00b204e9800998ecf8427e"},
			"nonsense":             {"X-Hub-Signature": "sha256=zz"},
		} {
			if status, text := n.hub.Deliver(sub, "application/atom+xml", body, change); status != 202 || text != "" {
				t.Errorf("%s: %d %q tells an attacker something", name, status, text)
			}
		}
		if r := n.work(); len(r) != 0 || len(n.stories()) != 5 {
			t.Errorf("unsigned deliveries were read: %+v", r)
		}
		sub.Callback = n.door.URL + "/GUESS"
		if status, _ := n.hub.Deliver(sub, "application/atom+xml", body, nil); status != http.StatusGone {
			t.Errorf("an unknown callback answers %d", status)
		}
	})
}

// What is signed and cannot be used as the source's word is a reason to ask the source.
func TestUnusableDeliveriesPullTheSource(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		sub := n.subscribed()
		big := strings.Repeat("x", 100<<10)
		for name, c := range map[string]struct {
			body   string
			change map[string]string
		}{
			"empty":                     {"", nil},
			"no feed":                   {"ping", nil},
			"larger than is kept":       {n.document(topic, entry("big", "Big", "https://ly.example/big", big)), nil},
			"another feed's content":    {n.document("https://other.example/feed", entry("o", "Other", "https://other.example/o", "Other.")), nil},
			"another topic's header":    {n.document(topic, entry("p", "Other", "https://ly.example/p", "Other.")), map[string]string{"Link": `<https://other.example/feed>; rel="self"`}},
			"nothing that names topics": {strings.Replace(n.document(topic, entry("q", "Q", "https://ly.example/q", "Q.")), `rel="self"`, `rel="via"`, 1), map[string]string{"Link": ""}},
		} {
			n.after(2 * time.Minute)
			n.pull()
			stories := len(n.stories())
			if status, _ := n.hub.Deliver(sub, "application/atom+xml", c.body, c.change); status != 202 {
				t.Errorf("%s: %d", name, status)
			}
			n.work()
			if p := n.polling("ly"); !p.NextRun.Equal(p.LastRun.Add(n.Push.MinInterval)) || len(n.stories()) != stories {
				t.Errorf("%s: next run %s after the last, %d stories more", name, p.NextRun.Sub(p.LastRun), len(n.stories())-stories)
			}
		}
	})
}

func TestFloods(t *testing.T) {
	withHub(t, func(t *testing.T, n *newsroom) {
		sub := n.subscribed()
		token := string(n.standing().Token)
		for i := range 10_000 {
			body := n.document(topic, entry(fmt.Sprint(i), fmt.Sprint("Ping ", i, " in LY"), fmt.Sprint("https://ly.example/", i), fmt.Sprint("Ping ", i)))
			header := http.Header{"Content-Type": {"application/atom+xml"}, "X-Hub-Signature": {hubtest.Sign("sha256", sub.Secret, body)}}
			if err := n.Push.Receive(t.Context(), token, header, strings.NewReader(body)); err != nil {
				t.Fatal(err)
			}
		}
		if n.queue > 30 {
			t.Errorf("%d jobs", n.queue)
		}
		if r := n.work(); len(r) == 0 || len(r) > 8 {
			t.Errorf("%d deliveries were kept", len(r))
		}
		if p := n.polling("ly"); !p.NextRun.Equal(p.LastRun.Add(n.Push.MinInterval)) {
			t.Errorf("the rest is not pulled: next run %s after the last", p.NextRun.Sub(p.LastRun))
		}
		// A body without end is not read to its end.
		header := http.Header{"X-Hub-Signature": {hubtest.Sign("sha256", sub.Secret, "x")}}
		endless := &counter{}
		if err := n.Push.Receive(t.Context(), token, header, endless); !errors.Is(err, feeds.ErrTooLarge) || endless.n > 40<<20 {
			t.Errorf("%v after %d bytes", err, endless.n)
		}
	})
}

type counter struct{ n int }

func (c *counter) Read(b []byte) (int, error) {
	c.n += len(b)
	return copy(b, bytes.Repeat([]byte("x"), len(b))), nil
}
