package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tributary/config"
	"tributary/feeds"
	"tributary/internal/feedcheck"
	"tributary/internal/publish"
	"tributary/internal/selfcheck"
)

// newWatcher watches the feeds that a handler serves.
func (a *app) newWatcher(cfg *config.Config, handler http.Handler, publisher *publish.Publisher) *selfcheck.Watcher {
	base := strings.TrimRight(baseURL(cfg), "/")
	return &selfcheck.Watcher{
		Read: func(ctx context.Context, path string) (feedcheck.Document, error) {
			return readOwn(ctx, handler, base+path)
		},
		Base: base, Store: a.db, Sources: a.lastPublished,
		Newest: func(ctx context.Context, channel string) (selfcheck.Newest, error) {
			return a.newest(ctx, publisher, channel)
		},
		Sample: cfg.SelfCheck.Sample, Stale: cfg.SelfCheck.Stale, Shrink: cfg.SelfCheck.Shrink, Now: time.Now,
	}
}

// readOwn asks the handler as a subscriber does, who knows nothing of us but an address.
func readOwn(ctx context.Context, handler http.Handler, address string) (feedcheck.Document, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return feedcheck.Document{}, fmt.Errorf("read own feed: %w", err)
	}
	req.RequestURI, req.RemoteAddr = req.URL.RequestURI(), "127.0.0.1:0"
	req.Header.Set("User-Agent", "Tributary-selfcheck")
	w := &answered{header: http.Header{}}
	handler.ServeHTTP(w, req)
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return feedcheck.Document{Body: w.body.Bytes(), Header: w.header, Status: w.status, URL: address}, nil
}

// answered keeps an answer in memory.
type answered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *answered) Header() http.Header { return w.header }

func (w *answered) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *answered) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// newest is the newest story that is kept for a channel; none for one that is no more.
func (a *app) newest(ctx context.Context, publisher *publish.Publisher, channel string) (selfcheck.Newest, error) {
	path, query, _ := strings.Cut(channel, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return selfcheck.Newest{}, fmt.Errorf("read channel %s: %w", channel, err)
	}
	ch, _, err := publisher.Parse(path+"."+string(publish.FormatAtom), values)
	var invalid *publish.Invalid
	switch {
	case errors.As(err, &invalid):
		return selfcheck.Newest{}, nil
	case err != nil:
		return selfcheck.Newest{}, err
	}
	stories, err := a.db.Stories(ctx, ch.Selector, 1)
	if err != nil || len(stories) == 0 {
		return selfcheck.Newest{}, err
	}
	n := selfcheck.Newest{Published: stories[0].Published, Changed: stories[0].Changed}
	seen := []time.Time{stories[0].Created}
	if len(stories[0].Copies) > 0 {
		seen = append(seen, stories[0].Lead().FirstSeen)
	}
	for _, at := range seen {
		if !at.IsZero() && at.Before(n.Published) {
			n.Published = at // as in feeds: nothing is published after we saw it
		}
	}
	return n, nil
}

// lastPublished is when a published source last had something new.
func (a *app) lastPublished(ctx context.Context) (time.Time, error) {
	states, err := a.db.Sources(ctx)
	var last time.Time
	for _, s := range states {
		if p := s.Polling.Learnt.Pace.Last; s.Enabled && !s.Retired && !s.Trial && p.After(last) {
			last = p
		}
	}
	return last, err
}

// watchFeeds takes one turn and tells what has changed, once.
func (a *app) watchFeeds(ctx context.Context) error {
	w := a.watcher.Load()
	if w == nil {
		return nil
	}
	look, err := w.Turn(ctx, false, true)
	if err != nil {
		return err
	}
	for _, c := range look.Raised {
		a.log.Warn("a feed of ours is not well", "feed", c.Channel, "alarm", c.Alarm.Kind, "detail", c.Alarm.Detail)
	}
	for _, c := range look.Cleared {
		a.log.Info("a feed of ours is well again", "feed", c.Channel, "alarm", c.Alarm.Kind, "since", c.Alarm.Since)
	}
	return nil
}

// feedsAreWell fails while an alarm stands.
func (a *app) feedsAreWell(ctx context.Context) error {
	n, _, err := countAlarms(ctx, a.db.Watched)
	if err != nil {
		return err
	}
	for kind, n := range n {
		if n > 0 {
			return fmt.Errorf("alarm %s of %d feeds", kind, n)
		}
	}
	return nil
}

func countAlarms(ctx context.Context, watched func(context.Context) ([]feeds.Watched, error)) (n map[feeds.AlarmKind]int, last time.Time, err error) {
	all, err := watched(ctx)
	n = map[feeds.AlarmKind]int{}
	for i := range all {
		for _, a := range all[i].Alarms {
			n[a.Kind]++
		}
		if all[i].Checked.After(last) {
			last = all[i].Checked
		}
	}
	return n, last, err
}

// alarmGauge counts the standing alarms when it is asked, which is the same in all
// processes on one database.
type alarmGauge struct {
	watched      func(context.Context) ([]feeds.Watched, error)
	alarms, last *prometheus.Desc
}

func newAlarmGauge(watched func(context.Context) ([]feeds.Watched, error)) *alarmGauge {
	return &alarmGauge{watched: watched,
		alarms: prometheus.NewDesc("tributary_feed_alarms", "Our own feeds with a standing alarm, by kind: unread, empty, stale, invalid, doubled, shrinking.", []string{"alarm"}, nil),
		last:   prometheus.NewDesc("tributary_feed_check_timestamp_seconds", "When our own feeds were last looked at; 0 when never.", nil, nil)}
}

// Describe is prometheus.Collector's.
func (g *alarmGauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.alarms; ch <- g.last }

// Collect is prometheus.Collector's.
func (g *alarmGauge) Collect(ch chan<- prometheus.Metric) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n, last, err := countAlarms(ctx, g.watched)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.alarms, err)
		return
	}
	for _, kind := range feeds.AlarmKinds() {
		ch <- prometheus.MustNewConstMetric(g.alarms, prometheus.GaugeValue, float64(n[kind]), string(kind))
	}
	seconds := float64(0)
	if !last.IsZero() {
		seconds = float64(last.Unix())
	}
	ch <- prometheus.MustNewConstMetric(g.last, prometheus.GaugeValue, seconds)
}

// checkOwn looks at every feed of ours and prints alarms and findings.
func (c *feedsCheckCmd) checkOwn(ctx context.Context, con *console, g *Globals) (err error) {
	a, err := g.openThere(ctx, con)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	own, err := a.newSite(a.config)
	if err != nil {
		return err
	}
	look, err := own.watcher.Turn(ctx, true, false)
	if err != nil {
		return err
	}
	bad := len(look.Standing) > 0
	out := newFindings(con, g.JSON)
	for _, change := range look.Standing {
		if err := out.alarm(change); err != nil {
			return err
		}
	}
	for _, path := range slices.Sorted(maps.Keys(look.Findings)) {
		bad = true
		if err := out.report(own.watcher.Base+path, "", look.Findings[path], 0); err != nil {
			return err
		}
	}
	if bad {
		return errReported
	}
	if !g.JSON {
		fmt.Fprintf(con.out, "%d feeds of ours are well\n", len(look.Checked))
	}
	return nil
}
