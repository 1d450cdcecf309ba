// Package websub is the subscriber's side of WebSub (W3C Recommendation of 23 January
// 2018): what a source offers, what is said to its hub, what the hub says to us, and
// whether to believe it.
//
// It owns discovery, requests, the verification of intent, signatures and the states
// of a subscription. It must not know SQL, fetch by itself (requests go through a
// Poster, which is the client that reaches public addresses only), know what a source
// is or read what is delivered: who calls it keeps subscriptions and pulls.
//
// # States
//
//		            offer                 request               verified
//		  (none) ----------> wanted ----------------> pending ----------> active
//		                       ^   no verification in    |                  |  ^
//		                       |   an hour, or refused   |                  |  | verified again:
//		                       +-------------------------+                  |  | renewed at two thirds
//		                       |                                            v  |
//		                     denied <---- the hub says so, any time ---- expired: the lease ended
//
//		  whichever ----> unsubscribing ----> (forgotten): verified, refused several times,
//		                                                   or its lease has ended
//
//	  - wanted: a source offers a hub and nobody has switched push off. Requested at Next.
//	  - pending: a request is under way. The row is saved before the request leaves, so
//	    that a hub which verifies before it answers is recognised.
//	  - active: the hub verified. At two thirds of the lease it is requested again, in
//	    the same words; it stays active meanwhile, until its lease ends.
//	  - denied: asked again after a week.
//	  - expired: as wanted; the name says what happened.
//	  - unsubscribing: for good. A source that comes back gets a new subscription, with a
//	    new callback and a new secret.
//
// # Who is authoritative
//
// We are for what is wanted, the hub is for what is active: nothing but a verification
// makes or prolongs a lease, and a verification counts only within a day of a request
// of ours for the same topic. The answer to the request itself only ever says no. The
// publisher is for content: what a hub delivers counts as the source's word only with
// the subscription's signature and the topic's name on it, and polling has the last
// word on everything.
//
// # Failure
//
// Polling goes on whatever happens here, so every doubt is settled by leaving it to
// the next poll: a delivery that cannot be believed is thrown away (and the hub told
// that all is well, as an attacker shall learn nothing), one that cannot be used pulls
// the source soon instead, a hub that fails is asked again later and later, and a
// source that no longer offers a hub is only polled.
package websub
