package dedupe

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// retold are the entries of several worlds, and each again as it might be told elsewhere:
// under other dates, places, sources, titles and figures, without a date, and so on.
func retold(seed uint64) []Print {
	rnd := rand.New(rand.NewPCG(seed, 5))
	prints := Prints(tell(seed))
	for i := range len(prints) {
		p, other := prints[i], &prints[rnd.IntN(len(prints))]
		p.Entry += int64(rnd.IntN(1000)) + 1
		p.Slug, p.Text, p.Addresses = p.Slug*uint64(rnd.IntN(2)), p.Text*uint64(rnd.IntN(2)), nil
		p.Updated = rnd.IntN(6) == 0
		for range 1 + rnd.IntN(3) {
			switch rnd.IntN(8) {
			case 0:
				p.Published = p.Published.Add(time.Duration(rnd.IntN(100*24)) * time.Hour)
			case 1:
				p.Published = time.Time{}
			case 2:
				p.Primary, p.Countries = other.Primary, other.Countries
			case 3:
				p.Title, p.Headline, p.Masked, p.TitleNames = other.Title, other.Headline, other.Masked, other.TitleNames
			case 4:
				p.Title = slices.Delete(slices.Clone(p.Title), 0, min(1, len(p.Title)))
				p.Headline++
			case 5:
				p.Numbers = other.Numbers
			case 6:
				p.Numbers = slices.Sorted(slices.Values(append(slices.Clone(p.Numbers), uint64(1000*rnd.IntN(5000)))))
			case 7:
				p.Shingles = slices.Delete(slices.Clone(p.Shingles), 0, rnd.IntN(1+len(p.Shingles)))
			}
		}
		prints = append(prints, p)
	}
	return prints
}

func TestNeverSameIsRight(t *testing.T) {
	never, not := 0, 0
	for seed := range uint64(worlds) {
		prints := retold(seed)
		for i := range prints {
			for j := range i {
				v := Verify(&prints[i], &prints[j], DefaultWindows)
				if !v.Same {
					not++
				}
				if !NeverSame(&prints[i], &prints[j], DefaultWindows) {
					continue
				}
				never++
				if v.Same {
					t.Fatalf("seed %d, %d and %d: never the same, and %s, %+v", seed, i, j, v.Reason, v.Signals)
				}
			}
		}
	}
	if 3*never < not {
		t.Errorf("of %d pairs that are not one story only %d were told at once", not, never)
	}
}

// TestAskingLessDecidesTheSame: what keeps entries apart that nothing brings together makes
// no difference.
func TestAskingLessDecidesTheSame(t *testing.T) {
	for seed := range uint64(worlds) {
		prints := retold(seed)
		rnd := rand.New(rand.NewPCG(seed, 6))
		rnd.Shuffle(len(prints), func(i, j int) { prints[i], prints[j] = prints[j], prints[i] })
		members := make([]Member, len(prints))
		for i := range prints {
			members[i] = Member{Print: prints[i], Fresh: i%3 > 0}
			if i%3 == 0 {
				members[i].Story = []string{"a", "b", "c", "d"}[rnd.IntN(4)]
				members[i].Held = rnd.IntN(3) == 0
			}
		}
		first := map[string]bool{}
		for i := range members {
			if s := members[i].Story; s != "" && !first[s] {
				first[s], members[i].Lead = true, true
			}
		}
		refs := make([]*Print, len(members))
		for i := range members {
			refs[i] = &members[i].Print
		}
		rulings := &Rulings{Together: [][2]int64{{prints[1].Entry, prints[2].Entry}}, Apart: [][2]int64{{prints[3].Entry, prints[4].Entry}}}
		_, all := parted(members, refs, rulings, DefaultWindows, true)
		_, some := parted(members, refs, rulings, DefaultWindows, false)
		if !slices.Equal(all, some) {
			t.Fatalf("seed %d: stories\n%v\nand when less was asked\n%v", seed, all, some)
		}
	}
}
