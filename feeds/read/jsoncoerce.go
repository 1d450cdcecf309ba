package read

import (
	"bytes"
	stdjson "encoding/json"
	"strconv"

	"github.com/mmcdole/gofeed/json"
)

// coerce reads a field of an item that has another type than the specification's, where
// it is plain what is meant: lists and objects of which a part is usable. It tells
// whether it could.
func coerce(item *json.Item, name string, value stdjson.RawMessage) bool {
	switch name {
	case "tags":
		item.Tags = scalars(value)
		return len(item.Tags) > 0
	case "author":
		item.Author = author(value)
		return item.Author != nil
	case "authors":
		item.Authors = authors(value)
		return len(item.Authors) > 0
	case "attachments":
		var list []json.Attachments
		for _, o := range objects(value) {
			a := json.Attachments{URL: scalar(o["url"]), MimeType: scalar(o["mime_type"]), Title: scalar(o["title"])}
			if size, err := strconv.ParseFloat(scalar(o["size_in_bytes"]), 64); err == nil && size > 0 && size < 1<<53 {
				a.SizeInBytes = int64(size)
			}
			if a.URL != "" && len(list) < maxEnclosures {
				list = append(list, a)
			}
		}
		item.Attachments = &list
		return len(list) > 0
	}
	return false
}

// coerceFeed does the same for a field of the feed.
func coerceFeed(f *json.Feed, name string, value stdjson.RawMessage) bool {
	switch name {
	case "author":
		f.Author = author(value)
		return f.Author != nil
	case "authors":
		f.Authors = authors(value)
		return len(f.Authors) > 0
	}
	return false
}

// scalar is a string, number or truth value as text; empty for anything else.
func scalar(value stdjson.RawMessage) string {
	var s string
	if stdjson.Unmarshal(value, &s) == nil {
		return s
	}
	value = bytes.TrimSpace(value)
	if len(value) == 0 || len(value) > 64 || value[0] == '{' || value[0] == '[' || string(value) == "null" {
		return ""
	}
	return string(value)
}

// scalars are the texts of a list.
func scalars(value stdjson.RawMessage) []string {
	var list []stdjson.RawMessage
	if stdjson.Unmarshal(value, &list) != nil {
		return nil
	}
	var out []string
	for _, v := range list {
		if s := scalar(v); s != "" && len(out) < maxCategories {
			out = append(out, s)
		}
	}
	return out
}

// objects are the objects of a list, or the one object that stands for a list.
func objects(value stdjson.RawMessage) []map[string]stdjson.RawMessage {
	var list []stdjson.RawMessage
	if stdjson.Unmarshal(value, &list) != nil {
		list = []stdjson.RawMessage{value}
	}
	var out []map[string]stdjson.RawMessage
	for _, v := range list {
		var o map[string]stdjson.RawMessage
		if stdjson.Unmarshal(v, &o) == nil && o != nil {
			out = append(out, o)
		}
	}
	return out
}

// author reads an author that is an object with some wrong fields, or a name alone.
func author(value stdjson.RawMessage) *json.Author {
	if list := authors(value); len(list) > 0 {
		return list[0]
	}
	return nil
}

func authors(value stdjson.RawMessage) []*json.Author {
	var out []*json.Author
	for _, o := range objects(value) {
		a := &json.Author{Name: scalar(o["name"]), URL: scalar(o["url"])}
		if (a.Name != "" || a.URL != "") && len(out) < maxAuthors {
			out = append(out, a)
		}
	}
	names := scalars(value)
	if name := scalar(value); name != "" {
		names = append(names, name)
	}
	for _, name := range names {
		if len(out) < maxAuthors {
			out = append(out, &json.Author{Name: name})
		}
	}
	return out
}
