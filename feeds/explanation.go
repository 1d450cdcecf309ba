package feeds

import "time"

// Reason says in one word why a label was given or not.
type Reason string

// The reasons.
const (
	ReasonGiven    Reason = "given"    // the item has the label
	ReasonPrimary  Reason = "primary"  // it has, and this is the one country without which there were no story
	ReasonAbsent   Reason = "absent"   // nothing in the item names it
	ReasonLeftOut  Reason = "left-out" // it is named, but in ways that do not count
	ReasonBelow    Reason = "below"    // what counts is not enough
	ReasonLimit    Reason = "limit"    // it is enough, but others say more and no more labels are given
	ReasonAnother  Reason = "another"  // an item has one language, and it is another
	ReasonDeclared Reason = "declared" // the language is as the feed declares it
	ReasonRead     Reason = "read"     // the language was read off the text
	// ReasonSourceRule: a rule that editors made for the source decided.
	ReasonSourceRule Reason = "source-rule"
)

// Role is how something is named in an item.
type Role string

// The roles. Those up to RoleEvent count, as a rule.
const (
	RoleAbout       Role = "about"
	RoleDateline    Role = "dateline"     // named in the dateline
	RoleRoute       Role = "route"        // one end of a route or one side of a pair
	RoleSeat        Role = "seat"         // the seat of an organisation or of who speaks
	RoleDiplomatic  Role = "diplomatic"   // an embassy or a ministry
	RoleVenue       Role = "venue"        // the duty station where an office sits
	RoleEvent       Role = "event"        // where an event was held
	RolePublisher   Role = "publisher"    // the publisher says so
	RoleWeak        Role = "weak"         // a generic term, which needs others beside it
	RoleDutyStation Role = "duty-station" // a dateline that only says where an office sits
	RoleDonor       Role = "donor"        // it pays
	RoleOtherThing  Role = "other-thing"  // part of the name of a treaty, person, currency or language
	RoleOtherSense  Role = "other-sense"  // the same words, meaning another place here
	RoleUnsettled   Role = "unsettled"    // nothing tells which of several places is meant
	RoleLongerName  Role = "longer-name"  // part of a longer name
	RoleBoilerplate Role = "boilerplate"  // within the contacts or the words about the organisation
	RoleCancelled   Role = "cancelled"    // a phrase around it says that it means something else
	RoleNoPlace     Role = "no-place"     // a word that is a place only after words that lead to one
	RoleOther       Role = "other"        // does not count for a reason without a name
)

// Mention is one place where an item names what a label stands for. Weight is on the
// scale of the explanation's score; it is 0 when the mention does not count.
type Mention struct {
	Evidence
	Role    Role    `json:"role"`
	Counted bool    `json:"counted"`
	Weight  float64 `json:"weight"`
	Note    string  `json:"note,omitempty"` // the longer name, the other sense
}

// Explanation answers why an item has a label, or why not: every mention with what it
// weighs, the score they make and the score that was needed. Why says it in one
// English sentence; Reason and the roles are for those who say it in other languages.
// Score and Threshold are sums of weights, not the certainty of Label.
type Explanation struct {
	Kind      LabelKind `json:"kind"`
	Value     string    `json:"value"`
	Given     bool      `json:"given"`
	Primary   bool      `json:"primary,omitempty"`
	By        By        `json:"by,omitempty"`
	Reason    Reason    `json:"reason"`
	Why       string    `json:"why"`
	Score     float64   `json:"score"`
	Threshold float64   `json:"threshold"`
	Instead   string    `json:"instead,omitempty"` // the language that the item has
	Mentions  []Mention `json:"mentions"`
	Office    string    `json:"office,omitempty"`   // whose editor made the rule of the source that decided,
	At        time.Time `json:"at,omitzero"`        // when,
	Said      string    `json:"said,omitempty"`     // and why
	Unlisted  int       `json:"unlisted,omitempty"` // further mentions, beyond the bound of the list
}
