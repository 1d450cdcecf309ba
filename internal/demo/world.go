package demo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"sync"
	"time"

	"tributary/feeds"
)

// PreferredAddr is where Serve listens when the port is free, so that the
// addresses of the demo's feeds are the same at every start.
const PreferredAddr = "127.0.0.1:8099"

// World is the demo world set in time. It is safe for concurrent use.
type World struct {
	start      time.Time
	now        func() time.Time
	publishers []*publisher
	series     []*series
	endless    endless
	pages      map[string]*item // host and path of the page, without a closing slash

	mu   sync.RWMutex
	addr string
}

// New sets the demo world so that its events count from start, which is cut to the
// second. The same start gives the same world in every process; now is the clock
// that says how far it has got.
func New(start time.Time, now func() time.Time) (*World, error) {
	if now == nil {
		return nil, errors.New("set demo world: no clock given")
	}
	d, err := load(files)
	if err != nil {
		return nil, fmt.Errorf("set demo world: %w", err)
	}
	w := &World{
		start: start.UTC().Truncate(time.Second), now: now, addr: PreferredAddr,
		publishers: d.publishers, series: d.series, endless: d.endless,
		pages: map[string]*item{},
	}
	if err := w.fill(d); err != nil {
		return nil, fmt.Errorf("set demo world: %w", err)
	}
	return w, nil
}

// fill resolves releases and scripted reports into the items of the publishers.
func (w *World) fill(d *data) error {
	byID := d.byID()
	var all []*item
	var errs []error
	for _, r := range d.releases {
		items, err := r.items(w.start, byID)
		errs = append(errs, err)
		all = append(all, items...)
	}
	for _, s := range w.series {
		all = append(all, s.scripted(w.start)...)
	}
	guids := map[string]bool{}
	for _, it := range all {
		guid := it.guid
		if guid == "" {
			guid = it.link
		}
		if key := it.pub.ID + " " + guid; guids[key] {
			errs = append(errs, fmt.Errorf("resolve release %s: %s stands twice", it.release, key))
		} else {
			guids[key] = true
		}
		if !it.withdrawn.IsZero() && it.withdrawn.Before(it.published) {
			errs = append(errs, fmt.Errorf("resolve release %s: withdrawn before it appears", it.release))
		}
		w.pages[pageKey(it.page)] = it
		it.pub.items = append(it.pub.items, it)
	}
	return errors.Join(errs...)
}

// pageKey is the key of a page: host and path, no scheme, query or closing slash,
// no www. in front.
func pageKey(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	return strings.TrimPrefix(u.Hostname(), "www.") + strings.TrimSuffix(u.Path, "/")
}

// shown is an item as a feed shows it at one moment.
type shown struct {
	*item
	version
}

// state is what a publisher's feed holds at one moment.
type state struct {
	entries  []shown // newest first
	gone     []*item // withdrawn, latest first
	modified time.Time
}

// stateOf is a pure function of the publisher, the start and t.
func (w *World) stateOf(p *publisher, t time.Time) state {
	items := p.items
	for place, s := range w.series {
		if s.pub == p {
			items = append(items[:len(items):len(items)], s.endlessReports(w.endless, w.start, t, place, len(w.series))...)
		}
	}
	var st state
	changed := func(at time.Time) {
		if !at.After(t) && at.After(st.modified) {
			st.modified = at
		}
	}
	for _, it := range items {
		for _, v := range it.versions {
			changed(v.since)
		}
		if !it.withdrawn.IsZero() && !t.Before(it.withdrawn) {
			changed(it.withdrawn)
			st.gone = append(st.gone, it)
			continue
		}
		if v, ok := it.at(t); ok {
			st.entries = append(st.entries, shown{it, v})
		}
	}
	sort.SliceStable(st.entries, func(i, j int) bool {
		return st.entries[i].published.After(st.entries[j].published)
	})
	sort.SliceStable(st.gone, func(i, j int) bool { return st.gone[i].withdrawn.After(st.gone[j].withdrawn) })
	st.entries = st.entries[:min(window, len(st.entries))]
	return st
}

// document renders a publisher's feed at t.
func (w *World) document(p *publisher, t time.Time) (body []byte, etag string, modified time.Time, err error) {
	st := w.stateOf(p, t)
	switch p.Format {
	case "rss-2.0":
		body = writeRSS(p, st)
	case "rss-1.0":
		body = writeRDF(p, st)
	case "atom-1.0":
		body = writeAtom(p, st)
	default:
		body, err = writeJSON(p, st)
	}
	if err == nil {
		body, err = encode(body, p.Charset)
	}
	if err != nil {
		return nil, "", time.Time{}, fmt.Errorf("write demo feed %s: %w", p.ID, err)
	}
	sum := sha256.Sum256(body)
	return body, `"` + hex.EncodeToString(sum[:12]) + `"`, st.modified, nil
}

// Sources is the catalogue of the demo world, in the order of its data file. The
// feed addresses are those of the last Serve, or PreferredAddr before it.
func (w *World) Sources() []feeds.Source {
	addr := w.address()
	out := make([]feeds.Source, 0, len(w.publishers))
	for _, p := range w.publishers {
		out = append(out, p.source(addr))
	}
	return out
}

// Allow lists the host:port pairs that fetching must be allowed to reach although
// they are loopback addresses.
func (w *World) Allow() []string { return []string{w.address()} }

// PageURL maps a link of the demo world to the loopback address where its page can
// be opened; ok is false for any other link.
func (w *World) PageURL(link string) (local string, ok bool) {
	u, err := url.Parse(link)
	if err != nil {
		return "", false
	}
	for _, p := range w.publishers {
		if strings.TrimPrefix(u.Hostname(), "www.") == strings.TrimPrefix(p.Host, "www.") {
			return "http://" + w.address() + "/" + p.Host + u.EscapedPath(), true
		}
	}
	return "", false
}

func (w *World) address() string {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.addr
}

// Serve answers on PreferredAddr, or on a free loopback port when that one is
// taken, until stop is called or ctx ends. Call it before Sources and Allow. stop
// waits a moment for answers under way and may be called more than once.
func (w *World) Serve(ctx context.Context) (addr string, stop func(), err error) {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", PreferredAddr)
	if err != nil {
		var second error
		if ln, second = lc.Listen(ctx, "tcp", "127.0.0.1:0"); second != nil {
			return "", nil, fmt.Errorf("listen for demo world: %w", errors.Join(err, second))
		}
	}
	addr = ln.Addr().String()
	w.mu.Lock()
	w.addr = addr
	w.mu.Unlock()

	server := &http.Server{
		Handler: w.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 20 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 32 << 10,
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		// Serve always ends with an error; after Shutdown or Close it carries no news,
		// and before them a dead listener shows as failed fetches, which are reported.
		_ = server.Serve(ln)
	}()
	shut := sync.OnceFunc(func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(grace) != nil {
			// The grace ran out; Close cuts what is left, and there is nothing more to do
			// should it fail too.
			_ = server.Close()
		}
		<-served
	})
	detach := context.AfterFunc(ctx, shut)
	return addr, func() { detach(); shut() }, nil
}
