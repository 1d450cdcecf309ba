package read

import (
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/rss"

	"tributary/feeds"
)

// fromRSS makes the feed of what gofeed read and of the document's plan. gofeed knows
// RSS itself: versions, dates, how long to wait. What depends on where it stands, on
// its order or on another vocabulary is in the plan.
func (r *reader) fromRSS(in *rss.Feed, p *plan) *feeds.Feed {
	f := &feeds.Feed{
		Format:    rssFormat(in.Version, p.root.name),
		Generator: cut(first(plainTitle(in.Generator), p.generatorAgent()), maxName),
		Updated:   r.date(in.LastBuildDate, in.LastBuildDateParsed),
		Published: r.date(in.PubDate, in.PubDateParsed),
		SkipHours: skipHours(in.SkipHours),
		SkipDays:  skipDays(in.SkipDays),
	}
	r.describeFeed(f, p)
	r.fromEntries(f, p, func(i int) {
		if len(in.Items) == len(p.entries) {
			r.noteParsed(in.Items[i].PubDate, in.Items[i].PubDateParsed)
		}
	})
	return f
}

// fromEntries reads the entries of a plan. before is called ahead of each.
func (r *reader) fromEntries(f *feeds.Feed, p *plan, before func(i int)) {
	entries := bounded(r, p.entries)
	f.Entries = make([]feeds.Entry, len(entries))
	for i := range entries {
		clear(r.parsed)
		before(i)
		r.describeEntry(&f.Entries[i], &p.outline, &entries[i], f, p.feed.scope)
	}
}

// generatorAgent is the admin module's name for the software.
func (p *plan) generatorAgent() string {
	if e := p.kids.find("admin", "generatoragent"); e != nil {
		return first(e.attr("resource"), e.text())
	}
	return ""
}

// rssFormat names the version; RDF documents are 1.0 or Netscape's 0.90.
func rssFormat(version, root string) string {
	switch {
	case root == "rdf" && version == "0.9":
		return "rss-0.90"
	case root == "rdf":
		return "rss-1.0"
	}
	if _, err := strconv.ParseFloat(version, 32); err != nil || len(version) > 4 {
		if strings.HasPrefix(version, "0.9") {
			return "rss-" + version[:min(len(version), 4)]
		}
		return "rss-2.0"
	}
	if version == "2" {
		version = "2.0"
	}
	return "rss-" + version
}
