// Package selfcheck watches what we publish: it reads our feeds as a subscriber would and
// says which are unread, empty, stale, invalid, doubled or shrinking.
//
// A turn reads the list of feeds, the feed of everything, every saved channel and every
// feed that has an alarm, and of the others those that were looked at longest ago: all are
// looked at in the course of some turns. What a feed held is remembered in the store, so
// that any process can take the next turn. Alarms stand until a later look finds the
// fault gone.
//
// A feed has shrunk when more of its entries are gone than withdrawals account for and
// settings allow. Who shrank it on purpose (labels, a source that left) hears of it for a
// day; then what is left is the new measure.
//
// It must not know SQL, HTTP or how feeds are made: reading and remembering are given to
// it. It does not log.
package selfcheck
