// Package publish makes the merged feeds: it reads their addresses, turns stories
// into Atom entries, and keeps each channel's document rendered in memory.
//
// A document is rendered once for each change of its content. The store's version is
// looked at once a second at most; when it has moved, a channel selects its stories
// anew and compares a fingerprint before anything is written, and the rendered bytes
// are compared before they count as new. ETag and Last-Modified therefore move if and
// only if the bytes do, in every process alike. When the store fails, the last good
// copy is served and says so (Document.Stale); there is never an empty feed instead.
//
// One address in many spellings is one document: Parse accepts parameters in any
// order and case, and the address that stands in the document is canonical.
//
// A canonical address is also a topic of WebSub: documents name the hub that they are
// given and their topic, in a Link field and in themselves, and TopicDocument makes a
// topic's document as of now. Who subscribes is not known here.
//
// A saved channel is a selection that an office gave a path, an id and an end of its own.
// What it selects may change and its id does not; a former path is Moved to the one of now,
// and after its end its feeds carry a last entry until they are gone (410).
//
// An entry speaks with the voice of the story's lead: its title untouched, its
// publisher as author, its source as atom:source. Copies of other sources are credited
// as contributors and linked. How much text stands in an entry is the decision of the
// source (feeds.Republish), never of this package.
//
// It must not know SQL, fetch anything, label or group stories, or write a format's
// syntax, which feeds/write does. It does not log: failures are returned.
package publish
