package read

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed/json"

	"tributary/feeds"
)

// readJSON reads a JSON Feed. What gofeed's types cannot hold is read item by item:
// one wrong field must not cost the others.
func (r *reader) readJSON(text []byte) (*feeds.Feed, error) {
	if n := boundJSON(text); n < len(text) {
		r.add("The document nests too deep or has more than %d values; what was complete before that was read.", maxValues)
		text = text[:n]
	}
	in, err := r.parseJSON(text)
	if err != nil && !errors.Is(err, errVast) {
		if mended := mendJSON(text); !bytes.Equal(mended, text) {
			if in, err = r.parseJSON(mended); err == nil {
				r.add("The JSON is not well-formed; it was repaired.")
			}
			text = mended
		}
	}
	if err != nil {
		if in, err = r.salvageJSON(text); err != nil {
			return nil, err
		}
	}
	if !strings.Contains(in.Version, "jsonfeed.org") {
		if len(in.Items) == 0 {
			return nil, fmt.Errorf("%w: the document is JSON but no JSON Feed", feeds.ErrNotFeed)
		}
		r.add("The document does not say that it is a JSON Feed.")
	}
	return r.fromJSON(in, hubs(text)), nil
}

var errVast = errors.New("too many objects to be read at once")

// parseJSON gives the document to gofeed, unless that would make far more of it than
// it is long.
func (r *reader) parseJSON(text []byte) (*json.Feed, error) {
	if bytes.Count(text, []byte("{")) > maxTags {
		return nil, errVast
	}
	in, err := (&json.Parser{}).Parse(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read JSON Feed: %w", err)
	}
	return in, nil
}

// salvageJSON reads as much as there is: the fields before the break, and every item
// that is whole.
func (r *reader) salvageJSON(text []byte) (*json.Feed, error) {
	dec := stdjson.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != stdjson.Delim('{') {
		return nil, fmt.Errorf("%w: the document is no JSON object", feeds.ErrNotFeed)
	}
	f := &json.Feed{}
	var broken error
	for broken == nil && dec.More() {
		var key stdjson.Token
		if key, broken = dec.Token(); broken != nil {
			break
		}
		if key == "items" {
			f.Items, broken = r.salvageItems(dec)
			continue
		}
		var value stdjson.RawMessage
		if broken = dec.Decode(&value); broken == nil {
			name, _ := key.(string)
			r.salvageField(f, name, value)
		}
	}
	if broken != nil {
		r.add("The document breaks off or is no JSON from there on; what was complete before that was read.")
	}
	if f.Version == "" && len(f.Items) == 0 {
		return nil, fmt.Errorf("%w: the document is JSON but no JSON Feed", feeds.ErrNotFeed)
	}
	return f, nil
}

func (r *reader) salvageItems(dec *stdjson.Decoder) ([]*json.Item, error) {
	if t, err := dec.Token(); err != nil || t != stdjson.Delim('[') {
		return nil, fmt.Errorf("read items: no list")
	}
	var out []*json.Item
	for dec.More() {
		var value stdjson.RawMessage
		if err := dec.Decode(&value); err != nil {
			return out, fmt.Errorf("read item: %w", err)
		}
		if len(out) > r.max { // one more than wanted, so that the bound is told
			continue
		}
		item := &json.Item{}
		if err := stdjson.Unmarshal(value, item); err != nil {
			if item = r.salvageItem(value); item == nil {
				r.add("An item is no JSON object; it was left out.")
				continue
			}
		}
		out = append(out, item)
	}
	if _, err := dec.Token(); err != nil {
		return out, fmt.Errorf("read end of items: %w", err)
	}
	return out, nil
}

// salvageItem drops the fields of an item that have the wrong type.
func (r *reader) salvageItem(value stdjson.RawMessage) *json.Item {
	var fields map[string]stdjson.RawMessage
	if err := stdjson.Unmarshal(value, &fields); err != nil {
		return nil
	}
	item := &json.Item{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field := fields[name]
		if strings.HasPrefix(name, "date_") && len(field) > 0 && field[0] >= '0' && field[0] <= '9' {
			field = slices.Concat([]byte{'"'}, field, []byte{'"'}) // Unix time
		}
		one, err := stdjson.Marshal(map[string]stdjson.RawMessage{name: field})
		if err != nil {
			continue // it was just read: cannot happen
		}
		probe := *item
		if err := stdjson.Unmarshal(one, &probe); err != nil {
			if coerce(item, name, field) {
				r.add("The field %q of an item has the wrong type; what could be read of it was read.", cut(name, 40))
				continue
			}
			r.add("The field %q of an item has the wrong type; it was left out.", cut(name, 40))
			continue
		}
		id := item.ID
		*item = probe
		if name != "id" {
			item.ID = id // gofeed resets it with every document
		}
	}
	return item
}

func (r *reader) salvageField(f *json.Feed, name string, value stdjson.RawMessage) {
	one, err := stdjson.Marshal(map[string]stdjson.RawMessage{name: value})
	if err != nil {
		return // it was just read: cannot happen
	}
	probe := *f
	if err := stdjson.Unmarshal(one, &probe); err != nil {
		if coerceFeed(f, name, value) {
			r.add("The field %q has the wrong type; what could be read of it was read.", cut(name, 40))
			return
		}
		r.add("The field %q has the wrong type; it was left out.", cut(name, 40))
		return
	}
	*f = probe
}

// hubs reads what gofeed does not keep.
func hubs(text []byte) []string {
	if !bytes.Contains(text, []byte(`"hubs"`)) {
		return nil
	}
	var doc struct {
		Hubs stdjson.RawMessage `json:"hubs"`
	}
	if err := stdjson.Unmarshal(text, &doc); err != nil {
		return nil // a hub is an offer; without it the feed is polled
	}
	var out []string
	for _, h := range objects(doc.Hubs) {
		if u := scalar(h["url"]); u != "" && len(out) < maxLinks {
			out = append(out, u)
		}
	}
	return out
}

// fromJSON makes the feed of what gofeed read (JSON Feed 1.1).
func (r *reader) fromJSON(in *json.Feed, hubs []string) *feeds.Feed {
	f := &feeds.Feed{
		Format:      "json-1.1",
		Title:       r.literalTitle(in.Title),
		Description: r.literalTitle(in.Description),
		Language:    r.language(in.Language),
		Link:        r.address(r.document, in.HomePageURL, "home page"),
	}
	if strings.HasSuffix(strings.TrimSuffix(in.Version, "/"), "version/1") || strings.HasSuffix(in.Version, "1.0") {
		f.Format = "json-1.0"
	}
	r.link = resolveBase(nil, f.Link)
	add := func(rel, ref, typ string) {
		if u := r.address(r.document, ref, rel+" link"); u != "" {
			f.Links = appendLink(f.Links, feeds.Link{Rel: rel, Href: u, Type: typ})
		}
	}
	add("alternate", in.HomePageURL, "text/html")
	add("self", in.FeedURL, "application/feed+json")
	add("next", in.NextURL, "")
	for _, h := range hubs {
		add("hub", h, "")
	}
	f.ID = cut(strings.TrimSpace(in.FeedURL), maxID)
	f.Image = r.image(r.document, feeds.Image{URL: first(in.Icon, in.Favicon), Alt: in.Title})
	f.Authors = r.jsonAuthors(in.Authors, in.Author)

	items := bounded(r, in.Items)
	f.Entries = make([]feeds.Entry, 0, len(items))
	for _, item := range items {
		if item != nil {
			f.Entries = append(f.Entries, r.fromJSONItem(item, f.Language))
		}
	}
	return f
}

func (r *reader) fromJSONItem(in *json.Item, feedLanguage string) feeds.Entry {
	base := r.document
	if r.link != nil {
		base = r.link
	}
	e := feeds.Entry{
		ID:       strings.TrimSpace(in.ID),
		Title:    r.literalTitle(in.Title),
		Link:     r.address(base, in.URL, "link"),
		Language: first(r.language(in.Language), feedLanguage),
		Authors:  r.jsonAuthors(in.Authors, in.Author),
		DateText: cut(first(in.DatePublished, in.DateModified), maxDateText),
	}
	if e.Link != "" {
		e.Links = appendLink(e.Links, feeds.Link{Rel: "alternate", Href: e.Link})
	}
	if u := absolute(base, in.ExternalURL); u != "" {
		e.Links = appendLink(e.Links, feeds.Link{Rel: "related", Href: u})
	}
	e.Link = first(e.Link, absolute(base, in.ExternalURL))
	e.Summary = sanitise(escapeText(cut(in.Summary, maxSummary)), nil)
	if in.ContentHTML != "" {
		e.Content = r.markup(in.ContentHTML, base, maxContent)
	} else {
		e.Content = sanitise(escapeText(cut(in.ContentText, maxContent)), nil)
	}
	e.Published = r.date(in.DatePublished, nil)
	e.Updated = r.date(in.DateModified, nil)
	if e.Published.IsZero() && !e.Updated.IsZero() {
		e.Published, e.DateText = e.Updated, cut(in.DateModified, maxDateText)
	}
	for _, t := range in.Tags {
		e.Categories = appendCategory(e.Categories, feeds.Category{Term: t})
	}
	if in.Attachments != nil {
		for _, a := range *in.Attachments {
			e.Enclosures = r.appendEnclosure(e.Enclosures, base, a.URL, a.MimeType, fmt.Sprint(a.SizeInBytes))
		}
	}
	e.Image = r.image(base, feeds.Image{URL: first(in.Image, in.BannerImage)})
	return e
}

func (r *reader) jsonAuthors(list []*json.Author, one *json.Author) []feeds.Person {
	if len(list) == 0 && one != nil {
		list = []*json.Author{one}
	}
	var out []feeds.Person
	for _, a := range list {
		if a == nil {
			continue
		}
		out = appendPerson(out, r.atomPerson(a.Name, "", a.URL, r.document))
	}
	return out
}
