package web

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tributary/feeds"
)

// marked reads the marks within the article of a page: "Tripoli by country Libya".
func marked(t *testing.T, page string) []string {
	t.Helper()
	article, _, _ := strings.Cut(page, "</article>")
	article, _, _ = strings.Cut(article, `<p class="key">`)
	var out []string
	for _, m := range regexp.MustCompile(`<mark id="m\d+" class="by-([a-z]+)"><a href="#([a-z0-9-]+)" aria-describedby="([a-z0-9 -]+)">([^<]*)</a></mark>`).FindAllStringSubmatch(article, -1) {
		out = append(out, m[4]+" by "+m[1]+" "+m[3])
	}
	if strings.Count(article, "<mark") != len(out) {
		t.Errorf("%d marks, %d of them sound", strings.Count(article, "<mark"), len(out))
	}
	return out
}

// evidenced gives a story's labels evidence where the words stand in its lead.
func evidenced(story feeds.Story, labels ...feeds.Label) feeds.Story {
	lead := &story.Lead().Entry
	fields := map[string]string{"title": lead.Title, "text": labelledText(lead)}
	for i := range labels {
		for j := range labels[i].Evidence {
			e := &labels[i].Evidence[j]
			e.Offset = strings.Index(fields[e.Field], e.Text)
		}
	}
	story.Labels = labels
	return story
}

func found(kind feeds.LabelKind, value string, evidence ...feeds.Evidence) feeds.Label {
	return feeds.Label{Kind: kind, Value: value, Score: .9, By: feeds.ByRule, Evidence: evidence}
}

func TestStoryMarks(t *testing.T) {
	in := func(field, text string) feeds.Evidence { return feeds.Evidence{Rule: "name", Field: field, Text: text} }
	s := newStore()
	// Full text, markup around the words.
	seminar := s.stories[seminarID]
	seminar.Copies[0].Entry.Content = "<p>Tunis &ndash; Officials &amp; <b>experts</b> 👩🏽‍🚒 met in <i>Tripoli</i>.</p>\n<p> They came from Morocco.</p>"
	s.stories[seminarID] = evidenced(seminar, found(feeds.LabelCountry, "LY", in("title", "Tripoli"), in("text", "Tripoli")),
		found(feeds.LabelCountry, "MA", in("text", "Morocco")), found(feeds.LabelTopic, "counter-trafficking", in("title", "trafficking")),
		found(feeds.LabelTopic, "floods", feeds.Evidence{Rule: "term", Field: "category", Text: "Floods"}))
	// An excerpt, in Arabic.
	s.stories[arabicID] = evidenced(s.stories[arabicID], found(feeds.LabelCountry, "LY", in("title", "درنة")), found(feeds.LabelTopic, "floods", in("title", "فيضانات"), in("text", "نزحوا")))
	// The title only: the text is not there to be marked.
	s.stories[titleOnlyID] = evidenced(s.stories[titleOnlyID], found(feeds.LabelCountry, "LY", in("title", "headline"), in("text", "shown")))
	h := newHandler(t, func(o *Options) { o.Store = s })
	for id, want := range map[string]string{
		seminarID:   "Tripoli by country label-country-ly|trafficking by topic label-topic-counter-trafficking|Tripoli by country label-country-ly|Morocco by country label-country-ma",
		arabicID:    "فيضانات by topic label-topic-floods|درنة by country label-country-ly|نزحوا by topic label-topic-floods",
		titleOnlyID: "headline by country label-country-ly",
	} {
		for _, lang := range []string{"en", "fr", "es"} {
			w := get(h, "/stories/"+id+"?lang="+lang)
			checkHTML(t, id, w.Body.String())
			if got := strings.Join(marked(t, w.Body.String()), "|"); got != want {
				t.Errorf("%s: %s\nwant %s", id, got, want)
			}
		}
	}
	if page := get(h, "/stories/"+seminarID).Body.String(); !strings.Contains(page, "Officials &amp; experts 👩🏽‍🚒 met in <mark") || !strings.Contains(page, `<a href="#m1"><mark dir="auto">Tripoli</mark></a>`) {
		t.Errorf("the text around a mark, or the way back to it, is not there:\n%s", page)
	}
}

func TestStoryWhy(t *testing.T) {
	s := newStore()
	seminar := s.stories[seminarID]
	text := labelledText(&seminar.Lead().Entry)
	d := &fakeDesk{explained: feeds.Explanation{Reason: feeds.ReasonLeftOut, Why: "...", Threshold: .6, Mentions: []feeds.Mention{
		{Evidence: feeds.Evidence{Rule: "place", Text: "Tripoli", Field: "text", Offset: strings.Index(text, "Tripoli")}, Role: feeds.RoleDonor},
		{Evidence: feeds.Evidence{Rule: "place", Text: "Tripoli", Field: "title", Offset: 11}, Role: feeds.RoleAbout, Counted: true, Weight: 2.5},
		{Evidence: feeds.Evidence{Rule: "place", Text: "elsewhere", Field: "text", Offset: 3}, Role: feeds.RoleLongerName, Note: "<b>longer</b>"},
	}}}
	h := newHandler(t, func(o *Options) { o.Store = s }, withDesk(d))
	for _, test := range []struct{ query, says string }{
		{"", "Choose a label to see"},
		{"?why=country:MA", "Morocco is a label of this story."},
		{"?why=topic:floods", "Floods is no label of this story."},
		{"?why=topic:floods", "It is named, but only in ways that do not count."},
		{"?why=topic:floods", "among those who pay"},
		{"?why=topic:floods", "counts 2.5<"},
		{"?why=topic:floods&lang=es", "cuenta 2,5<"},
		{"?why=topic:floods&lang=fr", "parmi ceux qui financent"},
		{"?why=topic:floods", "(&lt;b&gt;longer&lt;/b&gt;)"},
		{"?why=topic:floods", `<option value="topic:floods" selected>`},
		{"?why=topic:floods", `<meta name="robots" content="noindex">`},
		{"?why=country:MA", "the rules have changed since"},
	} {
		w := get(h, "/stories/"+seminarID+test.query)
		checkHTML(t, test.query, w.Body.String())
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), test.says) {
			t.Errorf("%s: %d, it does not say %q", test.query, w.Code, test.says)
		}
	}
	if page := get(h, "/stories/"+arabicID+"?why=region:mena").Body.String(); !strings.Contains(page, "in the region’s feed because of: Libya") {
		t.Error("it does not say why the region's feed has the story")
	}
	page := get(h, "/stories/"+seminarID+"?why=country:MA").Body.String()
	if got := strings.Join(marked(t, page), "|"); got != "Tripoli by counted why-2|Tripoli by left why-1" {
		t.Errorf("marks of an explanation: %s", got)
	}
	for _, query := range []string{"?why=country:XX", "?why=floods", "?why=%3Cscript%3E", "?why=language:fr-FR"} {
		w := get(h, "/stories/"+seminarID+query)
		checkHTML(t, query, w.Body.String())
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	// What a title-only source lets us show is not widened by asking why.
	d.explained.Mentions = []feeds.Mention{{Evidence: feeds.Evidence{Rule: "function words", Text: "Text that may not be shown", Field: "text"}, Role: feeds.RoleAbout, Counted: true}}
	for _, path := range []string{"/stories/" + titleOnlyID + "?why=language:fr", "/api/stories/" + titleOnlyID + "/why?language=fr"} {
		if w := get(h, path); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "may not be shown") {
			t.Errorf("%s: %d, or it shows the text", path, w.Code)
		}
	}
}

// People's decisions are shown with office, day and reason, never with a name.
func TestStoryCorrections(t *testing.T) {
	d := &fakeDesk{said: []feeds.Correction{
		{ID: 1, StoryID: seminarID, Kind: feeds.LabelCountry, Value: "MA", Action: feeds.ActionAdd, By: "Ada", Office: "hq", Why: "Half of <them>", At: now},
		{ID: 2, StoryID: seminarID, Kind: feeds.LabelTopic, Value: "floods", Action: feeds.ActionRemove, By: "Ada", Office: "hq", Why: "No flood", At: now},
		{ID: 3, StoryID: arabicID, Kind: feeds.LabelTopic, Value: "floods", Action: feeds.ActionRemove, By: "Ada", Office: "hq", Why: "Of another story", At: now},
	}}
	h := newHandler(t, withDesk(d))
	page := get(h, "/stories/"+seminarID).Body.String()
	checkHTML(t, "corrected", page)
	for _, want := range []string{"Corrected by an editor of Headquarters on 24 November 2026: Half of &lt;them&gt;", "Taken away by editors", "<del><bdi>Floods</bdi></del>", "No flood"} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(page, "Ada") || strings.Contains(page, "Of another story") {
		t.Error("it names a person, or tells of another story")
	}
	if page := get(h, "/stories/"+seminarID+"?why=topic:floods").Body.String(); !strings.Contains(page, "Corrected by an editor of Headquarters on 24 November 2026: No flood") {
		t.Error("the explanation does not tell of the correction")
	}
}
