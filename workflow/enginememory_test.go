package workflow

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

// memory keeps events in a map; it fails the test when one ticket is processed twice at once.
type memory struct {
	t     *testing.T
	takes time.Duration // how long an event takes
	wakes chan struct{}

	mu        sync.Mutex
	pending   map[int64][]int64 // event ids by ticket
	fresh     []Lane
	forgets   bool // it says that it does not know which lanes are fresh
	processed []int64
	busy      map[int64]bool
	most      int // tickets that were busy at once
	broken    map[int64]error
	failed    []int64
	snoozed   int
	alerts    int
	looks     int           // calls of ProcessNext
	listed    int           // calls of Pending
	due       time.Time     // of the last of them
	slowLook  time.Duration // how long it takes to find nothing
}

func newMemory(t *testing.T) *memory {
	return &memory{t: t, wakes: make(chan struct{}, 1), pending: map[int64][]int64{}, busy: map[int64]bool{}, broken: map[int64]error{}}
}

// add commits events of a ticket; quiet ones tell nobody, like another process that died before it could.
func (m *memory) add(ticket int64, events ...int64) {
	m.addQuietly(ticket, events...)
	m.mu.Lock()
	m.fresh = append(m.fresh, Lane(ticket))
	m.mu.Unlock()
	select {
	case m.wakes <- struct{}{}:
	default:
	}
}

func (m *memory) addQuietly(ticket int64, events ...int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending[ticket] = append(m.pending[ticket], events...)
}

func (m *memory) done() []int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.processed)
}

func (m *memory) Wakes() <-chan struct{} { return m.wakes }

func (m *memory) Fresh() ([]Lane, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fresh := m.fresh
	m.fresh = nil
	if m.forgets {
		return nil, false
	}
	return fresh, true
}

func (m *memory) Pending(_ context.Context, now time.Time, limit int) ([]Lane, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.listed++
	m.due = now
	var out []Lane
	for id, events := range m.pending {
		if len(events) > 0 && m.broken[id] == nil {
			out = append(out, Lane(id))
		}
	}
	slices.Sort(out)
	return out[:min(limit, len(out))], nil
}

func (m *memory) ProcessNext(ctx context.Context, lane Lane, now time.Time, decide Decide) (Work, error) {
	ticket := int64(lane)
	event, err := m.claim(ticket)
	if event == 0 || err != nil {
		<-time.After(m.slowLook)
		return Work{Event: event}, err
	}
	select {
	case <-time.After(m.takes):
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.busy[ticket] = false
	if ctx.Err() != nil {
		return Work{}, ctx.Err()
	}
	claim := Claim{Event: Event{ID: event, TicketID: ticket}, Directory: &Directory{}, NewID: func() desk.ID { return desk.ID{} }}
	if _, err := decide(ctx, claim, now); err != nil {
		return Work{Event: event}, err
	}
	m.pending[ticket] = m.pending[ticket][1:]
	m.processed = append(m.processed, event)
	return Work{Event: event}, nil
}

func (m *memory) claim(ticket int64) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.looks++
	if m.busy[ticket] {
		m.t.Errorf("ticket %d is processed twice at once", ticket)
	}
	if len(m.pending[ticket]) == 0 {
		return 0, nil
	}
	if err := m.broken[ticket]; err != nil {
		return m.pending[ticket][0], err
	}
	m.busy[ticket] = true
	n := 0
	for _, busy := range m.busy {
		if busy {
			n++
		}
	}
	m.most = max(m.most, n)
	return m.pending[ticket][0], nil
}

func (m *memory) Fail(_ context.Context, w Work, _ time.Time, _ error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed = append(m.failed, w.Event)
	return nil
}

func (m *memory) ReleaseReplies(context.Context, time.Time, int) (int, error) { return 0, nil }

func (m *memory) StartScheduled(context.Context, time.Time, int) (int, error) { return 0, nil }

func (m *memory) WakeSnoozed(_ context.Context, _ time.Time, limit int) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := min(limit, m.snoozed)
	m.snoozed -= n
	return n, nil
}

func (m *memory) RaiseSLA(_ context.Context, _ time.Time, limit int) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := min(limit, m.alerts)
	m.alerts -= n
	return n, nil
}
