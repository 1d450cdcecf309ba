package newsletter

import (
	"bytes"
	_ "embed" // the mail's template
	"errors"
	"fmt"
	"html/template"
	"strings"

	"tributary/feeds/write"
)

// maxHTML is the size in bytes beyond which Gmail shows the beginning of a mail only: it
// clips at 102 KB, and what hands mails on may add to them.
const maxHTML = 98_000

// Mail is a mail in its two parts.
type Mail struct {
	Subject string
	HTML    string // for mail programs: tables, inline styles, no script
	Text    string
}

// errTooLarge: an edition that no mail can hold, which the bounds of its parts forbid.
var errTooLarge = errors.New("the mail has more than 98000 bytes")

// Writer writes mails. It is safe for concurrent use.
type Writer struct{ page *template.Template }

//go:embed mail.html
var mailPage string

// markupDefuser writes the marks so that they look the same, plainDefuser parts them.
var (
	markupDefuser = strings.NewReplacer("{{", "&#123;&#123;", "{%", "&#123;%", "*|", "*&#124;", "|*", "&#124;*")
	plainDefuser  = strings.NewReplacer("{{", "{ {", "{%", "{ %", "*|", "* |", "|*", "| *")
)

// NewWriter reads the templates. An error is a defect of the build.
func NewWriter() (*Writer, error) {
	page, err := template.New("mail").Funcs(template.FuncMap{"dir": direction}).Parse(mailPage)
	if err != nil {
		return nil, fmt.Errorf("read template of mails: %w", err)
	}
	return &Writer{page}, nil
}

func direction(language string) string {
	switch {
	case language == "":
		return "auto"
	case write.RightToLeft(language):
		return "rtl"
	default:
		return "ltr"
	}
}

// mailView is what the template shows.
type mailView struct {
	Lang, Dir, Start        string
	Subject, Preheader      string
	Title, Office, Date     string
	Number                  string
	Stories                 []shown
	MadeBy, Why, Disclaimer string
	Page, Home              string
	Leave                   string
	W                       wordsView
}

// wordsView are the words that the template shows as they are.
type wordsView struct{ Browser, Source, Also, Licence, Partner, Leave, Subscribe string }

// Mail writes an edition. leave is the address of the way out, or what a mailing tool puts
// in its place, such as *|UNSUB|*; "" where the edition is read without being mailed.
// Summaries are shortened until the whole is small enough not to be clipped; should even
// headlines be too long together, the last stories are left to the page in the browser.
func (w *Writer) Mail(e *Edition, leave string) (Mail, error) {
	short := *e
	for _, summary := range []int{500, 280, 140, 0} {
		html, err := w.html(&short, leave, summary)
		if err != nil {
			return Mail{}, err
		}
		for summary == 0 && len(html) > maxHTML && len(short.Stories) > 1 {
			short.Stories = short.Stories[:len(short.Stories)-1]
			if html, err = w.html(&short, leave, 0); err != nil {
				return Mail{}, err
			}
		}
		if len(html) <= maxHTML {
			m := Mail{Subject: e.Subject(), HTML: html, Text: short.text(leave)}
			if leave != "" && webAddress(leave) == "" { // for a mailing tool
				m.Subject, m.Text = defuse(m.Subject, plainDefuser), strings.ReplaceAll(defuse(short.text(leaveMark), plainDefuser), leaveMark, leave)
			}
			return m, nil
		}
	}
	return Mail{}, fmt.Errorf("write %s, issue %d: %w", e.Newsletter.Slug, e.Number, errTooLarge)
}

func (w *Writer) html(e *Edition, leave string, summary int) (string, error) {
	t := in(e.Language)
	v := mailView{
		Lang: e.Language, Dir: direction(e.Language), Start: "left", Subject: e.Subject(), Title: e.Title(), Office: e.Office, Date: e.Date(),
		Stories: e.show(summary), MadeBy: fmt.Sprintf(t.madeBy, e.Site), Why: fmt.Sprintf(t.why, e.Title()), Disclaimer: e.Disclaimer,
		Page: e.Page, Home: e.Home, Leave: leaveMark,
		W: wordsView{Browser: t.browser, Source: t.source, Also: t.also, Licence: t.licence, Partner: t.partner, Leave: t.leave, Subscribe: t.subscribe},
	}
	if leave == "" {
		v.Leave = ""
	}
	if v.Dir == "rtl" {
		v.Start = "right"
	}
	if e.Number > 0 {
		v.Number = fmt.Sprintf(t.number, e.Number)
	}
	var titles []string
	for i := range v.Stories {
		titles = append(titles, v.Stories[i].Title)
	}
	v.Preheader = cut(strings.Join(titles, " · "), 150)
	var b bytes.Buffer
	if err := w.page.Execute(&b, v); err != nil {
		return "", fmt.Errorf("write %s, issue %d: %w", e.Newsletter.Slug, e.Number, err)
	}
	page := b.String()
	if leave != "" && webAddress(leave) == "" {
		page = defuse(page, markupDefuser)
	}
	return strings.ReplaceAll(page, leaveMark, template.HTMLEscapeString(leave)), nil
}

// defuse takes apart what a mailing tool would take for an order of ours in the words of
// publishers: tools fill in {{ }}, {% %} and *| |* wherever they stand.
func defuse(text string, r *strings.Replacer) string { return r.Replace(text) }

// leaveMark stands for the way out until the page is written: what mailing tools put in its
// place is no address, and would be encoded as one.
const leaveMark = "https://way-out.invalid/"

// text is the plain part: the same stories in the same order.
func (e *Edition) text(leave string) string {
	t := in(e.Language)
	var b strings.Builder
	line := func(parts ...string) { b.WriteString(strings.Join(parts, " ") + "\n") }
	line(e.Title())
	head := e.Office + " · " + e.Date()
	if e.Number > 0 {
		head += " · " + fmt.Sprintf(t.number, e.Number)
	}
	line(head)
	if e.Page != "" {
		line(t.browser + ": " + e.Page)
	}
	for i, s := range e.show(500) {
		line("")
		line(fmt.Sprintf("%d.", i+1), s.Title)
		line(t.source, s.Publisher+" · "+s.Date)
		if s.Mark != "" {
			line("[" + s.Mark + "]")
		}
		if s.Summary != "" {
			line(s.Summary)
		}
		if len(s.Credits) > 0 {
			line(t.also, strings.Join(s.Credits, ", "))
		}
		if s.Licence != "" {
			line(t.licence, s.Licence)
		}
		if s.Link != "" {
			line(s.Link)
		}
	}
	line("")
	line("-- ") // what follows is no part of the text (RFC 3676, 4.3)
	line(fmt.Sprintf(t.madeBy, e.Site), t.partner)
	if e.Disclaimer != "" {
		line("")
		line(e.Disclaimer)
	}
	line("")
	switch {
	case leave != "":
		line(fmt.Sprintf(t.why, e.Title()))
		line(t.leave+":", leave)
	case e.Home != "":
		line(t.subscribe+":", e.Home)
	}
	return b.String()
}

// Confirmation is the mail that asks whoever reads a mailbox whether a subscription is
// meant; link is the page on which it is confirmed.
func Confirmation(title, language, link string) Mail {
	t := in(language)
	text := fmt.Sprintf(t.confirmText, title)
	page := `<!DOCTYPE html><html lang="` + language + `" dir="` + direction(language) + `"><head><meta charset="utf-8"><title>` + template.HTMLEscapeString(fmt.Sprintf(t.confirm, title)) +
		`</title></head><body style="font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:24px;"><p>` + template.HTMLEscapeString(text) +
		`</p><p><a href="` + template.HTMLEscapeString(link) + `">` + template.HTMLEscapeString(t.confirmLink) + `</a></p><p>` + template.HTMLEscapeString(t.confirmNot) + `</p></body></html>`
	return Mail{Subject: cut(fmt.Sprintf(t.confirm, title), 200), HTML: page, Text: text + "\n\n" + link + "\n\n" + t.confirmNot + "\n"}
}
