package pipeline

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// secrets are words that must not be left anywhere, of a title, a text, a former text and
// an address. None begins as another one does, so that an index writes each out.
var secrets = []string{"Zubaydatitle", "quorumtext", "yellowformer", "xylophonelink", "walrusguid", "Vikingcontact"}

func secretEntry(words string) string {
	return entry("walrusguid", "Zubaydatitle LY", "https://ly.example/xylophonelink", words+" quorumtext. Contact: vikingcontact@example.org")
}

// files are all bytes of a SQLite database.
func (d *desk) files() []byte {
	d.t.Helper()
	names, err := filepath.Glob(filepath.Join(d.dir, "*"))
	if err != nil || len(names) == 0 {
		d.t.Fatalf("%v (%v)", names, err)
	}
	var all []byte
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			d.t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

func (d *desk) left() (out []string) {
	all := bytes.ToLower(d.files())
	for _, s := range secrets {
		if bytes.Contains(all, []byte(strings.ToLower(s))) {
			out = append(out, s)
		}
	}
	return out
}

func (d *desk) indexes() {
	d.t.Helper()
	for {
		n, err := d.db.IndexPending(d.t.Context(), 100)
		if err != nil {
			d.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// Nothing of what was purged is left in SQLite's files: neither in rows, free pages, the
// index nor the log.
func TestPurgeErasesTheFiles(t *testing.T) {
	dir := t.TempDir()
	d := newDesk(t, dir, store.Options{Path: filepath.Join(dir, "t.db")})
	d.KeepOriginals = 24 * time.Hour
	d.catalogue(source("ly", "mena", feeds.KindIOM))
	for i := range 40 { // others, so that pages are shared and not emptied whole
		d.prints("ly", "", entry(strings.Repeat("g", i+1), "Other", "https://ly.example/o", other), secretEntry("First"))
	}
	d.prints("ly", "", secretEntry("yellowformer"))
	d.pull()
	d.now = d.now.Add(time.Hour)
	d.prints("ly", "", secretEntry("Later"))
	d.pull()
	d.indexes()
	if left := d.left(); len(left) != len(secrets) {
		t.Fatalf("only %v are there to begin with", left)
	}
	s := d.carried("ly")
	r := d.decides(feeds.Ruling{Action: feeds.RulingWithdraw, Story: s.ID, Whole: true, Entries: []int64{s.Lead().EntryID}})
	d.indexes()
	if _, _, err := d.editors().Purge(t.Context(), r.ID, "ana"); err != nil {
		t.Fatal(err)
	}
	if left := d.left(); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
	// Its publisher says it again, and otherwise: nothing of it is kept.
	d.now = d.now.Add(time.Hour)
	d.prints("ly", "", secretEntry("Once more, yellowformer"))
	d.pull()
	d.indexes()
	if left := d.left(); len(left) > 0 {
		t.Errorf("%v are back", left)
	}
}
