package websub

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tributary/feeds"
)

// Answer is what came back for a form.
type Answer struct {
	Status     int
	Location   string // absolute; empty without one
	Body       []byte // its beginning
	RetryAfter time.Time
}

// Poster sends forms. It reaches public addresses only, follows no redirect and is
// bounded in time and size.
type Poster interface {
	Post(ctx context.Context, address string, form []byte) (Answer, error)
}

// maxHops bounds the redirects of a hub.
const maxHops = 3

// Refusal is a hub's no.
type Refusal struct {
	Status     int
	Text       string    // the hub's own words, one line
	RetryAfter time.Time // zero unless it named a time
}

// Error is a plain sentence.
func (r *Refusal) Error() string {
	text := fmt.Sprintf("the hub answers %d", r.Status)
	if name := http.StatusText(r.Status); name != "" {
		text += " " + name
	}
	if r.Text != "" {
		text += ": " + r.Text
	}
	return text
}

// Send asks the hub to subscribe or unsubscribe (WebSub, 5.1), with a lease that it
// may shorten. 307 and 308 are followed, other redirects are not. An error is the
// Poster's or a *Refusal; none means that the hub will verify, or has done so.
//
// The secret goes to hubs without https too: whoever can read it there could also
// change the source itself, and without one anybody who learns the callback could.
func Send(ctx context.Context, p Poster, s *feeds.Subscription, mode Mode, lease time.Duration) error {
	form := url.Values{
		"hub.mode":     {string(mode)},
		"hub.topic":    {s.Topic},
		"hub.callback": {s.Callback()},
		"hub.verify":   {"async"}, // hubs of PubSubHubbub 0.3 demand it, later ones ignore it
	}
	if mode == Subscribe {
		form.Set("hub.secret", string(s.Secret))
		form.Set("hub.lease_seconds", strconv.FormatInt(int64(lease/time.Second), 10))
	}
	body := []byte(form.Encode())
	address := s.Hub
	for range maxHops + 1 {
		a, err := p.Post(ctx, address, body)
		switch {
		case err != nil:
			return err
		case a.Status >= 200 && a.Status < 300:
			return nil
		case a.Status == http.StatusTemporaryRedirect || a.Status == http.StatusPermanentRedirect:
			next := webAddress(a.Location)
			if next == "" || strings.HasPrefix(address, "https:") && !strings.HasPrefix(next, "https:") {
				return &Refusal{Status: a.Status, Text: "it leads nowhere that is safe"}
			}
			address = next
		default:
			return &Refusal{Status: a.Status, RetryAfter: a.RetryAfter, Text: redact(s, a.Body)}
		}
	}
	return &Refusal{Status: http.StatusPermanentRedirect, Text: "it redirects too often"}
}

// redact is a hub's explanation without what only the two of us may know: some hubs
// repeat the request.
func redact(s *feeds.Subscription, body []byte) string {
	text := string(body)
	for _, hide := range []string{s.Callback(), url.QueryEscape(s.Callback()), string(s.Token), string(s.Secret)} {
		text = strings.ReplaceAll(text, hide, "(hidden)")
	}
	return oneLine(text)
}
