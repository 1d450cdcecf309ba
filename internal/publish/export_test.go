package publish_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/feeds/write"
	"tributary/internal/publish"
)

// pages renders as little as a page renderer can.
type pages struct{ fault error }

func (p pages) RenderShelf(_ context.Context, channels []feeds.Channel, stories []string, emit func(string, []byte) error) error {
	if err := emit("index.html", []byte("index")); err != nil {
		return err
	}
	for _, ch := range channels {
		if err := emit("feeds/"+ch.Path+".html", []byte(ch.Title)); err != nil {
			return err
		}
	}
	for _, id := range stories {
		if err := emit("stories/"+id+".html", []byte(id)); err != nil {
			return err
		}
	}
	return p.fault
}

func shelf(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, relErr := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(text)
		return errors.Join(err, relErr)
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func export(t *testing.T, p *publish.Publisher, dir string) {
	t.Helper()
	if err := p.Export(t.Context(), dir, pages{}); err != nil {
		t.Fatal(err)
	}
}

func TestExport(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	dir := filepath.Join(t.TempDir(), "new", "shelf")
	export(t, p, dir)
	files := shelf(t, dir)
	for _, name := range []string{"index.html", "feeds.opml", "feeds/all.atom", "feeds/all.rss", "feeds/all.json", "feeds/all.html", "feeds/country/ly.atom",
		"feeds/region/mena.rss", "feeds/topic/floods.json", "feeds/office/ly.html", "feeds/source/daily.atom", "stories/01seminar.html"} {
		if files[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	if files["feeds/all.atom"] != string(get(t, p, "all.atom").Body) {
		t.Error("the file differs from the document served")
	}
	if _, there := files["feeds/country/tn.atom"]; there {
		t.Error("a channel without stories was written")
	}
}

// TestExportAgain: unchanged files keep their times, files of vanished channels go,
// and what others put there stays.
func TestExportAgain(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	dir := t.TempDir()
	export(t, p, dir)
	old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, name := range []string{"feeds/all.atom", "feeds/topic/counter-trafficking.atom", "feeds.opml"} {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	for _, foreign := range []string{"robots.txt", "feeds/country/mine.atom"} {
		if err := os.WriteFile(filepath.Join(dir, foreign), []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.change(func(w *world) { w.stories = []feeds.Story{w.stories[0], w.stories[2]} }) // no floods any more
	export(t, p, dir)
	files := shelf(t, dir)
	for _, gone := range []string{"feeds/topic/floods.atom", "feeds/topic/floods.html", "stories/01floods.html", "feeds/language/ar.json"} {
		if _, there := files[gone]; there {
			t.Errorf("%s is still there", gone)
		}
	}
	if files["robots.txt"] != "mine" || files["feeds/country/mine.atom"] != "mine" {
		t.Error("a stranger's file was touched")
	}
	for name, unchanged := range map[string]bool{"feeds/topic/counter-trafficking.atom": true, "feeds/all.atom": false, "feeds.opml": false} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.ModTime().Equal(old) != unchanged {
			t.Errorf("%s: modified %v", name, info.ModTime())
		}
	}
	for name := range files {
		if strings.HasSuffix(name, "-part") {
			t.Errorf("%s was left behind", name)
		}
	}
}

func TestExportStopsBeforeAStrangersFile(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.Export(t.Context(), dir, pages{}); err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("got %v", err)
	}
	if files := shelf(t, dir); files["index.html"] != "mine" || files["feeds/all.atom"] != "" {
		t.Errorf("something was written: %d files", len(files))
	}
}

// TestExportFailing: a failure leaves the shelf as it was, and the next run is not
// confused by it.
func TestExportFailing(t *testing.T) {
	w := newWorld()
	p := w.publisher(t)
	dir := t.TempDir()
	export(t, p, dir)
	before := shelf(t, dir)
	w.change(func(w *world) { w.stories[0].Copies[0].Entry.Title = "Changed"; w.stories[0].Changed = w.now })
	boom := errors.New("template is broken")
	if err := p.Export(t.Context(), dir, pages{fault: boom}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
	w.change(func(w *world) { w.fault = errDown })
	if err := p.Export(t.Context(), dir, pages{}); !errors.Is(err, errDown) {
		t.Errorf("without a store: %v", err)
	}
	after := shelf(t, dir)
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s changed", name)
		}
	}
	if len(after) != len(before) {
		t.Errorf("%d files became %d", len(before), len(after))
	}
	if err := os.WriteFile(filepath.Join(dir, "feeds", "all.atom.tributary-part"), []byte("cut sh"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.change(func(w *world) { w.fault = nil })
	export(t, p, dir)
	if files := shelf(t, dir); !strings.Contains(files["feeds/all.atom"], "Changed") || files["feeds/all.atom.tributary-part"] != "" {
		t.Error("the next export did not finish the work")
	}
}

// names emits one file under a name of the caller's.
type named string

func (n named) RenderShelf(_ context.Context, _ []feeds.Channel, _ []string, emit func(string, []byte) error) error {
	return emit(string(n), []byte("x"))
}

func TestExportStaysInside(t *testing.T) {
	p := newWorld().publisher(t)
	for _, name := range []string{"../outside.html", "/etc/x", "", ".", "a/../../b", ".tributary-manifest.json", "feeds/all.atom"} {
		if err := p.Export(t.Context(), t.TempDir(), named(name)); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
	dir, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, "feeds")); err != nil {
		t.Fatal(err)
	}
	if err := p.Export(t.Context(), dir, pages{}); err == nil || len(shelf(t, elsewhere)) > 0 {
		t.Errorf("wrote through a link that leads outside: %v", err)
	}
}

func TestOPMLNarrowed(t *testing.T) {
	p := newWorld().publisher(t)
	list, err := p.OPML(t.Context(), map[string][]string{"country": {"ly"}, "language": {"en"}})
	if err != nil {
		t.Fatal(err)
	}
	outlines, err := write.ReadOPML(strings.NewReader(string(list.Body)))
	if err != nil {
		t.Fatal(err)
	}
	addresses := make(map[string]bool)
	var walk func([]write.Outline)
	walk = func(list []write.Outline) {
		for _, o := range list {
			if o.FeedURL != "" && addresses[o.FeedURL] {
				t.Errorf("%s twice", o.FeedURL)
			}
			addresses[strings.TrimPrefix(o.FeedURL, "https://news.example.org/tributary/feeds/")] = true
			walk(o.Children)
		}
	}
	walk(outlines)
	for _, want := range []string{"country/ly.atom?language=en", "country/ly.atom?country=ma&language=en", "country/ly.atom?topic=counter-trafficking&language=en", "country/ly.atom?language=en&office=ly"} {
		if !addresses[want] {
			t.Errorf("%s is missing from %v", want, addresses)
		}
	}
	for address := range addresses {
		if strings.Contains(address, "floods") || address != "" && !strings.Contains(address, "ly.atom") {
			t.Errorf("%s is not of Libya, or empty", address)
		}
	}
	if again, err := p.OPML(t.Context(), map[string][]string{"language": {"EN"}, "country": {"LY"}}); err != nil || again != list {
		t.Errorf("another spelling is another list: %v", err)
	}
	if _, err := p.OPML(t.Context(), map[string][]string{"x": {"y"}}); err == nil {
		t.Error("an unknown parameter was accepted")
	}
}
