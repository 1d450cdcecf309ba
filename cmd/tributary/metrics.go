package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tributary/internal/health"
	"tributary/internal/hub"
	"tributary/internal/pipeline"
	"tributary/internal/store"
)

// pollCounters are what /metrics says about polls of this process.
type pollCounters struct {
	polls   *prometheus.CounterVec
	entries *prometheus.CounterVec
}

func newPollCounters(registry *prometheus.Registry) (*pollCounters, error) {
	c := &pollCounters{
		polls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tributary_polls_total", Help: "Polls of sources by outcome: fetched, not_modified, failed, gone."}, []string{"outcome"}),
		entries: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tributary_entries_total", Help: "Entries read from sources by what they were: new, changed, same, dropped."}, []string{"state"}),
	}
	if err := errors.Join(registry.Register(c.polls), registry.Register(c.entries)); err != nil {
		return nil, fmt.Errorf("set up counters: %w", err)
	}
	return c, nil
}

// observe counts one source that was pulled.
func (c *pollCounters) observe(r pipeline.Result) {
	if r.Outcome != "" {
		c.polls.WithLabelValues(string(r.Outcome)).Inc()
	}
	for state, n := range map[string]int{"new": r.Entries.New, "changed": r.Entries.Changed, "same": r.Entries.Same, "dropped": r.Entries.Dropped} {
		c.entries.WithLabelValues(state).Add(float64(n))
	}
}

// sourceGauge counts the sources by health when it is asked, which is the same in all
// processes on one database.
type sourceGauge struct {
	sources func(ctx context.Context) ([]store.SourceState, error)
	now     func() time.Time
	desc    *prometheus.Desc
}

func newSourceGauge(sources func(ctx context.Context) ([]store.SourceState, error), now func() time.Time) *sourceGauge {
	return &sourceGauge{sources: sources, now: now, desc: prometheus.NewDesc("tributary_sources",
		"Enabled sources by health: ok, warning, failing, gone, never.", []string{"health"}, nil)}
}

// Describe is prometheus.Collector's.
func (g *sourceGauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc }

// Collect is prometheus.Collector's.
func (g *sourceGauge) Collect(ch chan<- prometheus.Metric) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	states, err := g.sources(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.desc, err)
		return
	}
	n := map[health.State]int{}
	for _, s := range states {
		if s.Enabled && !s.Retired {
			n[health.Of(s.Source, s.Polling, g.now()).State]++
		}
	}
	for _, state := range health.States() {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, float64(n[state]), string(state))
	}
}

// hubCounters are what /metrics says about what this process did for subscribers of our
// feeds.
type hubCounters struct{ events *prometheus.CounterVec }

func newHubCounters(registry *prometheus.Registry) (*hubCounters, error) {
	c := &hubCounters{events: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tributary_hub_total", Help: "What the WebSub hub did, by kind (request, question, delivery; ping to an external hub) and outcome."}, []string{"kind", "outcome"})}
	if err := registry.Register(c.events); err != nil {
		return nil, fmt.Errorf("set up counters: %w", err)
	}
	return c, nil
}

func (c *hubCounters) observe(kind string, o hub.Outcome) {
	c.events.WithLabelValues(kind, string(o)).Inc()
}

// subscriberGauge counts subscriptions to our feeds when it is asked, which is the same
// in all processes on one database.
type subscriberGauge struct {
	count func(ctx context.Context) (map[string]int, error)
	desc  *prometheus.Desc
}

func newSubscriberGauge(count func(ctx context.Context) (map[string]int, error)) *subscriberGauge {
	return &subscriberGauge{count: count, desc: prometheus.NewDesc("tributary_hub_subscribers",
		"Subscriptions to our feeds by state: pending, active, failing, denied.", []string{"state"}, nil)}
}

// Describe is prometheus.Collector's.
func (g *subscriberGauge) Describe(ch chan<- *prometheus.Desc) { ch <- g.desc }

// Collect is prometheus.Collector's.
func (g *subscriberGauge) Collect(ch chan<- prometheus.Metric) {
	const patience = 5 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	counts, err := g.count(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(g.desc, err)
		return
	}
	for _, state := range []string{"pending", "active", "failing", "denied"} {
		ch <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, float64(counts[state]), state)
	}
}
