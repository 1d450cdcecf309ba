package main

import (
	"mime"
	"net/http"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/internal/demo"
	"tributary/internal/feedcheck"
)

// mailReader is rss2email: a reader that sends each entry by e-mail, here into a folder.
type mailReader struct {
	t   *testing.T
	dir string
}

func (r *mailReader) file(name string) string { return filepath.Join(r.dir, name) }

func (r *mailReader) run(args ...string) {
	r.t.Helper()
	cmd := exec.Command("r2e", append([]string{"-c", r.file("config"), "-d", r.file("db.json")}, args...)...)
	cmd.Env = append(os.Environ(), "HOME="+r.dir, "XDG_CONFIG_HOME="+r.dir, "XDG_DATA_HOME="+r.dir, "LC_ALL=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		r.t.Fatalf("r2e %v: %v\n%s\n(make deps installs rss2email)", args, err, out)
	}
}

// mails are the subjects of what was sent, by the ids of their entries.
func (r *mailReader) mails() map[string][]string {
	r.t.Helper()
	files, err := filepath.Glob(r.file("mail/INBOX/new/*"))
	if err != nil {
		r.t.Fatal(err)
	}
	out := map[string][]string{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			r.t.Fatal(err)
		}
		m, err := mail.ReadMessage(f)
		if err != nil {
			r.t.Fatalf("%s: %v", name, err)
		}
		if err := f.Close(); err != nil {
			r.t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			r.t.Fatal(err)
		}
		id := m.Header.Get("X-Rss-Id")
		out[id] = append(out[id], subject)
	}
	return out
}

// moved is the time by which every event of the demo world has happened.
func moved(t *testing.T) time.Duration {
	t.Helper()
	expect, err := demo.Expectations()
	if err != nil {
		t.Fatal(err)
	}
	var last time.Duration
	for _, e := range expect.Events {
		last = max(last, e.After)
	}
	return last + time.Second
}

// collect notes the titles that a feed shows, by id.
func collect(titles map[string][]string, f feedcheck.Feed) {
	for _, e := range f.Entries {
		if title := strings.Join(strings.Fields(e.Title), " "); !slices.Contains(titles[e.ID], title) {
			titles[e.ID] = append(titles[e.ID], title)
		}
	}
}

// Whoever reads our feed by e-mail gets one message for each story: none again when
// nothing is new, none again for a story that was edited or withdrawn.
func TestAMailReaderGetsEachStoryOnce(t *testing.T) {
	s := newStage(t)
	s.pull()
	exchanges := s.record()
	const path = "/feeds/all.atom?limit=100"
	r := &mailReader{t: t, dir: t.TempDir()}
	config := "[DEFAULT]\nfrom = reader@rss2email.invalid\nto = me@example.org\nemail-protocol = maildir\nmaildir-path = " + r.file("mail") + "\nmaildir-mailbox = INBOX\n"
	for _, dir := range []string{"mail/INBOX/new", "mail/INBOX/cur", "mail/INBOX/tmp"} {
		if err := os.MkdirAll(r.file(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(r.file("config"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	r.run("add", "all", s.web.URL+path)
	titles := map[string][]string{}
	same := func(when string) {
		t.Helper()
		got := r.mails()
		for id, subjects := range got {
			if len(subjects) != 1 {
				t.Errorf("%s: %d messages about %s", when, len(subjects), id)
			}
			if !slices.Contains(titles[id], strings.Join(strings.Fields(subjects[0]), " ")) {
				t.Errorf("%s: %q about %s, which is called %q", when, subjects[0], id, titles[id])
			}
		}
		if len(got) != len(titles) {
			t.Errorf("%s: messages about %d stories, want %d", when, len(got), len(titles))
		}
	}
	collect(titles, s.examine(path).report.Feed)
	r.run("run")
	same("first")
	exchanges()
	r.run("run")
	same("again")
	if x := exchanges(); len(x) != 1 || x[0].status != http.StatusNotModified || !x[0].conditional {
		t.Errorf("nothing new: %+v", x)
	}
	before := len(titles)
	s.at(moved(t))
	if report := s.pull(); report.Entries.Changed == 0 || report.Entries.New == 0 {
		t.Fatalf("the world did not move: %+v", report)
	}
	after := s.examine(path).report.Feed
	collect(titles, after)
	if len(titles) == before || len(after.Deleted) == 0 {
		t.Fatalf("%d stories were %d, %d withdrawn", len(titles), before, len(after.Deleted))
	}
	r.run("run")
	same("after the world has moved")
}
