package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
)

// rulingIn is what an editor decides about a story or a source.
type rulingIn struct {
	Stories []string `json:"stories"` // of a merge: the others
	Entries []string `json:"entries"`
	Entry   string   `json:"entry"`
	Source  string   `json:"source"`
	// Translations, of apart: entries in two languages still meet.
	Translations bool   `json:"translations"`
	Note         string `json:"note"`
	Why          string `json:"why"`
}

// rulingBody is a ruling. Ids of entries are digits in a text: they are too large for a
// number of JavaScript.
type rulingBody struct {
	feeds.Ruling
	Entries []string `json:"entries,omitempty"`
	Others  []string `json:"others,omitempty"`
	Parts   any      `json:"parts,omitempty"` // of no use outside
	// Now is the id of the story that the entries are in, or "" for several.
	Now string `json:"now,omitempty"`
}

// purgedBody is a ruling whose words were purged.
type purgedBody struct {
	rulingBody
	Erased bool `json:"erased"` // the database's own files hold them no more
}

func entryIDs(ids []int64) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = strconv.FormatInt(id, 10)
	}
	return out
}

// entriesOf reads ids of entries that a story has.
func entriesOf(s *apiReading, ids []string) ([]int64, error) {
	out := make([]int64, 0, len(ids))
	for _, text := range ids {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !slices.ContainsFunc(s.Copies, func(c feeds.Copy) bool { return c.EntryID == id }) {
			return nil, &problem{Status: http.StatusUnprocessableEntity, Key: "entries", Detail: fmt.Sprintf("The story has no entry %q; GET /api/stories/%s lists them.", clip(text, 40), s.ID)}
		}
		out = append(out, id)
	}
	return out, nil
}

// officesOf are the offices of the sources of some copies of a story, of those that stand
// when entries is nil.
func officesOf(s *apiReading, entries []int64) []string {
	var out []string
	for i := range s.Copies {
		if c := &s.Copies[i]; entries == nil && c.Withdrawn.IsZero() || slices.Contains(entries, c.EntryID) {
			out = append(out, s.sources[c.SourceID].Source.Office)
		}
	}
	return out
}

// mayTake says whether an editor may withdraw what some offices' sources publish: all of
// it must be of the editor's own office, but for headquarters.
func (h *Handler) mayTake(e *Editor, offices []string) error {
	if e.Office == h.o.Headquarters || !slices.ContainsFunc(offices, func(o string) bool { return o != e.Office }) {
		return nil
	}
	return &problem{Status: http.StatusForbidden, Detail: fmt.Sprintf("An editor of %s withdraws what sources of that office publish; this is for editors of %s.", e.Office, h.o.Headquarters)}
}

// ruling reads what is decided about a story.
func (h *Handler) ruling(ctx context.Context, r *http.Request, e *Editor, action feeds.RulingAction) (*apiReading, rulingIn, feeds.Ruling, error) {
	var in rulingIn
	if err := readBody(r, &in); err != nil {
		return nil, in, feeds.Ruling{}, err
	}
	s, err := h.anyStory(ctx, r.PathValue("id"))
	if err != nil {
		return nil, in, feeds.Ruling{}, err
	}
	return s, in, feeds.Ruling{Action: action, Story: s.ID, By: e.Name, Office: e.Office, Why: strings.TrimSpace(in.Why), Note: strings.TrimSpace(in.Note)}, nil
}

// apiMerge answers POST /api/stories/{id}/merge.
func (h *Handler) apiMerge(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	s, in, ruling, err := h.ruling(ctx, r, e, feeds.RulingMerge)
	if err != nil {
		return apiAnswer{}, err
	}
	if err := h.mayCorrect(e, officesOf(s, nil)...); err != nil {
		return apiAnswer{}, err
	}
	ruling.Entries = []int64{s.Lead().EntryID}
	for _, id := range in.Stories {
		other, err := h.standingStory(ctx, id)
		if err != nil {
			return apiAnswer{}, err
		}
		if err := h.mayCorrect(e, officesOf(other, nil)...); err != nil {
			return apiAnswer{}, err
		}
		entry := other.Lead().EntryID
		if other.ID == s.ID && len(s.Copies) > 1 { // they are one already, and are to stay so
			entry = s.Copies[1].EntryID
		}
		if !slices.Contains(ruling.Entries, entry) {
			ruling.Entries = append(ruling.Entries, entry)
		}
	}
	return h.rule(ctx, ruling)
}

// standingStory reads a story that a body names, also by a former id.
func (h *Handler) standingStory(ctx context.Context, id string) (*apiReading, error) {
	s, err := h.anyStory(ctx, id)
	var moved *problem
	if errors.As(err, &moved) && moved.Status == http.StatusPermanentRedirect {
		return h.anyStory(ctx, path.Base(moved.location))
	}
	return s, err
}

// apiSplit answers POST /api/stories/{id}/split.
func (h *Handler) apiSplit(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	s, in, ruling, err := h.ruling(ctx, r, e, feeds.RulingSplit)
	if err != nil {
		return apiAnswer{}, err
	}
	if err := h.mayCorrect(e, officesOf(s, nil)...); err != nil {
		return apiAnswer{}, err
	}
	if ruling.Entries, err = entriesOf(s, in.Entries); err != nil {
		return apiAnswer{}, err
	}
	for i := range s.Copies {
		if id := s.Copies[i].EntryID; !slices.Contains(ruling.Entries, id) {
			ruling.Others = append(ruling.Others, id)
		}
	}
	return h.rule(ctx, ruling)
}

// apiLead answers POST /api/stories/{id}/lead.
func (h *Handler) apiLead(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	s, in, ruling, err := h.ruling(ctx, r, e, feeds.RulingLead)
	if err != nil {
		return apiAnswer{}, err
	}
	if err := h.mayCorrect(e, officesOf(s, nil)...); err != nil {
		return apiAnswer{}, err
	}
	if ruling.Entries, err = entriesOf(s, []string{in.Entry}); err != nil {
		return apiAnswer{}, err
	}
	return h.rule(ctx, ruling)
}

// apiWithdraw answers POST /api/stories/{id}/withdraw: of the entries that it names, else
// of the whole story.
func (h *Handler) apiWithdraw(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	s, in, ruling, err := h.ruling(ctx, r, e, feeds.RulingWithdraw)
	if err != nil {
		return apiAnswer{}, err
	}
	if in.Entries != nil && len(in.Entries) == 0 { // whoever names entries does not mean all
		return apiAnswer{}, &problem{Status: http.StatusUnprocessableEntity, Key: "entries", Detail: "The key entries names none: leave it out to withdraw the whole story."}
	}
	ruling.Whole = in.Entries == nil
	if ruling.Entries, err = entriesOf(s, in.Entries); err != nil {
		return apiAnswer{}, err
	}
	if ruling.Whole {
		for i := range s.Copies {
			ruling.Entries = append(ruling.Entries, s.Copies[i].EntryID)
		}
	}
	if err := h.mayTake(e, officesOf(s, ruling.Entries)); err != nil {
		return apiAnswer{}, err
	}
	return h.rule(ctx, ruling)
}

// apiApart answers POST /api/sources/{id}/apart.
func (h *Handler) apiApart(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	var in rulingIn
	if err := readBody(r, &in); err != nil {
		return apiAnswer{}, err
	}
	sources, err := h.sourceMap(ctx)
	if err != nil {
		return apiAnswer{}, err
	}
	ids := []string{r.PathValue("id")}
	if in.Source != "" {
		ids = append(ids, in.Source)
	}
	var offices []string
	for _, id := range ids {
		s, ok := sources[id]
		if !ok {
			return apiAnswer{}, &problem{Status: http.StatusUnprocessableEntity, Key: "source", Detail: fmt.Sprintf("There is no source %q; GET /sources lists them.", clip(id, 100))}
		}
		offices = append(offices, s.Source.Office)
	}
	if err := h.mayCorrect(e, offices...); err != nil {
		return apiAnswer{}, err
	}
	slices.Sort(ids)
	return h.rule(ctx, feeds.Ruling{Action: feeds.RulingApart, Sources: ids, Translations: in.Translations, By: e.Name, Office: e.Office, Why: strings.TrimSpace(in.Why)})
}

func (h *Handler) rule(ctx context.Context, ruling feeds.Ruling) (apiAnswer, error) {
	kept, added, err := h.o.Desk.Decide(ctx, ruling)
	if err != nil {
		return apiAnswer{}, err
	}
	h.o.Publisher.LookAgain()
	if added {
		h.log.Info("ruling made", "ruling", kept.ID, "action", kept.Action, "story", kept.Story, "office", kept.Office)
	}
	return apiAnswer{Status: created(added), Location: "/api/rulings/" + strconv.FormatInt(kept.ID, 10), Body: h.rulingBody(ctx, kept)}, nil
}

// rulingBody is a ruling with where its story is now.
func (h *Handler) rulingBody(ctx context.Context, r feeds.Ruling) rulingBody {
	b := rulingBody{Ruling: r, Entries: entryIDs(r.Entries), Others: entryIDs(r.Others)}
	if r.Story != "" {
		if s, _, err := h.o.Store.Story(ctx, r.Story); err == nil {
			b.Now = s.ID
		}
	}
	return b
}

// apiRulings answers GET /api/rulings.
func (h *Handler) apiRulings(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "story", "office", "action", "revoked", "cursor", "limit"); err != nil {
		return apiAnswer{}, err
	}
	q := RulingQuery{Story: query.Get("story"), Office: query.Get("office"), Action: feeds.RulingAction(query.Get("action"))}
	actions := []feeds.RulingAction{feeds.RulingMerge, feeds.RulingSplit, feeds.RulingLead, feeds.RulingWithdraw, feeds.RulingApart}
	if q.Action != "" && !slices.Contains(actions, q.Action) {
		return apiAnswer{}, &problem{Status: http.StatusBadRequest, Key: "action", Detail: "The action is none of merge, split, lead, withdraw, apart."}
	}
	var err error
	if q.After, q.Limit, err = pageOf(query); err != nil {
		return apiAnswer{}, err
	}
	if q.Revoked, err = flag(query, "revoked"); err != nil {
		return apiAnswer{}, err
	}
	found, err := h.o.Records.Rulings(ctx, q)
	if err != nil {
		return apiAnswer{}, err
	}
	out := struct {
		Rulings []rulingBody `json:"rulings"`
		Next    string       `json:"next,omitempty"`
	}{Rulings: []rulingBody{}}
	for _, ruling := range found {
		out.Rulings = append(out.Rulings, rulingBody{Ruling: ruling, Entries: entryIDs(ruling.Entries), Others: entryIDs(ruling.Others)})
	}
	if len(found) == q.Limit {
		out.Next = strconv.FormatInt(found[len(found)-1].ID, 10)
	}
	return apiAnswer{Body: out}, nil
}

// apiRuling answers GET /api/rulings/{id}.
func (h *Handler) apiRuling(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	id, err := numbered(r)
	if err != nil {
		return apiAnswer{}, err
	}
	ruling, err := h.o.Records.Ruling(ctx, id)
	if err != nil {
		return apiAnswer{}, err
	}
	return apiAnswer{Body: h.rulingBody(ctx, ruling)}, nil
}

// ownRuling reads a ruling that the editor may undo: an office its own, headquarters any.
func (h *Handler) ownRuling(ctx context.Context, r *http.Request, e *Editor) (feeds.Ruling, error) {
	id, err := numbered(r)
	if err != nil {
		return feeds.Ruling{}, err
	}
	ruling, err := h.o.Records.Ruling(ctx, id)
	if err != nil {
		return ruling, err
	}
	return ruling, h.mayCorrect(e, ruling.Office)
}

// apiRevokeRuling answers DELETE /api/rulings/{id}.
func (h *Handler) apiRevokeRuling(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	ruling, err := h.ownRuling(ctx, r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	if ruling, err = h.o.Desk.RevokeRuling(ctx, ruling.ID, e.Name); err != nil {
		return apiAnswer{}, err
	}
	h.o.Publisher.LookAgain()
	h.log.Info("ruling taken back", "ruling", ruling.ID, "action", ruling.Action, "office", e.Office)
	return apiAnswer{Body: h.rulingBody(ctx, ruling)}, nil
}

// apiPurge answers POST /api/rulings/{id}/purge.
func (h *Handler) apiPurge(ctx context.Context, r *http.Request, e *Editor) (apiAnswer, error) {
	ruling, err := h.ownRuling(ctx, r, e)
	if err != nil {
		return apiAnswer{}, err
	}
	ruling, erased, err := h.o.Desk.Purge(ctx, ruling.ID, e.Name)
	if err != nil {
		return apiAnswer{}, err
	}
	h.o.Publisher.LookAgain()
	h.log.Info("withdrawn text purged", "ruling", ruling.ID, "entries", len(ruling.Entries), "office", e.Office, "erased", erased)
	return apiAnswer{Body: purgedBody{h.rulingBody(ctx, ruling), erased}}, nil
}

// pairBody says why two entries are one story, or are not.
type pairBody struct {
	Entries  []string     `json:"entries"`
	Stories  []string     `json:"stories"`
	OneStory bool         `json:"one_story"`
	People   string       `json:"people,omitempty"` // what they decided about the two, which holds: together or apart
	Alone    []string     `json:"alone,omitempty"`  // sources of theirs that the catalogue keeps alone
	Verdict  string       `json:"verdict"`          // same, apart or neither: what the two say of themselves
	Reason   string       `json:"reason"`
	Code     string       `json:"code"` // of the reason, the same in all versions
	Signals  any          `json:"signals"`
	Days     float64      `json:"days"` // between them
	Through  []string     `json:"through,omitempty"`
	Rulings  []rulingBody `json:"rulings"`
}

// apiPair answers GET /api/pair?entries=1,2.
func (h *Handler) apiPair(ctx context.Context, r *http.Request, _ *Editor) (apiAnswer, error) {
	query := r.URL.Query()
	if err := parameters(query, "entries"); err != nil {
		return apiAnswer{}, err
	}
	var ids [2]int64
	texts := strings.Split(query.Get("entries"), ",")
	for i := range ids {
		var err error
		if len(texts) == 2 {
			ids[i], err = strconv.ParseInt(strings.TrimSpace(texts[i]), 10, 64)
		}
		if err != nil || len(texts) != 2 {
			return apiAnswer{}, &problem{Status: http.StatusBadRequest, Key: "entries", Detail: "Name two entries by their ids, with a comma between; GET /api/stories/ID lists them."}
		}
	}
	p, err := h.o.Desk.Why(ctx, ids[0], ids[1])
	if err != nil {
		return apiAnswer{}, err
	}
	out := pairBody{Entries: entryIDs(p.Entries[:]), Stories: p.Stories[:], OneStory: p.Stories[0] == p.Stories[1], Verdict: "neither", Reason: string(p.Verdict.Reason), Code: p.Verdict.Reason.Code(), Alone: p.Alone,
		Signals: p.Verdict.Signals, Days: float64(p.Verdict.Signals.Apart/time.Hour) / 24, Through: entryIDs(p.Through), Rulings: []rulingBody{}}
	switch {
	case p.Together:
		out.People = "together"
	case p.Apart:
		out.People = "apart"
	}
	switch {
	case p.Verdict.Same:
		out.Verdict = "same"
	case p.Verdict.Apart:
		out.Verdict = "apart"
	}
	for _, ruling := range p.Rulings {
		out.Rulings = append(out.Rulings, rulingBody{Ruling: ruling, Entries: entryIDs(ruling.Entries), Others: entryIDs(ruling.Others)})
	}
	return apiAnswer{Body: out}, nil
}
