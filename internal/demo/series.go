package demo

import (
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// series is a numbered report (situation report, monitoring round) whose texts are
// made from one template: near copies of each other that are never one story.
type series struct {
	ID      string            `yaml:"id"`
	At      string            `yaml:"at"`
	First   int               `yaml:"first"` // number of the oldest one there is at the start
	Ago     []span            `yaml:"ago"`   // one a report, oldest first
	After   []span            `yaml:"after"` // then these, after the start
	Tags    []string          `yaml:"tags"`
	Slug    string            `yaml:"slug"` // a stem; the number is appended
	Title   string            `yaml:"title"`
	Body    string            `yaml:"body"`
	Figures map[string]figure `yaml:"figures"`

	pub *publisher
}

// figure is a number that moves from report to report: Base + Step*i, where i
// counts reports from the first, give or take Wobble.
type figure struct {
	Base   int `yaml:"base"`
	Step   int `yaml:"step"`
	Wobble int `yaml:"wobble"`
}

// endless is the rule by which the series go on for as long as the demo runs: one
// report of the next series in turn, every so often.
type endless struct {
	After span `yaml:"after"`
	Every span `yaml:"every"`
}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

func (s *series) check(byID map[string]*publisher) error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("check series %s: "+format, append([]any{s.ID}, args...)...))
	}
	p, ok := byID[s.At]
	if !ok {
		bad("no publisher %q", s.At)
	}
	s.pub = p
	if !strings.Contains(s.Title, "{n}") {
		bad("the title lacks {n}: reports could not be told apart")
	}
	for _, m := range placeholder.FindAllStringSubmatch(s.Title+s.Body, -1) {
		if _, known := s.Figures[m[1]]; !known && m[1] != "n" {
			bad("no figure %q", m[1])
		}
	}
	for _, ago := range s.Ago {
		if ago <= 0 {
			bad("an ago is zero")
		}
	}
	if !sort.SliceIsSorted(s.Ago, func(i, j int) bool { return s.Ago[i] > s.Ago[j] }) ||
		!sort.SliceIsSorted(s.After, func(i, j int) bool { return s.After[i] < s.After[j] }) {
		bad("reports are not in the order of time")
	}
	if s.First < 1 || s.Slug == "" || strings.TrimSpace(s.Body) == "" {
		bad("first, slug and body must be given")
	}
	return errors.Join(errs...)
}

// report writes the i-th report, counted from 0.
func (s *series) report(i int, published time.Time) *item {
	number := s.First + i
	fill := func(template string) string {
		return placeholder.ReplaceAllStringFunc(template, func(m string) string {
			name := m[1 : len(m)-1]
			if name == "n" {
				return strconv.Itoa(number)
			}
			return grouped(s.Figures[name].value(s.ID+"/"+name, i), s.pub.Language)
		})
	}
	slug := s.Slug + "-" + strconv.Itoa(number)
	tx := text{Title: fill(s.Title), Body: fill(s.Body)}
	it := &item{
		pub: s.pub, release: s.ID + "-" + strconv.Itoa(number), language: s.pub.Language,
		page: s.pub.page(slug), published: published,
		versions: []version{{since: published, title: tx.Title, html: tx.html(s.pub.Style), teaser: tx.teaser()}},
	}
	it.link, it.canonical = it.page, it.page
	it.guid = s.pub.mint(s.ID+"/"+slug, it.link)
	if s.pub.Tags {
		it.tags = s.Tags
	}
	return it
}

// scripted are the reports whose moments the data files name.
func (s *series) scripted(start time.Time) []*item {
	var out []*item
	for i, ago := range s.Ago {
		out = append(out, s.report(i, start.Add(-time.Duration(ago))))
	}
	for i, after := range s.After {
		out = append(out, s.report(len(s.Ago)+i, start.Add(time.Duration(after))))
	}
	return out
}

// endlessReports are the reports that the endless rule has published by t, the
// newest few of the series that stands at place among count.
func (s *series) endlessReports(rule endless, start, t time.Time, place, count int) []*item {
	begin, every := start.Add(time.Duration(rule.After)), time.Duration(rule.Every)
	if t.Before(begin) {
		return nil
	}
	turns := int(t.Sub(begin)/every) + 1 // reports of all series so far
	mine := (turns - place + count - 1) / count
	var out []*item
	for j := max(0, mine-window); j < mine; j++ {
		turn := time.Duration(j*count + place)
		out = append(out, s.report(len(s.Ago)+len(s.After)+j, begin.Add(turn*every)))
	}
	return out
}

// find gives the report with a number, however old, when it is out at t.
func (s *series) find(number int, rule endless, start, t time.Time, place, count int) *item {
	i := number - s.First
	if i < 0 {
		return nil
	}
	scripted := s.scripted(start)
	if i < len(scripted) {
		return scripted[i]
	}
	j := i - len(scripted)
	begin, every := start.Add(time.Duration(rule.After)), time.Duration(rule.Every)
	if t.Before(begin) || j > int(t.Sub(begin)/every)/count {
		return nil
	}
	return s.report(i, begin.Add(time.Duration(j*count+place)*every))
}

// value is the same for the same key and i in every process.
func (f figure) value(key string, i int) int {
	n := f.Base + f.Step*i
	if f.Wobble > 0 {
		n += int(crc32.ChecksumIEEE([]byte(key+"/"+strconv.Itoa(i)))%uint32(2*f.Wobble+1)) - f.Wobble
	}
	return max(n, 1)
}

// grouped writes a number with the thousands separator of a language: a comma in
// English and in Arabic press text, a no-break space in French and Spanish.
func grouped(n int, language string) string {
	digits := strconv.Itoa(n)
	separator := ","
	if language == "fr" || language == "es" {
		separator = "\u00a0"
		if language == "es" && len(digits) == 4 {
			return digits
		}
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + separator + digits[i:]
	}
	return digits
}
