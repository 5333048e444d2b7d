package widget_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// onWire serves a desk as the program does: with a limit on all bodies, and little patience.
func onWire(t *testing.T, patience time.Duration) (f *fixture, server *httptest.Server, dir string) {
	t.Helper()
	dir = t.TempDir()
	f = newFixture(t, store.Config{Dir: dir})
	server = httptest.NewUnstartedServer(web.LimitBody(2 << 20)(f.handler))
	server.Config.ReadTimeout = patience
	server.Start()
	t.Cleanup(server.Close)
	return f, server, dir
}

// dial sends the head of a request and as much of its body as is given.
func (f *fixture) dial(t *testing.T, server *httptest.Server, target string, announced int, body string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: desk\r\nX-Conversations-Token: %s\r\nContent-Length: %d\r\n\r\n%s",
		base+target, f.token, announced, body)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// No byte of the bodies is ever sent: only a server that waits for none can answer.
func TestBodiesThatAreTooLongAreRefusedBeforeTheyAreRead(t *testing.T) {
	f, server, _ := onWire(t, time.Minute)
	for target, size := range map[string]int{"/message": 1<<20 + 1, "/upload?widget_session_id=" + ours: desk.MaxFile + 1} {
		answer, err := http.ReadResponse(bufio.NewReader(f.dial(t, server, target, size, "")), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // what it says is not looked at
		if answer.StatusCode != http.StatusRequestEntityTooLarge || answer.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d with %v, want 413 that every page may read", target, answer.StatusCode, answer.Header)
		}
	}
}

func TestAFileLongerThanOtherBodiesIsTaken(t *testing.T) {
	f, server, _ := onWire(t, time.Minute)
	body := strings.Repeat("x", 3<<20)
	conn := f.dial(t, server, "/upload?widget_session_id="+ours, len(body), body)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	wantSame(t, "status", answer.StatusCode, http.StatusOK)
}

func TestWhoStallsOrLeavesHoldsNothing(t *testing.T) {
	f, server, dir := onWire(t, 100*time.Millisecond)
	half := `{"message":"half of it","widget_session_id":"` + ours + `","distinct_id":"d"`
	stalls := f.dial(t, server, "/message", 200, half)
	leaves := f.dial(t, server, "/message", 200, half)
	upload := f.dial(t, server, "/upload?widget_session_id="+ours, 200, "half of it") // may stall: lines of phones do
	for _, conn := range []net.Conn{leaves, upload} {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil { //nolint:errcheck,forcetypeassert // it was dialed so
			t.Fatal(err)
		}
	}
	for what, conn := range map[string]net.Conn{"stalls": stalls, "leaves": leaves, "leaves an upload": upload} {
		text, err := io.ReadAll(conn) // the server hangs up
		if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 400") {
			t.Errorf("%s: answered %q (%v), want 400 and the end", what, text, err)
		}
	}
	f.live(t, "&widget_session_id="+ours).end() // its server waits for it
	server.Close()

	wantSame(t, "tickets", f.listed(t, ours), []string{})
	spool := filepath.Join(dir, "files", "spool")
	if left, err := os.ReadDir(spool); err != nil || len(left) != 0 {
		t.Errorf("%v is left on the disk (%v)", left, err)
	}
}

func TestLimitsHoldAcrossProcesses(t *testing.T) {
	c := storetest.Postgres(t)
	f := newFixture(t, c)
	c.Now = func() time.Time { return f.now }
	second, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close() })
	f.door.Counter = f.store
	other := *f.door
	other.Store, other.Counter = second, second
	doors := []*widget.Door{f.door, &other}
	for i := range 61 {
		f.mount(doors[i%2])
		want := http.StatusOK
		if i == 60 {
			want = http.StatusTooManyRequests
		}
		a := f.get("/tickets?widget_session_id=" + ours)
		wantStatus(t, fmt.Sprintf("call %d of a session", i+1), a, want)
	}
	for i, door := range doors {
		f.mount(door)
		f.door.Limits.AddressFiles, other.Limits.AddressFiles = 1, 1
		a := f.do(http.MethodPost, base+"/upload?widget_session_id=018f0000-0000-7000-8000-000000000009", "x")
		wantStatus(t, fmt.Sprintf("file %d of an address", i+1), a, []int{http.StatusOK, http.StatusTooManyRequests}[i])
	}
}
