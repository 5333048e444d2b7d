package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// BulkState is where a bulk stands.
type BulkState string

// The states of a bulk.
const (
	BulkListing   BulkState = "listing"   // set by StartBulk and UndoBulk: its tickets are being written down
	BulkRunning   BulkState = "running"   // its tickets are being changed
	BulkDone      BulkState = "done"      // each ticket has had its turn
	BulkCancelled BulkState = "cancelled" // somebody did not want the rest
	BulkStopped   BulkState = "stopped"   // Why says what it was
)

// Open reports whether the bulk is still going to change.
func (s BulkState) Open() bool { return s == BulkListing || s == BulkRunning }

// Bulk is one change of many tickets, each a change of its own in the name of one member.
type Bulk struct {
	PublicID desk.ID
	UserID   int64
	By       string
	Change   BulkChange
	Address  string // the query of the list whose tickets all were meant; "" where they were named
	Undoes   desk.ID
	State    BulkState
	Why      string
	Total    int // tickets found so far while it is listing
	Changed  int
	Same     int // were so already
	Refused  int

	StartedAt, EndedAt, UndoneAt time.Time

	id     int64
	teamID int64
}

// Done is how many tickets have had their turn.
func (b *Bulk) Done() int { return b.Changed + b.Same + b.Refused }

// CanUndo reports whether it left anything that UndoBulk may restore. What workflows did is undone run by run.
func (b *Bulk) CanUndo() bool {
	return !b.State.Open() && b.Changed > 0 && b.UndoneAt.IsZero() && b.Undoes.IsZero() && b.Change.Workflow.IsZero()
}

// BulkChange is what a bulk does to each ticket: it sets the fields that are not nil, or runs the workflow.
type BulkChange struct {
	Status   *desk.SetStatus   `json:"status,omitempty"`
	Priority *desk.SetPriority `json:"priority,omitempty"`
	Assignee *desk.SetAssignee `json:"assignee,omitempty"`
	Tags     *desk.SetTags     `json:"tags,omitempty"`
	SLA      *desk.SetSLA      `json:"sla,omitempty"`
	Snooze   *desk.Snooze      `json:"snooze,omitempty"`
	Workflow desk.ID           `json:"workflow,omitzero"`
}

// Add makes c one more thing to do. What a bulk cannot keep for later is not for people: it is a mistake of ours.
func (b *BulkChange) Add(c desk.Change) error {
	switch c := c.(type) {
	case desk.SetStatus:
		b.Status = &c
	case desk.SetPriority:
		b.Priority = &c
	case desk.SetAssignee:
		b.Assignee = &c
	case desk.SetTags:
		b.Tags = &c
	case desk.SetSLA:
		b.SLA = &c
	case desk.Snooze:
		b.Snooze = &c
	default:
		return fmt.Errorf("a bulk cannot keep a %T", c)
	}
	return nil
}

// IsZero reports whether there is nothing to do.
func (b BulkChange) IsZero() bool { return len(b.all()) == 0 && b.Workflow.IsZero() }

// all joins the fields. The status comes first, so that a snooze leaves it as it was given.
func (b *BulkChange) all() desk.All {
	var all desk.All
	if b.Status != nil {
		all = append(all, *b.Status)
	}
	if b.Priority != nil {
		all = append(all, *b.Priority)
	}
	if b.Assignee != nil {
		all = append(all, *b.Assignee)
	}
	if b.Tags != nil {
		all = append(all, *b.Tags)
	}
	if b.SLA != nil {
		all = append(all, *b.SLA)
	}
	if b.Snooze != nil {
		all = append(all, *b.Snooze)
	}
	return all
}

const (
	bulkColumns = `
		b.id, b.public_id, b.team_id, b.user_id, b.change, b.query, b.address, b.undoes, b.state, b.why, b.below, b.total,
		b.changed, b.same, b.refused, b.created_at, b.ended_at, b.undone_at, u.name AS by_name, o.public_id AS undoes_public_id`
	bulkTables = `
		bulks b
		JOIN users u ON u.id = b.user_id
		LEFT JOIN bulks o ON o.id = b.undoes`
)

type bulkRow struct {
	ID        int64     `db:"id"`
	PublicID  desk.ID   `db:"public_id"`
	TeamID    int64     `db:"team_id"`
	UserID    int64     `db:"user_id"`
	Change    string    `db:"change"`
	Query     string    `db:"query"`
	Address   string    `db:"address"`
	Undoes    *int64    `db:"undoes"`
	UndoesPub desk.ID   `db:"undoes_public_id"`
	State     BulkState `db:"state"`
	Why       string    `db:"why"`
	Below     int64     `db:"below"`
	Total     int       `db:"total"`
	Changed   int       `db:"changed"`
	Same      int       `db:"same"`
	Refused   int       `db:"refused"`
	StartedAt micros    `db:"created_at"`
	EndedAt   micros    `db:"ended_at"`
	UndoneAt  micros    `db:"undone_at"`
	ByName    string    `db:"by_name"`
}

func (r *bulkRow) bulk() (Bulk, error) {
	b := Bulk{
		PublicID: r.PublicID, UserID: r.UserID, By: r.ByName, Address: r.Address, Undoes: r.UndoesPub, State: r.State, Why: r.Why,
		Total: r.Total, Changed: r.Changed, Same: r.Same, Refused: r.Refused,
		StartedAt: time.Time(r.StartedAt), EndedAt: time.Time(r.EndedAt), UndoneAt: time.Time(r.UndoneAt), id: r.ID, teamID: r.TeamID,
	}
	if err := json.Unmarshal([]byte(r.Change), &b.Change); err != nil {
		return Bulk{}, fmt.Errorf("read change of bulk %d: %w", r.ID, err)
	}
	return b, nil
}

func (r *bulkRow) query() (TicketQuery, error) {
	var q TicketQuery
	if err := json.Unmarshal([]byte(r.Query), &q); err != nil {
		return q, fmt.Errorf("read query of bulk %d: %w", r.ID, err)
	}
	return q, nil
}

// actor is in whose name the bulk acts.
func (r *bulkRow) actor() desk.Actor { return desk.Agent(r.UserID, r.ByName) }

// Bulk returns a bulk of the member, or any of the team to its admins.
func (s *Store) Bulk(ctx context.Context, m desk.Member, id desk.ID) (Bulk, error) {
	row, err := s.findBulk(ctx, s.db, m, id)
	if err != nil {
		return Bulk{}, err
	}
	return row.bulk()
}

func (s *Store) findBulk(ctx context.Context, q queryer, m desk.Member, id desk.ID) (bulkRow, error) {
	var row bulkRow
	err := get(ctx, q, &row, `
		SELECT `+bulkColumns+`
		FROM `+bulkTables+`
		WHERE b.team_id = ? AND b.public_id = ?`, m.TeamID, id)
	if err != nil && !noRows(err) {
		return row, fmt.Errorf("find bulk %s: %w", id, err)
	}
	if err != nil || row.UserID != m.ID && !m.Admin {
		return row, desk.Errorf(desk.NotFound, "There is no such bulk change of yours in this team.")
	}
	return row, nil
}

// Bulks lists up to limit bulks of the member, or of everyone to an admin, the newest first.
func (s *Store) Bulks(ctx context.Context, m desk.Member, limit int) ([]Bulk, error) {
	if m.Admin {
		return s.bulks(ctx, `b.team_id = ?`, limit, m.TeamID)
	}
	return s.OwnBulks(ctx, m, limit)
}

// OwnBulks lists up to limit bulks of the member, the newest first.
func (s *Store) OwnBulks(ctx context.Context, m desk.Member, limit int) ([]Bulk, error) {
	return s.bulks(ctx, `b.team_id = ? AND b.user_id = ?`, limit, m.TeamID, m.ID)
}

// bulks takes a constant condition; its values are parameters.
func (s *Store) bulks(ctx context.Context, condition string, limit int, args ...any) ([]Bulk, error) {
	var rows []bulkRow
	err := list(ctx, s.quick, &rows, `
		SELECT `+bulkColumns+`
		FROM `+bulkTables+`
		WHERE `+condition+`
		ORDER BY b.id DESC
		LIMIT ?`, append(slices.Clone(args), limit)...)
	if err != nil {
		return nil, fmt.Errorf("list bulks: %w", err)
	}
	out := make([]Bulk, len(rows))
	for i := range rows {
		if out[i], err = rows[i].bulk(); err != nil {
			return nil, err
		}
	}
	return out, nil
}
