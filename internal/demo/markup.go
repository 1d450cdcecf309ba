package demo

import (
	"crypto/sha1" //nolint:gosec // RFC 9562 section 5.5 builds name-based UUIDs on it; nothing is protected by it
	"fmt"
	"hash/crc32"
	"html"
	"strings"
	"unicode/utf8"
)

// blocks splits light markup at empty lines. A block whose lines all begin with
// "- " is a list, one that begins with "## " a heading, any other a paragraph.
func blocks(body string) []string {
	var out []string
	for _, block := range strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n\n") {
		if block = strings.TrimSpace(block); block != "" {
			out = append(out, block)
		}
	}
	return out
}

func joinParagraphs(parts ...string) string {
	var out []string
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return strings.Join(out, "\n\n")
}

// html renders a text in the manner of a content management system. All styles
// give the same words; only the markup around them differs.
func (t *text) html(style string) string {
	if t.HTML != "" {
		return t.HTML
	}
	var b strings.Builder
	open, shut := "<p>", "</p>\n"
	switch style {
	case "drupal":
		b.WriteString(`<div class="clearfix text-formatted field field--name-body field--type-text-with-summary field--label-hidden field__item">` + "\n")
		open = `<p class="text-align-justify">`
	case "wordpress":
		open, shut = "<!-- wp:paragraph -->\n<p>", "</p>\n<!-- /wp:paragraph -->\n\n"
	case "breaks":
		b.WriteString(`<div align="left">`)
		open, shut = "", "<br />\n<br />\n"
	}
	for _, block := range blocks(t.Body) {
		lines := strings.Split(block, "\n")
		switch {
		case strings.HasPrefix(block, "## "):
			b.WriteString("<h3>" + html.EscapeString(strings.TrimPrefix(block, "## ")) + "</h3>\n")
		case isList(lines):
			b.WriteString("<ul>\n")
			for _, line := range lines {
				b.WriteString("<li>" + html.EscapeString(strings.TrimPrefix(line, "- ")) + "</li>\n")
			}
			b.WriteString("</ul>\n")
		default:
			b.WriteString(open + html.EscapeString(strings.Join(lines, " ")) + shut)
		}
	}
	if contact := strings.TrimSpace(t.Contact); contact != "" {
		lines := strings.Split(contact, "\n")
		for i, line := range lines {
			lines[i] = html.EscapeString(strings.TrimSpace(line))
		}
		b.WriteString(open + strings.Join(lines, "<br />\n") + shut)
	}
	if style == "drupal" || style == "breaks" {
		b.WriteString("</div>\n")
	}
	return b.String()
}

func isList(lines []string) bool {
	for _, line := range lines {
		if !strings.HasPrefix(line, "- ") {
			return false
		}
	}
	return true
}

// teaser is the beginning of a text as plain text, at most 220 characters, cut at a
// word.
func (t *text) teaser() string {
	all := blocks(t.Body)
	if len(all) == 0 {
		return t.Title
	}
	first := strings.Join(strings.Fields(all[0]), " ")
	if utf8.RuneCountInString(first) <= 220 {
		return first
	}
	runes := []rune(first)[:220]
	cut := string(runes)
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}

// mint makes the id that the publisher's feed gives an item, from a key that is
// unique within the publisher. It is the same in every process.
func (p *publisher) mint(key, link string) string {
	switch p.GUID {
	case "permalink":
		return link
	case "node":
		return fmt.Sprintf("%d at %s", 10000+crc32.ChecksumIEEE([]byte(p.ID+"/"+key))%890000, "https://"+p.Host)
	case "tag":
		return "tag:" + p.Host + ",2026:" + key
	case "uuid":
		return "urn:uuid:" + nameUUID(p.ID+"/"+key)
	}
	return ""
}

// nameUUID is a version 5 UUID (RFC 9562, 5.5) in the URL name space.
func nameUUID(name string) string {
	space := []byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	sum := sha1.Sum(append(space, name...)) //nolint:gosec // see the import
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
