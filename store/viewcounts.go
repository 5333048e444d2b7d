package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// ViewCount is how many tickets a saved view holds, as far as they were counted.
type ViewCount struct {
	Tickets int
	More    bool // there are, or may be, more than Tickets
	Known   bool // false: not counted yet, or not countable at all
}

// mostCounted is how many tickets a count looks at where no index answers it alone: 20 ms at the worst, when each of
// them lies elsewhere among a million.
const mostCounted = 5_000

// CountViews counts the tickets of each query; place and order do not matter. What the last seconds counted for anybody
// serves everybody, and once the budget is spent, old counts do. settled says that all are as of now: if not, ask again
// in a moment. A query with a text is not countable.
func (s *Store) CountViews(ctx context.Context, queries []TicketQuery, budget time.Duration) (counts []ViewCount, settled bool, err error) {
	began := s.config.Now()
	counts, settled = make([]ViewCount, len(queries)), true
	for i := range queries {
		if queries[i].Text != "" {
			continue
		}
		c, err := s.counting(ctx, &queries[i])
		if err != nil {
			return nil, false, err
		}
		var holds bool
		if counts[i], holds = s.counts.look(c.key, c.Team, s.config.Now()); holds {
			continue
		}
		left := budget - s.config.Now().Sub(began)
		if left <= 0 || !s.counts.claim(c.key, c.Team, s.config.Now(), left) {
			settled = false
			continue
		}
		if counts[i], err = s.countAnew(ctx, &c); err != nil {
			return nil, false, err
		}
	}
	return counts, settled, nil
}

// countAnew counts what was claimed.
func (s *Store) countAnew(ctx context.Context, c *counting) (ViewCount, error) {
	began := s.config.Now()
	n, err := s.countQuery(ctx, c)
	if err != nil {
		s.counts.release(c.key)
		return ViewCount{}, err
	}
	s.counts.put(c.key, n, s.config.Now().Sub(began))
	return n, nil
}

// counting is a query whose people are known.
type counting struct {
	*TicketQuery
	order    listOrder
	statuses []desk.Status
	who      []desk.Assignee
	anyone   bool
	key      string // the same for everybody whose list holds the same tickets
}

func (s *Store) counting(ctx context.Context, q *TicketQuery) (counting, error) {
	c := counting{TicketQuery: q, statuses: q.statuses()}
	err := q.check()
	if err == nil {
		c.order, err = Sort("").order() // the one in which assignees have an index
	}
	if err == nil {
		c.who, c.anyone, err = s.assignees(ctx, q)
	}
	c.key = fmt.Sprintf("%d %q %q %q %q %q %q %v %v", q.Team, q.View, c.statuses, q.Priority, q.Channel, q.SLA, q.Tags, c.who, c.anyone)
	return c, err
}

// countQuery counts up to countCap.
func (s *Store) countQuery(ctx context.Context, c *counting) (ViewCount, error) {
	if len(c.statuses) == 0 || len(c.who) == 0 && !c.anyone {
		return ViewCount{Known: true}, nil
	}
	from, args, err := s.origin(ctx, c.TicketQuery, c.who, c.order)
	if err != nil {
		return ViewCount{}, err
	}
	if from != `tickets t` {
		return s.countFew(ctx, c, from, args)
	}
	return s.countMany(ctx, c)
}

// countFew counts among the few tickets that a filter's own index finds.
func (s *Store) countFew(ctx context.Context, c *counting, from string, args []any) (ViewCount, error) {
	where := c.conditions(c.order)
	where.add(`t.id = few.id`)
	in(&where, `t.status`, c.statuses)
	if !c.anyone {
		shared := assignedTo(c.who)
		where.add(shared.text(), shared.args...)
	}
	var n int
	err := get(ctx, s.db, &n, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM `+from+`
			WHERE `+where.text()+`
			LIMIT ?) AS found`, append(slices.Concat(args, where.args), countCap)...)
	if err != nil {
		return ViewCount{}, fmt.Errorf("count few tickets: %w", err)
	}
	return capped(n), nil
}

// countMany walks the parts of the list, unresolved ones first, and looks at no more than mostCounted tickets.
func (s *Store) countMany(ctx context.Context, c *counting) (ViewCount, error) {
	var base clauses
	base.add(`t.team_id = ?`, c.Team)
	filters, who, along := c.conditions(c.order), c.who, `t.updated_at DESC, t.id DESC`
	switch due := c.due(); {
	case len(who)*len(c.statuses) > mostStreams: // which no index brings together
		shared := assignedTo(who)
		filters.add(shared.text(), shared.args...)
		who = nil
	case len(who) == 0 && len(due.texts) > 0:
		base.anyOf(due)
		along = `t.sla_due_at, t.id`
	}
	found, left := 0, mostCounted
	for _, stream := range streams(base, base, c.statuses, who, c.order) {
		most := left
		if len(filters.texts) == 1 { // the team alone: each ticket counts
			most = min(most, countCap-found)
		}
		part, err := s.countPart(ctx, walk{stream.clauses, along, most}, filters)
		if err != nil {
			return ViewCount{}, err
		}
		found, left = found+part.Found, left-part.Looked
		if found >= countCap || left <= 0 {
			break
		}
	}
	n := capped(found)
	n.More = n.More || left <= 0
	return n, nil
}

// walk is a stretch of an index: without its order PostgreSQL may prefer to read the whole table.
type walk struct {
	clauses
	along string
	most  int
}

type countedPart struct {
	Looked int `db:"looked"`
	Found  int `db:"found"`
}

func (s *Store) countPart(ctx context.Context, w walk, filters clauses) (countedPart, error) {
	var part countedPart
	err := get(ctx, s.db, &part, `
		SELECT COUNT(*) AS looked, CAST(COALESCE(SUM(CASE WHEN `+filters.text()+` THEN 1 ELSE 0 END), 0) AS BIGINT) AS found
		FROM (
			SELECT t.id, t.team_id, t.priority, t.channel, t.assignee_kind, t.assignee_id, t.sla_due_at, t.sla_left
			FROM tickets t
			WHERE `+w.text()+`
			ORDER BY `+w.along+`
			LIMIT ?) AS t`, append(slices.Concat(filters.args, w.args), w.most)...)
	if err != nil {
		return countedPart{}, fmt.Errorf("count tickets: %w", err)
	}
	return part, nil
}

// capped is a count of tickets that stopped at countCap.
func capped(n int) ViewCount {
	return ViewCount{Tickets: min(n, countCap-1), More: n >= countCap, Known: true}
}

// Check refuses what Tickets would refuse of a query, without a look at any ticket.
func (q *TicketQuery) Check() error {
	if _, err := q.Sort.order(); err != nil {
		return err
	}
	return q.check()
}
