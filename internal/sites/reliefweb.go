package sites

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tributary/feeds"
	"tributary/feeds/read"
)

// The ReliefWeb API, version 2. A call must carry an appname that ReliefWeb approved;
// it goes with the query, as the API takes it no other way.
const (
	// ReliefWebAsk is where an appname is asked for.
	ReliefWebAsk = "https://apidoc.reliefweb.int/parameters#appname"

	reliefWebSite  = "https://reliefweb.int/"
	reliefWebPage  = 100 // reports of one call; the API allows 1,000
	reliefWebMost  = 500 // reports of one pull
	reliefWebUsual = 100 // when the source's address does not say
)

// Schemes of the categories of ReliefWeb's reports. Terms are ids of ReliefWeb's
// taxonomy, of countries ISO 3166-1 alpha-3 codes, of languages BCP 47.
const (
	SchemeReliefWebTheme    = reliefWebSite + "taxonomy/theme"
	SchemeReliefWebCountry  = reliefWebSite + "taxonomy/country"
	SchemeReliefWebFormat   = reliefWebSite + "taxonomy/format"
	SchemeReliefWebDisaster = reliefWebSite + "taxonomy/disaster"
	SchemeReliefWebType     = reliefWebSite + "taxonomy/disaster-type"
	SchemeReliefWebGroup    = reliefWebSite + "taxonomy/vulnerable-group"
	SchemeReliefWebLanguage = reliefWebSite + "taxonomy/language"
)

// reliefWebFields are what we ask for of each report.
var reliefWebFields = []string{"title", "body", "body-html", "url", "url_alias", "origin", "status", "date.original", "date.created", "date.changed",
	"source.name", "source.shortname", "source.homepage", "country.name", "country.iso3", "primary_country.name", "primary_country.iso3",
	"theme.id", "theme.name", "language.code", "format.id", "format.name", "disaster.id", "disaster.name", "disaster.glide",
	"disaster_type.id", "disaster_type.name", "vulnerable_groups.id", "vulnerable_groups.name", "headline.summary", "image.url", "image.caption", "image.copyright",
	"file.url", "file.mimetype", "file.filesize"}

// ReliefWebRequests are the addresses to ask for a source's address, which is that of
// the API with a query and without an appname: query[...], filter[...], preset and
// sort are passed on, limit says how many reports in all (100; at most 500). They are
// asked one after the other until one brings less than its limit. The appname is in
// them: they must be neither logged nor stored.
func ReliefWebRequests(address, appname string) ([]string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the source's address is none") // its text may hold secrets
	}
	q := u.Query()
	most := reliefWebUsual
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		most = min(n, reliefWebMost)
	}
	for _, ours := range []string{"appname", "limit", "offset", "profile", "slim"} {
		q.Del(ours)
	}
	for key := range q {
		if strings.HasPrefix(key, "fields[") {
			q.Del(key)
		}
	}
	if q.Get("preset") == "" {
		q.Set("preset", "latest")
	}
	if !slices.ContainsFunc(keys(q), func(k string) bool { return strings.HasPrefix(k, "sort") }) {
		q.Set("sort[]", "date.created:desc")
	}
	q["fields[include][]"] = reliefWebFields
	q.Set("appname", appname)
	u.User, u.Fragment = nil, ""
	var out []string
	for offset := 0; offset < most; offset += reliefWebPage {
		q.Set("limit", strconv.Itoa(min(reliefWebPage, most-offset)))
		q.Set("offset", strconv.Itoa(offset))
		u.RawQuery = q.Encode()
		out = append(out, u.String())
	}
	return out, nil
}

// IsReliefWeb tells an address of the API.
func IsReliefWeb(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.EqualFold(u.Hostname(), "api.reliefweb.int")
}

func keys(q url.Values) []string {
	out := make([]string, 0, len(q))
	for k := range q {
		out = append(out, k)
	}
	return out
}

// rwAnswer is an answer of the API.
type rwAnswer struct {
	Count int `json:"count"`
	Data  []struct {
		ID     rwID     `json:"id"`
		Fields rwReport `json:"fields"`
	} `json:"data"`
	Error *struct {
		Type    string `json:"type"`
		Message string `json:"message"`
	} `json:"error"`
}

type rwReport struct {
	Title    string `json:"title"`
	Body     string `json:"body"`
	BodyHTML string `json:"body-html"`
	URL      string `json:"url"`
	Alias    string `json:"url_alias"`
	Origin   string `json:"origin"`
	Date     struct {
		Original, Created, Changed string
	} `json:"date"`
	Source []struct {
		Name      string `json:"name"`
		Shortname string `json:"shortname"`
		Homepage  string `json:"homepage"`
	} `json:"source"`
	Country        []rwTerm        `json:"country"`
	PrimaryCountry oneOrMany       `json:"primary_country"`
	Theme          []rwTerm        `json:"theme"`
	Language       []rwTerm        `json:"language"`
	Format         []rwTerm        `json:"format"`
	Disaster       []rwTerm        `json:"disaster"`
	DisasterType   []rwTerm        `json:"disaster_type"`
	Groups         []rwTerm        `json:"vulnerable_groups"`
	Headline       json.RawMessage `json:"headline"`
	Image          json.RawMessage `json:"image"`
	File           []struct {
		URL      string `json:"url"`
		MimeType string `json:"mimetype"`
		FileSize rwID   `json:"filesize"`
	} `json:"file"`
}

type rwTerm struct {
	ID   rwID   `json:"id"`
	Name string `json:"name"`
	ISO3 string `json:"iso3"`
	Code string `json:"code"`
}

// rwID is a number that the API writes with or without quotes.
type rwID string

// UnmarshalJSON takes both, and nothing of any other value.
func (i *rwID) UnmarshalJSON(b []byte) error {
	if text := strings.Trim(string(b), `"`); strings.Trim(text, "0123456789") == "" && len(text) < 20 {
		*i = rwID(text)
	}
	return nil
}

// oneOrMany is a term, alone or in a list.
type oneOrMany []rwTerm

// UnmarshalJSON takes both, and nothing of any other value.
func (o *oneOrMany) UnmarshalJSON(b []byte) error {
	var t rwTerm
	if json.Unmarshal(b, (*[]rwTerm)(o)) != nil && json.Unmarshal(b, &t) == nil {
		*o = []rwTerm{t}
	}
	return nil
}

// ReadReliefWeb reads one or several answers of the API's reports, one behind the
// other. The countries, themes and languages that ReliefWeb's editors chose become
// categories. An error wraps feeds.ErrNotFeed.
func ReadReliefWeb(d Document) (*feeds.Feed, error) {
	f := &feeds.Feed{Format: "reliefweb-2", Title: "ReliefWeb", Link: reliefWebSite}
	seen := map[string]bool{}
	dec := json.NewDecoder(bytes.NewReader(d.Body))
	for answers := 0; ; answers++ {
		var a rwAnswer
		var shape *json.UnmarshalTypeError
		switch err := dec.Decode(&a); {
		case errors.As(err, &shape): // what has the expected shape was read
			f.Problems = append(f.Problems, "Some fields of ReliefWeb's answer have another shape than expected; they were passed over.")
		case errors.Is(err, io.EOF) && answers > 0:
			return f, nil
		case err != nil && len(f.Entries) == 0:
			return nil, fmt.Errorf("read ReliefWeb's answer: %w: %w", feeds.ErrNotFeed, err)
		case err != nil:
			f.Problems = append(f.Problems, "An answer of ReliefWeb breaks off; what stands before that was read.")
			return f, nil //nolint:nilerr // what was read counts, and the problem tells
		}
		if a.Error != nil {
			return nil, fmt.Errorf("read ReliefWeb's answer: %w: ReliefWeb says: %s", feeds.ErrNotFeed, read.Line(a.Error.Message, 200))
		}
		if a.Data == nil {
			return nil, fmt.Errorf("read ReliefWeb's answer: %w: it holds no data", feeds.ErrNotFeed)
		}
		for i := range a.Data {
			id := string(a.Data[i].ID)
			if id == "" || seen[id] || len(f.Entries) >= reliefWebMost { // the API repeats reports between pages at times
				continue
			}
			seen[id] = true
			f.Entries = append(f.Entries, a.Data[i].Fields.entry(id))
		}
	}
}

// ReliefWebCount is the number of reports in one answer.
func ReliefWebCount(body []byte) int {
	var a struct {
		Data []struct{} `json:"data"`
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return 0
	}
	return len(a.Data)
}

func (r *rwReport) entry(id string) feeds.Entry {
	node := reliefWebSite + "node/" + id
	e := feeds.Entry{
		ID: node, Title: read.Line(r.Title, maxTitle), Link: first(read.Address(reliefWebSite, r.Alias), read.Address(reliefWebSite, r.URL), node),
		DateText: read.Line(first(r.Date.Original, r.Date.Created), 120),
	}
	e.Published, _ = read.Date(e.DateText)
	e.Updated, _ = read.Date(r.Date.Changed)
	if u := read.Address("", r.Origin); u != "" {
		e.Links = append(e.Links, feeds.Link{Rel: "via", Href: u})
	}
	e.Content = read.Sanitise(r.BodyHTML, reliefWebSite)
	if e.Content == "" {
		e.Content = paragraphs(r.Body)
	}
	var headline struct{ Summary string }
	if json.Unmarshal(r.Headline, &headline) == nil { // another shape says nothing to us
		e.Summary = escape(read.Line(headline.Summary, maxSummary))
	}
	e.Image = r.picture()
	for i, s := range r.Source[:min(len(r.Source), maxTags)] {
		name, home := read.Line(first(s.Name, s.Shortname), maxName), read.Address("", s.Homepage)
		if name == "" {
			continue
		}
		e.Authors = append(e.Authors, feeds.Person{Name: name, URI: home})
		if i == 0 {
			e.Source = &feeds.Origin{Title: name, Link: home}
		}
	}
	for _, x := range r.File[:min(len(r.File), maxTags)] {
		if u := read.Address(reliefWebSite, x.URL); u != "" {
			size, _ := strconv.ParseInt(string(x.FileSize), 10, 64) // "" is unknown, 0
			e.Enclosures = append(e.Enclosures, feeds.Enclosure{URL: u, Type: read.Line(x.MimeType, 100), Length: size})
		}
	}
	r.categories(&e)
	return e
}

// categories are the terms of ReliefWeb's editors, the primary country first.
func (r *rwReport) categories(e *feeds.Entry) {
	add := func(scheme, term string, t rwTerm) {
		c := feeds.Category{Scheme: scheme, Term: read.Line(term, maxName), Label: read.Line(t.Name, maxName)}
		if c.Term == "" {
			c.Term = c.Label
		}
		if c.Term != "" && len(e.Categories) < 3*maxTags && !slices.Contains(e.Categories, c) {
			e.Categories = append(e.Categories, c)
		}
	}
	for _, t := range append(slices.Clone([]rwTerm(r.PrimaryCountry)), r.Country...) {
		add(SchemeReliefWebCountry, strings.ToUpper(t.ISO3), t)
	}
	for _, list := range []struct {
		scheme string
		terms  []rwTerm
	}{{SchemeReliefWebTheme, r.Theme}, {SchemeReliefWebFormat, r.Format}, {SchemeReliefWebDisaster, r.Disaster},
		{SchemeReliefWebType, r.DisasterType}, {SchemeReliefWebGroup, r.Groups}} {
		for _, t := range list.terms {
			add(list.scheme, string(t.ID), t)
		}
	}
	for _, t := range r.Language {
		code := languageTag(t.Code)
		if code == "" {
			continue
		}
		e.Language = first(e.Language, code)
		add(SchemeReliefWebLanguage, code, t)
	}
	if len(r.Language) > 1 { // a report in several: the text says in which it is
		e.Language = ""
	}
}

func (r *rwReport) picture() *feeds.Image {
	var image struct{ URL, Caption, Copyright string }
	if json.Unmarshal(r.Image, &image) != nil {
		return nil
	}
	u := read.Address(reliefWebSite, image.URL)
	if u == "" {
		return nil
	}
	return &feeds.Image{URL: u, Alt: read.Line(image.Caption, maxTitle), Credit: read.Line(image.Copyright, maxName)}
}

// paragraphs makes markup of plain text.
func paragraphs(text string) string {
	if len(text) > maxContent {
		text = strings.ToValidUTF8(text[:maxContent], "")
	}
	var b strings.Builder
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			b.WriteString("<p>" + strings.ReplaceAll(escape(p), "\n", "<br>") + "</p>")
		}
	}
	return read.Sanitise(b.String(), reliefWebSite)
}
