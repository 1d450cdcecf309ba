package web

import "strings"

// maxChangeWords bounds the comparison of two versions: beyond it the middle part
// is shown as replaced, for time and memory grow with the product of both lengths.
const maxChangeWords = 1500

// change is a run of words that both versions have, or only one.
type change struct {
	Kind string // same, added, removed
	Text string
}

// changes compares two versions of a text word by word: the common beginning and
// end aside, by the longest common subsequence.
func changes(before, after string) []change {
	a, b := strings.Fields(before), strings.Fields(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out []change
	out = appendChange(out, "same", a[:head])
	out = append(out, middle(a[head:len(a)-tail], b[head:len(b)-tail])...)
	return appendChange(out, "same", a[len(a)-tail:])
}

func middle(a, b []string) []change {
	if len(a) == 0 || len(b) == 0 || len(a) > maxChangeWords || len(b) > maxChangeWords {
		return appendChange(appendChange(nil, "removed", a), "added", b)
	}
	// length[i][j] is the longest common subsequence of a[i:] and b[j:].
	width := len(b) + 1
	length := make([]uint16, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	var out []change
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = appendChange(out, "same", a[i:i+1])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && length[(i+1)*width+j] >= length[i*width+j+1]:
			out = appendChange(out, "removed", a[i:i+1])
			i++
		default:
			out = appendChange(out, "added", b[j:j+1])
			j++
		}
	}
	return out
}

func appendChange(out []change, kind string, words []string) []change {
	if len(words) == 0 {
		return out
	}
	text := strings.Join(words, " ")
	if last := len(out) - 1; last >= 0 && out[last].Kind == kind {
		out[last].Text += " " + text
		return out
	}
	return append(out, change{Kind: kind, Text: text})
}

// abridge shortens long unchanged runs to their edges, so that what changed stands
// out. keep is the number of words left at an edge.
func abridge(list []change, keep int) []change {
	out := make([]change, 0, len(list))
	for i, c := range list {
		words := strings.Fields(c.Text)
		if c.Kind != "same" || len(words) <= 2*keep+2 {
			out = append(out, c)
			continue
		}
		first, last := strings.Join(words[:keep], " "), strings.Join(words[len(words)-keep:], " ")
		switch {
		case i == 0:
			c.Text = "… " + last
		case i == len(list)-1:
			c.Text = first + " …"
		default:
			c.Text = first + " … " + last
		}
		out = append(out, c)
	}
	return out
}
