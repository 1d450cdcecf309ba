package feeds

import "time"

// AlarmKind says what is wrong with a feed of ours, as a subscriber sees it.
type AlarmKind string

// The kinds of alarm.
const (
	AlarmUnread    AlarmKind = "unread"    // it cannot be read
	AlarmEmpty     AlarmKind = "empty"     // it holds nothing and did before, or should
	AlarmStale     AlarmKind = "stale"     // newer stories are kept, or published by sources, than it shows
	AlarmInvalid   AlarmKind = "invalid"   // it breaks a specification or troubles readers
	AlarmDoubled   AlarmKind = "doubled"   // one story stands in it twice
	AlarmShrinking AlarmKind = "shrinking" // entries are gone that nobody withdrew
)

// AlarmKinds lists all kinds.
func AlarmKinds() []AlarmKind {
	return []AlarmKind{AlarmUnread, AlarmEmpty, AlarmStale, AlarmInvalid, AlarmDoubled, AlarmShrinking}
}

// Alarm is a fault of a feed of ours that stands.
type Alarm struct {
	Kind   AlarmKind `json:"kind"`
	Since  time.Time `json:"since"`
	Detail string    `json:"detail"` // one English sentence
}

// Watched is what is remembered of a feed of ours since it was last looked at. Its JSON
// form is how it is stored.
type Watched struct {
	Channel string    `json:"channel"` // path below /feeds/, such as country/ly
	Checked time.Time `json:"checked"`
	Entries int       `json:"entries"`          // that it held when nothing was missing
	IDs     []string  `json:"ids"`              // of the entries that it held then
	Alarms  []Alarm   `json:"alarms,omitempty"` // in the order of AlarmKinds
}
