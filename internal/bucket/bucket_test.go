package bucket_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"tributary/internal/bucket"
)

// server is an S3 server that remembers what it was asked to write.
type server struct {
	backend *s3mem.Backend
	url     string
	mu      sync.Mutex
	written []string          // METHOD name
	control map[string]string // Cache-Control, as sent with each object
	fail    func(r *http.Request) bool
}

func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{backend: s3mem.New(), control: map[string]string{}}
	if err := s.backend.CreateBucket("shelf"); err != nil {
		t.Fatal(err)
	}
	fake := gofakes3.New(s.backend).Server()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		fail := s.fail != nil && s.fail(r)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.control[strings.TrimPrefix(r.URL.Path, "/shelf/news/")] = r.Header.Get("Cache-Control")
			s.written = append(s.written, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/shelf/news/"))
		}
		s.mu.Unlock()
		switch {
		case !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=key/"):
			http.Error(w, "unsigned", http.StatusForbidden)
		case fail:
			http.Error(w, "no", http.StatusForbidden)
		default:
			fake.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(web.Close)
	s.url = web.URL
	return s
}

func (s *server) writes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.written
	s.written = nil
	return out
}

func (s *server) read(t *testing.T, name string) (string, map[string]string) {
	t.Helper()
	o, err := s.backend.GetObject("shelf", "news/"+name, nil)
	if err != nil {
		return "", nil
	}
	defer o.Contents.Close()
	b, err := io.ReadAll(o.Contents)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), o.Metadata
}

func (s *server) publish(t *testing.T, files map[string]string) error {
	t.Helper()
	b, err := bucket.Open(t.Context(), bucket.Options{Address: "s3://shelf/news", Endpoint: s.url, Key: "key", Secret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range files {
		if err := b.Put(t.Context(), name, http.Header{"Content-Type": {"text/plain"}, "Cache-Control": {"public, max-age=300"}}, []byte(body)); err != nil {
			return b.Close(err)
		}
	}
	return b.Close(b.Finish(t.Context()))
}

func TestPublish(t *testing.T) {
	s := newServer(t)
	files := map[string]string{"index.html": "i", "feeds.opml": "o", "feeds/all.html": "h", "feeds/all.atom": "a", "stories/1.html": "s"}
	if err := s.publish(t, files); err != nil {
		t.Fatal(err)
	}
	order := []string{"PUT .tributary-manifest.json", "PUT stories/1.html", "PUT feeds/all.atom", "PUT feeds/all.html", "PUT feeds.opml", "PUT index.html", "PUT .tributary-manifest.json"}
	if got := s.writes(); !slices.Equal(got, order) {
		t.Errorf("written in the order %q", got)
	}
	if body, about := s.read(t, "feeds/all.atom"); body != "a" || about["Content-Type"] != "text/plain" || about["Content-Encoding"] != "" || s.control["feeds/all.atom"] != "public, max-age=300" {
		t.Errorf("%q, %v", body, about)
	}
	if err := s.publish(t, files); err != nil {
		t.Fatal(err)
	}
	if got := s.writes(); len(got) != 0 {
		t.Errorf("nothing changed, but %q", got)
	}
	delete(files, "stories/1.html")
	files["feeds/all.atom"] = "b"
	if err := s.publish(t, files); err != nil {
		t.Fatal(err)
	}
	if got := s.writes(); len(got) != 4 || got[1] != "PUT feeds/all.atom" || got[2] != "DELETE stories/1.html" {
		t.Errorf("a change and a withdrawal: %q", got)
	}
}

// TestCutShort: what fails half-way is taken up by the next run, and nobody's object is
// written over or removed.
func TestCutShort(t *testing.T) {
	s := newServer(t)
	if _, err := s.backend.PutObject("shelf", "news/index.html", nil, strings.NewReader("theirs"), 6, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.publish(t, map[string]string{"index.html": "ours"}); !errors.Is(err, bucket.ErrForeign) {
		t.Errorf("over a stranger's object: %v", err)
	}
	if got := s.writes(); len(got) != 0 {
		t.Errorf("written all the same: %q", got)
	}
	s.fail = func(r *http.Request) bool { return r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/b") }
	if err := s.publish(t, map[string]string{"a": "1", "b": "2", "c": "3"}); err == nil {
		t.Error("a refused upload is no error")
	}
	s.mu.Lock()
	s.fail = nil
	s.mu.Unlock()
	if err := s.publish(t, map[string]string{"b": "2"}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"a": "", "b": "2", "c": "", "index.html": "theirs"} {
		if body, _ := s.read(t, name); body != want {
			t.Errorf("%s is %q, want %q", name, body, want)
		}
	}
}

func TestTwoWriters(t *testing.T) {
	s := newServer(t)
	open := func() *bucket.Bucket {
		b, err := bucket.Open(t.Context(), bucket.Options{Address: "s3://shelf/news", Endpoint: s.url, Key: "key", Secret: "secret"})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	first, second := open(), open()
	for _, b := range []*bucket.Bucket{first, second} {
		if err := b.Put(t.Context(), "a", nil, []byte(b.String())); err != nil {
			t.Fatal(err)
		}
	}
	if err := first.Close(first.Finish(t.Context())); err != nil {
		t.Fatal(err)
	}
	if err := second.Close(second.Finish(t.Context())); !errors.Is(err, bucket.ErrBusy) {
		t.Errorf("the second writer: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	s := newServer(t)
	for name, o := range map[string]bucket.Options{
		"no keys":           {Address: "s3://shelf", Endpoint: s.url},
		"wrong key":         {Address: "s3://shelf", Endpoint: s.url, Key: "other", Secret: "x"},
		"no such bucket":    {Address: "s3://nowhere", Endpoint: s.url, Key: "key", Secret: "x"},
		"no bucket's name":  {Address: "s3:///x", Endpoint: s.url, Key: "key", Secret: "x"},
		"no such end point": {Address: "s3://shelf", Endpoint: "ftp://x", Key: "key", Secret: "x"},
	} {
		if _, err := bucket.Open(context.Background(), o); err == nil {
			t.Errorf("%s: opened", name)
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := bucket.Open(t.Context(), bucket.Options{Address: "s3://shelf/news", Endpoint: s.url, Key: "key", Secret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../x", "/x", "", ".", "a/../b", ".tributary-manifest.json"} {
		if err := b.Put(t.Context(), name, nil, nil); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
	if err := b.Close(nil); err != nil {
		t.Fatal(err)
	}
}
