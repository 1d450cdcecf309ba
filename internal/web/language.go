package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tributary/feeds/write"
)

//go:embed locale/*.json
var localeFiles embed.FS

// uiLanguages are the languages that pages are written in: IOM's official ones.
// The first is the default.
var uiLanguages = []language.Tag{language.English, language.French, language.Spanish}

var languageMatcher = language.NewMatcher(uiLanguages)

// printer writes text in one language of the pages. It is safe for concurrent use.
type printer struct {
	lang      string // en, fr or es
	localizer *i18n.Localizer
	names     display.Namer
	months    []string
}

// loadPrinters reads the embedded catalogues. An error is a defect of the build.
func loadPrinters() (map[string]*printer, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	printers := make(map[string]*printer, len(uiLanguages))
	for _, tag := range uiLanguages {
		file := "locale/" + tag.String() + ".json"
		if _, err := bundle.LoadMessageFileFS(localeFiles, file); err != nil {
			return nil, fmt.Errorf("read messages %s: %w", file, err)
		}
		p := &printer{
			lang:      tag.String(),
			localizer: i18n.NewLocalizer(bundle, tag.String()),
			names:     display.Languages(tag),
		}
		if p.months = strings.Fields(p.t("date.months")); len(p.months) != 12 {
			return nil, fmt.Errorf("read messages %s: date.months has %d months", file, len(p.months))
		}
		printers[p.lang] = p
	}
	return printers, nil
}

// t writes a message. Arguments are pairs of a name and a value. A message that the
// catalogues lack shows as its id; the tests see to it that none is lacking.
func (p *printer) t(id string, pairs ...any) string {
	return p.message(&i18n.LocalizeConfig{MessageID: id, TemplateData: data(pairs)})
}

// n writes a message in the plural form of count, which it can show as {{.N}}.
func (p *printer) n(id string, count int, pairs ...any) string {
	d := data(pairs)
	d["N"] = p.number(int64(count))
	return p.message(&i18n.LocalizeConfig{MessageID: id, TemplateData: d, PluralCount: count})
}

func (p *printer) message(c *i18n.LocalizeConfig) string {
	text, err := p.localizer.Localize(c) //nolint:misspell // the name is the library's
	if err != nil && text == "" {
		return c.MessageID
	}
	return text
}

func data(pairs []any) map[string]any {
	d := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			d[name] = pairs[i+1]
		}
	}
	return d
}

// number groups digits as the language does.
func (p *printer) number(n int64) string {
	digits := fmt.Sprint(n)
	separator := p.t("number.separator")
	// Spanish leaves four digits together (Ortografía de la lengua española, 2010).
	if p.lang == "es" && len(digits) <= 4 {
		return digits
	}
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteString(separator)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// date is a day in UTC; empty for the zero time.
func (p *printer) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return p.t("date.day", "Day", t.Day(), "Month", p.months[t.Month()-1], "Year", t.Year())
}

// stamp is a day and the time of day in UTC; empty for the zero time.
func (p *printer) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return p.t("date.stamp", "Date", p.date(t), "Time", t.UTC().Format("15:04"))
}

// span says how long a duration is, in its largest whole unit.
func (p *printer) span(d time.Duration) string {
	switch d = d.Abs(); {
	case d < time.Minute:
		return p.t("span.moment")
	case d < time.Hour:
		return p.n("span.minutes", int(d/time.Minute))
	case d < 48*time.Hour:
		return p.n("span.hours", int(d/time.Hour))
	default:
		return p.n("span.days", int(d/(24*time.Hour)))
	}
}

// relative says when t was or will be, seen from now.
func (p *printer) relative(now, t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.After(now):
		return p.t("span.ahead", "Span", p.span(t.Sub(now)))
	default:
		return p.t("span.ago", "Span", p.span(now.Sub(t)))
	}
}

// languageName is the name of a BCP 47 language in the page's language, the tag
// itself when it has none.
func (p *printer) languageName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := p.names.Name(parsed); name != "" {
		return name
	}
	return tag
}

// capital is a name as it stands alone: French and Spanish write languages small in
// a sentence.
func capital(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + name[size:]
}

// selfName is what speakers of a language call it, with a capital as it stands alone.
func selfName(tag language.Tag) string {
	return cases.Title(tag, cases.NoLower).String(display.Self.Name(tag))
}

// pageLanguage chooses the language of a page: ?lang= when it names one of ours
// (explicit is then true and links keep it, for there are no cookies), else what
// Accept-Language prefers.
func pageLanguage(r *http.Request) (lang string, explicit bool) {
	if asked := r.URL.Query().Get("lang"); asked != "" {
		if tag, err := language.Parse(asked); err == nil {
			if _, i, confidence := languageMatcher.Match(tag); confidence >= language.High {
				return uiLanguages[i].String(), true
			}
		}
	}
	header := r.Header.Get("Accept-Language")
	if header == "" || len(header) > 256 {
		return uiLanguages[0].String(), false
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return uiLanguages[0].String(), false
	}
	_, i, confidence := languageMatcher.Match(tags...)
	if confidence == language.No {
		i = 0
	}
	return uiLanguages[i].String(), false
}

// direction is the writing direction of a language: rtl, ltr, or auto when the
// language is unknown, so that the browser looks at the text itself.
func direction(tag string) string {
	if tag == "" || tag == "und" {
		return "auto"
	}
	parsed, err := language.Parse(tag)
	if err != nil {
		return "auto"
	}
	if write.RightToLeft(tag) { // as in our feeds
		return "rtl"
	}
	script, _ := parsed.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Samr", "Mand":
		return "rtl"
	default:
		return "ltr"
	}
}

// sameLanguage compares the languages of two tags, regions and scripts aside.
func sameLanguage(a, b string) bool {
	x, errX := language.Parse(a)
	y, errY := language.Parse(b)
	if errX != nil || errY != nil {
		return a == b
	}
	baseX, _ := x.Base()
	baseY, _ := y.Base()
	return baseX == baseY
}
