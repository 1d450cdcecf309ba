package topicmodel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// The file: a magic number; the version and the slugs as texts with their length; the
// threshold, the signals' weights and the biases as float32; the weights between topics
// as bytes; then the words, in order of their hash: how far the hash is from the one
// before, how many topics, and for each the topic and its weight. Numbers are varints.
const magic = "topics1\n"

// step is what one step of a weight in a byte means: weights lie between -8 and 8.
const step = 1.0 / 16

func pack(v float64) int8    { return int8(max(-127, min(127, math.Round(v/step)))) }
func unpack(b int8) float32  { return float32(b) * step }
func byteOf(v float32) byte  { return byte(pack(float64(v))) }
func floatOf(b byte) float32 { return unpack(int8(b)) }

// Limits of a file: what is larger is no model of ours.
const (
	maxTopics = 500
	maxWords  = 1 << 20
	maxText   = 1 << 10
)

// ErrNoModel is returned for bytes that are no model.
var ErrNoModel = errors.New("no topic model")

// Encode writes a model. The same model gives the same bytes.
func (m *Model) Encode() []byte {
	var b []byte
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	float := func(f float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(f)) }
	b = append(b, magic...)
	text(m.Version)
	b = binary.AppendUvarint(b, uint64(len(m.Topics)))
	for _, slug := range m.Topics {
		text(slug)
	}
	float(float32(m.Threshold))
	for _, w := range m.signals {
		float(w)
	}
	for _, w := range m.bias {
		float(w)
	}
	for _, w := range m.cross {
		b = append(b, byteOf(w))
	}
	b = binary.AppendUvarint(b, uint64(len(m.words)))
	previous := uint32(0)
	for _, hash := range slices.Sorted(maps.Keys(m.words)) {
		b = binary.AppendUvarint(b, uint64(hash-previous))
		previous = hash
		b = binary.AppendUvarint(b, uint64(len(m.words[hash])))
		for _, w := range m.words[hash] {
			b = binary.AppendUvarint(b, uint64(w.topic))
			b = append(b, byteOf(w.weight))
		}
	}
	return b
}

// Decode reads a model. Bytes of another kind, cut short or beyond the limits give
// ErrNoModel.
func Decode(b []byte) (*Model, error) {
	rest, ok := bytes.CutPrefix(b, []byte(magic))
	if !ok {
		return nil, fmt.Errorf("read topic model: %w", ErrNoModel)
	}
	r := &reader{rest: rest}
	m := &Model{Version: r.text(), words: map[uint32][]word{}}
	for range r.count(maxTopics) {
		m.Topics = append(m.Topics, r.text())
	}
	m.Threshold = float64(r.float())
	for k := range m.signals {
		m.signals[k] = r.float()
	}
	for range m.Topics {
		m.bias = append(m.bias, r.float())
	}
	for range len(m.Topics) * len(m.Topics) {
		m.cross = append(m.cross, floatOf(r.byte()))
		if r.bad {
			break
		}
	}
	hash := uint64(0)
	for range r.count(maxWords) {
		hash += r.number()
		var weights []word
		for range r.count(uint64(len(m.Topics))) {
			w := word{int32(r.count(uint64(len(m.Topics)))), floatOf(r.byte())}
			r.bad = r.bad || int(w.topic) >= len(m.Topics)
			weights = append(weights, w)
		}
		if r.bad || hash > math.MaxUint32 {
			r.bad = true
			break
		}
		m.put(uint32(hash), weights)
	}
	if r.bad || len(r.rest) > 0 || !(m.Threshold > 0 && m.Threshold < 1) {
		return nil, fmt.Errorf("read topic model: %w", ErrNoModel)
	}
	return m, nil
}

// reader takes values off bytes. After the first that is not there it is bad and gives
// nought.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.rest)
	if size <= 0 {
		r.bad, r.rest = true, nil
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

// count reads a number up to a limit.
func (r *reader) count(limit uint64) uint64 {
	n := r.number()
	if n > limit {
		r.bad, r.rest = true, nil
		return 0
	}
	return n
}

func (r *reader) take(n int) []byte {
	if n > len(r.rest) {
		r.bad, r.rest = true, nil
		return make([]byte, min(n, maxText))
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) byte() byte   { return r.take(1)[0] }
func (r *reader) text() string { return string(r.take(int(r.count(maxText)))) }

func (r *reader) float() float32 {
	f := math.Float32frombits(binary.LittleEndian.Uint32(r.take(4)))
	if f != f || math.IsInf(float64(f), 0) {
		r.bad = true
		return 0
	}
	return f
}
