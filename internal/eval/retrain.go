package eval

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// heldFolds is how many parts corrections come in where no moment parts them: one is
// held back.
const heldFolds = 4

// Retraining is what a model is retrained from, and what it must reach.
type Retraining struct {
	Shipped     []GoldItem  // what the present model was trained from
	Corrections []Corrected // only those that speak of topics are used
	Gold        []GoldItem  // labelled items on which nothing may get worse
	// Cut parts corrections: those before train, the others are held back. Zero: a quarter
	// of the stories, by chance and Seed.
	Cut    time.Time
	Seed   uint64
	Margin float64 // what topics F1 must gain on what is held back
	Least  int     // stories that must be held back
}

// RetrainReport says whether a retrained model may take the place of the present one.
type RetrainReport struct {
	Adopt   bool     `json:"adopt"`
	Summary []string `json:"summary"`
	Reasons []string `json:"reasons"` // against it; empty when it may
	Shipped int      `json:"shipped"` // items trained on
	Trained int      `json:"trained"` // corrected stories trained on
	Held    int      `json:"held"`    // corrected stories held back
	Crossed int      `json:"crossed"` // left out of training: copies of what is held back, or of the gold
	// The figures of topics, old and new.
	Margin  float64     `json:"margin"`
	OldHeld LabelSets   `json:"old_held"`
	NewHeld LabelSets   `json:"new_held"`
	OldGold LabelSets   `json:"old_gold"`
	NewGold LabelSets   `json:"new_gold"`
	OnHeld  *Comparison `json:"on_held"`
	OnGold  *Comparison `json:"on_gold"`
}

// Retrain trains on the shipped items and on corrections, and judges what came out and
// the present labeller on corrections held back and on the gold. It gives the new
// labeller whatever the verdict; [ErrTooLittle] when there is nothing to train on or to
// judge by.
func Retrain(ctx context.Context, o Retraining, t Trainer, old Labeller) (Labeller, RetrainReport, error) {
	train, held, crossed := o.part()
	r := RetrainReport{Shipped: len(o.Shipped), Trained: len(train), Held: len(held), Crossed: crossed, Margin: o.Margin, Reasons: []string{}}
	switch {
	case len(train) == 0:
		return nil, r, fmt.Errorf("retrain: no correction of topics to learn from: %w", ErrTooLittle)
	case len(held) == 0:
		return nil, r, fmt.Errorf("retrain: no correction of topics is held back: %w", ErrTooLittle)
	case len(o.Gold) == 0:
		return nil, r, fmt.Errorf("retrain: no labelled items that must not get worse: %w", ErrTooLittle)
	}
	l, err := t.Train(ctx, slices.Concat(o.Shipped, train))
	if err != nil {
		return nil, r, fmt.Errorf("retrain: %w", err)
	}
	oldHeld, newHeld := judged(held, old), judged(held, l)
	oldGold, newGold := judged(o.Gold, old), judged(o.Gold, l)
	r.OldHeld, r.NewHeld, r.OldGold, r.NewGold = oldHeld.Topics, newHeld.Topics, oldGold.Topics, newGold.Topics
	r.OnHeld, r.OnGold = Compare(&oldHeld, &newHeld), Compare(&oldGold, &newGold)
	r.decide(o)
	return l, r, nil
}

// part says which corrected stories train and which are held back. A story trains only
// if it is no copy of one that is held back or in the gold.
func (o *Retraining) part() (train, held []GoldItem, crossed int) {
	known := set{}
	for i := range o.Gold {
		known[family(&o.Gold[i])] = struct{}{}
	}
	var may []GoldItem
	for i := range o.Corrections {
		c := &o.Corrections[i]
		if !slices.ContainsFunc(c.Corrections, func(s Said) bool { return s.Kind == feeds.LabelTopic }) {
			continue
		}
		f := family(&c.GoldItem)
		back := fold(f, heldFolds, o.Seed) == 0
		if !o.Cut.IsZero() {
			back = !c.At.Before(o.Cut)
		}
		it := c.GoldItem
		it.Lang = c.Declared()
		if back {
			held = append(held, it)
			known[f] = struct{}{}
		} else {
			may = append(may, it)
		}
	}
	for i := range may {
		if _, copied := known[family(&may[i])]; copied {
			crossed++
			continue
		}
		train = append(train, may[i])
	}
	return train, held, crossed
}

func judged(items []GoldItem, l Labeller) ClassifyReport {
	j := NewJudge()
	for i := range items {
		p := l.Label(&items[i])
		j.Add(&items[i], &p)
	}
	return j.Report()
}

// decide weighs both comparisons.
func (r *RetrainReport) decide(o Retraining) {
	against := func(format string, args ...any) { r.Reasons = append(r.Reasons, fmt.Sprintf(format, args...)) }
	if r.Held < o.Least {
		against("%s held back, %d are wanted to judge by", storiesCounted(r.Held), o.Least)
	}
	for _, m := range r.OnHeld.Measures {
		if m.Name != topicsMeasure || m.Language != "" {
			continue
		}
		if m.Change < o.Margin {
			against("on corrections held back topics F1 changes by %+.3f, wanted is %+.3f", m.Change, o.Margin)
		}
		if m.Verdict != better {
			against("on corrections held back the change may be chance (%d stories better, %d worse, p %.3f, 95 %% from %+.3f to %+.3f)", m.Better, m.Worse, m.P, m.Range.Low, m.Range.High)
		}
	}
	for _, m := range r.OnGold.Measures {
		switch {
		case m.Language == "" && m.Change < 0:
			against("on the labelled items %s falls by %.3f", plain(m.Name), -m.Change)
		case m.Language != "" && m.Verdict == worse:
			against("on the labelled items %s in %s falls by %.3f, more than chance would explain", plain(m.Name), plain(m.Language), -m.Change)
		}
	}
	r.Adopt = len(r.Reasons) == 0
	r.Summary = []string{
		fmt.Sprintf("Trained on %s as shipped and %s that people corrected; judged on %s held back and %s.",
			counted(r.Shipped, "item"), storiesCounted(r.Trained), storiesCounted(r.Held), counted(r.OnGold.Items, "labelled item")),
		fmt.Sprintf("Topics F1 on corrections held back: %.3f, was %.3f. On labelled items: %.3f, was %.3f.",
			r.NewHeld.Micro.F1, r.OldHeld.Micro.F1, r.NewGold.Micro.F1, r.OldGold.Micro.F1),
		"Corrections collect the mistakes of the model in use, so figures on them flatter any other; therefore a margin, the test against chance and the labelled items.",
	}
	if r.Adopt {
		r.Summary = append(r.Summary, "The retrained model is better and may be adopted.")
	} else {
		r.Summary = append(r.Summary, "The retrained model is not adopted: "+strings.Join(r.Reasons, "; ")+".")
	}
}

// String gives the report as text for people.
func (r RetrainReport) String() string {
	var b strings.Builder
	for _, s := range r.Summary {
		fmt.Fprintf(&b, "%s\n", plainLine(s))
	}
	fmt.Fprintf(&b, "\n%-24s  %-38s  %s\n", "topics", "old", "new")
	fmt.Fprintf(&b, "%-24s  %s  %s\n", "held back, micro", r.OldHeld.Micro.text(), r.NewHeld.Micro.text())
	fmt.Fprintf(&b, "%-24s  %s  %s\n", "held back, macro", r.OldHeld.Macro.text(), r.NewHeld.Macro.text())
	fmt.Fprintf(&b, "%-24s  %s  %s\n", "labelled items, micro", r.OldGold.Micro.text(), r.NewGold.Micro.text())
	fmt.Fprintf(&b, "%-24s  %s  %s\n", "labelled items, macro", r.OldGold.Macro.text(), r.NewGold.Macro.text())
	if r.OnHeld != nil {
		fmt.Fprintf(&b, "\nCORRECTIONS HELD BACK, compared with the model in use\n%s", r.OnHeld)
	}
	if r.OnGold != nil {
		fmt.Fprintf(&b, "\nLABELLED ITEMS, compared with the model in use\n%s", r.OnGold)
	}
	return b.String()
}
