package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/store"
)

// newsdesk is a publisher of two items, the program over it as a user runs it, and
// three editors.
type newsdesk struct {
	t      *testing.T
	base   []string // global flags
	url    string
	tokens map[string]string // office -> token
	said   *lines
	run    *program
}

func newNewsdesk(t *testing.T, base []string, edition *atomic.Int32) *newsdesk {
	t.Helper()
	publisher := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>News</title><link>https://news.example/</link><language>en</language>
<item><guid>a</guid><link>https://news.example/a</link><title>Shelter for families in Chad</title><description>%s families received shelter kits in Chad. Funded by Libya. &lt;b&gt;Tell&lt;/b&gt; a friend in Lyon.</description></item>
<item><guid>b</guid><link>https://news.example/b</link><title>Training in Libya</title><description>Coast guards in Libya were trained in first aid.</description></item>
</channel></rss>`, []string{"Hundreds of", "Thousands of", "Many thousands of"}[edition.Load()])
	}
	return openNewsdesk(t, base, publisher, "news wca", "wire mena off")
}

// openNewsdesk is a newsdesk over sources that are given as id and office, each at its id
// below the publisher's address; "off" after them is one that is not pulled.
func openNewsdesk(t *testing.T, base []string, publisher http.HandlerFunc, sources ...string) *newsdesk {
	t.Helper()
	server := httptest.NewServer(publisher)
	t.Cleanup(server.Close)
	var catalogue strings.Builder
	for i, s := range sources {
		words := strings.Fields(s)
		id, office, enabled := words[0], words[1], len(words) == 2
		fmt.Fprintf(&catalogue, "  - {id: %s, office: %s, title: %s, publisher: %s, url: %q, kind: iom, republish: full, rank: %d, schedule: \"@yearly\", zone: UTC, enabled: %t}\n",
			id, office, id, id, server.URL+"/"+id, i+1, enabled)
	}
	d := &newsdesk{t: t, tokens: map[string]string{}}
	var editors strings.Builder
	for _, office := range []string{"hq", "wca", "mena"} {
		var made struct{ Token, SHA256 string }
		if err := json.Unmarshal([]byte(must(t, "--json", "token")), &made); err != nil || len(made.Token) < 43 {
			t.Fatalf("token: %v, %+v", err, made)
		}
		d.tokens[office] = made.Token
		fmt.Fprintf(&editors, "    - {name: Editor of %s, office: %s, token: %q}\n", office, office, made.SHA256)
	}
	config := t.TempDir() + "/tributary.yaml"
	text := fmt.Sprintf("catalogue: false\nfetch: {min_interval: 0s, allow: [%q]}\njobs: {jitter: 0s}\ndesk:\n  editors:\n%ssources:\n%s",
		server.Listener.Addr(), editors.String(), catalogue.String())
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	d.base = append(base, "--config", config)
	d.pull()
	d.start()
	return d
}

func (d *newsdesk) pull() { must(d.t, append(d.base, "pull", "--all")...) }

func (d *newsdesk) start() {
	d.t.Helper()
	d.run, d.said = command(d.t, append(d.base, "serve", "--listen", "127.0.0.1:0")...), &lines{}
	d.run.Stderr = d.said
	if err := d.run.Start(); err != nil {
		d.t.Fatal(err)
	}
	run := d.run
	d.t.Cleanup(func() { // of a test that failed before it came to stop
		if run.ProcessState == nil {
			_ = run.Process.Kill()
			_ = run.Wait()
		}
	})
	d.url = d.said.await(d.t, `is at (http://[^/]+)/`)[1]
}

func (d *newsdesk) stop() {
	d.t.Helper()
	if err := d.run.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	if err := d.run.Wait(); err != nil {
		d.t.Errorf("told to stop: %v\n%s", err, d.said)
	}
	for office, token := range d.tokens {
		if strings.Contains(d.said.String(), token) {
			d.t.Errorf("the token of %s is in the log", office)
		}
	}
}

// call asks the API for an office; an answer that is not of the status fails the test.
func (d *newsdesk) call(office, method, path, body string, status int) map[string]any {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	if office != "" {
		r.Header.Set("Authorization", "Bearer "+d.tokens[office])
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil || resp.StatusCode != status {
		d.t.Fatalf("%s %s: %d, want %d: %v\n%s", method, path, resp.StatusCode, status, err, text)
	}
	return out
}

// read gets a page or feed with its ETag.
func (d *newsdesk) read(path string) (body, etag string) {
	d.t.Helper()
	resp, err := http.Get(d.url + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		d.t.Fatalf("GET %s: %d, %v\n%.300s", path, resp.StatusCode, err, text)
	}
	return string(text), resp.Header.Get("ETag")
}

func (d *newsdesk) holds(feed, title string, want bool) {
	d.t.Helper()
	if body, _ := d.read(feed); strings.Contains(body, title) != want {
		d.t.Errorf("%s has %q: %v, want %v", feed, title, !want, want)
	}
}

// until waits for what another process or a job does.
func (d *newsdesk) until(feed, words string, want bool) {
	d.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		if body, _ := d.read(feed); strings.Contains(body, words) == want {
			return
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("%s has %q: %v, want %v\n%s", feed, words, !want, want, d.said)
		}
	}
}

const (
	chad  = "Shelter for families in Chad"
	libya = "Training in Libya"
)

// A correction made through the API changes the feeds at once, and survives a new
// version from the publisher, a relabelling and a restart; taken back, the machine's
// answer stands again.
func TestCorrectionsHold(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		var edition atomic.Int32
		d := newNewsdesk(t, base, &edition)
		var list struct{ Items []struct{ ID, Title string } }
		body, _ := d.read("/feeds/country/td.json")
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Items) != 1 || list.Items[0].Title != chad {
			t.Fatalf("%v: %s", err, body)
		}
		story := list.Items[0].ID[strings.LastIndex(list.Items[0].ID, "/")+1:]
		d.holds("/feeds/country/ne.atom", chad, false)
		_, before := d.read("/feeds/country/td.atom")
		if why := d.call("", http.MethodGet, "/api/stories/"+story+"/why?country=ly", "", http.StatusOK); why["given"] != false || !strings.Contains(fmt.Sprint(why["why"]), "as a donor") {
			t.Errorf("why not Libya: %v", why)
		}
		corrections := "/api/stories/" + story + "/corrections"
		remove := `{"kind":"country","value":"td","action":"remove","why":"The camp is on the other side of the border"}`
		d.call("", http.MethodPost, corrections, remove, http.StatusUnauthorized)
		d.call("mena", http.MethodPost, corrections, remove, http.StatusForbidden)
		first := d.call("wca", http.MethodPost, corrections, remove, http.StatusCreated)
		again := d.call("wca", http.MethodPost, corrections, remove, http.StatusOK)
		if a, b := first["correction"].(map[string]any)["id"], again["correction"].(map[string]any)["id"]; a != b {
			t.Errorf("the same correction twice is %v and %v", a, b)
		}
		added := d.call("hq", http.MethodPost, corrections, `{"kind":"country","value":"NE","action":"primary","why":"It is in Diffa"}`, http.StatusCreated)["correction"].(map[string]any)

		hold := func(when string) {
			t.Helper()
			d.holds("/feeds/country/td.atom", chad, false)
			d.holds("/feeds/country/ne.atom", chad, true)
			d.holds("/feeds/country/ly.atom", libya, true)
			page, _ := d.read("/stories/" + story)
			for _, s := range []string{"Corrected by an editor of ", "It is in Diffa", "on the other side of the border"} {
				if !strings.Contains(page, s) {
					t.Errorf("%s: the page does not say %q", when, s)
				}
			}
			for _, path := range []string{"/stories/" + story, "/feeds/country/ne.atom", "/feeds/all.json", "/api/stories/" + story} {
				if text, _ := d.read(path); strings.Contains(text, "Editor of") {
					t.Errorf("%s: %s names who corrected", when, path)
				}
			}
		}
		hold("at once")
		if _, after := d.read("/feeds/country/td.atom"); after == before {
			t.Errorf("the feed's ETag stayed %s", after)
		}
		edition.Store(1)
		d.pull()
		d.until("/feeds/all.json", "Thousands of families", true)
		hold("after a new version")
		must(t, append(d.base, "relabel", "--all")...)
		hold("after a relabelling")
		d.stop()
		edition.Store(2)
		d.pull()
		d.start()
		hold("after a restart")
		all := d.call("mena", http.MethodGet, "/api/corrections?limit=1", "", http.StatusOK)
		if fmt.Sprint(all["next"]) == "" || len(all["corrections"].([]any)) != 1 {
			t.Errorf("the first page: %v", all)
		}
		one := fmt.Sprintf("/api/corrections/%v", added["id"])
		d.call("wca", http.MethodDelete, one, "", http.StatusForbidden)
		d.call("hq", http.MethodDelete, one, "", http.StatusOK)
		d.call("hq", http.MethodDelete, one, "", http.StatusOK)
		d.call("wca", http.MethodDelete, fmt.Sprintf("/api/corrections/%v", first["correction"].(map[string]any)["id"]), "", http.StatusOK)
		d.holds("/feeds/country/td.atom", chad, true)
		d.holds("/feeds/country/ne.atom", chad, false)
		d.stop()
		must(t, append(d.base, "check", "--store")...)
		if err := open(t).Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A rule is shown first, then made; a job applies it to what is kept, and taking it
// back undoes it.
func TestRulesOfASource(t *testing.T) {
	databases(t, func(t *testing.T, base []string, _ func(t *testing.T) *store.DB) {
		var edition atomic.Int32
		d := newNewsdesk(t, base, &edition)
		rule := `{"source":"news","kind":"country","value":"LY","action":"remove","field":"title","contains":"training","why":"Trainings are of the office"}`
		preview := d.call("wca", http.MethodPost, "/api/rules/preview", strings.Replace(rule, `,"why":"Trainings are of the office"`, "", 1), http.StatusOK)
		changes := preview["changes"].([]any)
		if len(changes) != 1 || changes[0].(map[string]any)["title"] != libya {
			t.Fatalf("preview: %v", preview)
		}
		d.holds("/feeds/country/ly.atom", libya, true)
		d.call("mena", http.MethodPost, "/api/rules", rule, http.StatusForbidden)
		kept := d.call("wca", http.MethodPost, "/api/rules", rule, http.StatusCreated)
		if again := d.call("wca", http.MethodPost, "/api/rules", rule, http.StatusOK); again["id"] != kept["id"] {
			t.Errorf("the same rule twice: %v, %v", kept, again)
		}
		d.until("/feeds/country/ly.atom", libya, false)
		story := changes[0].(map[string]any)["story"].(string)
		why := d.call("", http.MethodGet, "/api/stories/"+story+"/why?country=LY", "", http.StatusOK)
		if why["reason"] != string(feeds.ReasonSourceRule) || why["given"] != false || !strings.Contains(fmt.Sprint(why["why"]), "Trainings are of the office") {
			t.Errorf("why: %v", why)
		}
		d.call("mena", http.MethodDelete, fmt.Sprintf("/api/rules/%v", kept["id"]), "", http.StatusForbidden)
		d.call("wca", http.MethodDelete, fmt.Sprintf("/api/rules/%v", kept["id"]), "", http.StatusOK)
		d.until("/feeds/country/ly.atom", libya, true)
		if left := d.call("hq", http.MethodGet, "/api/rules?source=news", "", http.StatusOK); len(left["rules"].([]any)) != 0 {
			t.Errorf("rules left: %v", left)
		}
		d.stop()
	})
}
