package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// insertBranches notes which paths the runs took. What is noted already, before a run waited, is left as it is.
func insertBranches(ctx context.Context, tx *tx, runs []*workflow.Run) error {
	var rows [][]any
	for _, run := range runs {
		for i := range run.Result.Steps {
			if t := &run.Result.Steps[i]; t.Exit != nil {
				rows = append(rows, []any{run.Workflow.ID, t.StepID, *t.Exit, run.Started, run.ID})
			}
		}
	}
	for some := range slices.Chunk(rows, rowsPerInsert) {
		_, err := tx.exec(ctx, `
			INSERT INTO run_branches (workflow_id, step_id, branch, started_at, run_id)
			VALUES `+rowsOf(`(?, ?, ?, ?, ?)`, len(some))+`
			ON CONFLICT DO NOTHING`, slices.Concat(some...)...)
		if err != nil {
			return fmt.Errorf("insert paths of runs: %w", err)
		}
	}
	return nil
}

// Branch names a path of a workflow: an exit of a step, as in workflow.Place.
type Branch struct {
	StepID string
	Exit   int
}

// PathCounts say how often the paths of a workflow were taken, and how often agents changed its results. Each count
// goes up to PathCap.
type PathCounts struct {
	Runs      int
	Hits      map[Branch]int // absent: never
	Overrides map[string]int // by the id of the step that had set the field
}

// PathCap is where PathCounts stop counting, so that they cost the same however long the log is.
const PathCap = 10_001

// PathCounts counts the runs that began since an instant, and the overrides since then. Steps that are gone from the
// workflow are counted too.
func (s *Store) PathCounts(ctx context.Context, team int64, id desk.ID, since time.Time) (PathCounts, error) {
	row, err := findWorkflow(ctx, s.db, team, id)
	if err != nil {
		return PathCounts{}, err
	}
	counts := PathCounts{Hits: map[Branch]int{}, Overrides: map[string]int{}}
	from := max(since.UnixMicro(), 0)
	if err := get(ctx, s.db, &counts.Runs, countRuns, row.ID, from, PathCap); err != nil {
		return PathCounts{}, fmt.Errorf("count runs of workflow %s: %w", id, err)
	}
	var hits []struct {
		StepID string `db:"step_id"`
		Branch int    `db:"branch"`
		Hits   int    `db:"hits"`
	}
	if err := list(ctx, s.db, &hits, countHits, row.ID, row.ID, row.ID, row.ID, from, PathCap); err != nil {
		return PathCounts{}, fmt.Errorf("count paths of workflow %s: %w", id, err)
	}
	for _, h := range hits {
		counts.Hits[Branch{StepID: h.StepID, Exit: h.Branch}] = h.Hits
	}
	var overrides []struct {
		StepID string `db:"step_id"`
		Hits   int    `db:"hits"`
	}
	if err := list(ctx, s.db, &overrides, countOverrides, row.ID, row.ID, row.ID, from, PathCap); err != nil {
		return PathCounts{}, fmt.Errorf("count overrides of workflow %s: %w", id, err)
	}
	for _, o := range overrides {
		counts.Overrides[o.StepID] = o.Hits
	}
	return counts, nil
}

const countRuns = `
	SELECT COUNT(*)
	FROM (
		SELECT 1
		FROM runs
		WHERE workflow_id = ? AND started_at >= ?
		LIMIT ?) AS newest`

// countHits goes from each path to the next along the key of run_branches, and counts within it.
const countHits = `
	WITH RECURSIVE paths (step_id, branch) AS (
		SELECT * FROM (
			SELECT step_id, branch
			FROM run_branches
			WHERE workflow_id = ?
			ORDER BY step_id, branch
			LIMIT 1) AS first
		UNION ALL
		SELECT
			(SELECT b.step_id FROM run_branches b WHERE b.workflow_id = ? AND (b.step_id, b.branch) >= (p.step_id, p.branch + 1)
				ORDER BY b.step_id, b.branch LIMIT 1),
			(SELECT b.branch FROM run_branches b WHERE b.workflow_id = ? AND (b.step_id, b.branch) >= (p.step_id, p.branch + 1)
				ORDER BY b.step_id, b.branch LIMIT 1)
		FROM paths p
		WHERE p.step_id IS NOT NULL)
	SELECT p.step_id, p.branch, (
		SELECT COUNT(*)
		FROM (
			SELECT 1
			FROM run_branches b
			WHERE b.workflow_id = ? AND b.step_id = p.step_id AND b.branch = p.branch AND b.started_at >= ?
			LIMIT ?) AS newest) AS hits
	FROM paths p
	WHERE p.step_id IS NOT NULL`

const countOverrides = `
	WITH RECURSIVE steps (step_id) AS (
		SELECT MIN(step_id) FROM overrides WHERE workflow_id = ?
		UNION ALL
		SELECT (SELECT MIN(o.step_id) FROM overrides o WHERE o.workflow_id = ? AND o.step_id > s.step_id)
		FROM steps s
		WHERE s.step_id IS NOT NULL)
	SELECT s.step_id, (
		SELECT COUNT(DISTINCT run_id)
		FROM (
			SELECT o.run_id
			FROM overrides o
			WHERE o.workflow_id = ? AND o.step_id = s.step_id AND o.created_at >= ?
			LIMIT ?) AS newest) AS hits
	FROM steps s
	WHERE s.step_id IS NOT NULL`
