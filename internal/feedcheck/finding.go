package feedcheck

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Severity is how grave a finding is.
type Severity string

// The severities, the gravest first.
const (
	Error   Severity = "error"   // breaks a specification
	Warning Severity = "warning" // some readers will be troubled
	Advice  Severity = "advice"  // what good publishers do
)

// AtLeast says whether s is as grave as other, or graver.
func (s Severity) AtLeast(other Severity) bool { return s.rank() <= other.rank() }

func (s Severity) rank() int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	case Advice:
	}
	return 2
}

// Finding is one thing that is wrong. What quotes the document, shortened.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Where    string   `json:"where"`          // such as feed/entry[2]/link[1]/@href, or header Content-Type
	Line     int      `json:"line,omitempty"` // from 1; 0 when there is none
	What     string   `json:"what"`
	Do       string   `json:"do"`
	Rule     string   `json:"rule"` // the specification and section that says so
}

// String is one line for people.
func (f Finding) String() string {
	at := f.Where
	if f.Line > 0 {
		at = fmt.Sprintf("line %d, %s", f.Line, f.Where)
	}
	return fmt.Sprintf("%s %s at %s: %s; %s (%s)", f.Severity, f.Code, at, f.What, f.Do, f.Rule)
}

// Report is what a document is and what is wrong with it.
type Report struct {
	Format   Format    `json:"format"` // empty when the bytes are none that is known
	Findings []Finding `json:"findings"`
	Omitted  int       `json:"omitted,omitempty"` // findings beyond the first findingsAtMost
	Feed     Feed      `json:"-"`                 // what it holds, as far as it could be read
}

// At lists the findings that are as grave as least, or graver.
func (r *Report) At(least Severity) []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if f.Severity.AtLeast(least) {
			out = append(out, f)
		}
	}
	return out
}

// Format names a kind of document.
type Format string

// The formats.
const (
	Atom Format = "atom"
	RSS  Format = "rss"
	JSON Format = "json"
	OPML Format = "opml"
)

// Feed is what a document holds, so that documents can be compared and walked.
type Feed struct {
	ID, Title   string
	Self        string
	Hubs        []string
	Archive     bool   // fh:archive
	PrevArchive string // RFC 5005, 4
	NextArchive string
	Current     string
	Updated     time.Time // atom:updated, lastBuildDate
	Entries     []Entry
	Deleted     []Deleted
	Outlines    []string // of OPML: the feeds' addresses
}

// Entry is an entry as the document has it.
type Entry struct {
	ID, Title, Link string
	Published       time.Time
	Updated         time.Time
	Categories      []Category
}

// Category is a term of a scheme.
type Category struct{ Scheme, Term, Label string }

// Deleted is a tombstone (RFC 6721).
type Deleted struct {
	Ref  string
	When time.Time
}

// findingsAtMost bounds the findings of a document; those beyond are counted.
const findingsAtMost = 300

// quotedAtMost bounds what a finding quotes, in characters.
const quotedAtMost = 120

// checker collects the findings of one document.
type checker struct {
	Document
	Options
	report Report
	unread bool // it is no document
}

func (c *checker) add(code Code, where string, line int, format string, args ...any) {
	if c.full() {
		return
	}
	rule := rules[code]
	c.report.Findings = append(c.report.Findings, Finding{Code: code, Severity: rule.severity, Where: where, Line: line,
		What: fmt.Sprintf(format, args...), Do: rule.do, Rule: rule.by})
}

// full counts a finding for which there is no place.
func (c *checker) full() bool {
	if len(c.report.Findings) < findingsAtMost {
		return false
	}
	c.report.Omitted++
	return true
}

// at adds a finding about an element.
func (c *checker) at(code Code, n *node, format string, args ...any) {
	if !c.full() { // a path costs a look at all siblings
		c.add(code, n.path(), n.line, format, args...)
	}
}

// attr adds a finding about an attribute of an element.
func (c *checker) attr(code Code, n *node, name, format string, args ...any) {
	if !c.full() {
		c.add(code, n.path()+"/@"+name, n.line, format, args...)
	}
}

// quote shows a value of the document in one line.
func quote(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > quotedAtMost {
		s = string([]rune(s)[:quotedAtMost]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
