package config_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tributary/config"
	"tributary/feeds"
)

var update = flag.Bool("update", false, "write golden files and the schema anew")

// checkSchedule stands for the real judge of cron expressions.
func checkSchedule(expr, zone string) error {
	if strings.HasPrefix(expr, "61 ") {
		return errors.New("minute 61 does not exist")
	}
	return nil
}

func mustLoad(t *testing.T, o config.Options) *config.Config {
	t.Helper()
	c, err := config.Load(o)
	if err != nil {
		t.Fatalf("load:\n%v", err)
	}
	return c
}

func source(t *testing.T, c *config.Config, id string) feeds.Source {
	t.Helper()
	i := slices.IndexFunc(c.Sources, func(s feeds.Source) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("no source %s", id)
	}
	return c.Sources[i]
}

// Each file of testdata/refused is a case; the file beside it with .txt is what a
// person reads.
func TestRefused(t *testing.T) {
	files, err := filepath.Glob("testdata/refused/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			c, err := config.Load(config.Options{Path: file, CheckSchedule: checkSchedule})
			if err == nil || c != nil {
				t.Fatalf("accepted: %v", c)
			}
			got := err.Error() + "\n"
			golden := strings.TrimSuffix(file, ".yaml") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, readErr := os.ReadFile(golden)
			if readErr != nil {
				t.Fatal(readErr)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("problems differ (-want +got):\n%s", diff)
			}
			var problems config.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("%T is no Problems", err)
			}
			for _, p := range problems {
				if p.File == "" || p.Line == 0 || p.Message == "" || p.Instead == "" {
					t.Errorf("incomplete problem: %#v", p)
				}
			}
			if strings.Contains(got, "hunter2") {
				t.Error("a password is shown")
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	c := mustLoad(t, config.Options{CheckSchedule: checkSchedule})
	got := []any{
		c.Listen, c.Data, c.Database, c.BaseURL, c.SchemeBase, c.Fetch.PerHost, c.Fetch.Timeout, c.Fetch.MaxBytes,
		c.Fetch.MaxRedirects, c.Fetch.MinInterval, len(c.Fetch.Allow), c.Jobs.RescueAfter, c.Publish.Limit, c.Publish.MaxLimit,
		c.Log.Level, c.Log.Format,
	}
	want := []any{
		"127.0.0.1:8080", "./var", "", "http://127.0.0.1:8080", "urn:tributary:", 2, 30 * time.Second, int64(10 << 20),
		5, 5 * time.Minute, 0, 5 * time.Minute, 50, 100,
		"info", "text",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

func TestFileOverDefaults(t *testing.T) {
	c := mustLoad(t, config.Options{Path: "testdata/accepted/dakar.yaml", CheckSchedule: checkSchedule})
	got := []any{
		c.Listen, c.Data, c.Database, c.BaseURL, c.Fetch.PerHost, c.Fetch.Concurrency, c.Fetch.MaxBytes, c.Fetch.Allow,
		c.Publish.Title["fr"], c.Publish.Title["pt-BR"], c.Publish.Title["en"],
	}
	want := []any{
		":8080", "./var", "postgres://tributary:p%40ss@db.example.org:5432/news", "https://news.example.org", 1, 32, int64(4 << 20), []string{"10.0.0.5:80"},
		"Nouvelles de la migration", "Notícias de migração", "Migration news",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}

	changed := source(t, c, "un-news-fr")
	if changed.Office != "wca" || changed.Enabled || changed.URL == "" || changed.Zone != "Africa/Abidjan" {
		t.Errorf("changed source of the catalogue: %+v", changed)
	}
	added := source(t, c, "example-ngo")
	want1 := feeds.Source{
		ID: "example-ngo", Office: "ne", Title: "Example NGO", Publisher: "Example NGO", URL: "https://ngo.example.org/feed/",
		Kind: feeds.KindPartner, Language: "fr", Countries: []string{"NE"}, Schedule: added.Schedule, Zone: "Africa/Niamey",
		Rank: 100, Republish: feeds.RepublishSummary, Enabled: true,
	}
	if diff := cmp.Diff(want1, added); diff != "" {
		t.Errorf("added source (-want +got):\n%s", diff)
	}
	if !strings.HasSuffix(added.Schedule, " * * * *") {
		t.Errorf("schedule made for a source: %q", added.Schedule)
	}
	merged := source(t, c, "example-ngo-en")
	if merged.Language != "en" || merged.Office != "ne" || merged.Zone != "UTC" || merged.Schedule != "@daily" {
		t.Errorf("source made with a YAML merge: %+v", merged)
	}
	included := source(t, c, "example-radio")
	if included.Rank != 200 || included.Publisher != "Example Media Group" || included.Republish != feeds.RepublishTitle {
		t.Errorf("included source: %+v", included)
	}
	i := slices.IndexFunc(c.Offices, func(o feeds.Office) bool { return o.Code == "wca" })
	if i < 0 || c.Offices[i].City != "Dakar" {
		t.Errorf("changed office lost what the file does not give: %+v", c.Offices)
	}
}

func TestCatalogueOff(t *testing.T) {
	c := mustLoad(t, config.Options{Path: "testdata/accepted/own_sources_only.yaml"})
	if len(c.Sources) != 1 || c.Sources[0].ID != "only" || len(c.Offices) < 7 {
		t.Errorf("got %d sources, %d offices", len(c.Sources), len(c.Offices))
	}
}

func TestEmptyFiles(t *testing.T) {
	defaults := mustLoad(t, config.Options{})
	for _, name := range []string{"empty.yaml", "comment.yaml"} {
		if changed := mustLoad(t, config.Options{Path: "testdata/accepted/" + name}).Changed(defaults); len(changed) > 0 {
			t.Errorf("%s changed %v", name, changed)
		}
	}
}

func TestLayers(t *testing.T) {
	file := "testdata/accepted/dakar.yaml" // per_host 1
	environ := []string{"PATH=/bin", "TRIBUTARY_FETCH_PER_HOST=3"}
	for _, tc := range []struct {
		name string
		o    config.Options
		want int
	}{
		{"defaults", config.Options{}, 2},
		{"file", config.Options{Path: file}, 1},
		{"environment over file", config.Options{Path: file, Environ: environ}, 3},
		{"flag over environment", config.Options{Path: file, Environ: environ, Overrides: map[string]string{"fetch.per_host": "4"}}, 4},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := mustLoad(t, tc.o).Fetch.PerHost; got != tc.want {
				t.Errorf("got %d, want %d", got, tc.want)
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	c := mustLoad(t, config.Options{Environ: []string{
		"TRIBUTARY_FETCH_ALLOW= 10.0.0.5:80, [::1]:8080 ,",
		"TRIBUTARY_FETCH_TIMEOUT=1m30s",
		"TRIBUTARY_FETCH_MAX_BYTES=512KiB",
		"TRIBUTARY_CATALOGUE=false",
		"TRIBUTARY_PUBLISH_TITLE_PT_BR=Migração",
		"TRIBUTARY_DATABASE_FILE=testdata/accepted/database.txt",
		"TRIBUTARY_CONFIG=elsewhere.yaml", "TRIBUTARY_TEST_POSTGRES=x",
		"TRIBUTARY_SERVICE_HOST=10.0.0.1", "TRIBUTARY_PORT=tcp://10.0.0.1:80", "TRIBUTARY_PORT_80_TCP_ADDR=10.0.0.1",
	}})
	got := []any{c.Fetch.Allow, c.Fetch.Timeout, c.Fetch.MaxBytes, len(c.Sources), c.Publish.Title["pt-BR"], c.Publish.Title["en"], c.Database}
	want := []any{
		[]string{"10.0.0.5:80", "[::1]:8080"}, 90 * time.Second, int64(512 << 10), 0, "Migração", "Migration news",
		"postgres://tributary:p%40ss@db.example.org:5432/news",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestDatabaseVariable(t *testing.T) {
	for _, name := range []string{"TRIBUTARY_DATABASE", "TRIBUTARY_DATABASE_URL"} {
		c := mustLoad(t, config.Options{Environ: []string{name + "=postgres://db/news"}})
		if c.Database != "postgres://db/news" {
			t.Errorf("%s: database %q", name, c.Database)
		}
	}
}

func TestBadEnvironmentAndFlags(t *testing.T) {
	_, err := config.Load(config.Options{
		Environ: []string{
			"TRIBUTARY_FETCH_PERHOST=3",
			"TRIBUTARY_FETCH_PER_HOST=three",
			"TRIBUTARY_LISTEN=",
			"TRIBUTARY_DATABASE=postgres://db/news",
			"TRIBUTARY_DATABASE_FILE=testdata/accepted/database.txt",
			"TRIBUTARY_DATABASE_URL=postgres://db/other",
			"TRIBUTARY_CONTACT_FILE=testdata/nowhere.txt",
			"TRIBUTARY_PUBLISH_TITLE_ENGLISH=News",
		},
		Overrides: map[string]string{"listenn": ":80", "fetch": "fast", "log.level": "loud", "sources": "x", "jobs.workers.all": "1"},
	})
	want := strings.TrimSpace(`
environment variable TRIBUTARY_CONTACT_FILE: contact_file: "testdata/nowhere.txt" cannot be read: no such file or directory; write the path of a readable file
environment variable TRIBUTARY_DATABASE_FILE: database: stands beside TRIBUTARY_DATABASE; keep one of the two
environment variable TRIBUTARY_DATABASE_URL: database: stands beside TRIBUTARY_DATABASE; keep one of the two
environment variable TRIBUTARY_FETCH_PERHOST: is no setting; write TRIBUTARY_FETCH_PER_HOST
environment variable TRIBUTARY_FETCH_PER_HOST: fetch.per_host: "three" is no whole number; write a whole number, such as 1
environment variable TRIBUTARY_LISTEN: listen: "" is no address to listen on; write host:port, such as 127.0.0.1:8080, or :8080 for every network
environment variable TRIBUTARY_PUBLISH_TITLE_ENGLISH: publish.title.english: the key "english" is no language; write a BCP 47 tag, such as en, fr, ar or pt-BR
command line: fetch: is "fast"; write a table of keys, each on a line of its own below
command line: jobs.workers: is a table of keys; write a whole number, such as 1
command line: listenn: unknown key; write listen
command line: log.level: "loud" is none of debug, info, warn, error; write debug, info, warn or error
command line: sources: cannot be given here; write sources in a file`)
	if err == nil {
		t.Fatal("accepted")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Error("the cause of an unreadable file is lost")
	}
}

func TestUnreadableFile(t *testing.T) {
	for _, path := range []string{"testdata/nowhere.yaml", "testdata"} {
		if _, err := config.Load(config.Options{Path: path}); err == nil || !strings.Contains(err.Error(), path+": cannot be read") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestBounds(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c <= 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	var sources, keys strings.Builder
	sources.WriteString("sources:\n")
	for i := range 1 << 15 {
		fmt.Fprintf(&sources, "- {id: a%d, office: b%d}\n", i, i)
		fmt.Fprintf(&keys, "a_key_that_is_long_%d: 1\n", i)
	}
	for name, tc := range map[string]struct{ text, want string }{
		"too many sources":     {sources.String(), "sources: has more than 20000 entries"},
		"too many keys":        {keys.String(), "more problems are not shown"},
		"aliases that explode": {bomb, "more than 200000 values"},
		"deep nesting":         {"data: " + strings.Repeat("[", 500) + strings.Repeat("]", 500), "levels deep"},
		"too large":            {"# " + strings.Repeat("x", 1<<20), "bytes"},
		"no text":              {"listen: \x00", "is not YAML"},
		"a list at the top":    {strings.Repeat("- x\n", 3), "is a list"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "case.yaml")
			if err := os.WriteFile(path, []byte(tc.text), 0o600); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			_, err := config.Load(config.Options{Path: path})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			// Far above what it takes, far below what quadratic work would.
			if took := time.Since(start); took > time.Minute {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestProblemsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, "key%d: 1\n", i)
	}
	path := filepath.Join(t.TempDir(), "many.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(config.Options{Path: path})
	var problems config.Problems
	if !errors.As(err, &problems) || len(problems) != config.MaxProblems+1 {
		t.Fatalf("got %d problems", len(problems))
	}
	if last := problems[len(problems)-1].Error(); last != fmt.Sprintf("%d more problems are not shown", 5000-config.MaxProblems) {
		t.Errorf("last line: %s", last)
	}
}

func TestGivenSources(t *testing.T) {
	demo := feeds.Source{ID: "demo", Office: "mena", Title: "Demo", URL: "http://127.0.0.1:4711/feed.xml", Kind: feeds.KindIOM, Schedule: "@every 10s", Enabled: true}
	c := mustLoad(t, config.Options{Path: "testdata/accepted/dakar.yaml", Sources: []feeds.Source{demo}})
	want := demo
	want.Publisher, want.Zone, want.Republish = "Demo", "Africa/Cairo", feeds.RepublishSummary
	if diff := cmp.Diff([]feeds.Source{want}, c.Sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
	if c := mustLoad(t, config.Options{Sources: []feeds.Source{}}); len(c.Sources) != 0 {
		t.Errorf("no sources given, %d used", len(c.Sources))
	}
	bad := demo
	bad.Office, bad.URL, bad.Title, bad.Kind, bad.Republish = "nowhere", "nothing", "", "blog", "all"
	_, err := config.Load(config.Options{Sources: []feeds.Source{bad, bad}})
	for _, part := range []string{`"nowhere" is no office`, `does not start with http`, "has no title", "stands twice", "is no kind", "is no permission"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("problems lack %q:\n%v", part, err)
		}
	}
}

// Values at the edge of what is allowed.
func TestAcceptedValues(t *testing.T) {
	builtin := small(t)
	for key, values := range map[string][]string{
		"listen":            {":0", "[::1]:8080", "localhost:80", "0.0.0.0:65535"},
		"database":          {"", "postgresql://db/news?sslmode=disable", "postgres:///news?host=/var/run/postgresql"},
		"base_url":          {"http://localhost:8080/", "https://news.example.org/feeds-of-iom", "HTTPS://news.example.org"},
		"authority":         {"press@news.example.org", "localhost", "xn--bcher-kva.example"},
		"scheme_base":       {"urn:tributary:", "https://news.example.org/scheme#", "tag:news.example.org,2026:"},
		"contact":           {"", "press@example.org", "https://news.example.org/contact"},
		"fetch.allow":       {"", "[fd00::1]:443,intranet:80"},
		"fetch.max_bytes":   {"65536", "64KiB", "1 GiB", "20MB"},
		"fetch.timeout":     {"1s", "1500ms", "4m59.5s"},
		"jobs.jitter":       {"0s", "1h"},
		"publish.max_limit": {"50", "1000"},
		"publish.title.ar":  {"أخبار الهجرة"},
	} {
		for _, value := range values {
			if _, err := config.LoadFrom(config.Options{Overrides: map[string]string{key: value}}, builtin, nil); err != nil {
				t.Errorf("%s=%s: %v", key, value, err)
			}
		}
	}
}

func TestLocalAddress(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080",
		":9000":          "http://localhost:9000",
		"[::]:80":        "http://localhost:80",
		"[::1]:80":       "http://[::1]:80",
		"127.0.0.1:0":    "",
	} {
		c, err := config.LoadFrom(config.Options{Overrides: map[string]string{"listen": listen}}, small(t), nil)
		if err != nil || c.BaseURL != want {
			t.Errorf("listen %s: %+v, %v; want base_url %q", listen, c, err, want)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := config.Load(config.Options{Path: "testdata/accepted/dakar.yaml"}); err != nil {
			b.Fatal(err)
		}
	}
}
