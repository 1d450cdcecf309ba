package dedupe

import (
	"slices"
	"strings"
)

const (
	// boilerplateAt is in how many entries of one source a paragraph must stand to be
	// boilerplate.
	boilerplateAt = 4
	// headParagraphs and tailParagraphs are where boilerplate stands.
	headParagraphs, tailParagraphs = 2, 5
	// edgeBytes is how much of either end of a long text is looked at.
	edgeBytes = 8 << 10
	// boilerplateAtMost bounds how much of it is known of one source.
	boilerplateAtMost = 24
)

// Boilerplate finds the paragraphs at the beginning and the end of texts of one source
// that several of them have, and adds them to those that are known. It returns known
// itself where there is nothing to add. Texts that are equal count once.
func Boilerplate(known []uint64, texts []string) []uint64 {
	if len(texts) < boilerplateAt {
		return known
	}
	counts := map[uint64]int{}
	whole := map[string]bool{}
	var found []uint64
	for _, text := range texts {
		if whole[text] {
			continue
		}
		whole[text] = true
		for _, name := range edges(text) {
			if counts[name]++; counts[name] == boilerplateAt && !slices.Contains(known, name) {
				found = append(found, name)
			}
		}
	}
	if len(found) == 0 {
		return known
	}
	slices.Sort(found)
	out := append(found, known...)
	return out[:min(len(out), boilerplateAtMost)]
}

// edges are the names of the paragraphs at both ends of a text that has several.
func edges(text string) []uint64 {
	var lines []string
	if len(text) > 2*edgeBytes {
		text = text[:edgeBytes] + "\n" + text[len(text)-edgeBytes:]
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	if len(lines) < 2 {
		return nil
	}
	var out []uint64
	for i, line := range lines {
		if i >= headParagraphs && i < len(lines)-tailParagraphs {
			continue
		}
		if name := paragraph(line); name != 0 && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// paragraph is the name of a paragraph: the same for the same words, 0 for one that is too
// short to be boilerplate.
func paragraph(line string) uint64 {
	folded := fold(line)
	if len(folded) < 12 {
		return 0
	}
	return hash64("p", folded)
}

func boilerplateOf(items []Item) map[string][]uint64 {
	texts := map[string][]string{}
	for i := range items {
		texts[items[i].Source] = append(texts[items[i].Source], items[i].Text)
	}
	out := make(map[string][]uint64, len(texts))
	for source, list := range texts {
		out[source] = Boilerplate(nil, list)
	}
	return out
}
