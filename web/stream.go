package web

import (
	"bytes"
	"context"
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
	streamTimeout = 10 * time.Second // for one write to a viewer
	openingID     = "open"
)

// Stream says what one live connection follows.
type Stream struct {
	Topics []string
	// Missed is asked once, after the topics are joined, whether the viewer may
	// have missed something since lastID: the last Event.ID it got, "" when it got
	// none. Without it every reconnection counts as missed.
	Missed func(ctx context.Context, lastID string) bool
	// Alive is asked at every heartbeat; false ends the stream for good.
	Alive func(ctx context.Context) bool
}

// Serve streams events to one viewer until the viewer, the server or the hub
// ends, or the viewer is kicked. It returns an error only when nothing was sent.
func (h *Hub) Serve(w http.ResponseWriter, r *http.Request, s Stream) error {
	v := newViewer()
	if err := h.join(v, s.Topics); err != nil {
		return err
	}
	defer h.leave(v, s.Topics)

	out := &streamWriter{w: w, control: http.NewResponseController(w)}
	out.open()
	opening := []Event{{ID: openingID}}
	if missed(r, s) {
		opening = append(opening, Event{Name: EventResync})
	}
	if out.send(opening...) != nil {
		return nil
	}
	h.follow(r.Context(), v, s, out)
	return nil
}

func missed(r *http.Request, s Stream) bool {
	lastID := r.Header.Get("Last-Event-ID")
	if s.Missed != nil {
		return s.Missed(r.Context(), strings.TrimPrefix(lastID, openingID))
	}
	return lastID != ""
}

// follow is all that an idle viewer's goroutine stands in; it must stay shallow.
func (h *Hub) follow(ctx context.Context, v *viewer, s Stream, out *streamWriter) {
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	stopping := closing(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-stopping:
			return
		case <-h.done:
			return
		case <-beat.C:
			if s.Alive != nil && !s.Alive(ctx) {
				_ = out.send(Event{Name: EventEnd})
				return
			}
			if out.beat() != nil {
				return
			}
		case <-v.wake:
			events, kicked := v.take()
			if kicked {
				_ = out.send(Event{Name: EventEnd})
				return
			}
			if out.send(events...) != nil {
				return
			}
		}
	}
}

type streamWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (o *streamWriter) open() {
	// The server's read deadline would cancel the request's context. Writers
	// without deadlines (tests) are fine.
	_ = o.control.SetReadDeadline(time.Time{})
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	o.w.WriteHeader(http.StatusOK)
}

func (o *streamWriter) beat() error { return o.write([]byte(":\n\n")) }

func (o *streamWriter) send(events ...Event) error {
	if len(events) == 0 {
		return nil
	}
	var buf bytes.Buffer
	for _, e := range events {
		encode(&buf, e)
	}
	return o.write(buf.Bytes())
}

// write gives a viewer that does not read a few seconds, then gives up on it.
func (o *streamWriter) write(p []byte) error {
	_ = o.control.SetWriteDeadline(time.Now().Add(streamTimeout))
	if _, err := o.w.Write(p); err != nil {
		return err
	}
	return o.control.Flush()
}

// encode writes e in the event-stream format of the HTML standard. An event
// without a name only sets the browser's last id.
func encode(buf *bytes.Buffer, e Event) {
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
