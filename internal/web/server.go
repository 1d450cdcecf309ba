package web

import (
	"log/slog"
	"net/http"
	"time"
)

// NewServer is an HTTP server with the bounds that a public address needs: a client
// that sends slowly, keeps a connection idle or sends large headers costs little.
// Nothing here streams, so answers are bounded too.
func NewServer(addr string, handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second, // a large feed over a slow line
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // clients' faults, not ours
	}
}
