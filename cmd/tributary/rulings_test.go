package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"tributary/internal/store"
)

// storyNamed is the id of the story with a title in the JSON feed of everything.
func (d *newsdesk) storyNamed(title string) string {
	d.t.Helper()
	var list struct{ Items []struct{ ID, Title string } }
	body, _ := d.read("/feeds/all.json")
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		d.t.Fatal(err)
	}
	for _, it := range list.Items {
		if it.Title == title {
			return it.ID[strings.LastIndex(it.ID, "/")+1:]
		}
	}
	d.t.Fatalf("no story %q in %s", title, body)
	return ""
}

func (d *newsdesk) status(path string, follow bool) (status int, location, body string) {
	d.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		if follow {
			return nil
		}
		return http.ErrUseLastResponse
	}}
	resp, err := client.Get(d.url + path)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	b := make([]byte, 1<<16)
	n, _ := resp.Body.Read(b)
	return resp.StatusCode, resp.Header.Get("Location"), string(b[:n])
}

// What people decide about stories shows in feeds, pages and redirects at once, holds over
// new versions and a restart, and is undone by taking it back.
func TestRulingsHold(t *testing.T) {
	databases(t, func(t *testing.T, base []string, open func(t *testing.T) *store.DB) {
		var edition atomic.Int32
		d := newNewsdesk(t, base, &edition)
		one, two := d.storyNamed(chad), d.storyNamed(libya)
		merge := fmt.Sprintf(`{"stories":[%q],"why":"One visit"}`, two)
		d.call("", http.MethodPost, "/api/stories/"+one+"/merge", merge, http.StatusUnauthorized)
		d.call("mena", http.MethodPost, "/api/stories/"+one+"/merge", merge, http.StatusForbidden)
		d.call("wca", http.MethodPost, "/api/stories/"+one+"/merge", `{"stories":[],"why":"One visit"}`, http.StatusUnprocessableEntity)
		made := d.call("wca", http.MethodPost, "/api/stories/"+one+"/merge", merge, http.StatusCreated)
		left, gone := min(one, two), max(one, two)
		if made["now"] != left {
			t.Errorf("ruling %v, want it to name %s", made, left)
		}
		hold := func(when string) {
			t.Helper()
			if status, location, _ := d.status("/stories/"+gone, false); status != http.StatusMovedPermanently || !strings.HasSuffix(location, "/stories/"+left) {
				t.Errorf("%s: the merged story answers %d to %q", when, status, location)
			}
			atom, _ := d.read("/feeds/all.atom")
			if strings.Count(atom, "<entry") != 1 || !strings.Contains(atom, "deleted-entry") || !strings.Contains(atom, gone) {
				t.Errorf("%s: feed %s", when, atom)
			}
			d.call("", http.MethodGet, "/api/stories/"+left, "", http.StatusOK)
		}
		hold("at once")
		edition.Store(1)
		d.pull()
		d.until("/feeds/all.atom", "housands of families", true)
		hold("after a new version")
		d.stop()
		d.start()
		hold("after a restart")

		copies := d.call("", http.MethodGet, "/api/stories/"+left, "", http.StatusOK)["copies"].([]any)
		var ids []string
		for _, c := range copies {
			ids = append(ids, c.(map[string]any)["entry"].(string))
		}
		pair := d.call("wca", http.MethodGet, "/api/pair?entries="+strings.Join(ids, ","), "", http.StatusOK)
		if pair["one_story"] != true || pair["verdict"] != "neither" || len(pair["rulings"].([]any)) != 1 {
			t.Errorf("why: %v", pair)
		}
		ruling := fmt.Sprintf("/api/rulings/%v", d.call("wca", http.MethodGet, "/api/rulings?action=merge", "", http.StatusOK)["rulings"].([]any)[0].(map[string]any)["id"])
		d.call("mena", http.MethodDelete, ruling, "", http.StatusForbidden)
		d.call("wca", http.MethodDelete, ruling, "", http.StatusOK)
		d.holds("/feeds/all.json", chad, true)
		d.holds("/feeds/all.json", libya, true)

		// A withdrawal: out of every feed, page and search, and no publisher brings it back.
		story := d.storyNamed(chad)
		withdraw := `{"why":"A family is named","note":"Withdrawn to protect a family."}`
		d.call("mena", http.MethodPost, "/api/stories/"+story+"/withdraw", withdraw, http.StatusForbidden)
		took := d.call("wca", http.MethodPost, "/api/stories/"+story+"/withdraw", withdraw, http.StatusCreated)
		away := func(when string) {
			t.Helper()
			for _, path := range []string{"/feeds/all.json", "/feeds/country/td.atom", "/feeds/all.rss", "/feeds/all.html", "/feeds/all.atom?q=shelter", "/"} {
				if body, _ := d.read(path); strings.Contains(body, chad) {
					t.Errorf("%s: %s still has it", when, path)
				}
			}
			if atom, _ := d.read("/feeds/country/td.atom"); !strings.Contains(atom, story) || !strings.Contains(atom, "deleted-entry") {
				t.Errorf("%s: no tombstone in %s", when, atom)
			}
			status, _, body := d.status("/stories/"+story, true)
			if status != http.StatusGone || strings.Contains(body, chad) || !strings.Contains(body, "to protect a family") {
				t.Errorf("%s: the page answers %d: %s", when, status, body)
			}
		}
		away("at once")
		edition.Store(2)
		d.pull()
		away("after a new version")
		id := fmt.Sprint(d.call("wca", http.MethodGet, "/api/rulings?action=withdraw", "", http.StatusOK)["rulings"].([]any)[0].(map[string]any)["id"])
		d.call("wca", http.MethodPost, "/api/rulings/"+id+"/purge", `{}`, http.StatusOK)
		d.stop()
		d.pull()
		d.start()
		away("after purge and restart")
		d.stop()
		if took["why"] != "A family is named" {
			t.Errorf("ruling %v", took)
		}
		must(t, append(d.base, "check", "--store")...)
		if err := open(t).Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
