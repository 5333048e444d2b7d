package web

import (
	"crypto/rand"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxPendingEvents = 32
	maxPendingBytes  = 16 << 10

	crowded = time.Minute // until a page that was one too many may try again
)

// Event is one signal to live pages. Its texts travel as they are, so it should
// name what changed and carry nothing that a viewer might not be allowed to see.
type Event struct {
	Name string
	ID   string // what a browser sends back as Last-Event-ID; may be empty
	Data string
}

// Hub hands events to the live streams of this process. A slow viewer is never
// waited for: equal events are sent once, and one that falls too far behind is
// told to look again ("resync").
type Hub struct {
	done      chan struct{}
	epoch     string // tells this Hub's positions from those of other processes and starts
	published atomic.Uint64
	streams   atomic.Int64

	mu     sync.RWMutex
	closed bool
	topics map[string]map[*viewer]struct{}
}

// NewHub makes a Hub without viewers.
func NewHub() *Hub {
	return &Hub{done: make(chan struct{}), epoch: rand.Text(), topics: make(map[string]map[*viewer]struct{})}
}

// Position names all that was published so far. A page that is made from it and finds another one when its
// stream begins may have missed something in between.
func (h *Hub) Position() string {
	return h.epoch + "-" + strconv.FormatUint(h.published.Load(), 36)
}

// Publish tells all viewers of topic; it never blocks.
func (h *Hub) Publish(topic string, e Event) {
	h.published.Add(1)
	h.Hint(topic, e)
}

// Hint publishes what pages ask for anyway as their stream begins: it moves no position.
func (h *Hub) Hint(topic string, e Event) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for v := range h.topics[topic] {
		v.add(e)
	}
}

// Kick ends all streams that follow topic, for good: their pages get the event
// "end" and must not reconnect.
func (h *Hub) Kick(topic string) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for v := range h.topics[topic] {
		v.kick()
	}
}

// Viewers counts the streams that follow topic.
func (h *Hub) Viewers(topic string) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.topics[topic])
}

// Streams counts all streams.
func (h *Hub) Streams() int { return int(h.streams.Load()) }

// Close ends all streams and refuses new ones.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.closed = true
		close(h.done)
	}
}

// join counts and adds in one go: streams that begin at the same moment count each other.
func (h *Hub) join(v *viewer, s Stream) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return Refuse(KindUnavailable, "The server is stopping. Please try again in a moment.")
	}
	for topic, most := range s.Most {
		if most > 0 && len(h.topics[topic]) >= most {
			return Throttled(crowded)
		}
	}
	h.streams.Add(1)
	for _, topic := range s.Topics {
		if h.topics[topic] == nil {
			h.topics[topic] = make(map[*viewer]struct{})
		}
		h.topics[topic][v] = struct{}{}
	}
	return nil
}

func (h *Hub) leave(v *viewer, topics []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams.Add(-1)
	for _, topic := range topics {
		delete(h.topics[topic], v)
		if len(h.topics[topic]) == 0 {
			delete(h.topics, topic)
		}
	}
}

// viewer is the mailbox of one stream.
type viewer struct {
	wake chan struct{} // holds one token while there is something to fetch

	mu       sync.Mutex
	pending  []Event
	bytes    int
	overflow bool
	kicked   bool
}

func newViewer() *viewer { return &viewer{wake: make(chan struct{}, 1)} }

func (v *viewer) add(e Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.overflow {
		return
	}
	same := func(old Event) bool { return old.Name == e.Name && old.Data == e.Data }
	if i := slices.IndexFunc(v.pending, same); i >= 0 {
		// The newer one goes last, so that ids stay in order.
		v.pending = append(slices.Delete(v.pending, i, i+1), e)
		return
	}

	v.bytes += len(e.Name) + len(e.ID) + len(e.Data)
	if len(v.pending) == maxPendingEvents || v.bytes > maxPendingBytes {
		v.overflow, v.pending = true, nil
	} else {
		v.pending = append(v.pending, e)
	}
	v.signal()
}

func (v *viewer) kick() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.kicked = true
	v.signal()
}

func (v *viewer) signal() {
	select {
	case v.wake <- struct{}{}:
	default:
	}
}

// take empties the mailbox and frees its memory: most viewers are idle.
func (v *viewer) take() (events []Event, kicked bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	events = v.pending
	if v.overflow {
		events = []Event{{Name: EventResync}}
	}
	v.pending, v.bytes, v.overflow = nil, 0, false
	return events, v.kicked
}
