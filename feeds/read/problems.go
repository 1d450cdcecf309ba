package read

import (
	"fmt"
	"slices"
)

// problems collects what was repaired or guessed, each sentence once and in the
// order of finding.
type problems struct {
	list []string
	over bool
}

func (p *problems) add(format string, args ...any) {
	if p.over {
		return
	}
	s := cut(fmt.Sprintf(format, args...), maxProblem)
	if slices.Contains(p.list, s) {
		return
	}
	if len(p.list) == maxProblems {
		p.list = append(p.list, "More problems were found than are listed here.")
		p.over = true
		return
	}
	p.list = append(p.list, s)
}
