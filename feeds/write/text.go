package write

import (
	"html"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/idna"
)

// clean makes s a string that every XML 1.0 parser accepts (XML 1.0, 2.2): characters
// outside its repertoire are dropped, broken UTF-8 (a lone surrogate is that) becomes
// U+FFFD, and line ends are LF, as a parser would make them.
func clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteRune(utf8.RuneError)
		case r == '\r':
			if i+1 >= len(s) || s[i+1] != '\n' {
				b.WriteByte('\n')
			}
		case inXML(r):
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

// isClean is the quick way for nearly every string.
func isClean(s string) bool {
	ascii := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if ascii {
		return true
	}
	return utf8.ValidString(s) && !strings.ContainsAny(s, "\uFFFE\uFFFF")
}

// inXML is the Char production of XML 1.0.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// languageTag is a BCP 47 tag, or "" for what the pattern of RFC 4287, 2 does not
// hold.
func languageTag(s string) string {
	s = strings.TrimSpace(s)
	for i, part := range strings.Split(s, "-") {
		if part == "" || len(part) > 8 {
			return ""
		}
		for _, c := range []byte(part) {
			letter := c|0x20 >= 'a' && c|0x20 <= 'z'
			if !letter && (i == 0 || c < '0' || c > '9') {
				return ""
			}
		}
	}
	return s
}

// RightToLeft says whether a language is written from right to left. A script
// subtag decides before the language does.
func RightToLeft(language string) bool {
	parts := strings.Split(strings.ToLower(language), "-")
	for _, part := range parts[1:] {
		if len(part) == 4 {
			switch part {
			case "arab", "hebr", "thaa", "syrc", "nkoo", "adlm", "rohg", "mand", "samr":
				return true
			}
			return false
		}
	}
	switch parts[0] {
	case "ar", "arc", "arz", "ary", "acm", "apc", "azb", "bal", "ckb", "dv", "fa", "glk", "he", "iw", "khw", "ks", "lrc", "mzn", "nqo", "pnb", "prs", "ps",
		"pbt", "pes", "rhg", "sam", "sd", "sdh", "skr", "syr", "ug", "ur", "yi":
		return true
	case "az", "pa", "ku", "tk", "uz", "kk": // in Arabic letters in some countries
		for _, part := range parts[1:] {
			if s := parts[0] + "-" + part; s == "az-ir" || s == "pa-pk" || s == "ku-iq" || s == "ku-ir" || s == "tk-ir" || s == "uz-af" || s == "kk-cn" {
				return true
			}
		}
	}
	return false
}

// directed puts HTML of a right-to-left language into a block that says so, since
// neither Atom nor RSS nor JSON Feed has a place for direction.
func directed(fragment, language string) string {
	if fragment == "" || !RightToLeft(language) {
		return fragment
	}
	return `<div dir="rtl" lang="` + html.EscapeString(language) + `">` + fragment + `</div>`
}

// plain is the text of an HTML fragment; markup says whether there was any. Blocks
// are separated by a space.
func plain(fragment string) (text string, markup bool) {
	if !strings.Contains(fragment, "<") {
		return clean(html.UnescapeString(fragment)), false
	}
	var b strings.Builder
	z := xhtml.NewTokenizer(strings.NewReader(fragment))
	hidden := 0
	for {
		switch z.Next() {
		case xhtml.ErrorToken: // the end: reading from a string fails in no other way
			return clean(strings.Join(strings.Fields(b.String()), " ")), true
		case xhtml.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case xhtml.StartTagToken:
			hidden += hiding(z)
			b.WriteByte(' ')
		case xhtml.EndTagToken:
			if hidden -= hiding(z); hidden < 0 {
				hidden = 0
			}
			b.WriteByte(' ')
		}
	}
}

// hiding is 1 for an element whose text is not for reading.
func hiding(z *xhtml.Tokenizer) int {
	switch name, _ := z.TagName(); string(name) {
	case "script", "style":
		return 1
	}
	return 0
}

// iri makes an address that an attribute may hold: the characters that no IRI has
// (RFC 3987, 2.2) are percent-encoded.
func iri(s string) string {
	s = strings.TrimSpace(clean(s))
	if !strings.ContainsAny(s, " \n\t<>\"{}|\\^`") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ' ', '\n', '\t', '<', '>', '"', '{', '}', '|', '\\', '^', '`':
			percent(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// address makes an address that readers follow: a URI, since many take ASCII alone. What
// an IRI may hold beyond that is mapped (RFC 3987, 3.1): the host by IDNA, the rest by
// percent-encoding, and so is what publishers write although RFC 3986 has no place for it:
// brackets behind the host, a second #, a % that encodes nothing. Ids are not mapped,
// which would make others of them. An address that leads nowhere even so is "".
func address(s string) string {
	s = mapped(iri(s))
	u, err := url.Parse(s)
	if err != nil || u.Host == "" && (u.Scheme == "http" || u.Scheme == "https") {
		return ""
	}
	return s
}

func mapped(s string) string {
	if isASCII(s) && !strings.ContainsAny(s, "[]%#") {
		return s
	}
	at := 0
	if before, rest, found := strings.Cut(s, "://"); found {
		end := strings.IndexAny(rest, "/?#")
		if end < 0 {
			end = len(rest)
		}
		host := rest[:end]
		if ascii, err := idna.Lookup.ToASCII(host); err == nil && !isASCII(host) {
			host = ascii
		}
		s, at = before+"://"+host+rest[end:], len(before)+len("://")+len(host)
	}
	var b strings.Builder
	b.WriteString(s[:at])
	fragment := false
	for i := at; i < len(s); i++ {
		switch c := s[i]; {
		case c >= utf8.RuneSelf, c == '[', c == ']', c == '#' && fragment, c == '%' && !encodes(s[i:]):
			percent(&b, c)
		default:
			fragment = fragment || c == '#'
			b.WriteByte(c)
		}
	}
	return b.String()
}

// encodes says whether a text begins with a percent-encoded byte.
func encodes(s string) bool {
	hex := func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
	return len(s) > 2 && s[0] == '%' && hex(s[1]) && hex(s[2])
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func percent(b *strings.Builder, c byte) {
	const hex = "0123456789ABCDEF"
	b.WriteByte('%')
	b.WriteByte(hex[c>>4])
	b.WriteByte(hex[c&15])
}

// rfc3339 is an Atom date (RFC 4287, 3.3), "" for none; with a fraction where there is one.
func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// rfc822 is an RSS date: RFC 822 with a four-digit year, always GMT.
func rfc822(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

// dated drops what no format can write: years of other than four digits; and fractions of
// seconds, for which RSS has no place.
func dated(t time.Time) time.Time { return finelyDated(t).Truncate(time.Second) }

// finelyDated is dated with microseconds, for updated, which RSS does not have.
func finelyDated(t time.Time) time.Time {
	if t = t.UTC().Truncate(time.Microsecond); t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}
