package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"tributary/feeds"
)

// apiRevisionsBody are the versions of a story's standing copies beside those before them,
// the newest first.
type apiRevisionsBody struct {
	Story     string        `json:"story"`
	Revisions []apiRevision `json:"revisions"`
}

type apiRevision struct {
	Entry     string    `json:"entry"` // its id, digits
	Source    string    `json:"source"`
	Publisher string    `json:"publisher"`
	Language  string    `json:"language,omitempty"`
	Number    int       `json:"number"` // of the version, 2 or more
	Seen      time.Time `json:"seen"`
	Material  bool      `json:"material"`

	Kinds     []feeds.ChangeKind `json:"kinds"`
	Figures   []feeds.Figure     `json:"figures,omitempty"`
	Reason    string             `json:"reason,omitempty"` // left out where the text may not be quoted
	Republish feeds.Republish    `json:"republish"`        // how much of the text is compared here
	Title     []apiChange        `json:"title,omitempty"`  // absent when it stayed
	Text      []apiParagraph     `json:"text,omitempty"`   // absent when it stayed
	More      int                `json:"more,omitempty"`   // changed paragraphs beyond the bound
}

// apiParagraph is a paragraph with its changes, or a number of paragraphs without any.
type apiParagraph struct {
	Changes   []apiChange `json:"changes,omitempty"`
	Unchanged int         `json:"unchanged,omitempty"`
}

// apiChange is a run of words; the texts of a paragraph's runs follow each other as they
// are, with their spaces.
type apiChange struct {
	Op   string `json:"op"` // same, added, removed
	Text string `json:"text"`
}

func apiChanges(list []change) []apiChange {
	var out []apiChange
	for _, c := range list {
		text := c.Text
		if c.Space {
			text = " " + text
		}
		out = append(out, apiChange{c.Kind, text})
	}
	return out
}

// apiRevisions answers GET /api/stories/{id}/revisions.
func (h *Handler) apiRevisions(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "limit"); err != nil {
		return apiAnswer{}, err
	}
	limit := maxRevisions
	if s := query.Get("limit"); s != "" {
		var err error
		if limit, err = strconv.Atoi(s); err != nil || limit < 1 || limit > maxRevisions {
			return apiAnswer{}, &problem{Status: http.StatusBadRequest, Key: "limit", Detail: fmt.Sprintf("The limit is a number from 1 to %d.", maxRevisions)}
		}
	}
	s, err := h.publicStory(ctx, r.PathValue("id"))
	if err != nil {
		return apiAnswer{}, err
	}
	v := h.viewerIn("en", h.links, r.URL.Path)
	out := apiRevisionsBody{Story: s.ID, Revisions: []apiRevision{}}
	list := revisionsOf(&s.Story, s.former, s.sources, limit)
	for i := range list {
		rev := &list[i]
		c, shown := rev.change(), v.revision(rev, &s.Story)
		said := apiRevision{Entry: strconv.FormatInt(rev.copy.EntryID, 10), Source: rev.copy.SourceID, Publisher: shown.Publisher, Language: shown.Lang,
			Number: shown.Number, Seen: shown.Seen.UTC(), Material: c.Material, Kinds: c.Kinds, Figures: c.Figures, Reason: c.Reason,
			Republish: rev.source.Republish, Title: apiChanges(shown.Title), More: shown.More}
		for _, p := range shown.Text {
			said.Text = append(said.Text, apiParagraph{Changes: apiChanges(p.Changes), Unchanged: p.Unchanged})
		}
		out.Revisions = append(out.Revisions, said)
	}
	return apiAnswer{Body: out}, nil
}
