package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Bounds of one YAML document. The largest file of ours, the country names, is
// far below them.
const (
	maxFileBytes = 1 << 20 // a file or a secret is refused above this
	maxNodes     = 200_000 // values after aliases are expanded, so that YAML bombs stay small
	maxDepth     = 24      // nesting, which also ends aliases that contain themselves
)

// place is where a value was written.
type place struct {
	file         string
	line, column int // from 1, 0 when unknown
}

type nodeKind int

const (
	scalar nodeKind = iota
	list
	table
)

// node is a value of a document with its place. In contrast to yaml.Node it knows
// its file, has aliases and merge keys resolved, and is bounded.
type node struct {
	place
	kind  nodeKind
	tag   string // short YAML tag of a scalar: !!str, !!int, !!bool, !!null ...
	text  string // a scalar as written
	raw   bool   // from the environment or a flag: text without a YAML type
	items []*node
	pairs []pair
}

type pair struct{ key, value *node }

// get finds the value of a key of a table; nil when there is none.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key.text == key {
			return p.value
		}
	}
	return nil
}

func (n *node) isNull() bool { return n.kind == scalar && !n.raw && n.tag == "!!null" }

// what names the sort of value for a message.
func (n *node) what() string {
	switch n.kind {
	case list:
		return "a list"
	case table:
		return "a table of keys"
	}
	switch n.tag {
	case "!!null":
		return "no value"
	case "!!int", "!!float":
		return "the number " + n.text
	case "!!bool":
		return n.text + " (yes or no)"
	case "!!timestamp":
		return "the date " + n.text
	}
	return quote(n.text)
}

// yamlPosition takes apart the text of the YAML library's syntax errors, which
// carry their line in no other form. Only the display depends on it.
var yamlPosition = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// parse reads one YAML document into a bounded tree. It gives nil without a
// problem for an empty document, and nil with problems in the report otherwise.
func parse(file string, data []byte, r *report) *node {
	if len(data) > maxFileBytes {
		r.at(place{file: file}, "", fmt.Sprintf("has more than %d bytes", maxFileBytes), "split it with include")
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		r.add(syntaxProblem(file, err))
		return nil
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		r.at(place{file, more.Line, more.Column}, "", "a second document starts here", "keep one document in a file: remove the line with ---")
	} else if !errors.Is(err, io.EOF) {
		r.add(syntaxProblem(file, err))
	}
	if len(doc.Content) == 0 {
		return nil
	}
	c := converter{file: file, report: r}
	n := c.node(doc.Content[0], 0)
	if n != nil && n.isNull() {
		return nil
	}
	return n
}

func syntaxProblem(file string, err error) Problem {
	p := Problem{File: file, Message: "is not YAML: " + err.Error(), Err: err}
	if m := yamlPosition.FindStringSubmatch(err.Error()); m != nil {
		p.Message = "is not YAML: " + m[2]
		if line, convErr := strconv.Atoi(m[1]); convErr == nil {
			p.Line = line
		}
	}
	p.Instead = "check indentation, colons and quotes near this line"
	return p
}

// converter turns yaml.Node into node within the bounds.
type converter struct {
	file   string
	report *report
	count  int
	full   bool // a bound was met and reported; the tree is abandoned
}

func (c *converter) bound(at place, message, instead string) *node {
	if !c.full {
		c.full = true
		c.report.at(at, "", message, instead)
	}
	return nil
}

func (c *converter) node(y *yaml.Node, depth int) *node {
	at := place{c.file, y.Line, y.Column}
	c.count++
	switch {
	case c.full:
		return nil
	case c.count > maxNodes:
		return c.bound(at, fmt.Sprintf("the document has more than %d values once its aliases are written out", maxNodes), "write fewer, or without aliases")
	case depth > maxDepth:
		return c.bound(at, fmt.Sprintf("is nested more than %d levels deep", maxDepth), "flatten it; an alias must not contain itself")
	}
	n := &node{place: at}
	switch y.Kind {
	case yaml.AliasNode:
		return c.node(y.Alias, depth+1)
	case yaml.ScalarNode:
		n.kind, n.tag, n.text = scalar, y.ShortTag(), y.Value
	case yaml.SequenceNode:
		n.kind = list
		for _, item := range y.Content {
			if v := c.node(item, depth+1); v != nil {
				n.items = append(n.items, v)
			}
		}
	case yaml.MappingNode:
		n.kind = table
		c.pairs(n, y, depth)
	default:
		return c.bound(at, "holds something that is no value", "")
	}
	if c.full {
		return nil
	}
	return n
}

// pairs reads the keys of a table. Keys of a merge (<<) come after the table's own,
// which win.
func (c *converter) pairs(n *node, y *yaml.Node, depth int) {
	seen := map[string]int{}
	var merges []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := c.node(y.Content[i], depth+1), c.node(y.Content[i+1], depth+1)
		if key == nil || value == nil {
			return
		}
		switch {
		case key.kind != scalar:
			c.report.at(key.place, "", "a key is "+key.what(), "write a word as the key")
		case key.tag == "!!merge":
			merges = append(merges, value)
		case seen[key.text] > 0:
			c.report.at(key.place, key.text, fmt.Sprintf("stands twice, first on line %d", seen[key.text]), "keep one of the two")
		default:
			seen[key.text] = max(key.line, 1)
			n.pairs = append(n.pairs, pair{key, value})
		}
	}
	for _, m := range merges {
		parts := []*node{m}
		if m.kind == list {
			parts = m.items
		}
		for _, part := range parts {
			if part.kind != table {
				c.report.at(part.place, "<<", "merges "+part.what(), "merge a table of keys, such as *defaults")
				continue
			}
			for _, p := range part.pairs {
				if seen[p.key.text] == 0 {
					seen[p.key.text] = max(p.key.line, 1)
					n.pairs = append(n.pairs, p)
				}
			}
		}
	}
}
