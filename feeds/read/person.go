package read

import (
	"strings"

	"tributary/feeds"
)

// person reads the author forms of RSS: "mail (name)", "name <mail>", "name (mail)",
// "mail", "name".
func person(s string) (feeds.Person, bool) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") && isMail(strings.TrimSpace(s[i+1:len(s)-1])) {
		return named(s[:i], s[i+1:len(s)-1])
	}
	s = plainTitle(s)
	if i := strings.IndexByte(s, '('); i >= 0 && strings.HasSuffix(s, ")") {
		outside, inside := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:len(s)-1])
		switch {
		case isMail(outside):
			return named(inside, outside)
		case isMail(inside):
			return named(outside, inside)
		}
	}
	if isMail(s) {
		return named("", s)
	}
	if mail, name, ok := strings.Cut(s, " "); ok && isMail(mail) {
		return named(name, mail)
	}
	return named(s, "")
}

func named(name, mail string) (feeds.Person, bool) {
	p := feeds.Person{
		Name:  cut(strings.Trim(plainTitle(name), ` "`), maxName),
		Email: cut(strings.TrimPrefix(strings.TrimSpace(mail), "mailto:"), maxName),
	}
	return p, p.Name != "" || p.Email != ""
}

// isMail tells a mail address well enough to separate it from a name.
func isMail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at < len(s)-1 && strings.IndexByte(s[at+1:], '@') < 0 && !strings.ContainsAny(s, " \t\n<>()\"")
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
