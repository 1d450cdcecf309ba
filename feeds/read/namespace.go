package read

import (
	"bytes"
)

const (
	atomNamespace   = "http://www.w3.org/2005/Atom"
	atom03Namespace = "http://purl.org/atom/ns#"
)

// withNamespace corrects the namespace of the root element where a slip of it would
// make gofeed overlook everything: an Atom feed in an unknown namespace, an RSS
// document that declares Atom's as its default.
func (v *survey) withNamespace(doc []byte, p *problems) []byte {
	name := "xmlns"
	if i := bytes.IndexByte(v.rootName, ':'); i > 0 {
		name = "xmlns:" + string(v.rootName[:i])
	}
	value, found := attribute(v.rootAt.attrs, name)
	if !found {
		return doc
	}
	switch v.root {
	case "feed":
		if value == atomNamespace || value == atom03Namespace {
			return doc
		}
	case "rss":
		if name != "xmlns" || value != atomNamespace {
			return doc
		}
	default:
		return doc
	}
	var old []byte
	eachAttribute(v.rootAt.attrs, func(n, raw []byte) {
		if string(n) == name {
			old = raw
		}
	})
	at := bytes.Index(doc, old)
	if len(old) == 0 || at < 0 {
		return doc
	}
	right := ""
	if v.root == "feed" {
		right = atomNamespace
	}
	p.add("The root element is in the namespace %q, which is wrong for it; it was corrected.", cut(value, 80))
	out := make([]byte, 0, len(doc)+len(right))
	out = append(out, doc[:at]...)
	out = append(out, right...)
	return append(out, doc[at+len(old):]...)
}

// withoutBases hides xml:base from gofeed, which resolves against it in its own way:
// as if every base were a directory, and in some places only. The survey knows the
// bases.
func (v *survey) withoutBases(doc []byte) []byte {
	if !bytes.Contains(doc, []byte("xml:base")) {
		return doc
	}
	return bytes.ReplaceAll(doc, []byte("xml:base"), []byte("xml-base"))
}
