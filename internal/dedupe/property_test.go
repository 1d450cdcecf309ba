package dedupe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tributary/feeds"
)

// tale is a maker of items out of invented words.
type tale struct {
	rnd   *rand.Rand
	items []Item
}

// word is of a vowel pattern that each language has for itself.
func (w *tale) word(vowels string) string {
	var b strings.Builder
	for range 2 + w.rnd.IntN(3) {
		b.WriteByte("bdfgklmnprstvz"[w.rnd.IntN(14)])
		b.WriteByte(vowels[w.rnd.IntN(len(vowels))])
	}
	return b.String()
}

func (w *tale) words(n int, vowels string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = w.word(vowels)
	}
	return out
}

func title(words []string) string {
	out := slices.Clone(words)
	for i := range out {
		out[i] = strings.ToUpper(out[i][:1]) + out[i][1:]
	}
	return strings.Join(out, " ")
}

func (w *tale) put(lang, title, text string, at time.Time, countries ...string) {
	id := "e" + strconv.Itoa(len(w.items))
	source := "s" + strconv.Itoa(w.rnd.IntN(5))
	l := Labelled{Language: lang, Countries: countries, Topics: []string{"returns"}}
	if len(countries) > 0 {
		l.Primary = countries[0]
	}
	e := feeds.Entry{ID: id, Title: title, Link: "https://" + source + ".example/" + id, Language: lang}
	if w.rnd.IntN(8) == 0 {
		e.Link = "https://one.example/page" // which several have
	}
	w.items = append(w.items, Item{ID: id, Source: source, Text: text, Published: at, Labelled: l, Entry: e})
}

// tell invents releases with copies, cuts, updates, reprints in another order, translations
// that share figures and names, digests, and issues of a series.
func tell(seed uint64) []Item {
	w := &tale{rnd: rand.New(rand.NewPCG(seed, 11))}
	noon := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	var digest []string
	for release := range 6 {
		at := noon.Add(time.Duration(release*w.rnd.IntN(40)) * time.Hour)
		country := string([]byte{'A' + byte(w.rnd.IntN(20)), 'A' + byte(w.rnd.IntN(20))})
		names := w.words(3, "aeiou")
		figures := []int{1000 + w.rnd.IntN(9000), 100 + w.rnd.IntN(800), 11 + w.rnd.IntN(80)}
		body := func(vowels string) []string {
			var out []string
			for i := range 5 {
				s := w.words(8+w.rnd.IntN(8), vowels)
				s[len(s)/2] = title(names[i%3 : i%3+1])
				out = append(out, fmt.Sprintf("%s %d %s.", strings.Join(s, " "), figures[i%3], w.word(vowels)))
			}
			return out
		}
		head, text := w.words(6, "aeiou"), body("aeiou")
		put := func(title string, sentences []string, hours int) {
			w.put("en", title, strings.Join(sentences, " "), at.Add(time.Duration(hours)*time.Hour), country)
		}
		put(title(head), text, 0)
		put(title(head), text, 1)
		put(title(head), text[:1+w.rnd.IntN(3)], 2)
		put("UPDATE: "+title(head), append([]string{strings.ReplaceAll(text[0], strconv.Itoa(figures[0]), strconv.Itoa(figures[0]+7))}, text[1:]...), 5)
		mixed := slices.Clone(text)
		w.rnd.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		put(title(w.words(5, "aeiou")), mixed, 6)
		for i, lang := range []string{"fr", "es"} {
			w.put(lang, title(w.words(5, []string{"ou", "ie"}[i])), strings.Join(body([]string{"ou", "ie"}[i])[:2+w.rnd.IntN(4)], " "), at.Add(time.Duration(8+i)*time.Hour), country)
		}
		for issue := range 3 {
			put(fmt.Sprintf("%s No. %d", title(head[:3]), 10+issue), append(slices.Clone(text[:3]), fmt.Sprintf("%s %d.", w.word("aeiou"), w.rnd.IntN(900))), 24*issue)
		}
		digest = append(digest, text[0])
		if release%3 == 2 {
			w.put("en", "Weekly digest", strings.Join(digest, "\n"), at.Add(30*time.Hour))
		}
	}
	w.put("en", "", "", noon)
	w.put("", "More soon", "More soon.", noon)
	return w.items
}

// sets are the stories as sets of ids, whatever they are called.
func sets(items []Item, names []string) []string {
	by := map[string][]string{}
	for i, name := range names {
		by[name] = append(by[name], items[i].ID)
	}
	out := make([]string, 0, len(by))
	for _, ids := range by {
		slices.Sort(ids)
		out = append(out, strings.Join(ids, " "))
	}
	slices.Sort(out)
	return out
}

const worlds = 20

func TestComparingIsSymmetric(t *testing.T) {
	said := map[Reason]int{}
	for seed := range uint64(worlds) {
		prints := Prints(tell(seed))
		for i := range prints {
			for j := range i {
				a, b := &prints[i], &prints[j]
				if x, y := Compare(a, b), Compare(b, a); x != y {
					t.Fatalf("seed %d, %d and %d: signals\n%+v\nthe other way round\n%+v", seed, i, j, x, y)
				}
				x, y := Verify(a, b, DefaultWindows), Verify(b, a, DefaultWindows)
				if x != y {
					t.Fatalf("seed %d, %d and %d: %+v\nthe other way round %+v", seed, i, j, x, y)
				}
				if x.Same && x.Apart || x.Same != (x.Strength > 0) || x.Strength > 1 {
					t.Fatalf("seed %d, %d and %d: %+v", seed, i, j, x)
				}
				said[x.Reason]++
			}
		}
	}
	for _, r := range []Reason{ByAddress, ByText, ByCopy, ByFigures, OtherIssue, OtherParts, OtherEntry, Nothing} {
		if said[r] == 0 {
			t.Errorf("no pair is decided by %q: the worlds prove too little", r)
		}
	}
}

func TestStoriesDoNotDependOnTheOrder(t *testing.T) {
	for seed := range uint64(worlds) {
		items := tell(seed)
		want := sets(items, Group(items, DefaultWindows))
		if len(want) < 6 || len(want) > len(items)-6 {
			t.Fatalf("seed %d: %d stories of %d items prove nothing", seed, len(want), len(items))
		}
		rnd := rand.New(rand.NewPCG(seed, 12))
		for range 3 {
			rnd.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
			if got := sets(items, Group(items, DefaultWindows)); !slices.Equal(got, want) {
				t.Fatalf("seed %d: %d stories in one order, %d in another\n%s\n\n%s", seed, len(want), len(got), strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		}
	}
}

// Partition takes links in any order, and any that are given.
func TestPartitionDoesNotDependOnTheOrder(t *testing.T) {
	for seed := range uint64(400) {
		rnd := rand.New(rand.NewPCG(seed, 13))
		n := 2 + rnd.IntN(12)
		prints := make([]*Print, n)
		for i := range prints {
			prints[i] = &Print{Entry: int64(100 + i), Language: []string{"en", "fr", "ar"}[rnd.IntN(3)]}
		}
		var links []Link
		for i := range n {
			for j := range i {
				l := Link{A: j, B: i, Reason: []Reason{ByCopy, ByFigures}[rnd.IntN(2)], Strength: float64(1+rnd.IntN(4)) / 4}
				switch rnd.IntN(5) {
				case 0:
					l.Apart, l.Strength = true, 0
				case 1, 2:
					l.Same = true
				default:
					continue
				}
				links = append(links, l)
			}
		}
		named := func(prints []*Print, roots []int) map[[2]int64]bool {
			together := map[[2]int64]bool{}
			for i := range prints {
				for j := range prints {
					together[[2]int64{prints[i].Entry, prints[j].Entry}] = roots[i] == roots[j]
				}
			}
			return together
		}
		want := named(prints, Partition(prints, links))
		for _, l := range links {
			if l.Apart && want[[2]int64{prints[l.A].Entry, prints[l.B].Entry}] {
				t.Fatalf("seed %d: %d and %d are apart, and together", seed, l.A, l.B)
			}
		}
		order := rnd.Perm(n) // new place -> old one
		at := make([]int, n)
		moved := make([]*Print, n)
		for to, from := range order {
			moved[to], at[from] = prints[from], to
		}
		shuffled := slices.Clone(links)
		for i := range shuffled {
			l := &shuffled[i]
			l.A, l.B = min(at[l.A], at[l.B]), max(at[l.A], at[l.B])
		}
		rnd.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got := named(moved, Partition(moved, shuffled))
		for pair, together := range want {
			if got[pair] != together {
				t.Fatalf("seed %d: %v together: %v in one order, %v in another; links %+v", seed, pair, together, got[pair], links)
			}
		}
	}
}

// What is kept as it was decided is decided the same again: nothing moves.
func TestRegroupingAgainMovesNothing(t *testing.T) {
	for seed := range uint64(worlds) {
		items := tell(seed)
		prints := Prints(items)
		names := GroupPrints(prints, DefaultWindows)
		for _, fresh := range []bool{false, true} {
			members, led := make([]Member, len(prints)), map[string]bool{}
			for i := range prints {
				members[i] = Member{Print: prints[i], Story: names[i], Lead: !led[names[i]], Fresh: fresh}
				led[names[i]] = true
			}
			plan := Regroup(members, nil, DefaultWindows)
			if len(plan.Merged) > 0 {
				t.Fatalf("seed %d, fresh %v: merged %v", seed, fresh, plan.Merged)
			}
			for i, p := range plan.Placements {
				if p.Story != names[i] {
					t.Fatalf("seed %d, fresh %v: %s moved from %s to %q", seed, fresh, items[i].ID, names[i], p.Story)
				}
			}
		}
	}
}

// A print says after the store what it said before, and stays small.
func TestPrintsComeBack(t *testing.T) {
	for seed := range uint64(worlds) {
		prints := Prints(tell(seed))
		kept := make([]Print, len(prints))
		for i := range prints {
			roundTrip(t, &prints[i])
			body := prints[i].Encode()
			if len(body) > 2560 {
				t.Errorf("seed %d: a print of %d bytes", seed, len(body))
			}
			p, err := DecodePrint(prints[i].Entry, prints[i].Source, body)
			if err != nil {
				t.Fatal(err)
			}
			kept[i] = p
		}
		for i := range kept {
			for j := range i {
				if x, y := Verify(&prints[i], &prints[j], DefaultWindows), Verify(&prints[i], &kept[j], DefaultWindows); x != y {
					t.Fatalf("seed %d, %d and %d: %+v, kept %+v", seed, i, j, x, y)
				}
			}
		}
	}
}

// Whatever entries are one story by a chain is linked from end to end, and what is not one
// has no chain.
func TestEveryStoryHasItsChains(t *testing.T) {
	for seed := range uint64(3) {
		prints := Prints(tell(seed))
		names := GroupPrints(prints, DefaultWindows)
		members := make([]Member, len(prints))
		for i := range prints {
			members[i] = Member{Print: prints[i], Fresh: true}
		}
		for i := range prints {
			for j := int(seed) % 5; j < i; j += 5 {
				way := Between(members, nil, DefaultWindows, prints[i].Entry, prints[j].Entry)
				if one := names[i] == names[j]; one != (len(way.Chain) > 0) || one && len(way.Against) > 0 {
					t.Fatalf("seed %d: one story %v, %+v", seed, one, way)
				}
				at := prints[i].Entry
				for _, s := range way.Chain {
					if s.From != at || s.Strength <= 0 {
						t.Fatalf("seed %d: broken chain %+v", seed, way.Chain)
					}
					at = s.To
				}
				if len(way.Chain) > 0 && at != prints[j].Entry {
					t.Fatalf("seed %d: the chain ends elsewhere: %+v", seed, way.Chain)
				}
			}
		}
	}
}

// Entries that come one by one, or some at a time, in any order, end in the stories that
// they are grouped into at once.
func TestComingOneByOneMakesTheSameStories(t *testing.T) {
	for seed := range uint64(worlds) {
		items := tell(seed)
		prints := Prints(items)
		want := sets(items, GroupPrints(prints, DefaultWindows))
		for round := range uint64(4) {
			rnd := rand.New(rand.NewPCG(seed, 20+round))
			order := rnd.Perm(len(prints))
			atOnce := []int{1, 1, 4, 9}[round]
			var members []Member
			var came []Item
			minted := 0
			for at := 0; at < len(order); at += atOnce {
				for i := range members {
					members[i].Fresh = false
				}
				for _, i := range order[at:min(at+atOnce, len(order))] {
					members, came = append(members, Member{Print: prints[i], Fresh: true}), append(came, items[i])
				}
				plan := Regroup(members, nil, DefaultWindows)
				fresh, led := map[int]string{}, map[string]bool{}
				for i, p := range plan.Placements {
					story := p.Story
					if story == "" {
						if fresh[p.Of] == "" {
							minted++
							fresh[p.Of] = fmt.Sprintf("%04d", minted)
						}
						story = fresh[p.Of]
					}
					m := &members[i]
					m.Story, m.Lead, m.Parted = story, !led[story], p.Family >= 0
					led[story] = true
				}
			}
			names := make([]string, len(members))
			for i := range members {
				names[i] = members[i].Story
			}
			if got := sets(came, names); !slices.Equal(got, want) {
				t.Fatalf("seed %d, %d at a time: %d stories, at once %d\n%s\n\n%s", seed, atOnce, len(got), len(want), strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

// Two issues of a series that share nothing by which they would meet do not become one
// because both have something of a third.
func TestIssuesDoNotBecomeOneByAThird(t *testing.T) {
	w := &tale{rnd: rand.New(rand.NewPCG(1, 14))}
	one, two := strings.Join(w.words(60, "aeiou"), " "), strings.Join(w.words(60, "aeiou"), " ")
	at := time.Date(2026, 11, 10, 12, 0, 0, 0, time.UTC)
	issue := func(id, source, title, text string) Item {
		at = at.Add(10 * 24 * time.Hour)
		return Item{ID: id, Source: source, Text: text, Published: at, Labelled: Labelled{Language: "en"},
			Entry: feeds.Entry{ID: id, Title: title, Link: "https://" + source + ".example/" + id}}
	}
	items := []Item{issue("20", "a", "Renk crossing bulletin No. 20", one), issue("all", "b", "Renk crossing bulletin", one+" "+two), issue("21", "c", "Renk crossing bulletin No. 21", two)}
	prints := Prints(items)
	if shared := Shared(&prints[0], &prints[2]); len(shared) > 0 {
		t.Fatalf("they meet by %v: nothing is proved", shared)
	}
	for _, i := range []int{0, 2} {
		if v := Verify(&prints[i], &prints[1], DefaultWindows); !v.Same {
			t.Fatalf("%s is not one with the third: %+v", items[i].ID, v)
		}
	}
	if names := Group(items, DefaultWindows); names[0] == names[2] {
		t.Errorf("one story: %v", names)
	}
	members := []Member{{Print: prints[0], Story: "s", Lead: true}, {Print: prints[1], Story: "s"}, {Print: prints[2], Fresh: true}}
	if plan := Regroup(members, nil, DefaultWindows); plan.Placements[2].Story == plan.Placements[0].Story && plan.Placements[0].Of == plan.Placements[2].Of {
		t.Errorf("one story: %+v", plan)
	}
}
