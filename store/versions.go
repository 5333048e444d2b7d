package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Version is a published version of a workflow, as a list shows it.
type Version struct {
	Number   int
	By       string // who published it, "" where nobody of the desk did
	At       time.Time
	Override string // what it was published in spite of
}

type versionRow struct {
	Version     int    `db:"version"`
	Name        string `db:"name"`
	PublishedAt micros `db:"published_at"`
	Override    string `db:"override"`
}

func (r *versionRow) version() Version {
	return Version{Number: r.Version, By: r.Name, At: time.Time(r.PublishedAt), Override: r.Override}
}

const (
	versionColumns = `v.version, COALESCE(u.name, '') AS name, v.published_at, v.override`
	versionTables  = `
		workflow_versions v
		JOIN workflows w ON w.id = v.workflow_id
		LEFT JOIN users u ON u.id = v.published_by`
)

// Versions returns up to limit versions of a workflow, the newest first; before is one of them, 0 begins at the newest.
func (s *Store) Versions(ctx context.Context, team int64, id desk.ID, before, limit int) ([]Version, error) {
	var where clauses
	where.add(`w.team_id = ? AND w.public_id = ?`, team, id)
	if before > 0 {
		where.add(`v.version < ?`, before)
	}
	var rows []versionRow
	err := list(ctx, s.db, &rows, `
		SELECT `+versionColumns+`
		FROM `+versionTables+`
		WHERE `+where.text()+`
		ORDER BY v.version DESC
		LIMIT ?`, append(where.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("list versions of workflow %s: %w", id, err)
	}
	versions := make([]Version, len(rows))
	for i := range rows {
		versions[i] = rows[i].version()
	}
	return versions, nil
}

// Version returns one version with what it says.
func (s *Store) Version(ctx context.Context, team int64, id desk.ID, number int) (Version, workflow.Definition, error) {
	var row struct {
		versionRow
		Definition string `db:"definition"`
	}
	err := get(ctx, s.db, &row, `
		SELECT `+versionColumns+`, v.definition
		FROM `+versionTables+`
		WHERE w.team_id = ? AND w.public_id = ? AND v.version = ?`, team, id, number)
	if noRows(err) {
		return Version{}, workflow.Definition{}, desk.Errorf(desk.NotFound, "There is no such version of this workflow.")
	}
	if err != nil {
		return Version{}, workflow.Definition{}, fmt.Errorf("read version %d of workflow %s: %w", number, id, err)
	}
	d, err := readDefinition(row.Definition)
	return row.version(), d, err
}

// WorkflowVersion returns what a version that was published once says, of a deleted workflow too.
func (s *Store) WorkflowVersion(ctx context.Context, team int64, id desk.ID, version int) (workflow.Definition, error) {
	_, d, err := s.Version(ctx, team, id, version)
	return d, err
}
