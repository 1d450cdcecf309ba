package eval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tributary/feeds"
)

// CorrectionsReport says what corrections say about the machine. The labels that people
// let stand in a story they corrected count as right.
type CorrectionsReport struct {
	Summary []string `json:"summary"`
	Meaning []string `json:"meaning"` // what the figures mean, and cannot say
	Stories int      `json:"stories"`
	// Corrected counts the labels that people spoke about, and what the present machine
	// makes of them.
	Corrected Heeded        `json:"corrected"`
	ByLabel   []HeededLabel `json:"by_label"` // most corrections first
	// Then are the figures of the labels that were corrected, Now those of the labels that
	// the present machine gives to the same stories.
	Then ClassifyReport `json:"then"`
	Now  ClassifyReport `json:"now"`
}

// Heeded counts corrections, and those that the present machine would not need.
type Heeded struct {
	Added        int `json:"added"`
	AddedFound   int `json:"added_found"`
	Removed      int `json:"removed"`
	RemovedAgain int `json:"removed_again"` // given again
	Primary      int `json:"primary"`
	PrimaryRight int `json:"primary_right"`
}

// HeededLabel counts the corrections of one label.
type HeededLabel struct {
	Kind  feeds.LabelKind `json:"kind"`
	Label string          `json:"label"`
	Heeded
}

// CorrectionsJudge weighs corrected stories one by one, like [Judge].
type CorrectionsJudge struct {
	then, now *Judge
	all       Heeded
	labels    map[HeededLabel]*Heeded
}

// NewCorrectionsJudge gives a judge who has seen nothing.
func NewCorrectionsJudge() *CorrectionsJudge {
	return &CorrectionsJudge{then: NewJudge(), now: NewJudge(), labels: map[HeededLabel]*Heeded{}}
}

// Add counts a story with what the present machine says of it.
func (j *CorrectionsJudge) Add(c *Corrected, now *Prediction) {
	j.then.Add(&c.GoldItem, c.before())
	j.now.Add(&c.GoldItem, now)
	for i := range c.Corrections {
		s := &c.Corrections[i]
		key := HeededLabel{Kind: s.Kind, Label: s.Value}
		h := j.labels[key]
		if h == nil {
			h = &Heeded{}
			j.labels[key] = h
		}
		h.count(s, now)
		j.all.count(s, now)
	}
}

func (h *Heeded) count(s *Said, now *Prediction) {
	has := slices.Contains(now.labels(s.Kind), s.Value)
	switch s.Action {
	case feeds.ActionAdd:
		h.Added++
		if has {
			h.AddedFound++
		}
	case feeds.ActionRemove:
		h.Removed++
		if has {
			h.RemovedAgain++
		}
	case feeds.ActionPrimary:
		h.Primary++
		if now.Primary == s.Value {
			h.PrimaryRight++
		}
	}
}

func (h Heeded) total() int { return h.Added + h.Removed + h.Primary }

// Report gives the figures.
func (j *CorrectionsJudge) Report() CorrectionsReport {
	r := CorrectionsReport{Then: j.then.Report(), Now: j.now.Report(), Corrected: j.all, ByLabel: []HeededLabel{}, Meaning: []string{
		"Only stories that somebody corrected are looked at. They are not like the others: they are the ones in which somebody found a mistake, so the figures are lower than those of all stories would be.",
		"Labels that nobody touched in them count as right. Somebody looked at the story, not surely at each of its labels, so mistakes nobody saw count as right, and labels nobody missed are not counted as missed.",
		"Precision falls with every label people removed, recall with every label they added. \"Then\" is what people found: their corrections taken back, where a primary country they set counts as missing before. \"Now\" is what the present taxonomy and model say of the same text.",
		"A comparison of then and now flatters now: only mistakes of then were collected. Whether a change is better is said by labelled data (eval classify) and by corrections made after the change.",
	}}
	r.Stories = r.Now.Items
	for key, h := range j.labels {
		r.ByLabel = append(r.ByLabel, HeededLabel{Kind: key.Kind, Label: key.Label, Heeded: *h})
	}
	slices.SortFunc(r.ByLabel, func(a, b HeededLabel) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label))
	})
	r.Summary = r.sentences()
	return r
}

func (r *CorrectionsReport) sentences() []string {
	if r.Stories == 0 {
		return []string{"0 stories: nobody has corrected anything."}
	}
	c := r.Corrected
	lines := []string{fmt.Sprintf("%s with %s.", storiesCounted(r.Stories), counted(c.total(), "correction"))}
	if c.Added > 0 {
		lines = append(lines, fmt.Sprintf("People added %s; the machine finds %d of them now.", counted(c.Added, "label"), c.AddedFound))
	}
	if c.Removed > 0 {
		lines = append(lines, fmt.Sprintf("People removed %s; the machine gives %d of them again.", counted(c.Removed, "label"), c.RemovedAgain))
	}
	if c.Primary > 0 {
		lines = append(lines, fmt.Sprintf("People set %s; the machine agrees in %d of them now.", counted(c.Primary, "primary country label"), c.PrimaryRight))
	}
	for _, k := range []struct {
		what      string
		then, now *LabelSets
	}{{"Countries", &r.Then.Countries, &r.Now.Countries}, {"Topics", &r.Then.Topics, &r.Now.Topics}} {
		lines = append(lines, fmt.Sprintf("%s in these stories: precision %.3f, recall %.3f now; then %.3f and %.3f.", k.what,
			k.now.Micro.Precision, k.now.Micro.Recall, k.then.Micro.Precision, k.then.Micro.Recall))
	}
	return lines
}

func storiesCounted(n int) string {
	if n == 1 {
		return "1 story"
	}
	return fmt.Sprintf("%d stories", n)
}

// String gives the report as text for people.
func (r CorrectionsReport) String() string {
	var b strings.Builder
	for _, s := range r.Summary {
		fmt.Fprintf(&b, "%s\n", plainLine(s))
	}
	if r.Stories == 0 {
		return b.String()
	}
	b.WriteString("\nWhat the figures mean:\n")
	for _, s := range r.Meaning {
		fmt.Fprintf(&b, "- %s\n", plainLine(s))
	}
	fmt.Fprintf(&b, "\n%-40s  %5s  %9s  %7s  %11s  %7s  %9s\n", "label", "added", "found now", "removed", "given again", "primary", "right now")
	for _, l := range first(r.ByLabel, slicesShown) {
		fmt.Fprintf(&b, "%-40s  %5d  %9d  %7d  %11d  %7d  %9d\n", plain(string(l.Kind)+": "+l.Label), l.Added, l.AddedFound, l.Removed, l.RemovedAgain, l.Primary, l.PrimaryRight)
	}
	if more := len(r.ByLabel) - slicesShown; more > 0 {
		fmt.Fprintf(&b, "and %d more; --json has them all\n", more)
	}
	then := r.Then
	b.WriteString("\nTHEN, as people corrected it\n")
	then.figures(&b)
	b.WriteString("\nNOW, by the present taxonomy and model\n")
	b.WriteString(r.Now.String())
	return b.String()
}

// figures writes the figures without the mistakes.
func (r *ClassifyReport) figures(b *strings.Builder) {
	fmt.Fprintf(b, "countries  micro  %s  macro F1 %.3f\n", r.Countries.Micro.text(), r.Countries.Macro.F1)
	fmt.Fprintf(b, "topics     micro  %s  macro F1 %.3f\n", r.Topics.Micro.text(), r.Topics.Macro.F1)
	fmt.Fprintf(b, "primary    %s right; language %s right\n", Ratio{r.Primary.Right, r.Primary.Of}.text(), Ratio{r.Language.Right, r.Language.Of}.text())
	r.allSlices(b)
	labelsText(b, "country", r.Countries.ByLabel)
	labelsText(b, "topic", r.Topics.ByLabel)
}
