package sites

import (
	"encoding/json"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tributary/feeds"
	"tributary/feeds/read"
)

// jsonLD reads the entries that the page's JSON-LD names (schema.org): articles,
// posts and events wherever they stand, and the items of lists.
func (l *lister) jsonLD() []feeds.Entry {
	w := ldWalk{lister: l, seen: map[string]int{}}
	size := 0
	elementsOf(l.root, func(e *html.Node) bool {
		if e.DataAtom != atom.Script || !strings.HasPrefix(strings.ToLower(attr(e, "type")), "application/ld+json") || e.FirstChild == nil {
			return true
		}
		text := e.FirstChild.Data
		if size += len(text); size > maxJSONLD {
			return false
		}
		text = strings.TrimSpace(text)
		text = strings.TrimSuffix(strings.TrimPrefix(text, "<!--"), "-->")
		text = strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "//<![CDATA[")), "//]]>")
		var v any
		if err := json.Unmarshal([]byte(text), &v); err == nil { // else: markup for people is left
			w.visit(v, 0, false)
		}
		return true
	})
	// Lists often give addresses only; the words stand in the page.
	texts := map[string]string{}
	elementsOf(l.root, func(e *html.Node) bool {
		if isLink(e) {
			if t := textOf(maxTitle, e); !isMore(t) {
				if id := canonicalID(l.address(attr(e, "href"))); len(t) > len(texts[id]) {
					texts[id] = t
				}
			}
		}
		return true
	})
	kept := w.out[:0]
	for _, e := range w.out {
		if e.Title == "" {
			e.Title = texts[canonicalID(e.Link)]
		}
		if e.Title != "" && !l.samePage(e.Link) {
			kept = append(kept, e)
		}
	}
	return kept
}

type ldWalk struct {
	*lister
	out   []feeds.Entry
	seen  map[string]int
	count int
}

// visit looks for entries in a value; listed says that it is the item of a list.
func (w *ldWalk) visit(v any, depth int, listed bool) {
	if w.count++; depth > maxJSONDeep || w.count > maxJSONKeys || len(w.out) >= maxEntries {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			w.visit(x, depth+1, listed)
		}
	case map[string]any:
		w.object(v, depth, listed)
	case string:
		if listed {
			w.keep(feeds.Entry{Link: w.address(v)})
		}
	}
}

func (w *ldWalk) object(o map[string]any, depth int, listed bool) {
	types := ldTexts(o["@type"])
	article := false
	for _, t := range types {
		if t == "BreadcrumbList" || t == "SiteNavigationElement" || t == "WPHeader" || t == "WPFooter" {
			return
		}
		article = article || isArticleType(t)
	}
	isItem := listed && !hasType(types, "ListItem")
	if article || isItem && (ldText(o["url"]) != "" || ldText(o["@id"]) != "") {
		w.keep(w.entry(o))
		if article {
			return
		}
	}
	if hasType(types, "ListItem") {
		if item, ok := o["item"]; ok {
			w.visit(item, depth+1, true)
		} else {
			w.keep(w.entry(o))
		}
		return
	}
	for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "hasPart", "blogPost", "blogPosts", "event", "events", "dataFeedElement", "item"} {
		if x, ok := o[key]; ok {
			w.visit(x, depth+1, key == "itemListElement")
		}
	}
}

func hasType(types []string, name string) bool {
	for _, t := range types {
		if t == name {
			return true
		}
	}
	return false
}

// keep adds an entry or completes the one with its link.
func (w *ldWalk) keep(e feeds.Entry) {
	if e.Link == "" {
		return
	}
	id := canonicalID(e.Link)
	if i, ok := w.seen[id]; ok {
		complete(&w.out[i], &e)
		return
	}
	w.seen[id] = len(w.out)
	w.out = append(w.out, e)
}

func (w *ldWalk) entry(o map[string]any) feeds.Entry {
	e := feeds.Entry{
		Title:    read.Line(first(ldText(o["headline"]), ldText(o["name"])), maxTitle),
		Link:     w.address(first(ldLink(o["url"]), ldLink(o["mainEntityOfPage"]), ldLink(o["@id"]))),
		Summary:  escape(read.Line(read.PlainText(first(ldText(o["description"]), ldText(o["abstract"]))), maxSummary)),
		Language: first(languageTag(ldText(o["inLanguage"])), w.language),
	}
	e.Title = read.Line(read.PlainText(escapeLoose(e.Title)), maxTitle)
	for _, key := range []string{"datePublished", "dateCreated", "startDate", "uploadDate", "datePosted"} {
		if text := ldText(o[key]); text != "" {
			if t, ok := w.order.date(text); ok {
				e.Published, e.DateText = t, read.Line(text, 120)
				break
			}
		}
	}
	if t, ok := w.order.date(ldText(o["dateModified"])); ok {
		e.Updated = t
	}
	for _, name := range ldTexts(o["author"]) {
		if name = read.Line(name, maxName); name != "" && len(e.Authors) < maxTags {
			e.Authors = append(e.Authors, feeds.Person{Name: name})
		}
	}
	if u := w.address(ldLink(o["image"])); u != "" {
		e.Image = &feeds.Image{URL: u}
	}
	for _, key := range []string{"articleSection", "keywords"} {
		for _, text := range ldTexts(o[key]) {
			for term := range strings.SplitSeq(text, ",") {
				if term = read.Line(term, maxName); term != "" && len(e.Categories) < maxTags {
					e.Categories = append(e.Categories, feeds.Category{Term: term})
				}
			}
		}
	}
	return e
}

// escapeLoose lets a '<' that begins no tag stand in a text that may hold references.
func escapeLoose(s string) string { return strings.ReplaceAll(s, "< ", "&lt; ") }

// ldText is the first text of a value: a string, or the url, name or @id of an object.
func ldText(v any) string {
	if t := ldTexts(v); len(t) > 0 {
		return t[0]
	}
	return ""
}

// ldLink is the first address of a value.
func ldLink(v any) string {
	if list, ok := v.([]any); ok && len(list) > 0 {
		v = list[0]
	}
	if o, ok := v.(map[string]any); ok {
		for _, key := range []string{"url", "@id", "contentUrl"} {
			if s, ok := o[key].(string); ok {
				return s
			}
		}
		return ""
	}
	s, _ := v.(string)
	return s
}

func ldTexts(v any) []string {
	switch v := v.(type) {
	case string:
		if v = strings.TrimSpace(v); v != "" {
			return []string{v}
		}
	case []any:
		var out []string
		for _, x := range v[:min(len(v), maxTags)] {
			if _, nested := x.([]any); !nested {
				out = append(out, ldTexts(x)...)
			}
		}
		return out
	case map[string]any:
		for _, key := range []string{"@value", "name", "url", "@id"} {
			if s, ok := v[key].(string); ok && strings.TrimSpace(s) != "" {
				return []string{strings.TrimSpace(s)}
			}
		}
	}
	return nil
}
