package websub

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
)

// Offer is where a document can be subscribed to. Both are empty when it cannot.
type Offer struct {
	Hub   string
	Topic string
}

// maxAddress bounds the addresses of hubs and topics, in bytes.
const maxAddress = 2048

// Discover finds what the document at address offers (WebSub, 4). A Link header says
// more than the document; links are those of a feed, or of a page's head (PageLinks).
// Of several hubs, the first one over https is taken, else the first. A document that
// names no address of its own is the topic at the address that answered.
func Discover(header []string, links []feeds.Link, address string) Offer {
	fromHeader := ParseLink(header, address)
	hub := pickHub(fromHeader)
	if hub == "" {
		hub = pickHub(links)
	}
	if hub == "" {
		return Offer{}
	}
	topic := Self(fromHeader)
	if topic == "" {
		topic = Self(links)
	}
	if topic == "" {
		topic = webAddress(address)
	}
	if topic == "" {
		return Offer{}
	}
	return Offer{Hub: hub, Topic: topic}
}

func pickHub(links []feeds.Link) string {
	best := ""
	for _, l := range links {
		if l.Rel != "hub" {
			continue
		}
		hub := webAddress(l.Href)
		if strings.HasPrefix(hub, "https:") {
			return hub
		}
		if best == "" {
			best = hub
		}
	}
	return best
}

// Self is the first usable rel=self of links, "" when there is none.
func Self(links []feeds.Link) string {
	for _, l := range links {
		if l.Rel == "self" {
			if self := webAddress(l.Href); self != "" {
				return self
			}
		}
	}
	return ""
}

// webAddress is an address a request could go to, without its fragment, or "".
func webAddress(s string) string {
	if len(s) > maxAddress {
		return ""
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return ""
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// SameAddress compares two addresses as their servers would: scheme and host in any
// case, with or without the scheme's own port, whatever the fragment.
func SameAddress(a, b string) bool {
	return a != "" && canonical(a) == canonical(b)
}

// SameHost says whether two addresses are of one host and port, over http or https.
func SameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	if errX != nil || errY != nil {
		return false
	}
	return strings.EqualFold(x.Hostname(), y.Hostname()) && customPort(x) == customPort(y)
}

func customPort(u *url.URL) string {
	if p := u.Port(); p != "80" && p != "443" {
		return p
	}
	return ""
}

func canonical(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	u.Scheme, u.Fragment, u.RawFragment = strings.ToLower(u.Scheme), "", ""
	u.Host = strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; port != "" {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// headWithin bounds how far into a page its head is looked for, in bytes.
const headWithin = 256 << 10

// PageLinks are the links in the head of an HTML page, resolved against its base.
func PageLinks(page []byte, address string) []feeds.Link {
	base, err := url.Parse(address)
	if err != nil {
		return nil
	}
	var out []feeds.Link
	for z := html.NewTokenizer(bytes.NewReader(page[:min(len(page), headWithin)])); len(out) < maxLinks; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.Head {
				return out
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.DataAtom {
			case atom.Body:
				return out // what visitors write stands in the body
			case atom.Base:
				if ref, err := url.Parse(attribute(t, "href")); err == nil {
					base = base.ResolveReference(ref)
				}
			case atom.Link:
				ref, err := url.Parse(strings.TrimSpace(attribute(t, "href")))
				if err != nil {
					continue
				}
				for _, rel := range strings.Fields(strings.ToLower(attribute(t, "rel"))) {
					out = append(out, feeds.Link{Rel: rel, Href: base.ResolveReference(ref).String(), Type: attribute(t, "type")})
				}
			}
		}
	}
	return out
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
