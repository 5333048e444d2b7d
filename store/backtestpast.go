package store

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"sync"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const (
	pastPage   = 2_000 // events, or writes, that are read at once
	pagesAhead = 2     // read while those before are replayed
)

// past reads what happened to a team's tickets, in order.
type past struct {
	store *Store
	team  int64
	after int64 // events.id
	last  int64
	total int // events, at most

	writes  []writeRow // read and not handed out yet
	written int64      // changes.id
	ended   bool       // there are no more writes
}

type pastRow struct {
	eventRow
	Snapshot string
}

func (r *pastRow) fields() []any {
	return []any{
		&r.ID, &r.PublicID, &r.TeamID, &r.TicketID, &r.WorkflowID, &r.Name, &r.Properties, &r.DueAt, &r.CreatedAt, &r.Snapshot,
	}
}

// openPast finds the events since a time, up to those that there are now.
func (s *Store) openPast(ctx context.Context, team int64, since time.Time) (*past, error) {
	p := &past{store: s, team: team}
	var ends struct {
		Total int   `db:"total"`
		First int64 `db:"first"`
		Last  int64 `db:"last"`
	}
	err := get(ctx, s.db, &ends, `
		SELECT COUNT(*) AS total, COALESCE(MIN(id), 0) AS first, COALESCE(MAX(id), 0) AS last
		FROM events
		WHERE team_id = ? AND created_at >= ?`, team, since)
	if err != nil {
		return nil, fmt.Errorf("count events of team %d: %w", team, err)
	}
	p.total, p.after, p.last = ends.Total, ends.First-1, ends.Last
	if p.total > 0 {
		p.written, err = s.firstChange(ctx, since)
	}
	return p, err
}

// firstChange is the id before that of the first change since a time. Ids follow the time, so a few looks find it.
func (s *Store) firstChange(ctx context.Context, since time.Time) (int64, error) {
	var ends struct {
		First int64 `db:"first"`
		Last  int64 `db:"last"`
	}
	err := get(ctx, s.db, &ends, `SELECT COALESCE(MIN(id), 0) AS first, COALESCE(MAX(id), 0) AS last FROM changes`)
	low, high := ends.First, ends.Last
	for err == nil && low < high {
		middle := low + (high-low)/2
		var row struct {
			ID int64  `db:"id"`
			At micros `db:"created_at"`
		}
		err = get(ctx, s.db, &row, `SELECT id, created_at FROM changes WHERE id >= ? ORDER BY id LIMIT 1`, middle)
		if time.Time(row.At).Before(since) {
			low = row.ID + 1
		} else {
			high = middle
		}
	}
	if err != nil {
		return 0, fmt.Errorf("find changes since %s: %w", since, err)
	}
	return low - 1, nil
}

// next is the next page, nil at the end; seen is how many events it stands for.
func (p *past) next(ctx context.Context) (page []workflow.Past, seen int, err error) {
	rows, err := p.read(ctx)
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	p.after = rows[len(rows)-1].ID
	happened, err := decodePast(rows)
	if err != nil {
		return nil, 0, err
	}
	page = make([]workflow.Past, 0, len(rows)+len(p.writes))
	for i := range happened {
		if happened[i].Event == nil {
			continue
		}
		if page, err = p.writesBefore(ctx, page, happened[i].Event.At); err != nil {
			return nil, 0, err
		}
		page = append(page, happened[i])
	}
	return page, len(rows), nil
}

// read goes along the primary key: the sum keeps planners from an index of the team, after which they would sort.
func (p *past) read(ctx context.Context) (_ []pastRow, err error) {
	rows := make([]pastRow, 0, pastPage)
	found, err := p.store.db.QueryxContext(ctx, p.store.db.bind(`
		SELECT `+eventColumns+`, snapshot
		FROM events
		WHERE id > ? AND id <= ? AND team_id + 0 = ?
		ORDER BY id
		LIMIT ?`), p.after, p.last, p.team, pastPage)
	if err != nil {
		return nil, fmt.Errorf("read past events: %w", err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		rows = append(rows, pastRow{})
		if err := found.Scan(rows[len(rows)-1].fields()...); err != nil {
			return nil, fmt.Errorf("read past event: %w", err)
		}
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("read past events: %w", err)
	}
	return rows, nil
}

// decodePast reads the documents of a page on all processors: that is most of the work.
func decodePast(rows []pastRow) ([]workflow.Past, error) {
	out := make([]workflow.Past, len(rows))
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(rows) && errs[w] == nil; i += workers {
				out[i], errs[w] = rows[i].past()
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// past is empty for what is only the copy of an event, made to run one workflow on it again.
func (r *pastRow) past() (workflow.Past, error) {
	internal := r.Name == workflow.ManualRun || r.Name == workflow.ScheduledRun || r.Name == workflow.HookCalled
	if r.WorkflowID != 0 && !internal {
		return workflow.Past{}, nil
	}
	event, err := r.event()
	if err != nil {
		return workflow.Past{}, err
	}
	p := workflow.Past{Event: event, Only: r.WorkflowID}
	if r.TicketID == 0 {
		return p, nil
	}
	t := desk.Ticket{}
	if err := json.Unmarshal([]byte(r.Snapshot), &t); err != nil {
		return workflow.Past{}, fmt.Errorf("read snapshot of event %d: %w", r.ID, err)
	}
	t.ID = r.TicketID
	event.DistinctID = t.Customer.DistinctID
	p.Ticket = &t
	return p, nil
}

// writeRow is a field that a workflow wrote.
type writeRow struct {
	ID        int64      `db:"id"`
	TicketID  int64      `db:"ticket_id"`
	Field     desk.Field `db:"field"`
	After     string     `db:"after"`
	CreatedAt micros     `db:"created_at"`
}

// writesBefore appends what workflows wrote before a time and was not handed out yet.
func (p *past) writesBefore(ctx context.Context, page []workflow.Past, before time.Time) ([]workflow.Past, error) {
	for {
		for len(p.writes) > 0 {
			row := &p.writes[0]
			if !time.Time(row.CreatedAt).Before(before) {
				return page, nil
			}
			w, err := row.write()
			if err != nil {
				return nil, err
			}
			page = append(page, workflow.Past{Write: w})
			p.writes = p.writes[1:]
		}
		if p.ended {
			return page, nil
		}
		if err := p.readWrites(ctx); err != nil {
			return nil, err
		}
	}
}

func (p *past) readWrites(ctx context.Context) error {
	var rows []writeRow
	err := list(ctx, p.store.db, &rows, `
		SELECT id, ticket_id, field, after, created_at
		FROM changes
		WHERE id > ? AND team_id = ? AND actor = ? AND field IN (?, ?, ?, ?, ?, ?)
		ORDER BY id
		LIMIT ?`, p.written, p.team, desk.ByWorkflow, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
		desk.FieldSLA, desk.FieldMessage, pastPage)
	if err != nil {
		return fmt.Errorf("read what workflows wrote: %w", err)
	}
	p.writes, p.ended = rows, len(rows) < pastPage
	if len(rows) > 0 {
		p.written = rows[len(rows)-1].ID
	}
	return nil
}

func (r *writeRow) write() (*workflow.Write, error) {
	w := &workflow.Write{TicketID: r.TicketID, At: time.Time(r.CreatedAt), Field: r.Field}
	var err error
	switch r.Field {
	case desk.FieldStatus:
		w.After, err = recorded[desk.Status](r.After)
	case desk.FieldPriority:
		w.After, err = recorded[desk.Priority](r.After)
	case desk.FieldAssignee:
		w.After, err = recorded[desk.Assignee](r.After)
	case desk.FieldTags:
		w.After, err = recorded[[]string](r.After)
	case desk.FieldSLA:
		w.After, err = recorded[time.Time](r.After)
	case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	if err != nil {
		return nil, fmt.Errorf("read change %d: %w", r.ID, err)
	}
	return w, nil
}

// recorded reads a recorded value; null is the zero value.
func recorded[T any](text string) (T, error) {
	var v T
	err := json.Unmarshal([]byte(text), &v)
	return v, err
}
