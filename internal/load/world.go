package load

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	bodyTarget = 1500 // bytes of HTML from which a story's text is long enough
	recentKept = 400  // stories of a language that may still be cross-posted
	tickLength = 10 * time.Minute
	itemGap    = 3 * time.Hour // between the items of a feed at the start
)

// copyKind is how an item of a feed relates to its story.
type copyKind uint8

const (
	original copyKind = iota
	tracked           // the same address with tracker parameters
	respelt           // the same address by http, www. and a final slash
	reprint           // the same title and text at an address of the copying site
	copyKinds
)

// story is a thing that is told; its words follow from the seed and its index.
type story struct {
	language uint8
	feed     int32 // that told it first
}

// item is an entry of a feed. Its guid is its number in that feed.
type item struct {
	story  int
	kind   copyKind
	number int
	when   time.Time
}

// publication is a feed's state between ticks.
type publication struct {
	language uint8
	atom     bool
	items    []item // newest first, the window that is served
	told     []int  // stories of all items ever, by item number
	modified time.Time
	version  int
}

// world is everything published so far. It is deterministic: the same options and
// the same number of ticks give the same world. Not safe for concurrent use.
type world struct {
	seed    uint64
	rnd     *rand.Rand
	now     time.Time
	stories []story
	recent  [][]int // by language, newest last
	feeds   []publication
	window  int
	churn   float64
	entries int
}

// crossPosted is the share of items that repeat another feed's story.
const crossPosted = 0.2

func newWorld(o Options) *world {
	w := &world{
		seed: o.Seed, rnd: rand.New(rand.NewPCG(o.Seed, 1)), now: o.Newest,
		recent: make([][]int, len(vocabularies)), feeds: make([]publication, o.Feeds),
		window: o.Items, churn: o.Churn,
	}
	for i := range w.feeds {
		f := &w.feeds[i]
		// Of twenty feeds ten are English, four French, three each Spanish and Arabic.
		f.language = []uint8{0, 1, 0, 2, 0, 3, 0, 1, 0, 0, 2, 0, 1, 0, 3, 0, 1, 2, 0, 3}[i%20]
		f.atom = i%4 == 3
		for n := range o.Items {
			age := time.Duration(o.Items-1-n)*itemGap + time.Duration(w.rnd.IntN(120))*time.Minute
			w.tell(i, o.Newest.Add(-age))
		}
		f.modified = o.Newest
	}
	return w
}

// tell puts one new item on top of a feed; the oldest drops out of the window.
func (w *world) tell(feed int, when time.Time) {
	f := &w.feeds[feed]
	it := item{number: len(f.told), when: when}
	if s, ok := w.pick(f); ok && w.rnd.Float64() < crossPosted {
		it.story, it.kind = s, original+1+copyKind(w.rnd.IntN(int(copyKinds-1)))
	} else {
		it.story = len(w.stories)
		w.stories = append(w.stories, story{language: f.language, feed: int32(feed)})
		recent := append(w.recent[f.language], it.story)
		if len(recent) > recentKept {
			recent = slices.Delete(recent, 0, len(recent)-recentKept)
		}
		w.recent[f.language] = recent
	}
	f.told = append(f.told, it.story)
	f.items = slices.Insert(f.items, 0, it)
	if len(f.items) > w.window {
		f.items = f.items[:w.window]
	}
	w.entries++
}

// pick chooses a recent story of the feed's language that the feed has not told.
func (w *world) pick(f *publication) (int, bool) {
	recent := w.recent[f.language]
	for range 8 {
		if len(recent) == 0 {
			break
		}
		if s := recent[w.rnd.IntN(len(recent))]; !slices.Contains(f.told, s) {
			return s, true
		}
	}
	return 0, false
}

// tick lets time pass and gives the share churn of all feeds one or two new items.
// It returns the indexes of the changed feeds in order.
func (w *world) tick() []int {
	w.now = w.now.Add(tickLength)
	n := min(max(int(float64(len(w.feeds))*w.churn+0.5), 1), len(w.feeds))
	changed := w.rnd.Perm(len(w.feeds))[:n]
	slices.Sort(changed)
	for _, i := range changed {
		for k := range 1 + w.rnd.IntN(2) {
			w.tell(i, w.now.Add(time.Duration(k-5)*time.Minute))
		}
		w.feeds[i].modified = w.now
		w.feeds[i].version++
	}
	return changed
}

// words are a story's texts.
type words struct {
	title, summary string
	html           string // paragraphs, about bodyTarget bytes
	categories     [2]string
}

// compose writes a story: always the same for the same seed and index.
func (w *world) compose(index int) words {
	s := w.stories[index]
	v := &vocabularies[s.language]
	rnd := rand.New(rand.NewPCG(w.seed, uint64(index)<<8|2))
	topic := v.topics[rnd.IntN(len(v.topics))]
	here := rnd.IntN(len(v.places))
	there := (here + 1 + rnd.IntN(len(v.places)-1)) % len(v.places)
	fill := func(template string) string {
		a, b := v.places[here], v.places[there]
		return strings.NewReplacer(
			"{country}", a.name, "{in}", a.in, "{city}", a.city,
			"{country2}", b.name, "{in2}", b.in, "{city2}", b.city,
			"{topic}", topic[0], "{topic2}", topic[1+rnd.IntN(len(topic)-1)],
			"{org}", strings.ReplaceAll(v.orgs[rnd.IntN(len(v.orgs))], "{city}", a.city),
			"{n}", strconv.Itoa(101+rnd.IntN(98900)), "{m}", strconv.Itoa(2+rnd.IntN(97)), "{p}", strconv.Itoa(3+rnd.IntN(95)),
			"{date}", fmt.Sprintf("%d/%d", 1+rnd.IntN(28), 1+rnd.IntN(12)),
			// The reference is the story's own, so that no two texts are equal by chance.
			"{ref}", fmt.Sprintf("DOC-%d-%05d", 100+rnd.IntN(900), index),
		).Replace(template)
	}
	out := words{
		title:      fill(v.titles[rnd.IntN(len(v.titles))]),
		summary:    fill(v.leads[rnd.IntN(len(v.leads))]),
		categories: [2]string{v.places[here].name, topic[0]},
	}
	var b strings.Builder
	b.WriteString("<p><strong>" + out.summary + "</strong></p>\n")
	order := rnd.Perm(len(v.bodies))
	for n := 0; b.Len() < bodyTarget; n += 2 {
		b.WriteString("<p>" + fill(v.bodies[order[n%len(order)]]) + " ")
		if n%4 == 0 {
			fmt.Fprintf(&b, `<a href="https://site%04d.example.org/topics/%d">%s</a> – `, s.feed, rnd.IntN(40), topic[0])
		}
		b.WriteString("<em>" + fill(v.bodies[order[(n+1)%len(order)]]) + "</em></p>\n")
	}
	b.WriteString("<p>" + fill("{ref}") + "</p>")
	out.html = b.String()
	return out
}

// site is the host of a feed's pages, under a name reserved for examples (RFC 2606).
func site(feed int) string { return fmt.Sprintf("site%04d.example.org", feed) }

// address is an item's link: the story's own address, a spelling of it, or one of
// the copying site.
func (w *world) address(feed int, it item) string {
	first := int(w.stories[it.story].feed)
	switch it.kind {
	case tracked:
		return fmt.Sprintf("https://%s/news/%d?utm_source=site%04d&utm_medium=rss&utm_campaign=feed", site(first), it.story, feed)
	case respelt:
		return fmt.Sprintf("http://www.%s/news/%d/", site(first), it.story)
	case reprint:
		return fmt.Sprintf("https://%s/reprints/%d", site(feed), it.story)
	default:
		return fmt.Sprintf("https://%s/news/%d", site(first), it.story)
	}
}

// guid is an item's identifier within its feed, in Drupal's manner.
func guid(feed, number int) string { return fmt.Sprintf("%d at https://%s", number, site(feed)) }
