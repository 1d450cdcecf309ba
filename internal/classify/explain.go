package classify

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"tributary/feeds"
)

// mentionLimit bounds the mentions that an explanation lists.
const mentionLimit = 200

// Explain says why an item has a label, or why not: it labels the item as Classify does
// and listens. The value is written as in feeds.Label; feeds.ErrNotFound when the
// taxonomy has none such.
func (c *Classifier) Explain(it Item, kind feeds.LabelKind, value string) (feeds.Explanation, error) {
	x := &explainer{c: c, d: &document{trace: newTrace()}, it: it, out: feeds.Explanation{Kind: kind, Value: value}}
	if !x.find() {
		return feeds.Explanation{}, fmt.Errorf("explain label: no %s %q: %w", kind, value, feeds.ErrNotFound)
	}
	labels := c.label(x.d, it)
	i := slices.IndexFunc(labels, func(l feeds.Label) bool { return l.Kind == kind && l.Value == value })
	if i >= 0 {
		x.label = &labels[i]
		x.out.Given, x.out.Primary, x.out.By = true, x.label.Primary, x.label.By
	}
	if kind == feeds.LabelLanguage {
		x.language(labels)
		return x.out, nil
	}
	x.mentions()
	x.said()
	x.fromLabel()
	x.score()
	x.settle()
	return x.out, nil
}

// explainer is one answer in the making.
type explainer struct {
	c       *Classifier
	d       *document
	it      Item
	target  int32
	name    string       // of the label, in English
	label   *feeds.Label // nil when it was not given
	byModel bool         // the score is the topic model's
	out     feeds.Explanation
}

// find looks the value up in the taxonomy.
func (x *explainer) find() bool {
	at := -1
	switch value := x.out.Value; x.out.Kind {
	case feeds.LabelCountry:
		if i, ok := x.c.country[value]; ok {
			at, x.name = i, feeds.In(x.c.taxonomy.Countries[i].Label, "en", value)
		}
	case feeds.LabelRegion:
		if at = slices.IndexFunc(x.c.taxonomy.Regions, func(r feeds.Region) bool { return r.Slug == value }); at >= 0 {
			x.name = feeds.In(x.c.taxonomy.Regions[at].Label, "en", value)
		}
	case feeds.LabelTopic:
		if at = slices.IndexFunc(x.c.topics, func(t *feeds.Topic) bool { return t.Slug == value }); at >= 0 {
			x.name = "The topic " + feeds.In(x.c.topics[at].Label, "en", value)
		}
	case feeds.LabelLanguage:
		if isTag(value) {
			at, x.name = 0, value
		}
	}
	x.target = int32(max(at, 0))
	return at >= 0
}

// isTag reports the form of a language's tag (BCP 47): letters first, then parts of
// letters and digits.
func isTag(s string) bool {
	for i, part := range strings.Split(s, "-") {
		if len(part) < 1 || len(part) > 8 || i == 0 && (len(part) < 2 || len(part) > 3) || len(s) > 35 {
			return false
		}
		for _, r := range part {
			if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
				return false
			}
		}
	}
	return true
}

// mentions lists what was found of the label, in the order of the item.
func (x *explainer) mentions() {
	if x.out.Kind == feeds.LabelTopic {
		x.terms()
	} else {
		x.places()
	}
	slices.SortStableFunc(x.out.Mentions, func(a, b feeds.Mention) int {
		return cmp.Or(cmp.Compare(fieldOrder(a.Field), fieldOrder(b.Field)), cmp.Compare(a.Offset, b.Offset))
	})
}

func fieldOrder(field string) int {
	return slices.Index([]string{"title", "dateline", "text"}, field)
}

// add lists one mention.
func (x *explainer) add(from, to int32, m feeds.Mention) {
	m.Evidence = x.d.evidence(m.Rule, int(from), int(to))
	m.Weight = rounded(m.Weight)
	x.out.Mentions = append(x.out.Mentions, m)
}

// places lists the mentions of a country or region, and the names of it that did not
// even become one.
func (x *explainer) places() {
	region := x.out.Kind == feeds.LabelRegion
	listed := map[[2]int32]bool{}
	for i := range x.d.mentions {
		m := &x.d.mentions[i]
		if (m.kind == kindRegion) != region || listed[[2]int32{m.from, m.to}] {
			continue
		}
		w, counted := x.d.trace.mentions[weighedMention{m.from, m.to, x.target, region}]
		if !counted && !slices.Contains(m.targets[:m.n], x.target) {
			continue
		}
		listed[[2]int32{m.from, m.to}] = true
		out := feeds.Mention{Evidence: feeds.Evidence{Rule: w.rule}, Counted: counted, Weight: w.weight}
		if out.Role, out.Note = x.roleOf(m, counted); out.Rule == "" {
			out.Rule = ruleOf(m.kind)
		}
		x.add(m.from, m.to, out)
	}
	for _, h := range x.d.hits {
		p := &x.c.lexicon.phrases[h.phrase]
		at := [2]int32{h.from, h.to}
		if p.kind > kindRegion || (p.kind == kindRegion) != region || p.target != x.target || listed[at] {
			continue
		}
		listed[at] = true
		out := feeds.Mention{Evidence: feeds.Evidence{Rule: ruleOf(p.kind)}}
		if out.Role, out.Note = x.whyNoMention(h); out.Role == "" {
			continue // the longer name is this label's own
		}
		x.add(h.from, h.to, out)
	}
}

// ruleOf says by which kind of name something was found.
func ruleOf(k kind) string {
	switch k {
	case kindDemonym:
		return "people or adjective"
	case kindPlace:
		return "place"
	case kindRegion:
		return "region name"
	default:
		return "country name"
	}
}

// roleOf says in what role a mention stands.
func (x *explainer) roleOf(m *mention, counted bool) (feeds.Role, string) {
	switch m.role {
	case roleDateline:
		return feeds.RoleDateline, ""
	case roleDuty:
		if !counted && x.d.words[m.from].flags&wordDateline != 0 {
			return feeds.RoleDutyStation, ""
		}
		return feeds.RoleVenue, ""
	case roleSeat:
		return feeds.RoleSeat, ""
	case roleVenue:
		return feeds.RoleEvent, ""
	case roleDonor:
		return feeds.RoleDonor, ""
	case roleDiplomatic:
		return feeds.RoleDiplomatic, ""
	case roleNone:
		return feeds.RoleOtherThing, ""
	}
	switch {
	case counted && m.route:
		return feeds.RoleRoute, ""
	case counted || m.role != roleAbout:
		return known(counted), ""
	case m.n > 1:
		for _, other := range m.targets[:m.n] {
			if w, ok := x.d.trace.mentions[weighedMention{m.from, m.to, other, m.kind == kindRegion}]; ok && w.weight != 0 {
				return feeds.RoleOtherSense, x.nameOf(m.kind, other)
			}
		}
		return feeds.RoleUnsettled, ""
	}
	return feeds.RoleOther, ""
}

// known is the role of a mention that has no name for its own.
func known(counted bool) feeds.Role {
	if counted {
		return feeds.RoleAbout
	}
	return feeds.RoleOther
}

func (x *explainer) nameOf(k kind, target int32) string {
	if k == kindRegion {
		return feeds.In(x.c.taxonomy.Regions[target].Label, "en", "")
	}
	return feeds.In(x.c.taxonomy.Countries[target].Label, "en", "")
}

// whyNoMention says why a name that stands in the item is no mention; the role is empty
// when it is part of another mention of the same label.
func (x *explainer) whyNoMention(h hit) (feeds.Role, string) {
	if x.d.words[h.from].flags&wordBoilerplate != 0 {
		return feeds.RoleBoilerplate, ""
	}
	for i := range x.d.mentions {
		m := &x.d.mentions[i]
		if m.from >= h.to || m.to <= h.from {
			continue
		}
		same := (m.kind == kindRegion) == (x.out.Kind == feeds.LabelRegion) && slices.Contains(m.targets[:m.n], x.target)
		switch {
		case same:
			return "", ""
		case m.from == h.from && m.to == h.to:
			return feeds.RoleOtherSense, x.nameOf(m.kind, m.targets[0])
		default:
			return feeds.RoleLongerName, printable(x.d.text(int(m.from), int(m.to)))
		}
	}
	return feeds.RoleNoPlace, ""
}

// terms lists the terms of a topic, with those that a longer or another phrase stands
// in the way of.
func (x *explainer) terms() {
	listed := map[[2]int32]bool{}
	for i, h := range x.d.hits {
		p := &x.c.lexicon.phrases[h.phrase]
		if !ofTopic(p.kind) || p.target != x.target || listed[[2]int32{h.from, h.to}] {
			continue
		}
		out := feeds.Mention{Evidence: feeds.Evidence{Rule: "term"}, Role: feeds.RoleAbout}
		if p.kind == kindWeak {
			out.Rule, out.Role = "weak term", feeds.RoleWeak
		}
		weight, counted := x.d.trace.terms[weighedTerm{h.from, h.to, x.target}]
		flags := x.d.words[h.from].flags
		switch {
		case counted:
			out.Counted, out.Weight = true, weight
		case flags&wordBoilerplate != 0:
			out.Role = feeds.RoleBoilerplate
		case flags&wordDateline != 0:
			out.Role = feeds.RoleDateline
		case x.c.shadowed(x.d, i):
			continue // the longer term is listed
		case x.c.cancelled(x.d, i):
			out.Role, out.Note = feeds.RoleCancelled, x.cancelling(i)
		default:
			out.Role = feeds.RoleOther
		}
		listed[[2]int32{h.from, h.to}] = true
		x.add(h.from, h.to, out)
	}
}

// cancelling is the phrase that says that a term means something else.
func (x *explainer) cancelling(i int) string {
	text := ""
	x.c.overlapping(x.d, i, func(other hit, q *phrase) bool {
		h := x.d.hits[i]
		if q.kind != kindNot || other.from >= h.to || other.to <= h.from {
			return false
		}
		text = printable(x.d.text(int(other.from), int(other.to)))
		return true
	})
	return text
}

// said adds what the publisher's categories say.
func (x *explainer) said() {
	said := x.c.readCategories(x.it)
	add := func(e feeds.Evidence, weight float64) {
		m := feeds.Mention{Evidence: e, Role: feeds.RolePublisher, Counted: true, Weight: weight}
		if x.label == nil && x.out.Kind == feeds.LabelCountry && x.dutyOnly() {
			m.Counted, m.Weight, m.Role = false, 0, feeds.RoleDutyStation // repeats the dateline
		}
		x.out.Mentions = append(x.out.Mentions, m)
	}
	switch x.out.Kind {
	case feeds.LabelCountry:
		for _, s := range said.countries {
			if s.country == x.target {
				add(s.evidence, weightPublisher)
			}
		}
	case feeds.LabelRegion:
		for _, s := range said.regions {
			if s.country == x.target {
				add(s.evidence, weightPublisher)
			}
		}
	case feeds.LabelTopic:
		for _, s := range said.topics {
			if s.topic == x.target && s.support {
				add(s.evidence, publisherSupport)
			} else if s.topic == x.target {
				add(s.evidence, publisherTopic)
			}
		}
	case feeds.LabelLanguage:
	}
}

// dutyOnly reports that nothing but the dateline's duty station names the country.
func (x *explainer) dutyOnly() bool {
	return len(x.out.Mentions) > 0 && !slices.ContainsFunc(x.out.Mentions, func(m feeds.Mention) bool { return m.Role != feeds.RoleDutyStation })
}

// fromLabel adds evidence of the label that is no mention of the taxonomy's names: what
// a model found.
func (x *explainer) fromLabel() {
	if x.label == nil {
		return
	}
	for _, e := range x.label.Evidence {
		if !slices.ContainsFunc(x.out.Mentions, func(m feeds.Mention) bool {
			return m.Field == e.Field && m.Offset == e.Offset && m.Text == e.Text
		}) {
			x.out.Mentions = append(x.out.Mentions, feeds.Mention{Evidence: e, Role: feeds.RoleAbout, Counted: true})
		}
	}
}

// score puts in what the label reached and needed.
func (x *explainer) score() {
	v, judged := x.d.trace.verdicts[verdictOf{x.out.Kind, x.target}]
	if !judged {
		v.need = map[feeds.LabelKind]float64{feeds.LabelCountry: leastScore, feeds.LabelRegion: leastRegion, feeds.LabelTopic: leastTopic}[x.out.Kind]
	}
	if x.out.Given && v.score < v.need { // in the title, or the publisher says so: then the rest of the item does not matter
		v.need = min(v.score, leastScore)
	}
	x.out.Score, x.out.Threshold = rounded(v.score), rounded(v.need)
	if x.out.Kind != feeds.LabelTopic {
		return
	}
	// Generic terms count only in company: whether they did shows in the score.
	all := 0.0
	for _, m := range x.out.Mentions {
		all += m.Weight
	}
	if v.score > all-0.05 {
		return
	}
	for i := range x.out.Mentions {
		if m := &x.out.Mentions[i]; m.Role == feeds.RoleWeak {
			m.Counted, m.Weight = false, 0
		}
	}
}

func rounded(f float64) float64 { return math.Round(100*f) / 100 }
