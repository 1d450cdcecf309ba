package topicmodel_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"tributary/internal/classify/topicmodel"
)

var topics = []string{"boats", "camps", "papers"}

// examples are items in which the word 100+t, and what the rules found, speak for topic
// t. Word 7 stands everywhere and says nothing.
func examples() []topicmodel.Example {
	var out []topicmodel.Example
	for i := range 60 {
		t := i % len(topics)
		in := topicmodel.Input{Topics: make([]topicmodel.Signals, len(topics)), Found: make([]float32, len(topics))}
		in.Words = []topicmodel.Word{{Hash: 7, Value: 1, Span: 1}, {Hash: uint32(100 + t), Value: 1, At: 1, Span: 1}}
		if i%2 == 0 {
			in.Topics[t] = topicmodel.Signals{1, 1, 0, 1}
			in.Found[t] = 1
		}
		out = append(out, topicmodel.Example{ID: string(rune('a' + i)), Language: []string{"en", "fr"}[i%2], Input: in, Topics: topics[t : t+1]})
	}
	return out
}

func train(t testing.TB) *topicmodel.Model {
	t.Helper()
	m, err := topicmodel.Train(topics, examples(), topicmodel.Options{Version: "test", Decay: 0.001})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTrainLearns(t *testing.T) {
	m := train(t)
	r := topicmodel.Evaluate(m, examples())
	if r.All.F1() < 0.95 || r.Macro() < 0.95 || len(r.ByLanguage) != 2 {
		t.Errorf("F1 %.2f, macro %.2f, languages %v", r.All.F1(), r.Macro(), r.ByLanguage)
	}
	in := examples()[1].Input // camps, by its word alone
	strongest := m.Strongest(&in, 1, 3)
	if len(strongest) == 0 || strongest[0].Hash != 101 || strongest[0].At != 1 {
		t.Errorf("the strongest words of camps are %v", strongest)
	}
	if slices.ContainsFunc(m.Strongest(&in, 0, 3), func(w topicmodel.Word) bool { return w.Hash == 101 }) {
		t.Error("the word of camps speaks for boats")
	}
}

func TestTrainIsDeterministic(t *testing.T) {
	if !bytes.Equal(train(t).Encode(), train(t).Encode()) {
		t.Error("two trainings on one set of examples differ")
	}
}

func TestTrainRefuses(t *testing.T) {
	if _, err := topicmodel.Train(topics, examples()[:5], topicmodel.Options{}); !errors.Is(err, topicmodel.ErrTooFew) {
		t.Errorf("five examples: %v", err)
	}
	if _, err := topicmodel.Train(topics[:2], examples(), topicmodel.Options{}); err == nil {
		t.Error("examples of three topics are taken for two")
	}
}

// The rounding of training is the file's: what is read scores as what was written.
func TestFileKeepsScores(t *testing.T) {
	m := train(t)
	back, err := topicmodel.Decode(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples() {
		want := slices.Clone(m.Score(&e.Input, make([]float64, len(topics))))
		if got := back.Score(&e.Input, make([]float64, len(topics))); !slices.Equal(got, want) {
			t.Fatalf("%s: %v, want %v", e.ID, got, want)
		}
	}
	if back.Version != "test" || !slices.Equal(back.Topics, topics) {
		t.Errorf("version %q, topics %v", back.Version, back.Topics)
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := train(t).Encode()
	for name, b := range map[string][]byte{
		"nothing":      nil,
		"another kind": []byte("version: 1\n"),
		"cut short":    whole[:len(whole)-1],
		"cut in words": whole[:len(whole)/2],
		"too long":     append(slices.Clone(whole), 0),
	} {
		if _, err := topicmodel.Decode(b); !errors.Is(err, topicmodel.ErrNoModel) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReport(t *testing.T) {
	var r topicmodel.Report
	r.Add("en", []string{"boats", "camps"}, []string{"boats", "papers"})
	r.Add("fr", []string{"papers"}, []string{"papers"})
	// 2 right, 1 wrong, 1 missed: 4/6. boats 1, camps 0, papers 2/3.
	if got := r.All.F1(); got < 0.6666 || got > 0.6667 {
		t.Errorf("micro F1 %v", got)
	}
	if got := r.Macro(); got < 0.5555 || got > 0.5556 {
		t.Errorf("macro F1 %v", got)
	}
	if r.ByLanguage["fr"].F1() != 1 {
		t.Errorf("French %v", r.ByLanguage["fr"])
	}
}

// Any bytes are a model that can score, and is written as it was read, or are refused.
func FuzzDecode(f *testing.F) {
	whole := train(f).Encode()
	f.Add(whole)
	f.Add(whole[:40])
	f.Add([]byte("topics1\n\x00\x01\x01a"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := topicmodel.Decode(b)
		if err != nil {
			return
		}
		n := len(m.Topics)
		in := topicmodel.Input{Topics: make([]topicmodel.Signals, n), Found: make([]float32, n), Words: []topicmodel.Word{{Hash: 7, Value: 1}}}
		m.Label(&in)
		if _, err := topicmodel.Decode(m.Encode()); err != nil {
			t.Errorf("what was written cannot be read: %v", err)
		}
	})
}
