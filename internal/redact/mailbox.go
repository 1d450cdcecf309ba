package redact

import (
	"slices"
	"strings"
)

// mailboxes are the functional mailboxes that stay. A pattern is an address
// (press@example.org), every address of a host (@press.example.org) or a local part at
// any host (press@). The local part may end in an asterisk, any ending (iom*@iom.int).
// Without one it also stands for addresses in which more follows after a hyphen, dot or
// underscore: press@ stands for press.tripoli@ too, but not at a free mail host.
type mailboxes []mailbox

type mailbox struct {
	local, host string // lower case, empty when any
	prefix      bool
}

func newMailboxes(patterns []string) mailboxes {
	out := make(mailboxes, 0, len(patterns))
	for _, p := range patterns {
		local, host, found := strings.Cut(strings.ToLower(strings.TrimSpace(p)), "@")
		if !found || local == "" && host == "" {
			continue
		}
		m := mailbox{host: host}
		m.local, m.prefix = strings.CutSuffix(local, "*")
		if m.local == "" && m.host == "" {
			continue // everything
		}
		out = append(out, m)
	}
	return out
}

// have reports an address that stays.
func (list mailboxes) have(address string) bool {
	at := strings.LastIndexByte(address, '@')
	if at <= 0 {
		return false
	}
	local, host := strings.ToLower(address[:at]), strings.ToLower(address[at+1:])
	for i := range list {
		if list[i].is(local, host) {
			return true
		}
	}
	return false
}

func (m *mailbox) is(local, host string) bool {
	if m.host != "" && m.host != host {
		return false
	}
	if m.local == "" || local == m.local {
		return true
	}
	rest, ok := strings.CutPrefix(local, m.local)
	if !ok {
		return false
	}
	return m.prefix || m.host == "" && strings.ContainsRune(".-_", rune(rest[0])) && !slices.Contains(freeHosts, host)
}

// freeHosts give a mailbox to anybody: press.NAME there is a person.
var freeHosts = []string{"gmail.com", "googlemail.com", "yahoo.com", "yahoo.fr", "yahoo.es", "ymail.com", "hotmail.com", "hotmail.fr",
	"outlook.com", "live.com", "msn.com", "icloud.com", "me.com", "aol.com", "gmx.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru",
	"proton.me", "protonmail.com"}
