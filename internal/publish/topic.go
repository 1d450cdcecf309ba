package publish

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"tributary/feeds"
)

// A topic (WebSub, 2) is a document's canonical address, here without what stands before
// it on every address of ours: country/ly.atom?topic=returns. It outlives a change of
// the base URL.

// Topic reads an absolute address of a feed, in whichever spelling, and gives its topic.
// An address that is none of our documents is an *Invalid; any other error is the
// catalogue's, when nothing is known of sources yet.
func (p *Publisher) Topic(_ context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || !p.serves(u) {
		return "", &Invalid{Parameter: "topic", Value: address, Status: http.StatusNotFound,
			sentence: "This is no address of a feed of ours: they begin with " + p.base + "/feeds/."}
	}
	ch, f, err := p.parseTopic(u)
	if err != nil {
		return "", err
	}
	a := p.canonicalAddress(ch)
	return strings.TrimPrefix(a.in("", f), "/feeds/"), nil
}

// serves says whether an address is below ours. Scheme and host are the same in either
// case, and with their port or without.
func (p *Publisher) serves(u *url.URL) bool {
	base, err := url.Parse(p.base)
	return err == nil && u.User == nil && strings.EqualFold(u.Scheme, base.Scheme) && strings.EqualFold(withPort(u), withPort(base)) &&
		strings.HasPrefix(u.Path, base.Path+"/feeds/")
}

func withPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[strings.ToLower(u.Scheme)]
	}
	return u.Hostname() + ":" + port
}

func (p *Publisher) parseTopic(u *url.URL) (feeds.Channel, Format, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return feeds.Channel{}, "", &Invalid{Parameter: "query", Value: u.RawQuery, Status: http.StatusBadRequest,
			sentence: "The part after the question mark cannot be read."}
	}
	path := u.Path
	if i := strings.Index(path, "/feeds/"); i >= 0 {
		path = path[i+len("/feeds/"):]
	}
	ch, f, err := p.Parse(path, query)
	if err == nil && f == FormatHTML {
		return feeds.Channel{}, "", &Invalid{Parameter: "format", Value: string(f), Status: http.StatusNotFound,
			Valid:    []string{string(FormatAtom), string(FormatRSS), string(FormatJSON)},
			sentence: "A page cannot be subscribed to; its feed can: .atom, .rss or .json in place of .html."}
	}
	return ch, f, err
}

// TopicDocument is the document of a topic as of now: a change that was committed before
// the call is in it. An address that names nothing any more is an *Invalid.
func (p *Publisher) TopicDocument(ctx context.Context, topic string) (*Document, error) {
	if err := p.lookNow(ctx); err != nil {
		return nil, err
	}
	u, err := url.Parse(p.TopicAddress(topic))
	if err != nil {
		return nil, &Invalid{Parameter: "topic", Value: topic, Status: http.StatusNotFound}
	}
	ch, f, err := p.parseTopic(u)
	if err != nil {
		return nil, err
	}
	return p.Document(ctx, ch, f)
}

// lookNow looks at the store, whoever else does so and however short ago the last look
// was.
func (p *Publisher) lookNow(ctx context.Context) error {
	p.checks.Lock()
	defer p.checks.Unlock()
	ctx, cancel := context.WithTimeout(ctx, storePatience)
	defer cancel()
	next := p.look(ctx, p.state.Load(), p.o.Now())
	if next.err != nil {
		return next.err // the former state stays: the next request looks for itself
	}
	next.checked = p.o.Now()
	p.state.Store(next)
	return nil
}

// TopicAddress is the absolute address of a topic.
func (p *Publisher) TopicAddress(topic string) string { return p.base + "/feeds/" + topic }

// ListedTopics are the topics of the channels that Channels lists, those without filters
// that have stories; each in all its formats, Atom first, which holds the most.
func (p *Publisher) ListedTopics(ctx context.Context) ([][]string, error) {
	channels, err := p.Channels(ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]string, len(channels))
	for i, ch := range channels {
		for _, f := range documentFormats {
			out[i] = append(out[i], strings.TrimPrefix(p.canonicalAddress(ch).in("", f), "/feeds/"))
		}
	}
	return out, nil
}

// hub is the address of the WebSub hub that a channel names, empty for none.
func (p *Publisher) hub(ch feeds.Channel) string {
	if p.o.HubListed && p.canonicalAddress(ch).query != "" {
		return ""
	}
	return p.o.Hub
}

// links is the Link field (RFC 8288) of a channel's document: its hub and its canonical
// address, the same as in the document (WebSub, 4). Empty when it names no hub.
func (p *Publisher) links(ch feeds.Channel, f Format) string {
	hub := p.hub(ch)
	if hub == "" {
		return ""
	}
	return LinkField(hub, p.Address(ch, f))
}

// linksAt is links of any document of a channel: none of an archive or a further page.
func (p *Publisher) linksAt(ch feeds.Channel, at spot, f Format) string {
	if at != (spot{}) {
		return ""
	}
	return p.links(ch, f)
}

// LinkField is a Link field with a hub and a topic.
func LinkField(hub, self string) string {
	return "<" + hub + `>; rel="hub", <` + self + `>; rel="self"`
}
