package topicmodel

import (
	"math"
	"slices"
)

// Signals are what the rules know of one topic in one item. They have the same weights
// for every topic and every language.
type Signals [SignalCount]float32

// SignalCount is the number of signals of a topic.
const SignalCount = 14

// Word is one word, or two words in a row, of an item.
type Word struct {
	Hash  uint32
	Value float32 // how much it counts: more in the title
	At    int32   // which word of the item, for evidence; the model does not look at it
	Span  int32   // one word or two
}

// Input is an item as the model sees it. Topics are in the order of Model.Topics.
type Input struct {
	Topics []Signals
	Found  []float32 // by topic: the strength of what the rules found, for the weights between topics
	Words  []Word    // each hash once
}

// Model is a trained model. It never changes, so any number of goroutines may use it.
type Model struct {
	Version   string   // names the training data, for labels and reports
	Topics    []string // slugs
	Threshold float64  // the least probability of a label
	signals   Signals
	bias      []float32         // by topic
	cross     []float32         // topic * len(Topics) + found topic
	words     map[uint32][]word // by hash
	sieve     [1 << 11]uint32   // a bit for every word, by the upper half of its hash: most words are of none
}

// word is the weight of a word for one topic.
type word struct {
	topic  int32
	weight float32
}

// Score gives the probability of every topic. It writes into scores, which must be as
// long as Topics, and returns it.
func (m *Model) Score(in *Input, scores []float64) []float64 {
	for t := range scores {
		z := float64(m.bias[t])
		for k, s := range in.Topics[t] {
			z += float64(s * m.signals[k])
		}
		row := m.cross[t*len(m.Topics) : (t+1)*len(m.Topics)]
		for u, f := range in.Found {
			if f != 0 {
				z += float64(f * row[u])
			}
		}
		scores[t] = z
	}
	for i := range in.Words {
		for _, w := range m.words[in.Words[i].Hash] {
			scores[w.topic] += float64(w.weight * in.Words[i].Value)
		}
	}
	for t, z := range scores {
		scores[t] = sigmoid(z)
	}
	return scores
}

// Strongest gives the words that speak most for a topic, strongest first, at most n.
func (m *Model) Strongest(in *Input, topic, n int) []Word {
	var out []Word
	for _, w := range in.Words {
		for _, x := range m.words[w.Hash] {
			if int(x.topic) == topic && x.weight > 0 {
				out = append(out, Word{Hash: w.Hash, Value: x.weight * w.Value, At: w.At, Span: w.Span})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Word) int {
		if a.Value != b.Value {
			if a.Value > b.Value {
				return -1
			}
			return 1
		}
		return int(a.At - b.At)
	})
	return out[:min(len(out), n)]
}

// Knows reports a word that the model has a weight for.
func (m *Model) Knows(hash uint32) bool {
	if m.sieve[hash>>21]&(1<<(hash>>16&31)) == 0 {
		return false
	}
	_, ok := m.words[hash]
	return ok
}

// put keeps the weights of a word.
func (m *Model) put(hash uint32, weights []word) {
	m.words[hash] = weights
	m.sieve[hash>>21] |= 1 << (hash >> 16 & 31)
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
