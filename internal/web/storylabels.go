package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tributary/feeds"
)

type labelGroup struct {
	Name   string
	Labels []labelView
}

type labelView struct {
	anchor
	ID        string // of its name on the page
	Primary   bool
	By        string
	Percent   int
	Evidence  []evidenceView
	Corrected string // by which office, when and why, where a person decided
	Why       string // address of the explanation; empty where nothing can answer
}

type evidenceView struct {
	Text, Field, Rule string
	Mark              string // address of the mark in the text; empty when there is none
}

// labelling makes the list of a story's labels, and the claims for the marks in its text.
type labelling struct {
	v       *viewer
	story   *feeds.Story
	source  *feeds.Source // of the lead
	sources map[string]SourceStatus
	said    []feeds.Correction // standing ones
	ids     map[string]bool
	claims  []claim
}

func (b *labelling) groups() []labelGroup {
	var out []labelGroup
	for _, kind := range []feeds.LabelKind{feeds.LabelCountry, feeds.LabelRegion, feeds.LabelTopic, feeds.LabelLanguage} {
		group := labelGroup{Name: kindOfTerm(b.v.p, feeds.TermKind(kind))}
		for _, l := range b.story.Labels {
			if l.Kind == kind {
				group.Labels = append(group.Labels, b.label(l))
			}
		}
		if len(group.Labels) > 0 {
			out = append(out, group)
		}
	}
	return out
}

func (b *labelling) label(l feeds.Label) labelView {
	v := b.v
	out := labelView{anchor: v.labelLink(l, b.sources), ID: b.id(l), Primary: l.Primary, Percent: int(math.Round(100 * min(max(l.Score, 0), 1)))}
	out.By = v.givenBy(l.By)
	if v.explains() {
		out.Why = v.why(b.story.ID, l.Kind, l.Value)
	}
	if c := correctionOf(b.said, l.Kind, l.Value); c != nil {
		out.Corrected = v.corrected(c)
	}
	out.Evidence = make([]evidenceView, 0, maxEvidence) // never grows: the claims point into it
	for _, e := range l.Evidence {
		if e.Field == "correction" && out.Corrected != "" {
			continue
		}
		if len(out.Evidence) == maxEvidence {
			break
		}
		view := evidenceView{Text: clip(e.Text, 200), Field: v.fieldName(e.Field), Rule: e.Rule}
		if !mayQuote(b.source.Republish, l.Kind, e) {
			view.Text = ""
		}
		out.Evidence = append(out.Evidence, view)
		if l.Kind != feeds.LabelLanguage { // which rests on all of the text
			b.claims = append(b.claims, claim{field: e.Field, text: e.Text, offset: e.Offset, anchor: out.ID, kind: string(l.Kind),
				mark: &out.Evidence[len(out.Evidence)-1].Mark})
		}
	}
	return out
}

// id makes the id of a label's name; values that differ in their signs alone get
// different ones.
func (b *labelling) id(l feeds.Label) string {
	id := "label-" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(string(l.Kind)+"-"+l.Value))
	for base, n := id, 2; b.ids[id]; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	b.ids[id] = true
	return id
}

// longestQuote is how much, in bytes, evidence may quote from a text that its publisher
// does not let us show: the words that matched, never a passage.
const longestQuote = 80

// mayQuote says whether the words of a piece of evidence may be shown. What a language
// was told by is the beginning of the text itself.
func mayQuote(permission feeds.Republish, kind feeds.LabelKind, e feeds.Evidence) bool {
	if e.Field != "text" || permission == feeds.RepublishFull {
		return true
	}
	return kind != feeds.LabelLanguage && len(e.Text) <= longestQuote
}

func (v *viewer) givenBy(by feeds.By) string {
	switch by {
	case feeds.ByPublisher:
		return v.p.t("by.publisher")
	case feeds.ByRule:
		return v.p.t("by.rule")
	case feeds.ByModel:
		return v.p.t("by.model")
	case feeds.ByPerson:
		return v.p.t("by.person")
	default:
		return string(by)
	}
}

func (v *viewer) fieldName(field string) string {
	switch field {
	case "title":
		return v.p.t("field.title")
	case "text":
		return v.p.t("field.text")
	case "dateline":
		return v.p.t("field.dateline")
	case "category":
		return v.p.t("field.category")
	case "feed":
		return v.p.t("field.feed")
	case "url":
		return v.p.t("field.url")
	case "correction":
		return v.p.t("field.correction")
	default:
		return field
	}
}

// correctionOf finds what people said last about a label; nil when they said nothing.
func correctionOf(said []feeds.Correction, kind feeds.LabelKind, value string) *feeds.Correction {
	for i := range slices.Backward(said) {
		if c := &said[i]; c.Kind == kind && c.Value == value && c.Revoked.IsZero() {
			return c
		}
	}
	return nil
}

// corrected says who decided, for which office, when and why. A person is never named.
func (v *viewer) corrected(c *feeds.Correction) string {
	office := v.h.names.of(v.p, feeds.Term{Kind: feeds.TermOffice, Value: c.Office}, nil)
	return v.p.t("corrected.by", "Office", office, "Date", v.p.date(c.At), "Why", clip(c.Why, 500))
}

// removedLabel is a label that people took away.
type removedLabel struct{ Name, Kind, Corrected string }

func (b *labelling) removed() []removedLabel {
	var out []removedLabel
	for i := range b.said {
		c := &b.said[i]
		if c.Action != feeds.ActionRemove || correctionOf(b.said, c.Kind, c.Value) != c || len(out) == maxEvidence {
			continue
		}
		out = append(out, removedLabel{Kind: kindOfTerm(b.v.p, feeds.TermKind(c.Kind)), Corrected: b.v.corrected(c),
			Name: b.v.h.names.of(b.v.p, feeds.Term{Kind: feeds.TermKind(c.Kind), Value: c.Value}, b.sources)})
	}
	return out
}
