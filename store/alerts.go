package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// RaiseSLA implements workflow.Memory.
func (s *Store) RaiseSLA(ctx context.Context, now time.Time, limit int) (int, error) {
	raised := 0
	for _, due := range []struct {
		stage  desk.SLAStage
		before time.Time
	}{
		// Two stretches of tickets_alerts: tickets that are at risk and have said so are not looked at again.
		{desk.NotRaised, now.Add(desk.AtRisk + time.Microsecond)},
		{desk.RaisedAtRisk, now},
	} {
		n, err := s.raiseSLA(ctx, due.stage, due.before, limit-raised)
		raised += n
		if err != nil {
			return raised, err
		}
	}
	return raised, nil
}

// dueAlerts says again what tickets_alerts holds, or SQLite would not use it.
const dueAlerts = `
	SELECT id, team_id
	FROM tickets
	WHERE sla_due_at IS NOT NULL AND sla_stage <> 'breached' AND status <> 'resolved' AND sla_stage = ? AND sla_due_at < ?
	ORDER BY sla_due_at
	LIMIT ?`

// raiseSLA raises the next alert of up to limit tickets of a stage that are due before an instant.
func (s *Store) raiseSLA(ctx context.Context, stage desk.SLAStage, before time.Time, limit int) (int, error) {
	var due []struct {
		ID     int64 `db:"id"`
		TeamID int64 `db:"team_id"`
	}
	err := list(ctx, s.db, &due, dueAlerts, stage, before, limit)
	if err != nil {
		return 0, fmt.Errorf("list tickets due for an alert: %w", err)
	}
	raised := 0
	var errs []error
	for _, d := range due {
		changed, err := s.ChangeTicket(ctx, desk.System(), d.TeamID, d.ID, desk.RaiseSLA{})
		if err != nil {
			errs = append(errs, fmt.Errorf("raise alert of ticket %d: %w", d.ID, err)) // the others are due all the same
		}
		raised += len(changed.Outcome.Events) // none when somebody has changed it since
	}
	return raised, errors.Join(errs...)
}
