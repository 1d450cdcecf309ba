package write

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"tributary/feeds"
)

// Outline is a feed in an OPML list, or a folder of them when it has Children.
type Outline struct {
	Title    string
	FeedURL  string // xmlUrl; empty for a folder
	PageURL  string // htmlUrl
	Language string // BCP 47
	Format   string // atom, rss or json; empty when unknown
	Children []Outline
}

// ErrNotOPML: the bytes are no OPML document.
var ErrNotOPML = errors.New("not an OPML document")

// Bounds on what ReadOPML takes in. Readers with thousands of subscriptions export
// lists well below them.
const (
	maxOPMLBytes    = 8 << 20
	maxOPMLOutlines = 50_000
	maxOPMLDepth    = 16
)

type opmlDocument struct {
	XMLName xml.Name      `xml:"opml"`
	Version string        `xml:"version,attr"`
	Title   string        `xml:"head>title"`
	Created string        `xml:"head>dateCreated,omitempty"`
	Docs    string        `xml:"head>docs"`
	Body    []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Text     string        `xml:"text,attr"`
	Title    string        `xml:"title,attr,omitempty"`
	Type     string        `xml:"type,attr,omitempty"`
	Version  string        `xml:"version,attr,omitempty"`
	XMLURL   string        `xml:"xmlUrl,attr,omitempty"`
	HTMLURL  string        `xml:"htmlUrl,attr,omitempty"`
	Language string        `xml:"language,attr,omitempty"`
	Outlines []opmlOutline `xml:"outline"`
}

// OPML writes an OPML 2.0 subscription list. The zero when leaves the date out, for
// documents whose bytes must not change unless the list does. Feeds of every format
// are of type "rss", which is what readers import; version says RSS2 of those that are RSS.
func OPML(w io.Writer, title string, when time.Time, outlines []Outline) error {
	document := opmlDocument{Version: "2.0", Title: clean(title), Created: rfc822(dated(when)),
		Docs: "https://opml.org/spec2.opml", Body: opmlOutlines(outlines)}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return fmt.Errorf("write opml: %w", err)
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(document); err != nil {
		return fmt.Errorf("write opml: %w", err)
	}
	if _, err := io.WriteString(w, "\n"); err != nil {
		return fmt.Errorf("write opml: %w", err)
	}
	return nil
}

func opmlOutlines(outlines []Outline) []opmlOutline {
	out := make([]opmlOutline, 0, len(outlines))
	for _, o := range outlines {
		x := opmlOutline{Text: clean(o.Title), XMLURL: address(o.FeedURL), HTMLURL: address(o.PageURL),
			Language: languageTag(o.Language), Outlines: opmlOutlines(o.Children)}
		if x.XMLURL != "" {
			x.Title, x.Type, x.Version = x.Text, "rss", opmlVersion(o.Format)
		}
		out = append(out, x)
	}
	return out
}

// opmlVersion is RSS2 or nothing: OPML 2.0 has no version of other formats, and what some
// readers write for them (ATOM1) is no valid value.
func opmlVersion(format string) string {
	if format == "rss" {
		return "RSS2"
	}
	return ""
}

// ReadOPML reads a subscription list: OPML 1.0, 1.1 and 2.0, attribute names in any
// case, folders kept. Outlines that are neither feed nor folder are left out. It
// returns an error that wraps ErrNotOPML for other bytes and feeds.ErrTooLarge
// beyond 8 MiB, 50,000 outlines or a depth of 16.
func ReadOPML(r io.Reader) ([]Outline, error) {
	limited := &io.LimitedReader{R: r, N: maxOPMLBytes + 1}
	p := opmlParser{d: xml.NewDecoder(limited)}
	p.d.Strict = false
	p.d.Entity = xml.HTMLEntity
	p.d.CharsetReader = charset.NewReaderLabel
	outlines, err := p.document()
	if limited.N <= 0 {
		return nil, fmt.Errorf("read opml: more than %d bytes: %w", maxOPMLBytes, feeds.ErrTooLarge)
	}
	if err != nil {
		return nil, fmt.Errorf("read opml: %w", err)
	}
	return outlines, nil
}

type opmlParser struct {
	d     *xml.Decoder
	count int
}

func (p *opmlParser) document() ([]Outline, error) {
	inside := false
	for {
		token, err := p.d.Token()
		if errors.Is(err, io.EOF) {
			if inside {
				return nil, nil // no body: an empty list
			}
			return nil, ErrNotOPML
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotOPML, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch name := strings.ToLower(start.Name.Local); {
		case !inside && name == "opml":
			inside = true
		case !inside:
			return nil, ErrNotOPML
		case name == "body":
			return p.children(1)
		default:
			if err := p.d.Skip(); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrNotOPML, err)
			}
		}
	}
}

// children reads outlines up to the end of the element they stand in. A list that
// ends too early is refused: half an import would pass for a whole one.
func (p *opmlParser) children(depth int) ([]Outline, error) {
	if depth > maxOPMLDepth {
		return nil, fmt.Errorf("outlines nested deeper than %d: %w", maxOPMLDepth, feeds.ErrTooLarge)
	}
	var out []Outline
	for {
		token, err := p.d.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotOPML, err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			return out, nil
		case xml.StartElement:
			if strings.ToLower(t.Name.Local) != "outline" {
				if err := p.d.Skip(); err != nil {
					return nil, fmt.Errorf("%w: %w", ErrNotOPML, err)
				}
				continue
			}
			if p.count++; p.count > maxOPMLOutlines {
				return nil, fmt.Errorf("more than %d outlines: %w", maxOPMLOutlines, feeds.ErrTooLarge)
			}
			o := readOutline(t)
			if o.Children, err = p.children(depth + 1); err != nil {
				return nil, err
			}
			if o.FeedURL != "" || len(o.Children) > 0 {
				out = append(out, o)
			}
		}
	}
}

func readOutline(start xml.StartElement) Outline {
	var o Outline
	var text, kind, version string
	for _, a := range start.Attr {
		value := strings.TrimSpace(clean(a.Value))
		switch strings.ToLower(a.Name.Local) {
		case "title":
			o.Title = value
		case "text":
			text = value
		case "xmlurl":
			o.FeedURL = value
		case "htmlurl":
			o.PageURL = value
		case "language":
			o.Language = languageTag(value)
		case "type":
			kind = strings.ToLower(value)
		case "version":
			version = strings.ToLower(value)
		}
	}
	if o.Title == "" {
		o.Title = text
	}
	if o.FeedURL != "" {
		o.Format = opmlFormat(kind, version)
	}
	return o
}

// opmlFormat trusts version before type, since most lists say type="rss" of
// everything.
func opmlFormat(kind, version string) string {
	for _, said := range []string{version, kind} {
		switch {
		case strings.HasPrefix(said, "atom"):
			return "atom"
		case strings.HasPrefix(said, "json"):
			return "json"
		case strings.HasPrefix(said, "rss") && said == version:
			return "rss"
		}
	}
	return ""
}
