package read

import (
	"bytes"
	"net/url"
	"strings"
)

// outline reads the elements of a document with what gofeed does not keep of them:
// their order, the vocabulary they are of, and the base and language in force. It is
// taken on demand, one level at a time, over the document's own bytes, so that what
// nobody asks for costs nothing.
type outline struct {
	document *url.URL          // what a base is relative to where none is in force
	names    map[string]string // names as written -> lower case, shared by all elements
}

// scope is what an element declares for what it holds.
type scope struct {
	outer    *scope
	prefixes map[string]string // prefix -> vocabulary; nil when none is declared
	base     *url.URL          // in force; nil when nothing declares one
	lang     string            // in force, as written
	spoken   bool              // lang was declared here, perhaps as empty
}

// element is an element as it stands in the document.
type element struct {
	space string // vocabulary: "", "atom", "dc", ...
	name  string // local name, lower case
	attrs []byte
	inner []byte // between its tags
	scope *scope // within it
}

// vocabularyOf finds what a prefix stands for.
func (s *scope) vocabularyOf(prefix []byte) string {
	for at := s; at != nil; at = at.outer {
		if name, ok := at.prefixes[string(prefix)]; ok {
			return name
		}
	}
	if len(prefix) == 0 {
		return coreSpace
	}
	lower := strings.ToLower(string(prefix))
	if name, ok := knownPrefixes[lower]; ok {
		return name
	}
	return lower
}

// enter is the scope within a tag.
func (s *scope) enter(attrs []byte, document *url.URL) *scope {
	if !bytes.Contains(attrs, []byte("xml")) {
		return s
	}
	in := *s
	in.outer, in.prefixes, in.spoken = s, nil, false
	changed := false
	eachAttribute(attrs, func(name, raw []byte) {
		switch {
		case string(name) == "xmlns" || bytes.HasPrefix(name, []byte("xmlns:")):
			if in.prefixes == nil {
				in.prefixes = map[string]string{}
			}
			prefix := strings.TrimPrefix(strings.TrimPrefix(string(name), "xmlns"), ":")
			in.prefixes[prefix] = vocabulary(decodeEntities(string(raw)))
			changed = true
		case string(name) == "xml:base":
			from := s.base
			if from == nil {
				from = document
			}
			if u := resolveBase(from, strings.TrimSpace(decodeEntities(string(raw)))); u != nil {
				in.base = u
				changed = true
			}
		case string(name) == "xml:lang":
			in.lang = strings.TrimSpace(decodeEntities(string(raw)))
			in.spoken = true
			changed = true
		}
	})
	if !changed {
		return s
	}
	return &in
}

// declared is the language that was declared within outer and not without it.
func (s *scope) declared(outer *scope) (lang string, ok bool) {
	for at := s; at != nil && at != outer; at = at.outer {
		if at.spoken {
			return at.lang, true
		}
	}
	return "", false
}

// element makes an element of an open tag found in the scope.
func (o *outline) element(t *token, in *scope) element {
	e := element{attrs: t.attrs, scope: in.enter(t.attrs, o.document)}
	prefix, local := []byte(nil), t.name
	if i := bytes.LastIndexByte(local, ':'); i >= 0 {
		prefix, local = local[:i], local[i+1:]
	}
	e.name, e.space = o.lower(local), e.scope.vocabularyOf(prefix)
	return e
}

// lower shares one string among equal names.
func (o *outline) lower(name []byte) string {
	if s, ok := o.names[string(name)]; ok {
		return s
	}
	s := strings.ToLower(string(name))
	if len(o.names) < 2000 {
		o.names[string(name)] = s
	}
	return s
}

// eachChild calls use with the elements that stand directly in some markup, in order,
// until it says false.
func (o *outline) eachChild(markup []byte, in *scope, use func(element) bool) {
	s := scanner{doc: markup, declared: true}
	depth, start := 0, 0
	var open element
	for {
		t := s.next()
		switch t.kind {
		case tokenEnd:
			if depth > 0 { // cannot be in a sound document
				open.inner = markup[start:]
				use(open)
			}
			return
		case tokenOpen:
			if depth == 0 {
				open = o.element(&t, in)
				if t.empty {
					if !use(open) {
						return
					}
					continue
				}
				start = t.end
			}
			if !t.empty {
				depth++
			}
		case tokenClose:
			if depth == 0 {
				continue
			}
			if depth--; depth == 0 {
				open.inner = markup[start:t.start]
				if !use(open) {
					return
				}
			}
		}
	}
}

// children lists the elements directly within e, at most limit.
func (o *outline) children(e *element, limit int) siblings {
	if bytes.IndexByte(e.inner, '<') < 0 {
		return nil
	}
	var out siblings
	o.eachChild(e.inner, e.scope, func(c element) bool {
		out = append(out, c)
		return len(out) < limit
	})
	return out
}

// is tells whether the element is of the core vocabularies and has one of the names.
func (e *element) is(names ...string) bool {
	if e.space != coreSpace && e.space != atomSpace {
		return false
	}
	for _, n := range names {
		if e.name == n {
			return true
		}
	}
	return false
}

// attr is the value of an attribute, whatever its case, its prefix only when the
// plain name is not there.
func (e *element) attr(name string) string {
	if len(e.attrs) == 0 {
		return ""
	}
	plain, prefixed := "", ""
	eachAttribute(e.attrs, func(n, raw []byte) {
		switch i := bytes.LastIndexByte(n, ':'); {
		case i < 0:
			if plain == "" && len(n) == len(name) && strings.EqualFold(string(n), name) {
				plain = strings.TrimSpace(decodeEntities(string(raw)))
			}
		case prefixed == "" && len(n)-i-1 == len(name) && !bytes.HasPrefix(n, []byte("xml")) && strings.EqualFold(string(n[i+1:]), name):
			prefixed = strings.TrimSpace(decodeEntities(string(raw)))
		}
	})
	return first(plain, prefixed)
}

// hasMarkup tells whether elements stand within the element.
func (e *element) hasMarkup() bool {
	if bytes.IndexByte(e.inner, '<') < 0 {
		return false
	}
	s := scanner{doc: e.inner, declared: true}
	for {
		switch t := s.next(); t.kind {
		case tokenEnd:
			return false
		case tokenOpen:
			return true
		}
	}
}

// siblings are the children of one element, in order.
type siblings []element

// find is the first element of a vocabulary that has one of the names and says
// something; the earlier name counts more. nil when there is none.
func (k siblings) find(space string, names ...string) *element {
	var empty *element
	for _, n := range names {
		for i := range k {
			if k[i].name == n && k[i].space == space {
				if len(k[i].inner) > 0 {
					return &k[i]
				}
				if empty == nil {
					empty = &k[i]
				}
			}
		}
	}
	return empty
}

// core is the same among the elements of RSS and Atom.
func (k siblings) core(names ...string) *element {
	var empty *element
	for _, n := range names {
		for i := range k {
			if k[i].name == n && k[i].is(n) {
				if len(k[i].inner) > 0 {
					return &k[i]
				}
				if empty == nil {
					empty = &k[i]
				}
			}
		}
	}
	return empty
}

// before tells whether a stands before b, both of k.
func (k siblings) before(a, b *element) bool {
	for i := range k {
		if &k[i] == a || &k[i] == b {
			return &k[i] == a
		}
	}
	return false
}

// text is the first text of the core vocabularies under the names.
func (k siblings) text(names ...string) string {
	for _, n := range names {
		for i := range k {
			if k[i].name == n && k[i].is(n) {
				if s := k[i].text(); s != "" {
					return s
				}
			}
		}
	}
	return ""
}

// textOf is the first text of a vocabulary under the names.
func (k siblings) textOf(space string, names ...string) string {
	for _, n := range names {
		for i := range k {
			if k[i].name == n && k[i].space == space {
				if s := k[i].text(); s != "" {
					return s
				}
			}
		}
	}
	return ""
}

// text is the element's text, references decoded, tags left out.
func (e *element) text() string {
	if bytes.IndexByte(e.inner, '<') < 0 {
		return decodeEntities(string(bytes.TrimSpace(e.inner)))
	}
	var b strings.Builder
	s := scanner{doc: e.inner, declared: true}
	for {
		t := s.next()
		switch t.kind {
		case tokenEnd:
			return strings.TrimSpace(b.String())
		case tokenText:
			b.WriteString(decodeEntities(string(e.inner[t.start:t.end])))
		case tokenCDATA:
			b.Write(cdata(e.inner[t.start:t.end]))
		}
	}
}

// cdata is the text of a CDATA section.
func cdata(section []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimPrefix(section, []byte("<![CDATA[")), []byte("]]>"))
}

// plan is where the elements of a feed stand in a document.
type plan struct {
	outline
	root    element
	feed    element   // the channel, or Atom's feed
	kids    siblings  // of the feed, entries left out
	beside  siblings  // RDF's elements beside the channel
	entries []element // in the order of gofeed: those of the channel, then those beside it
}

// maxChildren bounds the elements of a feed or entry that are looked at.
const maxChildren = 2000

// takePlan finds the parts of a sound RSS or Atom document.
func takePlan(doc []byte, document *url.URL, most int) *plan {
	p := &plan{outline: outline{document: document, names: map[string]string{}}}
	p.root.scope = &scope{}
	p.eachChild(doc, p.root.scope, func(e element) bool {
		p.root = e
		return false
	})
	p.adoptRoot()
	p.feed = p.root
	var outside []element
	keep := func(list *[]element, e element) {
		if len(*list) <= most {
			*list = append(*list, e)
		}
	}
	found := false
	p.eachChild(p.root.inner, p.root.scope, func(e element) bool {
		switch {
		case p.root.name == "rss" || p.root.name == "rdf":
			switch {
			case e.is("channel") && !found:
				p.feed, found = e, true
			case e.is("item"):
				keep(&outside, e)
			case len(p.beside) < maxChildren:
				p.beside = append(p.beside, e)
			}
		case e.is("entry") || e.is("item"):
			keep(&p.entries, e)
		case len(p.kids) < maxChildren:
			p.kids = append(p.kids, e)
		}
		return true
	})
	if found {
		p.eachChild(p.feed.inner, p.feed.scope, func(e element) bool {
			switch {
			case e.is("item") || e.is("entry"):
				keep(&p.entries, e)
			case len(p.kids) < maxChildren:
				p.kids = append(p.kids, e)
			}
			return true
		})
	}
	p.entries = append(p.entries, outside...)
	return p
}

// adoptRoot takes the root's own namespace, and the default one, for the format's
// when nobody knows it: it is a slip of the publisher's, and its elements are meant.
func (p *plan) adoptRoot() {
	native := coreSpace
	if p.root.name == "feed" {
		native = atomSpace
	}
	known := func(space string) bool { return !strings.ContainsAny(space, "./") }
	for prefix, space := range p.root.scope.prefixes {
		own := p.root.name != "rdf" && space == p.root.space
		if own || prefix == "" && !known(space) {
			p.root.scope.prefixes[prefix] = native
		}
	}
}
