package web

import (
	"net/url"
	"slices"
	"strings"

	"tributary/feeds"
	"tributary/internal/publish"
)

// filterKeys are the parameters of a feed's address, in the order in which we write
// them. Equal selections therefore have equal addresses.
var filterKeys = []string{"country", "region", "topic", "language", "office", "source", "kind", "q", "limit"}

// links writes the addresses on a page. The zero lang means that the reader's
// browser chose the language and addresses stay clean.
type links struct {
	base   string // the installation's address without a trailing slash: https://example.org/news
	prefix string // its path: /news, or empty
	lang   string // the language that the reader asked for by ?lang=
	shelf  bool   // for files on a static host: pages end in .html and there is no search
}

func newLinks(base string) (links, error) {
	u, err := url.Parse(base)
	if err != nil {
		return links{}, err
	}
	return links{base: strings.TrimRight(base, "/"), prefix: strings.TrimRight(u.EscapedPath(), "/")}, nil
}

// page is the address of a page on this site.
func (l links) page(path string, query url.Values) string {
	q := encodeFilters(query)
	if l.lang != "" {
		q = join(q, "lang="+url.QueryEscape(l.lang))
	}
	return l.prefix + path + mark(q)
}

// linkable says whether a term has a page of its own, and where. A label may name
// what no feed is made for: a source on trial, a language nobody reads in.
func (v *viewer) linkable(t feeds.Term) (path, href string, ok bool) {
	path, ok = termPath(t)
	if !ok {
		return "", "", false
	}
	if v.l.shelf {
		ok = v.shelf[path]
	} else {
		_, _, err := v.h.o.Publisher.Parse(path+"."+string(publish.FormatHTML), nil)
		ok = err == nil
	}
	return path, v.l.feedPage(path, nil), ok
}

func (l links) home() string {
	if l.shelf {
		return l.prefix + "/index.html"
	}
	return l.page("/", nil)
}

// feedPage is the page of the feed at a path below /feeds/ such as "country/ly".
func (l links) feedPage(path string, query url.Values) string {
	return l.page("/feeds/"+path+".html", query)
}

// feed is a feed's own, absolute address; ext is atom, rss or json.
func (l links) feed(path, ext string) string { return l.base + "/feeds/" + path + "." + ext }

func (l links) story(id string) string {
	if l.shelf {
		return l.prefix + "/stories/" + url.PathEscape(id) + ".html"
	}
	return l.page("/stories/"+url.PathEscape(id), nil)
}

func (l links) absolute(path string) string { return l.base + path }

// termPath is the path of the feed of one selection term; ok is false for publisher
// kinds, which are filters only.
func termPath(t feeds.Term) (path string, ok bool) {
	switch t.Kind {
	case feeds.TermCountry, feeds.TermRegion, feeds.TermTopic, feeds.TermLanguage, feeds.TermOffice, feeds.TermSource, savedKind:
		return string(t.Kind) + "/" + url.PathEscape(strings.ToLower(t.Value)), true
	default:
		return "", false
	}
}

// pathTerm is the term that a feed's path stands for; ok is false for "all" and
// for what an office saved under a name.
func pathTerm(path string) (feeds.Term, bool) {
	kind, value, found := strings.Cut(path, "/")
	if !found || value == "" || strings.Contains(value, "/") {
		return feeds.Term{}, false
	}
	switch k := feeds.TermKind(kind); k {
	case feeds.TermCountry:
		return feeds.Term{Kind: k, Value: strings.ToUpper(value)}, true
	case feeds.TermRegion, feeds.TermTopic, feeds.TermLanguage, feeds.TermOffice, feeds.TermSource:
		return feeds.Term{Kind: k, Value: value}, true
	default:
		return feeds.Term{}, false
	}
}

// tidyFilters is what a form or a person's typing means: empty fields left out, a
// repeated field the same as a comma, the page's language no filter. changed says
// whether the address should be the tidy one instead.
func tidyFilters(query url.Values) (tidy url.Values, changed bool) {
	tidy = make(url.Values, len(query))
	for key, values := range query {
		if key == "lang" {
			continue
		}
		if key == "q" {
			words := strings.Join(strings.Fields(strings.Join(values, " ")), " ")
			changed = changed || len(values) != 1 || words == ""
			if words != "" {
				tidy.Set(key, words)
			}
			continue
		}
		var kept []string
		for _, value := range values {
			for item := range strings.SplitSeq(value, ",") {
				if item = strings.TrimSpace(item); item != "" && !slices.Contains(kept, item) {
					kept = append(kept, item)
				}
			}
		}
		changed = changed || len(values) != 1 || len(kept) == 0
		if len(kept) > 0 {
			tidy.Set(key, strings.Join(kept, ","))
		}
	}
	return tidy, changed
}

// without is the query less one value of one key.
func without(query url.Values, key, value string) url.Values {
	out := make(url.Values, len(query))
	for k, v := range query {
		if k != key {
			out[k] = v
			continue
		}
		if key == "q" {
			continue
		}
		kept := slices.DeleteFunc(strings.Split(query.Get(key), ","), func(s string) bool { return s == value })
		if len(kept) > 0 {
			out.Set(key, strings.Join(kept, ","))
		}
	}
	return out
}

// encodeFilters writes known keys in our order, then others by name. Commas, which
// separate values, stay readable (RFC 3986, 3.4 allows them).
func encodeFilters(query url.Values) string {
	var b strings.Builder
	write := func(key string) {
		for _, value := range query[key] {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(url.QueryEscape(key))
			b.WriteByte('=')
			b.WriteString(strings.ReplaceAll(url.QueryEscape(value), "%2C", ","))
		}
	}
	for _, key := range filterKeys {
		write(key)
	}
	var others []string
	for key := range query {
		if !slices.Contains(filterKeys, key) {
			others = append(others, key)
		}
	}
	slices.Sort(others)
	for _, key := range others {
		write(key)
	}
	return b.String()
}

// escapePath keeps a path's slashes.
func escapePath(path string) string { return (&url.URL{Path: path}).EscapedPath() }

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "&" + b
}

func mark(query string) string {
	if query == "" {
		return ""
	}
	return "?" + query
}
