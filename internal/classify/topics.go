package classify

import (
	"cmp"
	"slices"

	"tributary/feeds"
)

// Weights and thresholds of topics.
const (
	topicLimit       = 4
	termTitle        = 2.5
	termOpening      = 1.4
	termBody         = 1.0
	termWeak         = 0.5
	termRepeated     = 0.3  // a term found again
	termFurther      = 0.2  // how quickly further terms count less
	termLonger       = 0.25 // for each further word of a phrase: longer phrases say more
	leastTopic       = 1.0
	leastTopicLong   = 1.6 // in texts of topicLong words and more
	topicLong        = 250
	leastTopicShare  = 0.34 // of the best topic
	clearlySaid      = 3    // different strong terms: a subject however strong the best one is
	leastClearShare  = 0.2  // of the best topic, for such a subject
	weakEnough       = 5    // different weak terms that count without a strong one
	publisherTopic   = 2.0
	publisherSupport = 0.5
)

// topicTally is what speaks for one topic.
type topicTally struct {
	score, weak float64
	strong      int  // different strong terms
	titled      bool // a weak term stands in the title
	strongTitle bool // a strong one does
	opening     bool // a strong one stands in the first paragraph
	chosen      bool // by the rules
	publisher   bool
	seen        []int32 // phrases already counted
	found       []hit   // the evidence, evidenceLimit at most
	said        []feeds.Evidence
}

// total is the score with the weak terms that count.
func (t *topicTally) total() float64 {
	if t.strong > 0 || t.titled && len(t.seen) > 1 || len(t.seen) >= weakEnough {
		return t.score + t.weak
	}
	return t.score
}

// rankTopics scores the topics by their terms and keeps the best, four at most.
func (c *Classifier) rankTopics(d *document, said publisherSays) []feeds.Label {
	tallies, anchored := c.tallyTopics(d, said)
	c.chooseTopics(d, tallies)
	return c.topicLabels(d, tallies, anchored)
}

// tallyTopics adds up what speaks for each topic, and says whether the item is about
// people on the move or relief.
func (c *Classifier) tallyTopics(d *document, said publisherSays) ([]topicTally, bool) {
	tallies := d.tally(len(c.topics))
	anchored := c.anchored(d, said)
	for i, h := range d.hits {
		p := &c.lexicon.phrases[h.phrase]
		if !ofTopic(p.kind) {
			continue
		}
		if d.words[h.from].flags&(wordBoilerplate|wordDateline) != 0 || c.shadowed(d, i) || c.cancelled(d, i) {
			continue
		}
		c.countTerm(d, h, p, anchored, &tallies[p.target])
	}
	for _, s := range said.topics {
		t := &tallies[s.topic]
		if s.support {
			if t.strong > 0 {
				t.score += publisherSupport
			}
			continue
		}
		if s.hint {
			if len(t.seen) > 0 { // weak terms count beside it
				t.score += publisherSupport
				t.strong++
				t.said = append(t.said, s.evidence)
			}
			continue
		}
		t.score += publisherTopic
		t.publisher = true
		t.strong++
		t.said = append(t.said, s.evidence)
	}
	return tallies, anchored
}

// tally gives empty tallies, with the room of former ones.
func (d *document) tally(n int) []topicTally {
	if len(d.tallies) != n {
		d.tallies = make([]topicTally, n)
	}
	for i := range d.tallies {
		t := &d.tallies[i]
		*t = topicTally{seen: t.seen[:0], found: t.found[:0]}
	}
	return d.tallies
}

// ofTopic reports a phrase that speaks for a topic.
func ofTopic(k kind) bool { return k == kindTerm || k == kindBeside || k == kindWeak }

// anchored reports an item about people on the move or relief: "expelled" and "rescued"
// mean nothing of ours in the sports pages.
func (c *Classifier) anchored(d *document, said publisherSays) bool {
	if slices.ContainsFunc(said.topics, func(s topicSaid) bool { return !s.hint }) {
		return true
	}
	return slices.ContainsFunc(d.hits, func(h hit) bool {
		return c.lexicon.phrases[h.phrase].kind == kindAnchor && d.words[h.from].flags&(wordBoilerplate|wordDateline) == 0
	})
}

// countTerm adds one term found.
func (c *Classifier) countTerm(d *document, h hit, p *phrase, anchored bool, t *topicTally) {
	weight, first := termBody, d.words[h.from]
	switch {
	case first.field == fieldTitle:
		weight = termTitle
	case first.para == d.openingPara():
		weight = termOpening
	}
	weight *= 1 + termLonger*float64(min(h.to-h.from, 4)-1)
	repeated := slices.Contains(t.seen, h.phrase)
	if repeated {
		weight *= termRepeated
	} else {
		weight /= 1 + termFurther*float64(len(t.seen))
		t.seen = append(t.seen, h.phrase)
	}
	if p.kind == kindWeak || p.kind == kindBeside && !anchored {
		d.trace.term(h, p.target, weight*termWeak)
		t.weak += weight * termWeak
		t.titled = t.titled || first.field == fieldTitle
	} else {
		d.trace.term(h, p.target, weight)
		t.score += weight
		t.strongTitle = t.strongTitle || first.field == fieldTitle
		t.opening = t.opening || first.field != fieldTitle && first.para == d.openingPara()
		if !repeated {
			t.strong++
		}
	}
	if len(t.found) < evidenceLimit {
		t.found = append(t.found, h)
	}
}

// shadowed reports a term within a longer term of the same topic.
func (c *Classifier) shadowed(d *document, i int) bool {
	h := d.hits[i]
	return c.overlapping(d, i, func(other hit, q *phrase) bool {
		if !ofTopic(q.kind) || other.from > h.from || other.to < h.to {
			return false
		}
		// Of two terms for the same words the first counts, a weak one never.
		own := c.lexicon.phrases[h.phrase].kind
		return other.to-other.from > h.to-h.from || q.kind < own || q.kind == own && other.phrase < h.phrase
	})
}

// cancelled reports a term that a "not" phrase of its topic covers.
func (c *Classifier) cancelled(d *document, i int) bool {
	h := d.hits[i]
	return c.overlapping(d, i, func(other hit, q *phrase) bool {
		return q.kind == kindNot && other.from < h.to && other.to > h.from
	})
}

// overlapping looks through the hits near one hit for one of the same topic that the
// test accepts. Hits are in the order of their first word.
func (c *Classifier) overlapping(d *document, i int, test func(hit, *phrase) bool) bool {
	const reach = 12 // words; no phrase is longer
	h := d.hits[i]
	target := c.lexicon.phrases[h.phrase].target
	for step := -1; step <= 1; step += 2 {
		for j := i + step; j >= 0 && j < len(d.hits); j += step {
			other := d.hits[j]
			if other.from > h.to || other.from < h.from-reach {
				break
			}
			if q := &c.lexicon.phrases[other.phrase]; q.target == target && test(other, q) {
				return true
			}
		}
	}
	return false
}

// chooseTopics marks what clears the thresholds. Weak terms count beside a strong one,
// when there are several of them and one stands in the title, or when there are many.
func (c *Classifier) chooseTopics(d *document, tallies []topicTally) {
	least := leastTopic
	if len(d.words) > topicLong {
		least = leastTopicLong
	}
	top := 0.0
	for i := range tallies {
		top = max(top, tallies[i].total())
	}
	for i := range tallies {
		t := &tallies[i]
		share := leastTopicShare
		if t.strong >= clearlySaid {
			share = leastClearShare
		}
		score := t.total()
		d.trace.judged(feeds.LabelTopic, int32(i), score, max(least, share*top))
		t.chosen = score >= least && score >= share*top && len(t.found)+len(t.said) > 0
	}
}

// topicLabels makes labels of what the rules chose, or of what the model makes of it,
// best first, four at most.
func (c *Classifier) topicLabels(d *document, tallies []topicTally, anchored bool) []feeds.Label {
	var labels []feeds.Label
	if c.model != nil {
		labels = c.modelLabels(d, tallies, anchored)
	} else {
		for i := range tallies {
			if t := &tallies[i]; t.chosen {
				labels = append(labels, c.topicLabel(d, i, t, certainty(t.total())))
			}
		}
	}
	slices.SortStableFunc(labels, func(a, b feeds.Label) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Value, b.Value))
	})
	return labels[:min(len(labels), topicLimit)]
}

// topicLabel is a label with the terms found and what the publisher said as evidence.
func (c *Classifier) topicLabel(d *document, topic int, t *topicTally, score float64) feeds.Label {
	label := feeds.Label{Kind: feeds.LabelTopic, Value: c.topics[topic].Slug, Score: score, By: feeds.ByRule}
	if t.publisher {
		label.By = feeds.ByPublisher
	}
	for _, h := range t.found {
		label.Evidence = append(label.Evidence, d.evidence(termRules[c.lexicon.phrases[h.phrase].kind], int(h.from), int(h.to)))
	}
	label.Evidence = append(label.Evidence, t.said...)
	return label
}

// termRules names the kinds of terms in evidence.
var termRules = map[kind]string{kindTerm: "term", kindBeside: "term", kindWeak: "weak term"}
