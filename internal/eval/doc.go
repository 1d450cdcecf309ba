// Package eval says how good labels and stories are: it compares what the program
// answered with what people labelled by hand.
//
// It owns the formats of labelled data (read.go) and of corrected stories (corrected.go),
// what became of each item (outcome.go), the figures of labels that are counted from it
// (judge.go, labels.go, confusion.go), of corrections (corrections.go) and of stories
// (group.go), what is better than before and what is chance (compare.go, stats.go),
// judging on items not learnt (holdout.go, retrain.go), and how all of it reads as text.
// The definitions are those of the reference scorer that comes with the labelled data,
// to the last pair: micro and macro means over labels, optional countries that count
// neither for nor against, pairwise and B-cubed scores, the adjusted Rand index. A
// change of a definition here is a defect.
//
// It is pure: it reads values and returns reports, and touches no file, clock, network
// or log. It must not know how labels or stories come about, so it never imports the
// packages it judges: who calls it brings the answers.
package eval
