package main

import (
	"log/slog"
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"signalbox/web"
)

// meters count what this process does, for Prometheus. All names begin with signalbox_ but those of the Go runtime.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	runs     *prometheus.CounterVec
	attempts *prometheus.CounterVec
}

func newMeters() *meters {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "signalbox", Name: name, Help: help}, labels)
	}
	m := &meters{
		registry: prometheus.NewRegistry(),
		requests: counter("http_requests_total", "Answered requests by their route, never by their address.", "method", "route", "status"),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "signalbox", Name: "http_request_seconds", Help: "How long an answer took, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5},
		}, []string{"route"}),
		runs:     counter("runs_total", "Workflows that this process considered, by outcome. One that waits counts again when it goes on.", "outcome"),
		attempts: counter("job_attempts_total", "Attempts of jobs by this process: done, retried later, failed for good.", "kind", "result"),
	}
	m.registry.MustRegister(m.requests, m.took, m.runs, m.attempts, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), buildInfo())
	return m
}

// buildInfo is always 1: what it tells is in its labels.
func buildInfo() prometheus.Collector {
	b := readBuild()
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Namespace: "signalbox", Name: "build_info", Help: "The build that runs.",
		ConstLabels: prometheus.Labels{"version": b.Version, "revision": b.Revision, "go": b.Go},
	})
	info.Set(1)
	return info
}

func (m *meters) measured(r web.Measurement) {
	m.requests.WithLabelValues(r.Method, r.Route, strconv.Itoa(r.Status)).Inc()
	m.took.WithLabelValues(r.Route).Observe(r.Took.Seconds())
}

// scrape answers /metrics to whoever may look behind the pages.
func (m *meters) scrape(token string, log *slog.Logger) http.HandlerFunc {
	answer := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		DisableCompression: true, // all answers are packed further out
		ErrorHandling:      promhttp.ContinueOnError,
		ErrorLog:           slog.NewLogLogger(log.Handler(), slog.LevelError),
	})
	return func(w http.ResponseWriter, r *http.Request) {
		if !maySeeInside(r, token) {
			http.Error(w, "Metrics are shown to whoever has the --metrics-token, and to programs on this machine.", http.StatusForbidden)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		answer.ServeHTTP(w, r)
	}
}
