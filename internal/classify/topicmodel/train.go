package topicmodel

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Example is an item whose topics somebody has set.
type Example struct {
	ID       string
	Language string // BCP 47, for figures by language
	Input    Input
	Topics   []string // slugs; those that the model does not know are left out
}

// Options of training. The zero value means the defaults.
type Options struct {
	Version   string
	Epochs    int     // passes over the examples; 30
	Rate      float64 // of learning; 0.2
	Decay     float64 // pull of the weights of words and between topics to nought; 0.1
	LeastSeen int     // examples that a word must stand in; 3
	Threshold float64 // 0.35
	Seed      uint64  // of the order of the examples; 1
}

func (o Options) withDefaults() Options {
	if o.Epochs == 0 {
		o.Epochs = 30
	}
	if o.Rate == 0 {
		o.Rate = 0.2
	}
	if o.Decay == 0 {
		o.Decay = 0.1
	}
	if o.LeastSeen == 0 {
		o.LeastSeen = 3
	}
	if o.Threshold == 0 {
		o.Threshold = 0.35
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	return o
}

// ErrTooFew is returned when there is too little to learn from.
var ErrTooFew = errors.New("too few examples")

// leastExamples is the least number of examples to train on.
const leastExamples = 20

// Train learns from examples by gradient descent with a rate of its own for every
// weight (AdaGrad). topics are the slugs in the order of the examples' inputs.
func Train(topics []string, examples []Example, o Options) (*Model, error) {
	if len(examples) < leastExamples {
		return nil, fmt.Errorf("train topics on %d examples: %w", len(examples), ErrTooFew)
	}
	o = o.withDefaults()
	for i := range examples {
		if in := &examples[i].Input; len(in.Topics) != len(topics) || len(in.Found) != len(topics) {
			return nil, fmt.Errorf("train topics: example %q has %d topics, not %d", examples[i].ID, len(in.Topics), len(topics))
		}
	}
	l := newLearner(topics, examples, o)
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(o.Seed, 0))
	for range o.Epochs {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			l.learn(&examples[i].Input, l.wanted[i])
		}
	}
	return l.model(o), nil
}

// learner holds the weights while they are learnt, each with the sum of its squared
// gradients.
type learner struct {
	topics []string
	wanted [][]bool // by example and topic
	rate   float64
	decay  float64
	signal [SignalCount]weight
	bias   []weight
	cross  []weight
	words  map[uint32][]weight // by hash: of every topic
	active []active            // of the example at hand
	found  []found
}

// active is a word of an example that is learnt.
type active struct {
	weights []weight
	value   float64
}

// found is a topic of which the rules found something in an example.
type found struct {
	topic    int
	strength float64
}

type weight struct{ value, squares float64 }

// move takes one step against the gradient.
func (w *weight) move(gradient, rate float64) {
	w.squares += gradient * gradient
	w.value -= rate * gradient / (1e-3 + math.Sqrt(w.squares))
}

func newLearner(topics []string, examples []Example, o Options) *learner {
	l := &learner{
		topics: topics, rate: o.Rate, decay: o.Decay,
		bias: make([]weight, len(topics)), cross: make([]weight, len(topics)*len(topics)),
		words: map[uint32][]weight{},
	}
	for t := range l.bias {
		l.bias[t].value = -2
	}
	seen := map[uint32]int{}
	for i := range examples {
		wanted := make([]bool, len(topics))
		for _, slug := range examples[i].Topics {
			if t := slices.Index(topics, slug); t >= 0 {
				wanted[t] = true
			}
		}
		l.wanted = append(l.wanted, wanted)
		for _, w := range examples[i].Input.Words {
			seen[w.Hash]++
		}
	}
	for hash, n := range seen {
		if n >= o.LeastSeen {
			l.words[hash] = make([]weight, len(topics))
		}
	}
	return l
}

// learn takes one step for every topic of one example.
func (l *learner) learn(in *Input, wanted []bool) {
	l.active, l.found = l.active[:0], l.found[:0]
	for i := range in.Words {
		if weights := l.words[in.Words[i].Hash]; weights != nil {
			l.active = append(l.active, active{weights, float64(in.Words[i].Value)})
		}
	}
	for u, f := range in.Found {
		if f != 0 {
			l.found = append(l.found, found{u, float64(f)})
		}
	}
	for t := range l.topics {
		z := l.bias[t].value
		for k, s := range in.Topics[t] {
			z += l.signal[k].value * float64(s)
		}
		row := l.cross[t*len(l.topics) : (t+1)*len(l.topics)]
		for _, f := range l.found {
			z += row[f.topic].value * f.strength
		}
		for _, a := range l.active {
			z += a.weights[t].value * a.value
		}
		gradient := sigmoid(z)
		if wanted[t] {
			gradient--
		}
		l.bias[t].move(gradient+l.decay*(l.bias[t].value+2), l.rate)
		for k, s := range in.Topics[t] {
			if s != 0 {
				l.signal[k].move(gradient*float64(s), l.rate)
			}
		}
		for _, f := range l.found {
			w := &row[f.topic]
			w.move(gradient*f.strength+l.decay*w.value, l.rate)
		}
		for _, a := range l.active {
			w := &a.weights[t]
			w.move(gradient*a.value+l.decay*w.value, l.rate)
		}
	}
}

// leastWeight is what a word's weight must come to, to be kept.
const leastWeight = 0.05

// model takes what was learnt, rounded as a file holds it.
func (l *learner) model(o Options) *Model {
	m := &Model{Version: o.Version, Topics: slices.Clone(l.topics), Threshold: o.Threshold, words: map[uint32][]word{}}
	for k := range l.signal {
		m.signals[k] = float32(l.signal[k].value)
	}
	for t := range l.bias {
		m.bias = append(m.bias, float32(l.bias[t].value))
	}
	for i := range l.cross {
		m.cross = append(m.cross, unpack(pack(l.cross[i].value)))
	}
	for hash, weights := range l.words {
		var kept []word
		for t := range weights {
			if v := unpack(pack(weights[t].value)); v >= leastWeight || v <= -leastWeight {
				kept = append(kept, word{int32(t), v})
			}
		}
		if kept != nil {
			m.put(hash, kept)
		}
	}
	return m
}
