// Package topicmodel is a linear model of topics: for each topic of the taxonomy a
// logistic regression over what the rules found and over the words of an item. It
// weighs what the rules collect; it replaces neither their terms nor their evidence.
//
// It owns training (train.go), scoring (model.go), the file format (file.go) and its
// own figures (evaluate.go). Inputs are numbers made by internal/classify, so that
// training and labelling read an item in the same way. It is pure and deterministic:
// the same examples give the same model, byte for byte. It must not know the taxonomy's
// terms, files or where examples come from.
package topicmodel
