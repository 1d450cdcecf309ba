package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tributary/feeds"
	"tributary/internal/publish"
)

// whyView is the answer to "why this label, or why not?".
type whyView struct {
	Name     string
	Given    bool // as the story stands
	Verdict  string
	Reason   string
	Note     string // where people decided, or the story is not labelled anew yet
	Mentions []mentionView
	More     int // further mentions
}

type mentionView struct {
	ID      string
	Text    string
	Field   string
	Role    string
	Note    string
	Rule    string
	Counts  string
	Counted bool
	Mark    string
}

// whyForm asks for an explanation.
type whyForm struct {
	Action string
	Lang   string
	Groups []whyGroup
}

type whyGroup struct {
	Name    string
	Options []whyOption
}

type whyOption struct {
	Value, Text string
	Current     bool
}

// explains says whether the page can be asked: on a static shelf nothing answers.
func (v *viewer) explains() bool { return v.h.o.Desk != nil && !v.l.shelf }

// why is the address of a label's explanation.
func (v *viewer) why(story string, kind feeds.LabelKind, value string) string {
	return v.l.page("/stories/"+url.PathEscape(story), url.Values{"why": {string(kind) + ":" + value}}) + "#why"
}

// asked reads "country:LY". It knows the labels of the taxonomy, and the languages that
// the page names.
func (h *Handler) asked(s string) (kind feeds.LabelKind, value string, err error) {
	k, value, _ := strings.Cut(s, ":")
	if kind = feeds.LabelKind(k); h.knows(kind, value) {
		return kind, value, nil
	}
	return "", "", &publish.Invalid{Parameter: "why", Value: s, Status: http.StatusBadRequest, Valid: []string{"country:LY", "region:sahel", "topic:counter-trafficking", "language:fr"}, Total: len(h.names.countries) + len(h.names.regions) + len(h.names.topics)}
}

// knows says whether there is such a label.
func (h *Handler) knows(kind feeds.LabelKind, value string) bool {
	switch kind {
	case feeds.LabelCountry:
		return h.names.countries[value] != nil
	case feeds.LabelRegion:
		return h.names.regions[value] != nil
	case feeds.LabelTopic:
		return h.names.topics[value] != nil
	case feeds.LabelLanguage:
		return languageTag(value)
	}
	return false
}

// languageTag reports a language without script or region: "fr", "ckb".
func languageTag(s string) bool {
	return (len(s) == 2 || len(s) == 3) && strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// explain asks why the story has a label, or why not. Its answer is of the lead as
// labelled now.
func (h *Handler) explain(ctx context.Context, s *feeds.Story, source *feeds.Source, kind feeds.LabelKind, value string) (feeds.Explanation, error) {
	x, err := h.o.Desk.Explain(ctx, source, &s.Lead().Entry, kind, value)
	if err != nil {
		return x, fmt.Errorf("explain %s %s: %w", kind, value, err)
	}
	for i := range x.Mentions {
		if m := &x.Mentions[i]; !mayQuote(source.Republish, kind, m.Evidence) {
			m.Text = ""
		}
	}
	return x, nil
}

// labelled finds a label of the story.
func labelled(s *feeds.Story, kind feeds.LabelKind, value string) *feeds.Label {
	i := slices.IndexFunc(s.Labels, func(l feeds.Label) bool { return l.Kind == kind && l.Value == value })
	if i < 0 {
		return nil
	}
	return &s.Labels[i]
}

// whyView words an explanation in the page's language.
func (b *labelling) whyView(x *feeds.Explanation) (*whyView, []claim) {
	p := b.v.p
	name := b.v.h.names.of(p, feeds.Term{Kind: feeds.TermKind(x.Kind), Value: x.Value}, b.sources)
	out := &whyView{Name: name, Given: labelled(b.story, x.Kind, x.Value) != nil, Mentions: make([]mentionView, len(x.Mentions)), More: x.Unlisted}
	out.Verdict = p.t("why.not", "Name", name)
	if out.Given {
		out.Verdict = p.t("why.given", "Name", name)
	}
	switch c := correctionOf(b.said, x.Kind, x.Value); {
	case c != nil:
		out.Note = b.v.corrected(c)
	case out.Given && x.Kind == feeds.LabelLanguage && !x.Given:
		out.Note = p.t("why.copy")
	case x.Kind == feeds.LabelRegion && !out.Given && b.throughCountry(x.Value) != "":
		out.Note = p.t("why.region", "Country", b.throughCountry(x.Value))
	case out.Given != x.Given:
		out.Note = p.t("why.stale")
	}
	score := []any{"Score", decimal(x.Score, p), "Threshold", decimal(x.Threshold, p)}
	switch x.Reason {
	case feeds.ReasonGiven, feeds.ReasonPrimary:
		if out.Reason = p.t("why.enough", score...); x.Reason == feeds.ReasonPrimary {
			out.Reason += " " + p.t("why.primary")
		}
	case feeds.ReasonAbsent:
		out.Reason = p.t("why.absent")
	case feeds.ReasonLeftOut:
		out.Reason = p.t("why.left_out")
	case feeds.ReasonBelow:
		out.Reason = p.t("why.below", score...)
	case feeds.ReasonLimit:
		out.Reason = p.t("why.limit", score...)
	case feeds.ReasonAnother:
		out.Reason = p.t("why.another", "Language", p.languageName(x.Instead))
	case feeds.ReasonDeclared:
		out.Reason = p.t("why.declared")
	case feeds.ReasonSourceRule:
		office := b.v.h.names.of(p, feeds.Term{Kind: feeds.TermOffice, Value: x.Office}, nil)
		out.Reason = p.t("why.source_rule", "Office", office, "Date", p.date(x.At), "Why", clip(x.Said, 500))
	case feeds.ReasonRead:
		out.Reason = p.t("why.read")
	default:
		out.Reason = x.Why
	}
	claims := make([]claim, 0, len(x.Mentions))
	for i := range x.Mentions {
		m := &x.Mentions[i]
		view := &out.Mentions[i]
		*view = mentionView{ID: "why-" + strconv.Itoa(i+1), Text: clip(m.Text, 200), Field: b.v.fieldName(m.Field), Role: roleName(p, m.Role),
			Note: clip(m.Note, 200), Rule: m.Rule, Counted: m.Counted, Counts: p.t("why.counts_not")}
		if m.Counted {
			if view.Counts = p.t("why.counts"); m.Weight != 0 {
				view.Counts = p.t("why.counts_for", "Weight", decimal(m.Weight, p))
			}
		}
		kind := "left"
		if m.Counted {
			kind = "counted"
		}
		if x.Kind != feeds.LabelLanguage {
			claims = append(claims, claim{field: m.Field, text: m.Text, offset: m.Offset, anchor: view.ID, kind: kind, mark: &view.Mark})
		}
	}
	return out, claims
}

// throughCountry names the story's country that puts it into a region's feed.
func (b *labelling) throughCountry(region string) string {
	for _, l := range b.story.Labels {
		if l.Kind == feeds.LabelCountry && slices.Contains(b.v.h.names.regions[region].Countries, l.Value) {
			return b.v.h.names.of(b.v.p, feeds.Term{Kind: feeds.TermCountry, Value: l.Value}, nil)
		}
	}
	return ""
}

// decimal writes a number with at most two decimals as the page's language does.
func decimal(f float64, p *printer) string {
	s := strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 2, 64), "0"), ".")
	if p.lang != "en" {
		s = strings.ReplaceAll(s, ".", ",")
	}
	return s
}

// roleName words a role; one that the page has no words for stands as it is.
func roleName(p *printer, r feeds.Role) string {
	switch r {
	case feeds.RoleAbout:
		return p.t("role.about")
	case feeds.RoleDateline:
		return p.t("role.dateline")
	case feeds.RoleRoute:
		return p.t("role.route")
	case feeds.RoleSeat:
		return p.t("role.seat")
	case feeds.RoleDiplomatic:
		return p.t("role.diplomatic")
	case feeds.RoleVenue:
		return p.t("role.venue")
	case feeds.RoleEvent:
		return p.t("role.event")
	case feeds.RolePublisher:
		return p.t("role.publisher")
	case feeds.RoleWeak:
		return p.t("role.weak")
	case feeds.RoleDutyStation:
		return p.t("role.duty_station")
	case feeds.RoleDonor:
		return p.t("role.donor")
	case feeds.RoleOtherThing:
		return p.t("role.other_thing")
	case feeds.RoleOtherSense:
		return p.t("role.other_sense")
	case feeds.RoleUnsettled:
		return p.t("role.unsettled")
	case feeds.RoleLongerName:
		return p.t("role.longer_name")
	case feeds.RoleBoilerplate:
		return p.t("role.boilerplate")
	case feeds.RoleCancelled:
		return p.t("role.cancelled")
	case feeds.RoleNoPlace:
		return p.t("role.no_place")
	case feeds.RoleOther:
		return p.t("role.other")
	default:
		return string(r)
	}
}

// whyForm lists all that can be asked for, by name.
func (b *labelling) whyForm(asked string) *whyForm {
	v := b.v
	out := &whyForm{Action: v.l.prefix + "/stories/" + url.PathEscape(b.story.ID) + "#why", Lang: v.l.lang}
	group := func(kind feeds.LabelKind, values []string) {
		g := whyGroup{Name: kindOfTerm(v.p, feeds.TermKind(kind))}
		for _, value := range values {
			option := whyOption{Value: string(kind) + ":" + value, Text: v.h.names.of(v.p, feeds.Term{Kind: feeds.TermKind(kind), Value: value}, nil)}
			option.Current = option.Value == asked
			g.Options = append(g.Options, option)
		}
		slices.SortFunc(g.Options, func(a, b whyOption) int {
			return cmp.Or(cmp.Compare(foldName(a.Text), foldName(b.Text)), cmp.Compare(a.Value, b.Value))
		})
		if len(g.Options) > 0 {
			out.Groups = append(out.Groups, g)
		}
	}
	var countries, regions, topics []string
	for value := range v.h.names.countries {
		countries = append(countries, value)
	}
	for value := range v.h.names.regions {
		regions = append(regions, value)
	}
	for value := range v.h.names.topics {
		topics = append(topics, value)
	}
	group(feeds.LabelCountry, countries)
	group(feeds.LabelTopic, topics)
	group(feeds.LabelRegion, regions)
	return out
}
