package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

// Limits of the API. An editor's own limit is apart from those of callers without a
// token, so that nobody can shut editors out.
const (
	editorEvery = time.Second / 2 // one call, in the long run
	editorBurst = 60
	callerEvery = time.Second / 5
	callerBurst = 60
	guessEvery  = 6 * time.Second // a token that nobody has
	guessBurst  = 10
	rememberFor = 4096 // callers
	maxToken    = 200  // bytes
)

// gate tells editors by their tokens and keeps callers to their limits.
type gate struct {
	editors []Editor
	limits  *lru.Cache[string, *rate.Limiter]
	now     func() time.Time
}

func newGate(editors []Editor, now func() time.Time) (*gate, error) {
	limits, err := lru.New[string, *rate.Limiter](rememberFor)
	if err != nil {
		return nil, fmt.Errorf("remember callers: %w", err)
	}
	return &gate{editors: editors, limits: limits, now: now}, nil
}

// allow says whether one more call fits the limit of a key.
func (g *gate) allow(key string, every time.Duration, burst int) bool {
	fresh := rate.NewLimiter(rate.Every(every), burst)
	if known, ok, _ := g.limits.PeekOrAdd(key, fresh); ok {
		fresh = known
	}
	return fresh.AllowN(g.now(), 1)
}

// caller is who calls, as far as the network tells. Behind a proxy all are one.
func caller(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// anyone lets a caller without a token pass.
func (g *gate) anyone(r *http.Request) error {
	if !g.allow("caller "+caller(r), callerEvery, callerBurst) {
		return tooMany()
	}
	return nil
}

// editor tells who calls by the bearer token (RFC 6750).
func (g *gate) editor(r *http.Request) (*Editor, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return nil, &problem{Status: http.StatusUnauthorized, Detail: "This needs an editor's token: send the header Authorization: Bearer TOKEN."}
	}
	var found *Editor
	if len(token) <= maxToken {
		sum := sha256.Sum256([]byte(token))
		for i := range g.editors { // all of them, so that the time says nothing
			if subtle.ConstantTimeCompare(sum[:], g.editors[i].Token[:]) == 1 {
				found = &g.editors[i]
			}
		}
	}
	switch {
	case found == nil && !g.allow("guess "+caller(r), guessEvery, guessBurst):
		return nil, tooMany()
	case found == nil:
		return nil, &problem{Status: http.StatusUnauthorized, Detail: "This token is no editor's. An operator makes one with tributary token and names its hash under desk.editors.", invalidToken: true}
	case !g.allow("editor "+found.Name, editorEvery, editorBurst):
		return nil, tooMany()
	}
	return found, nil
}

func tooMany() error {
	return &problem{Status: http.StatusTooManyRequests, Detail: "Too many calls. Wait some seconds and try again."}
}
