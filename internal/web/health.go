package web

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// readyWithin bounds all conditions of /readyz together: a probe that waits longer
// counts as failed anyway.
const readyWithin = 2 * time.Second

// healthz says that the process answers; it asks nothing of the database, so that
// a database fault does not make an orchestrator restart healthy processes.
func (h *Handler) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	writeAll(w, []byte("ok\n"))
}

// readyz says whether the process can do its work: 200, or 503 with a line for each
// condition. Causes go to the log, not to the public.
func (h *Handler) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
	defer cancel()
	conditions := slices.Concat(h.o.Ready, h.o.Notes)
	errs := make([]error, len(conditions))
	var wg sync.WaitGroup
	for i, check := range conditions {
		wg.Go(func() { errs[i] = check.Do(ctx) })
	}
	wg.Wait()

	status := http.StatusOK
	var b strings.Builder
	for i, check := range h.o.Ready {
		if errs[i] != nil {
			status = http.StatusServiceUnavailable
			h.log.Warn("not ready", "check", check.Name, "error", errs[i])
			b.WriteString(check.Name + ": failed\n")
			continue
		}
		b.WriteString(check.Name + ": ok\n")
	}
	for i, note := range h.o.Notes {
		word := "ok"
		if errs[len(h.o.Ready)+i] != nil {
			word = "alarm"
		}
		b.WriteString(note.Name + ": " + word + "\n")
	}
	if status == http.StatusOK {
		b.WriteString("ready\n")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	writeAll(w, []byte(b.String()))
}

func (h *Handler) serveMetrics(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	h.metrics.ServeHTTP(w, r)
}
