package store

import (
	"context"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// NewSplit says which messages of a ticket become a new one.
type NewSplit struct {
	Number   int64
	Messages []desk.ID
	Subject  string // "": the first line of the first message
}

// SplitTicket makes a new ticket of messages of another one of the team, for the same customer through the same door.
func (s *Store) SplitTicket(ctx context.Context, by desk.Actor, team int64, n NewSplit) (desk.Ticket, error) {
	var made desk.Ticket
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		opening := desk.Opening{TeamID: team}
		if err := s.checkSplit(ctx, tx, team, n); err != nil {
			return err
		}
		if err := s.takeNumber(ctx, tx, &opening); err != nil { // before the ticket: the order of locks
			return err
		}
		from, err := s.findTicket(ctx, tx, team, `t.number = ?`+s.ticketLock(), n.Number)
		if err != nil {
			return err
		}
		split, err := s.split(ctx, tx, &from, n)
		if err != nil {
			return err
		}
		split.PublicID, split.Number = s.newID(), opening.Number
		made, err = s.openSplit(ctx, tx, by, split)
		return err
	})
	return made, err
}

// checkSplit refuses before anything is written: a refusal then costs neither a number nor the batch.
func (s *Store) checkSplit(ctx context.Context, tx *tx, team int64, n NewSplit) error {
	from, err := s.findTicket(ctx, tx, team, `t.number = ?`, n.Number)
	if err != nil {
		return err
	}
	split, err := s.split(ctx, tx, &from, n)
	if err != nil {
		return err
	}
	return split.Check()
}

func (s *Store) split(ctx context.Context, tx *tx, from *desk.Ticket, n NewSplit) (desk.Split, error) {
	split := desk.Split{From: from, Subject: n.Subject}
	messages, err := thread(ctx, tx, from)
	if err != nil {
		return split, err
	}
	for _, m := range messages {
		if slices.Contains(n.Messages, m.PublicID) {
			split.Leaving = append(split.Leaving, m)
		} else {
			split.Staying = append(split.Staying, m)
		}
	}
	if len(split.Leaving) < len(slices.Compact(slices.SortedFunc(slices.Values(n.Messages), compareIDs))) {
		return split, desk.Errorf(desk.Conflict, "Some of these messages are no longer in ticket #%d. Open the page again.", from.Number)
	}
	return split, nil
}

func compareIDs(a, b desk.ID) int { return slices.Compare(a[:], b[:]) }

func (s *Store) openSplit(ctx context.Context, tx *tx, by desk.Actor, split desk.Split) (desk.Ticket, error) {
	made, outcome, err := split.Open(by, s.now())
	if err != nil {
		return desk.Ticket{}, err
	}
	if made.ID, err = insertTicket(ctx, tx, &made, Visitor{}); err != nil {
		return desk.Ticket{}, err
	}
	pair := ticketPair{from: *split.From, into: made}
	if err := copyAccess(ctx, tx, pair); err != nil {
		return desk.Ticket{}, err
	}
	ids := make([]int64, len(split.Leaving))
	for i := range split.Leaving {
		ids[i] = split.Leaving[i].ID
	}
	if err := s.moveMessages(ctx, tx, ids, made.ID); err != nil {
		return desk.Ticket{}, err
	}
	_, err = s.insertMerge(ctx, tx, newMergeRow{kind: Splitting, by: by, pair: pair, before: mergeBefore{From: pair.from}})
	if err != nil {
		return desk.Ticket{}, err
	}
	err = s.saveOutcome(ctx, tx, saved{after: &made, by: by, outcome: outcome})
	if err != nil {
		return desk.Ticket{}, err
	}
	_, err = s.changeHeld(ctx, tx, by, pair.from, desk.Part{Into: made.Number, Staying: split.Staying})
	return made, err
}

// copyAccess lets whoever could read the old ticket in a browser, or got its mails, do so with the new one.
func copyAccess(ctx context.Context, tx *tx, p ticketPair) error {
	_, err := tx.exec(ctx, `
		UPDATE tickets
		SET widget_session = (SELECT f.widget_session FROM tickets f WHERE f.id = ?),
			identity = (SELECT f.identity FROM tickets f WHERE f.id = ?),
			reply_to = (SELECT f.reply_to FROM tickets f WHERE f.id = ?)
		WHERE id = ?`, p.from.ID, p.from.ID, p.from.ID, p.into.ID)
	if err != nil {
		return fmt.Errorf("let the same visitor read ticket %d: %w", p.into.ID, err)
	}
	return nil
}
