package fetch

import (
	"net/http"
	"strings"
	"time"
)

const (
	// MaxRetryAfter bounds what a Retry-After may ask for, so that a slip of a
	// server does not silence a source for good.
	MaxRetryAfter = 7 * 24 * time.Hour
	// MaxFreshness bounds Response.MaxAge for the same reason: feeds served with a
	// year of max-age are misconfigured, not yearly.
	MaxFreshness = 24 * time.Hour
)

// retryAfter reads a Retry-After field in both forms (RFC 9110, 10.2.3). A date is
// measured against the answer's own Date, so that a server's wrong clock does not
// matter. Zero when there is none, it lies in the past or cannot be read.
func retryAfter(h http.Header, now time.Time) time.Time {
	value := strings.TrimSpace(h.Get("Retry-After"))
	wait, ok := deltaSeconds(value, MaxRetryAfter)
	if !ok {
		when, err := http.ParseTime(value)
		if err != nil {
			return time.Time{}
		}
		wait = min(when.Sub(serverTime(h, now)), MaxRetryAfter)
	}
	if wait <= 0 {
		return time.Time{}
	}
	return now.Add(wait)
}

// freshFor is how long an answer stays fresh from now on (RFC 9111, 4.2): max-age,
// else Expires, less the Age it already had in caches; within [0, MaxFreshness].
func freshFor(h http.Header, now time.Time) time.Duration {
	lifetime, found := time.Duration(0), false
	for _, line := range h.Values("Cache-Control") {
		for directive := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(directive, "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-store", "no-cache":
				// no-cache may name fields it is limited to; asking again is right then too.
				return 0
			case "max-age":
				// An unreadable max-age means stale (RFC 9111, 4.2.1); of several, the smallest.
				age, ok := deltaSeconds(strings.Trim(strings.TrimSpace(value), `"`), MaxFreshness)
				if !ok {
					return 0
				}
				if !found || age < lifetime {
					lifetime, found = age, true
				}
			}
		}
	}
	if !found {
		expires, err := http.ParseTime(h.Get("Expires"))
		if err != nil {
			return 0 // also "0" and "-1", which mean already expired
		}
		lifetime = expires.Sub(serverTime(h, now))
	}
	age, _ := deltaSeconds(strings.TrimSpace(h.Get("Age")), MaxFreshness) // an unreadable Age counts as none
	return min(max(lifetime-age, 0), MaxFreshness)
}

// serverTime is the answer's Date, now when it has none.
func serverTime(h http.Header, now time.Time) time.Time {
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		return date
	}
	return now
}

// deltaSeconds reads digits as seconds, at most limit however many digits there are.
func deltaSeconds(s string, limit time.Duration) (time.Duration, bool) {
	if s == "" {
		return 0, false
	}
	n, most := int64(0), int64(limit/time.Second)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = min(n*10+int64(s[i]-'0'), most)
	}
	return time.Duration(n) * time.Second, true
}
