package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// roleFacts are whose turn it last was, and how many tickets that are not resolved each member of the role has.
func roleFacts(ctx context.Context, tx *tx, rules *rules, n workflow.Need) (workflow.RoleFacts, error) {
	team := rules.directory.Team.ID
	facts := workflow.RoleFacts{LastTurn: map[int64]time.Time{}}
	var turns []struct {
		UserID int64  `db:"user_id"`
		LastAt micros `db:"last_at"`
	}
	err := list(ctx, tx, &turns, `SELECT user_id, last_at FROM turns WHERE team_id = ? AND role_id = ?`, team, n.Role)
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
	for _, user := range rules.directory.Roles[n.Role].Members {
		if facts.Open[user], err = countOpen(ctx, tx, team, user); err != nil {
			return facts, err
		}
	}
	return facts, nil
}

// countOpen counts up to countCap.
func countOpen(ctx context.Context, tx *tx, team, user int64) (int, error) {
	var count int
	err := get(ctx, tx, &count, `
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
func countUses(ctx context.Context, tx *tx, workflowID int64, n workflow.Need, now time.Time) (int, error) {
	var count int
	err := get(ctx, tx, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM runs
			WHERE workflow_id = ? AND limit_key = ? AND limit_key <> '' AND started_at > ?
			LIMIT ?) AS uses`, workflowID, n.Limit, now.Add(-n.Within), countCap)
	if err != nil {
		return 0, fmt.Errorf("count runs of workflow %d under its limit: %w", workflowID, err)
	}
	return count, nil
}

// countSent counts the messages that the workflow sent on a ticket within the last hour.
func countSent(ctx context.Context, tx *tx, w *workflow.Workflow, ticket desk.ID, now time.Time) (int, error) {
	var count int
	err := get(ctx, tx, &count, `
		SELECT COUNT(*)
		FROM messages m
		JOIN tickets t ON t.id = m.ticket_id
		WHERE t.public_id = ? AND m.created_at > ? AND m.workflow_id = ? AND m.private = ?`,
		ticket, now.Add(-time.Hour), w.ID, false)
	if err != nil {
		return 0, fmt.Errorf("count messages of workflow %d: %w", w.ID, err)
	}
	return count, nil
}

// countStarted counts the runs that began within the last minute among the newest: as many rows as the limit are read.
func countStarted(ctx context.Context, tx *tx, workflowID int64, limit int, now time.Time) (int, error) {
	var count int
	err := get(ctx, tx, &count, `
		SELECT COUNT(*)
		FROM (
			SELECT started_at
			FROM runs
			WHERE workflow_id = ?
			ORDER BY id DESC
			LIMIT ?) AS newest
		WHERE started_at > ?`, workflowID, limit, now.Add(-time.Minute))
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
