package pipeline

import (
	"context"
	"fmt"
	"slices"

	"tributary/feeds"
	"tributary/internal/classify"
)

// Explainer says why an item has a label, or why not.
type Explainer interface {
	Explain(it classify.Item, kind feeds.LabelKind, value string) (feeds.Explanation, error)
}

// Explain says why a kept entry of a source has a label, or why not, as machines and
// the rules of the source see it now; what people said about the story's labels is
// apart from that. It fails with feeds.ErrNotFound when there is no such label.
func (d *Desk) Explain(ctx context.Context, source *feeds.Source, e *feeds.Entry, kind feeds.LabelKind, value string) (feeds.Explanation, error) {
	it := asked(*source, &item{entry: *e, text: plainText(e)})
	x, err := d.Explainer.Explain(it, kind, value)
	if err != nil {
		return x, err
	}
	book, err := d.Store.RuleBook(ctx)
	if err != nil {
		return x, fmt.Errorf("explain label: %w", err)
	}
	rules := slices.DeleteFunc(slices.Clone(book.BySource[source.ID]), func(r feeds.SourceRule) bool { return r.Kind != kind || r.Value != value })
	var machine []feeds.Label
	if x.Given {
		machine = []feeds.Label{{Kind: kind, Value: value}}
	}
	ruled := classify.ApplyRules(machine, it, rules)
	if len(ruled) == len(machine) {
		return x, nil
	}
	for i := range slices.Backward(rules) { // the last that applies decides
		if len(classify.ApplyRules(machine, it, rules[i:i+1])) == len(machine) {
			continue
		}
		r := &rules[i]
		x.Reason, x.Office, x.At, x.Said = feeds.ReasonSourceRule, r.Office, r.At, r.Why
		break
	}
	x.Given, x.By, x.Primary = len(ruled) > 0, feeds.ByRule, false
	x.Why = fmt.Sprintf("%s is a label: a rule of the source says so, made by an editor of %s on %s: %s", value, x.Office, x.At.UTC().Format("2006-01-02"), x.Said)
	if !x.Given {
		x.By = ""
		x.Why = fmt.Sprintf("%s is no label: a rule of the source says so, made by an editor of %s on %s: %s", value, x.Office, x.At.UTC().Format("2006-01-02"), x.Said)
	}
	for _, l := range ruled {
		for _, seen := range l.Evidence {
			x.Mentions = append(x.Mentions, feeds.Mention{Evidence: seen, Role: feeds.RoleAbout, Counted: true})
		}
	}
	return x, nil
}
