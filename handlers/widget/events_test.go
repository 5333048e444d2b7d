package widget_test

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// stream is a live page of a visitor.
type stream struct {
	t      *testing.T
	status int
	lines  *bufio.Scanner
	end    func()
}

// live opens a stream; query proves who it is for. It returns once the stream has begun, or was refused.
func (f *fixture) live(t *testing.T, query string) *stream {
	t.Helper()
	server := httptest.NewServer(f.handler)
	t.Cleanup(server.Close)
	ctx, end := context.WithCancel(t.Context())
	t.Cleanup(end)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+base+"/events?token="+f.token+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if got := answer.Header.Get("Access-Control-Allow-Origin"); got != "*" {
		t.Errorf("Access-Control-Allow-Origin is %q, want *", got)
	}
	s := &stream{t: t, status: answer.StatusCode, lines: bufio.NewScanner(answer.Body), end: end}
	for opening := s.status == http.StatusOK; opening; {
		opening = s.lines.Scan() && s.lines.Text() != ""
	}
	return s
}

// next is the next event with its data, "" when the stream has ended.
func (s *stream) next() string {
	s.t.Helper()
	var event []string
	for s.lines.Scan() {
		if s.lines.Text() == "" && len(event) > 0 {
			break
		}
		event = append(event, s.lines.Text())
	}
	return strings.Join(event, " ")
}

const toldToLook = "event: message data: {}"

func TestALivePageIsToldOfWhatItsVisitorMaySee(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		mine := f.open("Hello")
		theirs := f.post("/message", map[string]any{"message": "x", "widget_session_id": other, "distinct_id": "d-2"}).word("ticket_id")
		page, end := f.live(t, "&widget_session_id="+ours), f.live(t, "&widget_session_id="+other)
		f.change(mine, desk.AddMessage{Body: "secret", Private: true})
		f.change(mine, desk.SetTags{Tags: []string{"vip"}})
		f.change(mine, desk.MarkRead{})
		f.change(theirs, desk.AddMessage{Body: "not yours"})
		wantSame(t, "the other's page", end.next(), toldToLook)

		// Whatever was told before this would come before it.
		f.hub.Hint(widget.TicketTopic(f.ticket(mine).ID), web.Event{Name: "mark", Data: "{}"})
		wantSame(t, "after what is not theirs to see", page.next(), "event: mark data: {}")
		f.change(mine, desk.AddMessage{Body: "Hi"})
		wantSame(t, "a reply", page.next(), toldToLook)
		f.change(mine, desk.SetStatus{To: desk.Resolved})
		wantSame(t, "a status", page.next(), toldToLook)
		widget.Announce(f.hub, store.Note{TeamID: f.team})
		wantSame(t, "very much in another process", page.next(), toldToLook)
	})
}

func TestWhoMayNotStreamIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.open("Hello")
		for query, want := range map[string]int{
			"":                                 http.StatusBadRequest,
			"x&widget_session_id=" + ours:      http.StatusForbidden, // another token
			"&widget_session_id=" + ours:       http.StatusOK,
			"&widget_session_id=7":             http.StatusBadRequest,
			"&_hp=1&widget_session_id=" + ours: http.StatusBadRequest,
			"&identity_distinct_id=zoe&identity_hash=" + strings.Repeat("0", 64): http.StatusForbidden,
		} {
			if got := f.live(t, query).status; got != want {
				t.Errorf("%q: %d, want %d", query, got, want)
			}
		}
	})
}

func TestLivePagesOfOneVisitorAndOneAddressAreBounded(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits.Streams, f.door.Limits.AddressLive = 2, 3
		for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
			wantSame(t, "page of one visitor", [2]int{i, f.live(t, "&widget_session_id="+ours).status}, [2]int{i, want})
		}
		for i, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
			wantSame(t, "page of another", [2]int{i, f.live(t, "&widget_session_id="+other).status}, [2]int{i, want})
		}
	})
}

func TestALivePageGoesOnAsLongAsNothingElseIsTheirs(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("Hello")
		for what, change := range map[string]func(){
			"nothing":              func() {},
			"another ticket":       func() { f.open("Another") },
			"the widget is off":    func() { f.setWidget(func(w *store.Widget) { w.Enabled = false }) },
			"their ticket changed": func() { f.change(id, desk.SetStatus{To: desk.Resolved}) },
		} {
			f.setWidget(func(w *store.Widget) { w.Enabled = true })
			w, err := f.store.Widget(t.Context(), f.team)
			if err != nil {
				t.Fatal(err)
			}
			goesOn, err := f.door.LiveOf(t.Context(), w, ours)
			if err != nil {
				t.Fatal(err)
			}
			change()
			want := what == "nothing" || what == "their ticket changed"
			if got := goesOn(t.Context()); got != want {
				t.Errorf("%s: goes on %t, want %t", what, got, want)
			}
		}
	})
}

func TestAVisitorIsToldWhatAnotherProcessDid(t *testing.T) {
	c := storetest.Postgres(t)
	f := newFixture(t, c)
	c.Now = func() time.Time { return f.now }
	agents, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = agents.Close() })
	<-f.store.Wakes() // it listens
	id := f.open("Hello")
	page := f.live(t, "&widget_session_id="+ours)
	if _, err := agents.ChangeTicket(t.Context(), f.agent, f.team, f.ticket(id).ID, desk.AddMessage{Body: "Hi"}); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "a reply", page.next(), toldToLook)
}
