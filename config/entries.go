package config

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"

	"tributary/feeds"
)

// maxEntries bounds the offices and the sources of one configuration.
const maxEntries = 20_000

// entry is an office or source while layers are laid over each other.
type entry[T any] struct {
	key   string // its code or id
	path  string // key path, such as sources[who-en]
	where place  // of the entry that came last
	value T
}

// overlay reads lists of entries, one over the other: an entry of a later list
// changes the keys it gives of the entry with the same code in an earlier one, or
// is appended. Within one list a code may stand once.
func overlay[T any](d *decoder, listKey, idKey string, layers [][]*node, fresh T) []*entry[T] {
	var out []*entry[T]
	byKey := map[string]*entry[T]{}
	for _, nodes := range layers {
		seen := map[string]place{}
		for i, n := range nodes {
			path := fmt.Sprintf("%s[%s]", listKey, itemName(n, i))
			e := &entry[T]{path: path, where: n.place, value: fresh}
			id := n.get(idKey)
			switch {
			case len(out) >= maxEntries:
				d.report.at(n.place, listKey, fmt.Sprintf("has more than %d entries", maxEntries), "use several installations")
				return out
			case n.kind == table && id == nil:
				d.report.at(n.place, path, "has no "+idKey, "add "+idKey+": with a code of its own")
			case n.kind == table && id.kind == scalar && id.tag == "!!str":
				e.key = id.text
				if first, twice := seen[e.key]; twice {
					d.report.at(id.place, path+"."+idKey, fmt.Sprintf("stands twice, first at %s:%d", first.file, first.line), "give each "+idKey+" once")
				} else if known := byKey[e.key]; known != nil {
					e = known
					e.where = n.place
				} else {
					byKey[e.key] = e
					out = append(out, e)
				}
				seen[e.key] = id.place
			}
			d.structure(reflect.ValueOf(&e.value).Elem(), n, path)
		}
	}
	return out
}

// judge checks offices and sources against the rest of the configuration.
type judge struct {
	loader    *loader
	report    *report
	taxonomy  *feeds.Taxonomy
	countries map[string]bool
	regions   map[string]bool
	zones     map[string]bool     // looked up so far
	codes     map[string]string   // office code or former code -> code
	office    []string            // codes, for suggestions
	zoneOf    map[string]string   // office -> its zone
	schedules map[[2]string]error // judged so far
}

func newJudge(l *loader, t *feeds.Taxonomy) *judge {
	j := &judge{
		loader: l, report: &l.report, taxonomy: t,
		countries: map[string]bool{}, regions: map[string]bool{}, zones: map[string]bool{},
		codes: map[string]string{}, zoneOf: map[string]string{}, schedules: map[[2]string]error{},
	}
	for _, c := range t.Countries {
		j.countries[c.ISO2] = true
	}
	for _, r := range t.Regions {
		j.regions[r.Slug] = true
	}
	return j
}

// at is where a key was written; the entry itself when it was not.
func (j *judge) at(entry place, path string) place {
	if p, ok := j.loader.decoder.places[path]; ok {
		return p
	}
	return entry
}

func (j *judge) offices(layers [][]*node) []feeds.Office {
	entries := overlay(j.loader.decoder, "offices", "code", layers, officeEntry{})
	for _, e := range entries {
		j.codes[e.key] = e.key
		j.office = append(j.office, e.key)
		j.zoneOf[e.key] = e.value.Zone
	}
	var out []feeds.Office
	for _, e := range entries {
		o := e.value
		if o.Name["en"] == "" {
			j.report.at(j.at(e.where, e.path+".name"), e.path+".name.en", "is missing", "write the English name")
		}
		for i, alias := range o.Aliases {
			if owner, taken := j.codes[alias]; taken {
				path := fmt.Sprintf("%s.aliases[%d]", e.path, i)
				j.report.at(j.at(e.where, path), path, quote(alias)+" is a code of the office "+owner, "give each code to one office")
				continue
			}
			j.codes[alias] = e.key
		}
		j.country(o.Country, e.where, e.path+".country")
		j.region(o.Region, e.where, e.path+".region")
		j.zone(o.Zone, e.where, e.path+".zone")
		out = append(out, feeds.Office{
			Code: o.Code, Name: o.Name, City: o.City, Country: o.Country, Region: o.Region, Site: o.Site,
			Languages: o.Languages, Aliases: o.Aliases, Evidence: o.Evidence, Confidence: o.Confidence,
		})
	}
	return out
}

func (j *judge) sources(layers [][]*node) ([]feeds.Source, map[string]Access) {
	fresh := sourceEntry{sourceKeys: sourceKeys{Rank: 100, Republish: feeds.RepublishSummary, Enabled: true}}
	entries := overlay(j.loader.decoder, "sources", "id", layers, fresh)
	ids := make([]string, 0, len(entries))
	for _, e := range entries {
		ids = append(ids, e.key)
	}
	var out []feeds.Source
	access := map[string]Access{}
	for _, e := range entries {
		s := feeds.Source(e.value.sourceKeys)
		j.source(&s, e, ids)
		out = append(out, s)
		if a := e.value.Access; j.access(a, e) {
			access[s.ID] = a
		}
	}
	return out, access
}

// given checks and completes sources that come from the program.
func (j *judge) given(sources []feeds.Source) []feeds.Source {
	where := place{file: "sources given by the program"}
	seen := map[string]bool{}
	out := slices.Clone(sources)
	for i := range out {
		s := &out[i]
		e := &entry[sourceEntry]{key: s.ID, path: item("sources", s.ID, i), where: where}
		if seen[s.ID] {
			j.report.at(where, e.path+".id", "stands twice", "give each id once")
		}
		seen[s.ID] = true
		if s.Republish == "" {
			s.Republish = feeds.RepublishSummary
		}
		for _, v := range []struct{ rule, value string }{
			{"slug", s.ID}, {"url", s.URL}, {"language", s.Language}, {"schedule", s.Schedule},
		} {
			if wrong, instead := rules[v.rule].judge(v.value); wrong != "" {
				j.report.at(where, e.path, wrong, instead)
			}
		}
		if kinds := []feeds.Kind{feeds.KindIOM, feeds.KindPartner, feeds.KindMedia}; s.Kind != "" && !slices.Contains(kinds, s.Kind) {
			j.report.at(where, e.path+".kind", quote(string(s.Kind))+" is no kind", "use one of feeds.Kind")
		}
		if all := []feeds.CategoryTrust{"", feeds.CategoriesTrust, feeds.CategoriesHint, feeds.CategoriesIgnore}; !slices.Contains(all, s.Categories) {
			j.report.at(where, e.path+".categories", quote(string(s.Categories))+" is no trust", "use one of feeds.CategoryTrust")
		}
		if s.Group != "" && s.Group != feeds.GroupAlone {
			j.report.at(where, e.path+".group", quote(string(s.Group))+" is no way of grouping", "write alone, or leave it out")
		}
		if all := []feeds.Republish{feeds.RepublishTitle, feeds.RepublishSummary, feeds.RepublishFull}; !slices.Contains(all, s.Republish) {
			j.report.at(where, e.path+".republish", quote(string(s.Republish))+" is no permission", "use one of feeds.Republish")
		}
		j.source(s, e, nil)
	}
	return out
}

// source checks one source against the rest and fills in what it leaves out.
func (j *judge) source(s *feeds.Source, e *entry[sourceEntry], ids []string) {
	j.complete(s, e, ids)
	if s.Office != "" {
		s.Office = j.officeCode(s.Office, e.where, e.path+".office")
	}
	for i, c := range s.Countries {
		j.country(c, e.where, fmt.Sprintf("%s.countries[%d]", e.path, i))
	}
	if s.Republish == feeds.RepublishFull && s.Kind != feeds.KindIOM && s.Licence == "" {
		j.report.at(j.at(e.where, e.path+".republish"), e.path+".republish",
			"full text of another publisher needs a permission", "write the permission under licence, or republish: summary")
	}
	j.kind(s, e)
	if s.Publisher == "" {
		s.Publisher = s.Title
	}
	if s.Zone == "" {
		s.Zone = j.zoneOf[s.Office]
	}
	if s.Zone == "" {
		s.Zone = "UTC"
	}
	if s.Schedule == "" {
		s.Schedule = defaultSchedule(s.Kind, s.ID)
	}
	if j.zone(s.Zone, e.where, e.path+".zone") {
		j.schedule(s, e)
	}
}

// kind checks the keys that belong to what stands at the source's address.
func (j *judge) kind(s *feeds.Source, e *entry[sourceEntry]) {
	for _, selector := range []struct{ key, text string }{
		{"items", s.Page.Items}, {"link", s.Page.Link}, {"title", s.Page.Title}, {"date", s.Page.Date},
		{"summary", s.Page.Summary}, {"author", s.Page.Author}, {"image", s.Page.Image},
	} {
		if selector.text == "" {
			continue
		}
		path := e.path + ".page." + selector.key
		if s.Type != feeds.TypePage {
			j.report.at(j.at(e.where, path), path, "is read of pages only", "write type: page, or leave the selector out")
		} else if _, err := cascadia.ParseGroup(selector.text); err != nil {
			j.report.at(j.at(e.where, path), path, quote(selector.text)+" is no CSS selector: "+err.Error(), "write one such as div.news-item or h3 a")
		}
	}
	if s.Type == feeds.TypeReliefWeb {
		path := e.path + ".url"
		u, err := url.Parse(s.URL)
		if err == nil && strings.EqualFold(u.Hostname(), "api.reliefweb.int") && !strings.HasPrefix(u.Path, "/v2/") {
			j.report.at(j.at(e.where, path), path, "is not of version 2 of the ReliefWeb API", "write https://api.reliefweb.int/v2/reports?...")
		}
		if err == nil && u.Query().Has("appname") {
			j.report.at(j.at(e.where, path), path, "holds an appname, and addresses are shown to readers", "write it under reliefweb.appname")
		}
	}
}

// officeCode is the code of an office given by its code or a former one.
func (j *judge) officeCode(text string, where place, path string) string {
	if code, known := j.codes[text]; known {
		return code
	}
	if j.report.full() {
		return text
	}
	instead := "write one of the offices " + clip(strings.Join(j.office, ", ")) + ", or add it under offices"
	if near := nearest(text, j.office); near != "" {
		instead = "write " + near
	}
	j.report.at(j.at(where, path), path, quote(text)+" is no office", instead)
	return text
}

// complete reports the keys that every source must have in the end.
func (j *judge) complete(s *feeds.Source, e *entry[sourceEntry], ids []string) {
	var missing []string
	for _, k := range []struct{ key, value string }{
		{"office", s.Office}, {"title", s.Title}, {"url", s.URL}, {"kind", string(s.Kind)},
	} {
		if k.value == "" && !j.refused(e, k.key) {
			missing = append(missing, k.key)
		}
	}
	if len(missing) == 0 || j.report.full() {
		return
	}
	instead := "a new source needs office, title, url and kind"
	others := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == e.key })
	if near := nearest(e.key, others); near != "" {
		instead += "; to change one of the catalogue write its id, perhaps " + near
	}
	j.report.at(e.where, e.path, "has no "+choiceAnd(missing), instead)
}

// refused tells whether the key was given and its value refused, which is reported
// already.
func (j *judge) refused(e *entry[sourceEntry], key string) bool {
	return j.refusedAt(e.path + "." + key)
}

func (j *judge) schedule(s *feeds.Source, e *entry[sourceEntry]) {
	if j.loader.options.CheckSchedule == nil {
		return
	}
	id := [2]string{s.Schedule, s.Zone}
	err, judged := j.schedules[id]
	if !judged {
		err = j.loader.options.CheckSchedule(s.Schedule, s.Zone)
		j.schedules[id] = err
	}
	if err != nil {
		w := j.at(e.where, e.path+".schedule")
		j.report.add(Problem{
			File: w.file, Line: w.line, Column: w.column, Key: e.path + ".schedule",
			Message: quote(s.Schedule) + " is no schedule: " + err.Error(),
			Instead: "for every half hour write 7,37 * * * *", Err: err,
		})
	}
}

func (j *judge) zone(zone string, where place, path string) bool {
	ok, known := j.zones[zone]
	if !known {
		_, err := time.LoadLocation(zone)
		ok = err == nil && zone != "Local"
		j.zones[zone] = ok
	}
	if !ok {
		j.report.at(j.at(where, path), path, quote(zone)+" is no time zone", "write an IANA name, such as Africa/Dakar or UTC")
	}
	return ok
}

func (j *judge) country(code string, where place, path string) {
	if code == "" || j.countries[code] || len(j.countries) == 0 || j.report.full() {
		return
	}
	instead := "write an ISO 3166-1 alpha-2 code in capitals, such as LY"
	if better := j.countryMeant(code); better != "" {
		instead = "write " + better
	}
	j.report.at(j.at(where, path), path, quote(code)+" is no country code", instead)
}

// countryMeant finds the code of a country given by a small-letter code, a
// three-letter code or a name.
func (j *judge) countryMeant(text string) string {
	for _, c := range j.taxonomy.Countries {
		if strings.EqualFold(c.ISO2, text) || strings.EqualFold(c.ISO3, text) {
			return c.ISO2
		}
		for lang, label := range c.Label {
			if strings.EqualFold(label, text) || slices.ContainsFunc(c.Names[lang], func(n string) bool { return strings.EqualFold(n, text) }) {
				return c.ISO2
			}
		}
	}
	return ""
}

func (j *judge) region(slug string, where place, path string) {
	if slug == "" || j.regions[slug] || len(j.regions) == 0 || j.report.full() {
		return
	}
	var slugs []string
	for _, r := range j.taxonomy.Regions {
		slugs = append(slugs, r.Slug)
	}
	instead := "write one of " + strings.Join(slugs, ", ")
	if near := nearest(slug, slugs); near != "" {
		instead = "write " + near
	}
	j.report.at(j.at(where, path), path, quote(slug)+" is no region", instead)
}

// topics checks the slugs of privacy.sensitive_topics.
func (j *judge) topics(slugs []string) {
	var all []string
	for _, g := range j.taxonomy.Groups {
		for i := range g.Topics {
			all = append(all, g.Topics[i].Slug)
		}
	}
	for i, slug := range slugs {
		if slug == "" || len(all) == 0 || slices.Contains(all, slug) || j.report.full() {
			continue // an empty one is what a refused value leaves
		}
		path := fmt.Sprintf("privacy.sensitive_topics[%d]", i)
		where := j.at(place{}, path)
		if strings.HasPrefix(where.file, bundledPrefix) {
			continue // the program's own, with a taxonomy that has them not
		}
		instead := "write a topic's slug, such as counter-trafficking"
		if near := nearest(slug, all); near != "" {
			instead = "write " + near
		}
		j.report.at(where, path, quote(slug)+" is no topic", instead)
	}
}

// defaultSchedule spreads sources over the hour by their ids, so that no two start
// together by habit and a source keeps its minute.
func defaultSchedule(kind feeds.Kind, id string) string {
	h := fnv.New32a()
	h.Write([]byte(id)) // a hash never returns an error
	if m := h.Sum32() % 60; kind == feeds.KindPartner {
		return fmt.Sprintf("%d * * * *", m)
	}
	m := h.Sum32() % 30
	return fmt.Sprintf("%d,%d * * * *", m, m+30)
}

func choiceAnd(values []string) string {
	return strings.ReplaceAll(choice(values), " or ", " and ")
}
