package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// countedShadows is how many runs of a muted version are counted.
const countedShadows = 10_001

// ShadowFigures say how a muted version fares beside the live one.
type ShadowFigures struct {
	Runs      int // of the newest 10,001
	Different int // of these, from what the live version did
	Waiting   int // of these, not compared yet: the live run waits
}

// ShadowQuery chooses runs of the version that is muted now.
type ShadowQuery struct {
	Different bool  // only those that differ from the live version
	Before    int64 // only runs of a lower ShadowRun.ID; 0: from the newest on
	Limit     int
}

// ShadowRun is what a muted version would have done at an event, beside what the live one did.
type ShadowRun struct {
	ID          int64
	PublicID    desk.ID
	Event       desk.EventName
	EventID     desk.ID
	Ticket      int64 // its number, 0: the event had none
	Outcome     workflow.Outcome
	Why         string
	Muted, Live []ShadowChange
	Differs     bool
	LiveRun     desk.ID          // zero: the live version did not run
	LiveOutcome workflow.Outcome // "" then
	At          time.Time
}

type shadowRow struct {
	ID          int64            `db:"id"`
	PublicID    desk.ID          `db:"public_id"`
	Event       desk.EventName   `db:"name"`
	EventID     desk.ID          `db:"event_public_id"`
	Number      int64            `db:"number"`
	Outcome     workflow.Outcome `db:"outcome"`
	Why         string           `db:"why"`
	Changes     string           `db:"changes"`
	Live        string           `db:"live"`
	Differs     bool             `db:"differs"`
	LiveRun     desk.ID          `db:"live_run"`
	LiveOutcome workflow.Outcome `db:"live_outcome"`
	StartedAt   micros           `db:"started_at"`
}

func (r *shadowRow) run() (ShadowRun, error) {
	out := ShadowRun{
		ID: r.ID, PublicID: r.PublicID, Event: r.Event, EventID: r.EventID, Ticket: r.Number, Outcome: r.Outcome, Why: r.Why,
		Differs: r.Differs, LiveRun: r.LiveRun, LiveOutcome: r.LiveOutcome, At: time.Time(r.StartedAt),
	}
	if err := json.Unmarshal([]byte(r.Changes), &out.Muted); err != nil {
		return out, fmt.Errorf("read changes of shadow run %d: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Live), &out.Live); err != nil {
		return out, fmt.Errorf("read live changes of shadow run %d: %w", r.ID, err)
	}
	return out, nil
}

// ShadowRuns returns runs of the version of a workflow that is muted now, newest first.
func (s *Store) ShadowRuns(ctx context.Context, team int64, id desk.ID, q ShadowQuery) ([]ShadowRun, error) {
	var where clauses
	where.add(`w.team_id = ? AND w.public_id = ?`, team, id)
	if q.Different {
		where.add(`r.differs = ?`, true)
	}
	if q.Before != 0 {
		where.add(`r.id < ?`, q.Before)
	}
	var rows []shadowRow
	err := list(ctx, s.db, &rows, `
		SELECT r.id, r.public_id, e.name, e.public_id AS event_public_id, COALESCE(t.number, 0) AS number, r.outcome, r.why,
			r.changes, r.live, r.differs, l.public_id AS live_run, COALESCE(l.outcome, '') AS live_outcome, r.started_at
		FROM workflows w
		JOIN shadow_runs r ON r.workflow_id = w.id AND r.version = w.shadow_version
		JOIN events e ON e.id = r.event_id
		LEFT JOIN tickets t ON t.id = r.ticket_id
		LEFT JOIN runs l ON l.event_id = r.event_id AND l.workflow_id = r.workflow_id
		WHERE `+where.text()+`
		ORDER BY r.id DESC
		LIMIT ?`, append(where.args, q.Limit)...)
	if err != nil {
		return nil, fmt.Errorf("list shadow runs of workflow %s: %w", id, err)
	}
	runs := make([]ShadowRun, len(rows))
	for i := range rows {
		if runs[i], err = rows[i].run(); err != nil {
			return nil, err
		}
	}
	return runs, nil
}

// ShadowFigures counts the runs of the version of a workflow that is muted now.
func (s *Store) ShadowFigures(ctx context.Context, team int64, id desk.ID) (ShadowFigures, error) {
	var row struct {
		Runs      int `db:"runs"`
		Different int `db:"different"`
		Waiting   int `db:"waiting"`
	}
	err := get(ctx, s.db, &row, `
		SELECT COUNT(*) AS runs, COALESCE(SUM(CASE WHEN newest.differs THEN 1 ELSE 0 END), 0) AS different,
			COALESCE(SUM(CASE WHEN l.outcome = 'waiting' THEN 1 ELSE 0 END), 0) AS waiting
		FROM (
			SELECT r.event_id, r.workflow_id, r.differs
			FROM workflows w
			JOIN shadow_runs r ON r.workflow_id = w.id AND r.version = w.shadow_version
			WHERE w.team_id = ? AND w.public_id = ?
			ORDER BY r.id DESC
			LIMIT ?) AS newest
		LEFT JOIN runs l ON l.event_id = newest.event_id AND l.workflow_id = newest.workflow_id`, team, id, countedShadows)
	if err != nil {
		return ShadowFigures{}, fmt.Errorf("count shadow runs of workflow %s: %w", id, err)
	}
	return ShadowFigures(row), nil
}
