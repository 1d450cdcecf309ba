package main

import (
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// Channels are reloaded as sources are: a new one is served, a renamed one redirects, one
// that is retired says so, and a file that is wrong changes nothing.
func TestChannelsAreReloaded(t *testing.T) {
	file := t.TempDir() + "/tributary.yaml"
	write := func(channels string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("catalogue: false\nchannels:\n"+channels), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const rest = ", office: mena, title: {en: The coast}, countries: [LY]"
	write("  - {slug: coast" + rest + "}\n")
	p, said := command(t, "--config", file, "--data", t.TempDir(), "serve", "--listen", "127.0.0.1:0"), &lines{}
	p.Stderr = said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	base := said.await(t, `is at (http://[^/]+)/`)[1]
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(path string) (status int, location, body string) {
		t.Helper()
		resp, err := client.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		if cerr := resp.Body.Close(); err != nil || cerr != nil {
			t.Fatal(err, cerr)
		}
		return resp.StatusCode, resp.Header.Get("Location"), string(text)
	}
	reloads := 0
	reload := func() {
		t.Helper()
		if err := p.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		reloads++
		said.await(t, "(?s)"+strings.Repeat("configuration reloaded.*", reloads))
	}
	id := func(feed string) string {
		_, after, _ := strings.Cut(feed, "<id>")
		id, _, _ := strings.Cut(after, "</id>")
		return id
	}
	status, _, first := ask("/feeds/channel/coast.atom")
	if status != http.StatusOK || !strings.Contains(first, "<title>The coast – ") {
		t.Fatalf("%d %.300s", status, first)
	}
	write("  - {slug: shore, feed_id: coast, former: [coast]" + rest + "}\n")
	reload()
	if status, to, _ := ask("/feeds/channel/coast.rss?limit=5"); status != http.StatusMovedPermanently || to != "/feeds/channel/shore.rss?limit=5" {
		t.Errorf("renamed: %d to %s", status, to)
	}
	for _, archive := range []string{"2026/11.atom", "2026/11-2.json?limit=5"} {
		if status, to, _ := ask("/feeds/channel/coast/" + archive); status != http.StatusMovedPermanently || to != "/feeds/channel/shore/"+archive {
			t.Errorf("archive %s of the renamed channel: %d to %s", archive, status, to)
		}
	}
	if _, _, renamed := ask("/feeds/channel/shore.atom"); id(renamed) != id(first) || id(first) == "" {
		t.Errorf("the feed's id was %q and is %q", id(first), id(renamed))
	}
	write("  - {slug: shore, colour: red" + rest + "}\n")
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	said.await(t, `not reloaded.*colour`)
	if status, _, _ := ask("/feeds/channel/shore.atom"); status != http.StatusOK {
		t.Errorf("after a broken file: %d", status)
	}
	write("  - {slug: shore, former: [coast]" + rest + ", retired: {on: 2020-01-01, to: 'https://www.iom.int/'}}\n")
	reload()
	if status, _, body := ask("/feeds/channel/shore.json"); status != http.StatusGone || !strings.Contains(body, "https://www.iom.int/") {
		t.Errorf("retired: %d %s", status, body)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("told to stop: %v\n%s", err, said)
	}
}
