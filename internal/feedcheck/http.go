package feedcheck

import (
	"mime"
	"slices"
	"strings"
)

// mediaTypes are what each format is served as, the best first.
var mediaTypes = map[Format][]string{
	Atom: {"application/atom+xml", "application/xml", "text/xml"},
	RSS:  {"application/rss+xml", "application/xml", "text/xml"},
	JSON: {"application/feed+json", "application/json"},
	OPML: {"text/x-opml", "application/xml", "text/xml"},
}

// http looks at how the document was served.
func (c *checker) http() {
	if c.Status != 0 && c.Status != 200 {
		c.add(HTTPStatus, "status", 0, "%d", c.Status)
	}
	if c.Header == nil {
		return
	}
	c.served()
	if c.header("Etag") == "" || c.header("Last-Modified") == "" {
		c.add(MissingValidators, "header ETag, Last-Modified", 0, "ETag %s, Last-Modified %s", quote(c.header("Etag")), quote(c.header("Last-Modified")))
	}
	if !strings.Contains(c.header("Cache-Control"), "max-age") && !strings.Contains(c.header("Cache-Control"), "no-cache") {
		c.add(MissingCacheControl, "header Cache-Control", 0, "%s", quote(c.header("Cache-Control")))
	}
	if c.header("Content-Encoding") != "" && !slices.ContainsFunc(c.Header["Vary"], func(v string) bool {
		return strings.Contains(strings.ToLower(v), "accept-encoding") || v == "*"
	}) {
		c.add(MissingVary, "header Vary", 0, "Content-Encoding %s", quote(c.header("Content-Encoding")))
	}
	if c.header("Access-Control-Allow-Origin") != "*" {
		c.add(MissingCORS, "header Access-Control-Allow-Origin", 0, "%s", quote(c.header("Access-Control-Allow-Origin")))
	}
	if c.header("Set-Cookie") != "" {
		c.add(Cookie, "header Set-Cookie", 0, "a cookie") // its value is nobody's business
	}
	if c.report.Format != "" && !c.unread { // a document that could not be read names nothing
		c.webSub()
	}
}

func (c *checker) served() {
	said := c.header("Content-Type")
	base, params, err := mime.ParseMediaType(said)
	good := mediaTypes[c.report.Format]
	if len(good) == 0 {
		return
	}
	if err != nil || !slices.Contains(good, base) {
		c.add(ContentType, "header Content-Type", 0, "%s for %s", quote(said), c.report.Format)
		return
	}
	if params["charset"] == "" && c.report.Format != JSON {
		c.add(MissingCharset, "header Content-Type", 0, "%s", quote(said))
	}
}

// webSub compares the Link header with the document (WebSub, 4): hubs and self are equal.
func (c *checker) webSub() {
	f := &c.report.Feed
	hubs, selves := linkHeader(c.Header["Link"])
	slices.Sort(hubs)
	said := slices.Clone(f.Hubs)
	slices.Sort(said)
	if (len(hubs) > 0 || len(said) > 0) && c.report.Format != OPML && !slices.Equal(hubs, said) {
		c.add(HubDiffers, "header Link", 0, "the header names %d hubs, the document %d: %s, %s", len(hubs), len(said), quote(strings.Join(hubs, " ")), quote(strings.Join(said, " ")))
	}
	switch {
	case len(selves) == 0 && len(hubs) > 0:
		c.add(HubWithoutSelf, "header Link", 0, "a hub without a self")
	case len(selves) > 0 && f.Self != "" && selves[0] != f.Self:
		c.add(SelfDiffers, "header Link", 0, "%s in the header, %s in the document", quote(selves[0]), quote(f.Self))
	}
}

// linkHeader reads the hubs and selves of Link headers (RFC 8288, 3).
func linkHeader(values []string) (hubs, selves []string) {
	for _, value := range values {
		for value != "" {
			_, rest, found := strings.Cut(value, "<")
			target, rest, ended := strings.Cut(rest, ">")
			if !found || !ended {
				break
			}
			params, next, _ := strings.Cut(rest, ",")
			value = next
			for _, p := range strings.Split(params, ";") {
				name, rel, _ := strings.Cut(strings.TrimSpace(p), "=")
				if !strings.EqualFold(strings.TrimSpace(name), "rel") {
					continue
				}
				for _, r := range strings.Fields(strings.Trim(strings.TrimSpace(rel), `"`)) {
					switch strings.ToLower(r) {
					case "hub":
						hubs = append(hubs, target)
					case "self":
						selves = append(selves, target)
					}
				}
			}
		}
	}
	return hubs, selves
}
