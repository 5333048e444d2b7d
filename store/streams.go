package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// listing is how a page of the list is read.
type listing struct {
	streams  []stream // parts of the list; none: nothing can match
	from     string   // the tables of each stream
	fromArgs []any
	few      findings // what the words of the text left
	walks    bool     // no further than bounded lets it
	cut      Cut
}

// listing splits the asked list into streams that each stand in an index in every order: one for each
// status, and in the order of updates for each assignee.
func (s *Store) listing(ctx context.Context, q *TicketQuery, order listOrder) (listing, error) {
	if err := q.check(); err != nil {
		return listing{}, err
	}
	if err := s.understand(ctx, q); err != nil {
		return listing{}, err
	}
	who, anyone, err := s.assignees(ctx, q)
	if err != nil {
		return listing{}, err
	}
	l := listing{from: `tickets t`}
	statuses := q.statuses()
	if len(statuses) == 0 || len(who) == 0 && !anyone || q.search.nothing {
		return l, nil
	}
	if possible, err := s.leaveOut(ctx, q); err != nil || !possible {
		l.cut = CutWithout
		return l, err
	}
	few, searched, err := s.few(ctx, q)
	if err != nil {
		return listing{}, err
	}
	if searched {
		return s.listFew(q, order, few, who)
	}
	if l.from, l.fromArgs, err = s.origin(ctx, q, who, order); err != nil {
		return listing{}, err
	}

	var ground clauses
	ground.add(`t.team_id = ?`, q.Team)
	if opened := q.search.opened; order.column == createdColumn {
		ground.texts, ground.args = append(ground.texts, opened.texts...), append(ground.args, opened.args...)
	}
	base := q.conditions(order)
	l.walks = q.Text != "" && (len(base.texts) > len(ground.texts) || len(who) > 0)
	if l.from != `tickets t` {
		base.add(`t.id = few.id`)
		l.walks = false
	}
	l.streams = streams(ground, base, statuses, who, order)
	return l, nil
}

// listFew lists what words found: one stream, whose conditions are asked of each of these tickets.
func (s *Store) listFew(q *TicketQuery, order listOrder, few findings, who []desk.Assignee) (listing, error) {
	l := listing{few: few}
	switch {
	case few.more && q.search.filed:
		l.cut = CutNewest
	case few.more:
		l.cut = CutWords
	}
	if len(few.tickets) == 0 {
		return l, nil
	}
	ids, err := json.Marshal(few.tickets)
	if err != nil {
		return l, fmt.Errorf("encode ids: %w", err)
	}
	l.from, l.fromArgs = `(`+s.engine.fullText().numbers()+`) AS few CROSS JOIN tickets t`, []any{string(ids)}
	c := q.conditions(order)
	c.add(`t.id = few.id`)
	in(&c, `t.status`, q.statuses())
	if len(who) > 0 {
		shared := assignedTo(who)
		c.add(shared.text(), shared.args...)
	}
	l.streams = []stream{{clauses: c}}
	return l, nil
}

// assignedTo asks for any of who with one IN for each kind.
func assignedTo(who []desk.Assignee) clauses {
	var or, c clauses
	for _, kind := range []desk.AssigneeKind{desk.Nobody, desk.ToUser, desk.ToRole} {
		args := []any{string(kind)}
		for _, a := range who {
			if a.Kind == kind {
				args = append(args, a.ID)
			}
		}
		if n := len(args) - 1; n > 0 {
			or.add(`(t.assignee_kind = ? AND t.assignee_id IN (`+rowsOf(`?`, n)+`))`, args...)
		}
	}
	if len(or.texts) == 0 {
		or.add(`FALSE`) // nothing is assigned to a kind that there is not
	}
	c.anyOf(or)
	return c
}

// fewTickets is up to how many tickets are fetched by a filter's own index and sorted; with more,
// walking the list in order and asking each ticket finds a page sooner.
const fewTickets = 2_000

// origin returns what the streams read from: the filter that lets few tickets through, if there is
// one, else all tickets. CROSS JOIN makes SQLite begin with those few.
func (s *Store) origin(ctx context.Context, q *TicketQuery, who []desk.Assignee, order listOrder) (from string, args []any, err error) {
	for _, few := range q.selections(who, order) {
		var n int
		err := get(ctx, s.db, &n, `
			SELECT COUNT(*)
			FROM (`+few.text()+` LIMIT ?) AS few`, append(slices.Clone(few.args), fewTickets+1)...)
		if err != nil {
			return "", nil, fmt.Errorf("count filtered tickets: %w", err)
		}
		if n <= fewTickets {
			return `(SELECT DISTINCT id FROM (` + few.text() + `) AS found) AS few CROSS JOIN tickets t`, few.args, nil
		}
	}
	return `tickets t`, nil, nil
}

// selections returns, for each filter that an index serves in another order than the list's, the
// query for the ids of its tickets.
func (q *TicketQuery) selections(who []desk.Assignee, order listOrder) []clauses {
	var out []clauses
	if len(q.Tags) > 0 {
		var c clauses
		c.add(`SELECT g.ticket_id AS id FROM ticket_tags g WHERE g.team_id = ?`, q.Team)
		in(&c, `g.tag`, q.Tags)
		out = append(out, c)
	}
	if order.column == updatedColumn && len(who) > 0 {
		return out
	}
	var statuses clauses
	statuses.add(`SELECT t.id FROM tickets t WHERE t.team_id = ?`, q.Team)
	in(&statuses, `t.status`, q.statuses())
	if len(who) > 0 {
		shared := assignedTo(who)
		out = append(out, statuses.and(shared.text(), shared.args...))
	}
	if opened := q.search.opened; order.column != createdColumn && len(opened.texts) > 0 {
		out = append(out, statuses.and(opened.text(), opened.args...))
	}
	if due := q.due(); order.column != dueColumn && len(due.texts) > 0 {
		out = append(out, statuses.and(due.text(), due.args...))
	}
	return out
}

// due returns the stretch of deadlines that the view or the filter asks for, empty when it is not one.
func (q *TicketQuery) due() clauses {
	states := q.SLA
	switch q.View {
	case ViewAtRisk:
		states = []desk.SLAState{desk.SLAAtRisk}
	case ViewBreached:
		states = []desk.SLAState{desk.SLABreached}
	case ViewWaiting, ViewMine, ViewRoles, ViewUnassigned, ViewAll, "":
	}
	var c clauses
	if len(states) != 1 {
		return c
	}
	switch risky := q.Now.Add(desk.AtRisk); states[0] {
	case desk.SLAOnTrack:
		c.add(`t.sla_due_at > ?`, risky)
	case desk.SLAAtRisk:
		c.add(`t.sla_due_at >= ? AND t.sla_due_at <= ?`, q.Now, risky)
	case desk.SLABreached:
		c.add(`t.sla_due_at < ?`, q.Now)
	case desk.SLANone, desk.SLAPaused:
	}
	return c
}

// mostValues is how many values a filter takes: each assignee adds a stream for each status.
const mostValues = 20

func (q *TicketQuery) check() error {
	if q.View != "" && !slices.Contains(Views(), q.View) {
		return desk.FieldErrorf("view", "There is no view %q. Choose one from the side bar.", string(q.View))
	}
	if len(q.Text) > desk.MaxSearch {
		return desk.FieldErrorf("q", "The text to search for is too long. Use a few words.")
	}
	for field, n := range map[string]int{
		"status": len(q.Status), "priority": len(q.Priority), "channel": len(q.Channel),
		"assignee": len(q.Assignee), "sla": len(q.SLA), "tag": len(q.Tags),
	} {
		if n > mostValues {
			return desk.FieldErrorf(field, "A filter takes up to %d values. Leave some out.", mostValues)
		}
	}
	texts := append([]string{q.Text}, q.Tags...)
	for _, c := range q.Channel { // an open list
		texts = append(texts, string(c))
	}
	for _, p := range q.Priority {
		texts = append(texts, string(p))
	}
	for _, a := range q.Assignee {
		texts = append(texts, string(a.To.Kind))
	}
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return desk.FieldErrorf("q", "A filter is not valid UTF-8 text. Write it again.")
		}
	}
	return nil
}

// statuses returns those that both the filter and the view let through.
func (q *TicketQuery) statuses() []desk.Status {
	var out []desk.Status
	for _, status := range desk.Statuses() {
		if slices.Equal(q.SLA, []desk.SLAState{desk.SLAPaused}) && status != desk.Pending && status != desk.OnHold {
			continue // clocks stand in these two alone
		}
		if (len(q.Status) == 0 || slices.Contains(q.Status, status)) && q.View.shows(status) {
			out = append(out, status)
		}
	}
	return out
}

func (v View) shows(status desk.Status) bool {
	switch v {
	case ViewWaiting:
		return status == desk.New || status == desk.Open
	case ViewMine, ViewRoles, ViewUnassigned, ViewAtRisk, ViewBreached:
		return status != desk.Resolved
	case ViewAll, "":
	}
	return true
}

// assignees returns those that both the filter and the view let through, or that anyone is.
func (s *Store) assignees(ctx context.Context, q *TicketQuery) (who []desk.Assignee, anyone bool, err error) {
	for _, f := range q.Assignee {
		a := f.To
		switch {
		case f.Me:
			a = desk.Assignee{Kind: desk.ToUser, ID: q.User}
		case f.Unassigned:
			a = desk.Assignee{}
		}
		if !slices.Contains(who, a) {
			who = append(who, a)
		}
	}

	var viewed []desk.Assignee
	switch q.View {
	case ViewMine:
		viewed = []desk.Assignee{{Kind: desk.ToUser, ID: q.User}}
	case ViewUnassigned:
		viewed = []desk.Assignee{{}}
	case ViewRoles:
		if viewed, err = s.rolesOf(ctx, q.Team, q.User); err != nil {
			return nil, false, err
		}
	case ViewWaiting, ViewAtRisk, ViewBreached, ViewAll, "":
		return who, len(q.Assignee) == 0, nil
	}
	if len(q.Assignee) == 0 {
		return viewed, false, nil
	}
	return slices.DeleteFunc(who, func(a desk.Assignee) bool { return !slices.Contains(viewed, a) }), false, nil
}

// rolesOf returns the roles of a user as assignees.
func (s *Store) rolesOf(ctx context.Context, team, user int64) ([]desk.Assignee, error) {
	var ids []int64
	err := list(ctx, s.db, &ids, `
		SELECT role_id
		FROM role_members
		WHERE team_id = ? AND user_id = ?`, team, user)
	if err != nil {
		return nil, fmt.Errorf("list roles of user %d: %w", user, err)
	}
	roles := make([]desk.Assignee, len(ids))
	for i, id := range ids {
		roles[i] = desk.Assignee{Kind: desk.ToRole, ID: id}
	}
	return roles, nil
}

// conditions are those that all streams share.
func (q *TicketQuery) conditions(order listOrder) clauses {
	var c clauses
	c.add(`t.team_id = ?`, q.Team)
	in(&c, `t.priority`, q.Priority)
	in(&c, `t.channel`, q.Channel)
	c.anyOf(q.slaStates(q.SLA, order))
	switch q.View {
	case ViewAtRisk:
		c.anyOf(q.slaStates([]desk.SLAState{desk.SLAAtRisk}, order))
	case ViewBreached:
		c.anyOf(q.slaStates([]desk.SLAState{desk.SLABreached}, order))
	case ViewWaiting, ViewMine, ViewRoles, ViewUnassigned, ViewAll, "":
	}
	if len(q.Tags) > 0 {
		var tags clauses
		tags.add(`g.team_id = t.team_id AND g.ticket_id = t.id`)
		in(&tags, `g.tag`, q.Tags)
		c.add(`EXISTS (SELECT 1 FROM ticket_tags g WHERE `+tags.text()+`)`, tags.args...)
	}
	for _, text := range q.search.extra.texts {
		c.add(text)
	}
	c.args = append(c.args, q.search.extra.args...)
	return c
}

// slaStates says in columns what desk.Ticket.SLA says of one ticket; a test holds them together. The sum
// keeps the databases from sorting all that are breached, say; where they are few, see origin.
func (q *TicketQuery) slaStates(states []desk.SLAState, order listOrder) clauses {
	due := `t.sla_due_at + 0`
	if order.column == dueColumn {
		due = `t.sla_due_at`
	}
	var or clauses
	risky := q.Now.Add(desk.AtRisk)
	for _, state := range states {
		switch state {
		case desk.SLANone:
			or.add(`(t.sla_due_at + 0 IS NULL AND t.sla_left IS NULL)`)
		case desk.SLAPaused:
			or.add(`t.sla_left IS NOT NULL`)
		case desk.SLAOnTrack:
			or.add(due+` > ?`, risky)
		case desk.SLAAtRisk:
			or.add(`(`+due+` >= ? AND `+due+` <= ?)`, q.Now, risky)
		case desk.SLABreached:
			or.add(due+` < ?`, q.Now)
		}
	}
	return or
}
