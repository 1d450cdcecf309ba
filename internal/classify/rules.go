package classify

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tributary/feeds"
)

// ruleOfSource is the rule in the evidence of a label that a rule of its source gave.
const ruleOfSource = "source rule"

// ApplyRules gives an item's labels as the rules of its source want them. Rules that
// were taken back do not count; of two about one label the later one (by its id)
// decides where both apply. Text matches by whole words with case and accents folded;
// in scripts without spaces every letter is a word.
//
// A label that a rule adds is By rule with Score 1, and its evidence says where the
// text stands. No rule makes a country the primary one, but where rules changed the
// countries and none is left that is primary, a single country is.
func ApplyRules(labels []feeds.Label, it Item, rules []feeds.SourceRule) []feeds.Label {
	if len(rules) == 0 {
		return labels
	}
	rules = slices.Clone(rules)
	slices.SortFunc(rules, func(a, b feeds.SourceRule) int { return cmp.Compare(a.ID, b.ID) })
	out, countries := slices.Clone(labels), false
	text := ruleText{item: &it}
	for i := range rules {
		r := &rules[i]
		if !r.Revoked.IsZero() {
			continue
		}
		seen, ok := text.find(r)
		if !ok {
			continue
		}
		at := slices.IndexFunc(out, func(l feeds.Label) bool { return l.Kind == r.Kind && l.Value == r.Value })
		switch {
		case r.Action == feeds.ActionRemove && at >= 0:
			out = slices.Delete(out, at, at+1)
		case r.Action == feeds.ActionAdd && at < 0:
			out = slices.Insert(out, after(out, r.Kind), feeds.Label{Kind: r.Kind, Value: r.Value, Score: 1, By: feeds.ByRule,
				Evidence: []feeds.Evidence{seen}})
		default:
			continue
		}
		countries = countries || r.Kind == feeds.LabelCountry
	}
	if countries {
		onlyIsPrimary(out)
	}
	return out
}

// after is where a new label of a kind stands among those of the others.
func after(labels []feeds.Label, kind feeds.LabelKind) int {
	order := []feeds.LabelKind{feeds.LabelCountry, feeds.LabelRegion, feeds.LabelTopic, feeds.LabelLanguage}
	rank := slices.Index(order, kind)
	end := 0
	for i := range labels {
		if slices.Index(order, labels[i].Kind) <= rank {
			end = i + 1
		}
	}
	return end
}

func onlyIsPrimary(labels []feeds.Label) {
	only := -1
	for i := range labels {
		if labels[i].Kind != feeds.LabelCountry {
			continue
		}
		if only >= 0 || labels[i].Primary {
			return
		}
		only = i
	}
	if only >= 0 {
		labels[only].Primary = true
	}
}

// ruleText is an item as rules look at it; its words are made when first asked for.
type ruleText struct {
	item        *Item
	title, text []ruleWord
}

type ruleWord struct {
	folded     string
	start, end int // in bytes of the field
}

// find says whether a rule applies, and where what it looks for stands.
func (t *ruleText) find(r *feeds.SourceRule) (feeds.Evidence, bool) {
	switch r.Field {
	case "":
		return feeds.Evidence{Rule: ruleOfSource, Text: r.Why, Field: "feed"}, true
	case feeds.RuleFieldTitle:
		title := clip(t.item.Title, maxTitle)
		if t.title == nil {
			t.title = ruleWords(title)
		}
		return sees(r, title, t.title)
	case feeds.RuleFieldText:
		text := clip(t.item.Text, maxText)
		if t.text == nil {
			t.text = ruleWords(text)
		}
		return sees(r, text, t.text)
	case feeds.RuleFieldCategory:
		for i := range t.item.Categories {
			c := &t.item.Categories[i]
			for _, s := range []string{c.Label, c.Term} {
				s = clip(s, maxTitle)
				if e, ok := sees(r, s, ruleWords(s)); ok {
					return e, true
				}
			}
		}
	case feeds.RuleFieldURL:
		url, part := clip(t.item.URL, maxTitle), strings.TrimSpace(r.Contains)
		if at := strings.Index(lowerASCII(url), lowerASCII(part)); at >= 0 && part != "" {
			return feeds.Evidence{Rule: ruleOfSource, Text: printable(url[at : at+len(part)]), Field: r.Field, Offset: at}, true
		}
	}
	return feeds.Evidence{}, false
}

// sees looks for the words of a rule side by side.
func sees(r *feeds.SourceRule, s string, words []ruleWord) (feeds.Evidence, bool) {
	wanted := ruleWords(r.Contains)
	if len(wanted) == 0 {
		return feeds.Evidence{}, false
	}
	for i := 0; i+len(wanted) <= len(words); i++ {
		j := 0
		for j < len(wanted) && words[i+j].folded == wanted[j].folded {
			j++
		}
		if j == len(wanted) {
			from, to := words[i].start, words[i+j-1].end
			return feeds.Evidence{Rule: ruleOfSource, Text: printable(s[from:to]), Field: r.Field, Offset: from}, true
		}
	}
	return feeds.Evidence{}, false
}

// ruleWords are the folded words of a text with their places.
func ruleWords(s string) []ruleWord {
	out := []ruleWord{}
	var folded []byte
	start := -1
	flush := func(end int) {
		if start >= 0 && len(folded) > 0 {
			out = append(out, ruleWord{string(folded), start, end})
		}
		folded, start = folded[:0], -1
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && !unicode.IsMark(r):
			flush(i)
			folded, start = appendFolded(folded, r), i
			flush(i + size)
		case isWord(r):
			if start < 0 {
				start = i
			}
			folded = appendFolded(folded, r)
		default:
			flush(i)
		}
		i += size
	}
	flush(len(s))
	return out
}

// lowerASCII leaves every byte in its place, so that offsets hold.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
