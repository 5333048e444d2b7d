package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"signalbox/store"
	"signalbox/web"
)

// scrapeTimeout is how long the database may take to tell of itself.
const scrapeTimeout = 2 * time.Second

// gauges read how things stand at each scrape: what waits in the database, which all its processes share, and what
// this process holds open.
type gauges struct {
	store *store.Store
	hub   *web.Hub
	log   *slog.Logger
	now   func() time.Time

	up, events, oldest, jobs, streams, connections, waits, waited *prometheus.Desc
}

func newGauges(s *store.Store, hub *web.Hub, log *slog.Logger) *gauges {
	most := " Counted up to 10001."
	return &gauges{
		store: s, hub: hub, log: log, now: time.Now,
		up:          gauge("database_up", "1 when the database answered this scrape."),
		events:      gauge("events", "Events in the database that wait for their workflows, or were given up (parked)."+most, "state"),
		oldest:      gauge("event_oldest_waiting_seconds", "How long the oldest waiting event has waited; 0 without one."),
		jobs:        gauge("jobs", "Jobs in the database that wait for their time or a free hand, or failed for good."+most, "state"),
		streams:     gauge("live_streams", "Live streams that this process serves."),
		connections: gauge("database_connections", "Connections of this process to the database.", "pool", "state"),
		waits:       gauge("database_waits_total", "How often somebody waited for a connection.", "pool"),
		waited:      gauge("database_wait_seconds_total", "How long all of them waited for connections.", "pool"),
	}
}

// gauge is a value that is read when it is asked for.
func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("signalbox_"+name, help, labels, nil)
}

// Describe implements prometheus.Collector.
func (g *gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{g.up, g.events, g.oldest, g.jobs, g.streams, g.connections, g.waits, g.waited} {
		to <- d
	}
}

// Collect implements prometheus.Collector. Without the database it tells the rest.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	tell(g.streams, float64(g.hub.Streams()))
	for _, p := range g.store.Pools() {
		tell(g.connections, float64(p.Most), p.Name, "most")
		tell(g.connections, float64(p.Busy), p.Name, "busy")
		tell(g.connections, float64(p.Idle), p.Name, "idle")
		to <- prometheus.MustNewConstMetric(g.waits, prometheus.CounterValue, float64(p.Waits), p.Name)
		to <- prometheus.MustNewConstMetric(g.waited, prometheus.CounterValue, p.Waited.Seconds(), p.Name)
	}

	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout) // a scrape brings none
	defer cancel()
	load, err := g.store.Load(ctx)
	if err != nil {
		g.log.ErrorContext(ctx, "read the load for metrics", "error", err)
		tell(g.up, 0)
		return
	}
	tell(g.up, 1)
	tell(g.events, float64(load.EventsWaiting), "waiting")
	tell(g.events, float64(load.EventsParked), "parked")
	tell(g.jobs, float64(load.JobsWaiting), "waiting")
	tell(g.jobs, float64(load.JobsFailed), "failed")
	age := 0.0
	if !load.OldestEvent.IsZero() {
		age = max(0, g.now().Sub(load.OldestEvent).Seconds())
	}
	tell(g.oldest, age)
}
