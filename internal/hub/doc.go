// Package hub is the hub's side of WebSub (W3C Recommendation of 23 January 2018) for
// our own feeds: what subscribers ask for, what they are asked back, what is delivered
// to them and when a subscription ends. It also tells an external hub of changes, where
// an installation uses one instead.
//
// It owns the reading of requests, the verification of intent, signatures, the states of
// a subscription and when to try again. It must not know SQL, reach the network by
// itself (a Client does, which reaches public addresses only), render documents (Topics
// does) or keep time (Now does). It does not log: reports and errors are returned, and
// none of them names a callback beyond its host or holds a secret.
//
// # States
//
//	 (none) -- request --> pending -- verified --> active -- 410, lease over, given up --> (forgotten)
//	                          |                     |  ^
//	                          | refused, silent     |  | a request to renew, verified
//	                          v                     v  |
//	                      (forgotten)   unsubscribe, verified --> (forgotten)
//
//	 whichever -- the topic is no more, or an operator removes it --> denied -- told --> (forgotten)
//
//	- pending: somebody asked. Nothing is delivered to a callback that has not echoed a
//	  challenge which only it was sent.
//	- active: delivered to until the lease ends. What is asked about it (to renew, with
//	  another secret; to leave) stands beside it until the callback confirms it, so that
//	  knowing a callback is not enough to change or end a subscription.
//	- denied: nothing more is delivered; the callback is told once more or less (5.2).
//
// # Delivery
//
// A subscription remembers the ETag of the document that it last took (Sent) and that of
// the document as it was last seen to be (Want). When the store's version has moved, the
// documents of subscribed topics, and no others, are looked at; where Want differs from
// Sent a delivery is due. It carries the document as it is at that moment, whole, so a
// subscriber that was away gets the latest and nothing in between. Who delivers claims
// the row first, by moving Due on: two processes never deliver the same, and what a
// killed process held is due again when its claim has run out. A crash after the
// subscriber's answer and before it is noted repeats a delivery; none is lost.
//
// # Failure
//
// A 2xx ends a delivery, a 410 the subscription. Everything else, redirects included, is
// tried again after a minute, two, four, up to six hours, or when Retry-After says so;
// after Terms.GiveUp of nothing else the subscription is forgotten. An answer other than
// 2xx with the challenge ends a request; only silence and 5xx are tried again, twice.
package hub
