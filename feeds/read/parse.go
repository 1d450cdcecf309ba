package read

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/text/language"

	"tributary/feeds"
)

// Document is what a server sent.
type Document struct {
	Body        []byte
	ContentType string // the HTTP header, for its charset; may be empty or wrong
	URL         string // where Body was found in the end: base for relative references
	// ContentLocation and ContentLanguage are HTTP headers too: the address that Body
	// says it is of, absolute or relative to URL (RFC 9110, 8.7), which is the base then,
	// and the language of what declares none itself.
	ContentLocation, ContentLanguage string
	MaxEntries                       int // entries kept, the first ones; 2000 when 0
}

// Parse reads a document. It never panics on input, and time and memory grow with the
// document's size and not faster. An error wraps feeds.ErrNotFeed, and says what the
// document seems to be instead; a damaged feed is no error: what can be read is read,
// and Feed.Problems tells what was repaired.
//
// All URLs of the result are absolute or empty, all texts plain or sanitised as
// feeds.Feed says, all times in UTC. Entries keep the document's order.
func Parse(d Document) (*feeds.Feed, error) {
	r := &reader{document: resolveBase(nil, d.URL), max: d.MaxEntries, languages: map[string]string{}, parsed: map[string]*time.Time{}}
	if base := resolveBase(r.document, d.ContentLocation); base != nil {
		r.document = base
	}
	if list := strings.Split(d.ContentLanguage, ","); len(list) == 1 { // of several none is the language
		r.spoken = list[0]
	}
	if r.max <= 0 {
		r.max = defaultMaxEntries
	}
	text := decode(d.Body, d.ContentType, &r.problems)
	r.text = text
	f, err := r.read(text)
	if err != nil {
		return nil, fmt.Errorf("read feed: %w", err)
	}
	f.Entries = r.identify(f.Entries)
	f.Problems = r.list
	return f, nil
}

// reader reads one document.
type reader struct {
	problems
	document  *url.URL // nil when unknown
	link      *url.URL // the feed's page, base of entries without another; nil when unknown
	atom      bool     // the document is Atom
	spoken    string   // the language that the server declared
	max       int
	text      []byte // the document in UTF-8
	order     dateOrder
	ordered   bool                  // order was looked for
	languages map[string]string     // as declared -> BCP 47
	parsed    map[string]*time.Time // what gofeed made of the dates of the entry being read
}

func (r *reader) read(text []byte) (*feeds.Feed, error) {
	start := bytes.TrimLeft(text, " \t\r\n\uFEFF")
	switch {
	case len(start) == 0:
		return nil, fmt.Errorf("%w: the document is empty", feeds.ErrNotFeed)
	case start[0] == '{' || start[0] == '[':
		return r.readJSON(start)
	}
	at := rootAt(text)
	if at < 0 {
		var err error
		if text, at, err = r.hiddenFeed(text); err != nil {
			return nil, err
		}
		if text[at] == '{' {
			return r.readJSON(text[at:])
		}
	}
	if junk := bytes.TrimSpace(text[:at]); len(junk) > 0 && junk[0] != '<' || bytes.Contains(text[:at], []byte("<html")) || bytes.Contains(text[:at], []byte("<br")) {
		r.add("Text before the feed was left out.")
	}
	return r.readXML(text, at)
}

// readXML reads RSS or Atom whose root begins at the offset.
func (r *reader) readXML(text []byte, at int) (*feeds.Feed, error) {
	doc := r.expandEntities(text[at:], text[:at])
	v := takeSurvey(doc)
	if v.vast > 0 {
		r.add("The document has more than %d tags or %d entries; what stands before that was read.", maxTags, maxSurveyed)
		doc = doc[:v.vast]
	}
	if v.loose && !bytes.Contains(text[:at], []byte("<!DOCTYPE")) { // which may declare names elsewhere
		r.add(looseSentence)
	}
	if v.sound {
		f, err := r.readFormat(doc, v)
		if err == nil {
			return f, nil
		}
		// gofeed stops at what the survey lets pass, such as ]]> in a text.
	}
	doc, v = r.repair(doc)
	f, err := r.readFormat(doc, v)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", feeds.ErrNotFeed, err)
	}
	return f, nil
}

const looseSentence = "Ampersands were not escaped, or names stand for characters that XML does not know; they were read as meant."

// expandEntities puts the plain texts in that the document type declares.
func (r *reader) expandEntities(doc, prolog []byte) []byte {
	if !bytes.Contains(prolog, []byte("<!ENTITY")) {
		return doc
	}
	plain, rest := declaredEntities(prolog)
	if len(plain) > 0 {
		var all bool
		doc, all = expand(doc, plain)
		rest = rest || !all
	}
	if rest {
		r.add("The document type declares entities that are no short text; they are not expanded.")
	}
	return doc
}

func (r *reader) repair(doc []byte) ([]byte, *survey) {
	m := mend(doc, 0)
	if m.truncated {
		r.add("The document breaks off; what was complete before that was read.")
	}
	if m.part {
		r.add("The last entry may lack a part.")
	}
	if m.program {
		r.add("Processing instructions inside entries were left out.")
	}
	if m.nesting {
		r.add("Tags were missing or not in order; they were repaired.")
	}
	if m.characters {
		r.add("Characters that must be escaped were not; they were repaired.")
	}
	if m.bounded {
		r.add("Elements are nested more than %d deep or have more than %d attributes; the rest was left out.", maxDepth, maxAttributes)
	}
	if m.long {
		r.add("A field is longer than %d MiB; it was cut.", maxField>>20)
	}
	if !m.truncated && !m.nesting && !m.characters && !m.bounded && !m.long && !m.program {
		r.add("The XML is not well-formed; it was repaired.") // a comment, an attribute
	}
	return m.doc, takeSurvey(m.doc)
}

// readFormat gives the document to gofeed.
func (r *reader) readFormat(doc []byte, v *survey) (*feeds.Feed, error) {
	doc = v.withNamespace(doc, &r.problems)
	if v.root == "channel" {
		if p := takePlan(doc, r.document, r.max); isForeignChannel(p) != "" {
			return r.fromChannel(p, isForeignChannel(p)), nil
		}
		doc = enclose("<rss version=\"2.0\">", doc, "</rss>") // it is missing around it
	}
	plan := takePlan(doc, r.document, r.max)
	doc = withoutBases(doc)
	if v.root == "feed" {
		f, err := (&atom.Parser{}).Parse(bytes.NewReader(doc))
		if err != nil {
			return nil, fmt.Errorf("read Atom: %w", err)
		}
		return r.fromAtom(f, plan), nil
	}
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(doc))
	if err != nil {
		return nil, fmt.Errorf("read RSS: %w", err)
	}
	return r.fromRSS(f, plan), nil
}

func enclose(before string, doc []byte, after string) []byte {
	return append(append([]byte(before), doc...), after...)
}

// bounded keeps the first entries up to the reader's maximum.
func bounded[T any](r *reader, list []T) []T {
	if len(list) <= r.max {
		return list
	}
	r.add("The document has %d entries; the first %d were read.", len(list), r.max)
	return list[:r.max]
}

// language gives a declared language as BCP 47; empty when it is none.
func (r *reader) language(declared string) string {
	declared = strings.TrimSpace(declared)
	if declared == "" {
		return ""
	}
	if tag, ok := r.languages[declared]; ok {
		return tag
	}
	tag := ""
	if len(declared) <= 35 {
		if t, err := language.Parse(strings.ReplaceAll(declared, "_", "-")); err == nil && t != language.Und {
			tag = t.String()
		}
	}
	if tag == "" {
		r.add("The language %q is unknown.", cut(declared, 40))
	}
	if len(r.languages) < 1000 {
		r.languages[declared] = tag
	}
	return tag
}

// date reads a date; parsed is what gofeed made of it, for the forms that only gofeed
// knows.
func (r *reader) date(text string, parsed *time.Time) time.Time {
	if text = strings.TrimSpace(text); text == "" {
		return time.Time{}
	}
	t, guess, ok := parseDate(text, r.dateOrder)
	if !ok && parsed != nil {
		t, guess, ok = usable(parsed.UTC(), dateExact)
	}
	switch {
	case !ok:
		r.add("The date %q cannot be read.", cut(text, 60))
	case guess == dateClamped:
		r.add("The date %q does not exist; the last day of that month was taken.", cut(text, 60))
	case guess == dateOrdered:
		r.add("The date %q can be read in two ways; it was taken for %s.", cut(text, 60), t.Format(time.DateOnly))
	}
	return t
}

// markup sanitises a text that is HTML.
func (r *reader) markup(s string, base *url.URL, limit int) string {
	if s == "" {
		return ""
	}
	if d, twice := unescapeTwice(s); twice {
		r.add("Markup was escaped twice.")
		s = d
	}
	if len(s) > limit {
		r.add("A text is longer than %d KiB; it was cut.", limit>>10)
		s = cutMarkup(s, limit)
	}
	return sanitise(s, base)
}

// title makes a plain title of at most maxTitle bytes.
func (r *reader) title(plain string) string {
	if len(plain) > maxTitle {
		r.add("A title is longer than %d bytes; it was cut.", maxTitle)
		plain = cut(plain, maxTitle)
	}
	return plain
}

// address resolves a reference; one that cannot be used is a problem.
func (r *reader) address(base *url.URL, ref, what string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return ""
	}
	u := absolute(base, ref)
	if u == "" {
		r.add("The %s %q is no address of the web.", what, cut(ref, 80))
	}
	return u
}
