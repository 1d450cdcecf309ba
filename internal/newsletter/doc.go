// Package newsletter makes digests: it chooses the stories of an issue and writes issues as
// mails in HTML and plain text, as entries of a feed, and the mail by which a subscription is
// confirmed.
//
// # Which stories
//
// A story may be told when it was published or first seen since the issue before, at most two
// periods ago, and nothing of it has been told before. Stories that editors pinned come first,
// in the order in which they were pinned. The others follow by score, the highest first, as
// many as fit and no more than so many of one source:
//
//	2 x log2(publishers)        independent publishers that carry it
//	+ 3                         if a source of IOM leads it
//	+ weights                   of its topics, as the newsletter has them
//	+ 2 x 2^(-age / half)       half is half a period: 2 points for the newest, 1 after half a period
//
// Of one score the newer goes first, then the greater id.
//
// It is pure: what stories say and what sources permit reaches it decided, and it knows no
// clock, store or server. It must not know who is mailed.
package newsletter
