package hub_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"tributary/internal/fetch"
	"tributary/internal/hub"
)

// An external hub is told of each listed feed that changed, in every format, once it can
// be read; what it does not take is told later.
func TestPinger(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		var told []url.Values
		status := http.StatusNoContent
		external := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			form, err := url.ParseQuery(string(body))
			if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
				t.Errorf("%s %v %s", r.Method, r.Header, body)
			}
			told = append(told, form)
			w.WriteHeader(status)
		}))
		defer external.Close()
		c, err := fetch.New(fetch.Options{Allow: []string{external.Listener.Addr().String()}, Now: s.now})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		newPinger := func() *hub.Pinger {
			p, err := hub.NewPinger(hub.PingerOptions{Store: stageStore{s.db, s}, Client: client{c}, Topics: s, Hub: external.URL + "/push", Every: time.Minute,
				Wait: 2 * time.Second, Now: s.now, Random: func() float64 { return 0 }})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		p := newPinger()
		pass := func(after time.Duration, total int) hub.Report {
			t.Helper()
			s.pass(after)
			r, err := p.Pass(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(told) != total {
				t.Errorf("the hub was told %d times, want %d", len(told), total)
			}
			return r
		}
		pass(0, 0)
		pass(time.Minute, 0) // nobody can have subscribed to what was never served
		s.version.Add(1)
		pass(time.Minute, 0) // a commit that changes no feed
		s.publish("all.atom", "two")
		pass(time.Second, 0) // looked at a second ago
		pass(time.Minute, 0) // found, and not to be read everywhere yet
		pass(2*time.Second, 2)
		for i, topic := range []string{"all.atom", "all.rss"} {
			if f := told[i]; f.Get("hub.mode") != "publish" || f.Get("hub.url") != base+topic || f.Get("hub.topic") != base+topic {
				t.Errorf("%v", f)
			}
		}
		pass(time.Hour, 2)
		// A hub that is down is tried with one feed at a time; a restart forgets nothing.
		status = http.StatusServiceUnavailable
		s.publish("all.atom", "three")
		pass(0, 2)
		if r := pass(2*time.Second, 3); r.Counts[hub.OutcomeFailed] != 1 || r.Error == "" {
			t.Errorf("%+v", r)
		}
		p = newPinger()
		status = http.StatusAccepted
		pass(time.Second, 4)
		pass(time.Minute, 5)
		pass(time.Hour, 5)
	})
}
