package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// Linked is a ticket that another one is linked to.
type Linked struct {
	Number  int64
	Subject string
	Status  desk.Status
}

// LinkTickets says of two tickets of the team that they belong together. What is linked already stays so.
func (s *Store) LinkTickets(ctx context.Context, by desk.Actor, team, number, other int64) error {
	return s.changeLink(ctx, by, team, link{number, other}, linking{
		record: func(n int64) desk.Change { return desk.Link{Number: n} },
		save: func(ctx context.Context, tx *tx, from, to int64) (int64, error) {
			return tx.exec(ctx, `
				INSERT INTO ticket_links (team_id, ticket_id, other_id, created_by, created_at)
				VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (team_id, ticket_id, other_id) DO NOTHING`, team, from, to, by.ID, s.now())
		},
	})
}

// UnlinkTickets takes a link away, from both sides; where there is none it does nothing.
func (s *Store) UnlinkTickets(ctx context.Context, by desk.Actor, team, number, other int64) error {
	return s.changeLink(ctx, by, team, link{number, other}, linking{
		record: func(n int64) desk.Change { return desk.Unlink{Number: n} },
		save: func(ctx context.Context, tx *tx, from, to int64) (int64, error) {
			return tx.exec(ctx, `
				DELETE FROM ticket_links
				WHERE team_id = ? AND ticket_id = ? AND other_id = ?`, team, from, to)
		},
	})
}

// link are the numbers of two tickets.
type link struct{ number, other int64 }

// linking is what makes or breaks one direction of a link: its row, and the record that tells of it.
type linking struct {
	record func(number int64) desk.Change
	save   func(ctx context.Context, tx *tx, from, to int64) (int64, error)
}

func (s *Store) changeLink(ctx context.Context, by desk.Actor, team int64, l link, do linking) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		pair, err := s.lockPair(ctx, tx, team, l.number, l.other)
		if err != nil {
			return err
		}
		sides := [2][2]desk.Ticket{{pair.from, pair.into}, {pair.into, pair.from}}
		for _, side := range sides { // all rules before the first write
			t := side[0]
			if _, err := desk.Apply(&t, by, s.now(), do.record(side[1].Number)); err != nil {
				return err
			}
		}
		for _, side := range sides {
			n, err := do.save(ctx, tx, side[0].ID, side[1].ID)
			if err != nil {
				return fmt.Errorf("change link of tickets %d and %d: %w", side[0].ID, side[1].ID, err)
			}
			if n == 0 {
				continue
			}
			if _, err := s.changeHeld(ctx, tx, by, side[0], do.record(side[1].Number)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Links lists the tickets that a ticket is linked to, by number.
func (s *Store) Links(ctx context.Context, team, ticketID int64) ([]Linked, error) {
	var rows []struct {
		Number  int64       `db:"number"`
		Subject string      `db:"subject"`
		Status  desk.Status `db:"status"`
	}
	err := list(ctx, s.quick, &rows, `
		SELECT t.number, t.subject, t.status
		FROM ticket_links l
		JOIN tickets t ON t.id = l.other_id
		WHERE l.team_id = ? AND l.ticket_id = ?
		ORDER BY t.number`, team, ticketID)
	if err != nil {
		return nil, fmt.Errorf("list links of ticket %d: %w", ticketID, err)
	}
	links := make([]Linked, len(rows))
	for i, r := range rows {
		links[i] = Linked(r)
	}
	return links, nil
}
