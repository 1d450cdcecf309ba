package eval

import (
	"fmt"
	"strings"
)

// comparedShown bounds the items that the text form lists each way.
const comparedShown = 15

// sentences say what a comparison shows, and what it cannot.
func (c *Comparison) sentences() []string {
	lines := []string{fmt.Sprintf("Compared on %s that both results judge by the same labels.", counted(c.Items, "item"))}
	if n := c.OnlyBefore + c.OnlyAfter + c.Relabelled; n > 0 {
		lines = append(lines, fmt.Sprintf("Left out: %d only in the earlier result, %d only in this one, %d labelled otherwise by people since.",
			c.OnlyBefore, c.OnlyAfter, c.Relabelled))
	}
	for _, m := range c.Measures {
		if m.Language != "" && (m.Verdict == unchanged || m.Verdict == chance) {
			continue
		}
		name := strings.ToUpper(m.Name[:1]) + m.Name[1:]
		if m.Language != "" {
			name += " in " + plain(m.Language)
		}
		switch m.Verdict {
		case unchanged:
			lines = append(lines, fmt.Sprintf("%s: the same in every item, %.3f.", name, m.After))
		case chance:
			lines = append(lines, fmt.Sprintf("%s: %.3f, was %.3f; %d better and %d worse. That may be chance.", name, m.After, m.Before, m.Better, m.Worse))
		default:
			lines = append(lines, fmt.Sprintf("%s: %.3f, was %.3f: %s, more than chance would explain (%d better, %d worse).", name, m.After, m.Before, m.Verdict, m.Better, m.Worse))
		}
	}
	return lines
}

// String gives the comparison as text for people.
func (c *Comparison) String() string {
	var b strings.Builder
	for _, s := range c.Summary {
		fmt.Fprintf(&b, "%s\n", plainLine(s))
	}
	fmt.Fprintf(&b, "\n%-32s  %6s  %6s  %7s  %18s  %6s  %6s  %6s  %s\n", "figure", "before", "after", "change", "95 % of the change", "better", "worse", "p", "")
	for _, m := range c.Measures {
		name := m.Name
		if m.Language != "" {
			if m.Verdict == unchanged { // the figures of all items say enough
				continue
			}
			name += " [" + m.Language + "]"
		}
		fmt.Fprintf(&b, "%-32s  %6.3f  %6.3f  %+7.3f  %8.3f to %6.3f  %6d  %6d  %6.3f  %s\n", plain(name), m.Before, m.After, m.Change,
			m.Range.Low, m.Range.High, m.Better, m.Worse, m.P, m.Verdict)
	}
	if len(c.Labels) > 0 {
		b.WriteString("\nlabels with other mistakes\n")
	}
	for _, l := range first(c.Labels, comparedShown) {
		fmt.Fprintf(&b, "  %-32s  F1 %.3f, was %.3f; missed %d, was %d; wrong %d, was %d\n", plain(l.Label),
			l.After.F1, l.Before.F1, l.After.FN, l.Before.FN, l.After.FP, l.Before.FP)
	}
	itemsText(&b, "items that got better", c.Better)
	itemsText(&b, "items that got worse, or wrong in another way", c.Worse)
	return b.String()
}

func itemsText(b *strings.Builder, what string, list []ItemChange) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", what)
	for _, ch := range first(list, comparedShown) {
		fmt.Fprintf(b, "  %s [%s] %s\n", plain(ch.ID), named(ch.Language), plain(ch.Title))
		if len(ch.Mended) > 0 {
			fmt.Fprintf(b, "      gone %s\n", listed(ch.Mended))
		}
		if len(ch.Broken) > 0 {
			fmt.Fprintf(b, "      new  %s\n", listed(ch.Broken))
		}
	}
	if more := len(list) - comparedShown; more > 0 {
		fmt.Fprintf(b, "  and %d more; --json has them\n", more)
	}
}
