package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
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
	Text       string // a ticket number, or part of the subject, the last message or the customer
	View       View
	Sort       Sort
	After      string // a cursor that an earlier page gave
	Limit      int
	Now        time.Time
}

// TicketPage is a page of the ticket list. Next is the cursor of the page after it, "" at the end.
type TicketPage struct {
	Tickets []desk.Ticket
	Next    string
}

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
	conditions, err := q.conditions()
	if err != nil {
		return TicketPage{}, err
	}

	var rows []ticketRow
	for _, part := range order.parts(from) {
		left := q.Limit + 1 - len(rows)
		if left <= 0 {
			break
		}
		more, err := s.ticketRows(ctx, conditions, part, left)
		if err != nil {
			return TicketPage{}, err
		}
		rows = append(rows, more...)
	}

	page := TicketPage{}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		page.Next = order.cursor(&rows[len(rows)-1])
	}
	page.Tickets, err = ticketsOf(rows)
	return page, err
}

func (s *Store) ticketRows(ctx context.Context, c clauses, part listPart, limit int) ([]ticketRow, error) {
	c = clauses{texts: slices.Clone(c.texts), args: slices.Clone(c.args)}
	if part.condition != "" {
		c.add(part.condition, part.args...)
	}
	var rows []ticketRow
	err := list(ctx, s.db, &rows, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE `+c.text()+`
		ORDER BY `+part.order+`
		LIMIT ?`, append(c.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list tickets: %w", err)
	}
	return rows, nil
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

// text is the whole condition.
func (c *clauses) text() string { return strings.Join(c.texts, ` AND `) }

// anyOf adds alternatives; none adds nothing.
func (c *clauses) anyOf(alternatives clauses) {
	if len(alternatives.texts) > 0 {
		c.add(`(`+strings.Join(alternatives.texts, ` OR `)+`)`, alternatives.args...)
	}
}

// in adds column IN (values).
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

func (q *TicketQuery) conditions() (clauses, error) {
	var c clauses
	c.add(`t.team_id = ?`, q.Team)
	in(&c, `t.status`, q.Status)
	in(&c, `t.priority`, q.Priority)
	in(&c, `t.channel`, q.Channel)
	c.anyOf(q.assignees())
	c.anyOf(q.slaStates())
	if len(q.Tags) > 0 {
		var tagged clauses
		in(&tagged, `g.tag`, q.Tags)
		c.add(`EXISTS (SELECT 1 FROM ticket_tags g WHERE g.team_id = t.team_id AND g.ticket_id = t.id AND `+
			tagged.texts[0]+`)`, tagged.args...)
	}
	c.anyOf(q.words())
	return c, q.view(&c)
}

func (q *TicketQuery) assignees() clauses {
	var or clauses
	for _, a := range q.Assignee {
		switch {
		case a.Me:
			or.add(`(t.assignee_kind = 'user' AND t.assignee_id = ?)`, q.User)
		case a.Unassigned:
			or.add(`t.assignee_kind = ''`)
		default:
			or.add(`(t.assignee_kind = ? AND t.assignee_id = ?)`, string(a.To.Kind), a.To.ID)
		}
	}
	return or
}

// slaStates says in columns what desk.Ticket.SLA says of one ticket; a test holds them together.
func (q *TicketQuery) slaStates() clauses {
	var or clauses
	risky := q.Now.Add(desk.AtRisk)
	for _, state := range q.SLA {
		switch state {
		case desk.SLANone:
			or.add(`(t.sla_due_at IS NULL AND t.sla_left IS NULL)`)
		case desk.SLAPaused:
			or.add(`t.sla_left IS NOT NULL`)
		case desk.SLAOnTrack:
			or.add(`t.sla_due_at > ?`, risky)
		case desk.SLAAtRisk:
			or.add(`(t.sla_due_at >= ? AND t.sla_due_at <= ?)`, q.Now, risky)
		case desk.SLABreached:
			or.add(`t.sla_due_at < ?`, q.Now)
		}
	}
	return or
}

func (q *TicketQuery) words() clauses {
	var or clauses
	text := strings.TrimSpace(q.Text)
	if text == "" {
		return or
	}
	if n, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64); err == nil {
		or.add(`t.number = ?`, n)
	}
	pattern := `%` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + `%`
	for _, column := range []string{`t.subject`, `t.last_message_text`, `c.name`, `c.email`} {
		or.add(`LOWER(`+column+`) LIKE ? ESCAPE '\'`, pattern)
	}
	return or
}

func (q *TicketQuery) view(c *clauses) error {
	switch q.View {
	case ViewAll, "":
		return nil
	case ViewWaiting:
		c.add(`t.status IN ('new', 'open')`)
		return nil
	case ViewMine:
		c.add(`t.assignee_kind = 'user' AND t.assignee_id = ?`, q.User)
	case ViewRoles:
		c.add(`t.assignee_kind = 'role' AND t.assignee_id IN (
			SELECT r.role_id FROM role_members r WHERE r.team_id = ? AND r.user_id = ?)`, q.Team, q.User)
	case ViewUnassigned:
		c.add(`t.assignee_kind = '' AND t.assignee_id = 0`)
	case ViewAtRisk:
		c.add(`t.sla_due_at IS NOT NULL AND t.sla_due_at >= ? AND t.sla_due_at <= ?`, q.Now, q.Now.Add(desk.AtRisk))
	case ViewBreached:
		c.add(`t.sla_due_at IS NOT NULL AND t.sla_due_at < ?`, q.Now)
	default:
		return desk.FieldErrorf("view", "There is no view %q. Choose one from the side bar.", string(q.View))
	}
	c.add(`t.status <> 'resolved'`)
	return nil
}
