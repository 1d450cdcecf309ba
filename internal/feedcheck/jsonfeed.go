package feedcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// kind is the JSON type of a member.
type kind string

const (
	text    kind = "string"
	number  kind = "number"
	boolean kind = "boolean"
	list    kind = "array"
	object  kind = "object"
)

var (
	feedMembers = map[string]kind{"version": text, "title": text, "home_page_url": text, "feed_url": text, "description": text, "user_comment": text,
		"next_url": text, "icon": text, "favicon": text, "authors": list, "author": object, "language": text, "expired": boolean, "hubs": list, "items": list}
	itemMembers = map[string]kind{"id": text, "url": text, "external_url": text, "title": text, "content_html": text, "content_text": text,
		"summary": text, "image": text, "banner_image": text, "date_published": text, "date_modified": text, "authors": list, "author": object,
		"tags": list, "language": text, "attachments": list}
	authorMembers     = map[string]kind{"name": text, "url": text, "avatar": text}
	hubMembers        = map[string]kind{"type": text, "url": text}
	attachmentMembers = map[string]kind{"url": text, "mime_type": text, "title": text, "size_in_bytes": number, "duration_in_seconds": number}
)

func (c *checker) json() {
	body := bytes.TrimPrefix(c.Body, bom)
	if len(body) != len(c.Body) {
		c.add(ByteOrderMark, "document", 0, "the document begins with a byte order mark")
	}
	if !utf8.Valid(body) {
		c.unread = true
		c.add(NotWellFormed, "document", 0, "it is not UTF-8")
		return
	}
	if where, err := c.doubles(body); err != nil {
		c.unread = true
		c.add(NotWellFormed, "document", 1+bytes.Count(body[:min(where, len(body))], []byte("\n")), "%s", quote(err.Error()))
		return
	}
	var feed map[string]any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&feed); err != nil {
		c.unread = true
		c.add(NotWellFormed, "document", 0, "%s", quote(err.Error()))
		return
	}
	if bytes.ContainsRune(body, utf8.RuneError) {
		c.add(BadCharacters, "document", 0, "U+FFFD")
	}
	c.jsonFeed(feed)
}

// doubles looks for members of one name and for faults, and says where the latter are.
func (c *checker) doubles(body []byte) (int, error) {
	type level struct {
		names map[string]bool // nil in a list
		key   bool            // a name comes next
	}
	d := json.NewDecoder(bytes.NewReader(body))
	var stack []level
	done := func() {
		if len(stack) > 0 && stack[len(stack)-1].names != nil {
			stack[len(stack)-1].key = true
		}
	}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(stack) > 0 {
				return len(body), io.ErrUnexpectedEOF
			}
			return 0, nil
		}
		if err != nil {
			return int(d.InputOffset()), err
		}
		if len(stack) > depthAtMost {
			return int(d.InputOffset()), errBounds
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				stack = append(stack, level{names: map[string]bool{}, key: true})
			case '[':
				stack = append(stack, level{})
			default:
				stack = stack[:len(stack)-1]
				done()
			}
		default:
			top := len(stack) - 1
			if name, isText := t.(string); isText && top >= 0 && stack[top].key {
				if stack[top].names[name] {
					c.add(DuplicateMember, "document", 1+bytes.Count(body[:d.InputOffset()], []byte("\n")), "%s", quote(name))
				}
				stack[top].names[name], stack[top].key = true, false
				continue
			}
			done()
		}
	}
}

func (c *checker) jsonFeed(feed map[string]any) {
	f := &c.report.Feed
	c.members("feed", feed, feedMembers)
	version := c.needed("feed", feed, "version")
	if version != "" && version != "https://jsonfeed.org/version/1.1" && version != "https://jsonfeed.org/version/1" {
		c.add(InvalidVersion, "feed.version", 0, "%s", quote(version))
	}
	f.Title = c.needed("feed", feed, "title")
	f.Self = stringOf(feed, "feed_url")
	for _, name := range []string{"home_page_url", "feed_url", "next_url", "icon", "favicon"} {
		c.jsonAddress("feed", feed, name)
	}
	c.jsonLanguage("feed", feed)
	if stringOf(feed, "language") == "" {
		c.add(MissingLanguage, "feed", 0, "no language")
	}
	c.people("feed", feed)
	for i, h := range listOf(feed, "hubs") {
		where := fmt.Sprintf("feed.hubs[%d]", i)
		if hub, ok := h.(map[string]any); ok {
			c.members(where, hub, hubMembers)
			c.needed(where, hub, "type")
			f.Hubs = append(f.Hubs, c.needed(where, hub, "url"))
			c.jsonAddress(where, hub, "url")
		} else {
			c.add(WrongType, where, 0, "a hub is an object")
		}
	}
	c.self("feed", 0)
	if next := stringOf(feed, "next_url"); next != "" && next == f.Self {
		c.add(NextIsSelf, "feed.next_url", 0, "%s", quote(next))
	}
	if _, ok := feed["items"]; !ok {
		c.add(MissingElement, "feed", 0, "no items")
	}
	for i, x := range listOf(feed, "items") {
		where := fmt.Sprintf("feed.items[%d]", i)
		if item, ok := x.(map[string]any); ok {
			c.jsonItem(where, item, stringOf(feed, "language"), version)
		} else {
			c.add(WrongType, where, 0, "an item is an object")
		}
	}
	if _, old := feed["author"]; old && strings.HasSuffix(version, "1.1") {
		c.add(Deprecated, "feed.author", 0, "author")
	}
	c.together("feed")
}

func (c *checker) jsonItem(where string, item map[string]any, lang, version string) {
	c.members(where, item, itemMembers)
	e := Entry{ID: stringOf(item, "id"), Title: stringOf(item, "title"), Link: stringOf(item, "url")}
	switch id, there := item["id"]; {
	case !there || id == "":
		c.add(MissingElement, where, 0, "no id")
	case len(e.ID) > 254:
		c.add(LongID, where+".id", 0, "%d bytes", len(e.ID))
	}
	content, markup := item["content_html"].(string)
	if _, plain := item["content_text"].(string); !markup && !plain {
		c.add(MissingContent, where, 0, "neither content_html nor content_text")
	}
	if l := stringOf(item, "language"); l != "" {
		lang = l
	}
	c.jsonLanguage(where, item)
	c.markup(where+".content_html", 0, content, lang)
	c.plain(where+".title", 0, e.Title)
	c.plain(where+".summary", 0, stringOf(item, "summary"))
	for _, name := range []string{"url", "external_url", "image", "banner_image"} {
		c.jsonAddress(where, item, name)
	}
	if s := stringOf(item, "date_published"); s != "" {
		e.Published = c.rfc3339(where+".date_published", 0, s)
	}
	if s := stringOf(item, "date_modified"); s != "" {
		e.Updated = c.rfc3339(where+".date_modified", 0, s)
	}
	if !e.Published.IsZero() && !e.Updated.IsZero() && e.Updated.Before(e.Published) {
		c.add(UpdatedBefore, where, 0, "published %s, modified %s", stringOf(item, "date_published"), stringOf(item, "date_modified"))
	}
	c.people(where, item)
	if _, old := item["author"]; old && strings.HasSuffix(version, "1.1") {
		c.add(Deprecated, where+".author", 0, "author")
	}
	for i, tag := range listOf(item, "tags") {
		at := fmt.Sprintf("%s.tags[%d]", where, i)
		if s, ok := tag.(string); !ok {
			c.add(WrongType, at, 0, "a tag is a string")
		} else if strings.TrimSpace(s) == "" {
			c.add(NotBlank, at, 0, "it is empty")
		}
	}
	for i, x := range listOf(item, "attachments") {
		c.attachment(fmt.Sprintf("%s.attachments[%d]", where, i), x)
	}
	c.mergedItem(where, item, &e)
	c.report.Feed.Entries = append(c.report.Feed.Entries, e)
}

func (c *checker) attachment(where string, x any) {
	a, ok := x.(map[string]any)
	if !ok {
		c.add(WrongType, where, 0, "an attachment is an object")
		return
	}
	c.members(where, a, attachmentMembers)
	c.needed(where, a, "url")
	c.jsonAddress(where, a, "url")
	if kind := c.needed(where, a, "mime_type"); kind != "" {
		c.mediaType(where+".mime_type", 0, kind)
	}
}

// mergedItem looks at the extension that stands for what Atom has elements for.
func (c *checker) mergedItem(where string, item map[string]any, e *Entry) {
	ext, _ := item["_tributary"].(map[string]any)
	for _, x := range listOf(ext, "categories") {
		if k, ok := x.(map[string]any); ok {
			e.Categories = append(e.Categories, Category{stringOf(k, "scheme"), stringOf(k, "term"), stringOf(k, "label")})
		}
	}
	if !c.Merged {
		return
	}
	if source, _ := ext["source"].(map[string]any); stringOf(source, "title") == "" || stringOf(source, "id") == "" {
		c.add(MissingSource, where, 0, "no source")
	}
	if len(listOf(item, "authors")) == 0 {
		c.add(MissingAuthor, where, 0, "no authors")
	}
	image, _ := ext["image"].(map[string]any)
	if stringOf(item, "image") != "" && stringOf(image, "alt") == "" {
		c.add(MissingImageText, where+".image", 0, "an image without its text")
	}
}

// members holds an object to its members and their types.
func (c *checker) members(where string, o map[string]any, allowed map[string]kind) {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		want, known := allowed[name]
		if !known {
			if !strings.HasPrefix(name, "_") {
				c.add(UnknownMember, where+"."+shorten(name), 0, "%s", quote(name))
			}
			continue
		}
		if got := kindOf(o[name]); got != want {
			c.add(WrongType, where+"."+name, 0, "%s instead of %s", got, want)
		}
	}
}

func kindOf(v any) kind {
	switch v.(type) {
	case string:
		return text
	case json.Number:
		return number
	case bool:
		return boolean
	case []any:
		return list
	case map[string]any:
		return object
	default:
		return "null"
	}
}

func (c *checker) needed(where string, o map[string]any, name string) string {
	if _, ok := o[name]; !ok {
		c.add(MissingElement, where, 0, "no %s", name)
	}
	return stringOf(o, name)
}

func (c *checker) jsonAddress(where string, o map[string]any, name string) {
	if s := stringOf(o, name); s != "" {
		c.address(where+"."+name, 0, s)
	}
}

func (c *checker) jsonLanguage(where string, o map[string]any) {
	if s := stringOf(o, "language"); s != "" {
		c.languageTag(where+".language", 0, s)
	}
}

func (c *checker) people(where string, o map[string]any) {
	for i, x := range listOf(o, "authors") {
		at := fmt.Sprintf("%s.authors[%d]", where, i)
		author, ok := x.(map[string]any)
		if !ok {
			c.add(WrongType, at, 0, "an author is an object")
			continue
		}
		c.members(at, author, authorMembers)
		c.jsonAddress(at, author, "url")
		if len(author) == 0 {
			c.add(NotBlank, at, 0, "it says nothing")
		}
	}
}

func stringOf(o map[string]any, name string) string {
	s, _ := o[name].(string)
	return s
}

func listOf(o map[string]any, name string) []any {
	l, _ := o[name].([]any)
	return l
}
