package config

import "time"

// Hub is how subscribers hear of news in our feeds (WebSub).
type Hub struct {
	Mode           string        `yaml:"mode" enum:"auto,own,external,off" doc:"Who tells the subscribers of our feeds that they have changed (WebSub). own: a hub of our own at /hub below base_url. external: the hub at url, which is told of changes. off: nobody, readers poll. auto: own if base_url is an address that the internet can reach, else off. A static shelf (tributary publish) names an external hub or none."`
	URL            string        `yaml:"url" check:"url" doc:"Address of the external hub, such as https://pubsubhubbub.appspot.com/. It is named by the feeds without filters, and told of them."`
	Allow          []string      `yaml:"allow" check:"hostport" doc:"Exact host:port pairs on private addresses at which our own hub may call subscribers, such as a CMS on the intranet, or reach the external hub. fetch.allow does not count here: anybody may name a callback. Everything else private, loopback, link-local or multicast is refused after name resolution."`
	Lease          time.Duration `yaml:"lease" min:"1m" max:"8784h" doc:"How long a subscription at our own hub lasts when the subscriber does not say."`
	MinLease       time.Duration `yaml:"min_lease" min:"1m" max:"8784h" doc:"Shortest lease that is granted."`
	MaxLease       time.Duration `yaml:"max_lease" min:"1m" max:"8784h" doc:"Longest lease that is granted."`
	MaxSubscribers int           `yaml:"max_subscribers" min:"1" max:"1000000" doc:"Subscriptions at our own hub in all."`
	MaxPerHost     int           `yaml:"max_per_host" min:"1" max:"1000000" doc:"Subscriptions of callbacks on one host."`
	MaxPerFeed     int           `yaml:"max_per_feed" min:"1" max:"1000000" doc:"Subscriptions to one feed in one format and mix of filters."`
	MaxFeeds       int           `yaml:"max_feeds" min:"1" max:"100000" doc:"Different feeds that are subscribed to. Each is looked at after every commit that changes a story."`
	MaxBytes       int64         `yaml:"max_bytes" unit:"bytes" min:"64KiB" max:"64MiB" doc:"Largest document that is delivered. A larger one is left to be polled."`
	Signature      string        `yaml:"signature" enum:"sha1,sha256,sha384,sha512" doc:"Method with which deliveries are signed (X-Hub-Signature) for subscribers that gave a secret."`
	Timeout        time.Duration `yaml:"timeout" min:"1s" max:"30s" doc:"Longest time for one call of a callback or of the external hub."`
	Concurrency    int           `yaml:"concurrency" restart:"true" min:"1" max:"64" doc:"Hosts that one process delivers to at the same time. One host is never called by two at once."`
	GiveUp         time.Duration `yaml:"give_up" min:"10m" max:"744h" doc:"After how long of nothing but failures a subscription is ended."`
	PingEvery      time.Duration `yaml:"ping_every" min:"1s" max:"1h" doc:"Shortest time between two looks at all feeds for an external hub."`
}

// The ways of telling subscribers.
const (
	HubOff      = "off"
	HubOwn      = "own"
	HubExternal = "external"
)

// HubWay is who tells subscribers, auto resolved: HubOff, HubOwn or HubExternal.
func (c *Config) HubWay() string {
	switch {
	case c.Hub.Mode == "auto" && public(c.BaseURL):
		return HubOwn
	case c.Hub.Mode == "auto":
		return HubOff
	default:
		return c.Hub.Mode
	}
}

// clashes finds settings of the hub that do not go together.
func (h *Hub) clashes(baseURL string, clash func(key, other, message, instead string)) {
	switch {
	case h.Mode == HubExternal && h.URL == "":
		clash("hub.mode", "hub.url", "hub.mode is external and hub.url is empty", "write the address of the hub as hub.url")
	case h.Mode == HubOwn && baseURL == "":
		clash("hub.mode", "base_url", "hub.mode is own and base_url is empty, so subscribers have no address to call",
			"write the address at which subscribers reach this installation as base_url")
	}
	if h.MinLease > h.Lease || h.Lease > h.MaxLease {
		clash("hub.lease", "hub.max_lease", "hub.lease is not between hub.min_lease and hub.max_lease", "raise or lower one of the three")
	}
}
