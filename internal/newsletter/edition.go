package newsletter

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
	"tributary/feeds/read"
)

// Edition is one issue in one language, ready to be written.
type Edition struct {
	Newsletter *feeds.Newsletter
	Language   string
	Number     int // 0 in a preview
	Period     string
	Made       time.Time
	Changed    time.Time // when it last lost a story; zero for never
	Stories    []Story
	Site       string // name of the installation
	Office     string // name of the office that publishes it
	Disclaimer string
	// Page is the issue's own address, Home that of the newsletter, Feed that of its feed.
	Page, Home string
}

// Story is a story as its edition shows it. Entry holds as much as its source permits.
type Story struct {
	ID      string
	Entry   feeds.Entry
	Mark    string // that it is not IOM's; "" where it is
	Credits []string
}

// Title is the newsletter's in the edition's language.
func (e *Edition) Title() string { return feeds.In(e.Newsletter.Title, e.Language, e.Newsletter.Slug) }

// Date is the day on which the issue was made, in the newsletter's zone.
func (e *Edition) Date() string { return Date(e.local(), e.Language) }

func (e *Edition) local() time.Time {
	loc, err := time.LoadLocation(e.Newsletter.Zone)
	if err != nil {
		loc = time.UTC // the configuration's check has refused other names
	}
	return e.Made.In(loc)
}

// Subject is that of the mail and the title of the entry: one line, 200 characters at most.
func (e *Edition) Subject() string {
	pattern := e.Newsletter.Subject[e.Language]
	if pattern == "" {
		pattern = e.Newsletter.Subject["en"]
	}
	if pattern == "" {
		pattern = "{title} – {date}"
	}
	lead := ""
	if len(e.Stories) > 0 {
		lead = e.Stories[0].Entry.Title
	}
	text := strings.NewReplacer("{title}", e.Title(), "{date}", e.Date(), "{lead}", lead, "{number}", strconv.Itoa(e.Number)).Replace(pattern)
	return cut(text, 200)
}

// cut makes one line of a text, of so many characters at most.
func cut(text string, most int) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) <= most {
		return string(runes)
	}
	end := most - 1
	for i := end; i > most*2/3; i-- {
		if runes[i] == ' ' {
			end = i
			break
		}
	}
	return strings.TrimRight(string(runes[:end]), " ,;:،") + "…"
}

// URI is the atom:id of an issue in a language, after the tag's authority and year.
func URI(slug string, number int, language string) string {
	return fmt.Sprintf("newsletter/%s/%d/%s", slug, number, language)
}

// shown is a story as both parts of a mail show it.
type shown struct {
	Title, Language, Link string
	Publisher, Date       string
	Summary, Mark         string
	Credits               []string
	Licence               string
	Image, Alt            string
	Width                 int
}

// maxCredits bounds the further publishers that a story names.
const maxCredits = 4

// show cuts summaries to so many characters; 0 leaves them out.
func (e *Edition) show(summary int) []shown {
	out := make([]shown, 0, len(e.Stories))
	for i := range e.Stories {
		s := &e.Stories[i]
		item := shown{Title: cut(s.Entry.Title, 300), Language: s.Entry.Language, Link: webAddress(s.Entry.Link), Mark: s.Mark,
			Date: Date(s.Entry.Published.In(e.local().Location()), e.Language), Licence: cut(s.Entry.Rights, 300)}
		if len(s.Entry.Authors) > 0 {
			item.Publisher = s.Entry.Authors[0].Name
		}
		if summary > 0 {
			item.Summary = cut(read.PlainText(s.Entry.Summary), summary)
		}
		credits := s.Credits
		if len(credits) > maxCredits {
			credits = credits[:maxCredits]
		}
		item.Credits = credits
		if p := s.Entry.Image; e.Newsletter.Images && p != nil && strings.HasPrefix(p.URL, "https://") && webAddress(p.URL) != "" {
			item.Image, item.Alt, item.Width = p.URL, cut(strings.TrimSpace(p.Alt+credit(p.Credit)), 300), 552
			if p.Width > 0 && p.Width < item.Width {
				item.Width = p.Width
			}
		}
		out = append(out, item)
	}
	return out
}

func credit(name string) string {
	if name == "" {
		return ""
	}
	return " (" + name + ")"
}

// webAddress is an address that a mail may link to; "" for others.
func webAddress(s string) string {
	if (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && !strings.ContainsAny(s, " \r\n<>\"") {
		return s
	}
	return ""
}
