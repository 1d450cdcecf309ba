package config

import (
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"tributary/feeds"
)

// vocabularyFile is a file below taxonomy/publishers: what the categories of one
// publisher mean.
type vocabularyFile struct {
	Version    int      `yaml:"version"`
	Provenance []string `yaml:"provenance"`
	feeds.CategoryVocabulary
}

// vocabularies reads them into the taxonomy, in the order of their files' names. An
// edited taxonomy may have taken away what they speak of.
func (l *loader) vocabularies(t *feeds.Taxonomy, edited bool) {
	const directory = "taxonomy/publishers"
	names, err := fs.Glob(l.builtin, directory+"/*.yaml")
	if err != nil {
		l.report.add(Problem{File: bundledPrefix + directory, Message: "cannot be listed: " + reason(err), Err: err})
	}
	seen := map[string]bool{}
	for _, name := range names {
		n := l.bundled(name)
		if n == nil {
			continue
		}
		var f vocabularyFile
		j := vocabularyJudge{decoder: newDecoder(&l.report), top: n.place, taxonomy: t, edited: edited}
		j.decoder.structure(reflect.ValueOf(&f).Elem(), n, "")
		if j.vocabulary(&f); seen[f.ID] {
			j.wrong("publisher", quote(f.ID)+" has another file", "give each publisher one file")
		}
		seen[f.ID] = true
		t.Version = max(t.Version, f.Version)
		t.Vocabularies = append(t.Vocabularies, f.CategoryVocabulary)
	}
}

// vocabularyJudge checks one file against the taxonomy.
type vocabularyJudge struct {
	decoder  *decoder
	top      place
	taxonomy *feeds.Taxonomy
	edited   bool // not the one that the file is written for
}

// wrong reports a problem where the value stands, else at its group, else at the top.
func (j *vocabularyJudge) wrong(path, message, instead string) {
	at, ok := j.decoder.places[path]
	if !ok {
		at, ok = j.decoder.places[strings.TrimSuffix(path, ".basis")+".id"]
	}
	if !ok {
		at = j.top
	}
	j.decoder.report.at(at, path, message, instead)
}

func (j *vocabularyJudge) slug(path, s string) {
	if wrong, instead := judgeSlug(s); wrong != "" {
		j.wrong(path, wrong, instead)
	}
}

func (j *vocabularyJudge) vocabulary(f *vocabularyFile) {
	j.slug("publisher", f.ID)
	if len(f.Provenance) == 0 {
		j.wrong("provenance", "is missing", "write where the facts come from")
	}
	for i, host := range f.Hosts {
		if !hostNameExpr.MatchString(host) {
			j.wrong("hosts["+strconv.Itoa(i)+"]", quote(host)+" is no host name", "write one in small letters, such as news.example.org")
		}
	}
	switch f.Trust {
	case "", feeds.CategoriesTrust, feeds.CategoriesHint, feeds.CategoriesIgnore:
	default:
		j.wrong("categories", quote(string(f.Trust))+" is none of trust, hint, ignore", "")
	}
	if f.Trust != "" && len(f.Hosts) == 0 {
		j.wrong("categories", "stands without hosts", "leave it out: what every publisher has is believed as its source says")
	}
	seen := map[string]bool{}
	for i := range f.Groups {
		g := &f.Groups[i]
		path := item("groups", g.ID, i)
		if j.group(path, g); seen[g.ID] {
			j.wrong(path+".id", "stands twice", "give each group an id of its own")
		}
		seen[g.ID] = true
	}
}

func (j *vocabularyJudge) group(path string, g *feeds.CategoryGroup) {
	j.slug(path+".id", g.ID)
	if g.Basis == "" {
		j.wrong(path+".basis", "is missing", "write where these categories were seen, or general knowledge")
	}
	if !slices.Contains([]feeds.Meaning{feeds.MeansListed, feeds.MeansCountry, feeds.MeansRegion, feeds.MeansTopic, feeds.MeansTheme, feeds.MeansIgnore}, g.Means) {
		j.wrong(path+".means", quote(string(g.Means))+" is none of country, region, topic, theme, ignore", "")
	}
	if g.Means == feeds.MeansIgnore && g.Scheme == "" && len(g.Prefixes) == 0 {
		j.wrong(path+".means", "ignores every category", "write a scheme or prefixes beside it, or list the categories under ignore")
	}
	if g.Scheme != "" && len(g.Prefixes) > 0 {
		j.wrong(path+".prefixes", "stand beside a scheme", "keep one of the two")
	}
	if g.Means == feeds.MeansListed && len(g.Countries)+len(g.Regions)+len(g.Topics)+len(g.Ignore) == 0 {
		j.wrong(path, "says of no category what it means", "write means, or list categories")
	}
	said := map[string]string{} // category -> what it means, for one meaning each
	j.listed(path+".countries", g.Countries, said, func(code string) bool { _, ok := j.taxonomy.CountryByCode(code); return ok }, "country")
	j.listed(path+".regions", g.Regions, said, func(slug string) bool { _, ok := j.taxonomy.RegionBySlug(slug); return ok }, "region")
	j.listed(path+".topics", g.Topics, said, func(slug string) bool { _, ok := j.taxonomy.TopicBySlug(slug); return ok }, "topic")
	j.listed(path, map[string][]string{"ignore": g.Ignore}, said, func(string) bool { return true }, "")
}

// listed checks lists of categories by what they mean. One category may stand under
// several topics, and else once.
func (j *vocabularyJudge) listed(path string, lists map[string][]string, said map[string]string, known func(string) bool, what string) {
	for _, code := range slices.Sorted(maps.Keys(lists)) {
		list := lists[code]
		at := join(path, code)
		if !known(code) && !j.edited {
			j.wrong(at, quote(code)+" is no "+what, "")
		}
		for i, text := range list {
			switch first, twice := said[text]; {
			case text == "":
				j.wrong(at+"["+strconv.Itoa(i)+"]", "is empty", "write a category as the publisher does")
			case twice && (what != "topic" || first != what):
				j.wrong(at+"["+strconv.Itoa(i)+"]", quote(text)+" stands in this group already", "keep it once")
			default:
				said[text] = what
			}
		}
	}
}
