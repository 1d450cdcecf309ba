package redact

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what was found in a text.
type kind uint8

const (
	kindMail       kind = iota // a personal address: goes
	kindMailbox                // a functional one: stays
	kindPhone                  // goes
	kindHelp                   // a public help number: stays
	kindIdentifier             // of a passport and the like, of Skype or WhatsApp: goes
)

// detail is something of a person's, or what looks like it, in a text.
type detail struct {
	span
	kind kind
}

func (d detail) personal() bool { return d.kind != kindMailbox && d.kind != kindHelp }

// Lengths of e-mail addresses, RFC 5321.
const (
	maxLocal = 64
	maxHost  = 255
)

// mails finds the addresses of a text: plain ones, with spaces around the sign, cut
// off at the end of an excerpt, and those written out, "name (at) host (dot) org".
func (p *page) mails(keep mailboxes, found []detail) []detail {
	for i := 0; ; {
		n := strings.IndexByte(p.text[i:], '@')
		width := 1
		if wide := strings.Index(p.text[i:], "＠"); wide >= 0 && (n < 0 || wide < n) {
			n, width = wide, len("＠")
		}
		if n < 0 {
			break
		}
		at := i + n
		i = at + width
		if d, ok := p.mailAt(at, width, keep); ok {
			found = append(found, d)
			i = max(i, d.to)
		}
	}
	if writtenOut(p.low) || strings.Contains(p.text, " AT ") {
		for _, m := range mailWritten.FindAllStringIndex(p.text, -1) {
			k := kindMail
			if keep.have(spokenAddress(p.low[m[0]:m[1]])) {
				k = kindMailbox
			}
			found = append(found, detail{span{m[0], m[1]}, k})
		}
	}
	return found
}

func (p *page) mailAt(at, width int, keep mailboxes) (detail, bool) {
	from, to := at, at+width
	spaced := from > 0 && p.text[from-1] == ' '
	if spaced {
		from--
	}
	localEnd := from
	for from > 0 && localEnd-from < maxLocal {
		r, n := utf8.DecodeLastRuneInString(p.text[:from])
		if !localRune(r) && !unseen(r) {
			break
		}
		from -= n
	}
	local := strings.Trim(seen(p.text[from:localEnd]), ".'’-")
	from = localEnd - len(strings.TrimLeft(p.text[from:localEnd], ".'’-"))
	if local == "" || from > 0 && (p.text[from-1] == '@' || p.text[from-1] == '/' && !strings.HasSuffix(p.text[:from], "//")) {
		return detail{}, false
	}
	if to < len(p.text) && p.text[to] == ' ' {
		to++
		spaced = true
	}
	hostFrom := to
	for to < len(p.text) && to-hostFrom < maxHost {
		r, n := utf8.DecodeRuneInString(p.text[to:])
		if !unseen(r) && r != '.' && r != '-' && (r >= utf8.RuneSelf || !isLetter(byte(r))) && (r < '0' || r > '9') && !latin(r) {
			break
		}
		to += n
	}
	to = hostFrom + len(strings.TrimRight(p.text[hostFrom:to], ".-"))
	host := seen(p.low[hostFrom:to])
	if spaced && !strings.ContainsAny(local, "._0123456789") && !labelled(p.low, from, mailLabels) {
		return detail{}, false // "meet us @ example.org"
	}
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || len(host)-dot < 3 || !letters(host[dot+1:]) {
		// Cut off where an excerpt ends: the rest is a person's all the same.
		rest := strings.TrimLeft(p.text[to:], ".…] ")
		if p.whole || spaced || rest != "" || len(local) < 2 || strings.ContainsRune(p.text[hostFrom:to], ' ') {
			return detail{}, false
		}
		return detail{span{from, to}, kindMail}, true
	}
	if keep.have(strings.ToLower(local) + "@" + host) {
		return detail{span{from, to}, kindMailbox}, true
	}
	return detail{span{from, to}, kindMail}, true
}

// unseen tells characters that take no room: an address with one between is one still.
func unseen(r rune) bool {
	return r == 0xAD || r >= 0x200B && r <= 0x200F || r >= 0x2060 && r <= 0x2064 || r == 0xFEFF
}

func seen(s string) string {
	if strings.IndexFunc(s, unseen) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, s)
}

func localRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	case r == '.', r == '_', r == '%', r == '+', r == '-', r == '\'', r == '’':
		return true
	}
	return latin(r)
}

func latin(r rune) bool { return r >= 0xC0 && r < 0x250 && unicode.IsLetter(r) }

func letters(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// Addresses written out: with the sign in brackets, or with "at" and "dot".
var mailWritten = regexp.MustCompile(`(?i)[\p{L}0-9][\p{L}0-9._%+-]*` +
	`(?:[ \x{a0}]?[([{<][ \x{a0}]?(?:at|arobase|arroba|chiocciola|ät|собака|@|à|a|في)[ \x{a0}]?[)\]}>][ \x{a0}]?[\p{L}0-9-]+` +
	`(?:(?:\.|[ \x{a0}]?[([{<][ \x{a0}]?(?:dot|point|punto|ponto|punkt|точка|نقطة|\.)[ \x{a0}]?[)\]}>][ \x{a0}]?|[ \x{a0}](?:dot|point|punto|ponto|punkt|точка)[ \x{a0}])[\p{L}0-9-]+)+` +
	`|[ \x{a0}](?:at|arobase|arroba|chiocciola)[ \x{a0}][\p{L}0-9-]+(?:[ \x{a0}](?:dot|point|punto|ponto|punkt)[ \x{a0}][\p{L}0-9-]+)+` +
	`|[ \x{a0}](?-i:AT)[ \x{a0}](?-i:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}))`)

func writtenOut(low string) bool {
	for _, s := range []string{"(at", "[at", "{at", "<at", "( at", "[ at", "(a)", "[a]", "(@", "[@", "{@", "arobase", "arroba", "chiocciola", "ät)", "собака", " dot ", "(à)", "(في)"} {
		if strings.Contains(low, s) {
			return true
		}
	}
	return false
}

var (
	spokenAt  = regexp.MustCompile(`[ \x{a0}]?[([{<][ \x{a0}]?(?:at|arobase|arroba|chiocciola|ät|собака|@|à|a|في)[ \x{a0}]?[)\]}>][ \x{a0}]?|[ \x{a0}](?:at|arobase|arroba|chiocciola)[ \x{a0}]`)
	spokenDot = regexp.MustCompile(`[ \x{a0}]?[([{<][ \x{a0}]?(?:dot|point|punto|ponto|punkt|точка|نقطة|\.)[ \x{a0}]?[)\]}>][ \x{a0}]?|[ \x{a0}](?:dot|point|punto|ponto|punkt|точка)[ \x{a0}]`)
)

// spokenAddress is the address that a written-out one stands for.
func spokenAddress(s string) string {
	return spokenDot.ReplaceAllString(spokenAt.ReplaceAllString(s, "@"), ".")
}
