// Package diff says how one sequence becomes another: what stays, what goes and what
// comes, in as few steps as may be.
//
// It is pure, knows no texts and no languages, and imports nothing of the module. Its
// work and its memory are bounded whatever it is given: beyond the bound it answers in
// larger pieces, never wrongly. It must not decide what a difference means.
package diff
