package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// countedWaits is how many waiting runs of a workflow are counted.
const countedWaits = 10_000

// WaitingRuns are the runs that wait at one step of one version.
type WaitingRuns struct {
	Version int
	StepID  string
	Type    workflow.StepType
	Name    string // of the step, "" where it has none
	Count   int
}

// WaitingRuns says where the runs of a workflow wait, of the newest 10,000: the latest version first, its steps in
// the order that people read them.
func (s *Store) WaitingRuns(ctx context.Context, team int64, id desk.ID) ([]WaitingRuns, error) {
	var rows []struct {
		Version  int    `db:"version"`
		Position string `db:"position"`
	}
	err := list(ctx, s.db, &rows, `
		SELECT r.version, r.position
		FROM runs r
		JOIN workflows w ON w.id = r.workflow_id
		WHERE w.team_id = ? AND w.public_id = ? AND r.outcome = 'waiting'
		ORDER BY r.id DESC
		LIMIT ?`, team, id, countedWaits)
	if err != nil {
		return nil, fmt.Errorf("list waiting runs of workflow %s: %w", id, err)
	}
	counts := map[int]map[string]int{}
	for _, r := range rows {
		var at struct {
			Step string `json:"step"`
		}
		if err := json.Unmarshal([]byte(r.Position), &at); err != nil {
			return nil, fmt.Errorf("read position of a run of workflow %s: %w", id, err)
		}
		if counts[r.Version] == nil {
			counts[r.Version] = map[string]int{}
		}
		counts[r.Version][at.Step]++
	}
	return s.namedWaits(ctx, team, id, counts)
}

func (s *Store) namedWaits(ctx context.Context, team int64, id desk.ID, counts map[int]map[string]int) ([]WaitingRuns, error) {
	var waits []WaitingRuns
	for version, steps := range counts {
		d, err := s.WorkflowVersion(ctx, team, id, version)
		if err != nil {
			return nil, err
		}
		workflow.EachStep(d, func(step *workflow.Step) {
			if n := steps[step.ID]; n > 0 {
				waits = append(waits, WaitingRuns{Version: version, StepID: step.ID, Type: step.Type, Name: step.Name, Count: n})
			}
		})
	}
	slices.SortStableFunc(waits, func(a, b WaitingRuns) int { return cmp.Compare(b.Version, a.Version) })
	return waits, nil
}
