// Command tributary pulls the feeds of IOM offices and their partners, groups copies
// of one story, labels each by country and topic, and republishes merged feeds.
//
// It reads flags, joins the packages to a program and handles signals. It must not
// hold rules of reading, judging, merging or writing feeds: those live in the
// packages it joins.
package main
