package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"tributary/feeds"
	"tributary/internal/dedupe"
)

// pairOut says why two entries are one story, or are not.
type pairOut struct {
	one, other int64
	oneStory   bool
	verdict    dedupe.Verdict
	keys       []dedupe.SharedKeys
	way        dedupe.Way
	name       func(entry int64) string

	together, apart bool     // by people
	alone           []string // sources of theirs whose entries are stories of their own
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

// saidOf is the verdict in a word.
func saidOf(v *dedupe.Verdict) string {
	switch {
	case v.Same:
		return "same"
	case v.Apart:
		return "apart"
	}
	return "neither"
}

// stepOut is a link, or what is against one, as JSON.
type stepOut struct {
	From     string        `json:"from"`
	To       string        `json:"to"`
	Reason   dedupe.Reason `json:"reason"`
	Strength float64       `json:"strength"`
}

func (p *pairOut) steps(steps []dedupe.Step) []stepOut {
	out := []stepOut{}
	for _, s := range steps {
		out = append(out, stepOut{p.name(s.From), p.name(s.To), s.Reason, s.Strength})
	}
	return out
}

// printPair writes what a verdict is made of, as text or JSON.
func printPair(con *console, g *Globals, p *pairOut) error {
	v, steps, against := &p.verdict, p.steps(p.way.Chain), p.steps(p.way.Against)
	through := []string{}
	for _, s := range steps[:max(0, len(steps)-1)] {
		through = append(through, s.To)
	}
	days := v.Signals.Apart.Hours() / 24
	if g.JSON {
		out := map[string]any{"entries": []string{p.name(p.one), p.name(p.other)}, "one_story": p.oneStory,
			"verdict": saidOf(v), "reason": v.Reason, "code": v.Reason.Code(), "strength": v.Strength, "signals": v.Signals, "days": days,
			"keys": append([]dedupe.SharedKeys{}, p.keys...), "through": through, "chain": steps, "against": against}
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
	var b strings.Builder
	fmt.Fprintf(&b, "%s and %s: %s (%s", shown(p.name(p.one)), shown(p.name(p.other)), v.Reason, saidOf(v))
	if v.Same {
		fmt.Fprintf(&b, ", strength %.2f", v.Strength)
	}
	b.WriteString(")\n")
	switch {
	case !p.oneStory:
		b.WriteString("They are not one story.\n")
	case len(through) > 0:
		fmt.Fprintf(&b, "They are one story. They are it through %s.\n", shown(strings.Join(through, ", ")))
	default:
		b.WriteString("They are one story.\n")
	}
	switch p.people() {
	case "together":
		b.WriteString("People put them together.\n")
	case "apart":
		b.WriteString("People keep them apart.\n")
	}
	for _, id := range p.alone {
		fmt.Fprintf(&b, "Entries of %s are stories of their own.\n", shown(id))
	}
	for _, s := range steps {
		fmt.Fprintf(&b, "  link      %s and %s: %s (%.2f)\n", shown(s.From), shown(s.To), s.Reason, s.Strength)
	}
	for _, s := range against {
		fmt.Fprintf(&b, "  against   %s and %s: %s\n", shown(s.From), shown(s.To), s.Reason)
	}
	if v.Same && !p.oneStory && len(against) == 0 {
		b.WriteString("  against   nothing: they have not been compared\n")
	}
	fmt.Fprintf(&b, "  keys      %s\n", keysText(p.keys))
	signalsText(&b, &v.Signals, days)
	for _, r := range p.rulings {
		fmt.Fprintf(&b, "  ruling    %d: %s, by %s for %s: %s\n", r.ID, r.Action, r.By, r.Office, r.Why)
	}
	_, err := fmt.Fprint(con.out, b.String())
	return err
}

func keysText(keys []dedupe.SharedKeys) string {
	if len(keys) == 0 {
		return "none in common: they are not compared by themselves"
	}
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("%s (%d)", k.Kind, k.Count)
	}
	return strings.Join(parts, ", ") + " in common"
}

// signalsText writes every signal in words.
func signalsText(b *strings.Builder, s *dedupe.Signals, days float64) {
	yes := "no"
	if s.OtherPlace {
		yes = "yes"
	}
	fmt.Fprintf(b, "  time      %.1f days apart\n", days)
	fmt.Fprintf(b, "  text      %.0f %% of the shorter one's runs of three words are in the other, %.0f %% of both together; %d of them compared, %d in common\n",
		100*s.Containment, 100*s.Resemblance, s.Shingles, s.Shared)
	fmt.Fprintf(b, "  words     %.0f %% of what the shorter one's words say, %.0f %% of both together; %.0f %% of the longer one's beginning; %.1f times longer\n",
		100*s.Words, 100*s.WordsBoth, 100*s.HeadIn, s.Longer)
	fmt.Fprintf(b, "  titles    %.0f %% in common; what they say is found in the other entry to %.0f and %.0f %%, the longer text's title to %.0f %%\n",
		100*s.Title, 100*s.TitleIn, 100*s.TitleInMax, 100*s.LongTitle)
	fmt.Fprintf(b, "  figures   %.1f in common, %.1f in one alone, %.1f in the one with fewer\n", s.Numbers, s.NumbersOnly, s.NumbersMin)
	fmt.Fprintf(b, "  names     %.1f in common, %.1f in one alone (%.1f in texts without titles), %.1f in the one with fewer\n", s.Names, s.NamesOnly, s.TextNames, s.NamesMin)
	fmt.Fprintf(b, "  labels    countries %.0f %%, topics %.0f %% in common; primary countries at odds: %s\n", 100*s.Countries, 100*s.Topics, yes)
}

// shown is an id from outside on a line of a terminal: quoted when something in it cannot
// be printed.
func shown(id string) string {
	if strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.QuoteToASCII(id)
	}
	return id
}
