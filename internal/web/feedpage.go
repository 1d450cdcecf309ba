package web

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"slices"
	"strings"

	"tributary/feeds"
	"tributary/internal/publish"
)

// feedView is the page of a feed.
type feedView struct {
	Title     string
	TitleLang string // of the title, when it is not the page's
	HoldsLang string
	Holds     string     // what it holds, one sentence
	Saved     *savedView // nil for what no office saved
	Formats   []address  // none of a channel that has ended
	Copy      string     // address of the script that copies addresses
	Embed     string     // address of the fragment for web sites
	Preview   string     // address of what a frame shows
	Frame     string     // the element that shows the feed in a frame
	Filters   []filter
	Stories   []storyItem
	Months    []month     // of its archives, the latest first
	Narrow    *narrowForm // nil on a static shelf
	IsAll     bool
	Query     string
}

// month is an archive of a feed.
type month struct {
	Href    string
	Name    string // 2026-11
	Stories int
}

// monthsAtMost is how many months a page lists; the others follow from there.
const monthsAtMost = 12

// address is a feed's address in one format, with a name that is one on the page.
type address struct {
	alternate
	ID string
}

// filter is an active filter with the address of the page without it.
type filter struct {
	Kind   string
	Name   string
	Remove string
}

// narrowForm is the form by which a reader narrows a feed; it works by GET alone.
type narrowForm struct {
	Action string
	Keep   []field
	Query  string
	Fields []selection
}

type field struct{ Name, Value string }

type selection struct {
	Name    string
	Label   string
	Options []option
}

type option struct{ Value, Text string }

// feedPage is the page of a channel; path and v.query are its address below /feeds/.
func (v *viewer) feedPage(ctx context.Context, path string, ch feeds.Channel) (*page, error) {
	sources, err := v.catalogue(ctx)
	if err != nil {
		return nil, err
	}
	stories, err := v.storyList(ctx, ch.Selector, pageLimit(ch.Limit), sources, v.readers(publish.Preference(&ch)))
	if err != nil {
		return nil, err
	}
	name := v.channelName(path, ch, sources)
	filters := v.filters(path, sources)
	full := name
	for _, f := range filters {
		full += ", " + f.Name
	}
	view := feedView{
		Title: capital(name), Holds: v.holds(path, name),
		Filters: filters, Stories: stories, Copy: v.h.assetHref(v.l, "copy.js"),
		IsAll: path == "all", Query: v.query.Get("q"),
	}
	formats := v.channelFormats(ch, full)
	if c := v.h.savedBy(ch.Saved); c != nil {
		view.Saved = v.saved(c, sources)
		_, view.TitleLang = textIn(c.Title, v.p.lang)
		if text, lang := textIn(c.Description, v.p.lang); text != "" {
			view.Holds, view.HoldsLang = text, lang
		}
		view.Stories = before(stories, c, v.h.now())
	}
	if view.Saved == nil || view.Saved.Ended == "" { // nobody subscribes to what has ended
		v.offer(&view, ch, formats, capital(full))
	}
	months, err := v.h.o.Publisher.Months(ctx, ch)
	if err != nil {
		return nil, fmt.Errorf("list archives: %w", err)
	}
	for _, m := range slices.Backward(months) {
		if len(view.Months) == monthsAtMost {
			break
		}
		view.Months = append(view.Months, month{v.h.o.Publisher.ArchiveAddress(ch, m.Month, publish.FormatAtom), strings.ReplaceAll(m.Month.String(), "/", "-"), m.Stories})
	}
	if !v.l.shelf {
		counts, err := v.h.o.Counts(ctx)
		if err != nil {
			return nil, fmt.Errorf("count stories: %w", err)
		}
		form := v.narrow(path, v.query, v.terms(counts, sources))
		view.Narrow = &form
	}
	pg := v.newPage("feed", capital(full))
	pg.Canonical = v.h.o.Publisher.Address(ch, publish.FormatHTML)
	pg.Summary = view.Holds
	pg.NoIndex = len(filters) > 0
	pg.Alternates = append(pg.Alternates, formats...)
	pg.Body = view
	return pg, nil
}

// offer gives the addresses to subscribe to and to embed.
func (v *viewer) offer(view *feedView, ch feeds.Channel, formats []alternate, title string) {
	for _, f := range formats {
		view.Formats = append(view.Formats, address{f, "address-" + strings.ToLower(formatName(f.Type))})
	}
	view.Embed = strings.Replace(v.h.o.Publisher.Address(ch, publish.FormatHTML), v.l.base+"/feeds/", v.l.base+"/embed/", 1)
	view.Preview = strings.Replace(view.Embed, ".html", frameEnding+".html", 1)
	view.Frame = fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="500" loading="lazy"></iframe>`,
		html.EscapeString(view.Preview), html.EscapeString(title))
}

// pageLimit is how many stories a page shows of a channel's limit.
func pageLimit(limit int) int {
	const most = 50
	if limit <= 0 || limit > most {
		return most
	}
	return limit
}

// channelName names what a path stands for in the page's language; what an office
// saved keeps the title it was given.
func (v *viewer) channelName(path string, ch feeds.Channel, sources map[string]SourceStatus) string {
	if path == "all" {
		return v.p.t("feed.all")
	}
	if term, ok := pathTerm(path); ok {
		v.named(term)
		return v.h.names.of(v.p, term, sources)
	}
	if c := v.h.savedBy(ch.Saved); c != nil {
		return feeds.In(c.Title, v.p.lang, c.Slug)
	}
	return path
}

// holds says in a sentence what a feed holds.
func (v *viewer) holds(path, name string) string {
	term, ok := pathTerm(path)
	if !ok {
		if path == "all" {
			return v.p.t("feed.holds_all")
		}
		return v.p.t("feed.holds_saved", "Name", name)
	}
	switch term.Kind {
	case feeds.TermCountry:
		return v.p.t("feed.holds_country", "Name", name)
	case feeds.TermRegion:
		return v.p.t("feed.holds_region", "Name", name)
	case feeds.TermTopic:
		return v.p.t("feed.holds_topic", "Name", name)
	case feeds.TermLanguage:
		return v.p.t("feed.holds_language", "Name", name)
	case feeds.TermOffice:
		return v.p.t("feed.holds_office", "Name", name)
	default:
		return v.p.t("feed.holds_source", "Name", name)
	}
}

// filters lists the active filters, each with the address that drops it.
func (v *viewer) filters(path string, sources map[string]SourceStatus) []filter {
	var out []filter
	for _, key := range filterKeys {
		value := v.query.Get(key)
		if value == "" || key == "limit" {
			continue
		}
		if key == "q" {
			out = append(out, filter{Kind: v.p.t("term.words"), Name: v.p.t("feed.quoted", "Words", value), Remove: v.l.feedPage(path, without(v.query, key, value))})
			continue
		}
		for item := range strings.SplitSeq(value, ",") {
			kind := feeds.TermKind(key)
			v.named(feeds.Term{Kind: kind, Value: item})
			out = append(out, filter{
				Kind: kindOfTerm(v.p, kind), Name: v.h.names.of(v.p, feeds.Term{Kind: kind, Value: item}, sources),
				Remove: v.l.feedPage(path, without(v.query, key, item)),
			})
		}
	}
	return out
}

// documentFormats are a feed's three forms, in the order in which pages name them.
var documentFormats = []publish.Format{publish.FormatAtom, publish.FormatRSS, publish.FormatJSON}

// formats are the addresses of the feed at a path, for the page and for
// autodiscovery.
func (v *viewer) formats(path, title string) []alternate {
	return v.alternates(title, func(f publish.Format) string { return v.l.feed(path, string(f)) })
}

// channelFormats are a channel's addresses. They are the canonical ones, so that all
// who chose the same stories subscribe to one feed.
func (v *viewer) channelFormats(ch feeds.Channel, title string) []alternate {
	return v.alternates(title, func(f publish.Format) string { return v.h.o.Publisher.Address(ch, f) })
}

func (v *viewer) alternates(title string, address func(publish.Format) string) []alternate {
	out := make([]alternate, 0, len(documentFormats))
	for _, f := range documentFormats {
		out = append(out, alternate{
			Type: f.MediaType(), Href: address(f),
			Title: v.p.t("feed.in_format", "Title", title, "Format", formatName(f.MediaType())),
		})
	}
	return out
}

// narrow makes the form that adds filters to a feed. Kinds of filter that the path
// already stands for are left out; the others offer what selects any story.
func (v *viewer) narrow(path string, query url.Values, terms map[feeds.TermKind][]counted) narrowForm {
	form := narrowForm{Action: v.l.prefix + "/feeds/" + path + ".html", Query: query.Get("q")}
	for _, key := range filterKeys {
		if value := query.Get(key); value != "" && key != "q" {
			form.Keep = append(form.Keep, field{Name: key, Value: value})
		}
	}
	if v.l.lang != "" {
		form.Keep = append(form.Keep, field{Name: "lang", Value: v.l.lang})
	}
	own, _ := pathTerm(path)
	for _, kind := range []feeds.TermKind{feeds.TermCountry, feeds.TermTopic, feeds.TermLanguage} {
		if kind == own.Kind || len(terms[kind]) == 0 {
			continue
		}
		sel := selection{Name: string(kind), Label: kindOfTerm(v.p, kind)}
		for _, c := range terms[kind] {
			v.named(c.Term)
			sel.Options = append(sel.Options, option{Value: strings.ToLower(c.Term.Value), Text: c.Name})
		}
		form.Fields = append(form.Fields, sel)
	}
	kinds := selection{Name: string(feeds.TermKindOf), Label: v.p.t("term.kind")}
	for _, k := range []feeds.Kind{feeds.KindIOM, feeds.KindPartner, feeds.KindMedia} {
		kinds.Options = append(kinds.Options, option{Value: string(k), Text: kindName(v.p, k)})
	}
	form.Fields = append(form.Fields, kinds)
	return form
}
