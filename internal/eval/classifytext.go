package eval

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tributary/feeds"
)

// slicesShown bounds how many sources, offices and months the text form lists.
const slicesShown = 30

// String gives the report as text for people: sentences first, then the figures, then
// what went wrong.
func (r ClassifyReport) String() string {
	var b strings.Builder
	for _, s := range r.Summary {
		fmt.Fprintf(&b, "%s\n", plainLine(s))
	}
	fmt.Fprintf(&b, "\n%d items, %d without an answer, %d answers to no item\n", r.Items, r.WithoutPrediction, r.Unknown)
	r.Countries.text(&b, "countries")
	r.Topics.text(&b, "topics")
	if r.Regions != nil {
		r.Regions.text(&b, "regions")
	}
	fmt.Fprintf(&b, "\nprimary country   %.3f  %d of %d right, another given in %d, none in %d; left empty in %d of %d that have none\n",
		r.Primary.Accuracy, r.Primary.Right, r.Primary.Of, r.Primary.Another, r.Primary.None, r.Primary.LeftEmpty, r.Primary.NoneOf)
	r.Primary.text(&b)
	fmt.Fprintf(&b, "mentioned only    %d of %d wrongly returned\n", r.MentionedOnly.Returned, r.MentionedOnly.Of)
	fmt.Fprintf(&b, "about no country  %d of %d kept empty\n", r.NoCountry.KeptEmpty, r.NoCountry.Of)
	fmt.Fprintf(&b, "language          %.3f  %d of %d right, another given in %d, none in %d\n",
		r.Language.Accuracy, r.Language.Right, r.Language.Of, r.Language.Another, r.Language.None)
	r.Language.text(&b)
	rulesText(&b, r.Rules)
	misledText(&b, r.Misled)
	r.allSlices(&b)
	labelsText(&b, "country", r.Countries.ByLabel)
	labelsText(&b, "topic", r.Topics.ByLabel)
	if r.Regions != nil {
		labelsText(&b, "region", r.Regions.ByLabel)
	}
	if r.Comparison != nil {
		fmt.Fprintf(&b, "\ncompared with the earlier result\n%s", r.Comparison)
	}
	return b.String()
}

func (r LabelSets) text(b *strings.Builder, what string) {
	fmt.Fprintf(b, "\n%-10s micro  %s", what, r.Micro.text())
	if r.Range != nil {
		fmt.Fprintf(b, "  (95 %% between %.3f and %.3f)", r.Range.Low, r.Range.High)
	}
	fmt.Fprintf(b, "\n%-10s macro  %s\n", "", r.Macro.text())
	fmt.Fprintf(b, "%-10s exact  %.3f of the items\n", "", r.Exact)
	most(b, "most wrong ", r.ByLabel, func(l LabelScore) int { return l.FP })
	most(b, "most missed", r.ByLabel, func(l LabelScore) int { return l.FN })
	confusionText(b, r.Confusion)
	for _, m := range r.Worst {
		fmt.Fprintf(b, "  %s [%s] %s\n", plain(m.ID), named(m.Language), plain(m.Title))
		fmt.Fprintf(b, "      expected %s; returned %s\n", listed(m.Want), listed(m.Got))
		if len(m.Missed) > 0 {
			fmt.Fprintf(b, "      missed %s\n", listed(m.Missed))
		}
		if len(m.Wrong) > 0 {
			fmt.Fprintf(b, "      wrong  %s\n", listed(m.Wrong))
		}
		for _, w := range m.Misled {
			fmt.Fprintf(b, "        %s: %s\n", plain(w.Value), evidenceText(w.Evidence))
		}
	}
}

// listed writes labels; many are cut off, with a word of how many there are.
func listed(labels []string) string {
	if len(labels) == 0 {
		return "none"
	}
	words := make([]string, 0, labelsShown)
	for _, l := range first(labels, labelsShown) {
		words = append(words, plain(l))
	}
	if more := len(labels) - len(words); more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return strings.Join(words, ", ")
}

// most writes the labels with the greatest counts.
func most(b *strings.Builder, what string, labels []LabelScore, count func(LabelScore) int) {
	labels = mostOf(labels, count)
	if len(labels) == 0 {
		return
	}
	words := make([]string, 0, labelsShown)
	for _, l := range first(labels, labelsShown) {
		words = append(words, fmt.Sprintf("%s %d", plain(l.Label), count(l)))
	}
	fmt.Fprintf(b, "%-10s %s  %s\n", "", what, strings.Join(words, ", "))
}

// mostOf gives the labels that have a count, greatest first, then by label.
func mostOf(labels []LabelScore, count func(LabelScore) int) []LabelScore {
	labels = slices.DeleteFunc(slices.Clone(labels), func(l LabelScore) bool { return count(l) == 0 })
	slices.SortStableFunc(labels, func(x, y LabelScore) int { return cmp.Compare(count(y), count(x)) })
	return labels
}

func confusionText(b *strings.Builder, list []Confusion) {
	if len(list) == 0 {
		return
	}
	words := make([]string, 0, labelsShown)
	for _, c := range first(list, labelsShown) {
		words = append(words, fmt.Sprintf("%s for %s %d", named(c.Got), plain(c.Want), c.Items))
	}
	fmt.Fprintf(b, "%-10s %s  %s\n", "", "one given for another", strings.Join(words, ", "))
}

func (c *Choice) text(b *strings.Builder) {
	confusionText(b, c.Confusion)
	for _, m := range c.Worst {
		fmt.Fprintf(b, "  %s: %s, should be %s: %s\n", plain(m.ID), named(m.Got), named(m.Want), plain(m.Title))
		if len(m.Evidence) > 0 {
			fmt.Fprintf(b, "      %s\n", evidenceText(m.Evidence))
		}
	}
}

// evidenceText says what rules matched, such as: name "Libya" (text 214).
func evidenceText(list []feeds.Evidence) string {
	words := make([]string, len(list))
	for i, e := range list {
		words[i] = fmt.Sprintf("%s \"%s\" (%s %d)", plain(e.Rule), plain(e.Text), plain(e.Field), e.Offset)
	}
	return strings.Join(words, ", ")
}

func rulesText(b *strings.Builder, rules []RuleScore) {
	if len(rules) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%-34s  %6s  %6s  %9s\n", "rule", "right", "wrong", "precision")
	for _, r := range rules {
		fmt.Fprintf(b, "%-34s  %6d  %6d  %9.3f\n", plain(string(r.Kind)+": "+r.Rule), r.Right, r.Wrong, share(r.Right, r.Right+r.Wrong))
	}
}

func misledText(b *strings.Builder, list []Misled) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\nwrong labels were given for\n")
	for _, m := range list {
		fmt.Fprintf(b, "  %-24s %s \"%s\", %s: %s\n", plain(m.Label), plain(m.Rule), plain(m.Text), counted(m.Items, "item"), listed(m.Examples))
	}
}

func (r *ClassifyReport) allSlices(b *strings.Builder) {
	languages := make([]Slice, len(r.ByLanguage))
	for i, l := range r.ByLanguage {
		languages[i] = Slice{Name: l.Language, Figures: l.Figures}
	}
	slicesText(b, "language", languages)
	slicesText(b, "source", r.BySource)
	slicesText(b, "office", r.ByOffice)
	slicesText(b, "month", r.ByMonth)
}

func slicesText(b *strings.Builder, what string, list []Slice) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%-24s  %5s  %-30s  %s\n", "", "", "countries", "topics")
	fmt.Fprintf(b, "%-24s  %5s  %9s  %5s  %5s  %5s  %6s  %5s  %5s  %5s  %7s  %8s  %9s\n",
		what, "items", "precision", "rec.", "F1", "macro", "prec.", "rec.", "F1", "macro", "primary", "language", "mentioned")
	for _, s := range first(list, slicesShown) {
		fmt.Fprintf(b, "%-24s  %5d  %9.3f  %5.3f  %5.3f  %5.3f  %6.3f  %5.3f  %5.3f  %5.3f  %7s  %8s  %9s\n", named(s.Name), s.Items,
			s.Countries.Precision, s.Countries.Recall, s.Countries.F1, s.CountriesMacro.F1,
			s.Topics.Precision, s.Topics.Recall, s.Topics.F1, s.TopicsMacro.F1,
			s.Primary.text(), s.Identified.text(), s.Mentioned.text())
	}
	if more := len(list) - slicesShown; more > 0 {
		fmt.Fprintf(b, "and %d more; --json has them all\n", more)
	}
}

// labelsText lists the labels that are not always right, worst first.
func labelsText(b *strings.Builder, what string, labels []LabelScore) {
	wrong := mostOf(labels, func(l LabelScore) int { return l.FP + l.FN })
	if len(labels) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%-34s  %5s  %6s  %5s  %9s  %6s  %5s\n", what, "right", "missed", "wrong", "precision", "recall", "F1")
	for _, l := range wrong {
		fmt.Fprintf(b, "%-34s  %5d  %6d  %5d  %9.3f  %6.3f  %5.3f\n", plain(l.Label), l.TP, l.FN, l.FP, l.Precision, l.Recall, l.F1)
	}
	if fine := len(labels) - len(wrong); fine > 0 {
		fmt.Fprintf(b, "%s always right\n", counted(fine, "more"))
	}
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n == 1 || thing == "more" {
		return fmt.Sprintf("%d %s", n, thing)
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// plainLine makes a sentence fit for a terminal; it is longer than a title.
func plainLine(s string) string { return clipped(s, 400) }
