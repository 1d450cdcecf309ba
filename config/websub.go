package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// public says whether other machines on the internet may reach an address: https or
// http, with a name or address that is not private.
func public(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate() && !ip.IsLoopback() && !sharedAddresses.Contains(ip)
	}
	for _, private := range []string{"localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "test", "invalid", "example"} {
		if host == private || strings.HasSuffix(host, "."+private) {
			return false
		}
	}
	return strings.Contains(host, ".")
}

// sharedAddresses are those of carriers' networks (RFC 6598).
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// Subscribes says whether sources are subscribed to.
func (c *Config) Subscribes() bool {
	return c.WebSub.Enabled == "on" && c.BaseURL != "" || c.WebSub.Enabled == "auto" && public(c.BaseURL)
}
