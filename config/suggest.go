package config

import "strings"

// nearest finds the candidate that a misspelt word most likely means, or "".
// Case, hyphens and underscores do not count; otherwise at most a third of the
// letters may differ.
func nearest(word string, candidates []string) string {
	const longest = 64 // beyond it nothing of ours is meant, and distances get dear
	if len(word) > longest {
		return ""
	}
	plain := strings.NewReplacer("-", "", "_", "", " ", "")
	w := plain.Replace(strings.ToLower(word))
	best, bestDistance := "", 1+max(len(w)/3, 1)
	for _, c := range candidates {
		if d := distance(w, plain.Replace(strings.ToLower(c))); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the number of letters to insert, remove, replace or swap with the
// neighbour to make b of a (optimal string alignment), in bytes.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
