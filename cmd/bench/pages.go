package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"signalbox/store/storetest"
)

// page is an address that is asked for again and again by a signed-in agent.
type page struct {
	handler http.Handler
	path    string
	cookie  *http.Cookie
}

func (p page) request(ctx context.Context, base string) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+p.path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", p.path, err)
	}
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Accept-Encoding", "gzip")
	r.AddCookie(p.cookie)
	return r, nil
}

// call answers a request without a network.
func (p page) call(ctx context.Context) func() error {
	return func() error {
		r, err := p.request(ctx, "")
		if err != nil {
			return err
		}
		w := &sink{header: http.Header{}}
		p.handler.ServeHTTP(w, r)
		if w.status != http.StatusOK {
			return fmt.Errorf("%s answered %d", p.path, w.status)
		}
		return nil
	}
}

// sink is an answer that nobody reads.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *sink) Write(p []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	return len(p), nil
}

// plain is the same bytes as a file, behind the same middleware.
func (p page) plain(ctx context.Context, s *site) (page, int, error) {
	r, err := p.request(ctx, "")
	if err != nil {
		return page{}, 0, err
	}
	r.Header.Del("Accept-Encoding")
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	body := w.Body.Bytes()
	if w.Code != http.StatusOK {
		return page{}, 0, fmt.Errorf("%s answered %d: %s", p.path, w.Code, body)
	}
	p.handler = s.around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "page.html", time.Time{}, bytes.NewReader(body))
	}))
	return p, len(body), nil
}

// overLoopback asks through a real server; the client's own work is in the figures.
func (p page) overLoopback(ctx context.Context, clients, calls int) (each []time.Duration, all time.Duration, err error) {
	server := httptest.NewServer(p.handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	defer client.CloseIdleConnections()
	ask := func(int, int) error {
		r, err := p.request(ctx, server.URL)
		if err != nil {
			return err
		}
		return fetch(client, r)
	}
	if _, _, err := load(ctx, clients, calls/4+clients, ask); err != nil { // warms up
		return nil, 0, err
	}
	return load(ctx, clients, calls, ask)
}

// fetch reads a whole answer.
func fetch(client *http.Client, r *http.Request) error {
	answer, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d", r.URL.Path, answer.StatusCode)
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return fmt.Errorf("read %s: %w", r.URL.Path, err)
	}
	return nil
}

// inboxPath is where agents work: what waits for us, newest first.
const inboxPath = "/tickets?view=waiting"

func inbox(ctx context.Context, b *bench) ([]line, error) {
	small, err := b.desk(ctx, b.size.small)
	if err != nil {
		return nil, err
	}
	large, err := b.desk(ctx, b.size.large)
	if err != nil {
		return nil, err
	}
	pages := [2]page{{small.site, inboxPath, small.cookie}, {large.site, inboxPath, large.cookie}}
	file, bytes, err := pages[1].plain(ctx, large.site)
	if err != nil {
		return nil, err
	}
	floor, err := storetest.OpenFloor(ctx, large.config)
	if err != nil {
		return nil, err
	}
	defer func() { _ = floor.Close() }()

	var used []time.Duration
	err = b.profiled(func() (err error) {
		used, err = cpuEach(ctx, b.size.calls, pages[0].call(ctx), pages[1].call(ctx), file.call(ctx), func() error {
			return floor.List(ctx, large.team)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	lines := []line{
		against("server CPU, "+count(b.size.large)+" tickets, ÷ same bytes as a file", "≤ 1 ms", used[1], used[2]),
		against("the same, ÷ the list's bare SQL", "", used[1], used[3]),
		against("the same, ÷ "+count(b.size.small)+" tickets", "≤ 1.30", used[1], used[0]),
	}
	more, err := network(ctx, b, pages[1], file)
	lines = append(lines, more...)
	return append(lines, line{what: "page, not packed", measured: fmt.Sprintf("%d kB", bytes>>10)}), err
}

// network measures what a browser sees.
func network(ctx context.Context, b *bench, p, file page) ([]line, error) {
	const clients = 8
	one, _, err := p.overLoopback(ctx, 1, b.size.calls)
	if err != nil {
		return nil, err
	}
	fileOne, _, err := file.overLoopback(ctx, 1, b.size.calls)
	if err != nil {
		return nil, err
	}
	many, took, err := p.overLoopback(ctx, clients, 4*b.size.calls)
	if err != nil {
		return nil, err
	}
	fileMany, fileTook, err := file.overLoopback(ctx, clients, 4*b.size.calls)
	if err != nil {
		return nil, err
	}
	pages, files := float64(len(many))/took.Seconds(), float64(len(fileMany))/fileTook.Seconds()
	return []line{
		against("p50 over loopback, one client", "≤ 3 ms", percentile(one, 50), percentile(fileOne, 50)),
		{"pages over loopback, 8 clients in this process", "≥ 1500/s", rate(pages), rate(files), ratio(pages, files)},
	}, nil
}

func count(n int) string {
	switch {
	case n >= 1_000_000:
		return strconv.Itoa(n/1_000_000) + " M"
	case n >= 1_000:
		return strconv.Itoa(n/1_000) + " k"
	}
	return strconv.Itoa(n)
}
