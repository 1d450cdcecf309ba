package feeds

import "errors"

// Sentinel errors that cross package borders; match them with errors.Is.
var (
	// ErrNotFound: no such source, story, country, topic, region or channel.
	ErrNotFound = errors.New("not found")
	// ErrNotFeed: the bytes are no feed in any format we read.
	ErrNotFeed = errors.New("not a feed")
	// ErrRefused: an address that fetching must not reach.
	ErrRefused = errors.New("address refused")
	// ErrTooLarge: a body over its bound.
	ErrTooLarge = errors.New("too large")
	// ErrInvalid: what a person asked for makes no sense; the text says what would.
	ErrInvalid = errors.New("not valid")
	// ErrWithdrawn: the story was withdrawn, by its publishers or by people.
	ErrWithdrawn = errors.New("withdrawn")
)
