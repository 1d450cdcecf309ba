package demo

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// release is one piece of news as the data files tell it: its texts by language
// and the copies of it that publishers carry.
type release struct {
	ID     string          `yaml:"id"`
	Tags   []string        `yaml:"tags"` // the publisher's own categories, English
	Texts  map[string]text `yaml:"texts"`
	Copies []copyOf        `yaml:"copies"`
}

// text is one language version. Body is light markup (see bodyHTML); HTML stands in
// its place where the case needs particular markup.
type text struct {
	Slug    string `yaml:"slug"`
	Title   string `yaml:"title"`
	Body    string `yaml:"body"`
	HTML    string `yaml:"html"`
	Contact string `yaml:"contact"` // the press contact block, a line a line
}

// copyOf is one appearance of a release: at which publisher, since when, with which
// changes.
type copyOf struct {
	At       string   `yaml:"at"`
	Language string   `yaml:"language"` // default: the publisher's
	Ago      span     `yaml:"ago"`      // before the start
	After    span     `yaml:"after"`    // after the start
	Link     string   `yaml:"link"`     // as the feed writes it, when not the publisher's own page
	Slug     string   `yaml:"slug"`
	Title    string   `yaml:"title"`
	Edits    []edit   `yaml:"edits"`
	Intro    string   `yaml:"intro"` // paragraphs put before
	Tail     string   `yaml:"tail"`  // paragraphs put after
	OddDate  bool     `yaml:"odd_date"`
	RawTitle bool     `yaml:"raw_title"` // ampersands of the title are not escaped
	Revise   []revise `yaml:"revise"`
	Withdraw span     `yaml:"withdraw"` // after the start
}

// edit replaces every occurrence of a passage, which must be there.
type edit struct {
	From string `yaml:"from"`
	To   string `yaml:"to"`
}

// revise is a later version of a copy under the same guid.
type revise struct {
	After span   `yaml:"after"`
	Title string `yaml:"title"`
	Edits []edit `yaml:"edits"`
}

// span is a duration written with days, such as 3d4h or 45s.
type span time.Duration

var spanForm = regexp.MustCompile(`^(?:([0-9]{1,3})d)?([0-9hms]*)$`)

// UnmarshalText reads a span.
func (s *span) UnmarshalText(raw []byte) error {
	m := spanForm.FindStringSubmatch(string(raw))
	if m == nil || (m[1] == "" && m[2] == "") {
		return fmt.Errorf("read span %q: want a form such as 3d4h or 45s", raw)
	}
	total := time.Duration(0)
	if m[1] != "" {
		days, err := time.ParseDuration(m[1] + "h")
		if err != nil {
			return fmt.Errorf("read span %q: %w", raw, err)
		}
		total = 24 * days
	}
	if m[2] != "" {
		rest, err := time.ParseDuration(m[2])
		if err != nil {
			return fmt.Errorf("read span %q: %w", raw, err)
		}
		total += rest
	}
	if total < 0 {
		return fmt.Errorf("read span %q: too long", raw)
	}
	*s = span(total)
	return nil
}

// item is a copy resolved against a start time: all that a feed ever says of it.
type item struct {
	pub       *publisher
	release   string
	language  string
	guid      string // as a reader gets it; empty when the feed gives none
	link      string // as the feed writes it
	page      string // the publisher's own page
	canonical string // what that page names as the original
	published time.Time
	versions  []version // oldest first; the first is seen from published on
	withdrawn time.Time // zero: never
	tags      []string
	others    []alternate
	oddDate   bool
	rawTitle  bool
}

// version is what an item says from a moment on.
type version struct {
	since  time.Time
	title  string
	html   string
	teaser string // plain text
}

// alternate is a translation of an item.
type alternate struct {
	language string
	page     string
}

// at gives the version in force at t; ok is false before the item appears and from
// its withdrawal on.
func (it *item) at(t time.Time) (v version, ok bool) {
	if !it.withdrawn.IsZero() && !t.Before(it.withdrawn) {
		return version{}, false
	}
	for _, candidate := range it.versions {
		if !t.Before(candidate.since) {
			v, ok = candidate, true
		}
	}
	return v, ok
}

// items resolves a release into the items of its publishers.
func (r *release) items(start time.Time, byID map[string]*publisher) ([]*item, error) {
	var out []*item
	var errs []error
	for i := range r.Copies {
		it, err := r.item(&r.Copies[i], start, byID)
		if err != nil {
			errs = append(errs, fmt.Errorf("resolve release %s, copy %d: %w", r.ID, i+1, err))
			continue
		}
		out = append(out, it)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	link(out)
	return out, nil
}

func (r *release) item(c *copyOf, start time.Time, byID map[string]*publisher) (*item, error) {
	p, ok := byID[c.At]
	if !ok {
		return nil, fmt.Errorf("no publisher %q", c.At)
	}
	if (c.Ago == 0) == (c.After == 0) {
		return nil, errors.New("want either ago or after")
	}
	language := c.Language
	if language == "" {
		language = p.Language
	}
	if language != p.Language && !p.Mixed {
		return nil, fmt.Errorf("publisher %s is not mixed and cannot carry %q", p.ID, language)
	}
	tx, ok := r.Texts[language]
	if !ok {
		return nil, fmt.Errorf("no text in %q", language)
	}
	slug := tx.Slug
	if c.Slug != "" {
		slug = c.Slug
	}
	it := &item{
		pub: p, release: r.ID, language: language, page: p.page(slug),
		published: start.Add(time.Duration(c.After) - time.Duration(c.Ago)),
		oddDate:   c.OddDate, rawTitle: c.RawTitle,
	}
	it.canonical, it.link = it.page, it.page
	if c.Link != "" {
		it.link = c.Link
	}
	if p.Tags {
		it.tags = slices.Clone(r.Tags)
	}
	it.guid = p.mint(r.ID+"/"+slug, it.link)
	if c.Withdraw > 0 {
		it.withdrawn = start.Add(time.Duration(c.Withdraw))
	}
	return it, it.write(tx, c, start)
}

// write fills the versions of an item: the first, then one for each revision.
func (it *item) write(tx text, c *copyOf, start time.Time) error {
	if c.Title != "" {
		tx.Title = c.Title
	}
	if err := tx.edit(c.Edits); err != nil {
		return err
	}
	tx.Body = joinParagraphs(c.Intro, tx.Body, c.Tail)
	add := func(since time.Time) {
		it.versions = append(it.versions, version{
			since: since, title: tx.Title, html: tx.html(it.pub.Style), teaser: tx.teaser(),
		})
	}
	add(it.published)
	for _, rev := range c.Revise {
		since := start.Add(time.Duration(rev.After))
		if !since.After(it.versions[len(it.versions)-1].since) {
			return errors.New("a revision is not later than what it revises")
		}
		if rev.Title != "" {
			tx.Title = rev.Title
		}
		if err := tx.edit(rev.Edits); err != nil {
			return err
		}
		add(since)
	}
	return nil
}

// edit applies edits to a text. An edit that finds nothing is an error: the data
// would claim a difference that is not there.
func (t *text) edit(edits []edit) error {
	for _, e := range edits {
		if e.From == "" || !strings.Contains(t.Body, e.From) {
			return fmt.Errorf("edit %q: not in the text", e.From)
		}
		t.Body = strings.ReplaceAll(t.Body, e.From, e.To)
	}
	return nil
}

// link tells the items of one release about each other: translations name one
// another, and IOM sites that re-post a release name the first one as its original.
// Partners and media name themselves, as they do.
func link(items []*item) {
	first := map[string]*item{}
	var order []string
	for _, it := range items {
		if it.pub.Kind == "iom" && first[it.language] == nil {
			first[it.language] = it
			order = append(order, it.language)
		}
	}
	for _, it := range items {
		if it.pub.Kind != "iom" {
			continue
		}
		it.canonical = first[it.language].page
		for _, language := range order {
			if language != it.language {
				it.others = append(it.others, alternate{language, first[language].page})
			}
		}
	}
}
