package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lines keeps what a program says, for others to read meanwhile.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// await waits until the program has said something that matches.
func (l *lines) await(t *testing.T, pattern string) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if m := re.FindStringSubmatch(l.String()); m != nil {
			return m
		}
	}
	t.Fatalf("it never said %q:\n%s", pattern, l.String())
	return nil
}

// A new configuration takes effect while requests go on, none of them refused; a
// broken one is named and changes nothing.
func TestReloadDropsNoRequest(t *testing.T) {
	file := t.TempDir() + "/tributary.yaml"
	write := func(title string) {
		t.Helper()
		text := "catalogue: false\npublish:\n  title: {en: " + title + "}\n"
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("First name")
	p, said := command(t, "--config", file, "--data", t.TempDir(), "serve", "--listen", "127.0.0.1:0"), &lines{}
	p.Stderr = said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	base := said.await(t, `is at (http://[^/]+)/`)[1]

	quit, failures := make(chan struct{}), make(chan string, 1)
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for {
				select {
				case <-quit:
					return
				default:
				}
				resp, err := http.Get(base + "/feeds/all.atom")
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					if cerr := resp.Body.Close(); err == nil {
						err = cerr
					}
				}
				if err != nil || resp.StatusCode != http.StatusOK {
					select {
					case failures <- "a request failed during a reload":
					default:
					}
				}
			}
		})
	}
	hangup := func() {
		t.Helper()
		if err := p.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
	}
	feed := func() string {
		t.Helper()
		resp, err := http.Get(base + "/feeds/all.atom")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if cerr := resp.Body.Close(); err != nil || cerr != nil {
			t.Fatal(err, cerr)
		}
		return string(body)
	}
	title := func() string {
		t.Helper()
		_, rest, _ := strings.Cut(feed(), "<title>")
		name, _, _ := strings.Cut(rest, "</title>")
		return name
	}
	if !strings.Contains(feed(), base+"/feeds/all.atom") {
		t.Errorf("the feed does not name its own address %s", base)
	}
	if got := title(); got != "First name" {
		t.Errorf("title %q", got)
	}
	write("Second name")
	hangup()
	said.await(t, `configuration reloaded`)
	if got := title(); got != "Second name" {
		t.Errorf("title after a reload %q", got)
	}
	write("Second name")
	before := feed()
	hangup()
	said.await(t, `(?s)configuration reloaded.*configuration reloaded`)
	if after := feed(); after != before {
		t.Errorf("a reload of the same file changed the feed:\n%.600s\n%.600s", before, after)
	}
	write("Third name}\ncolour: {en: red")
	hangup()
	said.await(t, `not reloaded.*colour`)
	if got := title(); got != "Second name" {
		t.Errorf("title after a broken file %q", got)
	}
	close(quit)
	asking.Wait()
	select {
	case f := <-failures:
		t.Error(f)
	default:
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("told to stop: %v\n%s", err, said)
	}
}
