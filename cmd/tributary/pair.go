package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"tributary/feeds"
	"tributary/internal/dedupe"
)

// pairOut is what there is to say of two entries.
type pairOut struct {
	one, other      string
	oneStory        bool
	verdict         dedupe.Verdict
	through         []string
	together, apart bool // by people
	alone           []string
	rulings         []feeds.Ruling
}

// people says what people decided about the two, which holds; "" for nothing.
func (p *pairOut) people() string {
	switch {
	case p.together:
		return "together"
	case p.apart:
		return "apart"
	}
	return ""
}

// printPair says why two entries are one story, or are not.
func printPair(con *console, g *Globals, p *pairOut) error {
	v := &p.verdict
	said := "neither"
	switch {
	case v.Same:
		said = "same"
	case v.Apart:
		said = "apart"
	}
	days := v.Signals.Apart.Hours() / 24
	if g.JSON {
		out := map[string]any{"entries": []string{p.one, p.other}, "one_story": p.oneStory, "verdict": said, "reason": v.Reason, "code": v.Reason.Code(),
			"signals": v.Signals, "days": days, "through": append([]string{}, p.through...)}
		if people := p.people(); people != "" {
			out["people"] = people
		}
		if len(p.alone) > 0 {
			out["alone"] = p.alone
		}
		rulings := []rulingOut{}
		for _, r := range p.rulings {
			rulings = append(rulings, rulingOut{Ruling: r, Entries: texts(r.Entries), Others: texts(r.Others)})
		}
		out["rulings"] = rulings
		return json.NewEncoder(con.out).Encode(out)
	}
	story := "They are not one story."
	if p.oneStory {
		story = "They are one story."
	}
	if len(p.through) > 0 {
		story += " They are it through " + strings.Join(p.through, ", ") + "."
	}
	switch p.people() {
	case "together":
		story += " People put them together."
	case "apart":
		story += " People keep them apart."
	}
	for _, id := range p.alone {
		story += " Entries of " + id + " are stories of their own."
	}
	s := &v.Signals
	_, err := fmt.Fprintf(con.out, `%s and %s: %s
%s
  time      %.1f days apart
  text      %.0f %% of the shorter one's runs of three words are in the other, %.0f %% of both together; %d in common
  words     %.0f %% of what its words say; %.0f %% of the longer one's beginning
  titles    %.0f %% in common; what they say is found in the other entry to %.0f and %.0f %%
  figures   %.1f in common, %.1f in one alone
  names     %.1f in common, %.1f in one alone
  labels    countries %.0f %%, topics %.0f %% in common; primary countries at odds: %v
`, p.one, p.other, v.Reason, story, days, 100*s.Containment, 100*s.Resemblance, s.Shared, 100*s.Words, 100*s.HeadIn, 100*s.Title, 100*s.TitleIn, 100*s.TitleInMax,
		s.Numbers, s.NumbersOnly, s.Names, s.NamesOnly, 100*s.Countries, 100*s.Topics, s.OtherPlace)
	for _, r := range p.rulings {
		fmt.Fprintf(con.out, "  ruling    %d: %s, by %s for %s: %s\n", r.ID, r.Action, r.By, r.Office, r.Why)
	}
	return err
}
