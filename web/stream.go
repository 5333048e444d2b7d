package web

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"time"
)

// Events that the hub itself sends.
const (
	EventResync = "resync" // signals may have been missed: fetch again
	EventEnd    = "end"    // no longer allowed: do not reconnect
)

const (
	heartbeat     = 25 * time.Second // proxies cut silent connections after 30 to 60 s
	trusted       = time.Second      // how long an answer of Stream.Alive counts for events: a busy team has many of both
	streamTimeout = 10 * time.Second // for one write to a viewer
	openingID     = "open"
)

// Stream says what one live connection follows.
type Stream struct {
	Topics []string
	// Most says of some of the topics how many streams may follow them at a time; 0 is without limit. One too many is
	// refused as Throttled.
	Most map[string]int
	// Missed is asked once, after the topics are joined, whether the viewer may
	// have missed something since lastID: the last Event.ID it got, "" when it got
	// none. Without it every reconnection counts as missed.
	Missed func(ctx context.Context, lastID string) bool
	// Alive is asked at every heartbeat (25 s), and before an event is passed on unless it was within the last second.
	// It has 10 s to answer; false ends the stream for good, so when in doubt it says true.
	Alive func(ctx context.Context) bool
}

func (s Stream) alive(ctx context.Context) bool {
	if s.Alive == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, streamTimeout)
	defer cancel()
	return s.Alive(ctx)
}

// gate lets events pass while their viewer may stay, and believes an answer for a while.
type gate struct {
	stream Stream
	asked  time.Time
}

func (g *gate) open(ctx context.Context) bool {
	if time.Since(g.asked) < trusted {
		return true
	}
	g.asked = time.Now()
	return g.stream.alive(ctx)
}

// Serve streams events to one viewer until the viewer, the server or the hub
// ends, or the viewer is kicked. It returns an error only when nothing was sent.
// Under web.Serve it returns as soon as the stream has begun, because a handler
// that waits costs three times the memory of the stream itself. HEAD opens none.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, s Stream) error {
	if r.Method == http.MethodHead {
		describe(w.Header())
		return nil
	}
	v := newViewer()
	if err := h.join(v, s); err != nil {
		return err
	}
	hello := greeting(r, s)
	describe(w.Header())

	if life := lifelineOf(r.Context()); life != nil {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			head := answerHead(w.Header())
			life.run(func(ctx context.Context) {
				ctx, stop := whileOpen(ctx, conn)
				defer stop()
				h.stream(ctx, v, s, connWriter(conn), append(head, hello...))
			})
			return nil
		}
	}
	w.WriteHeader(http.StatusOK)
	h.stream(r.Context(), v, s, responseWriter(w), hello)
	return nil
}

// whileOpen ends the context as soon as the viewer's end is closed, which writing alone would only find out at the
// next heartbeats. Nothing more may come on a connection whose answer ends with it, so whatever is read ends it too.
// stop closes the connection.
func whileOpen(ctx context.Context, conn net.Conn) (open context.Context, stop func()) {
	open, cancel := context.WithCancel(ctx)
	left := make(chan struct{})
	go func() {
		defer close(left)
		defer cancel()
		_, _ = conn.Read(make([]byte, 1))
	}()
	return open, func() {
		_ = conn.Close()
		<-left
	}
}

// stream writes the opening and then whatever comes, until it is over.
func (h *Hub) stream(ctx context.Context, v *viewer, s Stream, write writer, opening []byte) {
	defer h.leave(v, s.Topics)
	if write(opening) != nil {
		return
	}

	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	gate := gate{stream: s}
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.done:
			return
		case <-beat.C:
			if !s.alive(ctx) {
				_ = write(encode(Event{Name: EventEnd}))
				return
			}
			if write([]byte(":\n\n")) != nil {
				return
			}
		case <-v.wake:
			events, kicked := v.take()
			if kicked || len(events) > 0 && !gate.open(ctx) {
				_ = write(encode(Event{Name: EventEnd}))
				return
			}
			if len(events) > 0 && write(encode(events...)) != nil {
				return
			}
		}
	}
}

// greeting gives the browser an id to come back with, and tells one that has
// missed something.
func greeting(r *http.Request, s Stream) []byte {
	lastID := r.Header.Get("Last-Event-ID")
	missed := lastID != ""
	if s.Missed != nil {
		missed = s.Missed(r.Context(), strings.TrimPrefix(lastID, openingID))
	}
	if missed {
		return encode(Event{ID: openingID}, Event{Name: EventResync})
	}
	return encode(Event{ID: openingID})
}

func describe(h http.Header) {
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
}

// answerHead is the status line and headers of an answer that ends with its connection.
func answerHead(h http.Header) []byte {
	var buf bytes.Buffer
	buf.WriteString("HTTP/1.1 200 OK\r\nConnection: close\r\n")
	_ = h.Write(&buf)
	buf.WriteString("\r\n")
	return buf.Bytes()
}

// writer sends bytes to a viewer at once. One that does not read gets a few
// seconds, then it is given up.
type writer func(p []byte) error

func connWriter(conn net.Conn) writer {
	return func(p []byte) error {
		if err := conn.SetWriteDeadline(time.Now().Add(streamTimeout)); err != nil {
			return err
		}
		_, err := conn.Write(p)
		return err
	}
}

// responseWriter is for connections that cannot be taken over. Those without
// deadlines are fine too.
func responseWriter(w http.ResponseWriter) writer {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // the server's would cancel the request
	return func(p []byte) error {
		_ = control.SetWriteDeadline(time.Now().Add(streamTimeout))
		if _, err := w.Write(p); err != nil {
			return err
		}
		return control.Flush()
	}
}

// encode gives events in the event-stream format of the HTML standard. One
// without a name only sets the browser's last id.
func encode(events ...Event) []byte {
	var buf bytes.Buffer
	for _, e := range events {
		e.write(&buf)
	}
	return buf.Bytes()
}

func (e Event) write(buf *bytes.Buffer) {
	if e.ID != "" {
		buf.WriteString("id: " + oneLine(e.ID) + "\n")
	}
	if e.Name != "" {
		buf.WriteString("event: " + oneLine(e.Name) + "\n")
		data := strings.ReplaceAll(strings.ReplaceAll(e.Data, "\r\n", "\n"), "\r", "\n")
		for line := range strings.SplitSeq(data, "\n") {
			buf.WriteString("data: " + line + "\n")
		}
	}
	buf.WriteByte('\n')
}

func oneLine(s string) string {
	return strings.NewReplacer("\r", "", "\n", "", "\x00", "").Replace(s)
}
