package eval

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"tributary/feeds"
)

// maxReport bounds a saved report, in bytes.
const maxReport = 64 << 20

// changesShown bounds the items and labels that a comparison lists each way.
const changesShown = 50

// Comparison says what one set of answers does better and worse than an earlier one, on
// the items that both judged by the same labels.
type Comparison struct {
	Summary    []string      `json:"summary"`
	Items      int           `json:"items"`
	OnlyBefore int           `json:"only_before"` // items that only the earlier report has
	OnlyAfter  int           `json:"only_after"`
	Relabelled int           `json:"relabelled"` // items that people label otherwise since; left out
	Measures   []Measure     `json:"measures"`
	Labels     []LabelChange `json:"labels"` // whose mistakes are more or fewer; greatest change first
	Better     []ItemChange  `json:"better"` // greatest change first, bounded
	Worse      []ItemChange  `json:"worse"`
}

// The verdicts of a measure, and the name of the one that retraining goes by.
const (
	better        = "better"
	worse         = "worse"
	unchanged     = "the same"
	chance        = "may be chance"
	topicsMeasure = "topics F1"
)

// surely is the p below which a sign test is believed.
const surely = 0.05

// Measure is one figure before and after. Range is that of the change, by resampling
// items: where it holds 0, the change may be chance. Better and Worse count the items
// with fewer and with more mistakes, and P is how likely chance alone parts them so, by
// the sign test. Both must speak for a change before it is called one: few items can
// deceive the first.
type Measure struct {
	Name     string  `json:"name"`
	Language string  `json:"language,omitempty"` // empty: all items
	Before   float64 `json:"before"`
	After    float64 `json:"after"`
	Change   float64 `json:"change"`
	Range    Range   `json:"range"`
	Better   int     `json:"better"`
	Worse    int     `json:"worse"`
	P        float64 `json:"p"`
	Verdict  string  `json:"verdict"` // better, worse, the same, or: may be chance
}

// LabelChange is a label with more or fewer mistakes than before.
type LabelChange struct {
	Kind   feeds.LabelKind `json:"kind"`
	Label  string          `json:"label"`
	Before LabelScore      `json:"before"`
	After  LabelScore      `json:"after"`
}

// ItemChange is an item with more or fewer mistakes than before. Mistakes are written
// as kind:value, a missed one with a minus, a wrong one with a plus.
type ItemChange struct {
	ID       string   `json:"id"`
	Language string   `json:"language"`
	Title    string   `json:"title"`
	Mended   []string `json:"mended"` // mistakes that are gone
	Broken   []string `json:"broken"` // mistakes that are new
}

// ReadReport reads the JSON form of a [ClassifyReport]. It refuses another form, a
// report beyond [feeds.ErrTooLarge], an item without an id and an id that stands twice.
func ReadReport(r io.Reader) (ClassifyReport, error) {
	bounded := &io.LimitedReader{R: r, N: maxReport + 1}
	var report ClassifyReport
	decoder := json.NewDecoder(bounded)
	err := decoder.Decode(&report)
	switch {
	case bounded.N <= 0:
		return ClassifyReport{}, fmt.Errorf("over %d bytes: %w", maxReport, feeds.ErrTooLarge)
	case err != nil:
		return ClassifyReport{}, fmt.Errorf("not a saved result: %w", err)
	}
	if report.Form != reportForm {
		return ClassifyReport{}, errors.New("not a saved result: write one with tributary --json eval classify GOLD.jsonl")
	}
	seen := set{}
	for i := range report.Outcomes {
		id := report.Outcomes[i].ID
		if _, twice := seen[id]; twice || id == "" {
			return ClassifyReport{}, fmt.Errorf("not a saved result: outcome %d has no id of its own", i+1)
		}
		seen[id] = struct{}{}
	}
	return report, nil
}

// compared is an item in two reports.
type compared struct{ before, after *Outcome }

// Compare compares a report with an earlier one.
func Compare(before, after *ClassifyReport) *Comparison {
	c := &Comparison{Measures: []Measure{}, Labels: []LabelChange{}, Better: []ItemChange{}, Worse: []ItemChange{}}
	items := c.join(before.Outcomes, after.Outcomes)
	c.Items = len(items)
	c.measure(items, "", true)
	byLanguage := map[string][]compared{}
	for _, it := range items {
		byLanguage[it.after.Language] = append(byLanguage[it.after.Language], it)
	}
	if len(byLanguage) > 1 {
		for _, tag := range slices.Sorted(maps.Keys(byLanguage)) {
			if len(byLanguage[tag]) >= enoughItems {
				c.measure(byLanguage[tag], tag, false)
			}
		}
	}
	c.labels(items)
	c.changes(items)
	c.Summary = c.sentences()
	return c
}

// join finds the items that both reports judge by the same labels.
func (c *Comparison) join(before, after []Outcome) []compared {
	earlier := make(map[string]*Outcome, len(before))
	for i := range before {
		earlier[before[i].ID] = &before[i]
	}
	var items []compared
	shared := 0
	for i := range after {
		b := earlier[after[i].ID]
		if b == nil {
			c.OnlyAfter++
			continue
		}
		shared++
		if !sameGold(b, &after[i]) {
			c.Relabelled++
			continue
		}
		items = append(items, compared{b, &after[i]})
	}
	c.OnlyBefore = len(earlier) - shared
	return items
}

// sameGold reports whether people say the same of an item in both reports. What is
// optional or only mentioned is not looked at: it shows in answers alone.
func sameGold(a, b *Outcome) bool {
	same := func(f, g *Found) bool {
		if f == nil || g == nil {
			return (f == nil) == (g == nil)
		}
		return slices.Equal(f.wanted(), g.wanted())
	}
	return same(&a.Countries, &b.Countries) && same(&a.Topics, &b.Topics) && same(a.Regions, b.Regions) &&
		a.Primary.Want == b.Primary.Want && a.Identified.Want == b.Identified.Want
}

func (f *Found) wanted() []string {
	all := append(slices.Clone(f.Right), f.Missed...)
	slices.Sort(all)
	return all
}

// measure compares the figures of some items.
func (c *Comparison) measure(items []compared, lang string, all bool) {
	sets := func(name string, of func(*Outcome) *Found) {
		with := slices.DeleteFunc(slices.Clone(items), func(it compared) bool { return of(it.after) == nil })
		if len(with) == 0 {
			return
		}
		c.Measures = append(c.Measures, measured(name, lang, with, func(outs []*Outcome, times []int) float64 { return microF1(outs, times, of) },
			func(o *Outcome) int { return of(o).errors() }))
	}
	sets("countries F1", countriesOf)
	sets(topicsMeasure, topicsOf)
	if all {
		sets("regions F1", regionsOf)
	}
	choice := func(name string, counts func(*Outcome) bool, right func(*Outcome) bool) {
		with := slices.DeleteFunc(slices.Clone(items), func(it compared) bool { return !counts(it.after) })
		if len(with) == 0 {
			return
		}
		c.Measures = append(c.Measures, measured(name, lang, with, func(outs []*Outcome, times []int) float64 {
			n, of := 0, 0
			for i, o := range outs {
				of += times[i]
				if right(o) {
					n += times[i]
				}
			}
			return share(n, of)
		}, func(o *Outcome) int {
			if right(o) {
				return 0
			}
			return 1
		}))
	}
	choice("primary right", func(o *Outcome) bool { return o.Primary.Want != "" }, func(o *Outcome) bool { return o.Primary.Want == o.Primary.Got })
	if !all {
		return
	}
	choice("primary left empty", func(o *Outcome) bool { return o.Primary.Want == "" }, func(o *Outcome) bool { return o.Primary.Got == "" })
	choice("mentioned only kept out", func(o *Outcome) bool { return o.Mentioned > 0 }, func(o *Outcome) bool { return len(o.MentionedAs) == 0 })
	choice("language right", func(o *Outcome) bool { return o.Identified.Want != "" }, (*Outcome).identified)
}

// measured weighs one figure; mistakes are those of one item.
func measured(name, lang string, items []compared, figure func([]*Outcome, []int) float64, mistakes func(*Outcome) int) Measure {
	b, a, once := make([]*Outcome, len(items)), make([]*Outcome, len(items)), make([]int, len(items))
	m := Measure{Name: name, Language: lang}
	for i, it := range items {
		b[i], a[i], once[i] = it.before, it.after, 1
		switch d := mistakes(it.before) - mistakes(it.after); {
		case d > 0:
			m.Better++
		case d < 0:
			m.Worse++
		}
	}
	m.Before, m.After = figure(b, once), figure(a, once)
	m.Change = m.After - m.Before
	m.P = signTest(m.Better, m.Worse)
	if r := resampled(len(items), func(times []int) float64 { return figure(a, times) - figure(b, times) }); r != nil {
		m.Range = *r
	}
	switch {
	case m.Better == 0 && m.Worse == 0 && m.Change == 0:
		m.Verdict = unchanged
	case m.Range.Low > 0 && m.P < surely:
		m.Verdict = better
	case m.Range.High < 0 && m.P < surely:
		m.Verdict = worse
	default:
		m.Verdict = chance
	}
	return m
}

// labels finds the labels with more or fewer mistakes.
func (c *Comparison) labels(items []compared) {
	for _, k := range []struct {
		kind feeds.LabelKind
		of   func(*Outcome) *Found
	}{{feeds.LabelCountry, countriesOf}, {feeds.LabelTopic, topicsOf}} {
		b, a := make([]*Outcome, len(items)), make([]*Outcome, len(items))
		for i, it := range items {
			b[i], a[i] = it.before, it.after
		}
		changes := map[string]*LabelChange{}
		for side, list := range [][]LabelScore{labelSets(b, k.kind, k.of).ByLabel, labelSets(a, k.kind, k.of).ByLabel} {
			for _, l := range list {
				ch := changes[l.Label]
				if ch == nil {
					ch = &LabelChange{Kind: k.kind, Label: l.Label, Before: LabelScore{Label: l.Label}, After: LabelScore{Label: l.Label}}
					changes[l.Label] = ch
				}
				if side == 0 {
					ch.Before = l
				} else {
					ch.After = l
				}
			}
		}
		for _, label := range slices.Sorted(maps.Keys(changes)) {
			if ch := changes[label]; ch.Before.FP != ch.After.FP || ch.Before.FN != ch.After.FN {
				c.Labels = append(c.Labels, *ch)
			}
		}
	}
	slices.SortStableFunc(c.Labels, func(a, b LabelChange) int { return cmp.Compare(abs(b.gain()), abs(a.gain())) })
}

// gain is how many mistakes are gone.
func (l *LabelChange) gain() int { return l.Before.FP + l.Before.FN - l.After.FP - l.After.FN }

func abs(n int) int { return max(n, -n) }

// changes finds the items with other mistakes than before.
func (c *Comparison) changes(items []compared) {
	for _, it := range items {
		before, after := it.before.mistakes(), it.after.mistakes()
		ch := ItemChange{ID: it.after.ID, Language: it.after.Language, Title: it.after.Title,
			Mended: append([]string{}, before.minus(after)...), Broken: append([]string{}, after.minus(before)...)}
		switch {
		case len(ch.Mended) > len(ch.Broken):
			c.Better = append(c.Better, ch)
		case len(ch.Broken) > 0: // as many of each is worth a look too
			c.Worse = append(c.Worse, ch)
		}
	}
	order := func(a, b ItemChange) int { return cmp.Compare(abs(b.net()), abs(a.net())) }
	slices.SortStableFunc(c.Better, order)
	slices.SortStableFunc(c.Worse, order)
	c.Better, c.Worse = first(c.Better, changesShown), first(c.Worse, changesShown)
}

func (ch *ItemChange) net() int { return len(ch.Mended) - len(ch.Broken) }

// mistakes lists everything wrong with an item's labels.
func (o *Outcome) mistakes() set {
	s := set{}
	for kind, f := range map[feeds.LabelKind]*Found{feeds.LabelCountry: &o.Countries, feeds.LabelTopic: &o.Topics, feeds.LabelRegion: o.Regions} {
		if f == nil {
			continue
		}
		for _, v := range f.Missed {
			s["-"+string(kind)+":"+v] = struct{}{}
		}
		for _, v := range f.Wrong {
			s["+"+string(kind)+":"+v] = struct{}{}
		}
	}
	if o.Primary.Want != o.Primary.Got {
		s["primary:"+named(o.Primary.Got)+" for "+named(o.Primary.Want)] = struct{}{}
	}
	if !o.identified() {
		s["language:"+named(o.Identified.Got)+" for "+named(o.Identified.Want)] = struct{}{}
	}
	return s
}
