package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxProblems bounds a report: after that many a person wants to mend something
// first, and a hostile file must not fill memory with complaints.
const maxProblems = 200

// Problem is one thing wrong in the configuration, with all a person needs to
// mend it.
type Problem struct {
	File    string `json:"file,omitempty"`    // the file, "environment" or "command line"
	Line    int    `json:"line,omitempty"`    // from 1; 0 when there is none
	Column  int    `json:"column,omitempty"`  // from 1; 0 when there is none
	Key     string `json:"key,omitempty"`     // key path, such as sources[who-en].schedule
	Message string `json:"message"`           // what is wrong
	Instead string `json:"instead,omitempty"` // what to write instead
	Err     error  `json:"-"`                 // the cause, when there is one
}

// Error renders the problem on one line:
//
//	tributary.yaml:12:5: fetch.per_hots: unknown key; write per_host
func (p Problem) Error() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, ":%d", p.Line)
			if p.Column > 0 {
				fmt.Fprintf(&b, ":%d", p.Column)
			}
		}
		b.WriteString(": ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	if p.Instead != "" {
		b.WriteString("; " + p.Instead)
	}
	return b.String()
}

// Unwrap gives the cause.
func (p Problem) Unwrap() error { return p.Err }

// Problems is everything wrong with a configuration at once, in the order of
// files and lines. It is the error that Load returns; find it with errors.As.
type Problems []Problem

// Error renders one problem a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.Is and errors.As see every problem.
func (ps Problems) Unwrap() []error {
	errs := make([]error, len(ps))
	for i, p := range ps {
		errs[i] = p
	}
	return errs
}

// report gathers problems up to the bound.
type report struct {
	problems Problems
	dropped  int
}

func (r *report) add(p Problem) {
	if !r.full() {
		r.problems = append(r.problems, p)
	}
}

// full counts a problem that the report has no room for. Ask it before working out
// advice that costs time.
func (r *report) full() bool {
	if len(r.problems) < maxProblems {
		return false
	}
	r.dropped++
	return true
}

// at adds a problem found at a place.
func (r *report) at(w place, key, message, instead string) {
	r.add(Problem{File: w.file, Line: w.line, Column: w.column, Key: key, Message: message, Instead: instead})
}

// err gives all problems in order, or nil when there are none. Files keep the
// order in which they were read.
func (r *report) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	seen := map[string]int{}
	for _, p := range r.problems {
		if _, ok := seen[p.File]; !ok {
			seen[p.File] = len(seen)
		}
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(seen[a.File], seen[b.File]),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
		)
	})
	if r.dropped > 0 {
		r.problems = append(r.problems, Problem{Message: fmt.Sprintf("%d more problems are not shown", r.dropped)})
	}
	return r.problems
}

// quote shows a value from outside in a message, clipped.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
