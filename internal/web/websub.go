package web

import (
	"errors"
	"net/http"
	"strings"

	"tributary/feeds"
)

// callbacks is where hubs reach us. What follows it is as secret as a password, and so
// it is neither logged nor sent anywhere as a Referer.
const callbacks = "/websub/"

func isCallback(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, callbacks) }

// maxCallbackQuery is larger than that of other addresses: a hub repeats the topic's
// address and adds a challenge.
const maxCallbackQuery = 16 << 10

// hub answers a WebSub hub: its question whether we meant a request, and what it
// delivers.
func (h *Handler) hub(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	token := r.PathValue("token")
	switch r.Method {
	case http.MethodGet:
		echo, err := h.o.Hubs.Verify(r.Context(), token, r.URL.RawQuery)
		switch {
		case errors.Is(err, feeds.ErrNotFound):
			plain(w, http.StatusNotFound, "Nothing of the kind was asked for.")
		case err != nil:
			h.log.Error("verify subscription", "error", err)
			plain(w, http.StatusServiceUnavailable, "Please ask again later.")
		default:
			header.Set("Content-Type", "text/plain; charset=utf-8")
			w.WriteHeader(http.StatusOK)
			writeAll(w, []byte(echo))
		}
	case http.MethodPost:
		err := h.o.Hubs.Receive(r.Context(), token, r.Header, r.Body)
		switch {
		case errors.Is(err, feeds.ErrNotFound):
			plain(w, http.StatusGone, "There is no such subscription any more.")
		case errors.Is(err, feeds.ErrTooLarge):
			plain(w, http.StatusRequestEntityTooLarge, "This delivery is too large.")
		case err != nil && r.Context().Err() != nil:
			plain(w, http.StatusBadRequest, "The delivery broke off.")
		case err != nil:
			h.log.Error("receive delivery", "error", err)
			plain(w, http.StatusServiceUnavailable, "Please deliver again later.")
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	default:
		header.Set("Allow", "GET, POST")
		plain(w, http.StatusMethodNotAllowed, "Only GET and POST are answered here.")
	}
}
