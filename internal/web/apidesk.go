package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tributary/feeds"
)

// correctionBody is what an editor says about a label of a story.
type correctionBody struct {
	Kind   feeds.LabelKind `json:"kind"`
	Value  string          `json:"value"`
	Action feeds.Action    `json:"action"`
	Why    string          `json:"why"`
}

// correctedBody is a kept correction and the story's labels with it.
type correctedBody struct {
	Correction feeds.Correction `json:"correction"`
	Labels     []feeds.Label    `json:"labels"`
}

// mayCorrect says whether an editor may speak about what an office's sources carry.
func (h *Handler) mayCorrect(e *Editor, offices ...string) error {
	if e.Office == h.o.Headquarters || slices.Contains(offices, e.Office) {
		return nil
	}
	return &problem{Status: http.StatusForbidden, Detail: fmt.Sprintf("An editor of %s corrects what sources of that office carry; this is for editors of %s.", e.Office, strings.Join(others(offices, h.o.Headquarters), ", "))}
}

// others are the offices whose editors may, headquarters last.
func others(offices []string, headquarters string) []string {
	out := slices.DeleteFunc(slices.Clone(offices), func(o string) bool { return o == "" || o == headquarters })
	slices.Sort(out)
	return append(slices.Compact(out), headquarters)
}

// apiCorrect answers POST /api/stories/{id}/corrections.
func (h *Handler) apiCorrect(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	var in correctionBody
	if err := readBody(r, &in); err != nil {
		return apiAnswer{}, err
	}
	s, err := h.anyStory(ctx, r.PathValue("id"))
	if err != nil {
		return apiAnswer{}, err
	}
	var offices []string
	for i := range s.Copies {
		if c := &s.Copies[i]; c.Withdrawn.IsZero() {
			offices = append(offices, s.sources[c.SourceID].Source.Office)
		}
	}
	if err := h.mayCorrect(e, offices...); err != nil {
		return apiAnswer{}, err
	}
	value := labelValue(in.Kind, in.Value)
	if !h.knows(in.Kind, value) && in.Kind != feeds.LabelLanguage { // with a script a language is checked later
		return apiAnswer{}, h.unknownLabel(in.Kind, value, http.StatusUnprocessableEntity)
	}
	said := feeds.Correction{StoryID: s.ID, Kind: in.Kind, Value: value, Action: in.Action, By: e.Name, Office: e.Office, Why: strings.TrimSpace(in.Why)}
	if err := said.Check(h.o.Taxonomy); err != nil {
		return apiAnswer{}, err
	}
	kept, added, err := h.o.Desk.Correct(ctx, said)
	if err != nil {
		return apiAnswer{}, err
	}
	h.o.Publisher.LookAgain()
	if added {
		h.log.Info("label corrected", "story", s.ID, "kind", in.Kind, "value", value, "action", in.Action, "office", e.Office)
	}
	out, err := h.correctedBody(ctx, kept)
	return apiAnswer{Status: created(added), Location: "/api/corrections/" + strconv.FormatInt(kept.ID, 10), Body: out}, err
}

func created(added bool) int {
	if added {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (h *Handler) correctedBody(ctx context.Context, c feeds.Correction) (correctedBody, error) {
	s, err := h.anyStory(ctx, c.StoryID)
	if err != nil {
		return correctedBody{}, err
	}
	return correctedBody{c, quotable(s.Labels, s.sources[s.Lead().SourceID].Source.Republish)}, nil
}

// apiCorrections answers GET /api/corrections.
func (h *Handler) apiCorrections(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "story", "office", "since", "revoked", "cursor", "limit"); err != nil {
		return apiAnswer{}, err
	}
	q := CorrectionQuery{Story: query.Get("story"), Office: query.Get("office")}
	var err error
	if q.After, q.Limit, err = pageOf(query); err != nil {
		return apiAnswer{}, err
	}
	if q.Revoked, err = flag(query, "revoked"); err != nil {
		return apiAnswer{}, err
	}
	if q.Since, err = moment(query, "since"); err != nil {
		return apiAnswer{}, err
	}
	found, err := h.o.Records.Corrections(ctx, q)
	if err != nil {
		return apiAnswer{}, err
	}
	out := struct {
		Corrections []feeds.Correction `json:"corrections"`
		Next        string             `json:"next,omitempty"`
	}{Corrections: append([]feeds.Correction{}, found...)}
	if len(found) == q.Limit {
		out.Next = strconv.FormatInt(found[len(found)-1].ID, 10)
	}
	return apiAnswer{Body: out}, nil
}

// numbered reads the id of an address.
func numbered(r *http.Request) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil || id < 1 {
		return 0, &problem{Status: http.StatusNotFound, Detail: "There is nothing with this id: it is a number."}
	}
	return id, nil
}

// apiCorrection answers GET /api/corrections/{id}.
func (h *Handler) apiCorrection(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	id, err := numbered(r)
	if err != nil {
		return apiAnswer{}, err
	}
	c, err := h.o.Records.Correction(ctx, id)
	return apiAnswer{Body: c}, err
}

// apiRevoke answers DELETE /api/corrections/{id}. An office takes back what it said;
// headquarters what anybody said.
func (h *Handler) apiRevoke(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	id, err := numbered(r)
	if err != nil {
		return apiAnswer{}, err
	}
	c, err := h.o.Records.Correction(ctx, id)
	if err != nil {
		return apiAnswer{}, err
	}
	if err := h.mayCorrect(e, c.Office); err != nil {
		return apiAnswer{}, err
	}
	if c, err = h.o.Desk.Revoke(ctx, id, e.Name); err != nil {
		return apiAnswer{}, err
	}
	h.o.Publisher.LookAgain()
	h.log.Info("correction taken back", "correction", id, "story", c.StoryID, "office", e.Office)
	out, err := h.correctedBody(ctx, c)
	return apiAnswer{Body: out}, err
}

// ruleBody is a rule that an editor makes for a source.
type ruleBody struct {
	Source     string          `json:"source"`
	Kind       feeds.LabelKind `json:"kind"`
	Value      string          `json:"value"`
	Action     feeds.Action    `json:"action"`
	Field      string          `json:"field"`
	Contains   string          `json:"contains"`
	Why        string          `json:"why"`
	Correction int64           `json:"correction"`
}

// readRule reads a rule that the editor may make.
func (h *Handler) readRule(ctx context.Context, r *http.Request, e *Editor) (feeds.SourceRule, error) {
	var in ruleBody
	if err := readBody(r, &in); err != nil {
		return feeds.SourceRule{}, err
	}
	sources, err := h.sourceMap(ctx)
	if err != nil {
		return feeds.SourceRule{}, err
	}
	source, ok := sources[in.Source]
	if !ok {
		return feeds.SourceRule{}, &problem{Status: http.StatusUnprocessableEntity, Key: "source", Detail: fmt.Sprintf("There is no source %q; GET /sources lists them.", clip(in.Source, 100))}
	}
	if err := h.mayCorrect(e, source.Source.Office); err != nil {
		return feeds.SourceRule{}, err
	}
	rule := feeds.SourceRule{SourceID: in.Source, Kind: in.Kind, Value: labelValue(in.Kind, in.Value), Action: in.Action, Field: in.Field,
		Contains: strings.TrimSpace(in.Contains), By: e.Name, Office: e.Office, Why: strings.TrimSpace(in.Why), Correction: in.Correction}
	if !h.knows(rule.Kind, rule.Value) && rule.Kind != feeds.LabelLanguage {
		return rule, h.unknownLabel(rule.Kind, rule.Value, http.StatusUnprocessableEntity)
	}
	if rule.Why == "" && strings.HasSuffix(r.URL.Path, "/preview") {
		rule.Why = "preview" // a reason is asked for when it is kept
	}
	if err := rule.Check(h.o.Taxonomy); err != nil {
		return rule, err
	}
	if rule.Correction != 0 {
		if _, err := h.o.Records.Correction(ctx, rule.Correction); err != nil {
			return rule, &problem{Status: http.StatusUnprocessableEntity, Key: "correction", Detail: fmt.Sprintf("There is no correction %d.", rule.Correction)}
		}
	}
	return rule, nil
}

// previewBody is a page of the stories that a rule would change.
type previewBody struct {
	Changes []previewChange `json:"changes"`
	Looked  int             `json:"looked"` // stories of the source that the page looked at
	Next    string          `json:"next,omitempty"`
}

type previewChange struct {
	Story  string        `json:"story"`
	Title  string        `json:"title"`
	Before []feeds.Label `json:"before"`
	After  []feeds.Label `json:"after"`
}

// apiPreview answers POST /api/rules/preview.
func (h *Handler) apiPreview(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "cursor", "limit"); err != nil {
		return apiAnswer{}, err
	}
	after := query.Get("cursor")
	if after != "" && !storyID(after) {
		return apiAnswer{}, &problem{Status: http.StatusBadRequest, Detail: "The cursor is none of ours: take next from the page before.", Key: "cursor"}
	}
	query.Del("cursor")
	_, limit, err := pageOf(query)
	if err != nil {
		return apiAnswer{}, err
	}
	rule, err := h.readRule(ctx, r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	p, err := h.o.Desk.Preview(ctx, rule, after, limit)
	if err != nil {
		return apiAnswer{}, err
	}
	out := previewBody{Changes: make([]previewChange, len(p.Changes)), Looked: p.Looked, Next: p.Next}
	for i, c := range p.Changes {
		out.Changes[i] = previewChange{c.StoryID, c.Title, quotable(c.Before, feeds.RepublishTitle), quotable(c.After, feeds.RepublishTitle)}
	}
	return apiAnswer{Body: out}, nil
}

// apiAddRule answers POST /api/rules.
func (h *Handler) apiAddRule(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	rule, err := h.readRule(ctx, r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	kept, added, err := h.o.Desk.AddRule(ctx, rule)
	if err != nil {
		return apiAnswer{}, err
	}
	if added {
		h.log.Info("rule made", "rule", kept.ID, "source", kept.SourceID, "kind", kept.Kind, "value", kept.Value, "action", kept.Action, "office", e.Office)
	}
	return apiAnswer{Status: created(added), Location: "/api/rules/" + strconv.FormatInt(kept.ID, 10), Body: kept}, nil
}

// apiRules answers GET /api/rules.
func (h *Handler) apiRules(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "source", "office", "revoked", "cursor", "limit"); err != nil {
		return apiAnswer{}, err
	}
	q := RuleQuery{Source: query.Get("source"), Office: query.Get("office")}
	var err error
	if q.After, q.Limit, err = pageOf(query); err != nil {
		return apiAnswer{}, err
	}
	if q.Revoked, err = flag(query, "revoked"); err != nil {
		return apiAnswer{}, err
	}
	found, err := h.o.Records.Rules(ctx, q)
	if err != nil {
		return apiAnswer{}, err
	}
	out := struct {
		Rules []feeds.SourceRule `json:"rules"`
		Next  string             `json:"next,omitempty"`
	}{Rules: append([]feeds.SourceRule{}, found...)}
	if len(found) == q.Limit {
		out.Next = strconv.FormatInt(found[len(found)-1].ID, 10)
	}
	return apiAnswer{Body: out}, nil
}

// apiRule answers GET /api/rules/{id}.
func (h *Handler) apiRule(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	id, err := numbered(r)
	if err != nil {
		return apiAnswer{}, err
	}
	rule, err := h.o.Records.Rule(ctx, id)
	return apiAnswer{Body: rule}, err
}

// apiRevokeRule answers DELETE /api/rules/{id}.
func (h *Handler) apiRevokeRule(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	id, err := numbered(r)
	if err != nil {
		return apiAnswer{}, err
	}
	rule, err := h.o.Records.Rule(ctx, id)
	if err != nil {
		return apiAnswer{}, err
	}
	if err := h.mayCorrect(e, rule.Office); err != nil {
		return apiAnswer{}, err
	}
	if rule, err = h.o.Desk.RevokeRule(ctx, id, e.Name); err != nil {
		return apiAnswer{}, err
	}
	h.log.Info("rule taken back", "rule", id, "source", rule.SourceID, "office", e.Office)
	return apiAnswer{Body: rule}, nil
}
