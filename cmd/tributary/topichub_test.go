package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"tributary/internal/pgtest"
	"tributary/internal/store"
)

// subscribed is a line of tributary --json hub list.
type subscribed struct {
	ID         int64
	Topic      string
	Host       string
	State      string
	Signed     bool
	Deliveries int
	Failures   int
}

func hubList(t *testing.T, base []string) (out []subscribed, text string) {
	t.Helper()
	text = must(t, append(append([]string{}, base...), "--json", "hub", "list")...)
	for line := range strings.Lines(text) {
		var s subscribed
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		out = append(out, s)
	}
	return out, text
}

// starts runs a command in the background with its log kept.
func starts(t *testing.T, args ...string) (*program, *lines) {
	t.Helper()
	c, said := command(t, args...), &lines{}
	c.Stderr = said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return c, said
}

func ends(t *testing.T, c *program, said *lines) {
	t.Helper()
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v: %v\n%s", c.Args, err, said)
	}
}

// One Tributary subscribes to the feeds of another: news that the one pulls stand in the
// other's feeds without a poll, also what was committed by a process that died before it
// told anybody, and are delivered once however many processes there are.
func TestOneTributarySubscribesToAnother(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		items := atomic.Pointer[[]string]{}
		items.Store(&[]string{"First news"})
		upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/rss+xml")
			out := `<rss version="2.0"><channel><title>Source</title><link>https://source.example/</link><description>d</description>`
			for _, item := range *items.Load() {
				out += fmt.Sprintf(`<item><guid isPermaLink="false">%[1]s</guid><title>%[1]s</title><link>https://source.example/%[2]s</link><description>Text of %[1]s</description></item>`, item, url.PathEscape(item))
			}
			_, _ = io.WriteString(w, out+`</channel></rss>`)
		}))
		defer upstream.Close()
		onPostgres := strings.Contains(strings.Join(base, " "), "--database")
		theirs := []string{"--data", t.TempDir()}
		if onPostgres {
			theirs = []string{"--database", pgtest.URL(t)}
		}
		ours, other := free(t), free(t)
		base = append(base, "--log-level", "debug", "--config", catalogue(t, []string{upstream.Listener.Addr().String()}, []string{upstream.URL + "/feed.xml"}, "@every 1s",
			"base_url: http://"+ours, "websub: {enabled: off}", fmt.Sprintf("hub: {mode: own, allow: [%q]}", other)))
		theirs = append(theirs, "--log-level", "debug", "--config", catalogue(t, []string{ours}, []string{"http://" + ours + "/feeds/all.atom?country="}, "@every 24h",
			"base_url: http://"+other, "websub: {enabled: on}", "hub: {mode: off}"))
		must(t, append(append([]string{}, base...), "migrate")...)

		var logs []*lines
		serve := func(base []string, address string) (*program, *lines) {
			c, said := starts(t, append(append([]string{}, base...), "serve", "--listen", address)...)
			said.await(t, `is at (http://[^/]+)/`)
			logs = append(logs, said)
			return c, said
		}
		us, _ := serve(base, ours)
		feed := "http://" + ours + "/feeds/all.atom"
		await(t, "the first entry", func() bool { return strings.Contains(get(t, feed), "First news") })
		if onPostgres {
			worker, said := starts(t, append(append([]string{}, base...), "work")...)
			logs = append(logs, said)
			defer func() { ends(t, worker, said) }()
		}
		them, theirLog := serve(theirs, other)
		await(t, "a subscription", func() bool {
			list, _ := hubList(t, base)
			return len(list) == 1 && list[0].State == "active"
		})

		publish := func(title string) { next := append([]string{title}, *items.Load()...); items.Store(&next) }
		published := "http://" + other + "/feeds/all.atom"
		publish("Second news")
		await(t, "the pushed entry", func() bool { return strings.Contains(get(t, published), "Second news") })

		// Committed, and nobody told: the process ends before it could.
		if err := us.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = us.Wait() // it was killed
		publish("News before the crash")
		must(t, append(append([]string{}, base...), "pull", "--all")...)
		us, ourLog := serve(base, ours)
		await(t, "what was committed before the crash", func() bool { return strings.Contains(get(t, published), "News before the crash") })

		list, text := hubList(t, base)
		if len(list) != 1 || list[0].Topic != feed || list[0].Host != other || !list[0].Signed || list[0].Deliveries != 2 || list[0].Failures != 0 {
			t.Errorf("%s", text)
		}
		metrics := get(t, "http://"+ours+"/metrics")
		for _, line := range []string{`tributary_hub_subscribers{state="active"} 1`, `tributary_hub_subscribers{state="failing"} 0`} {
			if !strings.Contains(metrics, line) {
				t.Errorf("/metrics lacks %s", line)
			}
		}

		// An operator ends it; the subscriber is told, and goes on polling.
		if out := must(t, append(append([]string{}, base...), "hub", "remove", other)...); out != "ended 1\n" {
			t.Errorf("removed: %q", out)
		}
		await(t, "the denial", func() bool {
			return strings.Contains(must(t, append(append([]string{}, theirs...), "--json", "sources", "list")...), `"state":"denied"`)
		})
		await(t, "the end", func() bool { list, _ := hubList(t, base); return len(list) == 0 })
		ends(t, us, ourLog)
		ends(t, them, theirLog)
		everything := text
		for _, l := range logs {
			everything += l.String()
		}
		if i := strings.Index(everything, "/websub/"); i >= 0 && !strings.HasPrefix(everything[i:], "/websub/...") {
			t.Errorf("a callback is printed or logged: %s", everything[i:i+60])
		}
		if err := open(t).Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A subscriber that only knows the Recommendation gets plain answers at the door, and the
// static shelf names no hub that nobody answers at.
func TestTheHubsDoor(t *testing.T) {
	address := free(t)
	base := []string{"--data", t.TempDir(), "--config", catalogue(t, nil, nil, "", "base_url: http://"+address, "hub: {mode: own, max_per_host: 2}")}
	us, said := starts(t, append(append([]string{}, base...), "serve", "--listen", address)...)
	said.await(t, `is at (http://[^/]+)/`)
	hubURL, feed := "http://"+address+"/hub", "http://"+address+"/feeds/all.atom"
	res, err := http.Get(feed)
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Header.Get("Link"); got != `<`+hubURL+`>; rel="hub", <`+feed+`>; rel="self"` || res.Body.Close() != nil {
		t.Errorf("Link: %s", got)
	}
	post := func(form url.Values) (int, string) {
		t.Helper()
		res, err := http.PostForm(hubURL, form)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/plain") || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%v %v", err, res.Header)
		}
		return res.StatusCode, string(body)
	}
	form := func(topic, callback string) url.Values {
		return url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {callback}, "hub.lease_seconds": {"600"}, "more": {"x"}}
	}
	for _, c := range []struct {
		topic, callback string
		status          int
		says            string
	}{
		{feed, "https://reader.invalid/1", 202, "will be asked"},
		{feed + "?country=LY", "https://reader.invalid/1", 202, "will be asked"},
		{"http://" + address + "/feeds/country/ly.atom", "https://reader.invalid/1", 202, "will be asked"}, // the same, asked again
		{feed, "https://reader.invalid/3", 429, "Poll the feed"},
		{feed, "http://127.0.0.1:9999/", 400, "public internet"},
		{feed, "http://" + address + "/hub", 400, "public internet"},
		{"http://" + address + "/feeds/country/zz.atom", "https://reader.invalid/4", 404, "zz"},
		{"http://" + address + "/feeds/all.html", "https://reader.invalid/4", 404, ".atom"},
		{"https://elsewhere.example/feeds/all.atom", "https://reader.invalid/4", 404, "/feeds/"},
		{"", "https://reader.invalid/4", 400, "hub.topic is missing"},
	} {
		if status, body := post(form(c.topic, c.callback)); status != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s at %s: %d %s", c.topic, c.callback, status, body)
		}
	}
	if status, body := post(url.Values{"x": {strings.Repeat("x", 20_000)}}); status != 413 {
		t.Errorf("a large form: %d %s", status, body)
	}
	if res, err := http.Post(hubURL, "application/json", strings.NewReader("{}")); err != nil || res.StatusCode != 415 || res.Body.Close() != nil {
		t.Errorf("JSON: %v %v", res, err)
	}
	if body := get(t, hubURL); !strings.Contains(body, "WebSub hub") {
		t.Errorf("GET: %s", body)
	}
	if body := get(t, "http://"+address+"/metrics"); !strings.Contains(body, `tributary_hub_total{kind="request",outcome="refused"}`) {
		t.Error("/metrics does not count requests")
	}
	ends(t, us, said)

	for mode, names := range map[string]bool{"own": false, "external": true} {
		out := t.TempDir()
		must(t, append(append([]string{}, base...), "publish", "--out", out, "--base-url", "https://news.example")...)
		config := catalogue(t, nil, nil, "", "hub: {mode: "+mode+", url: \"https://hub.example/push\"}")
		must(t, "--data", t.TempDir(), "--config", config, "publish", "--out", out, "--base-url", "https://news.example")
		if body := fileText(t, out+"/feeds/all.atom"); strings.Contains(body, `rel="hub"`) != names {
			t.Errorf("%s: a shelf's feed names a hub: %v, want %v", mode, !names, names)
		}
	}
}

func fileText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
