package classify

import (
	"fmt"
	"slices"
	"strings"

	"tributary/feeds"
)

// settle chooses the reason, words it, and bounds the list of mentions.
func (x *explainer) settle() {
	counted := 0
	for _, m := range x.out.Mentions {
		if m.Counted {
			counted++
		}
	}
	switch all := len(x.out.Mentions); {
	case x.out.Primary:
		x.out.Reason = feeds.ReasonPrimary
	case x.out.Given:
		x.out.Reason = feeds.ReasonGiven
	case all == 0:
		x.out.Reason = feeds.ReasonAbsent
	case counted == 0:
		x.out.Reason = feeds.ReasonLeftOut
	case x.doubted():
		x.out.Reason = feeds.ReasonBelow
	case x.out.Score >= x.out.Threshold:
		x.out.Reason = feeds.ReasonLimit
	default:
		x.out.Reason = feeds.ReasonBelow
	}
	x.out.Why = x.sentence(counted)
	if len(x.out.Mentions) > mentionLimit {
		x.out.Unlisted = len(x.out.Mentions) - mentionLimit
		x.out.Mentions = x.out.Mentions[:mentionLimit]
	}
	if x.out.Mentions == nil {
		x.out.Mentions = []feeds.Mention{}
	}
}

// doubted reports a topic that the terms are enough for and the model finds improbable;
// its probability and the one it needed become the score and the threshold.
func (x *explainer) doubted() bool {
	v, ok := x.d.trace.doubts[x.target]
	if !ok || x.out.Kind != feeds.LabelTopic || v.score >= v.need || x.out.Score < x.out.Threshold {
		return false
	}
	x.out.Score, x.out.Threshold, x.byModel = rounded(v.score), rounded(v.need), true
	return true
}

// sentence is the answer in plain words.
func (x *explainer) sentence(counted int) string {
	all := len(x.out.Mentions)
	score := fmt.Sprintf("a score of %s where %s is needed", number(x.out.Score), number(x.out.Threshold))
	switch x.out.Reason {
	case feeds.ReasonPrimary, feeds.ReasonGiven:
		s := fmt.Sprintf("%s is a label: %s%s, which makes %s", x.name, x.named(all), x.where(), score)
		if counted < all {
			s = fmt.Sprintf("%s is a label: %s and counts %s%s, which makes %s", x.name, x.named(all), times(counted), x.where(), score)
		}
		switch {
		case x.out.Score < x.out.Threshold || x.out.By == feeds.ByModel: // what gave it has another scale
			s = fmt.Sprintf("%s is a label: %s rests on %s", x.name, giverOf(x.out.By), quoted(x.out.Mentions))
		case x.out.Primary:
			s += ", and it is far enough ahead of every other to be the main subject"
		}
		return s + "."
	case feeds.ReasonAbsent:
		if x.out.Kind == feeds.LabelTopic {
			return x.name + " is no label: none of its terms stands in the item."
		}
		return x.name + " is no label: nothing in the item names it."
	case feeds.ReasonLeftOut:
		return fmt.Sprintf("%s is no label: %s%s, which does not count.", x.name, x.named(all), x.leftOut())
	case feeds.ReasonLimit:
		return fmt.Sprintf("%s is no label: it has %s, but an item has at most %d topics and others say more.", x.name, score, topicLimit)
	default:
		if x.byModel {
			score = fmt.Sprintf("the model that weighs them gives %s where %s is needed", number(x.out.Score), number(x.out.Threshold))
		}
		return fmt.Sprintf("%s is no label: %s%s, but that is too little: %s.", x.name, x.named(all), x.where(), score)
	}
}

func giverOf(by feeds.By) string {
	if by == feeds.ByModel {
		return "the model"
	}
	return "it"
}

func quoted(mentions []feeds.Mention) string {
	var out []string
	for _, m := range mentions {
		if s := fmt.Sprintf("%q", clip(m.Text, 60)); m.Counted && len(out) < 3 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}

// named says how often the item names the label.
func (x *explainer) named(n int) string {
	if x.out.Kind == feeds.LabelTopic {
		return "what stands for it is found " + times(n)
	}
	return "it is named " + times(n)
}

// number writes a score without needless digits.
func number(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", f), "0"), ".")
}

// times says how often.
func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	default:
		return fmt.Sprintf("%d times", n)
	}
}

// where says in which fields, when the title is among them.
func (x *explainer) where() string {
	if slices.ContainsFunc(x.out.Mentions, func(m feeds.Mention) bool { return m.Field == "title" && m.Counted }) {
		return ", also in the title"
	}
	return ""
}

// roleWords complete "it is named once, ...".
var roleWords = map[feeds.Role]string{
	feeds.RoleDonor:       "as a donor",
	feeds.RoleDutyStation: "in a dateline that only says where an office sits",
	feeds.RoleVenue:       "as the seat of an office",
	feeds.RoleSeat:        "as the seat of an organisation",
	feeds.RoleDiplomatic:  "as an embassy or a ministry",
	feeds.RoleOtherThing:  "in the name of something else (a treaty, a person, a currency, a language)",
	feeds.RoleOtherSense:  "in words that mean another place here",
	feeds.RoleUnsettled:   "in words that may mean several places",
	feeds.RoleLongerName:  "within a longer name",
	feeds.RoleBoilerplate: "among the contacts or the words about the organisation",
	feeds.RoleCancelled:   "in a phrase that means something else",
	feeds.RoleNoPlace:     "by a word that means no place here",
	feeds.RoleWeak:        "by generic words, which need others beside them",
	feeds.RoleDateline:    "in the dateline",
	feeds.RoleOther:       "in passing",
}

// leftOut says in what ways the label is named that do not count.
func (x *explainer) leftOut() string {
	var order []feeds.Role
	count := map[feeds.Role]int{}
	notes := map[feeds.Role]string{}
	for _, m := range x.out.Mentions {
		if count[m.Role]++; count[m.Role] == 1 {
			order = append(order, m.Role)
		}
		notes[m.Role] = m.Note
	}
	parts := make([]string, 0, len(order))
	for _, role := range order {
		words := roleWords[role]
		if words == "" {
			words = roleWords[feeds.RoleOther]
		}
		if notes[role] != "" {
			words += fmt.Sprintf(" (%s)", clip(notes[role], 100))
		}
		if len(order) > 1 {
			words = times(count[role]) + " " + words
		}
		parts = append(parts, words)
	}
	if len(parts) == 1 {
		return ", " + parts[0]
	}
	return ": " + strings.Join(parts, ", ")
}

// language answers for a language: an item has one, and it says what that rests on.
func (x *explainer) language(labels []feeds.Label) {
	i := slices.IndexFunc(labels, func(l feeds.Label) bool { return l.Kind == feeds.LabelLanguage })
	if i < 0 {
		x.out.Reason, x.out.Mentions = feeds.ReasonAbsent, []feeds.Mention{}
		x.out.Why = x.name + " is no label: the item's language is not known."
		return
	}
	l := labels[i]
	x.out.Mentions = make([]feeds.Mention, 0, len(l.Evidence))
	rules := ""
	for _, e := range l.Evidence {
		role := feeds.RoleAbout
		if e.Field == "feed" {
			role = feeds.RolePublisher
		} else if rules == "" {
			rules = e.Rule
		}
		x.out.Mentions = append(x.out.Mentions, feeds.Mention{Evidence: e, Role: role, Counted: x.out.Given, Weight: 0})
	}
	how := fmt.Sprintf("was read off the text (%s)", rules)
	if l.By == feeds.ByPublisher {
		how = "is what the feed declares, and the text does not contradict it"
	}
	switch {
	case !x.out.Given:
		x.out.Reason, x.out.Instead = feeds.ReasonAnother, l.Value
		x.out.Why = fmt.Sprintf("%s is no label: an item has one language, and here it is %s, which %s.", x.name, l.Value, how)
	case l.By == feeds.ByPublisher:
		x.out.Reason = feeds.ReasonDeclared
		x.out.Why = fmt.Sprintf("%s is the label: it %s.", x.name, how)
	default:
		x.out.Reason = feeds.ReasonRead
		x.out.Why = fmt.Sprintf("%s is the label: it %s.", x.name, how)
	}
	if x.out.Given {
		x.out.Score, x.out.Threshold = rounded(l.Score), 0
	}
}
