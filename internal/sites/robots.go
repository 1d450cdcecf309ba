package sites

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ProductToken is the name by which robots.txt may speak to us (RFC 9309, 2.2.1).
const ProductToken = "Tributary"

// Robots is what a robots.txt says to one product token.
type Robots struct {
	rules    []robotsRule
	Delay    time.Duration // Crawl-delay, which is no part of RFC 9309; 0 when none
	Sitemaps []string      // of the whole site
}

type robotsRule struct {
	pattern string // normalised
	allow   bool
}

// ParseRobots reads a robots.txt for a product token by RFC 9309: the groups that name
// the token count together, those of * when there are none. Only the first 500 KiB
// are read. What is no rule is passed over.
func ParseRobots(body []byte, token string) *Robots {
	var mine, all, out Robots
	named := false
	var group []*Robots // who the present group speaks to
	open := false       // between the user-agent lines of a group
	rules := 0
	for line := range bytes.Lines(bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\xEF\xBB\xBF"))) {
		for part := range bytes.SplitSeq(line, []byte("\r")) {
			key, value := robotsLine(string(part))
			switch key {
			case "user-agent", "useragent":
				if !open {
					group = nil
				}
				open = true
				switch {
				case value == "*":
					group = append(group, &all)
				case strings.EqualFold(productToken(value), token):
					named = true
					group = append(group, &mine)
				}
			case "allow", "disallow":
				open = false
				if rules++; value == "" || rules > maxRobotsRules {
					continue
				}
				for _, g := range group {
					g.rules = append(g.rules, robotsRule{normalPath(value), key == "allow"})
				}
			case "crawl-delay":
				open = false
				for _, g := range group {
					g.Delay = crawlDelay(value)
				}
			case "sitemap":
				if len(out.Sitemaps) < maxParts && value != "" {
					out.Sitemaps = append(out.Sitemaps, value)
				}
			}
		}
	}
	chosen := all
	if named {
		chosen = mine
	}
	out.rules, out.Delay = chosen.rules, chosen.Delay
	return &out
}

func robotsLine(line string) (key, value string) {
	line, _, _ = strings.Cut(line, "#")
	key, value, _ = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// productToken is the token at the beginning of a user-agent line, which may go on
// with a version.
func productToken(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '_' && r != '-'
	})
	if end >= 0 {
		s = s[:end]
	}
	return s
}

func crawlDelay(s string) time.Duration {
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || !(seconds > 0) || seconds > 86400 {
		return 0
	}
	return time.Duration(seconds * float64(time.Second))
}

// Allowed tells whether an address may be asked for. The longest rule counts, and of
// two of one length the one that allows.
func (r *Robots) Allowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if path == "/robots.txt" {
		return true
	}
	path = normalPath(path)
	longest, allow := -1, true
	for _, rule := range r.rules {
		if n := len(rule.pattern); (n > longest || n == longest && rule.allow) && matchRobots(rule.pattern, path) {
			longest, allow = n, rule.allow
		}
	}
	return allow
}

// matchRobots matches a pattern with * and a final $ from the beginning of a path, in
// time that grows with the product of the two lengths at most.
func matchRobots(pattern, path string) bool {
	anchored := strings.HasSuffix(pattern, "$")
	pattern = strings.TrimSuffix(pattern, "$")
	head, rest, wild := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, head) {
		return false
	}
	path = path[len(head):]
	for wild {
		var part string
		part, rest, wild = strings.Cut(rest, "*")
		if !wild && anchored {
			return strings.HasSuffix(path, part)
		}
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	return !anchored || path == ""
}

// normalPath writes octets beyond ASCII as escapes, and escapes in capitals; escapes
// of characters that need none are decoded (RFC 9309, 2.2.2).
func normalPath(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] == '%' || s[i] >= 0x80 || s[i] <= ' ' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				i += 2
				if c = byte(v); isUnreserved(c) {
					b.WriteByte(c)
					continue
				}
				b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
				continue
			}
		}
		if c >= 0x80 || c <= ' ' {
			b.WriteString("%" + string(hex[c>>4]) + string(hex[c&15]))
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}
