package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"tributary/internal/load"
)

// whole reports files of a shelf that are not whole documents.
func whole(t *testing.T, dir string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".atom", ".rss", ".opml":
			files++
			x := xml.NewDecoder(bytes.NewReader(body))
			for err == nil {
				_, err = x.Token()
			}
			if !errors.Is(err, io.EOF) {
				t.Errorf("%s: %v", path, err)
			}
		case ".json":
			files++
			if !json.Valid(body) {
				t.Errorf("%s is no whole JSON", path)
			}
		case ".html":
			files++
			end := "</html>"
			if strings.Contains(path, "/embed/") && !strings.HasSuffix(path, ".frame.html") {
				end = "</section>" // a fragment
			}
			if !bytes.HasSuffix(bytes.TrimSpace(body), []byte(end)) {
				t.Errorf("%s is half a page", path)
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return files
}

// A publication that is killed wherever it happens to be leaves whole documents alone,
// and the next one finishes the work.
func TestKilledPublicationLeavesNoHalfDocument(t *testing.T) {
	world := published(t, load.Options{Feeds: 12, Items: 10, Seed: 5, Churn: 0.5})
	data, dir := t.TempDir(), filepath.Join(t.TempDir(), "shelf")
	base := []string{"--data", data, "--config", catalogue(t, world.Addrs(), world.URLs(), "@hourly"), "--log-level", "error"}
	publish := append(base, "publish", "--out", dir, "--base-url", "https://feeds.example.org")
	killed, longest := 0, 2*time.Second
	for range 8 {
		must(t, append(base, "pull", "--all")...)
		p := command(t, publish...)
		if err := p.Start(); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		time.Sleep(time.Duration(rand.Int64N(int64(longest))))
		if p.Process.Kill() == nil {
			killed++
		}
		if err := p.Wait(); err == nil {
			killed--
			longest = max(time.Since(start), 200*time.Millisecond)
		}
		whole(t, dir)
		if _, err := world.Tick(); err != nil {
			t.Fatal(err)
		}
	}
	if killed == 0 {
		t.Error("no publication was killed: the test proves nothing")
	}
	must(t, publish...)
	if n := whole(t, dir); n < 30 {
		t.Errorf("%d documents", n)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	must(t, append(base, "publish", "--out", fresh, "--base-url", "https://feeds.example.org")...)
	if err := compareTrees(dir, fresh); err != nil {
		t.Error(err)
	}
}

// compareTrees names the first file that is in one tree and not, or otherwise, in the other.
func compareTrees(a, b string) error {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		err := filepath.WalkDir(pair[0], func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, err := filepath.Rel(pair[0], path)
			if err != nil {
				return err
			}
			one, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			other, err := os.ReadFile(filepath.Join(pair[1], name))
			if err != nil {
				return err
			}
			if !bytes.Equal(one, other) {
				return errors.New(name + " differs")
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// serve keeps the shelf of shelf.dir: here a bucket, which gets what a pull brings.
func TestWatchPublishesIntoABucket(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("feeds"); err != nil {
		t.Fatal(err)
	}
	s3 := httptest.NewServer(gofakes3.New(backend).Server())
	defer s3.Close()
	world := published(t, load.Options{Feeds: 4, Items: 5, Seed: 6, Churn: 1})
	base := []string{"--data", t.TempDir(), "--config", catalogue(t, world.Addrs(), world.URLs(), "@yearly"), "--log-level", "error"}
	must(t, append(base, "pull", "--all")...)
	p := command(t, append(base, "publish", "--out", "s3://feeds/news", "--base-url", "https://feeds.example.org", "--watch", "--every", "1s")...)
	p.Env = append(p.Env, "AWS_ENDPOINT_URL_S3="+s3.URL, "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret")
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	read := func() string {
		o, err := backend.GetObject("feeds", "news/feeds/all.atom", nil)
		if err != nil {
			return ""
		}
		b, err := io.ReadAll(o.Contents)
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	wait := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(3 * time.Minute); !done(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				_ = p.Process.Kill()
				t.Fatalf("%s: never; it said %s", what, p.err.String())
			}
		}
	}
	wait("first publication", func() bool { return strings.Contains(read(), "</feed>") })
	before := read()
	if _, err := world.Tick(); err != nil {
		t.Fatal(err)
	}
	must(t, append(base, "pull", "--all")...)
	wait("publication of a change", func() bool { return read() != before })
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("told to end: %v, %s", err, p.err.String())
	}
}
