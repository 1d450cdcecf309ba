package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tributary/internal/hubtest"
	"tributary/internal/store"
)

// publisher serves one feed that offers a hub, and counts who asks for it.
type publisher struct {
	*httptest.Server
	hub   *hubtest.Hub
	asked atomic.Int64
}

func (p *publisher) topic() string { return p.URL + "/feed.xml" }

func (p *publisher) document(items ...string) string {
	out := fmt.Sprintf(`<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Source</title><link>%[1]s/</link><description>d</description>`+
		`<atom:link rel="hub" href="%[2]s"/><atom:link rel="self" href="%[1]s/feed.xml"/>`, p.URL, p.hub.URL)
	for _, item := range items {
		out += fmt.Sprintf(`<item><guid isPermaLink="false">%[2]s</guid><title>%[2]s</title><link>%[1]s/%[3]s</link><description>Text of %[2]s</description></item>`, p.URL, item, url.PathEscape(item))
	}
	return out + `</channel></rss>`
}

// An entry that a hub delivers stands in the feeds without a poll, whichever process
// takes the delivery, and goes on doing so after a crash.
func TestAHubsDeliveryIsPublishedWithoutAPoll(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		p := &publisher{hub: hubtest.New()}
		defer p.hub.Close()
		p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			p.asked.Add(1)
			w.Header().Set("Content-Type", "application/rss+xml")
			_, _ = io.WriteString(w, p.document("Polled news"))
		}))
		defer p.Close()
		// The door stays where it is while the program behind it comes and goes.
		var inside atomic.Pointer[url.URL]
		door := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(inside.Load()) }})
		defer door.Close()
		file := catalogue(t, []string{p.Listener.Addr().String(), p.hub.Listener.Addr().String()}, []string{p.topic()}, "@every 24h",
			"base_url: "+door.URL, "websub: {enabled: on}")
		base = append(base, "--config", file, "--log-level", "debug")
		must(t, append(base, "migrate")...)

		start := func(args ...string) (*program, *lines) {
			c, said := command(t, append(append([]string{}, base...), args...)...), &lines{}
			c.Stderr = said
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			return c, said
		}
		serve := func() (*program, *lines) {
			address := free(t)
			c, said := start("serve", "--listen", address)
			said.await(t, `is at (http://[^/]+)/`)
			u := &url.URL{Scheme: "http", Host: address}
			inside.Store(u)
			return c, said
		}
		first, said := serve()
		running := []*program{first}
		logs := []*lines{said}
		if strings.Contains(strings.Join(base, " "), "--database") {
			second, saidToo := start("work")
			running, logs = append(running, second), append(logs, saidToo)
		}
		await(t, "a subscription", func() bool { return len(p.hub.Subscribers(p.topic())) == 1 })
		p.hub.Idle()
		asked := p.asked.Load()

		p.hub.Publish(p.topic(), "application/rss+xml", p.document("Pushed news"))
		await(t, "the pushed entry", func() bool { return strings.Contains(get(t, door.URL+"/feeds/all.atom"), "Pushed news") })

		if err := first.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = first.Wait() // it was killed
		running[0], logs[0] = serve()
		p.hub.Publish(p.topic(), "application/rss+xml", p.document("News after the crash"))
		await(t, "the entry after a restart", func() bool { return strings.Contains(get(t, door.URL+"/feeds/all.atom"), "News after the crash") })

		if n := p.asked.Load(); n != asked || n != 1 {
			t.Errorf("the source was polled %d times, want once", n)
		}
		if n := len(p.hub.Requests()); n != 1 {
			t.Errorf("the hub was asked %d times, want once", n)
		}
		for _, c := range running {
			if err := c.Process.Signal(syscall.SIGTERM); err != nil {
				t.Error(err)
			}
		}
		for i, c := range running {
			if err := c.Wait(); err != nil {
				t.Errorf("%v: %v\n%s", c.Args, err, logs[i])
			}
		}
		sub := p.hub.Subscribers(p.topic())[0]
		var listed struct {
			Subscription struct{ State, Topic, PushedUntil string }
		}
		list := must(t, append(append([]string{}, base...), "--json", "sources", "list")...)
		if err := json.Unmarshal([]byte(list), &listed); err != nil || listed.Subscription.State != "active" || listed.Subscription.Topic != p.topic() || !strings.Contains(list, `"pushed_until"`) {
			t.Errorf("%v: %s", err, list)
		}
		everything := list + said.String() + logs[0].String()
		token := strings.TrimPrefix(sub.Callback, door.URL+"/websub/")
		if strings.Contains(everything, sub.Secret) || strings.Contains(everything, token) || len(token) < 22 {
			t.Error("a secret is printed or logged")
		}
		if err := open(t).Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// free is an address on loopback that nobody listens on.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.77:0") // Linux: all of 127/8 is loopback, and nobody else's ports are there
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func await(t *testing.T, what string, there func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if there() {
			return
		}
	}
	t.Fatalf("%s never came", what)
}

func get(t *testing.T, address string) string {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
