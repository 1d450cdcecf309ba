package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"tributary/internal/hub"
)

// hubPath is where subscribers of our feeds reach our own WebSub hub.
const hubPath = "/hub"

// Limits of requests to the hub. Behind a proxy all callers are one, and a large reader
// subscribes to many feeds at once.
const (
	subscriberEvery = time.Second / 10
	subscriberBurst = 300
)

// TopicHub takes what subscribers of our feeds ask for (WebSub, 5.1). *hub.Hub is one.
type TopicHub interface {
	// Take takes a form. No error: the callback will be asked whether it was meant. A
	// *hub.Refusal is the subscriber's doing, any other error ours.
	Take(ctx context.Context, form url.Values) error
}

var _ TopicHub = (*hub.Hub)(nil)

// isTopicHub says whether a request is for our own hub. Its form holds a callback and
// perhaps a secret, and so may, by mistake, its query: neither is logged.
func isTopicHub(r *http.Request) bool { return r.URL.Path == hubPath }

// topicHub answers a subscriber of our feeds.
func (h *Handler) topicHub(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		hubSays(w, http.StatusMethodNotAllowed, "This is the WebSub hub of the feeds at "+h.o.BaseURL+"/feeds. Subscribe with a POST of hub.mode, hub.topic and hub.callback as a form "+
			"(https://www.w3.org/TR/websub/#subscriber-sends-subscription-request).")
		return
	}
	if !h.gate.allow("hub "+caller(r), subscriberEvery, subscriberBurst) {
		w.Header().Set("Retry-After", "60")
		hubSays(w, http.StatusTooManyRequests, "Too many requests. Wait a minute and go on more slowly.")
		return
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		hubSays(w, http.StatusUnsupportedMediaType, "Send a form: Content-Type: application/x-www-form-urlencoded.")
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, hub.MaxForm+1))
	switch {
	case err != nil:
		hubSays(w, http.StatusBadRequest, "The form broke off.")
		return
	case len(body) > hub.MaxForm:
		hubSays(w, http.StatusRequestEntityTooLarge, "The form is too large.")
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		hubSays(w, http.StatusBadRequest, "The form cannot be read: encode it as application/x-www-form-urlencoded.")
		return
	}
	err = h.o.TopicHub.Take(r.Context(), form)
	var refusal *hub.Refusal
	switch {
	case errors.As(err, &refusal):
		hubSays(w, refusal.Status, refusal.Text)
	case err != nil && r.Context().Err() != nil: // whoever asked has left
	case err != nil:
		h.log.Error("take request to the hub", "error", err)
		w.Header().Set("Retry-After", "60")
		hubSays(w, http.StatusServiceUnavailable, "Please ask again later.")
	default:
		hubSays(w, http.StatusAccepted, "Your callback will be asked whether you meant it.")
	}
}

// hubSays answers with a sentence that no cache keeps.
func hubSays(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	writeAll(w, []byte(sentence+"\n"))
}
