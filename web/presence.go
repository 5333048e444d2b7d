package web

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	presenceLife  = 30 * time.Second // without a sign: one of a page's signs may be lost
	presenceSweep = 5 * time.Second
	mostPages     = 2_000 // of one topic
	mostTopics    = 10_000
	pagesPerOwner = 40
	longestPage   = 40

	// A topic is told of changes at most this often, and more seldom with many viewers: each then asks who is there.
	presencePause     = time.Second
	presencePerViewer = 40 * time.Millisecond
)

// EventPresence says that someone came to or left a topic; with "-" and the number of a spot, who is at it with others.
const EventPresence = "presence"

// Doing is what someone does at a spot.
type Doing string

// What people do.
const (
	Viewing Doing = "viewing"
	Writing Doing = "writing"
	Gone    Doing = "gone"
)

// Sign is what a page says of its reader. One page is at one spot at a time.
type Sign struct {
	Topic string `json:"t"`
	Spot  int64  `json:"s"`
	Who   int64  `json:"w"`
	Owner string `json:"o"` // the session
	Page  string `json:"p"` // one of the owner's
	Doing Doing  `json:"d"`
}

// Sighting is a person at a spot.
type Sighting struct {
	Spot, Who int64
	Doing     Doing
}

// Presence remembers who is where: in memory and for a short while only, because it is worth no write. What is not to
// be done at once Run does.
type Presence struct {
	hub *Hub

	wakes chan struct{} // there is something to do before Run planned to look

	mu    sync.Mutex
	rooms map[string]*room
	swept time.Time
}

type room struct {
	pages   map[pageKey]pageAt
	quiet   time.Time // until then the viewers are not told again
	changed bool      // since they were
}

type pageKey struct{ owner, page string }

type pageAt struct {
	Sighting

	seen time.Time
}

// NewPresence tells the viewers of hub.
func NewPresence(hub *Hub) *Presence {
	return &Presence{hub: hub, wakes: make(chan struct{}, 1), rooms: map[string]*room{}}
}

// Run forgets who has gone silent, and tells viewers what changed while they were left in peace, until ctx ends.
func (p *Presence) Run(ctx context.Context) {
	for {
		var due <-chan time.Time // never, while nobody is anywhere
		if next := p.tidy(time.Now()); !next.IsZero() {
			due = time.After(time.Until(next))
		}
		select {
		case <-ctx.Done():
			return
		case <-p.wakes:
		case <-due:
		}
	}
}

// Note takes the sign of a page, and reports whether it is worth telling to other processes: one that comes when
// nobody more fits in is not.
func (p *Presence) Note(s Sign) (bool, error) {
	if s.Page == "" || len(s.Page) > longestPage {
		return false, Refuse(KindInvalid, "A page names itself in 1 to %d characters.", longestPage)
	}
	switch s.Doing {
	case Viewing, Writing, Gone:
	default:
		return false, Refuse(KindInvalid, "The state is viewing, writing or gone.")
	}
	return p.keep(s), nil
}

// End forgets the pages of a session that is over, and returns what other processes do not know of that.
func (p *Presence) End(topic, owner string) []Sign {
	gone := p.ownedBy(topic, owner)
	for _, s := range gone {
		p.keep(s)
	}
	return gone
}

// At returns who is at the spots of a topic, each person once a spot, by spot and person.
func (p *Presence) At(topic string) []Sighting {
	p.mu.Lock()
	defer p.mu.Unlock()
	type at struct{ spot, who int64 }
	people := map[at]Doing{}
	for _, page := range p.room(topic).pages {
		key := at{page.Spot, page.Who}
		if people[key] != Writing {
			people[key] = page.Doing
		}
	}
	found := make([]Sighting, 0, len(people))
	for key, doing := range people {
		found = append(found, Sighting{Spot: key.spot, Who: key.who, Doing: doing})
	}
	slices.SortFunc(found, func(a, b Sighting) int {
		return cmp.Or(cmp.Compare(a.Spot, b.Spot), cmp.Compare(a.Who, b.Who))
	})
	return found
}

// room is a room of no pages for a topic that nobody is at; it is kept once someone comes.
func (p *Presence) room(topic string) *room {
	if r := p.rooms[topic]; r != nil {
		return r
	}
	return &room{pages: map[pageKey]pageAt{}}
}

func (p *Presence) ownedBy(topic, owner string) []Sign {
	p.mu.Lock()
	defer p.mu.Unlock()
	var owned []Sign
	for key, page := range p.room(topic).pages {
		if key.owner == owner {
			owned = append(owned, Sign{Topic: topic, Spot: page.Spot, Who: page.Who, Owner: owner, Page: key.page, Doing: Gone})
		}
	}
	return owned
}

// keep reports whether there was room for the sign.
func (p *Presence) keep(s Sign) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, key := p.room(s.Topic), pageKey{s.Owner, s.Page}
	before, known := r.pages[key]
	if s.Doing == Gone {
		if known {
			p.forget(s.Topic, r, key)
		}
		return known
	}
	if !known && !p.hasRoom(r, s) {
		return false
	}
	if p.rooms[s.Topic] == nil {
		p.rooms[s.Topic] = r
		p.wake()
	}
	now := pageAt{Sighting: Sighting{Spot: s.Spot, Who: s.Who, Doing: s.Doing}, seen: time.Now()}
	r.pages[key] = now
	if known && before.Sighting == now.Sighting {
		return true
	}
	if known && before.Spot != s.Spot {
		p.tellSpot(s.Topic, r, before.Sighting)
	}
	p.tellSpot(s.Topic, r, now.Sighting)
	p.tell(s.Topic, r)
	return true
}

func (p *Presence) hasRoom(r *room, s Sign) bool {
	if len(r.pages) >= mostPages || p.rooms[s.Topic] == nil && len(p.rooms) >= mostTopics {
		return false
	}
	owned := 0
	for key := range r.pages {
		if key.owner == s.Owner {
			owned++
		}
	}
	return owned < pagesPerOwner
}

func (p *Presence) forget(topic string, r *room, key pageKey) {
	left := r.pages[key].Sighting
	delete(r.pages, key)
	p.tellSpot(topic, r, left)
	p.tell(topic, r)
}

// tellSpot says at once that someone came to or left a spot, but only to company.
func (p *Presence) tellSpot(topic string, r *room, s Sighting) {
	alone := func(other pageAt) bool { return other.Spot != s.Spot || other.Who == s.Who }
	for other := range maps.Values(r.pages) {
		if !alone(other) {
			p.hub.Hint(topic, Event{Name: EventPresence + "-" + strconv.FormatInt(s.Spot, 10), Data: "{}"})
			return
		}
	}
}

// tell says that somebody moved, now and then.
func (p *Presence) tell(topic string, r *room) {
	now := time.Now()
	if now.Before(r.quiet) {
		if !r.changed {
			r.changed = true
			p.wake()
		}
		return
	}
	p.hub.Hint(topic, Event{Name: EventPresence, Data: "{}"})
	r.quiet, r.changed = now.Add(max(presencePause, time.Duration(p.hub.Viewers(topic))*presencePerViewer)), false
}

func (p *Presence) wake() {
	select {
	case p.wakes <- struct{}{}:
	default: // it will look anyhow
	}
}

// tidy does what is due, and returns when there is more to do, zero for never.
func (p *Presence) tidy(now time.Time) (next time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	for topic, r := range p.rooms {
		if r.changed {
			p.tell(topic, r)
		}
		if len(r.pages) == 0 && !now.Before(r.quiet) {
			delete(p.rooms, topic)
		}
	}
	if len(p.rooms) == 0 {
		return time.Time{}
	}
	next = p.swept.Add(presenceSweep)
	for _, r := range p.rooms {
		if r.changed && r.quiet.Before(next) {
			next = r.quiet
		}
	}
	return next
}

// sweep forgets who has given no sign for long.
func (p *Presence) sweep(now time.Time) {
	if now.Before(p.swept.Add(presenceSweep)) {
		return
	}
	p.swept = now
	for topic, r := range p.rooms {
		for key, page := range r.pages {
			if page.seen.Before(now.Add(-presenceLife)) {
				p.forget(topic, r, key)
			}
		}
	}
}
