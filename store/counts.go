package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"signalbox/workflow/desk"
)

// countCap is where counts that are not kept stop counting: "1,000+" says as much to a reader.
const countCap = 1_001

// foldAbove is how many differences a name may gather before they are folded into one.
const foldAbove = 64

// countNames lists what a ticket counts towards. What changes with time alone is counted when asked.
func countNames(t *desk.Ticket) []string {
	if t == nil {
		return nil
	}
	names := []string{string(ViewAll)}
	if t.Status == desk.New || t.Status == desk.Open {
		names = append(names, string(ViewWaiting))
	}
	if t.Status != desk.Resolved {
		names = append(names, assigneeCount(t.Assignee))
	}
	return names
}

func assigneeCount(a desk.Assignee) string {
	if a.Kind == desk.Nobody {
		return string(ViewUnassigned)
	}
	return string(a.Kind) + ":" + strconv.FormatInt(a.ID, 10)
}

// saveCounts adds differences and never updates: a row that every ticket of a team updates would be
// a queue. FoldCounts keeps them few.
func saveCounts(ctx context.Context, tx *tx, before, after *desk.Ticket) error {
	had, has := countNames(before), countNames(after)
	var args []any
	for _, name := range missing(has, had) {
		args = append(args, after.TeamID, name, 1)
	}
	for _, name := range missing(had, has) {
		args = append(args, after.TeamID, name, -1)
	}
	if len(args) == 0 {
		return nil
	}
	_, err := tx.exec(ctx, `
		INSERT INTO ticket_counts (team_id, name, delta)
		VALUES `+rowsOf(`(?, ?, ?)`, len(args)/3), args...)
	if err != nil {
		return fmt.Errorf("count ticket %d: %w", after.ID, err)
	}
	return nil
}

// missing returns the entries of a that b lacks; both are a handful.
func missing(a, b []string) []string {
	var out []string
	for _, name := range a {
		found := false
		for _, other := range b {
			found = found || name == other
		}
		if !found {
			out = append(out, name)
		}
	}
	return out
}

// FoldCounts makes one row of the differences of each count that has gathered many. The sums stay
// as they are at every instant.
func (s *Store) FoldCounts(ctx context.Context) error {
	var names []struct {
		TeamID int64  `db:"team_id"`
		Name   string `db:"name"`
	}
	err := list(ctx, s.db, &names, `
		SELECT team_id, name
		FROM ticket_counts
		GROUP BY team_id, name
		HAVING COUNT(*) > ?`, foldAbove)
	if err != nil {
		return fmt.Errorf("find counts to fold: %w", err)
	}
	for _, n := range names {
		if err := s.foldCount(ctx, n.TeamID, n.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) foldCount(ctx context.Context, team int64, name string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var deltas []int64
		err := tx.returningAll(ctx, &deltas, `
			DELETE FROM ticket_counts
			WHERE team_id = ? AND name = ?
			RETURNING delta`, team, name)
		if err != nil {
			return fmt.Errorf("take count %s: %w", name, err)
		}
		var sum int64
		for _, d := range deltas {
			sum += d
		}
		if _, err := tx.exec(ctx, `
			INSERT INTO ticket_counts (team_id, name, delta)
			VALUES (?, ?, ?)`, team, name, sum); err != nil {
			return fmt.Errorf("fold count %s: %w", name, err)
		}
		return nil
	})
}

// Counts returns how many tickets each default view of a user holds, in one round trip: it is on every page. What
// changes with time is capped at 1,001.
func (s *Store) Counts(ctx context.Context, team, user int64, now time.Time) (map[View]int, error) {
	mine := assigneeCount(desk.Assignee{Kind: desk.ToUser, ID: user})
	var found []struct {
		Name  string `db:"name"`
		Total int    `db:"total"`
	}
	err := list(ctx, s.quick, &found, countsOfViews,
		team, string(ViewAll), string(ViewWaiting), string(ViewUnassigned), mine,
		string(ViewRoles), team, team, user,
		string(ViewBreached), team, 0, now, countCap,
		string(ViewAtRisk), team, now, now.Add(desk.AtRisk+time.Microsecond), countCap)
	if err != nil {
		return nil, fmt.Errorf("count tickets of the views of user %d: %w", user, err)
	}
	counts := make(map[View]int, len(found))
	for _, f := range found {
		if f.Name == mine {
			f.Name = string(ViewMine)
		}
		counts[View(f.Name)] = f.Total
	}
	return counts, nil
}

const countsOfViews = `
	SELECT name, CAST(SUM(delta) AS BIGINT) AS total
	FROM ticket_counts
	WHERE team_id = ? AND name IN (?, ?, ?, ?)
	GROUP BY name
	UNION ALL
	SELECT ?, CAST(COALESCE(SUM(delta), 0) AS BIGINT)
	FROM ticket_counts
	WHERE team_id = ? AND name IN (
		SELECT 'role:' || CAST(role_id AS TEXT)
		FROM role_members
		WHERE team_id = ? AND user_id = ?)
	UNION ALL` + countDue + `
	UNION ALL` + countDue

// countDue counts unresolved tickets that are due in a stretch of time, which an index alone answers.
const countDue = `
	SELECT ?, COUNT(*)
	FROM (
		SELECT 1
		FROM tickets
		WHERE team_id = ? AND status IN ('new', 'open', 'pending', 'on_hold') AND sla_due_at >= ? AND sla_due_at < ?
		LIMIT ?) AS due`
