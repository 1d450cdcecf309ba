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
	weakEnough       = 4    // different weak terms that count without a strong one
	publisherTopic   = 2.0
	publisherSupport = 0.5
)

// topicTally is what speaks for one topic.
type topicTally struct {
	score, weak float64
	strong      int     // different strong terms
	titled      bool    // a weak term stands in the title
	seen        []int32 // phrases already counted
	evidence    []feeds.Evidence
	publisher   bool
}

// rankTopics scores the topics by their terms and keeps the best, four at most.
func (c *Classifier) rankTopics(d *document, said publisherSays) []feeds.Label {
	tallies := make([]topicTally, len(c.topics))
	for i, h := range d.hits {
		p := &c.lexicon.phrases[h.phrase]
		if p.kind != kindTerm && p.kind != kindWeak {
			continue
		}
		if d.words[h.from].flags&(wordBoilerplate|wordDateline) != 0 || c.shadowed(d, i) || c.cancelled(d, i) {
			continue
		}
		c.countTerm(d, h, p, &tallies[p.target])
	}
	for _, s := range said.topics {
		t := &tallies[s.topic]
		if s.support {
			if t.strong > 0 {
				t.score += publisherSupport
			}
			continue
		}
		t.score += publisherTopic
		t.publisher = true
		t.strong++
		t.evidence = append(t.evidence, s.evidence)
	}
	return c.bestTopics(d, tallies)
}

// countTerm adds one term found.
func (c *Classifier) countTerm(d *document, h hit, p *phrase, t *topicTally) {
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
	rule := "term"
	if p.kind == kindWeak {
		rule = "weak term"
		d.trace.term(h, p.target, weight*termWeak)
		t.weak += weight * termWeak
		t.titled = t.titled || first.field == fieldTitle
	} else {
		d.trace.term(h, p.target, weight)
		t.score += weight
		if !repeated {
			t.strong++
		}
	}
	if len(t.evidence) < evidenceLimit {
		t.evidence = append(t.evidence, d.evidence(rule, int(h.from), int(h.to)))
	}
}

// shadowed reports a term within a longer term of the same topic.
func (c *Classifier) shadowed(d *document, i int) bool {
	h := d.hits[i]
	return c.overlapping(d, i, func(other hit, q *phrase) bool {
		if q.kind != kindTerm && q.kind != kindWeak || other.from > h.from || other.to < h.to {
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

// bestTopics keeps what clears the thresholds. Weak terms count beside a strong one,
// when there are several of them and one stands in the title, or when there are many.
func (c *Classifier) bestTopics(d *document, tallies []topicTally) []feeds.Label {
	least := leastTopic
	if len(d.words) > topicLong {
		least = leastTopicLong
	}
	top := 0.0
	for i := range tallies {
		t := &tallies[i]
		if t.strong > 0 || t.titled && len(t.seen) > 1 || len(t.seen) >= weakEnough {
			t.score += t.weak
		}
		top = max(top, t.score)
	}
	var labels []feeds.Label
	for i, t := range tallies {
		share := leastTopicShare
		if t.strong >= clearlySaid {
			share = leastClearShare
		}
		d.trace.judged(feeds.LabelTopic, int32(i), t.score, max(least, share*top))
		if t.score < least || t.score < share*top || len(t.evidence) == 0 {
			continue
		}
		label := feeds.Label{Kind: feeds.LabelTopic, Value: c.topics[i].Slug, Score: certainty(t.score), By: feeds.ByRule, Evidence: t.evidence}
		if t.publisher {
			label.By = feeds.ByPublisher
		}
		labels = append(labels, label)
	}
	slices.SortStableFunc(labels, func(a, b feeds.Label) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Value, b.Value))
	})
	return labels[:min(len(labels), topicLimit)]
}
