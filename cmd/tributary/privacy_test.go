package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"tributary/feeds"
	"tributary/internal/pgtest"
)

// planted is what must be found nowhere once the release was pulled.
var planted = []string{"Okoro", "jokoro", "555 0143", "5550143", "p.marsh", "555 0199", "L8765432", "wa.me", "lena.training", "k.author", "555 0177",
	"survivor.jpg", "A survivor looks", "rescue.mp4", "Region-Country", "webdav"}

const contactsRelease = `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>Releases</title><link>http://HOST/</link><description>d</description>
<item><guid isPermaLink="false">1</guid><title>Victims of human trafficking freed in Libya, call +218 21 555 0143</title><link>http://HOST/1</link>
<author>k.author@iom.example (Kim Author)</author><category>p.marsh@iom.example</category>
<media:content url="http://HOST/survivor.jpg" type="image/jpeg"/><enclosure url="http://HOST/rescue.mp4" type="video/mp4" length="9"/>
<description>&lt;p&gt;Tripoli – Police freed 94 victims of human trafficking. Ask p.marsh (at) iom (dot) example or +218 91 555 0177.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Tripoli – Police freed 94 victims of human trafficking in Libya on Tuesday. The trafficking network held them for 12 months.</p>
<figure><img src="http://HOST/survivor.jpg" alt="A survivor"><figcaption>A survivor looks out</figcaption></figure>
<p>One had passport no. L8765432. Write on <a href="https://wa.me/2189155501">chat</a> or Skype: lena.training. Helped by press@iom.example. See /jahia/webdav/site/a.pdf too.</p>
<p>Victims may call the hotline +218 80 111 2222 at any time.</p>
<p>For further information, please contact Janet Okoro, IOM Libya, Tel: +218 21 555 0199, E-mail: <a href="mailto:jokoro@iom.example">jokoro@iom.example</a></p>
<p>About IOM</p><p>Established in 1951.</p>
<p>Language English Posted: Thursday, March 7, 2019 - 11:05Image: Region-Country: LibyaThemes: Counter-TraffickingDefault: Press Release Type: Local</p>]]></content:encoded></item>
</channel></rss>`

// TestNothingPersonalIsPublished pulls a source of contacts by the command and looks
// for them in every document, page, index and answer, and in the database but for the
// originals.
func TestNothingPersonalIsPublished(t *testing.T) {
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return pgtest.URL(t) },
	} {
		t.Run(name, func(t *testing.T) { pullContacts(t, database(t)) })
	}
}

func pullContacts(t *testing.T, database string) {
	var version atomic.Int32
	var host string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		body := strings.ReplaceAll(contactsRelease, "HOST", host)
		fmt.Fprint(w, strings.Replace(body, "Tel: +218 21 555 0199", fmt.Sprintf("Tel: +218 21 555 0199%d", version.Load()), 1))
	}))
	defer server.Close()
	host = strings.TrimPrefix(server.URL, "http://")
	dir := t.TempDir()
	config := filepath.Join(dir, "tributary.yaml")
	text := `catalogue: false
privacy:
  mailboxes: [press@]
fetch:
  allow: ["` + host + `"]
  min_interval: 0s
sources:
  - {id: rel, office: hq, title: Releases, url: "` + server.URL + `/feed", kind: iom, republish: full, language: en}
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	base := []string{"--config", config, "--data", filepath.Join(dir, "var"), "--log-level", "info"}
	if database != "" {
		base = append(base, "--database", database)
	}
	said := must(t, append(base, "--json", "pull", "--all")...)
	if !strings.Contains(said, `"cut":{"contacts":`) || strings.Contains(said, `"contacts":0`) {
		t.Errorf("the report says %s", said)
	}
	shelf := filepath.Join(dir, "public")
	must(t, append(base, "publish", "--out", shelf, "--base-url", "https://news.example.org")...)
	all := said + shelved(t, shelf)
	g := &Globals{Config: config, Data: filepath.Join(dir, "var"), Database: database, LogLevel: "error"}
	var log strings.Builder
	a, err := g.open(t.Context(), &console{in: strings.NewReader(""), out: &log, err: &log}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer a.close()
	stories, err := a.db.Stories(t.Context(), feeds.Selector{}, 10)
	if err != nil || len(stories) != 1 {
		t.Fatalf("%d stories, %v", len(stories), err)
	}
	s, err := a.newSite(a.config)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/stories/" + stories[0].ID, "/sources", "/feeds", "/feeds.opml", "/feeds/all.atom", "/feeds/all.rss", "/feeds/all.json", "/feeds/all.html",
		"/feeds/topic/counter-trafficking.atom", "/feeds/source/rel.json"} {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d", path, w.Code)
		}
		all += w.Body.String()
	}
	for _, x := range planted {
		if strings.Contains(all, x) {
			i := strings.Index(all, x)
			t.Errorf("%q is published: %.120q", x, all[max(0, i-60):])
		}
	}
	for _, x := range []string{"held them for 12 months", "+218 80 111 2222", "press@iom.example", "About IOM", "urn:tributary-field:themes", "Counter-Trafficking"} {
		if !strings.Contains(all, x) {
			t.Errorf("%q is not published", x)
		}
	}
	for _, word := range []string{"okoro", "jokoro", "marsh", "L8765432", "0143"} {
		if found, err := a.db.Stories(t.Context(), feeds.Selector{Query: word}, 10); err != nil || len(found) > 0 {
			t.Errorf("a search for %q finds %d stories, %v", word, len(found), err)
		}
	}
	if found, err := a.db.Stories(t.Context(), feeds.Selector{Query: "trafficking network"}, 10); err != nil || len(found) != 1 {
		t.Errorf("a search for the words finds %d stories, %v", len(found), err)
	}

	// The database has it in the originals alone, and those end.
	entry := stories[0].Copies[0]
	before, err := a.db.Original(t.Context(), entry.EntryID, entry.Revision)
	if err != nil || !strings.Contains(before.Content, "jokoro@iom.example") {
		t.Errorf("original: %v, %.100q", err, before.Content)
	}
	if n := rows(t, a.db.SQL(), `SELECT count(*) FROM revision WHERE document LIKE '%okoro%' OR document LIKE '%555 01%'`); n != 0 {
		t.Errorf("%d revisions have it", n)
	}

	// Another number in the contacts is no new version; nothing kept is nothing left.
	version.Add(1)
	again := must(t, append(base, "--json", "pull", "--all")...)
	if !strings.Contains(again, `"changed":0,"same":1`) {
		t.Errorf("the second pull says %s", again)
	}
	if err := os.WriteFile(config, []byte(strings.Replace(text, "privacy:\n", "privacy:\n  keep_originals: 0s\n", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, append(base, "pull", "--all")...)
	if _, err := a.db.Original(t.Context(), entry.EntryID, entry.Revision); !errors.Is(err, feeds.ErrNotFound) {
		t.Errorf("the original is still there: %v", err)
	}
}

func rows(t *testing.T, db *sql.DB, query string) int {
	t.Helper()
	var n int
	if err := db.QueryRowContext(context.WithoutCancel(t.Context()), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// shelved is every file of a static shelf that is text.
func shelved(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	files := 0
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".br") {
			return err
		}
		content, err := os.ReadFile(name)
		b.Write(content)
		files++
		return err
	})
	if err != nil || files < 5 {
		t.Fatalf("%d files, %v", files, err)
	}
	return b.String()
}
