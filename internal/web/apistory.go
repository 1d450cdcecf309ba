package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
)

// apiStoryBody is a story with its labels and what they rest on.
type apiStoryBody struct {
	ID          string           `json:"id"`
	Title       string           `json:"title"`
	URL         string           `json:"url"`  // of its page here
	Link        string           `json:"link"` // of the publisher's page
	Language    string           `json:"language,omitempty"`
	Published   time.Time        `json:"published"`
	Updated     time.Time        `json:"updated"`
	Labels      []feeds.Label    `json:"labels"`
	Corrections []publicSaid     `json:"corrections"`
	Copies      []apiStoryCopies `json:"copies"`
	Former      []string         `json:"former"`  // ids of stories that have become part of it
	Rulings     []publicRuling   `json:"rulings"` // what people decided about its entries
}

type apiStoryCopies struct {
	Entry     string    `json:"entry"` // its id, digits: too many of them for a number of JavaScript
	Source    string    `json:"source"`
	Publisher string    `json:"publisher"`
	Title     string    `json:"title"`
	Link      string    `json:"link,omitempty"`
	Language  string    `json:"language,omitempty"`
	Published time.Time `json:"published,omitzero"`
	// Why it is part of the story; the lead has none.
	Why *publicWhy `json:"why,omitempty"`
}

// publicSaid is a correction without the person who made it.
type publicSaid struct {
	Kind   feeds.LabelKind `json:"kind"`
	Value  string          `json:"value"`
	Action feeds.Action    `json:"action"`
	Office string          `json:"office"`
	At     time.Time       `json:"at"`
	Why    string          `json:"why"`
}

func publicly(said []feeds.Correction) []publicSaid {
	out := make([]publicSaid, len(said))
	for i, c := range said {
		out[i] = publicSaid{c.Kind, c.Value, c.Action, c.Office, c.At, c.Why}
	}
	return out
}

// apiReading is a story as it is shown to the public, the lead first.
type apiReading struct {
	feeds.Story
	former  map[int64][]feeds.Revision // versions of the copies that do not stand any more
	sources map[string]SourceStatus
	source  feeds.Source // of the lead
	said    []feeds.Correction
}

// publicStory reads a story that the public may see.
func (h *Handler) publicStory(ctx context.Context, id string) (*apiReading, error) {
	s, err := h.anyStory(ctx, id)
	if err != nil {
		return nil, err
	}
	stands := slices.IndexFunc(s.Copies, func(c feeds.Copy) bool { return c.Withdrawn.IsZero() })
	if onTrial(&s.Story, s.sources) {
		return nil, fmt.Errorf("read story on trial: %w", feeds.ErrNotFound)
	}
	if !s.Withdrawn.IsZero() || stands < 0 {
		return nil, &problem{Status: http.StatusGone, Detail: "The story was withdrawn.", Withdrawn: s.Withdrawn.UTC(), Note: s.Note}
	}
	if stands > 0 { // what is withdrawn never speaks for a story
		s.Copies = slices.Concat(s.Copies[stands:stands+1], s.Copies[:stands], s.Copies[stands+1:])
	}
	s.source = s.sources[s.Lead().SourceID].Source
	if s.said, err = h.o.Records.Corrections(ctx, CorrectionQuery{Story: id}); err != nil {
		return nil, fmt.Errorf("read corrections: %w", err)
	}
	return s, nil
}

// anyStory reads a story, also one that only sources on trial carry.
func (h *Handler) anyStory(ctx context.Context, id string) (*apiReading, error) {
	if !storyID(id) {
		return nil, &problem{Status: http.StatusNotFound, Detail: "There is no such story: an id has 26 characters, 0 to 9 and a to z."}
	}
	story, former, err := h.o.Store.Story(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read story: %w", err)
	}
	if story.ID != id {
		return nil, &problem{Status: http.StatusPermanentRedirect, Detail: "The story is part of another one now.", location: apiPath + "stories/" + url.PathEscape(story.ID)}
	}
	sources, err := h.sourceMap(ctx)
	if err != nil {
		return nil, err
	}
	return &apiReading{Story: story, former: former, sources: sources}, nil
}

// quotable are labels with no more of the publisher's words than may be shown.
func quotable(labels []feeds.Label, permission feeds.Republish) []feeds.Label {
	out := make([]feeds.Label, len(labels))
	for i, l := range labels {
		l.Evidence = slices.Clone(l.Evidence)
		for j := range l.Evidence {
			if !mayQuote(permission, l.Kind, l.Evidence[j]) {
				l.Evidence[j].Text = ""
			}
		}
		out[i] = l
	}
	return out
}

// apiStory answers GET /api/stories/{id}.
func (h *Handler) apiStory(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	if err := parameters(r.URL.Query()); err != nil {
		return apiAnswer{}, err
	}
	s, err := h.publicStory(ctx, r.PathValue("id"))
	if err != nil {
		return apiAnswer{}, err
	}
	v := h.viewerIn("en", h.links, r.URL.Path)
	lead := s.Lead()
	words := h.pictures.Words(&s.Story, &s.source, lead.Entry)
	out := apiStoryBody{ID: s.ID, Title: v.titleOf(&words, s.source.Republish), URL: h.links.base + "/stories/" + s.ID, Link: webAddress(lead.Entry.Link),
		Language: lead.Entry.Language, Published: s.Published.UTC(), Updated: s.Updated.UTC(), Labels: quotable(s.Labels, s.source.Republish), Corrections: publicly(s.said), Copies: []apiStoryCopies{}}
	for i := range s.Copies[:min(len(s.Copies), maxCopies)] {
		c := &s.Copies[i]
		source := s.sources[c.SourceID].Source
		if source.Trial || !c.Withdrawn.IsZero() {
			continue
		}
		words := h.pictures.Words(&s.Story, &source, c.Entry)
		out.Copies = append(out.Copies, apiStoryCopies{Entry: strconv.FormatInt(c.EntryID, 10), Source: c.SourceID, Publisher: publisherName(source, c.SourceID), Title: v.titleOf(&words, source.Republish),
			Link: webAddress(c.Entry.Link), Language: c.Entry.Language, Published: c.Entry.Published})
	}
	if err := h.whyHere(ctx, s, &out); err != nil {
		return apiAnswer{}, err
	}
	return apiAnswer{Body: out}, nil
}

// apiWhyBody is an explanation, with how the story stands.
type apiWhyBody struct {
	Story      string      `json:"story"`
	Labelled   bool        `json:"labelled"`             // the story has the label
	Correction *publicSaid `json:"correction,omitempty"` // what people decided, which holds
	feeds.Explanation
}

// apiWhy answers GET /api/stories/{id}/why?country=ly.
func (h *Handler) apiWhy(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	kinds := []string{string(feeds.LabelCountry), string(feeds.LabelRegion), string(feeds.LabelTopic), string(feeds.LabelLanguage)}
	if err := parameters(query, kinds...); err != nil {
		return apiAnswer{}, err
	}
	if len(query) != 1 {
		return apiAnswer{}, &problem{Status: http.StatusBadRequest, Detail: "Ask about one label: country=ly, region=sahel, topic=counter-trafficking or language=fr.", Valid: kinds}
	}
	var kind feeds.LabelKind
	var value string
	for k := range query {
		kind, value = feeds.LabelKind(k), labelValue(feeds.LabelKind(k), query.Get(k))
	}
	if !h.knows(kind, value) {
		return apiAnswer{}, h.unknownLabel(kind, value, http.StatusNotFound)
	}
	s, err := h.publicStory(ctx, r.PathValue("id"))
	if err != nil {
		return apiAnswer{}, err
	}
	x, err := h.explain(ctx, &s.Story, &s.source, kind, value)
	if err != nil {
		return apiAnswer{}, err
	}
	out := apiWhyBody{Story: s.ID, Labelled: labelled(&s.Story, kind, value) != nil, Explanation: x}
	if c := correctionOf(s.said, kind, value); c != nil {
		out.Correction = &publicly([]feeds.Correction{*c})[0]
	}
	return apiAnswer{Body: out}, nil
}

// labelValue writes a value as labels have it, however its letters were typed.
func labelValue(kind feeds.LabelKind, value string) string {
	switch value = strings.TrimSpace(value); kind {
	case feeds.LabelCountry:
		return strings.ToUpper(value)
	case feeds.LabelRegion, feeds.LabelTopic:
		return strings.ToLower(value)
	default:
		return value
	}
}

// unknownLabel says that there is no such label, and which there are.
func (h *Handler) unknownLabel(kind feeds.LabelKind, value string, status int) error {
	p := &problem{Status: status, Key: string(kind), Detail: fmt.Sprintf("There is no %s %q.", kind, clip(value, 100))}
	add := func(v string) { p.Valid = append(p.Valid, v) }
	switch kind {
	case feeds.LabelCountry:
		for v := range h.names.countries {
			add(v)
		}
	case feeds.LabelRegion:
		for v := range h.names.regions {
			add(v)
		}
	case feeds.LabelTopic:
		for v := range h.names.topics {
			add(v)
		}
	case feeds.LabelLanguage:
		p.Detail += " Write its code of two or three letters, such as fr."
	default:
		p.Key, p.Detail = "kind", fmt.Sprintf("There is no kind %q.", clip(string(kind), 100))
		p.Valid = []string{string(feeds.LabelCountry), string(feeds.LabelRegion), string(feeds.LabelTopic), string(feeds.LabelLanguage)}
		return p
	}
	slices.Sort(p.Valid)
	return p
}
