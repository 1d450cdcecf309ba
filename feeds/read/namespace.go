package read

import (
	"bytes"
	"slices"
)

const (
	atomNamespace   = "http://www.w3.org/2005/Atom"
	atom03Namespace = "http://purl.org/atom/ns#"
	rss1Namespace   = "http://purl.org/rss/1.0/"
)

// isRSS1 tells the namespaces of RSS 1.0 and 0.90.
func isRSS1(namespace string) bool {
	switch namespace {
	case rss1Namespace, "http://my.netscape.com/rdf/simple/0.9/", "http://channel.netscape.com/rdf/simple/0.9/":
		return true
	}
	return false
}

// withNamespace corrects the namespace of the root element where a slip of it would
// make gofeed overlook everything: an Atom feed in an unknown namespace, an RSS
// document that declares Atom's as its default.
func (v *survey) withNamespace(doc []byte, p *problems) []byte {
	name := "xmlns"
	if i := bytes.IndexByte(v.rootName, ':'); i > 0 {
		name = "xmlns:" + string(v.rootName[:i])
	}
	value, found := attribute(v.rootAt.attrs, name)
	switch {
	case !found && v.root == "feed" && name != "xmlns":
		p.add("The namespace of the root element is not declared.")
		at := 1 + len(v.rootName)
		return slices.Concat(doc[:at], []byte(" "+name+`="`+atomNamespace+`"`), doc[at:])
	case !found && v.root != "rdf":
		return doc
	}
	right := ""
	switch v.root {
	case "feed":
		if value == atomNamespace || value == atom03Namespace {
			return doc
		}
	case "rss":
		if name != "xmlns" || value != atomNamespace {
			return doc
		}
	case "rdf":
		// The root has a prefix; it is the default namespace that its items are in.
		name = "xmlns"
		if value, found = attribute(v.rootAt.attrs, name); !found || isRSS1(value) || !bytes.Contains(doc, []byte("<item")) {
			return doc
		}
		right = rss1Namespace
	default:
		return doc
	}
	if v.root == "feed" {
		right = atomNamespace
	}
	p.add("The root element is in the namespace %q, which is wrong for it; it was corrected.", cut(value, 80))
	var out bytes.Buffer
	out.Grow(len(doc) + len(right))
	out.WriteByte('<')
	out.Write(v.rootName)
	eachAttribute(v.rootAt.attrs, func(n, raw []byte) {
		if string(n) == name {
			raw = []byte(right)
		}
		out.WriteString(" " + string(n) + `="`)
		out.Write(bytes.ReplaceAll(raw, []byte(`"`), []byte("&quot;")))
		out.WriteByte('"')
	})
	if v.rootAt.empty {
		out.WriteByte('/')
	}
	out.WriteByte('>')
	out.Write(doc[v.rootAt.end:])
	return out.Bytes()
}

// withoutBases hides xml:base from gofeed, which resolves against it in its own way:
// as if every base were a directory, and in some places only. The survey knows the
// bases.
func withoutBases(doc []byte) []byte {
	if !bytes.Contains(doc, []byte("xml:base")) {
		return doc
	}
	return bytes.ReplaceAll(doc, []byte("xml:base"), []byte("xml-base"))
}
