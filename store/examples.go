package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// exampleEvents is among how many of a team's events ExampleEvents looks: an example is worth no more.
const exampleEvents = 300

// ExampleEvent is an event and its ticket as of then.
type ExampleEvent struct {
	workflow.Event
	Ticket *desk.Ticket // nil: it has none
}

// ExampleEvents returns the team's latest event of each of these kinds, where there was one lately.
func (s *Store) ExampleEvents(ctx context.Context, team int64, names []desk.EventName) (map[desk.EventName]ExampleEvent, error) {
	out := make(map[desk.EventName]ExampleEvent, len(names))
	if len(names) == 0 {
		return out, nil
	}
	var where clauses
	in(&where, `name`, names)
	var rows []struct {
		eventRow
		Snapshot string `db:"snapshot"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT `+eventColumns+`, snapshot
		FROM events
		WHERE id IN (
			SELECT MAX(id)
			FROM (
				SELECT id, name
				FROM events
				WHERE team_id = ?
				ORDER BY created_at DESC, id DESC
				LIMIT ?) newest
			WHERE `+where.text()+`
			GROUP BY name)`, slices.Concat([]any{team, exampleEvents}, where.args)...)
	if err != nil {
		return nil, fmt.Errorf("list example events of team %d: %w", team, err)
	}
	for i := range rows {
		if out[rows[i].Name], err = exampleOf(&rows[i].eventRow, rows[i].Snapshot); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func exampleOf(row *eventRow, snapshot string) (ExampleEvent, error) {
	event, err := row.event()
	if err != nil {
		return ExampleEvent{}, err
	}
	example := ExampleEvent{Event: *event}
	if row.TicketID == 0 {
		return example, nil
	}
	example.Ticket = &desk.Ticket{}
	if err := json.Unmarshal([]byte(snapshot), example.Ticket); err != nil {
		return ExampleEvent{}, fmt.Errorf("read the ticket of event %d: %w", row.ID, err)
	}
	example.DistinctID = example.Ticket.Customer.DistinctID
	return example, nil
}
