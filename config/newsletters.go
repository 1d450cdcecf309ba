package config

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"

	"tributary/feeds"
)

// Newsletter is a digest as a file writes it; Load fills in what is left out.
type Newsletter struct {
	Slug      string            `yaml:"slug" check:"slug" required:"true" doc:"Name in addresses, permanent: small letters, digits and hyphens."`
	Office    string            `yaml:"office" check:"slug" required:"true" doc:"Code of the office that publishes it. Its editors pin stories."`
	Languages []string          `yaml:"languages" enum:"en,fr,es,ar,pt" doc:"Languages of its editions, the first for readers who choose none. Left out: en."`
	Title     map[string]string `yaml:"title" keys:"language" doc:"Title by language. English must be there."`
	Subject   map[string]string `yaml:"subject" keys:"language" doc:"Subject of its mails by language, with {title}, {date}, {lead} (headline of the first story) and {number} filled in. Left out: {title} – {date}."`
	Cadence   string            `yaml:"cadence" enum:"daily,weekly,monthly" doc:"What period has one issue. weekly when left out."`
	Schedule  string            `yaml:"schedule" check:"schedule" doc:"When it is made: a cron expression of five fields. Left out: at 7:00, of weekly ones on Monday, of monthly ones on the first. Further moments of one period are passed over."`
	Zone      string            `yaml:"zone" check:"zone" doc:"IANA time zone of the schedule and of the dates. Left out: that of the office, else UTC."`
	Select    NewsletterSelect  `yaml:"select" doc:"Which stories it may tell. Everything when left out."`
	Stories   int               `yaml:"stories" min:"1" max:"30" doc:"Stories in an issue, at most. 12 when left out."`
	PerSource int               `yaml:"per_source" min:"1" max:"30" doc:"Stories of one source, at most; pinned ones count and are never left out for it. 3 when left out."`
	Minimum   int               `yaml:"minimum" min:"1" max:"30" doc:"With fewer stories there is no issue for the period. 3 when left out."`
	Weights   map[string]int    `yaml:"weights" keys:"slug" doc:"Points by topic, from -10 to 10, added to the score of its stories."`
	Images    string            `yaml:"images" enum:"show,none" doc:"show (left out): pictures that may be republished are linked to from its mails, which tells the publisher's server who opens one. none: no pictures."`
	Send      bool              `yaml:"send" doc:"Mail it to subscribers that are kept here; needs smtp.host, smtp.from and base_url. Left out: others mail it, by feed or API."`

	Selector feeds.Selector `yaml:"-"` // what Select says, with the countries of regions
}

// NewsletterSelect says which stories a newsletter may tell: values of one key are
// alternatives, keys add up.
type NewsletterSelect struct {
	Countries []string `yaml:"countries" check:"iso2" doc:"ISO 3166-1 alpha-2 codes."`
	Regions   []string `yaml:"regions" check:"slug" doc:"Slugs of regions; their countries count."`
	Topics    []string `yaml:"topics" check:"slug" doc:"Slugs of topics."`
	Languages []string `yaml:"languages" check:"language" doc:"Languages that a copy of the story is in."`
	Offices   []string `yaml:"offices" check:"slug" doc:"Codes of offices whose own sources carry it."`
	Sources   []string `yaml:"sources" check:"slug" doc:"Ids of sources that carry it."`
	Kinds     []string `yaml:"kinds" enum:"iom,partner,media" doc:"Kinds of publishers that carry it."`
	Query     string   `yaml:"query" doc:"Words that its copies hold."`
}

// SMTP is the mail server that newsletters are handed to.
type SMTP struct {
	Host      string `yaml:"host" check:"host" doc:"Name of the mail server that newsletters and confirmations are handed to. Empty: nothing is mailed."`
	Port      int    `yaml:"port" min:"0" max:"65535" doc:"Its port. 0: 587, or 465 with security: tls, or 25 with none."`
	Security  string `yaml:"security" enum:"starttls,tls,none" doc:"starttls: encrypted after the greeting, or not at all handed over. tls: from the start. none: for a relay on this machine or network; then no password is sent."`
	User      string `yaml:"user" doc:"User name, when the server wants one."`
	Password  string `yaml:"password" check:"smtp_secret" secret:"true" doc:"Its password. Rather write password_file."`
	From      string `yaml:"from" check:"mail_address" doc:"Address that mails come from, such as news@example.org. The name beside it is the newsletter's title."`
	ReplyTo   string `yaml:"reply_to" check:"mail_address" doc:"Address that answers go to. Empty: the one they come from."`
	PerMinute int    `yaml:"per_minute" min:"1" max:"6000" doc:"Mails handed over in a minute, at most."`
}

// String hides the password from %v.
func (s SMTP) String() string { return s.Host }

// GoString hides it from %#v.
func (s SMTP) GoString() string { return s.Host }

// Definition is the newsletter as the program knows it.
func (n *Newsletter) Definition() feeds.Newsletter {
	return feeds.Newsletter{Slug: n.Slug, Office: n.Office, Languages: n.Languages, Title: n.Title, Subject: n.Subject,
		Cadence: feeds.Cadence(n.Cadence), Schedule: n.Schedule, Zone: n.Zone, Selector: n.Selector, Stories: n.Stories,
		PerSource: n.PerSource, Minimum: n.Minimum, Weights: n.Weights, Images: n.Images != "none", Send: n.Send}
}

// Mails says whether there is a server to hand mails to.
func (c *Config) Mails() bool { return c.SMTP.Host != "" }

var defaultSchedules = map[string]string{"daily": "0 7 * * *", "weekly": "0 7 * * 1", "monthly": "0 7 1 * *"}

// newsletters judges the digests against the rest and completes them.
func (j *judge) newsletters(doc *document, sources []feeds.Source) {
	seen := map[string]bool{}
	for i := range doc.Newsletters {
		n := &doc.Newsletters[i]
		path := fmt.Sprintf("newsletters[%d]", i)
		if n.Slug != "" {
			path = "newsletters[" + n.Slug + "]"
		}
		where := j.at(j.at(place{}, "newsletters"), path+".slug")
		fault := func(key, wrong, instead string) { j.report.at(j.at(where, path+key), path+key, wrong, instead) }
		switch {
		case n.Slug == "" && !j.refusedAt(path+".slug"):
			fault("", "has no slug", "write slug: and a name of small letters, digits and hyphens")
		case seen[n.Slug]:
			fault(".slug", quote(n.Slug)+" stands twice", "give each newsletter a slug of its own")
		}
		seen[n.Slug] = true
		switch {
		case n.Office != "":
			n.Office = j.officeCode(n.Office, where, path+".office")
		case !j.refusedAt(path + ".office"):
			fault("", "has no office", "write office: and the code of the office that publishes it")
		}
		if n.Title["en"] == "" {
			fault(".title", "has no English title", "write title: {en: ...}")
		}
		if len(n.Languages) == 0 {
			n.Languages = []string{"en"}
		}
		for k, language := range n.Languages {
			if slices.Contains(n.Languages[:k], language) {
				fault(".languages", quote(language)+" stands twice", "write each language once")
			}
		}
		n.Cadence = first(n.Cadence, "weekly")
		n.Schedule = first(n.Schedule, defaultSchedules[n.Cadence])
		n.Zone = first(n.Zone, j.zoneOf[n.Office], "UTC")
		if check := j.loader.options.CheckSchedule; j.zone(n.Zone, where, path+".zone") && check != nil {
			if err := check(n.Schedule, n.Zone); err != nil {
				fault(".schedule", quote(n.Schedule)+" is no schedule: "+err.Error(), "for Monday at seven write 0 7 * * 1")
			}
		}
		for _, d := range []struct {
			value *int
			usual int
		}{{&n.Stories, 12}, {&n.PerSource, 3}, {&n.Minimum, 3}} {
			if *d.value == 0 {
				*d.value = d.usual
			}
		}
		if n.Minimum > n.Stories {
			fault(".minimum", fmt.Sprintf("is %d, more than the %d stories of an issue", n.Minimum, n.Stories), "lower minimum or raise stories")
		}
		for slug, points := range n.Weights {
			j.topic(slug, where, path+".weights."+slug)
			if points < -10 || points > 10 {
				fault(".weights."+slug, "is out of range", "write a number from -10 to 10")
			}
		}
		n.Selector = j.selection(&n.Select, where, path+".select", sources)
		if n.Send && (doc.SMTP.Host == "" || doc.SMTP.From == "" || doc.BaseURL == "") {
			fault(".send", "is true, and mails need a server, a sender and an address to unsubscribe at", "write smtp.host, smtp.from and base_url, or leave send out")
		}
	}
	if s := &doc.SMTP; s.Password != "" && s.Security == "none" {
		key := "smtp.security"
		j.report.at(j.at(place{}, key), key, "is none, and a password would be sent for everybody to read", "write starttls or tls, or leave the password out")
	}
}

// selection is what a newsletter selects by; a region stands for its countries too.
func (j *judge) selection(s *NewsletterSelect, where place, path string, sources []feeds.Source) feeds.Selector {
	var sel feeds.Selector
	sel.Query = strings.TrimSpace(s.Query)
	group := func(kind feeds.TermKind, values []string) []feeds.Term {
		var out []feeds.Term
		for _, v := range values {
			out = append(out, feeds.Term{Kind: kind, Value: v})
		}
		return out
	}
	for i, code := range s.Countries {
		j.country(code, where, fmt.Sprintf("%s.countries[%d]", path, i))
	}
	regions := group(feeds.TermRegion, s.Regions)
	for i, slug := range s.Regions {
		j.region(slug, where, fmt.Sprintf("%s.regions[%d]", path, i))
		if r, ok := j.taxonomy.RegionBySlug(slug); ok {
			regions = append(regions, group(feeds.TermCountry, r.Countries)...)
		}
	}
	for i, slug := range s.Topics {
		j.topic(slug, where, fmt.Sprintf("%s.topics[%d]", path, i))
	}
	languages := make([]string, len(s.Languages))
	for i, tag := range s.Languages {
		languages[i] = feeds.BaseLanguage(tag)
	}
	offices := make([]string, len(s.Offices))
	for i, code := range s.Offices {
		offices[i] = j.officeCode(code, where, fmt.Sprintf("%s.offices[%d]", path, i))
	}
	for i, id := range s.Sources {
		if !slices.ContainsFunc(sources, func(known feeds.Source) bool { return known.ID == id }) {
			key := fmt.Sprintf("%s.sources[%d]", path, i)
			j.report.at(j.at(where, key), key, quote(id)+" is no source", "write the id of a source; tributary sources list shows them")
		}
	}
	for _, g := range [][]feeds.Term{group(feeds.TermCountry, s.Countries), regions, group(feeds.TermTopic, s.Topics),
		group(feeds.TermLanguage, languages), group(feeds.TermOffice, offices), group(feeds.TermSource, s.Sources), group(feeds.TermKindOf, s.Kinds)} {
		if len(g) > 0 {
			sel.All = append(sel.All, g)
		}
	}
	return sel.Canonical()
}

func (j *judge) topic(slug string, where place, path string) {
	if _, ok := j.taxonomy.TopicBySlug(slug); ok || len(j.taxonomy.Groups) == 0 || j.report.full() {
		return
	}
	j.report.at(j.at(where, path), path, quote(slug)+" is no topic", "write the slug of a topic, as in its feed's address")
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func judgeHost(s string) (string, string) {
	if s == "" || hostNameExpr.MatchString(strings.ToLower(s)) && len(s) < 254 || strings.Count(s, ":") > 1 && !strings.ContainsAny(s, " /@[]") {
		return "", ""
	}
	return quote(s) + " is no name of a server", "write the name alone, such as smtp.example.org, and its port under port"
}

func judgeMailAddress(s string) (string, string) {
	if a, err := mail.ParseAddress(s); s == "" || err == nil && a.Address == s && len(s) < 255 {
		return "", ""
	}
	return quote(s) + " is no e-mail address", "write the address alone, such as news@example.org"
}

// judgeSMTPSecret never shows the value.
func judgeSMTPSecret(s string) (string, string) {
	if strings.ContainsAny(s, "\r\n\x00") {
		return "has a line break in it", "write it on one line, or its file under password_file"
	}
	return "", ""
}
