package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"signalbox/workflow/desk"
)

// MergeKind tells how messages went from one ticket to another.
type MergeKind string

// The kinds of merges. A split is kept as a merge of messages into a ticket that is made of them.
const (
	Merging   MergeKind = "merge" // all messages went to a ticket that was there
	Splitting MergeKind = "split" // some messages became a ticket
)

// NewMerge names two tickets by their numbers.
type NewMerge struct {
	From, Into int64
	WithTags   bool // the target gets the tags of the source
	Vouched    bool // see desk.Merge
}

// Merge is what was done to two tickets, and whether it was undone.
type Merge struct {
	ID         desk.ID
	Kind       MergeKind
	From, Into MergeSide
	By         string
	At         time.Time
}

// MergeSide is one of the tickets of a Merge.
type MergeSide struct {
	Number  int64
	Subject string
}

// mergeBefore is what an undo restores.
type mergeBefore struct {
	From desk.Ticket `json:"from"`
	Into desk.Ticket `json:"into"`
	Tags []string    `json:"tags"` // that the target did not have
}

// MergeTickets moves the messages of one ticket of the team to another one and closes it, with the replies that wait
// in it. Followers and links of the source are the target's, too. It returns the target.
func (s *Store) MergeTickets(ctx context.Context, by desk.Actor, team int64, m NewMerge) (desk.Ticket, error) {
	var target desk.Ticket
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		pair, err := s.lockPair(ctx, tx, team, m.From, m.Into)
		if err != nil {
			return err
		}
		target, err = s.mergePair(ctx, tx, by, pair, m)
		return err
	})
	return target, err
}

// PlannedMerge says whether MergeTickets would refuse, and does nothing. The tickets are returned with the refusal, too.
func (s *Store) PlannedMerge(ctx context.Context, team int64, m NewMerge) (desk.Merge, error) {
	source, err := s.Ticket(ctx, team, m.From)
	if err != nil {
		return desk.Merge{}, err
	}
	plan := desk.Merge{Source: &source, Vouched: m.Vouched}
	target, err := s.Ticket(ctx, team, m.Into)
	if err != nil {
		return plan, err
	}
	plan.Target = &target
	if plan.Readers, err = readersOf(ctx, s.db, &source, &target); err != nil {
		return plan, err
	}
	return plan, plan.Check()
}

// mergePair merges two tickets that are locked.
func (s *Store) mergePair(ctx context.Context, tx *tx, by desk.Actor, p ticketPair, m NewMerge) (desk.Ticket, error) {
	plan := desk.Merge{Source: &p.from, Target: &p.into, Vouched: m.Vouched}
	var err error
	if plan.Readers, err = readersOf(ctx, tx, &p.from, &p.into); err != nil {
		return desk.Ticket{}, err
	}
	if err := plan.Check(); err != nil {
		return desk.Ticket{}, err
	}
	before := mergeBefore{From: p.from, Into: p.into}
	if m.WithTags {
		before.Tags = missing(p.from.Tags, p.into.Tags)
	}
	id, err := s.insertMerge(ctx, tx, newMergeRow{kind: Merging, by: by, pair: p, before: before})
	if err != nil {
		return desk.Ticket{}, err
	}
	thread, err := s.moveThread(ctx, tx, p, id)
	if err != nil {
		return desk.Ticket{}, err
	}
	if err := moveReplies(ctx, tx, p, id); err != nil {
		return desk.Ticket{}, err
	}
	if err := s.moveDrafts(ctx, tx, p); err != nil {
		return desk.Ticket{}, err
	}
	if err := s.shareRelations(ctx, tx, p); err != nil {
		return desk.Ticket{}, err
	}
	if _, err := s.changeHeld(ctx, tx, by, p.from, desk.MergeInto{Target: &p.into}); err != nil {
		return desk.Ticket{}, err
	}
	return s.changeHeld(ctx, tx, by, p.into, desk.Absorb{Source: &p.from, Thread: thread, Tags: before.Tags})
}

// changeHeld makes a change of a ticket that is locked, as it was read, and returns it as it is then.
func (s *Store) changeHeld(ctx context.Context, tx *tx, by desk.Actor, before desk.Ticket, c desk.Change) (desk.Ticket, error) {
	after := before
	outcome, err := desk.Apply(&after, by, s.now(), c)
	if err != nil {
		return before, err
	}
	err = s.saveOutcome(ctx, tx, saved{before: &before, after: &after, by: by, outcome: outcome})
	return after, err
}

// readersOf says who reads two tickets through a browser.
func readersOf(ctx context.Context, q queryer, source, target *desk.Ticket) (desk.MergeReaders, error) {
	var row struct {
		Source bool `db:"source"`
		Target bool `db:"target"`
		Same   bool `db:"same"`
		Links  bool `db:"links"`
	}
	err := get(ctx, q, &row, `
		SELECT COALESCE(f.widget_session, f.identity) IS NOT NULL AS source,
			COALESCE(i.widget_session, i.identity) IS NOT NULL AS target,
			COALESCE(f.widget_session = i.widget_session, f.identity = i.identity, FALSE) AS same,
			EXISTS (SELECT 1 FROM private_links l WHERE l.team_id = i.team_id AND l.ticket_id IN (i.id, f.id) AND l.ended_at IS NULL) AS links
		FROM tickets i
		JOIN tickets f ON f.id = ?
		WHERE i.id = ?`, source.ID, target.ID)
	if err != nil {
		return desk.MergeReaders{}, fmt.Errorf("compare who can read tickets %d and %d: %w", source.ID, target.ID, err)
	}
	return desk.MergeReaders(row), nil
}

// ticketPair are two locked tickets of a team.
type ticketPair struct{ from, into desk.Ticket }

// lockPair locks two tickets in the order of their ids, which keeps two merges the other way round from waiting for
// each other for ever.
func (s *Store) lockPair(ctx context.Context, tx *tx, team, from, into int64) (ticketPair, error) {
	var ids []int64
	err := list(ctx, tx, &ids, `
		SELECT id
		FROM tickets
		WHERE team_id = ? AND number IN (?, ?)
		ORDER BY id`, team, from, into)
	if err != nil {
		return ticketPair{}, fmt.Errorf("find tickets %d and %d of team %d: %w", from, into, team, err)
	}
	if err := s.lockReplies(ctx, tx, ids); err != nil {
		return ticketPair{}, err
	}
	var p ticketPair
	for _, id := range ids {
		t, err := s.findTicket(ctx, tx, team, `t.id = ?`+s.ticketLock(), id)
		if err != nil {
			return ticketPair{}, err
		}
		if t.Number == from {
			p.from = t
		}
		if t.Number == into {
			p.into = t
		}
	}
	if p.from.ID == 0 || p.into.ID == 0 {
		return ticketPair{}, errNoTicket
	}
	return p, nil
}

type newMergeRow struct {
	kind   MergeKind
	by     desk.Actor
	pair   ticketPair
	before mergeBefore
}

func (s *Store) insertMerge(ctx context.Context, tx *tx, m newMergeRow) (int64, error) {
	before, err := json.Marshal(m.before)
	if err != nil {
		return 0, fmt.Errorf("encode what a merge changes: %w", err)
	}
	id, err := tx.insert(ctx, `
		INSERT INTO merges (public_id, team_id, kind, from_id, into_id, before, user_id, user_name, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING id`,
		s.newID(), m.pair.from.TeamID, string(m.kind), m.pair.from.ID, m.pair.into.ID, string(before), m.by.ID, m.by.Name, s.now())
	if err != nil {
		return 0, fmt.Errorf("insert merge of ticket %d: %w", m.pair.from.ID, err)
	}
	return id, nil
}

// Merges lists what merges and splits did to a ticket and was not undone, newest first.
func (s *Store) Merges(ctx context.Context, team, ticketID int64) ([]Merge, error) {
	var rows []struct {
		PublicID    desk.ID   `db:"public_id"`
		Kind        MergeKind `db:"kind"`
		From        int64     `db:"from_number"`
		FromSubject string    `db:"from_subject"`
		Into        int64     `db:"into_number"`
		IntoSubject string    `db:"into_subject"`
		By          string    `db:"user_name"`
		CreatedAt   micros    `db:"created_at"`
	}
	const columns = `
		SELECT m.id, m.public_id, m.kind, f.number AS from_number, f.subject AS from_subject, i.number AS into_number,
			i.subject AS into_subject, m.user_name, m.created_at
		FROM merges m
		JOIN tickets f ON f.id = m.from_id
		JOIN tickets i ON i.id = m.into_id
		WHERE m.undone_at IS NULL AND m.team_id = ? AND `
	err := list(ctx, s.quick, &rows, `
		SELECT public_id, kind, from_number, from_subject, into_number, into_subject, user_name, created_at
		FROM (`+columns+`m.from_id = ? UNION ALL `+columns+`m.into_id = ?) AS m
		ORDER BY id DESC`, team, ticketID, team, ticketID)
	if err != nil {
		return nil, fmt.Errorf("list merges of ticket %d: %w", ticketID, err)
	}
	merges := make([]Merge, len(rows))
	for i, r := range rows {
		merges[i] = Merge{
			ID: r.PublicID, Kind: r.Kind, From: MergeSide{r.From, r.FromSubject}, Into: MergeSide{r.Into, r.IntoSubject},
			By: r.By, At: time.Time(r.CreatedAt),
		}
	}
	return merges, nil
}
