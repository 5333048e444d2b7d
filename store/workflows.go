package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// WorkflowRow is a workflow with its draft, what of it is published and how it fared.
type WorkflowRow struct {
	ID           int64
	PublicID     desk.ID
	Name         string
	Position     int // in the order that the admin set
	Enabled      bool
	Version      int // the published one, 0: never published
	DraftRev     int // moves with every save
	DraftDiffers bool
	CanUndo      bool // there is an earlier draft
	CanRedo      bool // the last change of the draft was to undo one
	Shadow       int  // the version that runs muted, 0: none
	ShadowSince  time.Time
	NextAt       time.Time // when its schedule is due next
	HookToken    string    // names it in the address of its inbound webhook, "" until it was published with one
	TrippedAt    time.Time // since when it is paused for going over a limit
	TrippedWhy   string
	Held         int // events that are kept for it meanwhile, counted up to 1,001
	Draft        workflow.Definition
	Published    *workflow.Definition
	Unreadable   string // why what is stored of it cannot be read, "" if it can; such a row has no definition
	UpdatedAt    time.Time
	LastRunAt    time.Time
	// Completed and Failed count the runs of the last 30 days among the newest 1,001.
	Completed, Failed int
}

const (
	countedRuns   = 1001 // counting further costs more than the figure is worth
	countedPeriod = 30 * 24 * time.Hour
)

type workflowRow struct {
	ID         int64   `db:"id"`
	PublicID   desk.ID `db:"public_id"`
	Name       string  `db:"name"`
	Position   int     `db:"position"`
	Enabled    bool    `db:"enabled"`
	Version    int     `db:"version"`
	Draft      string  `db:"draft"`
	DraftRev   int     `db:"draft_rev"`
	DraftSeq   int64   `db:"draft_seq"`
	CanUndo    bool    `db:"can_undo"`
	CanRedo    bool    `db:"can_redo"`
	Shadow     int     `db:"shadow_version"`
	ShadowAt   micros  `db:"shadow_since"`
	NextAt     micros  `db:"next_at"`
	HookToken  string  `db:"hook_token"`
	TrippedAt  micros  `db:"tripped_at"`
	TrippedWhy string  `db:"tripped_why"`
	Held       int     `db:"held"`
	UpdatedAt  micros  `db:"updated_at"`
	Definition *string `db:"definition"` // of the published version
}

const (
	workflowColumns = `
		w.id, w.public_id, w.name, w.position, w.enabled, w.version, w.draft, w.draft_rev, w.updated_at, v.definition, w.draft_seq,
		EXISTS (SELECT 1 FROM workflow_drafts d WHERE d.workflow_id = w.id AND d.seq < w.draft_seq) AS can_undo,
		EXISTS (SELECT 1 FROM workflow_drafts d WHERE d.workflow_id = w.id AND d.seq > w.draft_seq) AS can_redo,
		w.shadow_version, w.shadow_since, w.next_at, w.hook_token, w.tripped_at, w.tripped_why, (
			SELECT COUNT(*)
			FROM (SELECT 1 FROM events e WHERE e.workflow_id = w.id AND e.state = 'held' LIMIT 1001) kept) AS held`
	workflowTables = `workflows w LEFT JOIN workflow_versions v ON v.workflow_id = w.id AND v.version = w.version`
)

// Workflows lists the team's workflows in the order in which they run. One that cannot be read is listed, too.
func (s *Store) Workflows(ctx context.Context, team int64) ([]WorkflowRow, error) {
	var rows []workflowRow
	err := list(ctx, s.db, &rows, `
		SELECT `+workflowColumns+`
		FROM `+workflowTables+`
		WHERE w.team_id = ? AND w.deleted = ?
		ORDER BY w.position, w.id`, team, false)
	if err != nil {
		return nil, fmt.Errorf("list workflows of team %d: %w", team, err)
	}
	out := make([]WorkflowRow, len(rows))
	for i := range rows {
		row, unreadable := rows[i].workflow()
		if unreadable != nil {
			s.config.Log.ErrorContext(ctx, "list workflows", "error", unreadable)
			row = rows[i].bare()
			row.Unreadable = unreadable.Error()
		}
		if out[i], err = s.withRuns(ctx, s.db, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Workflow returns one workflow of the team.
func (s *Store) Workflow(ctx context.Context, team int64, id desk.ID) (WorkflowRow, error) {
	return s.workflow(ctx, s.db, team, id)
}

func (s *Store) workflow(ctx context.Context, q queryer, team int64, id desk.ID) (WorkflowRow, error) {
	row, err := findWorkflow(ctx, q, team, id)
	if err != nil {
		return WorkflowRow{}, err
	}
	out, err := row.workflow()
	if err != nil {
		return WorkflowRow{}, err
	}
	return s.withRuns(ctx, q, out)
}

func findWorkflow(ctx context.Context, q queryer, team int64, id desk.ID) (workflowRow, error) {
	var row workflowRow
	err := get(ctx, q, &row, `
		SELECT `+workflowColumns+`
		FROM `+workflowTables+`
		WHERE w.team_id = ? AND w.public_id = ? AND w.deleted = ?`, team, id, false)
	if noRows(err) {
		return row, errNoWorkflow()
	}
	if err != nil {
		return row, fmt.Errorf("read workflow %s: %w", id, err)
	}
	return row, nil
}

// withRuns adds the figures of the newest runs: as many rows as are counted are read, whatever the log holds.
func (s *Store) withRuns(ctx context.Context, q queryer, out WorkflowRow) (WorkflowRow, error) {
	var figures struct {
		Last      micros `db:"last"`
		Completed int    `db:"completed"`
		Failed    int    `db:"failed"`
	}
	since := s.now().Add(-countedPeriod)
	err := get(ctx, q, &figures, `
		SELECT MAX(started_at) AS last,
			COALESCE(SUM(CASE WHEN outcome = ? AND started_at > ? THEN 1 ELSE 0 END), 0) AS completed,
			COALESCE(SUM(CASE WHEN outcome = ? AND started_at > ? THEN 1 ELSE 0 END), 0) AS failed
		FROM (
			SELECT outcome, started_at
			FROM runs
			WHERE workflow_id = ?
			ORDER BY started_at DESC
			LIMIT ?) newest`,
		workflow.Completed, since, workflow.Failed, since, out.ID, countedRuns)
	if err != nil {
		return WorkflowRow{}, fmt.Errorf("count runs of workflow %d: %w", out.ID, err)
	}
	out.LastRunAt, out.Completed, out.Failed = time.Time(figures.Last), figures.Completed, figures.Failed
	return out, nil
}

// bare is all of a row but its definitions.
func (r *workflowRow) bare() WorkflowRow {
	return WorkflowRow{
		ID: r.ID, PublicID: r.PublicID, Name: r.Name, Position: r.Position, Enabled: r.Enabled,
		Version: r.Version, DraftRev: r.DraftRev, UpdatedAt: time.Time(r.UpdatedAt), DraftDiffers: true,
		CanUndo: r.CanUndo, CanRedo: r.CanRedo,
		Shadow: r.Shadow, ShadowSince: time.Time(r.ShadowAt), NextAt: time.Time(r.NextAt), HookToken: r.HookToken,
		TrippedAt: time.Time(r.TrippedAt), TrippedWhy: r.TrippedWhy, Held: r.Held,
	}
}

func (r *workflowRow) workflow() (WorkflowRow, error) {
	out := r.bare()
	var err error
	if out.Draft, err = readDefinition(r.Draft); err != nil {
		return WorkflowRow{}, fmt.Errorf("draft of workflow %d: %w", r.ID, err)
	}
	if r.Definition == nil {
		return out, nil
	}
	published, err := readDefinition(*r.Definition)
	if err != nil {
		return WorkflowRow{}, fmt.Errorf("version %d of workflow %d: %w", r.Version, r.ID, err)
	}
	out.Published, out.DraftDiffers = &published, r.Draft != *r.Definition
	return out, nil
}

func readDefinition(text string) (workflow.Definition, error) {
	var d workflow.Definition
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		// %v: what Parse refuses is the fault of whoever sent it, but what is stored is ours.
		return workflow.Definition{}, fmt.Errorf("read stored workflow: %v", err) //nolint:errorlint // see above
	}
	return d, nil
}

func errNoWorkflow() error { return desk.Errorf(desk.NotFound, "There is no such workflow.") }
