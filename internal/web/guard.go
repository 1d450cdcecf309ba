package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Bounds of a request's address. Longer ones are refused before anything reads them.
const (
	maxPath  = 512  // bytes
	maxQuery = 2048 // bytes
)

// policy forbids everything that our pages do not use: scripts, frames, objects,
// anything from elsewhere.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Header values shared by all answers; they are never changed, so that answering a
// 304 allocates none of them.
var (
	headerNoSniff  = []string{"nosniff"}
	headerReferrer = []string{"strict-origin-when-cross-origin"}
	headerAny      = []string{"*"}
	headerPolicy   = []string{policy}
	headerScripted = []string{policy + "; script-src 'self'"} // of feeds' pages, which can copy an address
	headerFrame    = []string{"DENY"}
	headerOpener   = []string{"same-origin"}
)

// ServeHTTP answers every request: bounds, common headers, the route, then counters
// and the access log (level debug). A panic becomes one log line and a 500.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start := time.Now()
	rec := &recorder{ResponseWriter: w}
	defer h.finish(rec, r, start)

	header := w.Header()
	header["X-Content-Type-Options"] = headerNoSniff
	header["Referrer-Policy"] = headerReferrer
	header["Content-Security-Policy"] = headerPolicy
	header["X-Frame-Options"] = headerFrame
	isFeed := strings.HasPrefix(r.URL.Path, "/feeds")
	if isFeed {
		header["Access-Control-Allow-Origin"] = headerAny
	} else {
		header["Cross-Origin-Opener-Policy"] = headerOpener
	}

	switch {
	case h.o.Hubs != nil && isCallback(r) && len(r.URL.Path) <= maxPath && len(r.URL.RawQuery) <= maxCallbackQuery:
		h.mux.ServeHTTP(rec, r)
	case h.o.TopicHub != nil && isTopicHub(r) && len(r.URL.RawQuery) <= maxQuery:
		h.mux.ServeHTTP(rec, r)
	case len(r.URL.Path) > maxPath || len(r.URL.RawQuery) > maxQuery:
		plain(rec, http.StatusRequestURITooLong, "This address is too long.")
	case r.Method == http.MethodGet || r.Method == http.MethodHead || h.o.Desk != nil && isAPI(r) || h.isNewsletterForm(r):
		h.mux.ServeHTTP(rec, r)
	case r.Method == http.MethodOptions:
		header.Set("Allow", "GET, HEAD, OPTIONS")
		if isFeed { // a browser's question before it reads a feed with validators
			header.Set("Access-Control-Allow-Methods", "GET, HEAD")
			header.Set("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, Accept")
			header.Set("Access-Control-Max-Age", "86400")
		}
		rec.WriteHeader(http.StatusNoContent)
	default:
		header.Set("Allow", "GET, HEAD, OPTIONS")
		plain(rec, http.StatusMethodNotAllowed, "Only GET and HEAD are answered here.")
	}
}

// finish recovers, counts and logs; it runs however the answer ended.
func (h *Handler) finish(rec *recorder, r *http.Request, start time.Time) {
	if cause := recover(); cause != nil {
		if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(cause) // net/http's own way to drop a connection
		}
		path, _ := logged(r)
		h.log.Error("answer request: panic", "cause", fmt.Sprint(cause), "path", path, "stack", string(debug.Stack()))
		if rec.status == 0 {
			plain(rec, http.StatusInternalServerError, "Something went wrong on our side. It has been logged.")
		}
	}
	status := rec.status
	if status == 0 {
		status = http.StatusOK
	}
	took := time.Since(start)
	h.counters.observe(r.Pattern, status, took)
	if h.log.Enabled(r.Context(), slog.LevelDebug) {
		path, query := logged(r)
		h.log.Debug("answered", "method", r.Method, "path", path, "query", query,
			"status", status, "bytes", rec.bytes, "took", took, "agent", clip(r.UserAgent(), 200))
	}
}

// logged is an address as the log may have it.
func logged(r *http.Request) (path, query string) {
	if isCallback(r) {
		return callbacks + "...", ""
	}
	if isTopicHub(r) {
		return hubPath, ""
	}
	if path, secret := secretPath(r.URL.Path); secret {
		return path, ""
	}
	return r.URL.Path, r.URL.RawQuery
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// errorCaching keeps a reader's mistake in caches for a minute at most, so that a new
// country's feed appears soon, and a fault of ours not at all.
func errorCaching(header http.Header, status int) {
	header.Set("Cache-Control", "public, max-age=60")
	if status >= http.StatusInternalServerError {
		header.Set("Cache-Control", "no-store")
		header.Set("Retry-After", "60")
	}
}

// plain answers with a sentence.
func plain(w http.ResponseWriter, status int, sentence string) {
	header := w.Header()
	header.Set("Content-Type", "text/plain; charset=utf-8")
	errorCaching(header, status)
	w.WriteHeader(status)
	writeAll(w, []byte(sentence+"\n"))
}

// writeAll writes a body. An error means that the client went away: nobody is left
// to tell, and net/http closes the connection.
func writeAll(w http.ResponseWriter, body []byte) {
	if _, err := w.Write(body); err != nil {
		return
	}
}

// counters are what /metrics says about answers.
type counters struct {
	answers *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

func newCounters(registry *prometheus.Registry) (*counters, error) {
	c := &counters{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tributary_http_answers_total", Help: "HTTP answers by route and status.",
		}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tributary_http_seconds", Help: "Time to answer, by route.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5},
		}, []string{"route"}),
	}
	// A configuration reload makes a new Handler on the same registry: it goes on
	// counting where the former one stopped.
	if err := register(registry, &c.answers); err != nil {
		return nil, err
	}
	if err := register(registry, &c.seconds); err != nil {
		return nil, err
	}
	return c, nil
}

func register[C prometheus.Collector](registry *prometheus.Registry, collector *C) error {
	err := registry.Register(*collector)
	var already prometheus.AlreadyRegisteredError
	if errors.As(err, &already) {
		if existing, ok := already.ExistingCollector.(C); ok {
			*collector = existing
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("register metrics: %w", err)
	}
	return nil
}

func (c *counters) observe(route string, status int, took time.Duration) {
	if route == "" {
		route = "none"
	}
	c.answers.WithLabelValues(route, strconv.Itoa(status)).Inc()
	c.seconds.WithLabelValues(route).Observe(took.Seconds())
}
