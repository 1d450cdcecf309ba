package config

import (
	"time"

	"tributary/feeds"
)

// Config is a whole configuration, checked and complete: every setting has a value,
// every source has its schedule, zone and publisher, every code in it is known.
//
// The tags carry what the loader, the schema and the list of keys share: yaml the
// key, doc its description, check the rule of rules.go, enum, min and max the
// values allowed, unit:"bytes" a size, secret a value that may come from a file and
// is never shown, env another environment variable for the same, restart a setting that a running process cannot change.
type Config struct {
	Listen        string `yaml:"listen" check:"listen" restart:"true" doc:"Address and port on which the web server listens. 127.0.0.1 keeps it to this machine; :8080 opens it to the network; port 0 takes a free one."`
	Data          string `yaml:"data" check:"path" restart:"true" doc:"Directory for the SQLite database and everything else that is kept. Relative to the working directory. Created when missing."`
	Database      string `yaml:"database" check:"database" env:"DATABASE_URL" secret:"true" restart:"true" doc:"PostgreSQL address, postgres://user:password@host:5432/name. Empty: SQLite in the data directory."`
	BaseURL       string `yaml:"base_url" check:"base_url" doc:"Public address of this installation, without a slash at the end. It stands in every feed. Empty: made from listen, which suits one machine only."`
	Authority     string `yaml:"authority" check:"authority" doc:"Domain name or e-mail address in the ids of our entries (tag:AUTHORITY,YEAR:story/...). Set it to a domain you own before the first reader subscribes and never change it: readers would see every entry as new."`
	AuthorityYear int    `yaml:"authority_year" min:"1990" max:"2100" doc:"Year in those ids, one on whose first day the authority was yours (RFC 4151). Never change it either."`
	SchemeBase    string `yaml:"scheme_base" check:"scheme_base" doc:"Start of the category schemes in our feeds; country, region, topic and language follow it. Ends with : / # or =."`
	Contact       string `yaml:"contact" check:"contact" doc:"Web page or e-mail address by which publishers reach whoever runs this installation. Sent with every fetch. Empty: the page /about/fetcher below base_url."`

	Fetch     Fetch     `yaml:"fetch" doc:"How publishers' feeds are fetched."`
	Jobs      Jobs      `yaml:"jobs" doc:"How the work is scheduled and shared."`
	WebSub    WebSub    `yaml:"websub" doc:"How hubs tell us of news between two polls (WebSub)."`
	Hub       Hub       `yaml:"hub" doc:"How subscribers hear of news in our feeds (WebSub)."`
	Grouping  Grouping  `yaml:"grouping" doc:"How entries that tell one thing become one story."`
	Retention Retention `yaml:"retention" doc:"How long what is kept is kept. Ids, titles, links and labels stay for ever."`
	Publish   Publish   `yaml:"publish" doc:"What the merged feeds look like."`
	SelfCheck SelfCheck `yaml:"selfcheck" doc:"How our own feeds are watched: read as a subscriber reads them, with an alarm when one is empty, stale, invalid, doubled or shrinking."`
	Shelf     Shelf     `yaml:"shelf" doc:"The feeds as files for a web server or CDN, kept up while tributary serve or work runs."`
	Privacy   Privacy   `yaml:"privacy" doc:"What is cut out of publishers' texts and pictures before anything of them is kept or shown."`
	Log       Log       `yaml:"log" doc:"What is written to the log."`

	Labels Labels `yaml:"taxonomy" doc:"How stories are labelled by the taxonomy of countries, regions and topics, and what countries are called."`

	Desk Desk `yaml:"desk" doc:"Who may correct labels, over HTTP (docs/api.md)."`

	SMTP        SMTP         `yaml:"smtp" doc:"The mail server that newsletters are handed to."`
	Newsletters []Newsletter `yaml:"newsletters" doc:"Digests of stories, one issue a day, week or month, as feeds, mails and by API."`

	ReliefWeb ReliefWeb `yaml:"reliefweb" doc:"Access to the ReliefWeb API, for sources of type reliefweb."`

	Channels     []feeds.SavedChannel `yaml:"-"` // the catalogue's and the file's own, catalogue order first; retired ones included
	Offices      []feeds.Office       `yaml:"-"` // the default offices and the file's own, default order first
	Sources      []feeds.Source       `yaml:"-"` // the catalogue and the file's own, catalogue order first; disabled ones included
	Taxonomy     *feeds.Taxonomy      `yaml:"-"`
	DutyStations []string             `yaml:"-"` // city names in all languages in which a dateline says nothing about the country
	// TopicModel is the trained model of the taxonomy's topics, as
	// internal/classify/topicmodel writes it; nil where there is none.
	TopicModel []byte `yaml:"-"`
	// Access is how publishers' servers know us, by the id of the source. It stands
	// apart from Sources, which are stored and shown.
	Access map[string]Access `yaml:"-"`
}

// Access is how a source's server knows us: one of user and password, a bearer token,
// or headers. It prints as nothing but its name.
type Access struct {
	User     string         `yaml:"user" check:"user" doc:"User name for HTTP basic authentication."`
	Password string         `yaml:"password" check:"secret" secret:"env" doc:"Its password."`
	Bearer   string         `yaml:"bearer" check:"token" secret:"env" doc:"Bearer token, sent as Authorization: Bearer."`
	Headers  []AccessHeader `yaml:"headers" doc:"Headers with a secret that the server wants, such as X-Api-Key."`
	Direct   bool           `yaml:"direct" doc:"Whether it is fetched without fetch.proxy, as an intranet site is."`
}

// AccessHeader is one secret header.
type AccessHeader struct {
	Name  string `yaml:"name" check:"header_name" required:"true" doc:"Name of the header, such as X-Api-Key."`
	Value string `yaml:"value" check:"secret" secret:"env" doc:"Its value."`
}

// String hides the secrets from %v.
func (Access) String() string { return "[access]" }

// GoString hides them from %#v.
func (Access) GoString() string { return "[access]" }

// String hides the value from %v.
func (h AccessHeader) String() string { return h.Name }

// GoString hides it from %#v.
func (h AccessHeader) GoString() string { return h.Name }

// Fetch is how publishers' feeds are fetched.
type Fetch struct {
	Allow       []string      `yaml:"allow" check:"hostport" doc:"Exact host:port pairs on private addresses that may be fetched, such as an intranet site. Everything else private, loopback, link-local or multicast is refused after name resolution, on every redirect."`
	Timeout     time.Duration `yaml:"timeout" min:"1s" max:"10m" doc:"Longest time for one request, redirects and body included."`
	MaxBytes    int64         `yaml:"max_bytes" unit:"bytes" min:"64KiB" max:"1GiB" doc:"Largest body of a feed, counted after decompression."`
	PerHost     int           `yaml:"per_host" min:"1" max:"16" doc:"Requests at the same time to one host."`
	Concurrency int           `yaml:"concurrency" min:"1" max:"512" doc:"Requests at the same time altogether, in one process."`
	UserAgent   string        `yaml:"user_agent" check:"header" doc:"User-Agent sent to publishers. Empty: Tributary/VERSION with the contact. Do not pretend to be a browser."`
	MinInterval time.Duration `yaml:"min_interval" min:"0s" max:"24h" doc:"Shortest time between two fetches of one source, whatever its schedule says."`
	Adaptive    bool          `yaml:"adaptive" doc:"Ask sources that publish rarely less often than their schedules say: right after something new as often as scheduled, then less and less, down to a sixth of their usual gap and never rarer than max_interval. Off where min_interval is below one minute."`
	MaxInterval time.Duration `yaml:"max_interval" min:"5m" max:"168h" doc:"Longest time that adaptive leaves a source alone. A schedule that is rarer stays as it is."`
	// MaxRedirects counts hops; the first request is none.
	MaxRedirects int    `yaml:"max_redirects" min:"0" max:"20" doc:"Redirects followed for one request."`
	Proxy        string `yaml:"proxy" check:"proxy" secret:"true" doc:"Proxy through which everything is fetched: http://, https:// or socks5:// with user and password if it wants them. The proxy itself may be on a private address. Empty: none; the environment's proxy variables are not used."`
	CAFile       string `yaml:"ca_file" check:"file" doc:"PEM file with certificates of authorities that are trusted besides the system's. Relative to the file that says so."`
	CAs          []byte `yaml:"-"` // what CAFile holds
}

// Jobs is how the work is scheduled and shared.
type Jobs struct {
	Workers       int           `yaml:"workers" restart:"true" min:"1" max:"256" doc:"Jobs at the same time in one process."`
	Batch         int           `yaml:"batch" restart:"true" min:"1" max:"1000" doc:"Sources pulled by one job."`
	Jitter        time.Duration `yaml:"jitter" min:"0s" max:"1h" doc:"Longest delay after a source's scheduled moment. Each source has one of its own, so that sources with the same minute do not start together."`
	RescueAfter   time.Duration `yaml:"rescue_after" restart:"true" min:"1m" max:"24h" doc:"When a job that hangs is given to another process; what a killed process held is taken over within seconds. Longer than the longest job takes."`
	ShutdownGrace time.Duration `yaml:"shutdown_grace" restart:"true" min:"1s" max:"10m" doc:"Time that running jobs get to finish at shutdown before they are handed back."`
}

// WebSub is how hubs tell us of news between two polls.
type WebSub struct {
	Enabled  string        `yaml:"enabled" enum:"auto,on,off" doc:"Whether to subscribe to sources that offer a hub. auto: if base_url is an address that the internet can reach, since hubs call us there. on: at any base_url, for hubs on the same private network. off: polling alone."`
	Lease    time.Duration `yaml:"lease" min:"1h" max:"720h" doc:"How long a subscription shall last before it is renewed. The hub may give less."`
	MaxBytes int64         `yaml:"max_bytes" unit:"bytes" min:"64KiB" max:"16MiB" doc:"Largest delivery that is read. After a larger one the source is pulled instead."`
}

// Labels is how stories are labelled.
type Labels struct {
	Relabel string                 `yaml:"relabel" enum:"auto,manual" doc:"What becomes of kept stories when a new taxonomy or a new version of the program labels otherwise. auto: a job labels them anew, beside the pulls; only those whose labels differ change. manual: they wait for tributary relabel, which can show first what it would change. What people corrected holds in both cases, and a rule that they make for a source is applied at once."`
	Names   map[string]CountryName `yaml:"names" keys:"iso2" doc:"Names that headquarters decides, by ISO 3166-1 alpha-2 code (XK for Kosovo). Countries that are not here have the name that the United Nations uses."`
}

// Desk is who may correct labels.
type Desk struct {
	Headquarters string   `yaml:"headquarters" check:"slug" doc:"Code of the office whose editors may correct every story. Editors of other offices correct the stories that sources of their office carry."`
	Editors      []Editor `yaml:"editors" doc:"People who may correct labels, each with a token of their own. Without any, nobody can."`
}

// Editor is one person who may correct labels. It prints as its name.
type Editor struct {
	Name   string `yaml:"name" required:"true" doc:"Name by which corrections remember who made them; no two editors have the same. It is never published."`
	Office string `yaml:"office" check:"slug" required:"true" doc:"Code of the office for which this person speaks. It is published with each correction."`
	Token  string `yaml:"token" check:"token_hash" secret:"env" doc:"SHA-256 of the person's token, 64 hexadecimal digits, as tributary token prints it. The token itself is kept nowhere."`
}

// String hides the token's hash from %v.
func (e Editor) String() string { return e.Name }

// GoString hides it from %#v.
func (e Editor) GoString() string { return e.Name }

// Grouping is how entries that tell one thing become one story.
type Grouping struct {
	CopyWindow        time.Duration `yaml:"copy_window" min:"1h" max:"87840h" doc:"How far apart in time two entries may be that are put together because one text is made of the other. One address or one whole text makes one story at any distance."`
	UpdateWindow      time.Duration `yaml:"update_window" min:"1h" max:"8784h" doc:"The same where the text is the same and its figures are others: within it an update, beyond it the next report of a series."`
	TranslationWindow time.Duration `yaml:"translation_window" min:"1h" max:"288h" doc:"The same for two languages, told to be one by figures, names and labels."`
	LeadOrder         []string      `yaml:"lead_order" enum:"office,hq,elsewhere,partner,media" doc:"Whose copy speaks for a story: office (an IOM office whose countries hold the story's primary one, or that names none), hq (IOM headquarters), elsewhere (another IOM office), partner, media. After that the source's rank, an original before a reprint, a full text before a teaser, the earliest."`
	LeadSettles       time.Duration `yaml:"lead_settles" min:"0s" max:"8784h" doc:"How long after its first sight the leading copy gives way to a better one. After that it leads for as long as it stands."`
}

// Retention is how long what is kept is kept. Ids, titles, links and labels stay for ever.
type Retention struct {
	Versions time.Duration `yaml:"versions" min:"0s" max:"175320h" doc:"How long a version of an entry is kept after a newer one. 0s: for ever."`
	Prints   time.Duration `yaml:"prints" min:"0s" max:"175320h" doc:"How long after its last change copies still find an entry. After that its own guid alone does. 0s: for ever."`
	Texts    time.Duration `yaml:"texts" min:"0s" max:"175320h" doc:"How long after its last change an entry keeps its text and pictures. After that its title, the first 500 characters of its summary and its link stay. 0s: for ever."`
}

// Publish is what the merged feeds look like.
type Publish struct {
	Limit         int               `yaml:"limit" min:"1" max:"1000" doc:"Entries in a feed when the request does not say."`
	MaxLimit      int               `yaml:"max_limit" min:"1" max:"1000" doc:"Most entries that a request may ask for."`
	MaxAge        time.Duration     `yaml:"max_age" min:"0s" max:"24h" doc:"How long readers and caches may keep a feed without asking again (Cache-Control max-age)."`
	Stale         time.Duration     `yaml:"stale" min:"0s" max:"24h" doc:"How long beyond max_age readers and caches may show what they have while they ask for a newer one (stale-while-revalidate)."`
	StaleError    time.Duration     `yaml:"stale_if_error" min:"0s" max:"720h" doc:"How long beyond max_age they may show what they have when we cannot be reached (stale-if-error)."`
	ArchiveMaxAge time.Duration     `yaml:"archive_max_age" min:"0s" max:"8784h" doc:"The same as max_age for the archives of months that are closed, which change for withdrawals alone: as long as a withdrawal may take to reach those who have a copy."`
	CDNMaxAge     time.Duration     `yaml:"cdn_max_age" min:"0s" max:"24h" doc:"The same as max_age for CDNs alone (CDN-Cache-Control). As long again they may show what they have while they ask: up to a minute altogether keeps the promise that what is withdrawn is gone within a minute or so. 0s: they are told nothing of their own."`
	Keys          string            `yaml:"surrogate_keys" enum:"none,surrogate-key,cache-tag,both" doc:"Header in which a CDN is told by which keys feeds can be purged: surrogate-key (Fastly, Varnish), cache-tag (Cloudflare), both, none. A feed has the key feeds, those of what it selects (country-ly) and of each story in it (story-ID)."`
	Backfill      time.Duration     `yaml:"backfill" min:"0s" max:"8784h" doc:"Entries without a date of their own, beyond the first ten of a new source or fifty at once, count as published this long before they were first seen, so that an archive is not taken for news."`
	Disclaimer    map[string]string `yaml:"disclaimer" keys:"language" doc:"Text that stands in the rights of every feed, by language."`
	Title         map[string]string `yaml:"title" keys:"language" doc:"Name of this installation in the titles of its feeds, by language. English must be there."`
	Farewell      time.Duration     `yaml:"farewell" min:"0s" max:"17568h" doc:"How long the feeds of a channel that is retired or has expired are still there, with a last entry that says so and where to go. After that they answer 410 Gone, at which readers stop asking."`
}

// SelfCheck is how our own feeds are watched.
type SelfCheck struct {
	Every  time.Duration `yaml:"every" restart:"true" min:"0s" max:"168h" doc:"How often some of our feeds are looked at. 0s: never."`
	Sample int           `yaml:"sample" min:"1" max:"1000" doc:"Feeds that are looked at each time, those that were not for longest; the feed of everything, saved channels and feeds with an alarm come on top."`
	Stale  time.Duration `yaml:"stale" min:"1m" max:"168h" doc:"How long a story may be kept before a feed without it counts as stale."`
	Shrink int           `yaml:"shrink" min:"0" max:"100" doc:"Percent of its entries that a feed may lose without withdrawals before it counts as shrinking."`
}

// Shelf is the feeds as files, kept up by a running process.
type Shelf struct {
	Dir      string        `yaml:"dir" restart:"true" doc:"Directory, or s3://bucket/prefix, to which a running tributary serve or work publishes all channels as files, as tributary publish does. Empty: none."`
	Every    time.Duration `yaml:"every" restart:"true" min:"1s" max:"24h" doc:"How often it looks whether anything changed."`
	Compress bool          `yaml:"compress" restart:"true" doc:"Whether .gz and .br files stand beside what compression makes smaller, for servers that send them as they are."`
	Gone     string        `yaml:"gone" restart:"true" enum:"none,apache,nginx" doc:"In which form a web server is told which addresses are gone for good and answer 410: apache (.htaccess), nginx (gone.map, for a map block), none."`
}

// Privacy is what is cut out of publishers' texts and pictures.
type Privacy struct {
	Cut             []string      `yaml:"cut" enum:"contacts,mails,phones,identifiers" doc:"What is cut from texts: blocks of press contacts, personal e-mail addresses, phone numbers but those of public help, numbers of identity papers, Skype and WhatsApp. A source with contacts: keep is spared."`
	Mailboxes       []string      `yaml:"mailboxes" check:"mailboxes" doc:"Functional mailboxes that stay: press@ (at any host, and press.place@), press@example.org, @press.example.org (all of a host), iom*@example.org."`
	SensitiveTopics []string      `yaml:"sensitive_topics" check:"slug" doc:"Topics whose stories are shown without pictures, unless the source says images: keep."`
	KeepOriginals   time.Duration `yaml:"keep_originals" min:"0s" max:"8760h" doc:"How long an entry out of which something was cut is kept in the database as its publisher sent it, too; shown nowhere. 0s: never."`
}

// Log is what is written to the log.
type Log struct {
	Level  string `yaml:"level" enum:"debug,info,warn,error" doc:"The least important messages to write."`
	Format string `yaml:"format" restart:"true" enum:"text,json" doc:"text for people, json for machines."`
}

// CountryName is the installation's decision on one country's name.
type CountryName struct {
	Label map[string]string `yaml:"label" keys:"language" doc:"Name by language, in place of the bundled one."`
	Show  string            `yaml:"show" enum:"yes,no" doc:"no: stories are labelled with it and found by its code, and no feed or page names it or lists it. yes when left out."`
	Note  map[string]string `yaml:"note" keys:"language" doc:"Sentence that stands in the rights of every feed and at the foot of every page on which the name is shown, by language. Empty: none."`
}

// ReliefWeb is access to the ReliefWeb API.
type ReliefWeb struct {
	Appname string `yaml:"appname" check:"appname" secret:"true" doc:"Name that ReliefWeb approved for this installation (https://apidoc.reliefweb.int/parameters#appname). Sent with each call to its API and shown nowhere."`
}

// document is the shape of a configuration file: the settings of Config, and the
// lists from which its offices and sources are made.
type document struct {
	Config
	Include   []string       `yaml:"include" doc:"Further files with offices, sources and channels, as names or patterns such as sources/*.yaml, relative to this file."`
	Catalogue bool           `yaml:"catalogue" doc:"Whether the bundled catalogue of sources and channels is used. The bundled offices stay in any case."`
	Offices   []officeEntry  `yaml:"offices" entry:"code" doc:"Offices of your own, or changes to bundled ones: give the code and the keys that differ."`
	Sources   []sourceEntry  `yaml:"sources" entry:"id" doc:"Sources of your own, or changes to those of the catalogue: give the id and the keys that differ."`
	Channels  []channelEntry `yaml:"channels" entry:"slug" doc:"Channels that offices keep under names of their own, or changes to bundled ones: give the slug and the keys that differ."`
}

// officeEntry is an office as a file writes it.
type officeEntry struct {
	Code       string            `yaml:"code" check:"slug" required:"true" doc:"Code of the office, permanent: small letters, digits and hyphens."`
	Name       map[string]string `yaml:"name" keys:"language" doc:"Name by language. English must be there."`
	City       string            `yaml:"city" doc:"City of its seat."`
	Country    string            `yaml:"country" check:"iso2" doc:"ISO 3166-1 alpha-2 code of the country of its seat."`
	Region     string            `yaml:"region" doc:"Slug of the region that it serves; empty when it serves no single one."`
	Site       string            `yaml:"site" check:"url" doc:"Its web site."`
	Languages  []string          `yaml:"languages" check:"language" doc:"Languages in which it publishes, BCP 47."`
	Aliases    []string          `yaml:"aliases" check:"slug" doc:"Former codes, which keep working."`
	Zone       string            `yaml:"zone" check:"zone" doc:"IANA time zone for its sources that give none of their own."`
	Evidence   string            `yaml:"evidence" doc:"Where its facts were seen."`
	Confidence string            `yaml:"confidence" doc:"How sure they are."`
}

// sourceEntry is a source as a file writes it.
type sourceEntry struct {
	sourceKeys
	Access Access `yaml:"access" doc:"How its server knows us, when it asks. The secrets are kept out of the database and of everything shown."`
}

// sourceKeys are those of feeds.Source in the same order, so that one converts to the
// other.
type sourceKeys struct {
	ID         string              `yaml:"id" check:"slug" required:"true" doc:"Id of the source, permanent: small letters, digits and hyphens. It stands in addresses."`
	Office     string              `yaml:"office" check:"slug" doc:"Code of the office that subscribes to it."`
	Title      string              `yaml:"title" doc:"Title of the source, as readers see it."`
	Publisher  string              `yaml:"publisher" doc:"Organisation credited as the author. Left out: the title."`
	URL        string              `yaml:"url" check:"url" doc:"Address of the feed."`
	Link       string              `yaml:"link" check:"url" doc:"The publisher's web site."`
	Kind       feeds.Kind          `yaml:"kind" enum:"iom,partner,media" doc:"Who publishes: iom (IOM itself), partner (UN, governments, NGOs) or media."`
	Language   string              `yaml:"language" check:"language" doc:"BCP 47 language when the whole feed has one."`
	Countries  []string            `yaml:"countries" check:"iso2" doc:"ISO 3166-1 alpha-2 codes of the countries it is about, when they are few."`
	Schedule   string              `yaml:"schedule" check:"schedule" doc:"When it is pulled: a cron expression of five fields (minute hour day month weekday), or @hourly, @daily and the like. Left out: every 30 minutes for iom and media, every hour for partner, at minutes made from the id."`
	Zone       string              `yaml:"zone" check:"zone" doc:"IANA time zone of the schedule. Left out: the zone of the office, else UTC."`
	Rank       int                 `yaml:"rank" min:"0" max:"10000" doc:"Among sources of one kind, the lower rank leads a story. 100 when left out."`
	Licence    string              `yaml:"licence" doc:"Terms under which the entries may be republished."`
	Republish  feeds.Republish     `yaml:"republish" enum:"title,summary,full" doc:"How much of an entry may stand in our feeds. full is for IOM's own and for publishers whose permission stands in licence; summary when left out."`
	Trial      bool                `yaml:"trial" doc:"Pulled and shown to the office, not published."`
	Enabled    bool                `yaml:"enabled" doc:"Whether it is pulled. true when left out."`
	Type       feeds.SourceType    `yaml:"type" enum:"feed,page,sitemap,reliefweb" doc:"What stands at url: feed (left out), page (an HTML page that lists entries), sitemap (a news sitemap) or reliefweb (a query of the ReliefWeb API, version 2)."`
	Page       feeds.PageRules     `yaml:"page" doc:"For type page: CSS selectors of the entries and of what is within them. Left out, the page's own markup says."`
	FullText   bool                `yaml:"full_text" doc:"Read the page of each new entry too, for sources that publish only a teaser: labels are made from it, and it is republished only as far as republish allows."`
	Push       feeds.Push          `yaml:"push" enum:"auto,off" doc:"Whether to subscribe by WebSub where the source offers a hub. auto when left out; polling goes on in any case."`
	Contacts   feeds.Contacts      `yaml:"contacts" enum:"cut,keep" doc:"What becomes of press contacts, personal e-mail addresses and phone numbers in its texts. cut when left out."`
	Mailboxes  []string            `yaml:"mailboxes" check:"mailbox" doc:"Functional mailboxes of this source that stay, such as press@example.org or @press.example.org, besides those of privacy.mailboxes."`
	Images     feeds.Images        `yaml:"images" enum:"auto,keep,drop" doc:"Which of its images are republished. auto (left out): none with stories of sensitive topics."`
	Categories feeds.CategoryTrust `yaml:"categories" enum:"trust,hint,ignore" doc:"How far the categories that it gives its entries are believed. trust: they say by themselves what an entry is about; hint: they confirm what the text says; ignore. Left out: trust for kind iom and for publishers whose vocabulary says so (ReliefWeb, UN News and others), hint for the rest."`
	Group      feeds.GroupMode     `yaml:"group" enum:"alone" doc:"alone: each of its entries is a story of its own, put together with no other, as for a liveblog or a page of notices. Left out: entries that tell one thing become one story."`
	Evidence   string              `yaml:"evidence" doc:"Where the address was seen."`
	Confidence string              `yaml:"confidence" doc:"How sure it is."`
	Status     string              `yaml:"status" doc:"What was last known of it: live, unprobed, guess, dead and so on."`
	Notes      string              `yaml:"notes" doc:"Anything else worth knowing."`
}
