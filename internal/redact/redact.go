package redact

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"tributary/feeds"
)

// Kind is something that is cut.
type Kind string

// The kinds.
const (
	Contacts    Kind = "contacts"    // blocks of press contacts
	Mails       Kind = "mails"       // personal e-mail addresses
	Phones      Kind = "phones"      // phone numbers
	Identifiers Kind = "identifiers" // numbers of papers, Skype, links to chats
)

// Options say what is cut and what stays everywhere.
type Options struct {
	Mailboxes []string // functional mailboxes that stay: press@, @press.example.org, iom*@iom.int
	Cut       []Kind   // all kinds when nil
}

// Redactor cuts personal data out of entries. It is safe for concurrent use and never
// changes. A nil Redactor cuts everything and keeps no mailbox.
type Redactor struct {
	mailboxes mailboxes
	cut       []Kind
}

// New makes a Redactor.
func New(o Options) *Redactor {
	return &Redactor{mailboxes: newMailboxes(o.Mailboxes), cut: o.Cut}
}

// Cut counts what was cut out of an entry, or of several.
type Cut struct {
	Contacts    int `json:"contacts"`
	Mails       int `json:"mails"` // outside of contacts, as are the others
	Phones      int `json:"phones"`
	Identifiers int `json:"identifiers"`
	Fields      int `json:"fields"` // field names and values of an old content management system
}

// Any tells whether anything was cut.
func (c Cut) Any() bool { return c != Cut{} }

// Add adds another count.
func (c *Cut) Add(other Cut) {
	c.Contacts += other.Contacts
	c.Mails += other.Mails
	c.Phones += other.Phones
	c.Identifiers += other.Identifiers
	c.Fields += other.Fields
}

// passes bounds how often a text is gone through: what is cut may bring together what
// was apart.
const passes = 6

// Entry is the entry that may be shown, indexed and kept, and what was cut out of it.
// The one given is not changed. Its id and dates stay as they are; a source that keeps
// its contacts loses only the field names.
func (r *Redactor) Entry(s *feeds.Source, e feeds.Entry) (feeds.Entry, Cut) {
	w := work{keep: nil}
	if r != nil {
		w.keep, w.kinds = r.mailboxes, r.cut
	}
	if len(s.Mailboxes) > 0 {
		w.keep = append(slices.Clip(w.keep), newMailboxes(s.Mailboxes)...)
	}
	same := e.Summary != "" && e.Summary == e.Content
	e.Content = w.fields(e.Content, &e)
	if same {
		e.Summary = e.Content
	} else {
		e.Summary = w.fields(e.Summary, &e)
	}
	if s.Contacts == feeds.ContactsKeep {
		return e, w.done
	}
	e.Title = w.line(e.Title)
	if e.Published.IsZero() {
		e.DateText = w.line(e.DateText)
	}
	e.Content = w.text(e.Content)
	if same {
		e.Summary = e.Content
	} else {
		e.Summary = w.text(e.Summary)
	}
	e.Rights = w.line(e.Rights)
	e.Authors = w.people(e.Authors)
	e.Link = w.address(e.Link)
	e.Links = kept(e.Links, func(l feeds.Link) (feeds.Link, bool) {
		l.Title = w.line(l.Title)
		href := w.address(l.Href)
		return l, href != "" || l.Href == ""
	})
	e.Enclosures = kept(e.Enclosures, func(n feeds.Enclosure) (feeds.Enclosure, bool) {
		return n, w.address(n.URL) != "" || n.URL == ""
	})
	e.Categories = kept(e.Categories, func(c feeds.Category) (feeds.Category, bool) {
		c.Term, c.Label = w.line(c.Term), w.line(c.Label)
		return c, c.Term != "" || c.Label != ""
	})
	if e.Image != nil {
		image := *e.Image
		image.Alt, image.Credit = w.line(image.Alt), w.line(image.Credit)
		e.Image = &image
		if w.address(image.URL) == "" && image.URL != "" {
			e.Image = nil
		}
	}
	if e.Source != nil {
		origin := *e.Source
		origin.Title, origin.Rights, origin.Authors = w.line(origin.Title), w.line(origin.Rights), w.people(origin.Authors)
		e.Source = &origin
	}
	return e, w.done
}

// kept rebuilds a list without what is not to stay; a list of nothing stays what it was.
func kept[T any](list []T, judge func(T) (T, bool)) []T {
	if len(list) == 0 {
		return list
	}
	out := make([]T, 0, len(list))
	for _, x := range list {
		if x, ok := judge(x); ok {
			out = append(out, x)
		}
	}
	return out
}

// work is one entry on its way.
type work struct {
	keep  mailboxes
	kinds []Kind // nil: all
	done  Cut
}

func (w *work) cuts(k Kind) bool { return w.kinds == nil || slices.Contains(w.kinds, k) }

// people lose their addresses and keep their names.
func (w *work) people(list []feeds.Person) []feeds.Person {
	return kept(list, func(p feeds.Person) (feeds.Person, bool) {
		if p.Email != "" && w.cuts(Mails) && !w.keep.have(p.Email) {
			p.Email = ""
			w.done.Mails++
		}
		p.Name = w.line(p.Name)
		p.URI = w.address(p.URI)
		return p, p.Name != "" || p.Email != ""
	})
}

// address is a web address, empty when it leads to a person.
func (w *work) address(s string) string {
	if k, bad := w.leads(s); bad {
		w.count(k, 1)
		return ""
	}
	return s
}

var chatHost = regexp.MustCompile(`(?i)^(?:https?:)?(?://)?(?:www\.)?(?:wa\.me(?:/|$)|api\.whatsapp\.com(?:/|$)|chat\.whatsapp\.com(?:/|$)|(?:skype|callto|sms|whatsapp|viber):|(?:https?:/*)?tel:)`)

// leads says whether an address is a mailbox, a phone or a chat of a person's, or has
// one in it.
func (w *work) leads(s string) (kind, bool) {
	if strings.IndexByte(s, ':') < 0 && strings.IndexByte(s, '@') < 0 && !strings.Contains(s, "%40") {
		return 0, false
	}
	if w.cuts(Identifiers) && chatHost.MatchString(s) {
		return kindIdentifier, true
	}
	if !w.cuts(Mails) || strings.IndexByte(s, '@') < 0 && !strings.Contains(s, "%40") {
		return 0, false
	}
	if plain, err := url.PathUnescape(s); err == nil {
		s = plain
	}
	s = mailScheme.ReplaceAllString(s, " ")
	p := newPage(strings.NewReplacer("?", " ", "&", " ", "=", " ", "/", " ").Replace(s), false)
	p.whole = true
	for _, d := range p.mails(w.keep, nil) {
		if d.kind == kindMail {
			return kindMail, true
		}
	}
	return 0, false
}

var mailScheme = regexp.MustCompile(`(?i)mailto:(?://)?`)

func (w *work) count(k kind, n int) {
	switch k {
	case kindMail:
		w.done.Mails += n
	case kindPhone:
		w.done.Phones += n
	case kindIdentifier:
		w.done.Identifiers += n
	}
}

// line cuts within a line of plain text.
func (w *work) line(s string) string {
	if len(s) < 5 || !strings.ContainsAny(s, "@0123456789٠١٢٣٤٥٦٧٨٩＠([:") && !writtenOut(lower(s)) && !strings.Contains(s, " AT ") {
		return s
	}
	for range passes {
		p := newPage(s, false)
		w.inline(p, p.details(w))
		if !p.changed() {
			break
		}
		s = p.rest()
	}
	return s
}

// text cuts within a fragment of sanitised HTML.
func (w *work) text(s string) string {
	for range passes {
		p := newPage(s, true)
		w.tags(p)
		details := p.details(w)
		if w.cuts(Contacts) {
			w.done.Contacts += p.blocks(details)
		}
		w.inline(p, details)
		if !p.changed() {
			break
		}
		rest := p.rest()
		if rest == s {
			break
		}
		s = rest
	}
	return s
}

// details finds all there is, in the order of the text, none within another.
func (p *page) details(w *work) []detail {
	found := p.identifiers(w.keep, nil)
	found = p.mails(w.keep, found)
	found = p.phones(found)
	slices.SortStableFunc(found, func(a, b detail) int { return a.from - b.from })
	out := found[:0]
	for _, d := range found {
		if end := p.lines[p.lineOf(d.from)].to; d.to > end {
			d.to = end
		}
		if n := len(out); n > 0 && d.from < out[n-1].to {
			if d.to > out[n-1].to && d.personal() {
				out[n-1].to, out[n-1].kind = d.to, d.kind
			}
			continue
		}
		out = append(out, d)
	}
	return out
}

// inline cuts the details that no block took.
func (w *work) inline(p *page, details []detail) {
	blocks := slices.Clone(p.cuts)
	for _, d := range details {
		if !d.personal() || d.kind == kindMail && !w.cuts(Mails) || d.kind == kindPhone && !w.cuts(Phones) ||
			d.kind == kindIdentifier && !w.cuts(Identifiers) {
			continue
		}
		if slices.ContainsFunc(blocks, func(b span) bool { return b.from <= d.from && d.to <= b.to }) {
			continue
		}
		w.count(d.kind, 1)
		line := p.lines[p.lineOf(d.from)]
		whole := p.tidied(p.widened(d.span, line), line)
		p.cut(whole.from, whole.to)
	}
}

// widened takes in the label before a detail and the brackets around it.
func (p *page) widened(d span, line span) span {
	for range 3 {
		head := p.low[line.from:d.from]
		trimmed := strings.TrimRight(head, " \u00a0:.;\u200e\u200f([<|*–-№°")
		gap := head[len(trimmed):]
		if len(gap) > 12 || strings.Contains(gap, ". ") && !strings.Contains(gap, ":") && len(trimmed) == 0 {
			break
		}
		word, at := lastWord(trimmed)
		if word == "" || at+len(word) != len(trimmed) {
			break
		}
		sure := strings.ContainsAny(gap, ":.")
		known := slices.Contains(strongPhone, word) || slices.Contains(mailLabels, word) || word == "skype" || word == "id" && sure ||
			slices.Contains([]string{"mobile", "cell", "portable", "mobil", "landline", "direct", "sms", "signal", "telegram", "mailto"}, word) ||
			sure && slices.Contains(letterPhone, word) || sure && word == "e"
		if !known {
			break
		}
		if word == "mail" || word == "адрес" || word == "почта" {
			for _, e := range []string{"e-", "e ", "эл. ", "электронная ", "эл."} {
				if strings.HasSuffix(trimmed[:at], e) {
					at -= len(e)
					break
				}
			}
		}
		d.from = line.from + at
	}
	for _, pair := range []string{"()", "<>", "[]"} {
		before := strings.TrimRight(p.text[line.from:d.from], " \u00a0")
		after := strings.TrimLeft(p.text[d.to:line.to], " \u00a0")
		if strings.HasSuffix(before, pair[:1]) && strings.HasPrefix(after, pair[1:]) {
			d.from = line.from + len(before) - 1
			d.to = line.to - len(after) + 1
		}
	}
	return d
}

// joining are small words that are left without an end when what they led to goes.
var joining = []string{"at", "on", "or", "and", "via", "by", "to", "à", "au", "ou", "et", "sur", "en", "al", "o", "u", "y", "por", "no", "pelo", "ou", "e", "по", "или", "и",
	"на", "unter", "oder", "und", "an", "per", "su", "على", "أو", "عبر", "و"}

// tidied takes in the signs and small words that would be left hanging.
func (p *page) tidied(d, line span) span {
	rest := strings.TrimLeft(p.text[d.to:line.to], " \u00a0")
	if rest != "" && strings.IndexByte(",;|/", rest[0]) >= 0 && strings.TrimRight(p.text[line.from:d.from], " \u00a0,;|/") == "" {
		d.to = line.to - len(rest) + 1 // at the beginning of a line
		rest = strings.TrimLeft(rest[1:], " \u00a0")
	}
	if rest == "" || strings.IndexByte(".,;)|/", rest[0]) >= 0 {
		for range 3 {
			before := strings.TrimRight(p.low[line.from:d.from], " \u00a0,;|/:–—-")
			word, at := lastWord(before)
			if word != "" && at+len(word) == len(before) && slices.Contains(joining, word) {
				before = before[:at]
				d.from = line.from + len(strings.TrimRight(before, " \u00a0"))
				continue
			}
			if before != "" {
				d.from = line.from + len(before)
			}
			break
		}
		return d
	}
	if next, _, _ := strings.Cut(rest, " "); slices.Contains(joining, strings.ToLower(next)) {
		before := strings.TrimRight(p.low[line.from:d.from], " \u00a0") // "by mail x or by phone y"
		if word, at := lastWord(before); word != "" && at+len(word) == len(before) && slices.Contains(joining, word) {
			d.from = line.from + at
		}
	}
	if d.from > line.from && p.text[d.from-1] == ' ' && strings.HasPrefix(p.text[d.to:line.to], " ") {
		d.to++
	}
	return d
}

// tags takes the links that lead to a person out of their tags, and what titles and
// alternative texts say of one.
func (w *work) tags(p *page) {
	for i := range p.tags {
		t := &p.tags[i]
		raw := p.raw[t.raw.from:t.raw.to]
		if t.closing || strings.IndexByte(raw, '=') < 0 {
			continue
		}
		for _, m := range attributes.FindAllStringSubmatchIndex(raw, -1) {
			name, value := raw[m[2]:m[3]], html.UnescapeString(raw[m[4]:m[5]])
			switch name {
			case "href", "src":
				if k, bad := w.leads(value); bad {
					w.count(k, 1)
					p.gone[i] = true
					if t.pair >= 0 {
						p.gone[t.pair] = true
					}
				}
			case "title", "alt":
				if rest := w.line(value); rest != value {
					t.as = raw[:m[4]] + html.EscapeString(rest) + raw[m[5]:]
				}
			}
		}
	}
}

var attributes = regexp.MustCompile(`\s(href|src|title|alt)="([^"]*)"`)
