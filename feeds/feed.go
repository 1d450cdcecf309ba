package feeds

import "time"

// Feed is a document of entries: what feeds/read makes of a publisher's bytes and
// what feeds/write turns into ours. Text fields are plain text unless they say
// HTML; URLs are absolute; a zero time means the document did not say.
type Feed struct {
	Format      string // "rss-2.0", "rss-1.0", "rss-0.91", "atom-1.0", "atom-0.3", "json-1.1", ...
	ID          string // atom:id; empty when the format has none
	Title       string
	Description string // atom:subtitle, RSS description
	Link        string // the alternate (human) page
	Links       []Link // every link of the document, rel=self, hub, prev-archive included
	Language    string // BCP 47, empty when undeclared
	Updated     time.Time
	Published   time.Time // RSS channel pubDate
	Authors     []Person
	Rights      string
	Image       *Image
	Categories  []Category
	Generator   string
	Entries     []Entry
	Deleted     []Tombstone // RFC 6721 at:deleted-entry
	Expired     bool        // nothing more will come: JSON Feed's expired; Atom and RSS cannot say it

	TTL       time.Duration // the publisher's wish: RSS ttl or sy:updatePeriod; 0 when none
	SkipHours []int         // RSS skipHours, 0-23 GMT
	SkipDays  []string      // RSS skipDays, English names

	Problems []string // what was repaired or guessed while reading, a plain sentence each
}

// Entry is what a publisher said once: an Atom entry, an RSS item, a JSON Feed
// item. It is never edited after reading; a new version is a revision.
type Entry struct {
	ID         string // the publisher's guid or atom:id, or a stable one derived from link or text
	IDDerived  bool   // the publisher gave none
	Title      string // plain text
	Link       string // the publisher's page for it (rel=alternate)
	Links      []Link
	Summary    string // sanitised HTML
	Content    string // sanitised HTML
	Published  time.Time
	Updated    time.Time
	DateText   string // the publisher's own date string that Published was read from
	Authors    []Person
	Categories []Category
	Language   string // BCP 47: the entry's own xml:lang or dc:language, else the feed's
	Enclosures []Enclosure
	Image      *Image
	Rights     string
	Source     *Origin // atom:source or RSS source: the feed this entry was first published in
}

// Link is an atom:link.
type Link struct {
	Rel      string // never empty: "alternate" is written out
	Href     string
	Type     string // media type
	Hreflang string // BCP 47
	Title    string
	Length   int64
}

// Person is an author or contributor.
type Person struct {
	Name  string
	Email string
	URI   string
}

// Category is a term of a scheme (RFC 4287, 4.2.2).
type Category struct {
	Term   string
	Scheme string
	Label  string
}

// Enclosure is an attached file; Length is in bytes, 0 when unknown.
type Enclosure struct {
	URL    string
	Type   string
	Length int64
}

// Image is a picture with the text that stands for it.
type Image struct {
	URL    string
	Type   string
	Alt    string
	Credit string
	Width  int
	Height int
	Length int64
}

// Origin describes the feed an entry comes from, as atom:source does
// (RFC 4287, 4.2.11).
type Origin struct {
	ID      string
	Title   string
	Link    string // its human page
	Self    string // its feed address
	Updated time.Time
	Authors []Person
	Rights  string
}

// Tombstone says that an entry is withdrawn (RFC 6721).
type Tombstone struct {
	Ref  string // the atom:id that is gone
	When time.Time
	By   string
}
