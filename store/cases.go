package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// maxCases bounds the saved cases of a workflow: all of them run before it is published.
const maxCases = 200

// SavedCase is a case that a workflow keeps.
type SavedCase struct {
	PublicID desk.ID // zero: it is not saved yet
	Name     string
	workflow.Case
	At time.Time // when it was made
}

// CaseResult is how a workflow fares at one of its cases.
type CaseResult struct {
	SavedCase
	workflow.Verdict
}

type caseRow struct {
	PublicID  desk.ID `db:"public_id"`
	Name      string  `db:"name"`
	Event     string  `db:"event"`
	Ticket    string  `db:"ticket"`
	Expect    string  `db:"expect"`
	CreatedAt micros  `db:"created_at"`
}

func (r *caseRow) saved() (SavedCase, error) {
	at := time.Time(r.CreatedAt)
	c, err := workflow.ParseCase([]byte(r.Event), []byte(r.Ticket), []byte(r.Expect), at)
	if err != nil {
		return SavedCase{}, fmt.Errorf("read case %s: %w", r.PublicID, err)
	}
	return SavedCase{PublicID: r.PublicID, Name: r.Name, Case: c, At: at}, nil
}

// SaveCase keeps a case of a workflow, or changes the one of its id.
func (s *Store) SaveCase(ctx context.Context, by desk.Actor, team int64, id desk.ID, c SavedCase) (desk.ID, error) {
	name, err := cleanName("name", c.Name)
	if err != nil {
		return desk.ID{}, err
	}
	event, ticket, expect := c.Texts()
	if size := len(event) + len(ticket) + len(expect); size > maxDefinition {
		return desk.ID{}, desk.Errorf(desk.TooLarge, "The case has %d bytes; the limit is %d.", size, maxDefinition)
	}
	saved := c.PublicID
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.lockTeam(ctx, tx, team); err != nil {
			return err
		}
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		if !c.PublicID.IsZero() {
			n, err := tx.exec(ctx, `
				UPDATE workflow_cases
				SET name = ?, event = ?, ticket = ?, expect = ?
				WHERE workflow_id = ? AND public_id = ?`, name, event, ticket, expect, row.ID, c.PublicID)
			return caseChanged(n, err)
		}
		if err := roomForCase(ctx, tx, row.ID); err != nil {
			return err
		}
		saved = s.newID()
		_, err = tx.exec(ctx, `
			INSERT INTO workflow_cases (public_id, team_id, workflow_id, name, event, ticket, expect, created_by, created_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, saved, team, row.ID, name, event, ticket, expect, by.ID, s.now())
		if err != nil {
			return fmt.Errorf("insert case of workflow %d: %w", row.ID, err)
		}
		return nil
	})
	return saved, err
}

func roomForCase(ctx context.Context, tx *tx, workflowID int64) error {
	var count int
	err := get(ctx, tx, &count, `SELECT COUNT(*) FROM workflow_cases WHERE workflow_id = ?`, workflowID)
	if err != nil {
		return fmt.Errorf("count cases of workflow %d: %w", workflowID, err)
	}
	if count >= maxCases {
		return desk.Errorf(desk.Invalid, "A workflow keeps %d cases at most. Delete one first.", maxCases)
	}
	return nil
}

func caseChanged(n int64, err error) error {
	if err != nil {
		return fmt.Errorf("change case: %w", err)
	}
	if n == 0 {
		return desk.Errorf(desk.NotFound, "There is no such case of this workflow. Somebody may have deleted it.")
	}
	return nil
}

// DeleteCase removes a case of a workflow.
func (s *Store) DeleteCase(ctx context.Context, team int64, id, saved desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		row, err := findWorkflow(ctx, tx, team, id)
		if err != nil {
			return err
		}
		n, err := tx.exec(ctx, `DELETE FROM workflow_cases WHERE workflow_id = ? AND public_id = ?`, row.ID, saved)
		return caseChanged(n, err)
	})
}

// CaseResults runs the draft of a workflow on all of its cases, in the order in which they were made.
func (s *Store) CaseResults(ctx context.Context, team int64, id desk.ID) ([]CaseResult, error) {
	row, err := s.Workflow(ctx, team, id)
	if err != nil {
		return nil, err
	}
	directory, err := s.Directory(ctx, team)
	if err != nil {
		return nil, err
	}
	return caseResults(ctx, s.db, row.ID, row.Draft, directory)
}

// FailingCases are the cases that the draft of a workflow does not pass.
func (s *Store) FailingCases(ctx context.Context, team int64, id desk.ID) ([]CaseResult, error) {
	results, err := s.CaseResults(ctx, team, id)
	return failing(results), err
}

func failing(results []CaseResult) []CaseResult {
	var out []CaseResult
	for _, r := range results {
		if !r.Pass() {
			out = append(out, r)
		}
	}
	return out
}

func caseResults(ctx context.Context, q queryer, id int64, d workflow.Definition, dir *workflow.Directory) ([]CaseResult, error) {
	var rows []caseRow
	err := list(ctx, q, &rows, `
		SELECT public_id, name, event, ticket, expect, created_at
		FROM workflow_cases
		WHERE workflow_id = ?
		ORDER BY id`, id)
	if err != nil {
		return nil, fmt.Errorf("list cases of workflow %d: %w", id, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	program, broken := workflow.Compile(workflow.Workflow{ID: id, TeamID: dir.Team.ID, Definition: d})
	results := make([]CaseResult, len(rows))
	for i := range rows {
		saved, err := rows[i].saved()
		if err != nil {
			return nil, err
		}
		results[i].SavedCase = saved
		if broken != nil {
			results[i].Problem = broken.Error()
			continue
		}
		results[i].Verdict = workflow.RunCase(program, saved.Case, dir)
	}
	return results, nil
}

// refuseFailing keeps a definition that fails at a case of its workflow from being published.
func refuseFailing(ctx context.Context, q queryer, id int64, d workflow.Definition, dir *workflow.Directory) error {
	results, err := caseResults(ctx, q, id, d, dir)
	if err != nil {
		return err
	}
	failed := failing(results)
	if len(failed) == 0 {
		return nil
	}
	return desk.Errorf(desk.Conflict, "%d of %d saved cases fail, the first is %q. Mend the draft, or publish all the same and say why.",
		len(failed), len(results), shorten(failed[0].Name))
}
