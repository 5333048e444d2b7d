package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// role says whose turn it last was, and how many tickets that are not resolved each member of the role has.
func (l *look) role(ctx context.Context, n workflow.Need) (workflow.RoleFacts, error) {
	team := l.rules.directory.Team.ID
	facts := workflow.RoleFacts{LastTurn: map[int64]time.Time{}}
	if err := l.lockRole(ctx, n.Role); err != nil {
		return facts, err
	}
	var turns []struct {
		UserID int64  `db:"user_id"`
		LastAt micros `db:"last_at"`
	}
	err := list(ctx, l.q, &turns, `SELECT user_id, last_at FROM turns WHERE team_id = ? AND role_id = ?`, team, n.Role)
	if err != nil {
		return facts, fmt.Errorf("read turns of role %d: %w", n.Role, err)
	}
	for _, t := range turns {
		facts.LastTurn[t.UserID] = time.Time(t.LastAt)
	}
	if !n.Open {
		return facts, nil
	}
	facts.Open = map[int64]int{}
	for _, user := range l.rules.directory.Roles[n.Role].Members {
		if facts.Open[user], err = countOpen(ctx, l.q, team, user); err != nil {
			return facts, err
		}
	}
	return facts, nil
}

// lockRole makes turns be taken one after the other: whoever is next sees whose turn it was.
func (l *look) lockRole(ctx context.Context, role int64) error {
	if l.lock == "" {
		return nil
	}
	var id int64
	err := get(ctx, l.q, &id, `SELECT id FROM roles WHERE id = ?`+l.store.forUpdate(), role)
	if err != nil && !noRows(err) { // one that is gone has no turns
		return fmt.Errorf("lock role %d: %w", role, err)
	}
	return nil
}

// countOpen counts up to countCap.
func countOpen(ctx context.Context, q queryer, team, user int64) (int, error) {
	var count int
	err := get(ctx, q, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM tickets
			WHERE team_id = ? AND assignee_kind = ? AND assignee_id = ? AND status IN (?, ?, ?, ?)
			LIMIT ?) AS open`, team, desk.ToUser, user, desk.New, desk.Open, desk.Pending, desk.OnHold, countCap)
	if err != nil {
		return 0, fmt.Errorf("count open tickets of user %d: %w", user, err)
	}
	return count, nil
}

// countUses counts the runs that began under the key of a trigger's limit.
func (l *look) countUses(ctx context.Context, workflowID int64, n workflow.Need) (int, error) {
	if l.lock != "" { // a key may be that of several tickets: whoever is next counts this one
		if err := l.store.engine.lockName(ctx, l.q, workflowID, n.Limit); err != nil {
			return 0, err
		}
	}
	var where clauses
	where.add(`workflow_id = ? AND limit_key = ? AND limit_key <> '' AND started_at > ?`, workflowID, n.Limit, l.now.Add(-n.Within))
	if !l.before.IsZero() {
		where.add(`started_at < ?`, l.before)
	}
	var count int
	err := get(ctx, l.q, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM runs
			WHERE `+where.text()+`
			LIMIT ?) AS uses`, append(where.args, countCap)...)
	if err != nil {
		return 0, fmt.Errorf("count runs of workflow %d under its limit: %w", workflowID, err)
	}
	return count, nil
}

// countSent counts the messages that the workflow sent on a ticket within the last hour.
func (l *look) countSent(ctx context.Context, w *workflow.Workflow, ticket desk.ID) (int, error) {
	var where clauses
	where.add(`t.public_id = ? AND m.created_at > ? AND m.workflow_id = ? AND m.private = ?`, ticket, l.now.Add(-time.Hour), w.ID, false)
	if !l.before.IsZero() {
		where.add(`m.created_at < ?`, l.before)
	}
	var count int
	err := get(ctx, l.q, &count, `
		SELECT COUNT(*)
		FROM messages m
		JOIN tickets t ON t.id = m.ticket_id
		WHERE `+where.text(), where.args...)
	if err != nil {
		return 0, fmt.Errorf("count messages of workflow %d: %w", w.ID, err)
	}
	return count, nil
}

// countStarted counts the runs that began within the last minute among the newest: as many rows as the limit are read.
// In the past there is no telling them from later ones that cheaply: there, none has.
func (l *look) countStarted(ctx context.Context, workflowID int64, limit int) (int, error) {
	if !l.before.IsZero() {
		return 0, nil
	}
	var count int
	err := get(ctx, l.q, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT started_at
			FROM runs
			WHERE workflow_id = ?
			ORDER BY started_at DESC
			LIMIT ?) AS newest
		WHERE started_at > ?`, workflowID, limit, l.now.Add(-time.Minute))
	if err != nil {
		return 0, fmt.Errorf("count new runs of workflow %d: %w", workflowID, err)
	}
	return count, nil
}

// saveTurns notes whose turn it was.
func saveTurns(ctx context.Context, tx *tx, team int64, turns []workflow.Turn) error {
	for _, t := range turns {
		_, err := tx.exec(ctx, `
			INSERT INTO turns (team_id, role_id, user_id, last_at)
			VALUES (?, ?, ?, ?)
			ON CONFLICT (team_id, role_id, user_id) DO UPDATE SET last_at = excluded.last_at`,
			team, t.RoleID, t.UserID, t.At)
		if err != nil {
			return fmt.Errorf("save turn of role %d: %w", t.RoleID, err)
		}
	}
	return nil
}
