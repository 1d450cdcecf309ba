package feeds

import "time"

// Kind says what sort of organisation publishes a source.
type Kind string

// The kinds of publisher, in the order in which they may lead a story.
const (
	KindIOM     Kind = "iom"
	KindPartner Kind = "partner"
	KindMedia   Kind = "media"
)

// Republish says how much of a source's entries may stand in our feeds.
type Republish string

// The three permissions, from least to most.
const (
	RepublishTitle   Republish = "title"
	RepublishSummary Republish = "summary"
	RepublishFull    Republish = "full"
)

// SourceType says what stands at a source's address; empty means TypeFeed.
type SourceType string

// The types of source.
const (
	TypeFeed      SourceType = "feed"      // RSS, RDF, Atom, CDF or JSON Feed
	TypePage      SourceType = "page"      // an HTML page that lists entries
	TypeSitemap   SourceType = "sitemap"   // a news sitemap
	TypeReliefWeb SourceType = "reliefweb" // a query of the ReliefWeb API, version 2
)

// PageRules say by CSS selectors where a page of TypePage has its entries. Items
// selects one element an entry; the others are looked up within it. Whatever is empty
// is found by the page's own markup: schema.org, OpenGraph, article, time, headings.
type PageRules struct {
	Items   string `json:"items,omitempty" yaml:"items"`
	Link    string `json:"link,omitempty" yaml:"link"`
	Title   string `json:"title,omitempty" yaml:"title"`
	Date    string `json:"date,omitempty" yaml:"date"`
	Summary string `json:"summary,omitempty" yaml:"summary"`
	Author  string `json:"author,omitempty" yaml:"author"`
	Image   string `json:"image,omitempty" yaml:"image"`
}

// Push says whether a source is subscribed to by WebSub where it offers a hub; empty
// means PushAuto. Polling goes on in any case.
type Push string

// The two ways.
const (
	PushAuto Push = "auto"
	PushOff  Push = "off"
)

// Contacts says what becomes of a source's press contacts, personal e-mail addresses
// and phone numbers; empty means ContactsCut.
type Contacts string

// The two ways.
const (
	ContactsCut  Contacts = "cut"
	ContactsKeep Contacts = "keep"
)

// Images says which of a source's images are republished; empty means ImagesAuto.
type Images string

// The three ways.
const (
	ImagesAuto Images = "auto" // not with stories of sensitive topics
	ImagesKeep Images = "keep"
	ImagesDrop Images = "drop"
)

// CategoryTrust says how far the categories that a publisher gives its entries are
// believed; empty: as Taxonomy.TrustOf says.
type CategoryTrust string

// The three ways.
const (
	CategoriesTrust  CategoryTrust = "trust"  // a category says by itself what an entry is about
	CategoriesHint   CategoryTrust = "hint"   // it confirms what the text says
	CategoriesIgnore CategoryTrust = "ignore" // it is not read
)

// GroupMode says whether a source's entries are put into stories with others; empty: they
// are.
type GroupMode string

// GroupAlone: each entry is a story of its own.
const GroupAlone GroupMode = "alone"

// Source is a feed that an office subscribes to. It holds what people decide and
// nothing that changes by polling: that is Polling.
type Source struct {
	ID         string        `json:"id" yaml:"id"` // slug, [a-z0-9-], permanent
	Office     string        `json:"office" yaml:"office"`
	Title      string        `json:"title" yaml:"title"`
	Publisher  string        `json:"publisher" yaml:"publisher"` // the organisation credited as author
	URL        string        `json:"url" yaml:"url"`
	Link       string        `json:"link,omitempty" yaml:"link"` // the publisher's site
	Kind       Kind          `json:"kind" yaml:"kind"`
	Language   string        `json:"language,omitempty" yaml:"language"` // BCP 47 when the whole feed has one
	Countries  []string      `json:"countries,omitempty" yaml:"countries"`
	Schedule   string        `json:"schedule" yaml:"schedule"` // cron expression, five fields or @descriptor
	Zone       string        `json:"zone" yaml:"zone"`         // IANA name
	Rank       int           `json:"rank" yaml:"rank"`         // lower leads first among equals of one kind; default 100
	Licence    string        `json:"licence,omitempty" yaml:"licence"`
	Republish  Republish     `json:"republish" yaml:"republish"`
	Trial      bool          `json:"trial,omitempty" yaml:"trial"` // pulled and shown to the office, not published
	Enabled    bool          `json:"enabled" yaml:"enabled"`
	Type       SourceType    `json:"type,omitempty" yaml:"type"` // what stands at URL
	Page       PageRules     `json:"page,omitzero" yaml:"page"`
	FullText   bool          `json:"full_text,omitempty" yaml:"full_text"` // entries' pages are read for labelling
	Push       Push          `json:"push,omitempty" yaml:"push"`
	Contacts   Contacts      `json:"contacts,omitempty" yaml:"contacts"`
	Mailboxes  []string      `json:"mailboxes,omitempty" yaml:"mailboxes"` // functional mailboxes that stay, besides the installation's
	Images     Images        `json:"images,omitempty" yaml:"images"`
	Categories CategoryTrust `json:"categories,omitempty" yaml:"categories"`
	Group      GroupMode     `json:"group,omitempty" yaml:"group"`
	Evidence   string        `json:"evidence,omitempty" yaml:"evidence"`     // where the address was seen
	Confidence string        `json:"confidence,omitempty" yaml:"confidence"` // how sure that is
	Status     string        `json:"status,omitempty" yaml:"status"`         // what the survey said: live, guess, dead ...
	Notes      string        `json:"notes,omitempty" yaml:"notes"`
}

// Outcome is how the last poll of a source ended.
type Outcome string

// The outcomes of a poll.
const (
	OutcomeNever       Outcome = ""
	OutcomeFetched     Outcome = "fetched"
	OutcomeNotModified Outcome = "not_modified"
	OutcomeFailed      Outcome = "failed"
	OutcomeGone        Outcome = "gone" // HTTP 410: polling has ended
)

// Polling is the changing state of a source's polling. No person edits it.
// Times are zero when unknown.
type Polling struct {
	SourceID     string
	Of           string // the source's own address when it was asked: what is saved for a former one is dropped; "" is not compared
	URL          string // the request URL the validators belong to; other URLs must not be sent them
	ETag         string // as received, byte for byte
	LastModified string // as received, byte for byte
	BodyHash     string // hex SHA-256 of the last read body; equal bodies are not read again
	NextRun      time.Time
	LastRun      time.Time
	LastSuccess  time.Time
	RetryAfter   time.Time // not before this, whatever the schedule or --all says
	Failures     int       // in a row
	Outcome      Outcome
	Reason       string    // why it failed, one of the words of package health; "" after success
	Status       int       // HTTP status of the last answer, 0 when there was none
	Error        string    // plain words, empty after success
	Since        time.Time // when it began to end this way: succeeding, or failing for this Reason and Status
	Problems     []string
	NewestEntry  time.Time
	Learnt       Learnt
}

// Office is an IOM office: who may edit which sources and channels.
type Office struct {
	Code      string            `json:"code" yaml:"code"` // slug: hq, mena, ly ...
	Name      map[string]string `json:"name" yaml:"name"` // by language, en always there
	City      string            `json:"city,omitempty" yaml:"city"`
	Country   string            `json:"country,omitempty" yaml:"country"` // ISO 3166-1 alpha-2 of its seat
	Region    string            `json:"region,omitempty" yaml:"region"`   // slug of the IOM region it serves
	Site      string            `json:"site,omitempty" yaml:"site"`
	Languages []string          `json:"languages,omitempty" yaml:"languages"`
	Aliases   []string          `json:"aliases,omitempty" yaml:"aliases"` // former codes
	Evidence  string            `json:"evidence,omitempty" yaml:"evidence"`
	// Confidence keeps the doubt of the data's source in its own words.
	Confidence string `json:"confidence,omitempty" yaml:"confidence"`
}
