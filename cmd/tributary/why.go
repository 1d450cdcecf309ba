package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"tributary/feeds"
	"tributary/internal/classify"
)

// whyOut is the answer about one item.
type whyOut struct {
	ID string `json:"id"`
	feeds.Explanation
}

// explain says of each item on stdin why it has a label, or why not.
func explain(con *console, c *classify.Classifier, asked string, asJSON bool) error {
	kind, value, err := labelAsked(c, asked)
	if err != nil {
		return err
	}
	answer := func(in classifyIn) (whyOut, error) {
		x, err := c.Explain(in.item(), kind, value)
		return whyOut{ID: in.ID, Explanation: x}, err
	}
	if asJSON {
		return eachLine(con, func(in classifyIn) (any, error) { return answer(in) })
	}
	w := bufio.NewWriter(con.out)
	err = decodeLines(con.in, func(in classifyIn) error {
		out, err := answer(in)
		if err != nil {
			return err
		}
		printWhy(w, &out)
		return nil
	})
	return errors.Join(err, w.Flush())
}

// labelAsked reads "LY", "sahel" or "topic:floods".
func labelAsked(c *classify.Classifier, asked string) (feeds.LabelKind, string, error) {
	kind, value, given := strings.Cut(asked, ":")
	if !given {
		value = asked
	}
	for _, k := range []feeds.LabelKind{feeds.LabelCountry, feeds.LabelTopic, feeds.LabelRegion, feeds.LabelLanguage} {
		if given && k != feeds.LabelKind(kind) || !given && k == feeds.LabelLanguage { // "fr" is France
			continue
		}
		v := strings.ToLower(value)
		switch k {
		case feeds.LabelCountry:
			v = strings.ToUpper(value)
		case feeds.LabelLanguage:
			v = value
		case feeds.LabelTopic, feeds.LabelRegion:
		}
		if _, err := c.Explain(classify.Item{}, k, v); err == nil {
			return k, v, nil
		}
	}
	return "", "", usageError{fmt.Sprintf("classify: no label %q; write an ISO 3166-1 code (LY), the slug of a topic or region, or kind:value with the kind country, topic, region or language", asked)}
}

// printWhy writes an answer for people: what cannot be printed is quoted.
func printWhy(w io.Writer, out *whyOut) {
	fmt.Fprintf(w, "%s\n  %s\n", first(out.ID, "(no id)"), out.Why)
	for _, m := range out.Mentions {
		says := fmt.Sprintf("counts %.2f", m.Weight)
		switch {
		case !m.Counted:
			says = "does not count"
		case m.Weight == 0:
			says = "counts"
		}
		note := ""
		if m.Note != "" {
			note = fmt.Sprintf(" (%q)", m.Note)
		}
		fmt.Fprintf(w, "  - %q in the %s at byte %d: %s, %s%s: %s\n", m.Text, m.Field, m.Offset, m.Rule, m.Role, note, says)
	}
	if out.Unlisted > 0 {
		fmt.Fprintf(w, "  - and %d more\n", out.Unlisted)
	}
}
