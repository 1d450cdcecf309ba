package config

import "io/fs"

// LoadFrom is Load with the bundled data and the reader of files exchanged, so that
// a fuzzer spends its time on the file in question.
func LoadFrom(o Options, builtin fs.FS, read func(name string) ([]byte, error)) (*Config, error) {
	l := newLoader(o)
	l.builtin, l.read = builtin, read
	return l.load()
}

// MaxProblems is the bound of a report.
const MaxProblems = maxProblems
