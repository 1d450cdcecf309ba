package feeds

import "time"

// Learnt is what polling has learnt about a source over time, besides how the last
// poll ended. Its JSON form is how it is stored.
type Learnt struct {
	Move     Move     `json:"move,omitzero"`
	Wishes   Wishes   `json:"wishes,omitzero"`
	Pace     Pace     `json:"pace,omitzero"`
	Document Contents `json:"document,omitzero"`
	// GUIDChanges counts the documents in which entries that are kept stood under other
	// guids than before.
	GUIDChanges int `json:"guid_changes,omitzero"`
	// Boilerplate names paragraphs that many entries have and that no story is recognised
	// by, those found last first.
	Boilerplate []uint64 `json:"boilerplate,omitempty"`
}

// Move is what permanent redirects (301, 308) of a source's address have said.
type Move struct {
	Address string    `json:"address,omitempty"` // asked in place of the source's own; "" when none is learnt
	Since   time.Time `json:"since,omitzero"`    // when Address was learnt
	Checked time.Time `json:"checked,omitzero"`  // when the source's own address last led there

	Next      string    `json:"next,omitempty"` // where they lead at present, not yet learnt
	NextSince time.Time `json:"next_since,omitzero"`
	NextPolls int       `json:"next_polls,omitzero"` // in a row that ended there well
}

// Wishes are what a publisher said about when to ask again. They outlast answers that
// do not repeat them, as a 304 cannot.
type Wishes struct {
	TTL       time.Duration `json:"ttl,omitzero"`        // RSS ttl, sy:updatePeriod; bounded
	SkipHours uint32        `json:"skip_hours,omitzero"` // bit 0 is 00:00 to 00:59 GMT
	SkipDays  uint8         `json:"skip_days,omitzero"`  // bit 0 is Sunday, GMT
	Until     time.Time     `json:"until,omitzero"`      // what was read last stays fresh until then
}

// Pace is how often a source publishes.
type Pace struct {
	Gap  time.Duration `json:"gap,omitzero"`  // usual time between two publications; 0 unknown
	Last time.Time     `json:"last,omitzero"` // when it last published something, as far as known
}

// Contents describe the document read last.
type Contents struct {
	Entries  int       `json:"entries,omitzero"`
	Usual    float64   `json:"usual,omitzero"`   // entries of the documents before, later ones count more
	Undated  int       `json:"undated,omitzero"` // entries without a date that could be read
	Language string    `json:"language,omitempty"`
	Changed  time.Time `json:"changed,omitzero"` // when entries were last new or changed
	Whole    time.Time `json:"whole,omitzero"`   // when it was last sent whole, not as a 304
}
