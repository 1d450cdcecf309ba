package eval

import (
	"cmp"
	"maps"
	"slices"

	"tributary/feeds"
)

// Judge compares answers with labelled items one by one, and keeps of each what a report
// shows: not its text. It is for one goroutine.
type Judge struct {
	outcomes []Outcome
	rules    map[RuleScore]*RuleScore // by kind and rule
}

// NewJudge gives a judge who has seen nothing.
func NewJudge() *Judge {
	return &Judge{outcomes: []Outcome{}, rules: map[RuleScore]*RuleScore{}}
}

// Add counts an item and its answer, nil when there is none.
func (j *Judge) Add(g *GoldItem, p *Prediction) {
	o := outcome(g, p)
	if p != nil {
		j.countRules(&o, p.Labels)
	}
	j.outcomes = append(j.outcomes, o)
}

// RuleScore says what the labels were worth that a rule gave: a label counts once for
// each rule in its evidence. Optional countries count for nothing.
type RuleScore struct {
	Kind  feeds.LabelKind `json:"kind"`
	Rule  string          `json:"rule"`
	Right int             `json:"right"`
	Wrong int             `json:"wrong"`
}

func (j *Judge) countRules(o *Outcome, labels []feeds.Label) {
	for i := range labels {
		l := &labels[i]
		right, judged := o.judged(l)
		if !judged {
			continue
		}
		seen := set{}
		for _, e := range l.Evidence {
			if _, again := seen[e.Rule]; again {
				continue
			}
			seen[e.Rule] = struct{}{}
			key := RuleScore{Kind: l.Kind, Rule: clipped(e.Rule, matchedShown)}
			c := j.rules[key]
			if c == nil {
				c = &RuleScore{Kind: key.Kind, Rule: key.Rule}
				j.rules[key] = c
			}
			if right {
				c.Right++
			} else {
				c.Wrong++
			}
		}
	}
}

// judged says whether a label is right, and whether the item says so at all.
func (o *Outcome) judged(l *feeds.Label) (right, judged bool) {
	of := func(f *Found) (bool, bool) {
		right := slices.Contains(f.Right, l.Value)
		return right, right || slices.Contains(f.Wrong, l.Value)
	}
	switch {
	case l.Kind == feeds.LabelCountry:
		return of(&o.Countries)
	case l.Kind == feeds.LabelTopic:
		return of(&o.Topics)
	case l.Kind == feeds.LabelRegion && o.Regions != nil:
		return of(o.Regions)
	case l.Kind == feeds.LabelLanguage:
		return o.identified(), o.Identified.Want != ""
	}
	return false, false
}

// Report gives the figures of what was added. They do not depend on the order in which
// it was; equals in lists are in the order of their ids.
func (j *Judge) Report() ClassifyReport {
	outs := slices.Clone(j.outcomes)
	slices.SortStableFunc(outs, func(a, b Outcome) int { return cmp.Compare(a.ID, b.ID) })
	all := pointers(outs)
	r := ClassifyReport{Form: reportForm, Items: len(outs), Outcomes: outs,
		Countries: labelSets(all, feeds.LabelCountry, countriesOf), Topics: labelSets(all, feeds.LabelTopic, topicsOf),
		Primary: primary(all), Language: language(all), Misled: misled(all), Rules: []RuleScore{}}
	if saying := slices.DeleteFunc(slices.Clone(all), func(o *Outcome) bool { return o.Regions == nil }); len(saying) > 0 {
		regions := labelSets(saying, feeds.LabelRegion, regionsOf)
		regions.Range = resampled(len(saying), func(times []int) float64 { return microF1(saying, times, regionsOf) })
		r.Regions = &regions
	}
	r.Countries.Range = resampled(len(all), func(times []int) float64 { return microF1(all, times, countriesOf) })
	r.Topics.Range = resampled(len(all), func(times []int) float64 { return microF1(all, times, topicsOf) })
	for _, o := range all {
		if o.Unanswered {
			r.WithoutPrediction++
		}
		r.MentionedOnly.Of += o.Mentioned
		r.MentionedOnly.Returned += len(o.MentionedAs)
		if len(o.Countries.Right)+len(o.Countries.Missed) == 0 {
			r.NoCountry.Of++
			if len(o.Countries.Wrong) == 0 {
				r.NoCountry.KeptEmpty++
			}
		}
	}
	for _, c := range j.rules {
		r.Rules = append(r.Rules, *c)
	}
	slices.SortFunc(r.Rules, func(a, b RuleScore) int {
		return cmp.Or(cmp.Compare(b.Wrong, a.Wrong), cmp.Compare(b.Right, a.Right), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Rule, b.Rule))
	})
	r.ByLanguage = []LanguageReport{}
	for _, s := range slicesBy(all, func(o *Outcome) string { return o.Language }) {
		r.ByLanguage = append(r.ByLanguage, LanguageReport{Language: s.Name, Figures: s.Figures})
	}
	for _, by := range []struct {
		into  *[]Slice
		value func(*Outcome) string
	}{
		{&r.BySource, func(o *Outcome) string { return o.Source }},
		{&r.ByOffice, func(o *Outcome) string { return o.Office }},
		{&r.ByMonth, func(o *Outcome) string { return o.Month }},
	} {
		if slices.ContainsFunc(all, func(o *Outcome) bool { return by.value(o) != "" }) {
			*by.into = slicesBy(all, by.value)
		}
	}
	r.Summary = summary(&r)
	return r
}

func countriesOf(o *Outcome) *Found { return &o.Countries }
func topicsOf(o *Outcome) *Found    { return &o.Topics }
func regionsOf(o *Outcome) *Found   { return o.Regions }

func pointers(outs []Outcome) []*Outcome {
	all := make([]*Outcome, len(outs))
	for i := range outs {
		all[i] = &outs[i]
	}
	return all
}

// slicesBy sums up the items that have a value in common, by that value.
func slicesBy(outs []*Outcome, value func(*Outcome) string) []Slice {
	by := map[string][]*Outcome{}
	for _, o := range outs {
		by[value(o)] = append(by[value(o)], o)
	}
	list := make([]Slice, 0, len(by))
	for _, name := range slices.Sorted(maps.Keys(by)) {
		of := by[name]
		s := Slice{Name: name, Figures: Figures{Items: len(of)}}
		countries, topics := labelSets(of, feeds.LabelCountry, countriesOf), labelSets(of, feeds.LabelTopic, topicsOf)
		s.Countries, s.CountriesMacro, s.Topics, s.TopicsMacro = countries.Micro, countries.Macro, topics.Micro, topics.Macro
		p, l := primary(of), language(of)
		s.Primary, s.Identified = Ratio{p.Right, p.Of}, Ratio{l.Right, l.Of}
		for _, o := range of {
			s.Mentioned.Of += o.Mentioned
			s.Mentioned.Right += len(o.MentionedAs)
		}
		list = append(list, s)
	}
	return list
}

func primary(outs []*Outcome) Primary {
	r := Primary{Choice: newChoice()}
	for _, o := range outs {
		if o.Primary.Want != "" {
			r.add(o, o.Primary, feeds.LabelCountry, o.Primary.Want == o.Primary.Got)
			continue
		}
		r.NoneOf++
		if o.Primary.Got == "" {
			r.LeftEmpty++
		}
	}
	r.finish()
	return r
}

// language leaves out the items whose language nobody labelled.
func language(outs []*Outcome) Choice {
	r := newChoice()
	for _, o := range outs {
		if o.Identified.Want != "" {
			r.add(o, o.Identified, feeds.LabelLanguage, o.identified())
		}
	}
	r.finish()
	return r
}

func newChoice() Choice { return Choice{Worst: []Mismatch{}, Confusion: []Confusion{}} }

func (c *Choice) add(o *Outcome, p Pair, kind feeds.LabelKind, right bool) {
	c.Of++
	switch {
	case right:
		c.Right++
		return
	case p.Got == "":
		c.None++
	default:
		c.Another++
	}
	c.Worst = append(c.Worst, Mismatch{ID: o.ID, Title: o.Title, Want: p.Want, Got: p.Got, Evidence: o.evidence(kind, p.Got)})
}

// finish counts what was confused, and keeps the first mistakes alone.
func (c *Choice) finish() {
	c.Accuracy = share(c.Right, c.Of)
	t := confusions{}
	for _, m := range c.Worst {
		t.add(m.Want, m.Got, m.ID)
	}
	c.Confusion = t.list()
	c.Worst = first(c.Worst, worstShown)
}
