package feeds

import "time"

// HubSubscriberState says how a subscription of somebody else to a feed of ours stands.
type HubSubscriberState string

// The states; internal/hub says what leads from one to another.
const (
	HubSubscriberPending HubSubscriberState = "pending" // asked for, never verified: nothing is delivered
	HubSubscriberActive  HubSubscriberState = "active"  // verified, the lease runs
	HubSubscriberDenied  HubSubscriberState = "denied"  // ended by us; the subscriber is being told
	HubSubscriberEnded   HubSubscriberState = "ended"   // to be forgotten; never stored
)

// HubAsk is what is to be said or asked at a subscriber's callback.
type HubAsk string

// What there is to ask (WebSub, 5.3) and to say (5.2).
const (
	AskNothing     HubAsk = ""
	AskSubscribe   HubAsk = "subscribe"
	AskUnsubscribe HubAsk = "unsubscribe"
	AskDenied      HubAsk = "denied"
)

// HubSubscriber is the changing state of one subscription of somebody else to a feed of
// ours, at our own WebSub hub. No person edits it. Times are zero when unknown. What was
// asked for and is not verified yet stands apart from what holds, so that nobody who
// knows a callback can change a subscription by asking.
type HubSubscriber struct {
	ID       int64  // given by the store
	Topic    string // canonical, below /feeds/: country/ly.atom?topic=returns
	Callback Secret // where it is reached; whoever knows it can speak to the subscriber
	Host     string // of the callback, with its port unless that is the scheme's own
	Secret   Secret // signs deliveries; empty: they are not signed
	State    HubSubscriberState
	Verified time.Time // the last verification
	LeaseEnd time.Time

	Ask       HubAsk
	AskTopic  string        // the topic as the subscriber wrote it, which verification repeats
	AskSecret Secret        // becomes Secret
	AskLease  time.Duration // from the verification on
	Asked     time.Time
	Challenge Secret    // to be echoed; it also names the request
	Attempts  int       // at asking that failed
	AskNext   time.Time // when to ask; zero when there is nothing to ask

	Want, Sent string    // ETags of the document: as it was last seen to be, as it was last delivered
	Due        time.Time // when to deliver; zero when there is nothing to deliver
	Failures   int       // in a row
	Failing    time.Time // since when
	Last       time.Time // the last attempt to deliver
	LastStatus int       // of its answer, 0 without one
	LastError  string    // plain words; empty after success
	Deliveries int       // that were taken so far
}

// HubRequest is what a subscriber asks a hub for (WebSub, 5.1), read and bounded.
type HubRequest struct {
	Mode      HubAsk // AskSubscribe or AskUnsubscribe
	Topic     string // canonical, below /feeds/
	AskTopic  string // as it was written
	Callback  Secret
	Host      string // of the callback
	Secret    Secret
	Lease     time.Duration
	Challenge Secret
	At        time.Time
}

// HubBounds are how many subscriptions there may be.
type HubBounds struct {
	All      int
	PerHost  int // of one callback host
	PerTopic int
	Topics   int // different ones
}

// HubBound names a bound that is reached; empty for none.
type HubBound string

// The bounds.
const (
	BoundNone     HubBound = ""
	BoundAll      HubBound = "all"
	BoundPerHost  HubBound = "host"
	BoundPerTopic HubBound = "topic"
	BoundTopics   HubBound = "topics"
)
