package web

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// A desk of many agents holds many open pages, nearly all of them idle. The
// viewers' own ends live in this process too and are part of what is counted.
func TestAnIdleViewerCostsLittleMemory(t *testing.T) {
	const viewers, limit = 400, 30 << 10
	compress, err := Compress()
	if err != nil {
		t.Fatal(err)
	}
	hub := NewHub()
	e, _ := testErrors()
	h := e.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return hub.Serve(w, r, Stream{Topics: []string{"team"}})
	})
	chain := WithRequestID(WithClientIP(nil)(AccessLog(slog.New(slog.DiscardHandler))(e.Recover(
		SecurityHeaders("")(compress(h))))))
	url, stop, result := start(t, chain)

	before := inUse()
	conns := make([]net.Conn, viewers)
	for i := range conns {
		conns[i] = open(t, strings.TrimPrefix(url, "http://"))
	}
	for range 2 {
		hub.Publish("team", Event{Name: "tickets"})
	}
	each := (inUse() - before) / viewers
	t.Logf("%d bytes for each idle viewer", each)
	if each > limit {
		t.Errorf("an idle viewer costs %d bytes, want at most %d", each, limit)
	}

	for _, c := range conns {
		_ = c.Close()
	}
	stop()
	if err := <-result; err != nil {
		t.Errorf("Serve = %v, want nil", err)
	}
}

func open(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET /events HTTP/1.1\r\nHost: desk\r\nAccept-Encoding: gzip\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	// A small reader: what matters is that the opening has arrived.
	lines := bufio.NewReaderSize(c, 16)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("stream broke off: %v", err)
		}
		if strings.HasPrefix(line, "id: open") {
			return c
		}
	}
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC() // the second one shrinks stacks and empties pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
