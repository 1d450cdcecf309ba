package config

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"tributary/feeds"
)

// channelEntry is a saved channel as a file writes it.
type channelEntry struct {
	Slug        string            `yaml:"slug" check:"slug" required:"true" doc:"Name of the channel in its address, /feeds/channel/SLUG: small letters, digits and hyphens. To rename it, write the new slug here and the old one under former."`
	ID          string            `yaml:"feed_id" check:"slug" doc:"Slug that stands in the id of its feeds, which readers know them by. After a renaming write the first slug that it had. The slug when left out."`
	Office      string            `yaml:"office" check:"slug" doc:"Code of the office that keeps it."`
	Title       map[string]string `yaml:"title" keys:"language" doc:"Title by language, as readers see it. English must be there."`
	Description map[string]string `yaml:"description" keys:"language" doc:"What it holds and for whom, a sentence or two by language."`
	Countries   []string          `yaml:"countries" check:"iso2" doc:"ISO 3166-1 alpha-2 codes. Countries and regions together are its places: stories about any of them. Of places, topics, languages, offices, sources, kinds and query each that is given must match."`
	Regions     []string          `yaml:"regions" check:"slug" doc:"Slugs of regions: stories about any of them, a country in them or one of countries."`
	Topics      []string          `yaml:"topics" check:"slug" doc:"Slugs of topics: stories on any of them."`
	Languages   []string          `yaml:"languages" check:"language" doc:"Languages: stories that are told in any of them."`
	Offices     []string          `yaml:"offices" check:"slug" doc:"Codes of offices: stories that any of them publishes."`
	Sources     []string          `yaml:"sources" check:"slug" doc:"Ids of sources: stories that any of them carries."`
	Kinds       []feeds.Kind      `yaml:"kinds" enum:"iom,partner,media" doc:"Kinds of publisher: stories that any of them carries."`
	Query       string            `yaml:"query" doc:"Words that a story must hold, as in ?q= of an address: 12 words at most."`
	Exclude     []string          `yaml:"exclude" check:"slug" doc:"Ids of sources that do not count in this channel: what they alone carry is left out, and of other stories their copies are."`
	Limit       int               `yaml:"limit" min:"1" max:"1000" doc:"Entries when the request does not say. Left out: publish.limit."`
	Prefer      []string          `yaml:"prefer" check:"language" doc:"Languages in which each story is shown where it has a copy in one, first choice first."`
	Former      []string          `yaml:"former" check:"slug" doc:"Slugs of before, of this channel or of those that were merged into it. Their addresses redirect here for good, filters kept."`
	Expires     string            `yaml:"expires" check:"date" doc:"Day on which it is retired by itself (UTC), such as 2027-06-30."`
	Retired     retiredEntry      `yaml:"retired" doc:"Retires it: from that day on its feeds hold a last entry that says so, and after publish.farewell they answer 410 Gone."`
}

// retiredEntry says when a channel is retired, why, and where its readers may go.
type retiredEntry struct {
	On   string            `yaml:"on" check:"date" doc:"Day from which it is retired (UTC), such as 2027-06-30."`
	Note map[string]string `yaml:"note" keys:"language" doc:"Why, a sentence by language. It stands in the last entry, also of a channel that expires."`
	To   string            `yaml:"to" doc:"Where its readers may go: the slug of another channel, or an address. Left out: the list of all feeds."`
}

// Bounds of a channel, within what one address may select.
const (
	maxChannelTerms = 120 // with the countries of its regions
	maxChannelWords = 12
	maxChannelQuery = 200 // bytes
	maxChannelTexts = 1000
)

// bundledChannels reads the channels of the catalogue.
func (l *loader) bundledChannels(wanted bool) []*node {
	if !wanted {
		return nil
	}
	names, err := fs.Glob(l.builtin, "channels/*.yaml")
	if err != nil {
		l.report.add(Problem{File: "bundled channels", Message: "cannot be listed: " + reason(err), Err: err})
	}
	var out []*node
	for _, name := range names {
		out = append(out, l.bundledEntries(name, "channels")...)
	}
	return out
}

// channels checks the channels against the rest and makes them.
func (j *judge) channels(layers [][]*node, sources []feeds.Source, farewell time.Duration) []feeds.SavedChannel {
	entries := overlay(j.loader.decoder, "channels", "slug", layers, channelEntry{})
	known := channelNames{taken: map[string]string{}}
	for _, e := range entries {
		known.taken[e.key] = e.key
		known.slugs = append(known.slugs, e.key)
	}
	if j.loader.options.Sources != nil {
		sources = nil // those of the program: a file that names real ones is none the worse
	}
	for _, s := range sources {
		known.sources = append(known.sources, s.ID)
	}
	for _, g := range j.taxonomy.Groups {
		for i := range g.Topics {
			known.topics = append(known.topics, g.Topics[i].Slug)
		}
	}
	var out []feeds.SavedChannel
	for _, e := range entries {
		out = append(out, j.channel(e, &known, farewell))
	}
	return out
}

// channelNames are what a channel may name.
type channelNames struct {
	taken   map[string]string // slug or former slug -> slug
	slugs   []string
	sources []string
	topics  []string
}

func (j *judge) channel(e *entry[channelEntry], known *channelNames, farewell time.Duration) feeds.SavedChannel {
	c := &e.value
	out := feeds.SavedChannel{Slug: c.Slug, ID: c.ID, Title: c.Title, Description: c.Description, Limit: c.Limit,
		Former: c.Former, Note: c.Retired.Note, To: c.Retired.To}
	if c.Office == "" {
		if !j.refusedAt(e.path + ".office") {
			j.report.at(e.where, e.path, "has no office", "write office: with the code of the office that keeps it")
		}
	} else {
		out.Office = j.officeCode(c.Office, e.where, e.path+".office")
	}
	if c.Title["en"] == "" {
		j.report.at(j.at(e.where, e.path+".title"), e.path+".title.en", "is missing", "write the English title")
	}
	j.channelTexts(e)
	j.formerSlugs(e, known)
	if out.ID == "" {
		out.ID = c.Slug
	} else if out.ID != c.Slug && !slices.Contains(c.Former, out.ID) {
		j.report.at(j.at(e.where, e.path+".feed_id"), e.path+".feed_id", quote(c.ID)+" was never its slug", "write one that stands under former, or remove the key")
	}
	out.Selector = j.selector(e, known)
	for _, language := range c.Prefer {
		out.Prefer = append(out.Prefer, feeds.BaseLanguage(language))
	}
	j.ending(e, known)
	out.Ends = earliest(c.Expires, c.Retired.On)
	if !out.Ends.IsZero() {
		out.Gone = out.Ends.Add(farewell)
	}
	return out
}

// channelTexts bounds what stands in feeds and pages.
func (j *judge) channelTexts(e *entry[channelEntry]) {
	for _, texts := range []struct {
		key  string
		said map[string]string
		most int
	}{{"title", e.value.Title, 120}, {"description", e.value.Description, maxChannelTexts}, {"retired.note", e.value.Retired.Note, maxChannelTexts}} {
		for _, language := range slices.Sorted(maps.Keys(texts.said)) {
			text := texts.said[language]
			path := e.path + "." + texts.key + "." + language
			switch {
			case len([]rune(text)) > texts.most:
				j.report.at(j.at(e.where, path), path, fmt.Sprintf("has more than %d characters", texts.most), "write less")
			case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
				j.report.at(j.at(e.where, path), path, "has control characters", "write plain text")
			}
		}
	}
}

// formerSlugs claims the former slugs of a channel.
func (j *judge) formerSlugs(e *entry[channelEntry], known *channelNames) {
	for i, slug := range e.value.Former {
		path := fmt.Sprintf("%s.former[%d]", e.path, i)
		switch owner, taken := known.taken[slug]; {
		case slug == "": // refused, which is reported
		case taken && owner == slug:
			j.report.at(j.at(e.where, path), path, quote(slug)+" is a channel of its own", "remove that channel, or this line")
		case taken:
			j.report.at(j.at(e.where, path), path, quote(slug)+" leads to the channel "+owner, "let each former slug lead to one channel")
		default:
			known.taken[slug] = e.key
		}
	}
}

// selector makes what a channel selects by, and checks that there is something.
func (j *judge) selector(e *entry[channelEntry], known *channelNames) feeds.Selector {
	c := &e.value
	sel := feeds.Selector{Query: strings.Join(strings.Fields(c.Query), " "), Without: c.Exclude}
	total := 0
	add := func(terms []feeds.Term, kind feeds.TermKind, values []string) []feeds.Term {
		for _, v := range values {
			if v == "" {
				continue // refused, which is reported
			}
			terms = append(terms, feeds.Term{Kind: kind, Value: v})
			if r, ok := j.taxonomy.RegionBySlug(v); kind == feeds.TermRegion && ok {
				total += len(r.Countries)
			}
		}
		return terms
	}
	group := func(terms []feeds.Term) {
		if len(terms) > 0 {
			total += len(terms)
			sel.All = append(sel.All, terms)
		}
	}
	for i, code := range c.Countries {
		if path := fmt.Sprintf("%s.countries[%d]", e.path, i); !j.ofAnother(e, path) {
			j.country(code, e.where, path)
		}
	}
	for i, slug := range c.Regions {
		if path := fmt.Sprintf("%s.regions[%d]", e.path, i); !j.ofAnother(e, path) {
			j.region(slug, e.where, path)
		}
	}
	j.named(e, "topics", "topic", c.Topics, known.topics)
	j.named(e, "sources", "source", c.Sources, known.sources)
	j.named(e, "exclude", "source", c.Exclude, known.sources)
	offices := make([]string, 0, len(c.Offices))
	for i, code := range c.Offices {
		if code != "" {
			offices = append(offices, j.officeCode(code, e.where, fmt.Sprintf("%s.offices[%d]", e.path, i)))
		}
	}
	languages := make([]string, 0, len(c.Languages))
	for _, language := range c.Languages {
		languages = append(languages, feeds.BaseLanguage(language))
	}
	kinds := make([]string, 0, len(c.Kinds))
	for _, kind := range c.Kinds {
		kinds = append(kinds, string(kind))
	}
	group(add(add(nil, feeds.TermRegion, c.Regions), feeds.TermCountry, c.Countries))
	group(add(nil, feeds.TermTopic, c.Topics))
	group(add(nil, feeds.TermLanguage, languages))
	group(add(nil, feeds.TermOffice, offices))
	group(add(nil, feeds.TermSource, c.Sources))
	group(add(nil, feeds.TermKindOf, kinds))
	query := j.at(e.where, e.path+".query")
	switch {
	case len(sel.All) == 0 && sel.Query == "" && len(sel.Without) == 0:
		j.report.at(e.where, e.path, "selects nothing", "write at least one of countries, regions, topics, languages, offices, sources, kinds, query and exclude")
	case total > maxChannelTerms || len(sel.Without) > maxChannelTerms:
		j.report.at(e.where, e.path, fmt.Sprintf("selects by more than %d values, countries of its regions counted", maxChannelTerms), "write fewer")
	case len(strings.Fields(sel.Query)) > maxChannelWords || len(sel.Query) > maxChannelQuery:
		j.report.at(query, e.path+".query", fmt.Sprintf("has more than %d words or %d bytes", maxChannelWords, maxChannelQuery), "write fewer words")
	case sel.Query != "" && !strings.ContainsFunc(sel.Query, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		j.report.at(query, e.path+".query", quote(sel.Query)+" has neither letter nor digit", "write words")
	case strings.ContainsFunc(sel.Query, unicode.IsControl):
		j.report.at(query, e.path+".query", "has control characters", "write words")
	}
	return sel.Canonical()
}

// named reports values that are not among those known.
func (j *judge) named(e *entry[channelEntry], key, what string, values, known []string) {
	if len(known) == 0 {
		return // nothing to compare with: no taxonomy, no sources
	}
	for i, v := range values {
		if v == "" || slices.Contains(known, v) || j.report.full() {
			continue
		}
		path := fmt.Sprintf("%s.%s[%d]", e.path, key, i)
		if j.ofAnother(e, path) {
			continue
		}
		instead := "write its slug, as it stands in the addresses of feeds"
		if what == "source" {
			instead = "write an id that tributary sources list shows"
		}
		if near := nearest(v, known); near != "" {
			instead = "write " + near
		}
		j.report.at(j.at(e.where, path), path, quote(v)+" is no "+what, instead)
	}
}

// ofAnother tells whether a value of the bundled channels is read with a taxonomy that is
// not the bundled one, and may lack it.
func (j *judge) ofAnother(e *entry[channelEntry], path string) bool {
	return j.loader.options.Taxonomy != "" && strings.HasPrefix(j.at(e.where, path).file, bundledPrefix)
}

// ending checks what a channel says of its end.
func (j *judge) ending(e *entry[channelEntry], known *channelNames) {
	r := &e.value.Retired
	path := e.path + ".retired"
	if r.On == "" && e.value.Expires == "" && (len(r.Note) > 0 || r.To != "") && !j.refusedAt(path+".on") && !j.refusedAt(e.path+".expires") {
		j.report.at(j.at(e.where, path+".to"), path, "has no day", "write on: with the day, or expires: beside it")
	}
	if r.To == "" {
		return
	}
	if u, wrong := webAddress(r.To); wrong == "" && (u.Scheme == "https" || u.Scheme == "http") {
		return
	}
	if r.To == e.key {
		j.report.at(j.at(e.where, path+".to"), path+".to", quote(r.To)+" is the channel itself", "write another one, or an address")
		return
	}
	if owner, ok := known.taken[r.To]; ok && owner == r.To {
		return
	}
	instead := "write the slug of another channel, or an address such as https://www.iom.int/news"
	others := slices.DeleteFunc(slices.Clone(known.slugs), func(slug string) bool { return slug == e.key })
	if near := nearest(r.To, others); near != "" {
		instead = "write " + near
	}
	j.report.at(j.at(e.where, path+".to"), path+".to", quote(r.To)+" is neither a channel nor an address", instead)
}

// earliest is the earliest of some days, zero without any.
func earliest(days ...string) time.Time {
	var first time.Time
	for _, day := range days {
		if t, err := time.Parse(time.DateOnly, day); err == nil && (first.IsZero() || t.Before(first)) {
			first = t // what is no day was refused
		}
	}
	return first
}
