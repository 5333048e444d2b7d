package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen is a viewer's end of a stream, safe to read while it is written.
type screen struct {
	mu     sync.Mutex
	header http.Header
	text   strings.Builder
	broken error
	stuck  chan struct{} // when set, writes wait for it
}

func (s *screen) Header() http.Header { return s.header }
func (s *screen) WriteHeader(int)     {}
func (s *screen) Flush()              {}

func (s *screen) Write(p []byte) (int, error) {
	if s.stuck != nil {
		<-s.stuck
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return 0, s.broken
	}
	return s.text.Write(p)
}

func (s *screen) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	text := s.text.String()
	s.text.Reset()
	return text
}

func newScreen() *screen { return &screen{header: make(http.Header)} }

// watch opens a stream and returns what it shows and what tells that it ended.
func watch(ctx context.Context, h *Hub, s Stream, lastID string) (*screen, <-chan error) {
	out, ended := newScreen(), make(chan error, 1)
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/events", nil)
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	go func() { ended <- h.Serve(out, r, s) }()
	synctest.Wait()
	return out, ended
}

func show(t *testing.T, s *screen, want string) {
	t.Helper()
	synctest.Wait()
	if got := s.take(); got != want {
		t.Errorf("stream shows %q, want %q", got, want)
	}
}

func over(t *testing.T, ended <-chan error) {
	t.Helper()
	synctest.Wait()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("stream ended with %v, want nil", err)
		}
	default:
		t.Fatal("the stream goes on, want it ended")
	}
}

func TestViewersSeeTheirTopicsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		h := NewHub()
		one, ended := watch(ctx, h, Stream{Topics: []string{"team/1", "user/9"}}, "")
		show(t, one, "id: open\n\n")
		if got := one.header.Get("Content-Type"); got != "text/event-stream" {
			t.Errorf("Content-Type = %q, want text/event-stream", got)
		}

		h.Publish("team/2", Event{Name: "tickets"})
		show(t, one, "")
		h.Publish("team/1", Event{Name: "tickets", ID: "5", Data: "7"})
		show(t, one, "id: 5\nevent: tickets\ndata: 7\n\n")
		h.Publish("user/9", Event{Name: "toast", Data: "a\nb\r\nc"})
		show(t, one, "event: toast\ndata: a\ndata: b\ndata: c\n\n")

		leave()
		over(t, ended)
		if got := h.Viewers("team/1"); got != 0 || len(h.topics) != 0 {
			t.Errorf("%d viewers, %d topics are left, want none", got, len(h.topics))
		}
	})
}

func TestNamesCannotForgeEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		h := NewHub()
		one, ended := watch(ctx, h, Stream{Topics: []string{"t"}}, "")
		one.take()
		h.Publish("t", Event{Name: "a\n\nevent: end", ID: "1\r\n\x00", Data: "x\revent: end"})
		show(t, one, "id: 1\nevent: aevent: end\ndata: x\ndata: event: end\n\n")
		leave()
		over(t, ended)
	})
}

func TestASlowViewerIsNeverWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		h := NewHub()
		v := newScreen()
		v.stuck = make(chan struct{})
		ended := make(chan error, 1)
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/events", nil)
		go func() { ended <- h.Serve(v, r, Stream{Topics: []string{"t"}}) }()
		synctest.Wait()

		for i := range 1000 {
			h.Publish("t", Event{Name: "tickets", ID: fmt.Sprint(i)})
		}
		close(v.stuck)
		show(t, v, "id: open\n\nid: 999\nevent: tickets\ndata: \n\n")

		v.stuck = make(chan struct{})
		for i := range 1000 {
			h.Publish("t", Event{Name: "ticket", Data: fmt.Sprint(i)})
		}
		synctest.Wait()
		close(v.stuck)
		synctest.Wait()
		if got := v.take(); !strings.HasSuffix(got, "event: resync\ndata: \n\n") || strings.Count(got, "\n\n") > maxPendingEvents+1 {
			t.Errorf("after a flood the stream shows %d events, want few and resync last", strings.Count(got, "\n\n"))
		}
		leave()
		over(t, ended)
	})
}

func TestTheMailboxOfAViewerIsBounded(t *testing.T) {
	v := newViewer()
	for i := range 20 {
		v.add(Event{Name: "big", ID: fmt.Sprint(i), Data: strings.Repeat("x", i) + strings.Repeat("y", 2<<10)})
	}
	if events, _ := v.take(); len(events) != 1 || events[0].Name != EventResync {
		t.Errorf("mailbox holds %d events, want one resync", len(events))
	}
	v.add(Event{Name: "small"})
	if events, _ := v.take(); len(events) != 1 || events[0].Name != "small" {
		t.Errorf("after the overflow the mailbox holds %v, want the new event", events)
	}
}

func TestReconnectingViewersAreToldToLookAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		h := NewHub()
		again, ended := watch(ctx, h, Stream{Topics: []string{"t"}}, "open")
		show(t, again, "id: open\n\nevent: resync\ndata: \n\n")

		var asked []string
		missed := func(_ context.Context, lastID string) bool {
			asked = append(asked, lastID)
			return lastID != "41"
		}
		for id, want := range map[string]string{
			"41": "id: open\n\n", "40": "id: open\n\nevent: resync\ndata: \n\n", "open": "id: open\n\nevent: resync\ndata: \n\n",
		} {
			v, _ := watch(ctx, h, Stream{Topics: []string{"t"}, Missed: missed}, id)
			show(t, v, want)
		}
		if len(asked) != 3 {
			t.Errorf("asked %q, want once for each stream", asked)
		}
		leave()
		over(t, ended)
	})
}

func TestKickedViewersGetTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		one, ended := watch(t.Context(), h, Stream{Topics: []string{"team/1", "session/a"}}, "")
		ctx, leave := context.WithCancel(t.Context())
		other, otherEnded := watch(ctx, h, Stream{Topics: []string{"team/1", "session/b"}}, "")
		one.take()
		other.take()

		h.Kick("session/a")
		show(t, one, "event: end\ndata: \n\n")
		over(t, ended)
		show(t, other, "")
		leave()
		over(t, otherEnded)
	})
}

func TestHeartbeatsAskWhetherTheViewerMayStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		var allowed atomic.Bool
		allowed.Store(true)
		v, ended := watch(t.Context(), h, Stream{
			Topics: []string{"t"},
			Alive:  func(context.Context) bool { return allowed.Load() },
		}, "")
		v.take()
		later(heartbeat)
		show(t, v, ":\n\n")
		allowed.Store(false)
		later(heartbeat)
		show(t, v, "event: end\ndata: \n\n")
		over(t, ended)
	})
}

func TestNothingIsPassedOnToAViewerThatMayNotStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		var denied atomic.Bool
		var asked atomic.Int64
		v, ended := watch(t.Context(), h, Stream{
			Topics: []string{"t"},
			Alive:  func(context.Context) bool { asked.Add(1); return !denied.Load() },
		}, "")
		v.take()
		for range 9 { // all of them in less than a second
			h.Publish("t", Event{Name: "a", Data: "{}"})
			show(t, v, "event: a\ndata: {}\n\n")
			later(trusted / 10)
		}
		if got := asked.Load(); got != 1 {
			t.Errorf("asked %d times within a second, want once", got)
		}
		denied.Store(true)
		later(trusted / 10)
		h.Publish("t", Event{Name: "a", Data: "{}"})
		show(t, v, "event: end\ndata: \n\n")
		over(t, ended)
	})
}

func TestAViewerThatIsGoneEndsAtTheNextWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		v, ended := watch(t.Context(), h, Stream{Topics: []string{"t"}}, "")
		v.mu.Lock()
		v.broken = errors.New("broken pipe")
		v.mu.Unlock()
		h.Publish("t", Event{Name: "tickets"})
		over(t, ended)
	})
}

func TestStreamsThatBeginAtOneMomentCountEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		h := NewHub()
		s := Stream{Topics: []string{"page", "session"}, Most: map[string]int{"session": 3, "page": 0}}
		answers := make(chan error, 20)
		for range 20 {
			go func() {
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/events", nil)
				answers <- h.Serve(newScreen(), r, s)
			}()
		}
		synctest.Wait()
		if got := h.Viewers("session"); got != 3 || len(answers) != 17 || h.Streams() != 3 {
			t.Errorf("%d streams began and %d were refused, want 3 and 17", got, len(answers))
		}
		for range len(answers) {
			if err := <-answers; status(err) != http.StatusTooManyRequests {
				t.Errorf("one too many: got %v, want 429", err)
			}
		}
		leave()
		for range 3 {
			over(t, answers)
		}
		_, ended := watch(t.Context(), h, s, "")
		if h.Viewers("session") != 1 {
			t.Error("no stream can begin after the others have ended")
		}
		h.Close()
		over(t, ended)
	})
}

func TestAClosedHubEndsAndRefusesStreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHub()
		_, ended := watch(t.Context(), h, Stream{Topics: []string{"t"}}, "")
		h.Close()
		h.Close()
		over(t, ended)
		_, refused := watch(t.Context(), h, Stream{Topics: []string{"t"}}, "")
		synctest.Wait()
		if got := status(<-refused); got != http.StatusServiceUnavailable {
			t.Errorf("a stream of a closed hub = %d, want 503", got)
		}
	})
}

func TestAPositionChangesWithWhatIsPublishedAndWithTheProcess(t *testing.T) {
	hub := NewHub()
	defer hub.Close()
	before := hub.Position()
	if got := hub.Position(); got != before {
		t.Errorf("the position went from %q to %q while nothing was published", before, got)
	}
	hub.Publish("team/1", Event{Name: "tickets"})
	if hub.Position() == before {
		t.Error("the position stayed although something was published")
	}
	other := NewHub()
	defer other.Close()
	if other.Position() == before {
		t.Error("another hub has the same position")
	}
}
