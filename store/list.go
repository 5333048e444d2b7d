package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// View is a default view of the inbox.
type View string

// The default views.
const (
	ViewWaiting    View = "waiting"    // waiting for us: new or open
	ViewMine       View = "mine"       // assigned to the user, not resolved
	ViewRoles      View = "roles"      // assigned to a role of the user, not resolved
	ViewUnassigned View = "unassigned" // nobody's, not resolved
	ViewAtRisk     View = "at-risk"    // not resolved
	ViewBreached   View = "breached"   // not resolved
	ViewAll        View = "all"
)

// Views lists the default views in the order that people read them.
func Views() []View {
	return []View{ViewWaiting, ViewMine, ViewRoles, ViewUnassigned, ViewAtRisk, ViewBreached, ViewAll}
}

// AssigneeFilter matches tickets of the asking user, of nobody, or of one user or role.
type AssigneeFilter struct {
	Me         bool
	Unassigned bool
	To         desk.Assignee
}

// TicketQuery asks for a page of the ticket list. Its filters join with and, the values of one filter with or.
type TicketQuery struct {
	Team, User int64
	Status     []desk.Status
	Priority   []desk.Priority
	Channel    []desk.Channel
	Assignee   []AssigneeFilter
	SLA        []desk.SLAState
	Tags       []string
	Text       string // a ticket number, words and operators: see desk.ParseSearch
	View       View
	Sort       Sort
	After      string // a cursor that an earlier page gave
	Limit      int
	Now        time.Time

	search searching // what the text asks for
}

// TicketPage is a page of the ticket list: its tickets have what a list shows, see lineColumns. Next is the cursor of
// the page after it, "" at the end.
type TicketPage struct {
	Tickets  []desk.Ticket
	Next     string
	Excerpts map[int64]Excerpt // of what was searched for, by ticket
	Cut      Cut
}

// Cut says why a list may lack tickets that its query means; "" when it has them all.
type Cut string

// The reasons.
const (
	CutWords   Cut = "words"   // what is looked for is in more messages than were looked at, the newest
	CutWithout Cut = "without" // what must not be found is in too many messages; the list is empty
	CutNewest  Cut = "newest"  // no index has what is asked for, and the newest tickets were looked at
)

// Tickets returns a page of the ticket list. An unknown sort, view or cursor is Invalid.
func (s *Store) Tickets(ctx context.Context, q TicketQuery) (TicketPage, error) {
	order, err := q.Sort.order()
	if err != nil {
		return TicketPage{}, err
	}
	from, err := parseCursor(q.After)
	if err != nil {
		return TicketPage{}, err
	}
	l, err := s.listing(ctx, &q, order)
	if err != nil {
		return TicketPage{}, err
	}

	found := make([]desk.Ticket, 0, q.Limit+1)
	for _, part := range order.parts(from, q.SLA) {
		left := q.Limit + 1 - len(found)
		if left <= 0 || len(l.streams) == 0 {
			break
		}
		within, ends, err := s.bounded(ctx, l, part)
		if err != nil {
			return TicketPage{}, err
		}
		if found, err = s.ticketLines(ctx, found, within, part, left); err != nil {
			return TicketPage{}, err
		}
		if ends && len(found) <= q.Limit {
			l.cut = CutNewest
		}
	}

	page := TicketPage{Tickets: found, Cut: l.cut}
	if len(found) > q.Limit {
		page.Tickets = found[:q.Limit]
		page.Next = order.cursor(&found[q.Limit-1])
	}
	page.Excerpts, err = s.excerpts(ctx, &q, l.few, page.Tickets)
	return page, err
}

// ticketLines appends the beginnings of all streams, merged. Each stream is read from an index in the asked order,
// so a page costs a page of each, however many tickets there are. No ticket is in two streams.
func (s *Store) ticketLines(ctx context.Context, to []desk.Ticket, l listing, part listPart, limit int) ([]desk.Ticket, error) {
	ids, args := l.ids(part, limit)
	rows, err := s.db.QueryxContext(ctx, s.db.bind(`
		SELECT `+lineColumns+`
		FROM tickets t
		JOIN customers c ON c.id = t.customer_id
		WHERE t.id IN (`+ids+`)
		ORDER BY `+part.order+`
		LIMIT ?`), arguments(append(args, limit))...)
	if err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var row ticketRow
	fields := row.line()
	for rows.Next() {
		if err := rows.Scan(fields...); err != nil {
			return nil, fmt.Errorf("list tickets: %w", err)
		}
		t, err := row.ticket()
		if err != nil {
			return nil, err
		}
		to = append(to, t)
	}
	return to, rows.Err()
}

// ids asks for the ids of a page: what is not on it is left out before its rows are read and sorted.
func (l *listing) ids(part listPart, limit int) (query string, args []any) {
	streams := make([]string, len(l.streams))
	for i := range l.streams {
		stream := l.streams[i].clauses
		if part.condition != "" {
			stream = stream.and(part.condition, part.args...)
		}
		streams[i] = fmt.Sprintf(`
			SELECT * FROM (
				SELECT t.id, %s
				FROM %s
				WHERE %s
				ORDER BY %s
				LIMIT ?) AS s%d`, part.column, l.from, stream.text(), part.order, i)
		args = slices.Concat(args, l.fromArgs, stream.args, []any{limit})
	}
	return `
			SELECT t.id
			FROM (` + strings.Join(streams, `
			UNION ALL`) + `) AS t
			ORDER BY ` + part.order + `
			LIMIT ?`, append(args, limit)
}

// clauses are conditions to be joined with AND; their texts are constants, their values parameters.
type clauses struct {
	texts []string
	args  []any
}

func (c *clauses) add(text string, args ...any) {
	c.texts = append(c.texts, text)
	c.args = append(c.args, args...)
}

// and returns c with one more condition and leaves c as it is.
func (c clauses) and(text string, args ...any) clauses {
	out := clauses{texts: slices.Clone(c.texts), args: slices.Clone(c.args)}
	out.add(text, args...)
	return out
}

// text is the whole condition.
func (c *clauses) text() string { return strings.Join(c.texts, ` AND `) }

// anyOf adds alternatives; none adds nothing.
func (c *clauses) anyOf(alternatives clauses) {
	if len(alternatives.texts) > 0 {
		c.add(`(`+strings.Join(alternatives.texts, ` OR `)+`)`, alternatives.args...)
	}
}

// in adds column IN (values); no values add nothing.
func in[T ~string](c *clauses, column string, values []T) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = string(v)
	}
	c.add(column+` IN (`+rowsOf(`?`, len(values))+`)`, args...)
}
