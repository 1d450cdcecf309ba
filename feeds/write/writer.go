package write

import (
	"errors"
	"fmt"
	"io"

	gorilla "github.com/gorilla/feeds"

	"tributary/feeds"
)

// Errors about feeds that cannot be written; match them with errors.Is.
var (
	// ErrNoID: the feed or an entry has no id. None is made up, since an invented id
	// would change with the next rendering and readers would see the entry again.
	ErrNoID = errors.New("no id")
	// ErrNoDate: neither the feed nor any of its entries says when.
	ErrNoDate = errors.New("no date")
)

// Writer writes feeds, with what feeds.Entry has no place for. The zero Writer is
// ready to use; a Writer is safe for concurrent use as long as it is not changed.
type Writer struct {
	// Contributors credits further publishers of an entry, by entry id:
	// atom:contributor, dc:contributor, and names under _tributary in JSON.
	Contributors map[string][]feeds.Person
	// Archive marks the document as an archive (RFC 5005, 4): fh:archive in the XML formats,
	// a member of _tributary in JSON. The links to others are among feeds.Feed.Links.
	Archive bool
}

// Atom writes an Atom 1.0 feed document (RFC 4287), with f.Deleted as
// at:deleted-entry (RFC 6721).
//
// f.ID and every entry's id are required (ErrNoID), and so is a date somewhere
// (ErrNoDate): an entry without Updated takes Published, one without either takes
// the feed's. f.Generator may be "Name/version (+URI)", which is written in parts.
func Atom(w io.Writer, f *feeds.Feed) error { return Writer{}.Atom(w, f) }

// RSS writes an RSS 2.0 document. Ids become guids that are no permalinks; what RSS
// has no element for is written in the namespaces atom, content, dc and media.
// Tombstones cannot be said in RSS. Errors are those of Atom.
func RSS(w io.Writer, f *feeds.Feed) error { return Writer{}.RSS(w, f) }

// JSON writes a JSON Feed 1.1 document. Categories with scheme, term and label,
// origin, contributors and rights are in the extension _tributary. Errors are those
// of Atom.
func JSON(w io.Writer, f *feeds.Feed) error { return Writer{}.JSON(w, f) }

// Atom is the function Atom with the Writer's additions.
func (wr Writer) Atom(w io.Writer, f *feeds.Feed) error {
	t, err := tidyFeed(f, wr.Contributors)
	if err != nil {
		return fmt.Errorf("write atom: %w", err)
	}
	t.archive = wr.Archive
	return writeXML(w, "atom", atomDocument{t})
}

// RSS is the function RSS with the Writer's additions.
func (wr Writer) RSS(w io.Writer, f *feeds.Feed) error {
	t, err := tidyFeed(f, wr.Contributors)
	if err != nil {
		return fmt.Errorf("write rss: %w", err)
	}
	t.archive = wr.Archive
	return writeXML(w, "rss", rssDocument{t})
}

// JSON is the function JSON with the Writer's additions.
func (wr Writer) JSON(w io.Writer, f *feeds.Feed) error {
	t, err := tidyFeed(f, wr.Contributors)
	if err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	t.archive = wr.Archive
	if err := encodeJSON(w, t); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

func writeXML(w io.Writer, format string, document gorilla.XmlFeed) error {
	if err := gorilla.WriteXML(document, w); err != nil {
		return fmt.Errorf("write %s: %w", format, err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write %s: %w", format, err)
	}
	return nil
}
