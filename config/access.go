package config

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// access judges a source's access as a whole, and tells whether it has any.
func (j *judge) access(a Access, e *entry[sourceEntry]) bool {
	if reflect.ValueOf(a).IsZero() {
		return false
	}
	path := e.path + ".access"
	at := e.where
	for _, key := range []string{".user", ".password", ".bearer", ".direct", ".headers"} {
		if p, ok := j.loader.decoder.places[path+key]; ok {
			at = p
			break
		}
	}
	authorization := false
	for i, h := range a.Headers {
		item := fmt.Sprintf("%s.headers[%d]", path, i)
		if j.refusedAt(item) {
			continue
		}
		if h.Name == "" && !j.refusedAt(item+".name") {
			j.report.at(j.at(at, item), item, "has no name", "write the name of the header, such as X-Api-Key")
		}
		if h.Value == "" && !j.refusedBelow(item+".value") {
			j.report.at(j.at(at, item+".name"), item, "has no value", "write value_file: with the path of a file that holds it")
		}
		authorization = authorization || strings.EqualFold(h.Name, "Authorization")
	}
	switch {
	case a.User != "" && a.Bearer != "":
		j.report.at(at, path, "has both a user and a bearer token", "keep one of the two")
	case authorization && (a.User != "" || a.Bearer != ""):
		j.report.at(at, path, "has the header Authorization beside user or bearer", "keep one of the two")
	case a.User == "" && a.Password != "" && !j.refusedAt(path+".user"):
		j.report.at(at, path, "has a password and no user", "add user:")
	case a.User != "" && a.Password == "" && !j.refusedBelow(path+".password"):
		j.report.at(at, path, "has a user and no password", "add password_file: with the path of a file that holds it")
	}
	return true
}

// refusedAt tells whether a value at this key path was refused, which is reported
// already.
func (j *judge) refusedAt(path string) bool {
	for _, p := range j.report.problems {
		if p.Key == path {
			return true
		}
	}
	return false
}

// refusedBelow is refusedAt for a secret, which has several keys.
func (j *judge) refusedBelow(path string) bool {
	return j.refusedAt(path) || j.refusedAt(path+fileSuffix) || j.refusedAt(path+envSuffix)
}

// judgeUser takes what HTTP basic authentication can carry (RFC 7617). It does not show
// the value: behind the colon stands the password, as a rule.
func judgeUser(s string) (string, string) {
	if strings.Contains(s, ":") {
		return "has a colon, which a user name cannot have", "write the name alone, and the password under password_file"
	}
	if !httpguts.ValidHeaderFieldValue(s) {
		return "has control characters", "write the name as the publisher gave it"
	}
	return "", ""
}

// judgeSecret never shows the value.
func judgeSecret(s string) (string, string) {
	if s == "" || strings.TrimSpace(s) != s || !httpguts.ValidHeaderFieldValue(s) {
		return "is empty, or has spaces around it or control characters in it", "write the secret on one line, as the publisher gave it"
	}
	return "", ""
}

// judgeToken never shows the value.
func judgeToken(s string) (string, string) {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return "has characters that a bearer token cannot have", "write the token alone, without the word Bearer"
		}
	}
	return judgeSecret(s)
}

// judgeHeaderName refuses fields that are the fetcher's or the connection's to set.
func judgeHeaderName(s string) (string, string) {
	const instead = "write the name that the publisher gave, such as X-Api-Key"
	if !httpguts.ValidHeaderFieldName(s) {
		return quote(s) + " is no name of a header", instead
	}
	switch name := http.CanonicalHeaderKey(s); {
	case strings.HasPrefix(name, "If-"), strings.HasPrefix(name, "Proxy-"), strings.HasPrefix(name, "Sec-"), strings.HasPrefix(name, "Accept"):
		return quote(s) + " is a header that carries no secret", instead
	default:
		switch name {
		case "Connection", "Content-Length", "Content-Type", "Cookie", "Expect", "Host", "Keep-Alive", "Range", "Referer", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent":
			return quote(s) + " is a header that carries no secret", instead
		}
	}
	return "", ""
}

// judgeProxy never shows the value: it may hold a password.
func judgeProxy(s string) (string, string) {
	if s == "" {
		return "", ""
	}
	const instead = "write http://, https:// or socks5:// and host:port, such as http://proxy.example.org:3128"
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return "is no address of a proxy", instead + "; special characters in the password must be percent-encoded"
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" && u.Scheme != "socks5h":
		return "starts with none of http://, https:// and socks5://", instead
	case u.Hostname() == "":
		return "names no host", instead
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return "has something behind the port", instead
	}
	return "", ""
}

func judgeFile(s string) (string, string) {
	if strings.ContainsRune(s, 0) {
		return quote(s) + " is no path", "write the path of a file"
	}
	return "", ""
}
