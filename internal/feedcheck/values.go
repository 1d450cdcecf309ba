package feedcheck

import (
	"errors"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
)

var (
	rfc3339Form  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)
	rfc822Form   = regexp.MustCompile(`^((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d\d? (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d(:\d\d)? ([+-]\d{4}|UT|GMT|Z)$`)
	tagForm      = regexp.MustCompile(`^tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]*(#[0-9a-zA-Z;/?:@&=+$._!~*'()%,-]*)?$`)
	schemeForm   = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9+.-]*:`)
	percentForm  = regexp.MustCompile(`%([^0-9a-fA-F]|.[^0-9a-fA-F]|.?$)`)
	typeForm     = regexp.MustCompile(`^[a-zA-Z0-9!#$&^_.+-]+/[a-zA-Z0-9!#$&^_.+-]+$`)
	emailForm    = regexp.MustCompile(`^[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+$`)
	endTagForm   = regexp.MustCompile(`</(\w+)>`)
	entityForm   = regexp.MustCompile(`&(#[0-9]+|#[xX][0-9a-fA-F]+|amp|lt|gt|quot|apos|nbsp|rsquo|lsquo|ldquo|rdquo|ndash|mdash|hellip|eacute|egrave|agrave|ccedil);`)
	integerForm  = regexp.MustCompile(`^[0-9]{1,18}$`)
	encodedPlain = regexp.MustCompile(`%(2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])`)
	lowerHex     = regexp.MustCompile(`%([0-9A-F][a-f]|[a-f][0-9a-fA-F])`)
)

// soon is how far a date may be ahead of now: clocks differ.
const soon = 10 * time.Minute

// rfc3339 reads an Atom or JSON Feed date.
func (c *checker) rfc3339(where string, line int, s string) time.Time {
	at, err := time.Parse(time.RFC3339, s)
	if err != nil || !rfc3339Form.MatchString(s) {
		c.add(InvalidRFC3339Date, where, line, "%s", quote(s))
		return time.Time{}
	}
	c.plausible(where, line, s, at)
	return at
}

func (c *checker) plausible(where string, line int, s string, at time.Time) {
	if at.Year() < 1990 || !c.Now.IsZero() && at.After(c.Now.Add(soon)) {
		c.add(ImplausibleDate, where, line, "%s", quote(s))
	}
}

// rfc822Layouts are the spellings that RFC 822 and its successors allow.
var rfc822Layouts = []string{
	"2 Jan 2006 15:04:05 -0700", "2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04 -0700", "2 Jan 2006 15:04 MST",
	"2 Jan 06 15:04:05 -0700", "2 Jan 06 15:04:05 MST", "2 Jan 06 15:04 -0700", "2 Jan 06 15:04 MST",
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// rfc822 reads an RSS or OPML date.
func (c *checker) rfc822(where string, line int, s string) time.Time {
	day, rest, named := strings.Cut(s, ",")
	if day = strings.TrimSpace(day); named && !slices.Contains(weekdays, strings.ToLower(day)) {
		c.add(InvalidRFC822Date, where, line, "%s", quote(s))
		return time.Time{}
	}
	if !named {
		rest = s
	}
	rest = strings.Join(strings.Fields(rest), " ")
	for _, layout := range rfc822Layouts {
		at, err := time.Parse(layout, strings.Replace(rest, " Z", " GMT", 1))
		if err != nil {
			continue
		}
		switch {
		case named && !strings.EqualFold(day, at.Format("Mon")):
			c.add(IncorrectDayOfWeek, where, line, "%s is a %s", quote(s), at.Weekday())
		case !rfc822Form.MatchString(s):
			c.add(ProblematicDate, where, line, "%s", quote(s))
		default:
			c.plausible(where, line, s, at)
		}
		return at
	}
	c.add(InvalidRFC822Date, where, line, "%s", quote(s))
	return time.Time{}
}

// address looks at a whole address (an absolute IRI).
func (c *checker) address(where string, line int, s string) bool {
	if !schemeForm.MatchString(s) {
		c.add(RelativeAddress, where, line, "%s", quote(s))
		return false
	}
	return c.reference(where, line, s)
}

// reference looks at an address that may be relative.
func (c *checker) reference(where string, line int, s string) bool {
	u, err := url.Parse(s)
	switch {
	case strings.HasPrefix(s, "tag:"):
		if !tagForm.MatchString(s) {
			c.add(InvalidTag, where, line, "%s", quote(s))
			return false
		}
		return true
	case err != nil || strings.ContainsAny(s, " \t\r\n<>\"{}|\\^`") || strings.Count(s, "#") > 1 || brackets(s) || percentForm.MatchString(s),
		(u.Scheme == "http" || u.Scheme == "https") && u.Host == "":
		c.add(InvalidAddress, where, line, "%s", quote(s))
		return false
	}
	for i := range len(s) {
		if s[i] >= 0x80 {
			c.add(NonASCIIAddress, where, line, "%s", quote(s))
			break
		}
	}
	return true
}

// brackets says whether some stand elsewhere than around the address of a host (RFC 3986,
// 3.2.2).
func brackets(s string) bool {
	_, rest, _ := strings.Cut(s, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		return strings.ContainsAny(rest[end:], "[]")
	}
	return false
}

// id looks at an atom:id, or what stands for it.
func (c *checker) id(where string, line int, s string) {
	if !c.address(where, line, s) {
		return
	}
	if len(s) > 254 {
		c.add(LongID, where, line, "%d bytes: %s", len(s), quote(s))
	}
	if !canonical(s) {
		c.add(NonCanonicalID, where, line, "%s", quote(s))
	}
}

// canonical is RFC 4287, 4.2.6.1.
func canonical(s string) bool {
	u, err := url.Parse(s)
	if err != nil || strings.HasPrefix(s, "tag:") {
		return err == nil
	}
	scheme, _, _ := strings.Cut(s, ":")
	web := u.Scheme == "http" || u.Scheme == "https"
	switch {
	case scheme != strings.ToLower(scheme), u.Host != strings.ToLower(u.Host), encodedPlain.MatchString(s), lowerHex.MatchString(s):
		return false
	case web && (u.Path == "" || u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443" || strings.HasSuffix(u.Host, ":")):
		return false
	case web && (strings.Contains(u.Path, "/./") || strings.Contains(u.Path, "/../")):
		return false
	}
	return true
}

// languageTag looks at a BCP 47 tag.
func (c *checker) languageTag(where string, line int, s string) {
	var unknown language.ValueError
	if _, err := language.Parse(s); err != nil || s == "" || strings.Contains(s, "_") {
		if errors.As(err, &unknown) {
			c.add(InvalidLanguage, where, line, "%s has an unknown part %s", quote(s), quote(unknown.Subtag()))
			return
		}
		c.add(InvalidLanguage, where, line, "%s", quote(s))
	}
}

// mediaType looks at a media type.
func (c *checker) mediaType(where string, line int, s string) bool {
	base, _, err := mime.ParseMediaType(s)
	if err != nil || !typeForm.MatchString(base) {
		c.add(InvalidMediaType, where, line, "%s", quote(s))
		return false
	}
	return true
}

// integer looks at a whole number that is not negative.
func (c *checker) integer(where string, line int, s string, positive bool) {
	if !integerForm.MatchString(s) || positive && strings.Trim(s, "0") == "" {
		c.add(InvalidInteger, where, line, "%s", quote(s))
	}
}

// plain looks for markup in what is plain text.
func (c *checker) plain(where string, line int, s string) {
	if m := endTagForm.FindStringSubmatch(s); m != nil && htmlElements[strings.ToLower(m[1])] {
		c.add(ContainsHTML, where, line, "%s in %s", quote(m[0]), quote(s))
	} else if m := entityForm.FindString(s); m != "" {
		c.add(ContainsHTML, where, line, "%s in %s", quote(m), quote(s))
	}
}

func charsetOf(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return params["charset"]
}
