package config

import (
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// A rule judges one text value. It answers what is wrong and what to write
// instead, both empty when nothing is. Pattern is the part of the rule that a JSON
// Schema can hold, for editors; it never refuses what the rule allows.
type rule struct {
	pattern string
	judge   func(string) (wrong, instead string)
}

// rules by the name that a check or keys tag gives.
var rules = map[string]rule{
	"slug":         {slugPattern, judgeSlug},
	"listen":       {`^[^ ]*:[0-9]+$`, judgeListen},
	"hostport":     {`^[^ /]+:[0-9]+$`, judgeHostPort},
	"path":         {`^.+$`, judgePath},
	"database":     {`^$|^postgres(ql)?://.+$`, judgeDatabase},
	"url":          {`^$|^[Hh][Tt][Tt][Pp][Ss]?://[^ ]+$`, judgeURL},
	"base_url":     {`^$|^[Hh][Tt][Tt][Pp][Ss]?://[^ ?#]+$`, judgeBaseURL},
	"authority":    {`^[a-z0-9.@_+-]+$`, judgeAuthority},
	"scheme_base":  {`^[A-Za-z][A-Za-z0-9+.-]*:.*[:/#=]$`, judgeSchemeBase},
	"contact":      {`^$|^[Hh][Tt][Tt][Pp][Ss]?://[^ ]+$|^[^ @]+@[^ @]+$`, judgeContact},
	"header":       {`^[ -~]*$`, judgeHeader},
	"language":     {`^$|^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$`, judgeLanguage},
	"user":         {`^[^:]*$`, judgeUser},
	"secret":       {`^.+$`, judgeSecret},
	"token":        {`^[!-~]+$`, judgeToken},
	"token_hash":   {`^[0-9a-f]{64}$`, judgeTokenHash},
	"header_name":  {"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", judgeHeaderName},
	"proxy":        {`^$|^(https?|socks5h?)://.+$`, judgeProxy},
	"file":         {``, judgeFile},
	"iso2":         {`^$|^[A-Z]{2}$`, nil}, // looked up in the taxonomy
	"date":         {`^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, judgeDate},
	"schedule":     {`^ *$|^@[a-z]+( .+)?$|^ *[^ ]+( +[^ ]+){4} *$`, judgeSchedule},
	"appname":      {`^[!-~]*$`, judgeAppname},
	"host":         {``, judgeHost},
	"mail_address": {`^$|^[^ @]+@[^ @]+$`, judgeMailAddress},
	"smtp_secret":  {``, judgeSMTPSecret},
	"mailbox":      {`^[^ @]*@[^ @]+$`, judgeMailbox},
	"mailboxes":    {`^[^ @]*@[^ @]*$`, judgeMailboxes},
	"zone":         {`^$|^[A-Za-z][A-Za-z0-9_+/-]*$`, nil}, // looked up in the zone database
}

const slugPattern = `^[a-z0-9]+(-[a-z0-9]+)*$`

// Lengths that no honest value reaches.
const (
	maxSlug = 80
	maxURL  = 2048
)

var (
	slugExpr       = regexp.MustCompile(slugPattern)
	notSlugExpr    = regexp.MustCompile(`[^a-z0-9]+`)
	hostNameExpr   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	schemeBaseExpr = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:[!-~]*[:/#=]$`)
	cronFieldExpr  = regexp.MustCompile(`^[0-9A-Za-z*?/,-]+$`)
	cronWordExpr   = regexp.MustCompile(`^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every [0-9][0-9a-zµ.]*)$`)
)

func judgeSlug(s string) (string, string) {
	if len(s) <= maxSlug && slugExpr.MatchString(s) {
		return "", ""
	}
	wrong := quote(s) + " is no code of small letters, digits and hyphens"
	if len(s) > maxSlug {
		return wrong, fmt.Sprintf("write at most %d characters", maxSlug)
	}
	if better := strings.Trim(notSlugExpr.ReplaceAllString(strings.ToLower(foldAccents(s)), "-"), "-"); better != "" {
		return wrong, "write " + better
	}
	return wrong, "write a code such as un-news-en"
}

// foldAccents takes the accents off letters.
func foldAccents(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

// splitHostPort takes apart host:port and reads the port.
func splitHostPort(s string) (host string, port int, ok bool) {
	host, portText, err := net.SplitHostPort(s)
	if err != nil || strings.ContainsAny(host, " /@") {
		return "", 0, false
	}
	port, err = strconv.Atoi(portText)
	return host, port, err == nil && port >= 0 && port <= 65535
}

func judgeListen(s string) (string, string) {
	if _, _, ok := splitHostPort(s); ok {
		return "", ""
	}
	return quote(s) + " is no address to listen on", "write host:port, such as 127.0.0.1:8080, or :8080 for every network"
}

func judgeHostPort(s string) (string, string) {
	if host, port, ok := splitHostPort(s); ok && host != "" && port > 0 {
		return "", ""
	}
	return quote(s) + " is no pair of host and port", "write both, such as 10.0.0.5:80 or intranet.example.org:443"
}

func judgePath(s string) (string, string) {
	if s == "" || strings.ContainsRune(s, 0) {
		return quote(s) + " is no directory", "write a directory, such as ./var"
	}
	return "", ""
}

// judgeDatabase never shows the value: it may hold a password.
func judgeDatabase(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	const instead = "write postgres://user:password@host:5432/name, or leave it empty for SQLite"
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "is no database address", instead + "; special characters in the password must be percent-encoded"
	case u.Scheme != "postgres" && u.Scheme != "postgresql":
		return "is no PostgreSQL address", instead
	case u.Path == "" || u.Path == "/":
		return "names no database", instead
	}
	return "", ""
}

// webAddress parses an absolute http or https address.
func webAddress(s string) (*url.URL, string) {
	u, err := url.Parse(s)
	switch {
	case len(s) > maxURL:
		return nil, fmt.Sprintf("is longer than %d characters", maxURL)
	case err != nil && strings.Contains(s, "@"):
		return nil, "is no web address" // there may be a password in it
	case err != nil:
		return nil, quote(s) + " is no web address"
	case u.Scheme != "http" && u.Scheme != "https" && u.User == nil:
		return nil, quote(s) + " does not start with http:// or https://"
	case u.Hostname() == "" || strings.ContainsAny(u.Host, " <>\"\\^`{|}%"):
		return nil, quote(s) + " names no host"
	case u.User != nil:
		return nil, "has a user name in it, and addresses are shown to readers"
	case u.Port() != "":
		if port, err := strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return nil, quote(s) + " has a port that does not exist"
		}
	}
	return u, ""
}

func judgeURL(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	if _, wrong := webAddress(s); wrong != "" {
		return wrong, "write a whole address, such as https://www.example.org/rss.xml"
	}
	return "", ""
}

func judgeBaseURL(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	const instead = "write the public address, such as https://news.example.org"
	u, wrong := webAddress(s)
	switch {
	case wrong != "":
		return wrong, instead
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return quote(s) + " has a ? or # part", instead
	}
	return "", ""
}

func judgeAuthority(s string) (string, string) {
	host := s
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		host = s[at+1:]
		if a, err := mail.ParseAddress(s); err != nil || a.Address != s {
			host = ""
		}
	}
	if len(s) <= 120 && s == strings.ToLower(s) && hostNameExpr.MatchString(host) {
		return "", ""
	}
	return quote(s) + " is no domain name or e-mail address in small letters", "write a domain that you own, such as news.example.org"
}

func judgeSchemeBase(s string) (string, string) {
	if len(s) <= 200 && schemeBaseExpr.MatchString(s) {
		return "", ""
	}
	return quote(s) + " cannot start a category scheme", "write urn:tributary: or an address that ends with / # : or =, such as https://news.example.org/scheme/"
}

func judgeContact(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	if _, wrong := webAddress(s); wrong == "" {
		return "", ""
	}
	if a, err := mail.ParseAddress(s); err == nil && a.Address == s {
		return "", ""
	}
	return quote(s) + " is neither a web address nor an e-mail address", "write https://... or name@example.org"
}

func judgeHeader(s string) (string, string) {
	for _, r := range s {
		if r < ' ' || r > '~' {
			return quote(s) + " has characters that a header cannot carry", "write letters, digits and signs of ASCII only"
		}
	}
	return "", ""
}

// judgeLanguage takes well-formed tags of registered languages (BCP 47), written as
// the standard recommends.
func judgeLanguage(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	tag, err := language.Raw.Parse(s)
	if err != nil {
		return quote(s) + " is no language", "write a BCP 47 tag, such as en, fr, ar or pt-BR"
	}
	if better := tag.String(); better != s {
		return quote(s) + " is not how this language is written", "write " + better
	}
	return "", ""
}

// judgeSchedule looks at the form alone; what the expression means is judged by
// Options.CheckSchedule.
func judgeSchedule(s string) (string, string) {
	const instead = "write five fields (minute hour day month weekday), such as 7,37 * * * *, or @hourly or @daily"
	fields := strings.Fields(s)
	switch {
	case s == "" || cronWordExpr.MatchString(s):
		return "", ""
	case strings.Contains(s, "TZ="):
		return quote(s) + " names a time zone", "write the zone under the key zone"
	case strings.HasPrefix(s, "@"):
		return quote(s) + " is no schedule", instead
	case len(fields) != 5:
		return fmt.Sprintf("%s has %d fields", quote(s), len(fields)), instead
	}
	for _, f := range fields {
		if !cronFieldExpr.MatchString(f) {
			return fmt.Sprintf("%s has the field %s", quote(s), quote(f)), instead
		}
	}
	return "", ""
}

// judgeAppname never shows the value, which is a secret.
func judgeAppname(s string) (wrong, instead string) {
	if len(s) <= 200 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", ""
	}
	return "is no appname", "write the one that ReliefWeb sent, without spaces"
}

// judgeMailbox accepts an address, or @ and a host name for every address there.
func judgeMailbox(s string) (wrong, instead string) {
	local, host, _ := strings.Cut(s, "@")
	if a, err := mail.ParseAddress("x" + local + "@" + host); err == nil && a.Name == "" && a.Address == "x"+local+"@"+host && hostNameExpr.MatchString(strings.ToLower(host)) {
		return "", ""
	}
	return quote(s) + " is no mailbox", "write one as press@example.org, or @press.example.org for all of a host"
}

// judgeMailboxes accepts what judgeMailbox does, and local parts at any host or with an
// asterisk for any ending.
func judgeMailboxes(s string) (wrong, instead string) {
	local, host, found := strings.Cut(s, "@")
	name := strings.TrimSuffix(local, "*")
	if found && name != "" && !strings.Contains(name, "*") {
		if host == "" {
			host = "example.org"
		}
		if wrong, _ := judgeMailbox(name + "@" + host); wrong == "" {
			return "", ""
		}
	} else if wrong, _ := judgeMailbox(s); found && wrong == "" && local == "" {
		return "", ""
	}
	return quote(s) + " is no pattern of mailboxes", "write press@ for any host, press@example.org, @press.example.org for all of a host, or iom*@example.org"
}

// judgeDate takes a day of the calendar.
func judgeDate(s string) (wrong, instead string) {
	if s == "" {
		return "", ""
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return quote(s) + " is no date", "write year, month and day, such as 2027-06-30"
	}
	return "", ""
}
