package classify

import "slices"

// trieNode is a node of the trie of words while it is being built.
type trieNode struct {
	children map[byte]*trieNode
	exact    []int32
	prefix   []int32
}

func (n *trieNode) insert(form string, id int32, prefix bool) {
	for i := range len(form) {
		if n.children == nil {
			n.children = map[byte]*trieNode{}
		}
		child := n.children[form[i]]
		if child == nil {
			child = &trieNode{}
			n.children[form[i]] = child
		}
		n = child
	}
	list := &n.exact
	if prefix {
		list = &n.prefix
	}
	if !slices.Contains(*list, id) {
		*list = append(*list, id)
	}
}

// wordTrie is the trie of words in flat slices. Children of a node are next to each
// other, in order of their byte.
type wordTrie struct {
	nodes []flatNode
	bytes []byte  // by edge
	to    []int32 // by edge
	lists []int32
	wide  [][256]int32 // children by byte of the nodes that have many
}

// wideEdges is the number of edges from which on a node has a table of its own.
const wideEdges = 10

// flatNode has its edges in bytes and to, its words in lists.
type flatNode struct {
	edges           int32
	words           int32 // first in lists: the prefix words, then the exact ones
	wide            int32 // number of its table in wordTrie.wide, from 1; 0 when it has none
	edgeCount       uint16
	prefixes, exact uint8
}

// flatten writes the trie out, level by level.
func (n *trieNode) flatten() wordTrie {
	var t wordTrie
	queue := []*trieNode{n}
	t.nodes = append(t.nodes, flatNode{})
	for at := 0; at < len(queue); at++ {
		node := queue[at]
		flat := flatNode{edges: int32(len(t.bytes)), words: int32(len(t.lists)), edgeCount: uint16(len(node.children)),
			prefixes: uint8(min(len(node.prefix), 255)), exact: uint8(min(len(node.exact), 255))}
		t.lists = append(append(t.lists, node.prefix[:flat.prefixes]...), node.exact[:flat.exact]...)
		keys := make([]byte, 0, len(node.children))
		for b := range node.children {
			keys = append(keys, b)
		}
		slices.Sort(keys)
		for _, b := range keys {
			t.bytes = append(t.bytes, b)
			t.to = append(t.to, int32(len(t.nodes)))
			t.nodes = append(t.nodes, flatNode{})
			queue = append(queue, node.children[b])
		}
		if len(keys) >= wideEdges {
			var table [256]int32
			for i, b := range keys {
				table[b] = t.to[flat.edges+int32(i)]
			}
			t.wide = append(t.wide, table)
			flat.wide = int32(len(t.wide))
		}
		t.nodes[at] = flat
	}
	return t
}

// child follows one byte; 0 when there is no such child.
func (t *wordTrie) child(at int32, b byte) int32 {
	n := &t.nodes[at]
	if n.wide > 0 {
		return t.wide[n.wide-1][b]
	}
	edges := t.bytes[n.edges : n.edges+int32(n.edgeCount)]
	for i, e := range edges {
		if e == b {
			return t.to[n.edges+int32(i)]
		}
	}
	return 0
}

// find appends the dictionary words that the folded word may be, going from a node.
func (t *wordTrie) find(ids []int32, at int32, folded []byte) []int32 {
	for _, b := range folded {
		if at = t.child(at, b); at == 0 {
			return ids
		}
		if n := &t.nodes[at]; n.prefixes > 0 {
			ids = append(ids, t.lists[n.words:n.words+int32(n.prefixes)]...)
		}
	}
	n := &t.nodes[at]
	from := n.words + int32(n.prefixes)
	return append(ids, t.lists[from:from+int32(n.exact)]...)
}
