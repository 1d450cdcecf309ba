package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tributary/feeds"
	"tributary/internal/newsletter"
	"tributary/internal/pipeline"
	"tributary/internal/publish"
)

// leaveWords are what mailing tools put their own way out in place of.
var leaveWords = map[string]string{"listmonk": "{{ UnsubscribeURL }}", "mailchimp": "*|UNSUB|*", "brevo": "{{ unsubscribe }}"}

func (h *Handler) newsletterCalls() map[string]map[string]method {
	if h.o.Newsletters == nil {
		return nil
	}
	return map[string]map[string]method{
		"/api/newsletters":                        {http.MethodGet: {true, h.apiNewsletters}},
		"/api/newsletters/{slug}/issues":          {http.MethodGet: {true, h.apiIssues}},
		"/api/newsletters/{slug}/issues/{number}": {http.MethodGet: {true, h.apiIssue}},
		"/api/newsletters/{slug}/pins":            {http.MethodGet: {false, h.apiPins}, http.MethodPost: {false, h.apiPin}},
		"/api/newsletters/{slug}/pins/{story}":    {http.MethodDelete: {false, h.apiUnpin}},
	}
}

type newsletterBody struct {
	Slug      string                       `json:"slug"`
	Office    string                       `json:"office"`
	Title     map[string]string            `json:"title"`
	Languages []string                     `json:"languages"`
	Cadence   feeds.Cadence                `json:"cadence"`
	Schedule  string                       `json:"schedule"`
	Zone      string                       `json:"zone"`
	Mailed    bool                         `json:"mailed"` // from here, to those who subscribe
	Page      string                       `json:"page"`
	Feeds     map[string]map[string]string `json:"feeds"` // language -> format -> address
}

// apiNewsletters answers GET /api/newsletters.
func (h *Handler) apiNewsletters(_ context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	if err := parameters(r.URL.Query()); err != nil {
		return apiAnswer{}, err
	}
	out := struct {
		Newsletters []newsletterBody `json:"newsletters"`
	}{[]newsletterBody{}}
	for _, d := range h.o.Newsletters.All() {
		b := newsletterBody{Slug: d.Slug, Office: d.Office, Title: d.Title, Languages: d.Languages, Cadence: d.Cadence, Schedule: d.Schedule, Zone: d.Zone,
			Mailed: h.o.Newsletters.Mailed(&d), Page: h.links.absolute(newsletterPath + d.Slug), Feeds: map[string]map[string]string{}}
		for _, language := range d.Languages {
			b.Feeds[language] = map[string]string{}
			for _, f := range []publish.Format{publish.FormatAtom, publish.FormatRSS, publish.FormatJSON} {
				b.Feeds[language][string(f)] = h.o.Newsletters.FeedAddress(&d, language, f)
			}
		}
		out.Newsletters = append(out.Newsletters, b)
	}
	return apiAnswer{Body: out}, nil
}

type issueBody struct {
	Number   int       `json:"number"`
	Period   string    `json:"period"`
	Made     time.Time `json:"made"`
	Language string    `json:"language"`
	Subject  string    `json:"subject"`
	URL      string    `json:"url"`
	Stories  int       `json:"stories"`
}

func issueOf(e *newsletter.Edition) issueBody {
	return issueBody{Number: e.Number, Period: e.Period, Made: e.Made, Language: e.Language, Subject: e.Subject(), URL: e.Page, Stories: len(e.Stories)}
}

// editionLanguage reads the parameter language, which must be one of the newsletter's.
func (h *Handler) editionLanguage(r *http.Request) (*feeds.Newsletter, string, error) {
	d, err := h.o.Newsletters.Definition(r.PathValue("slug"))
	if err != nil {
		return nil, "", err
	}
	wish := r.URL.Query().Get("language")
	language := pipeline.Language(d, wish)
	if wish != "" && wish != language {
		return nil, "", &problem{Status: http.StatusBadRequest, Detail: fmt.Sprintf("The newsletter has no edition in %q.", clip(wish, 40)), Key: "language", Valid: d.Languages}
	}
	return d, language, nil
}

// apiIssues answers GET /api/newsletters/{slug}/issues.
func (h *Handler) apiIssues(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	if err := parameters(r.URL.Query(), "language", "cursor", "limit"); err != nil {
		return apiAnswer{}, err
	}
	d, language, err := h.editionLanguage(r)
	if err != nil {
		return apiAnswer{}, err
	}
	below, limit, err := pageOf(r.URL.Query())
	if err != nil {
		return apiAnswer{}, err
	}
	const most = 50
	limit = min(limit, most)
	editions, err := h.o.Newsletters.Editions(ctx, d.Slug, language, int(min(below, 1<<30)), limit)
	if err != nil {
		return apiAnswer{}, err
	}
	out := struct {
		Issues []issueBody `json:"issues"` // the latest first
		Next   string      `json:"next,omitempty"`
	}{Issues: []issueBody{}}
	for i := range editions {
		if len(editions[i].Stories) > 0 {
			out.Issues = append(out.Issues, issueOf(&editions[i]))
		}
	}
	if len(editions) == limit && editions[limit-1].Number > 1 {
		out.Next = strconv.Itoa(editions[limit-1].Number)
	}
	return apiAnswer{Body: out}, nil
}

// issueStory is a story of an issue.
type issueStory struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Link      string    `json:"link"`
	Summary   string    `json:"summary"` // HTML, as far as the source permits
	Language  string    `json:"language"`
	Publisher string    `json:"publisher"`
	Published time.Time `json:"published"`
	Mark      string    `json:"mark"` // that it is not IOM's; "" where it is
	Rights    string    `json:"rights"`
}

// apiIssue answers GET /api/newsletters/{slug}/issues/{number}.
func (h *Handler) apiIssue(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "language", "for"); err != nil {
		return apiAnswer{}, err
	}
	d, language, err := h.editionLanguage(r)
	if err != nil {
		return apiAnswer{}, err
	}
	tool := query.Get("for")
	leave, known := leaveWords[tool]
	if tool != "" && !known {
		return apiAnswer{}, &problem{Status: http.StatusBadRequest, Detail: "The parameter \"for\" names the tool that mails the issue.", Key: "for", Valid: []string{"brevo", "listmonk", "mailchimp"}}
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	if err != nil || number < 1 || number > 1<<30 {
		return apiAnswer{}, feeds.ErrNotFound
	}
	e, err := h.o.Newsletters.Edition(ctx, d.Slug, number, language)
	if err == nil && len(e.Stories) == 0 {
		err = feeds.ErrNotFound
	}
	if err != nil {
		return apiAnswer{}, err
	}
	m, err := h.o.Newsletters.Write(&e, leave)
	if err != nil {
		return apiAnswer{}, err
	}
	out := struct {
		issueBody
		Title   string       `json:"title"`
		HTML    string       `json:"html"`
		Text    string       `json:"text"`
		Stories []issueStory `json:"stories"`
	}{issueBody: issueOf(&e), Title: e.Title(), HTML: m.HTML, Text: m.Text, Stories: []issueStory{}}
	for i := range e.Stories {
		s := &e.Stories[i]
		story := issueStory{ID: s.ID, Title: s.Entry.Title, Link: s.Entry.Link, Summary: s.Entry.Summary, Language: s.Entry.Language, Published: s.Entry.Published, Mark: s.Mark, Rights: s.Entry.Rights}
		if len(s.Entry.Authors) > 0 {
			story.Publisher = s.Entry.Authors[0].Name
		}
		out.Stories = append(out.Stories, story)
	}
	return apiAnswer{Body: out}, nil
}

// mayPin says whether an editor may say what a newsletter begins with.
func (h *Handler) mayPin(r *http.Request, e *Editor) (*feeds.Newsletter, error) {
	d, err := h.o.Newsletters.Definition(r.PathValue("slug"))
	if err != nil || e.Office == d.Office || e.Office == h.o.Headquarters {
		return d, err
	}
	return nil, &problem{Status: http.StatusForbidden, Detail: fmt.Sprintf("The newsletter is of the office %s; this is for its editors and those of %s.", d.Office, h.o.Headquarters)}
}

// apiPins answers GET /api/newsletters/{slug}/pins.
func (h *Handler) apiPins(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	d, err := h.mayPin(r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	pins, err := h.o.Newsletters.Pins(ctx, d.Slug)
	if err != nil {
		return apiAnswer{}, err
	}
	if pins == nil {
		pins = []feeds.Pin{}
	}
	return apiAnswer{Body: map[string][]feeds.Pin{"pins": pins}}, nil
}

// apiPin answers POST /api/newsletters/{slug}/pins.
func (h *Handler) apiPin(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	var in struct {
		Story string `json:"story"`
	}
	if err := readBody(r, &in); err != nil {
		return apiAnswer{}, err
	}
	d, err := h.mayPin(r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	p, err := h.o.Newsletters.Pin(ctx, d.Slug, in.Story, e.Name)
	return apiAnswer{Status: http.StatusCreated, Body: p}, err
}

// apiUnpin answers DELETE /api/newsletters/{slug}/pins/{story}.
func (h *Handler) apiUnpin(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	d, err := h.mayPin(r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	if err := h.o.Newsletters.Unpin(ctx, d.Slug, r.PathValue("story")); err != nil {
		return apiAnswer{}, err
	}
	return h.apiPins(ctx, r, e)
}
