package hub

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tributary/feeds"
)

// Bounds of what a subscriber may send, in bytes. MaxForm is of the whole body.
const (
	MaxForm     = 16 << 10
	maxAddress  = 2048
	mostSecret  = 200     // exclusive (WebSub, 5.1)
	mostSeconds = 1 << 30 // of a lease that is asked for; what is granted is far less
)

// Refusal is a request that is not taken: a plain sentence for whoever sent it, with what
// to do, and the status to answer with.
type Refusal struct {
	Status int
	Text   string
}

// Error is the sentence.
func (r *Refusal) Error() string { return r.Text }

func refuse(format string, args ...any) error {
	return &Refusal{Status: http.StatusBadRequest, Text: fmt.Sprintf(format, args...)}
}

// Request is a subscriber's form (WebSub, 5.1).
type Request struct {
	Mode     feeds.HubAsk // AskSubscribe or AskUnsubscribe
	Topic    string       // as written
	Callback string
	Secret   feeds.Secret
	Lease    time.Duration // 0: it names none
}

// ParseRequest reads a form. Unknown parameters do not matter; one of WebSub's own that
// stands there twice makes the form unreadable. The error is a *Refusal.
func ParseRequest(form url.Values) (Request, error) {
	for _, name := range []string{"hub.mode", "hub.topic", "hub.callback", "hub.secret", "hub.lease_seconds"} {
		values := form[name]
		if len(values) > 1 {
			return Request{}, refuse("%s is given %d times: send it once.", name, len(values))
		}
		if len(values) == 1 && (!utf8.ValidString(values[0]) || strings.ContainsRune(values[0], 0)) {
			return Request{}, refuse("%s is no UTF-8 text.", name)
		}
	}
	r := Request{Mode: feeds.HubAsk(form.Get("hub.mode")), Topic: form.Get("hub.topic"), Callback: form.Get("hub.callback"), Secret: feeds.Secret(form.Get("hub.secret"))}
	switch r.Mode {
	case feeds.AskSubscribe, feeds.AskUnsubscribe:
	case "publish":
		return Request{}, refuse("This hub distributes the feeds of this site alone, and knows by itself when they change: hub.mode=publish is not needed.")
	case "":
		return Request{}, refuse("hub.mode is missing: send hub.mode=subscribe or hub.mode=unsubscribe as a form.")
	default:
		return Request{}, refuse("hub.mode is neither subscribe nor unsubscribe.")
	}
	switch {
	case r.Topic == "":
		return Request{}, refuse("hub.topic is missing: send the address of the feed, as its rel=self says.")
	case len(r.Topic) > maxAddress:
		return Request{}, refuse("hub.topic has %d bytes; %d are the most.", len(r.Topic), maxAddress)
	case r.Callback == "":
		return Request{}, refuse("hub.callback is missing: send the address at which you take deliveries.")
	case len(r.Callback) > maxAddress:
		return Request{}, refuse("hub.callback has %d bytes; %d are the most.", len(r.Callback), maxAddress)
	case len(r.Secret) >= mostSecret:
		return Request{}, refuse("hub.secret has %d bytes; it must have fewer than %d.", len(r.Secret), mostSecret)
	}
	if text := form.Get("hub.lease_seconds"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds <= 0 {
			return Request{}, refuse("hub.lease_seconds is no whole number of seconds above 0; leave it out to get the usual lease.")
		}
		r.Lease = time.Duration(min(seconds, mostSeconds)) * time.Second
	}
	if err := soundCallback(r.Callback); err != nil {
		return Request{}, err
	}
	return r, nil
}

// soundCallback refuses what could never be a callback; whether it may be reached is the
// Client's to say.
func soundCallback(callback string) error {
	u, err := url.Parse(callback)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || u.Scheme != "http" && u.Scheme != "https":
		return refuse("hub.callback is no http or https address: send the whole address, such as https://reader.example.org/hook/8f3c.")
	case u.User != nil:
		return refuse("hub.callback has a user name in it: put what only you know into its path.")
	case u.Fragment != "" || strings.Contains(callback, "#"):
		return refuse("hub.callback has a fragment (#), which no request carries: leave it out.")
	}
	return nil
}

// hostOf is the host of a callback, with its port unless that is the scheme's own: all
// that may be said of it.
func hostOf(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && (u.Scheme != "http" || port != "80") && (u.Scheme != "https" || port != "443") {
		host += ":" + port
	}
	return host
}

// lease is what is granted of what was asked for.
func (t *Terms) lease(asked time.Duration) time.Duration {
	if asked == 0 {
		asked = t.Lease
	}
	return min(max(asked, t.LeastLease), t.MostLease)
}
