package widget_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/web"
)

// The visitors' own ends live in this process, too, and are part of what is counted.
func TestALivePageCostsLittleMemory(t *testing.T) {
	const pages, limit = 300, 30 << 10
	f := newFixture(t, store.Config{Dir: t.TempDir()})
	f.door.Limits = noLimits
	listen, err := web.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serving, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- web.Serve(serving, listen, f.handler, slog.New(slog.DiscardHandler)) }()

	f.liveConn(t, listen.Addr(), pages)
	before := inUse()
	open := make([]net.Conn, pages)
	for i := range open {
		open[i] = f.liveConn(t, listen.Addr(), i)
	}
	if each := (inUse() - before) / pages; each > limit {
		t.Errorf("a live page costs %d bytes, want at most %d", each, limit)
	}
	if got := f.hub.Viewers(fmt.Sprintf("visitors/%d", f.team)); got != pages+1 {
		t.Errorf("%d pages are live, want %d", got, pages+1)
	}
	stop()
	if err := <-served; err != nil {
		t.Errorf("serve: %v", err)
	}
	runtime.KeepAlive(open)
}

// liveConn opens a live page of a session of its own.
func (f *fixture) liveConn(t *testing.T, server net.Addr, session int) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "GET %s/events?token=%s&widget_session_id=018f0000-0000-7000-8000-%012d HTTP/1.1\r\nHost: desk\r\n\r\n",
		base, f.token, session)
	for lines := bufio.NewReaderSize(conn, 16); err == nil; {
		var line string
		if line, err = lines.ReadString('\n'); strings.HasPrefix(line, "id: open") {
			return conn
		}
	}
	t.Fatalf("the stream broke off: %v", err)
	return nil
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC() // the second one shrinks stacks and empties pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
