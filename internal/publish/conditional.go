package publish

import (
	"net/http"
	"strconv"
	"strings"
)

// coding is a content coding that we offer.
type coding int

const (
	codedIdentity coding = iota
	codedGzip
	codedBrotli
)

// acceptedCoding reads Accept-Encoding (RFC 9110, 12.5.3): Brotli before gzip when a
// client weighs them alike, neither unless it names them or everything. It allocates
// nothing.
func acceptedCoding(headers []string) coding {
	const unsaid = -1.0
	br, gz, rest := unsaid, unsaid, unsaid
	for _, header := range headers {
		for item := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(item, ";")
			weight := quality(parameters)
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, "br"):
				br = weight
			case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"):
				gz = weight
			case name == "*":
				rest = weight
			}
		}
	}
	if br == unsaid {
		br = rest
	}
	if gz == unsaid {
		gz = rest
	}
	switch {
	case br > 0 && br >= gz:
		return codedBrotli
	case gz > 0:
		return codedGzip
	default:
		return codedIdentity
	}
}

// quality is a weight (RFC 9110, 12.4.2): 1 when none is given, 0 when it cannot be
// read.
func quality(parameters string) float64 {
	parameters = strings.TrimSpace(parameters)
	if parameters == "" {
		return 1
	}
	value, found := strings.CutPrefix(parameters, "q=")
	if !found {
		if value, found = strings.CutPrefix(parameters, "Q="); !found {
			return 1
		}
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}

// notModified evaluates a request's conditions (RFC 9110, 13.2.2): If-None-Match, and
// If-Modified-Since only without it. It returns the ETag that a 304 repeats, nil when
// the document is to be sent. All codings hold the same text, so a client's copy in
// any of them is good, and its own ETag is the one repeated.
func (s *served) notModified(h http.Header, c coding) []string {
	if tags := h["If-None-Match"]; len(tags) > 0 {
		for _, v := range []*variant{s.of(c), &s.identity, &s.gzip, &s.brotli} {
			if len(tags) == 1 && tags[0] == v.etag[0] { // what nearly all send
				return v.etag
			}
		}
		return s.match(strings.Join(tags, ","), c)
	}
	since := h["If-Modified-Since"]
	if len(since) != 1 || s.lastModified == nil {
		return nil
	}
	if since[0] == s.lastModified[0] {
		return s.of(c).etag
	}
	t, err := http.ParseTime(since[0])
	if err != nil || s.modified.After(t) {
		return nil
	}
	return s.of(c).etag
}

// of is the variant of a coding, whether or not it has been made.
func (s *served) of(c coding) *variant {
	switch c {
	case codedBrotli:
		return &s.brotli
	case codedGzip:
		return &s.gzip
	default:
		return &s.identity
	}
}

// match compares a list of entity tags weakly (RFC 9110, 8.8.3.2). Tags may hold
// commas; what is no tag ends the list.
func (s *served) match(list string, c coding) []string {
	for {
		list = strings.TrimLeft(list, " \t,")
		if strings.HasPrefix(list, "*") {
			return s.of(c).etag
		}
		list = strings.TrimPrefix(list, "W/")
		if !strings.HasPrefix(list, `"`) {
			return nil
		}
		end := strings.IndexByte(list[1:], '"')
		if end < 0 {
			return nil
		}
		tag := list[:end+2]
		for _, v := range []*variant{s.of(c), &s.identity, &s.gzip, &s.brotli} {
			if tag == v.etag[0] {
				return v.etag
			}
		}
		list = list[end+2:]
	}
}
