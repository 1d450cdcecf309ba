package feedcheck

import (
	"bytes"
	"net/textproto"
	"time"
)

// Document is what is checked.
type Document struct {
	Body []byte
	// Header is the answer's, with canonical names, and Status its code. Without a header
	// nothing is said about how the document was served.
	Header map[string][]string
	Status int
	URL    string // where it was read; empty when unknown
}

// Options are what a check goes by.
type Options struct {
	Now time.Time // dates after it are in the future; the zero time: none is
	// Merged: the entries are others', so each owes its source, its labels and rights.
	Merged bool
}

// bodyAtMost bounds a document, in bytes.
const bodyAtMost = 32 << 20

// Check says what is wrong with a document. It never fails: bytes that are no feed at
// all are a finding.
func Check(d Document, o Options) *Report {
	c := &checker{Document: d, Options: o}
	c.report.Findings = []Finding{}
	c.document()
	c.http()
	return &c.report
}

func (c *checker) document() {
	switch body := bytes.TrimLeft(bytes.TrimPrefix(c.Body, bom), " \t\r\n"); {
	case len(c.Body) > bodyAtMost:
		c.add(TooLarge, "document", 0, "it has %d bytes", len(c.Body))
	case len(body) > 0 && body[0] == '{':
		c.report.Format = JSON
		c.json()
	default:
		c.xml()
	}
}

func (c *checker) xml() {
	root, ok := c.parse()
	if !ok {
		return
	}
	switch {
	case root.is(nsAtom, "feed"):
		c.report.Format = Atom
		c.media(root)
		c.atomFeed(root)
	case root.is("", "rss"):
		c.report.Format = RSS
		c.media(root)
		c.rss(root)
	case root.is("", "opml"):
		c.report.Format = OPML
		c.opml(root)
	default:
		c.at(UnknownFormat, root, "the document is <%s> in namespace %s", root.name, quote(root.space))
	}
}

// header is the first value of a header, which may be missing.
func (c *checker) header(name string) string { return textproto.MIMEHeader(c.Header).Get(name) }
