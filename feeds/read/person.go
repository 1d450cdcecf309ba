package read

import (
	"net/url"
	"strings"

	"tributary/feeds"
)

// authorsOf lists the authors of a feed or entry in the document's order, each once.
func (r *reader) authorsOf(o *outline, k siblings, base *url.URL) []feeds.Person {
	var out []feeds.Person
	for i := range k {
		e := &k[i]
		if e.is("author", "managingeditor") || e.space == "dc" && (e.name == "creator" || e.name == "author") ||
			e.space == "itunes" && e.name == "author" || e.space == "dcterms" && e.name == "creator" || e.space == "googleplay" && e.name == "author" {
			out = appendPerson(out, r.personAt(o, e, base))
		}
	}
	return out
}

// publishersOf are the people and bodies that stand for the authors where none is
// named.
func (r *reader) publishersOf(o *outline, k siblings) []feeds.Person {
	for _, e := range []*element{k.find("dc", "publisher"), k.find("itunes", "owner"), k.find("dcterms", "publisher"), k.core("webmaster")} {
		if e != nil {
			if p := r.personAt(o, e, nil); p != (feeds.Person{}) {
				return []feeds.Person{p}
			}
		}
	}
	return nil
}

// personAt reads a person: Atom's with children, or a text.
func (r *reader) personAt(o *outline, e *element, base *url.URL) feeds.Person {
	inner := o.children(e, maxChildren)
	if len(inner) == 1 && len(inner[0].inner) > 0 && inner[0].name != "name" && inner[0].name != "email" { // foaf:Person, foaf:Agent
		if deep := o.children(&inner[0], maxChildren); len(deep) > 0 {
			inner = deep
		}
	}
	var name, mail, uri string
	for i := range inner {
		c := &inner[i]
		switch c.name {
		case "name":
			name = first(name, c.text())
		case "email", "mbox":
			mail = first(mail, c.text(), c.attr("resource"))
		case "uri", "url", "homepage", "href":
			if uri == "" {
				uri = first(c.text(), c.attr("resource"))
				if c.scope.base != nil {
					base = c.scope.base
				}
			}
		}
	}
	if name == "" && mail == "" && uri == "" {
		p, _ := person(e.text())
		return p
	}
	return r.atomPerson(name, mail, uri, base)
}

// atomPerson makes a person of the parts that a format keeps apart.
func (r *reader) atomPerson(name, mail, uri string, base *url.URL) feeds.Person {
	p, _ := named(name, mail)
	if p.Email == "" && strings.IndexByte(p.Name, '@') > 0 {
		p, _ = person(name)
	}
	if to, ok := strings.CutPrefix(strings.TrimSpace(uri), "mailto:"); ok && p.Email == "" {
		to, _, _ = strings.Cut(to, "?")
		p.Email = cut(to, maxName)
		return p
	}
	p.URI = r.address(base, uri, "address of an author")
	return p
}

// person reads the author forms of RSS: "mail (name)", "name <mail>", "name (mail)",
// "mail name", "mail", "name": the first mail address is the mail, what is left
// without its brackets the name.
func person(s string) (feeds.Person, bool) {
	s = strings.TrimSpace(s)
	mail, from, to := mailIn(s)
	if mail == "" {
		return named(plainTitle(s), "")
	}
	before, after := strings.TrimSpace(s[:from]), strings.TrimSpace(s[to:])
	before = strings.TrimSpace(strings.TrimRight(strings.TrimSuffix(before, "mailto:"), "<([{,;:-"))
	after = strings.TrimSpace(strings.TrimLeft(after, ">)]},;:-"))
	name := strings.TrimSpace(before + " " + after)
	if strings.HasPrefix(name, "(") && strings.HasSuffix(name, ")") {
		name = name[1 : len(name)-1]
	}
	return named(name, mail)
}

// mailIn finds the first mail address in a text.
func mailIn(s string) (mail string, from, to int) {
	for start := 0; ; {
		at := strings.IndexByte(s[start:], '@')
		if at < 0 {
			return "", 0, 0
		}
		at += start
		from, to = at, at+1
		for from > 0 && isMailByte(s[from-1]) {
			from--
		}
		for to < len(s) && isMailByte(s[to]) {
			to++
		}
		for to > at && (s[to-1] == '.' || s[to-1] == ':') {
			to--
		}
		if from < at && to > at+1 {
			return s[from:to], from, to
		}
		start = at + 1
	}
}

func isMailByte(c byte) bool {
	return c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || strings.IndexByte("._-+%&'*/=?^~!#$", c) >= 0
}

func named(name, mail string) (feeds.Person, bool) {
	p := feeds.Person{
		Name:  cut(strings.Trim(plainTitle(name), ` "`), maxName),
		Email: cut(strings.TrimPrefix(strings.TrimSpace(mail), "mailto:"), maxName),
	}
	return p, p.Name != "" || p.Email != ""
}

// appendPerson adds a person who is not there yet; one known by name gets what was
// missing.
func appendPerson(list []feeds.Person, p feeds.Person) []feeds.Person {
	if p == (feeds.Person{}) || len(list) >= maxAuthors {
		return list
	}
	for i := range list {
		known := &list[i]
		if known.Name == p.Name && p.Name != "" || known.Email == p.Email && p.Email != "" {
			known.Name = first(known.Name, p.Name)
			known.Email = first(known.Email, p.Email)
			known.URI = first(known.URI, p.URI)
			return list
		}
	}
	return append(list, p)
}

// first is the first of the texts that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
