package web

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
	"tributary/internal/pipeline"
)

// The real desk and store are tested through HTTP in cmd/tributary. This one stands for
// them where the door itself is tested: it says what it was told.
type fakeDesk struct {
	said      []feeds.Correction
	rules     []feeds.SourceRule
	rulings   []feeds.Ruling
	explained feeds.Explanation
	fault     error
	reasons   map[int64][]pipeline.Reason // by the lead
	former    []string
}

func (d *fakeDesk) Decide(_ context.Context, r feeds.Ruling) (feeds.Ruling, bool, error) {
	if err := r.Check(); err != nil {
		return r, false, err
	}
	r.ID, r.At = int64(len(d.rulings)+1), now
	d.rulings = append(d.rulings, r)
	return r, true, d.fault
}

func (d *fakeDesk) RevokeRuling(_ context.Context, id int64, by string) (feeds.Ruling, error) {
	for i := range d.rulings {
		if d.rulings[i].ID == id {
			d.rulings[i].Revoked, d.rulings[i].RevokedBy = now, by
			return d.rulings[i], nil
		}
	}
	return feeds.Ruling{}, feeds.ErrNotFound
}

func (d *fakeDesk) Purge(ctx context.Context, id int64, by string) (feeds.Ruling, bool, error) {
	r, err := d.Ruling(ctx, id)
	r.Purged, r.PurgedBy = now, by
	return r, true, err
}

func (d *fakeDesk) Why(_ context.Context, one, other int64) (pipeline.Pair, error) {
	return pipeline.Pair{Entries: [2]int64{one, other}, Stories: [2]string{"a", "a"}, Verdict: pipeline.Verdict{Same: true, Reason: "the same text"}}, d.fault
}

func (d *fakeDesk) Reasons(_ context.Context, lead int64) ([]pipeline.Reason, error) {
	return d.reasons[lead], d.fault
}

func (d *fakeDesk) Former(context.Context, string) ([]string, error) { return d.former, nil }

func (d *fakeDesk) Rulings(context.Context, RulingQuery) ([]feeds.Ruling, error) {
	return d.rulings, nil
}

func (d *fakeDesk) Ruling(_ context.Context, id int64) (feeds.Ruling, error) {
	for _, r := range d.rulings {
		if r.ID == id {
			return r, nil
		}
	}
	return feeds.Ruling{}, feeds.ErrNotFound
}

func (d *fakeDesk) Explain(_ context.Context, _ *feeds.Source, _ *feeds.Entry, kind feeds.LabelKind, value string) (feeds.Explanation, error) {
	x := d.explained
	x.Kind, x.Value = kind, value
	x.Mentions = slices.Clone(x.Mentions)
	return x, d.fault
}

func (d *fakeDesk) Correct(_ context.Context, c feeds.Correction) (feeds.Correction, bool, error) {
	if d.fault != nil {
		return c, false, d.fault
	}
	c.ID, c.At = int64(len(d.said)+1), now
	d.said = append(d.said, c)
	return c, true, nil
}

func (d *fakeDesk) Revoke(_ context.Context, id int64, by string) (feeds.Correction, error) {
	for i := range d.said {
		if d.said[i].ID == id {
			d.said[i].Revoked, d.said[i].RevokedBy = now, by
			return d.said[i], nil
		}
	}
	return feeds.Correction{}, feeds.ErrNotFound
}

func (d *fakeDesk) Preview(_ context.Context, _ feeds.SourceRule, after string, _ int) (pipeline.RulePreview, error) {
	return pipeline.RulePreview{Looked: 3, Next: after, Changes: []pipeline.LabelChange{{StoryID: seminarID, Title: "T"}}}, d.fault
}

func (d *fakeDesk) AddRule(_ context.Context, r feeds.SourceRule) (feeds.SourceRule, bool, error) {
	r.ID, r.At = int64(len(d.rules)+1), now
	d.rules = append(d.rules, r)
	return r, true, d.fault
}

func (d *fakeDesk) RevokeRule(_ context.Context, id int64, by string) (feeds.SourceRule, error) {
	r, err := d.Rule(context.Background(), id)
	r.Revoked, r.RevokedBy = now, by
	return r, err
}

func (d *fakeDesk) Corrections(_ context.Context, q CorrectionQuery) ([]feeds.Correction, error) {
	var out []feeds.Correction
	for _, c := range d.said {
		if c.ID > q.After && (q.Story == "" || c.StoryID == q.Story) && (q.Office == "" || c.Office == q.Office) && (q.Revoked || c.Revoked.IsZero()) &&
			(q.Since.IsZero() || !c.At.Before(q.Since)) && (q.Limit == 0 || len(out) < q.Limit) {
			out = append(out, c)
		}
	}
	return out, d.fault
}

func (d *fakeDesk) Correction(_ context.Context, id int64) (feeds.Correction, error) {
	if i := slices.IndexFunc(d.said, func(c feeds.Correction) bool { return c.ID == id }); i >= 0 {
		return d.said[i], nil
	}
	return feeds.Correction{}, feeds.ErrNotFound
}

func (d *fakeDesk) Rules(_ context.Context, q RuleQuery) ([]feeds.SourceRule, error) {
	return slices.DeleteFunc(slices.Clone(d.rules), func(r feeds.SourceRule) bool { return r.ID <= q.After }), d.fault
}

func (d *fakeDesk) Rule(_ context.Context, id int64) (feeds.SourceRule, error) {
	if i := slices.IndexFunc(d.rules, func(r feeds.SourceRule) bool { return r.ID == id }); i >= 0 {
		return d.rules[i], nil
	}
	return feeds.SourceRule{}, feeds.ErrNotFound
}

// withDesk opens the desk for an editor of headquarters and one of another office.
func withDesk(d *fakeDesk) func(*Options) {
	return func(o *Options) {
		o.Desk, o.Records, o.Headquarters = d, d, "hq"
		o.Editors = []Editor{{Name: "Ada", Office: "hq", Token: sha256.Sum256([]byte("token-of-ada"))}, {Name: "Bo", Office: "roma", Token: sha256.Sum256([]byte("token-of-bo"))}}
	}
}

// post calls the API as a JSON client does.
func post(h http.Handler, method, target, token, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const removeLibya = `{"kind":"country","value":"ly","action":"remove","why":"Only the dateline"}`

func TestAPIRefuses(t *testing.T) {
	corrections := "/api/stories/" + seminarID + "/corrections"
	for _, test := range []struct {
		name, method, target, token, body string
		status                            int
		says                              string
	}{
		{"no token", "POST", corrections, "", removeLibya, 401, "Authorization: Bearer"},
		{"another's token", "POST", corrections, "token-of-eve", removeLibya, 401, "no editor"},
		{"a hash for a token", "POST", corrections, fmt.Sprintf("%x", sha256.Sum256([]byte("token-of-ada"))), removeLibya, 401, "no editor"},
		{"a long token", "POST", corrections, strings.Repeat("x", 9000), removeLibya, 401, "no editor"},
		{"another office", "POST", corrections, "token-of-bo", removeLibya, 403, "editors of hq"},
		{"no story", "POST", "/api/stories/01ja000000000000000000none/corrections", "token-of-ada", removeLibya, 404, "nothing with this id"},
		{"no id", "POST", "/api/stories/..%2f/corrections", "token-of-ada", removeLibya, 404, "26 characters"},
		{"an unknown key", "POST", corrections, "token-of-ada", `{"kind":"country","value":"LY","action":"remove","reason":"x"}`, 422, `"valid":["kind","value","action","why"]`},
		{"a number for a text", "POST", corrections, "token-of-ada", `{"kind":"country","value":7}`, 422, `"key":"value"`},
		{"no object", "POST", corrections, "token-of-ada", `[1]`, 400, "no JSON object"},
		{"two objects", "POST", corrections, "token-of-ada", removeLibya + removeLibya, 400, "no JSON object"},
		{"null", "POST", corrections, "token-of-ada", `null`, 400, "no JSON object"},
		{"too much", "POST", corrections, "token-of-ada", `{"why":"` + strings.Repeat("x", maxAPIBody) + `"}`, 413, "more than 8192 bytes"},
		{"no such country", "POST", corrections, "token-of-ada", `{"kind":"country","value":"XX","action":"remove","why":"x"}`, 422, `"valid":["LY","MA"]`},
		{"no such kind", "POST", corrections, "token-of-ada", `{"kind":"colour","value":"red","action":"remove","why":"x"}`, 422, `"valid":["country","region","topic","language"]`},
		{"no such action", "POST", corrections, "token-of-ada", `{"kind":"country","value":"LY","action":"drop","why":"x"}`, 422, "add, remove, primary"},
		{"no reason", "POST", corrections, "token-of-ada", `{"kind":"country","value":"LY","action":"remove","why":"  "}`, 422, `"detail":"why is empty."`},
		{"rulings of no action", "GET", "/api/rulings?action=zz", "token-of-ada", "", 400, "none of merge"},
		{"a wrong method", "PUT", corrections, "token-of-ada", removeLibya, 405, "answers OPTIONS, POST"},
		{"a wrong address", "GET", "/api/colours", "", "", 404, "nothing at this address"},
		{"a wrong cursor", "GET", "/api/corrections?cursor=x", "token-of-ada", "", 400, "cursor"},
		{"a wrong limit", "GET", "/api/corrections?limit=1000", "token-of-ada", "", 400, "1 to 200"},
		{"a wrong moment", "GET", "/api/corrections?since=yesterday", "token-of-ada", "", 400, "2026-11-25"},
		{"a wrong parameter", "GET", "/api/corrections?colour=red", "token-of-ada", "", 400, `"valid":["story","office"`},
		{"a parameter twice", "GET", "/api/corrections?office=a&office=b", "token-of-ada", "", 400, "twice"},
		{"a list that names people", "GET", "/api/corrections", "", "", 401, "token"},
		{"rules that name people", "GET", "/api/rules", "", "", 401, "token"},
		{"nothing to take back", "DELETE", "/api/corrections/9", "token-of-ada", "", 404, "nothing with this id"},
		{"no number", "DELETE", "/api/rules/x", "token-of-ada", "", 404, "number"},
		{"no such source", "POST", "/api/rules", "token-of-ada", `{"source":"x","kind":"country","value":"LY","action":"remove","why":"x"}`, 422, "no source"},
		{"a rule of another office", "POST", "/api/rules/preview", "token-of-bo", `{"source":"iom-hq","kind":"country","value":"LY","action":"remove","why":"x"}`, 403, "editors of hq"},
		{"a rule that says nothing", "POST", "/api/rules", "token-of-ada", `{"source":"iom-hq","kind":"country","value":"LY","action":"remove","field":"body","contains":"xx","why":"x"}`, 422, "title, text, category, url"},
		{"a rule from no correction", "POST", "/api/rules", "token-of-ada", `{"source":"iom-hq","kind":"country","value":"LY","action":"remove","why":"x","correction":4}`, 422, "no correction 4"},
		{"why what", "GET", "/api/stories/" + seminarID + "/why", "", "", 400, "one label"},
		{"why two", "GET", "/api/stories/" + seminarID + "/why?country=ly&topic=floods", "", "", 400, "one label"},
		{"why nothing", "GET", "/api/stories/" + seminarID + "/why?topic=weather", "", "", 404, `"valid":["counter-trafficking","floods"]`},
		{"a story on trial", "GET", "/api/stories/" + trialID, "", "", 404, "nothing with this id"},
		{"a withdrawn story", "GET", "/api/stories/" + withdrawnID, "", "", 410, "withdrawn"},
		{"a moved story", "GET", "/api/stories/" + movedID, "", "", 308, "part of another"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := post(newHandler(t, withDesk(&fakeDesk{})), test.method, test.target, test.token, test.body)
			var p struct {
				Type, Title, Detail string
				Status              int
			}
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != test.status || p.Status != test.status || p.Type != "about:blank" || p.Title == "" || p.Detail == "" {
				t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
			}
			if !strings.Contains(w.Body.String(), test.says) {
				t.Errorf("it does not say %q: %s", test.says, w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type %q", got)
			}
			if got := w.Header().Get("WWW-Authenticate"); (got != "") != (test.status == 401) {
				t.Errorf("WWW-Authenticate %q", got)
			}
			if strings.Contains(w.Body.String(), test.token) && test.token != "" {
				t.Errorf("the token is shown: %s", w.Body)
			}
		})
	}
}

// What the store refuses or fails with becomes the status that says so, without the
// particulars of a fault of ours.
func TestAPIFaults(t *testing.T) {
	for fault, status := range map[error]int{feeds.ErrWithdrawn: 409, feeds.ErrNotFound: 404, feeds.ErrInvalid: 422, errDatabase: 503, context.DeadlineExceeded: 503} {
		d := &fakeDesk{fault: fmt.Errorf("correct story: %w", fault)}
		w := post(newHandler(t, withDesk(d)), "POST", "/api/stories/"+seminarID+"/corrections", "token-of-ada", removeLibya)
		if w.Code != status || strings.Contains(w.Body.String(), "10.0.0.7") {
			t.Errorf("%v: %d, want %d: %s", fault, w.Code, status, w.Body)
		}
	}
}

func TestAPINeedsJSON(t *testing.T) { // which no form of another site can send
	h := newHandler(t, withDesk(&fakeDesk{}))
	r := httptest.NewRequest(http.MethodPost, "/api/stories/"+seminarID+"/corrections", strings.NewReader(removeLibya))
	r.Header.Set("Content-Type", "text/plain")
	r.Header.Set("Authorization", "Bearer token-of-ada")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

// Guesses run into a limit; the editors do not.
func TestAPILimits(t *testing.T) {
	clock := now
	h := newHandler(t, withDesk(&fakeDesk{}), func(o *Options) { o.Now = func() time.Time { return clock } })
	last := 0
	for range guessBurst + 1 {
		last = post(h, "GET", "/api/corrections", "guess", "").Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after %d guesses: %d", guessBurst+1, last)
	}
	if got := post(h, "GET", "/api/corrections", "token-of-ada", "").Code; got != http.StatusOK {
		t.Errorf("an editor after the guesses: %d", got)
	}
	clock = clock.Add(guessEvery)
	if got := post(h, "GET", "/api/corrections", "guess", "").Code; got != http.StatusUnauthorized {
		t.Errorf("a guess later: %d", got)
	}
	for range callerBurst + 1 {
		last = post(h, "GET", "/api/stories/"+seminarID, "", "").Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after %d calls: %d", callerBurst+1, last)
	}
	for range editorBurst {
		w := post(h, "GET", "/api/rules", "token-of-bo", "")
		if last = w.Code; last == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if got := post(h, "GET", "/api/rules", "token-of-bo", "").Code; got != http.StatusTooManyRequests {
		t.Errorf("an editor without end: %d", got)
	}
}

// What the public reads names no person and quotes no more than may be shown.
func TestAPIStory(t *testing.T) {
	d := &fakeDesk{}
	s := newStore()
	story := s.stories[titleOnlyID]
	story.Labels = append(story.Labels, feeds.Label{Kind: feeds.LabelLanguage, Value: "fr", Score: 1, By: feeds.ByRule,
		Evidence: []feeds.Evidence{{Rule: "function words", Text: "Text that may not be shown.", Field: "text"}}})
	s.stories[titleOnlyID] = story
	h := newHandler(t, withDesk(d), func(o *Options) { o.Store = s })
	for range 2 {
		if w := post(h, "POST", "/api/stories/"+titleOnlyID+"/corrections", "token-of-ada", removeLibya); w.Code != http.StatusCreated || w.Header().Get("Location") == "" {
			t.Fatalf("%d: %s", w.Code, w.Body)
		}
	}
	w := get(h, "/api/stories/"+titleOnlyID)
	body := w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(body, "Only the dateline") || !strings.Contains(body, "A headline of the press") {
		t.Errorf("%d: %s", w.Code, body)
	}
	for _, secret := range []string{"Ada", "may not be shown"} {
		if strings.Contains(body, secret) {
			t.Errorf("the public reads %q: %s", secret, body)
		}
	}
	if again := get(h, "/api/stories/"+titleOnlyID, "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("with its ETag: %d", again.Code)
	}
	if got := post(h, "GET", "/api/corrections?office=hq&since=2026-11-24&limit=1", "token-of-bo", ""); !strings.Contains(got.Body.String(), `"by":"Ada"`) || !strings.Contains(got.Body.String(), `"next":"1"`) {
		t.Errorf("the list: %s", got.Body)
	}
	if got := post(h, "DELETE", "/api/corrections/1", "token-of-bo", ""); got.Code != http.StatusForbidden {
		t.Errorf("another office takes back: %d", got.Code)
	}
	if got := post(h, "DELETE", "/api/corrections/1", "token-of-ada", ""); got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"revoked_by":"Ada"`) {
		t.Errorf("take back: %d, %s", got.Code, got.Body)
	}
}

// Without editors nobody corrects; without a desk there is no API.
func TestAPIClosed(t *testing.T) {
	h := newHandler(t, withDesk(&fakeDesk{}), func(o *Options) { o.Editors = nil })
	for _, token := range []string{"", "token-of-ada", strings.Repeat("\x00", 32)} {
		if got := post(h, "GET", "/api/rules", token, "").Code; got != http.StatusUnauthorized {
			t.Errorf("token %q: %d", token, got)
		}
	}
	if got := get(newHandler(t), "/api/rules").Code; got != http.StatusNotFound {
		t.Errorf("without a desk: %d", got)
	}
}
