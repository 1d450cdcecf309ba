package classify

import "tributary/feeds"

// trace hears what labelling does, for Explain. A nil trace hears nothing: labelling
// calls it once a mention and once a verdict, and pays a comparison for it.
type trace struct {
	target   int32 // that the mention under way stands for
	mentions map[weighedMention]weighed
	terms    map[weighedTerm]float64
	verdicts map[verdictOf]verdict
	doubts   map[int32]verdict // of the topic model, by topic
}

// weighedMention is a run of words as mention of a country or region.
type weighedMention struct {
	from, to, target int32
	region           bool
}

// weighed is what a mention counted for.
type weighed struct {
	rule   string
	weight float64
}

// weighedTerm is a run of words as term of a topic.
type weighedTerm struct{ from, to, topic int32 }

// verdictOf names a label by the place of its value in the taxonomy.
type verdictOf struct {
	kind   feeds.LabelKind
	target int32
}

// verdict is the score a label reached and the one it needed.
type verdict struct{ score, need float64 }

func newTrace() *trace {
	return &trace{mentions: map[weighedMention]weighed{}, terms: map[weighedTerm]float64{}, verdicts: map[verdictOf]verdict{}, doubts: map[int32]verdict{}}
}

// meant hears which country or region the mention stands for that is counted next.
func (t *trace) meant(target int32) {
	if t != nil {
		t.target = target
	}
}

// counted hears by which rule a mention counts, and how much.
func (t *trace) counted(m *mention, rule string, weight float64) {
	if t != nil {
		t.mentions[weighedMention{m.from, m.to, t.target, m.kind == kindRegion}] = weighed{rule, weight}
	}
}

// term hears what a term counts for its topic.
func (t *trace) term(h hit, topic int32, weight float64) {
	if t != nil {
		t.terms[weighedTerm{h.from, h.to, topic}] = weight
	}
}

// improbable hears that the model finds a topic less probable than it must be.
func (t *trace) improbable(topic int32, p, need float64) {
	if t != nil {
		t.doubts[topic] = verdict{p, need}
	}
}

// judged hears the score that a label reached and the one it needed.
func (t *trace) judged(kind feeds.LabelKind, target int32, score, need float64) {
	if t != nil {
		t.verdicts[verdictOf{kind, target}] = verdict{score, need}
	}
}
