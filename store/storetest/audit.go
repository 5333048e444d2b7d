package storetest

import (
	"context"
	"errors"
	"fmt"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// Audit is what became of the messages that customers wrote to a team.
type Audit struct {
	Processed  int // whose events are done
	Disordered int // runs of a workflow that began before one of an earlier event of their ticket
	Torn       int // changes of a priority that do not begin where the one before ended
}

// ReadAudit reads the events, runs and changes of a team beside its stores.
func ReadAudit(ctx context.Context, c store.Config, team int64) (a Audit, err error) {
	d, err := openDirect(c)
	if err != nil {
		return a, fmt.Errorf("open database to audit: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	err = d.QueryRowContext(ctx, audit, team, desk.MessageReceived).Scan(&a.Processed, &a.Disordered, &a.Torn)
	if err != nil {
		return a, fmt.Errorf("audit events: %w", err)
	}
	return a, nil
}

const audit = `
	SELECT
		(SELECT COUNT(*) FROM events WHERE team_id = $1 AND state = 'processed' AND name = $2),
		(SELECT COUNT(*)
			FROM (
				SELECT event_id, LAG(event_id) OVER (PARTITION BY ticket_id, workflow_id ORDER BY id) AS earlier
				FROM runs
				WHERE team_id = $1) AS r
			WHERE event_id < earlier),
		(SELECT COUNT(*)
			FROM (
				SELECT before, LAG(after) OVER (PARTITION BY ticket_id ORDER BY id) AS earlier
				FROM changes
				WHERE team_id = $1 AND field = 'priority') AS p
			WHERE before <> earlier)`
