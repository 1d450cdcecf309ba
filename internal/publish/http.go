package publish

import (
	"net/http"
	"net/url"

	"tributary/feeds"
)

// alias is what a request's address meant when it was last read.
type alias struct {
	channel   feeds.Channel
	at        spot
	format    Format
	key       string
	catalogue uint64 // the digest of the catalogue that it was read with
}

// maxAlias is the longest address that is remembered.
const maxAlias = 1024

// ServeFeed answers a request for a feed; path is what follows /feeds/ in it. An
// address that was asked for before is not read again, and a document that did not
// change is not looked for in the store: this is the path of nearly all requests.
//
// An error means that nothing has been written: an *Invalid, a store that cannot be
// read, or a request for FormatHTML, all for the caller to word.
func (p *Publisher) ServeFeed(w http.ResponseWriter, r *http.Request, path string) error {
	s, err := p.current(r.Context())
	if s == nil || s.catalogue == nil {
		return err
	}
	a, err := p.meaning(s, r, path)
	if err != nil {
		return err
	}
	if kept := p.cache.get(a.key); kept != nil && s.err == nil && kept.generation == s.generation && a.format != FormatHTML {
		kept.asked.Add(1)
		Serve(w, r, kept.doc)
		return nil
	}
	doc, err := p.documentAt(r.Context(), a.channel, a.at, a.format)
	if err != nil {
		return err
	}
	if kept := p.cache.get(a.key); kept != nil {
		kept.asked.Add(1)
	}
	Serve(w, r, doc)
	return nil
}

// meaning reads an address, or remembers it.
func (p *Publisher) meaning(s *state, r *http.Request, path string) (*alias, error) {
	if known, ok := p.aliases.Get(r.RequestURI); ok && known.catalogue == s.catalogue.digest && r.RequestURI != "" {
		return known, nil
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &Invalid{Parameter: "query", Value: r.URL.RawQuery, Status: http.StatusBadRequest,
			sentence: "The part after the question mark cannot be read."}
	}
	ch, at, format, err := p.parse(s.catalogue, path, query)
	if err != nil {
		return nil, err
	}
	a := &alias{channel: ch, at: at, format: format, key: p.documentKey(ch, at, format), catalogue: s.catalogue.digest}
	if r.RequestURI != "" && len(r.RequestURI) <= maxAlias {
		p.aliases.Add(r.RequestURI, a)
	}
	return a, nil
}

// ServeHTTP is Serve.
func (d *Document) ServeHTTP(w http.ResponseWriter, r *http.Request) { Serve(w, r, d) }

// Serve answers a GET or HEAD request with a document: conditional requests (RFC 9110,
// 13), content coding (12.5.3) and what caches and scripts of other sites want to
// know. It sets headers of its own alone and adds to a Vary that is there.
func Serve(w http.ResponseWriter, r *http.Request, d *Document) {
	h := w.Header()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuseMethod(w, r)
		return
	}
	s := d.serving()
	if len(h["Vary"]) == 0 {
		h["Vary"] = varyEncoding
	} else {
		h.Add("Vary", varyEncoding[0])
	}
	h["Cache-Control"] = s.cacheControl
	if s.cdnControl != nil {
		h["Cdn-Cache-Control"] = s.cdnControl
	}
	h["Access-Control-Allow-Origin"] = allOrigins
	h["Access-Control-Expose-Headers"] = exposedToAll
	if s.link != nil { // on a 304 too: it may be all that a subscriber ever sees of a new hub
		h["Link"] = s.link
	}
	if s.lastModified != nil {
		h["Last-Modified"] = s.lastModified
	}
	coding := acceptedCoding(r.Header["Accept-Encoding"])
	if etag := s.notModified(r.Header, coding); etag != nil {
		h["Etag"] = etag
		w.WriteHeader(http.StatusNotModified)
		return
	}
	if s.surrogateKey != nil {
		h["Surrogate-Key"] = s.surrogateKey
	}
	if s.cacheTag != nil {
		h["Cache-Tag"] = s.cacheTag
	}
	v := s.choose(coding)
	h["Etag"] = v.etag
	h["Content-Type"] = s.contentType
	h["Content-Length"] = v.length
	if v.coding != nil {
		h["Content-Encoding"] = v.coding
	}
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		// The reader went away: there is nobody left to tell.
		_, _ = w.Write(v.body)
	}
}

// refuseMethod answers everything that is no reading. Scripts of other sites ask by
// OPTIONS first when they mean to send If-None-Match.
func refuseMethod(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Allow", "GET, HEAD, OPTIONS")
	if r.Method != http.MethodOptions {
		http.Error(w, "A feed can be read and not written: GET or HEAD.", http.StatusMethodNotAllowed)
		return
	}
	h["Access-Control-Allow-Origin"] = allOrigins
	h.Set("Access-Control-Allow-Methods", "GET, HEAD")
	h.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}
