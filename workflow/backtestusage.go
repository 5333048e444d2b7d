package workflow

import (
	"context"
	"maps"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// usage is what the limits and the turns of a sandbox count.
type usage struct {
	archive Archive
	from    time.Time      // the first event
	limits  map[int64]bool // workflows whose runs per minute are counted
	keys    timeline[useKey]
	longest time.Duration // how far back a limit of a trigger looks
	replies timeline[replyKey]
	starts  timeline[int64]

	roles   map[int64]RoleFacts
	counted map[desk.ID]int64 // whose open tickets a ticket is one of, 0: nobody's; nil: no workflow asks
	moves   map[int64]int     // by how much each user's open tickets differ from now
}

type useKey struct {
	workflow int64
	key      string
}

type replyKey struct {
	workflow int64
	ticket   desk.ID
}

func newUsage(a Archive, from time.Time) usage {
	return usage{
		archive: a, from: from, limits: map[int64]bool{}, roles: map[int64]RoleFacts{}, moves: map[int64]int{},
		keys: timeline[useKey]{}, replies: timeline[replyKey]{}, starts: timeline[int64]{},
	}
}

// watch counts what the workflow asks for.
func (u *usage) watch(w Workflow) {
	u.limits[w.ID] = runsPerMinute(w.Definition) > 0
	if limit := compileKeyLimit(w.Definition.Trigger.Limit); limit != nil {
		u.longest = max(u.longest, limit.within)
	}
	EachStep(w.Definition, func(s *Step) {
		if s.Assign != nil && s.Assign.Mode == LeastOpen && u.counted == nil {
			u.counted = map[desk.ID]int64{}
		}
	})
}

func (u *usage) began(workflow int64, key string, now time.Time) {
	if key != "" {
		u.keys.add(useKey{workflow, key}, now)
		u.keys.sweep(now.Add(-u.longest))
	}
	if u.limits[workflow] {
		u.starts.add(workflow, now)
	}
}

func (u *usage) sent(workflow int64, ticket desk.ID, now time.Time) {
	u.replies.add(replyKey{workflow, ticket}, now)
	u.replies.sweep(now.Add(-time.Hour))
}

func (u *usage) uses(workflow int64, key string, since time.Time) int {
	return u.keys.count(useKey{workflow, key}, since)
}

func (u *usage) sentSince(workflow int64, ticket desk.ID, since time.Time) int {
	return u.replies.count(replyKey{workflow, ticket}, since)
}

func (u *usage) startedSince(workflow int64, since time.Time) int {
	return u.starts.count(workflow, since)
}

// role begins with the turns and the open tickets before the first event, and goes on with those of the sandbox.
func (u *usage) role(ctx context.Context, id int64) (RoleFacts, error) {
	facts, known := u.roles[id]
	if !known {
		var err error
		if facts, err = u.archive.Role(ctx, id); err != nil {
			return RoleFacts{}, err
		}
		u.roles[id] = facts
	}
	open := maps.Clone(facts.Open)
	for user := range open {
		open[user] = max(0, open[user]+u.moves[user])
	}
	return RoleFacts{LastTurn: facts.LastTurn, Open: open}, nil
}

func (u *usage) turned(turns []Turn) {
	for _, turn := range turns {
		facts := u.roles[turn.RoleID]
		last := maps.Clone(facts.LastTurn) // decisions hold the old one
		last[turn.UserID] = turn.At
		u.roles[turn.RoleID] = RoleFacts{LastTurn: last, Open: facts.Open}
	}
}

// moved keeps count of whose open tickets a ticket is one of.
func (u *usage) moved(t *desk.Ticket) {
	if u.counted == nil {
		return
	}
	now := int64(0)
	if t.Assignee.Kind == desk.ToUser && t.Status != desk.Resolved {
		now = t.Assignee.ID
	}
	before, known := u.counted[t.PublicID]
	known = known || !t.CreatedAt.Before(u.from) // whose it was before it was opened: nobody's
	if known && before != now {
		u.moves[before]--
		u.moves[now]++
	}
	u.counted[t.PublicID] = now
}

func (u *usage) forget(id desk.ID) { delete(u.counted, id) }

// timeline is when things happened, in order, under each key.
type timeline[K comparable] map[K][]int64

func (t timeline[K]) add(key K, now time.Time) { t[key] = append(t[key], now.UnixMicro()) }

// count is how often it happened after since; what was before will not be asked for again.
func (t timeline[K]) count(key K, since time.Time) int {
	times := t[key]
	first, found := slices.BinarySearch(times, since.UnixMicro())
	for found && first < len(times) && times[first] == since.UnixMicro() {
		first++
	}
	if first > 0 {
		t[key] = times[first:]
	}
	return len(times) - first
}

// sweepAt is how many keys a timeline holds before those that are over are dropped.
const sweepAt = 20_000

// sweep drops the keys under which nothing happened after since, once there are many.
func (t timeline[K]) sweep(since time.Time) {
	if len(t) < sweepAt || len(t)%(sweepAt/4) != 0 {
		return
	}
	oldest := since.UnixMicro()
	maps.DeleteFunc(t, func(_ K, times []int64) bool { return len(times) == 0 || times[len(times)-1] <= oldest })
}
