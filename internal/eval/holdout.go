package eval

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// ErrTooLittle says that there is too little to learn from or to judge by.
var ErrTooLittle = errors.New("too little to learn from or to judge by")

// Trainer makes a labeller of labelled items. The same items make the same labeller.
type Trainer interface {
	Train(ctx context.Context, items []GoldItem) (Labeller, error)
}

// Labeller labels items.
type Labeller interface {
	Label(it *GoldItem) Prediction
}

// HoldOut judges a trainer on items it was not trained on: part says which part an item
// is of, and each part is labelled by what was trained on all the others, and on those
// of the further items that are not of that part either. The report is that of all
// items, each judged once; the further ones are not judged.
func HoldOut(ctx context.Context, items, further []GoldItem, part func(*GoldItem) string, t Trainer) (ClassifyReport, error) {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b GoldItem) int { return cmp.Compare(a.ID, b.ID) })
	parts := map[string][]int{}
	for i := range items {
		p := part(&items[i])
		parts[p] = append(parts[p], i)
	}
	if len(parts) < 2 {
		return ClassifyReport{}, fmt.Errorf("hold out: %s in %s: %w", counted(len(items), "item"), counted(len(parts), "part"), ErrTooLittle)
	}
	j := NewJudge()
	for _, p := range slices.Sorted(maps.Keys(parts)) {
		var rest []GoldItem
		for _, from := range [][]GoldItem{further, items} {
			for i := range from {
				if part(&from[i]) != p {
					rest = append(rest, from[i])
				}
			}
		}
		l, err := t.Train(ctx, rest)
		if err != nil {
			return ClassifyReport{}, fmt.Errorf("train without %s: %w", plain(p), err)
		}
		for _, i := range parts[p] {
			answer := l.Label(&items[i])
			j.Add(&items[i], &answer)
		}
	}
	return j.Report(), nil
}

// Folds parts items into n by chance, the same for the same seed whatever the order of
// the items; copies of one story stay together.
func Folds(n int, seed uint64) func(*GoldItem) string {
	return func(it *GoldItem) string { return fmt.Sprintf("fold %d", fold(family(it), n, seed)+1) }
}

// Languages parts items by their declared language.
func Languages(it *GoldItem) string { return it.Lang }

func fold(family string, n int, seed uint64) int {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", seed, family))
	return int(binary.BigEndian.Uint64(sum[:8]) % uint64(max(1, n)))
}

// family is the same for copies of one story and for a series of reports under one
// headline: a learner who saw one of them knows the others. It is the title without
// its numbers and signs, or the id where the title says too little.
func family(it *GoldItem) string {
	const enough = 12 // letters
	var b strings.Builder
	n := 0
	for _, r := range it.Title {
		if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToLower(r))
			n++
		}
	}
	if n < enough {
		return "id " + it.ID
	}
	return "title " + b.String()
}
