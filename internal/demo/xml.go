package demo

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// xmlWriter builds XML by hand, so that the demo's feeds look as various as those
// of real publishers.
type xmlWriter struct{ bytes.Buffer }

func (x *xmlWriter) prolog(charset string) {
	if charset == "" {
		charset = "utf-8"
	}
	x.WriteString(`<?xml version="1.0" encoding="` + charset + `"?>` + "\n")
}

// open writes a start tag; attrs are names and values in turn.
func (x *xmlWriter) open(name string, attrs ...string) { x.tag(name, ">", attrs) }

// empty writes an element without content.
func (x *xmlWriter) empty(name string, attrs ...string) { x.tag(name, "/>\n", attrs) }

func (x *xmlWriter) tag(name, end string, attrs []string) {
	x.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		x.WriteString(" " + attrs[i] + `="` + escaped(attrs[i+1]) + `"`)
	}
	x.WriteString(end)
}

func (x *xmlWriter) shut(name string) { x.WriteString("</" + name + ">\n") }

// text writes an element with escaped text, or nothing when the text is empty.
func (x *xmlWriter) text(name, text string, attrs ...string) {
	if text == "" {
		return
	}
	x.open(name, attrs...)
	x.WriteString(escaped(text))
	x.shut(name)
}

// cdata writes an element whose text stands in a CDATA section.
func (x *xmlWriter) cdata(name, text string) {
	x.open(name)
	x.WriteString("<![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>")
	x.shut(name)
}

var xmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escaped(s string) string { return xmlEscaper.Replace(s) }

// encode writes a UTF-8 document in the charset that its prolog names; what the
// charset lacks becomes a character reference.
func encode(doc []byte, charset string) ([]byte, error) {
	if charset != "windows-1252" {
		return doc, nil
	}
	out, err := encoding.HTMLEscapeUnsupported(charmap.Windows1252.NewEncoder()).Bytes(doc)
	if err != nil {
		return nil, fmt.Errorf("encode as %s: %w", charset, err)
	}
	return out, nil
}
