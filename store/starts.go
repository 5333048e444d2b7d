package store

import (
	"context"
	"fmt"
	"maps"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// MaxManualRuns is how many tickets a workflow can be run on at once.
const MaxManualRuns = 1_000

// RunWorkflow starts a workflow that may be run by hand on tickets of the team, given by their numbers. Tickets that
// the team does not have are NotFound, and nothing is started.
func (s *Store) RunWorkflow(ctx context.Context, by desk.Actor, team int64, id desk.ID, numbers []int64) error {
	if len(numbers) > MaxManualRuns {
		return desk.Errorf(desk.Invalid, "A workflow can be run on %d tickets at once; these are %d. Choose fewer.", MaxManualRuns, len(numbers))
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		e, err := s.manualStart(ctx, tx, team, id)
		if err != nil {
			return err
		}
		for _, number := range numbers {
			if err := s.runOn(ctx, tx, e, by, number); err != nil {
				return err
			}
		}
		return nil
	})
}

// manualStart is what starts a workflow that may be run by hand.
func (s *Store) manualStart(ctx context.Context, tx *tx, team int64, id desk.ID) (start, error) {
	row, err := findWorkflow(ctx, tx, team, id)
	if err != nil {
		return start{}, err
	}
	w, err := row.workflow()
	if err != nil {
		return start{}, err
	}
	if !w.Enabled || w.Published == nil || !w.Published.Trigger.Manual {
		return start{}, desk.Errorf(desk.Conflict, "The workflow %q cannot be run by hand. Give it the manual trigger, publish it and switch it on.", shorten(w.Name))
	}
	return start{team: team, workflow: row.ID, name: workflow.ManualRun, at: s.now()}, nil
}

// runOn starts the workflow on one ticket of its team, once for a double press.
func (s *Store) runOn(ctx context.Context, tx *tx, e start, by desk.Actor, number int64) error {
	t, err := s.findTicket(ctx, tx, e.team, `t.number = ?`+s.ticketLock(), number)
	if err != nil {
		return err
	}
	if again, err := s.justStarted(ctx, tx, &t, e.workflow); err != nil || again {
		return err
	}
	e.ticket, e.properties = &t, desk.Properties(&t)
	e.properties["run_by"] = by.Name
	return s.insertStart(ctx, tx, e)
}

// doublePress is how soon after a run by hand another one of the same workflow is taken for the same wish.
const doublePress = 2 * time.Second

// justStarted reports whether the latest event of the ticket is a run of this workflow by hand, a moment ago.
func (s *Store) justStarted(ctx context.Context, tx *tx, t *desk.Ticket, workflowID int64) (bool, error) {
	var last struct {
		Name       desk.EventName `db:"name"`
		WorkflowID int64          `db:"workflow_id"`
		CreatedAt  micros         `db:"created_at"`
	}
	err := get(ctx, tx, &last, `
		SELECT name, COALESCE(workflow_id, 0) AS workflow_id, created_at
		FROM events
		WHERE team_id = ? AND ticket_id = ?
		ORDER BY id DESC
		LIMIT 1`, t.TeamID, t.ID)
	if noRows(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read latest event of ticket %d: %w", t.ID, err)
	}
	return last.Name == workflow.ManualRun && last.WorkflowID == workflowID && s.now().Sub(time.Time(last.CreatedAt)) < doublePress, nil
}

// CallWorkflow starts the workflow whose secret address was called, with the properties that the call gave, as
// desk.ReadValues reads them. Where they name a ticket of the team by ticket_id or ticket_number, the run is on that
// ticket. A caller may say by key which calls are one and the same: of those of a day (24 h) the first alone starts the
// workflow, and again is true of the others. Without a key each does.
func (s *Store) CallWorkflow(ctx context.Context, token, key string, properties map[string]any) (again bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		var row struct {
			ID     int64 `db:"id"`
			TeamID int64 `db:"team_id"`
		}
		err := get(ctx, tx, &row, `
			SELECT id, team_id
			FROM workflows
			WHERE hook_token = ? AND hook_token <> '' AND enabled = ? AND deleted = ?`, token, true, false)
		if noRows(err) {
			return errNoWorkflow()
		}
		if err != nil {
			return fmt.Errorf("find called workflow: %w", err)
		}
		now, id := s.now(), desk.ID{}
		if key != "" {
			today, yesterday := onceIDs(token, key, now)
			if again, err = calledBefore(ctx, tx, now, today, yesterday); err != nil || again {
				return err
			}
			id = today
		}
		t, err := s.calledTicket(ctx, tx, row.TeamID, properties)
		if err != nil {
			return err
		}
		given := map[string]any{}
		maps.Copy(given, properties)
		if t != nil {
			maps.Copy(given, desk.Properties(t))
		}
		return s.insertStart(ctx, tx, start{
			id: id, team: row.TeamID, workflow: row.ID, ticket: t, name: workflow.HookCalled, properties: given, at: now,
		})
	})
	return again, err
}

// calledTicket is the ticket that a call names, nil when it names none. What is given and can be no ticket's is Invalid:
// the run would be about a ticket that nobody finds.
func (s *Store) calledTicket(ctx context.Context, tx *tx, team int64, properties map[string]any) (*desk.Ticket, error) {
	where, arg := ``, any(nil)
	if given := properties["ticket_id"]; given != nil {
		text, _ := given.(string)
		id, err := desk.ParseID(text)
		if err != nil {
			return nil, desk.FieldErrorf("ticket_id", "%.60q is not a ticket's id. Send one of this desk, or another name for yours.", fmt.Sprint(given))
		}
		where, arg = `t.public_id = ?`, id
	} else if given := properties["ticket_number"]; given != nil {
		number, _ := given.(int64)
		if number < 1 {
			return nil, desk.FieldErrorf("ticket_number", "%.60q is not a ticket's number. Send a number such as 12.", fmt.Sprint(given))
		}
		where, arg = `t.number = ?`, number
	}
	if where == "" {
		return nil, nil
	}
	t, err := s.findTicket(ctx, tx, team, where, arg)
	if err != nil {
		return nil, err
	}
	return &t, nil
}

// ManualWorkflow is a workflow that can be run by hand.
type ManualWorkflow struct {
	ID   desk.ID
	Name string
}

// ManualWorkflows lists those of the team in the order in which they run.
func (s *Store) ManualWorkflows(ctx context.Context, team int64) ([]ManualWorkflow, error) {
	r, err := s.latestRules(ctx, team)
	if err != nil {
		return nil, err
	}
	var found []ManualWorkflow
	for _, w := range r.byEvent[workflow.ManualRun] {
		if !w.Muted {
			found = append(found, ManualWorkflow{ID: w.PublicID, Name: w.Definition.Name})
		}
	}
	return found, nil
}
