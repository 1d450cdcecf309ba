package web

import (
	"net/http"
	"strings"
	"testing"

	"tributary/feeds"
	"tributary/internal/pipeline"
)

// severalCopies is a desk that knows why the second of two copies is here, and what people
// decided.
func severalCopies(code string) (*fakeDesk, string) {
	return &fakeDesk{former: []string{movedID}, rulings: []feeds.Ruling{
		{ID: 1, Action: feeds.RulingMerge, Entries: []int64{1, 2}, By: "Ada", Office: "hq", Why: "One seminar", At: now},
		{ID: 2, Action: feeds.RulingWithdraw, Entries: []int64{3}, By: "Ada", Office: "hq", Why: "A name that readers must not see", At: now},
		{ID: 3, Action: feeds.RulingSplit, Entries: []int64{70}, Others: []int64{71}, By: "Ada", Office: "hq", Why: "Of another story now", At: now},
	}, reasons: map[int64][]pipeline.Reason{1: {{Entry: 2, With: 1, Code: code, Verdict: pipeline.Verdict{Same: true, Reason: "much of the text, the title, and what is named and counted",
		Signals: pipeline.Signals{Containment: 0.416, Numbers: 2.5}}}}}}, "/stories/" + seminarID
}

// Each copy says why it is here, in the reader's language, and leads to what was compared.
func TestStoryPageSaysWhyACopyIsHere(t *testing.T) {
	for _, test := range []struct {
		code, lang string
		says       []string
	}{
		{"rewrite", "en", []string{"compared with the first copy: much of the text, the title", "What editors decided", "Stories were put together here.", "One seminar", "/stories/" + movedID}},
		{"rewrite", "fr", []string{"comparée à la première version : une grande part du texte", "Ce que les rédactions ont décidé"}},
		{"rewrite", "es", []string{"comparada con la primera versión: gran parte del texto", "Lo que decidieron las redacciones"}},
		{"people", "en", []string{"because an editor decided so"}},
		{"kept", "fr", []string{"en faisait déjà partie"}},
	} {
		d, path := severalCopies(test.code)
		w := get(newHandler(t, withDesk(d)), path+"?lang="+test.lang)
		for _, says := range test.says {
			if !strings.Contains(w.Body.String(), says) {
				t.Errorf("%s, %s: %d, it does not say %q", test.code, test.lang, w.Code, says)
			}
		}
		for _, secret := range []string{"Ada", "must not see", "Of another story now"} {
			if strings.Contains(w.Body.String(), secret) {
				t.Errorf("%s: the page says %q", test.lang, secret)
			}
		}
	}
	d, path := severalCopies("rewrite")
	h := newHandler(t, withDesk(d))
	w := get(h, path)
	if !strings.Contains(w.Body.String(), path+"?copy=2#pair") {
		t.Error("no link to what was compared")
	}
	w = get(h, path+"?copy=2")
	for _, says := range []string{`id="pair"`, "42%", "2.5", "What the two say of themselves: much of the text"} {
		if !strings.Contains(w.Body.String(), says) {
			t.Errorf("what was compared: %d, it does not say %q", w.Code, says)
		}
	}
	for _, query := range []string{"?copy=1", "?copy=3", "?copy=99", "?copy=%3Cscript%3E"} {
		if w := get(h, path+query); w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), "<script>") {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	if w := get(newHandler(t), path); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "compared with") {
		t.Errorf("without a desk: %d", w.Code)
	}
}

// The API says the same without the person.
func TestAPIStorySaysWhyACopyIsHere(t *testing.T) {
	d, _ := severalCopies("rewrite")
	body := get(newHandler(t, withDesk(d)), "/api/stories/"+seminarID).Body.String()
	for _, says := range []string{`"why":{"with":"1","code":"rewrite","reason":"much of the text`, `"former":["` + movedID + `"]`, `"action":"merge","entries":["1","2"],"office":"hq"`} {
		if !strings.Contains(body, says) {
			t.Errorf("it does not say %s: %s", says, body)
		}
	}
	for _, secret := range []string{"Ada", "must not see", "Of another story now"} {
		if strings.Contains(body, secret) {
			t.Errorf("it says %q", secret)
		}
	}
}

// An office decides about what its sources carry.
func TestAPIRulingsPermissions(t *testing.T) {
	for _, test := range []struct {
		name, target, token, body string
		status                    int
	}{
		{"nobody merges", "/api/stories/" + seminarID + "/merge", "", `{"stories":["` + arabicID + `"],"why":"x"}`, 401},
		{"another office merges", "/api/stories/" + seminarID + "/merge", "token-of-bo", `{"stories":["` + arabicID + `"],"why":"x"}`, 403},
		{"headquarters merges", "/api/stories/" + seminarID + "/merge", "token-of-ada", `{"stories":["` + arabicID + `"],"why":"x"}`, 201},
		{"with itself", "/api/stories/" + arabicID + "/merge", "token-of-ada", `{"stories":["` + arabicID + `"],"why":"x"}`, 422},
		{"with nothing", "/api/stories/" + seminarID + "/merge", "token-of-ada", `{"why":"x"}`, 422},
		{"what is one stays so", "/api/stories/" + seminarID + "/merge", "token-of-ada", `{"stories":["` + seminarID + `"],"why":"x"}`, 201},
		{"another office splits", "/api/stories/" + seminarID + "/split", "token-of-bo", `{"entries":["2"],"why":"x"}`, 403},
		{"all is split off", "/api/stories/" + seminarID + "/split", "token-of-ada", `{"entries":["1","2","3"],"why":"x"}`, 422},
		{"a foreign entry is split off", "/api/stories/" + seminarID + "/split", "token-of-ada", `{"entries":["4"],"why":"x"}`, 422},
		{"another office leads", "/api/stories/" + seminarID + "/lead", "token-of-bo", `{"entry":"2","why":"x"}`, 403},
		{"no reason", "/api/stories/" + seminarID + "/lead", "token-of-ada", `{"entry":"2"}`, 422},
		{"another office keeps apart", "/api/sources/iom-hq/apart", "token-of-bo", `{"source":"un-news-ar","why":"x"}`, 403},
		{"alone", "/api/sources/iom-hq/apart", "token-of-ada", `{"why":"x"}`, 201},
		{"alone, and its translations", "/api/sources/iom-hq/apart", "token-of-ada", `{"translations":true,"why":"x"}`, 422},
		{"apart as copies", "/api/sources/iom-hq/apart", "token-of-ada", `{"source":"un-news-ar","translations":true,"why":"x"}`, 201},
		{"apart from itself", "/api/sources/iom-hq/apart", "token-of-ada", `{"source":"iom-hq","why":"x"}`, 422},
		{"apart from nobody", "/api/sources/iom-hq/apart", "token-of-ada", `{"source":"nobody","why":"x"}`, 422},
	} {
		d := &fakeDesk{}
		w := post(newHandler(t, withDesk(d)), "POST", test.target, test.token, test.body)
		if w.Code != test.status || (len(d.rulings) > 0) != (test.status == 201) {
			t.Errorf("%s: %d with %+v: %s", test.name, w.Code, d.rulings, w.Body)
		}
	}
}
