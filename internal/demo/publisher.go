package demo

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"tributary/feeds"
)

// publisher is one feed of the demo world: who writes it, where it stands and
// which habits of real content management systems it has.
type publisher struct {
	ID        string          `yaml:"id"`
	Office    string          `yaml:"office"`
	Title     string          `yaml:"title"`
	About     string          `yaml:"about"`
	Publisher string          `yaml:"publisher"`
	Host      string          `yaml:"host"`
	Feed      string          `yaml:"feed"`    // path of the feed
	Home      string          `yaml:"home"`    // path of the home page
	Article   string          `yaml:"article"` // path of an article, with {slug}
	Kind      feeds.Kind      `yaml:"kind"`
	Language  string          `yaml:"language"` // of texts unless a copy says otherwise
	Mixed     bool            `yaml:"mixed"`    // the feed holds several languages
	Countries []string        `yaml:"countries"`
	Schedule  string          `yaml:"schedule"`
	Zone      string          `yaml:"zone"`
	Rank      int             `yaml:"rank"`
	Licence   string          `yaml:"licence"`
	Republish feeds.Republish `yaml:"republish"`

	Format  string `yaml:"format"`  // rss-2.0, rss-1.0, atom-1.0, json-1.1
	Style   string `yaml:"style"`   // drupal, wordpress, breaks, plain
	GUID    string `yaml:"guid"`    // permalink, node, tag, uuid, none
	Teaser  bool   `yaml:"teaser"`  // the feed gives the beginning only
	Tags    bool   `yaml:"tags"`    // the feed carries the publisher's categories
	Images  bool   `yaml:"images"`  // the feed carries media:content and the like
	Charset string `yaml:"charset"` // windows-1252; empty is UTF-8
	Gzip    bool   `yaml:"gzip"`    // sent compressed to whoever accepts it

	items []*item
	zone  *time.Location
}

// window is how many entries a feed shows. Older ones fall out of it, which is no
// withdrawal.
const window = 30

var (
	publisherID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	exampleHost = regexp.MustCompile(`^([a-z0-9-]+\.)+example$`)
	offices     = []string{"hq", "amer", "eca", "mena", "ap", "wca", "ehsa"}
	formats     = []string{"rss-2.0", "rss-1.0", "atom-1.0", "json-1.1"}
	styles      = []string{"drupal", "wordpress", "breaks", "plain"}
	guids       = []string{"permalink", "node", "tag", "uuid", "none"}
	languages   = []string{"en", "fr", "es", "ar"}
	charsets    = []string{"", "windows-1252"}
	kinds       = []feeds.Kind{feeds.KindIOM, feeds.KindPartner, feeds.KindMedia}
	permissions = []feeds.Republish{feeds.RepublishTitle, feeds.RepublishSummary, feeds.RepublishFull}
)

// check names everything wrong with a publisher at once and resolves its zone.
func (p *publisher) check() error {
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("check publisher %s: "+format, append([]any{p.ID}, args...)...))
	}
	if !publisherID.MatchString(p.ID) {
		bad("id %q is not a slug", p.ID)
	}
	if !exampleHost.MatchString(p.Host) {
		bad("host %q is not below .example", p.Host)
	}
	for name, path := range map[string]string{"feed": p.Feed, "home": p.Home, "article": p.Article} {
		if !strings.HasPrefix(path, "/") {
			bad("%s %q does not begin with a slash", name, path)
		}
	}
	if !strings.Contains(p.Article, "{slug}") {
		bad("article %q has no {slug}", p.Article)
	}
	for name, text := range map[string]string{"title": p.Title, "about": p.About, "publisher": p.Publisher, "licence": p.Licence, "schedule": p.Schedule} {
		if strings.TrimSpace(text) == "" {
			bad("%s is empty", name)
		}
	}
	for name, ok := range map[string]bool{
		"office": slices.Contains(offices, p.Office), "format": slices.Contains(formats, p.Format),
		"style": slices.Contains(styles, p.Style), "guid": slices.Contains(guids, p.GUID),
		"language": slices.Contains(languages, p.Language), "charset": slices.Contains(charsets, p.Charset),
		"kind": slices.Contains(kinds, p.Kind), "republish": slices.Contains(permissions, p.Republish),
		"rank": p.Rank > 0,
	} {
		if !ok {
			bad("%s has no valid value", name)
		}
	}
	if p.GUID == "none" && p.Format != "rss-2.0" {
		bad("format %s cannot do without an id", p.Format)
	}
	if p.Format == "rss-1.0" && p.GUID != "permalink" {
		bad("RSS 1.0 items are named by their link (rdf:about): guid must be permalink")
	}
	zone, err := time.LoadLocation(p.Zone)
	if err != nil {
		bad("zone: %w", err)
	}
	p.zone = zone
	return errors.Join(errs...)
}

// url is the public address of a path at the publisher's host.
func (p *publisher) url(path string) string { return "https://" + p.Host + path }

// page is the public address of an article.
func (p *publisher) page(slug string) string {
	return p.url(strings.ReplaceAll(p.Article, "{slug}", slug))
}

// source is the catalogue entry of the publisher when it is served at addr.
func (p *publisher) source(addr string) feeds.Source {
	s := feeds.Source{
		ID: p.ID, Office: p.Office, Title: p.Title, Publisher: p.Publisher,
		URL: "http://" + addr + "/" + p.Host + p.Feed, Link: p.url(p.Home),
		Kind: p.Kind, Language: p.Language, Countries: slices.Clone(p.Countries),
		Schedule: p.Schedule, Zone: p.Zone, Rank: p.Rank,
		Licence: p.Licence, Republish: p.Republish, Enabled: true,
		Evidence: "bundled with the program", Confidence: "high", Status: "live",
		Notes: "Demo world: an invented publisher with invented texts.",
	}
	if p.Mixed {
		s.Language = ""
	}
	return s
}
