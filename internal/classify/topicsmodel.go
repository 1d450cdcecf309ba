package classify

import (
	"math"
	"slices"

	"tributary/feeds"
	"tributary/internal/classify/topicmodel"
)

// What an item's words count for the model, and how much of an item it reads.
const (
	wordInTitle = 1.5
	wordInText  = 1.0
	wordsRead   = 400
	// leastKept is the share of the model's threshold from which on a topic stays that
	// the rules chose: the model sees fewer subjects than the terms were written for.
	leastKept = 0.75
)

// fits reports a model of exactly the taxonomy's topics, in their order. One that was
// trained for other topics would weigh the wrong terms.
func (c *Classifier) fits(m *topicmodel.Model) bool { return slices.Equal(c.Topics(), m.Topics) }

// Topics lists the slugs of the taxonomy's topics in its order: the topics of a model
// that is trained on Example.
func (c *Classifier) Topics() []string {
	slugs := make([]string, len(c.topics))
	for i, t := range c.topics {
		slugs[i] = t.Slug
	}
	return slugs
}

// Example reads an item as labelling would and gives it to a trainer with the topics
// that somebody set.
func (c *Classifier) Example(id string, it Item, topics []string) topicmodel.Example {
	d := &document{}
	language := c.read(d, it)
	said := c.readCategories(it)
	tallies, anchored := c.tallyTopics(d, said)
	c.chooseTopics(d, tallies)
	return topicmodel.Example{ID: id, Language: language.read, Input: *d.modelInput(nil, tallies, anchored), Topics: topics}
}

// modelLabels gives the topics that the model finds probable. Each has evidence: the
// terms of the rules, or the words that weigh most.
func (c *Classifier) modelLabels(d *document, tallies []topicTally, anchored bool) []feeds.Label {
	in := d.modelInput(c.model, tallies, anchored)
	d.scores = slices.Grow(d.scores[:0], len(tallies))[:len(tallies)]
	var labels []feeds.Label
	for i, p := range c.model.Score(in, d.scores) {
		t := &tallies[i]
		least := c.model.Threshold
		if t.chosen {
			least *= leastKept
		}
		// In an item about something else the model adds nothing: it has seen too little of
		// the rest of the world.
		if (p < least || !t.chosen && !anchored) && !t.publisher {
			d.trace.improbable(int32(i), p, least)
			continue
		}
		label := c.topicLabel(d, i, t, max(0.01, math.Round(100*p)/100))
		if !t.chosen && !t.publisher {
			label.By = feeds.ByModel
		}
		if len(label.Evidence) < 2 {
			for _, w := range c.model.Strongest(in, i, evidenceLimit-2) {
				label.Evidence = append(label.Evidence, d.evidence("model", int(w.At), int(w.At+w.Span)))
			}
		}
		if len(label.Evidence) > 0 {
			labels = append(labels, label)
		}
	}
	return labels
}

// modelInput writes what is known of an item as numbers.
func (d *document) modelInput(m *topicmodel.Model, tallies []topicTally, anchored bool) *topicmodel.Input {
	in := &d.input
	in.Topics, in.Found = in.Topics[:0], in.Found[:0]
	top, chosen := 0.0, 0
	for i := range tallies {
		top = max(top, tallies[i].score+tallies[i].weak)
		if tallies[i].chosen {
			chosen++
		}
	}
	length := float32(math.Log1p(float64(len(d.words)))) / 6
	for i := range tallies {
		t := &tallies[i]
		var s topicmodel.Signals
		all := t.score + t.weak
		if all > 0 {
			s = topicmodel.Signals{
				1, float32(math.Log1p(t.score)), float32(math.Log1p(t.weak)), float32(all / top),
				flag(t.strongTitle), flag(t.opening), float32(min(t.strong, 4)) / 4, flag(all == top), flag(t.chosen),
				flag(anchored), length, float32(min(chosen, 4)) / 4, flag(t.titled), flag(t.publisher),
			}
		}
		in.Topics = append(in.Topics, s)
		in.Found = append(in.Found, float32(math.Log1p(all)))
	}
	d.modelWords(m)
	return in
}

// modelWords lists the words, and the pairs of words, that the model knows; all of them
// when there is no model yet.
func (d *document) modelWords(m *topicmodel.Model) {
	in := &d.input
	in.Words = in.Words[:0]
	met := map[uint32]bool(nil)
	if m == nil {
		met = map[uint32]bool{}
	}
	n := 0
	take := func(hash uint32, value float32, at, span int) {
		n++
		switch {
		case m == nil && met[hash], m != nil && !m.Knows(hash):
			return
		case m == nil:
			met[hash] = true
		case slices.ContainsFunc(in.Words, func(w topicmodel.Word) bool { return w.Hash == hash }):
			return
		}
		in.Words = append(in.Words, topicmodel.Word{Hash: hash, Value: value, At: int32(at), Span: int32(span)})
	}
	for i := range d.words[:min(len(d.words), wordsRead)] {
		w := &d.words[i]
		if w.hash == 0 || w.flags&(wordBoilerplate|wordDateline) != 0 {
			continue
		}
		value := float32(wordInText)
		if w.field == fieldTitle {
			value = wordInTitle
		}
		take(w.hash, value, i, 1)
		if i+1 < len(d.words) {
			if next := &d.words[i+1]; next.hash != 0 && next.field == w.field && next.flags&(wordBroken|wordBoilerplate) == 0 {
				take(w.hash*hashPrime^next.hash, value, i, 2)
			}
		}
	}
	// A long item must not outweigh a short one.
	norm := float32(4 / math.Sqrt(float64(n+16)))
	for i := range in.Words {
		in.Words[i].Value *= norm
	}
}

// The FNV-1a hash in 32 bits.
const (
	hashStart = 2166136261
	hashPrime = 16777619
)

// hashWord is the hash of a folded word; 0 for numbers and single letters, which say
// nothing of a topic. The Arabic article and "and" before it do not count.
func hashWord(folded []byte) uint32 {
	if len(folded) < 2 || folded[0] <= '9' {
		return 0
	}
	if len(folded) > 8 && folded[0] >= 0xD8 {
		for _, lead := range [...]string{"وال", "ال"} {
			if len(folded) > len(lead)+4 && string(folded[:len(lead)]) == lead {
				folded = folded[len(lead):]
				break
			}
		}
	}
	h := uint32(hashStart)
	for _, b := range folded {
		h = (h ^ uint32(b)) * hashPrime
	}
	return max(h, 1)
}

func flag(b bool) float32 {
	if b {
		return 1
	}
	return 0
}
