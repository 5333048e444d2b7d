package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

var _ workflow.Archive = (*archive)(nil)

// archive is what a backtest may ask of the database; it only reads.
type archive struct {
	store  *Store
	rules  *rules
	now    time.Time
	since  time.Time         // the moment of the backtest's first event
	opened map[int64][]int64 // when each customer opened tickets, in order; nil: no workflow asks
}

// maxOpenings bounds the times of which an archive keeps count, at 8 bytes each.
const maxOpenings = 2_000_000

// newArchive counts openings from 7 days before the backtest's first event.
func (s *Store) newArchive(ctx context.Context, r *rules, since time.Time) (*archive, error) {
	a := &archive{store: s, rules: r, now: s.now(), since: since}
	if !r.countsCustomers {
		return a, nil
	}
	var rows []struct {
		CustomerID int64 `db:"customer_id"`
		CreatedAt  int64 `db:"created_at"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT customer_id, created_at
		FROM tickets
		WHERE team_id = ? AND created_at > ?
		ORDER BY created_at
		LIMIT ?`, r.directory.Team.ID, since.AddDate(0, 0, -7), maxOpenings)
	if err != nil {
		return nil, fmt.Errorf("list openings: %w", err)
	}
	a.opened = map[int64][]int64{}
	for _, row := range rows {
		a.opened[row.CustomerID] = append(a.opened[row.CustomerID], row.CreatedAt)
	}
	return a, nil
}

// TicketByID implements workflow.Archive.
func (a *archive) TicketByID(ctx context.Context, id desk.ID) (*desk.Ticket, error) {
	t, err := a.store.findTicket(ctx, a.store.db, a.rules.directory.Team.ID, `t.public_id = ?`, id)
	if errors.Is(err, errNoTicket) {
		return nil, nil
	}
	return &t, err
}

// TicketsByID implements workflow.Archive.
func (a *archive) TicketsByID(ctx context.Context, ids []desk.ID) ([]desk.Ticket, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{a.rules.directory.Team.ID}
	for _, id := range ids {
		args = append(args, id)
	}
	rows, err := listTickets(ctx, a.store.db, `
		SELECT `+ticketColumns+`
		FROM `+ticketTables+`
		WHERE t.team_id = ? AND t.public_id IN (`+rowsOf(`?`, len(ids))+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("read tickets: %w", err)
	}
	return ticketsOf(rows)
}

// Role implements workflow.Archive. Turns since then and tickets opened since then are the backtest's to give.
func (a *archive) Role(ctx context.Context, id int64) (workflow.RoleFacts, error) {
	l := look{q: a.store.db, store: a.store, rules: a.rules, now: a.now}
	facts, err := l.role(ctx, workflow.Need{Role: id, Open: true})
	if err != nil {
		return facts, err
	}
	maps.DeleteFunc(facts.LastTurn, func(_ int64, last time.Time) bool { return !last.Before(a.since) })
	var fresh []struct {
		User  int64 `db:"assignee_id"`
		Count int   `db:"tickets"`
	}
	err = list(ctx, a.store.db, &fresh, `
		SELECT assignee_id, COUNT(*) AS tickets
		FROM tickets
		WHERE team_id = ? AND created_at >= ? AND assignee_kind = ? AND status <> ?
		GROUP BY assignee_id`, a.rules.directory.Team.ID, a.since, desk.ToUser, desk.Resolved)
	if err != nil {
		return facts, fmt.Errorf("count new tickets of role %d: %w", id, err)
	}
	for _, f := range fresh {
		if open, member := facts.Open[f.User]; member {
			facts.Open[f.User] = max(0, open-f.Count)
		}
	}
	return facts, nil
}

// Opened implements workflow.Archive.
func (a *archive) Opened(customer int64, now time.Time) *int {
	if a.opened == nil {
		return nil
	}
	times := a.opened[customer]
	from, _ := slices.BinarySearch(times, now.AddDate(0, 0, -7).UnixMicro()+1)
	to, _ := slices.BinarySearch(times, now.UnixMicro()+1)
	return new(min(to-from, countCap))
}
