package store

import (
	"context"
	"errors"

	"signalbox/workflow/desk"
)

// PatchTicket applies several changes to the team's ticket as one, or none of them: then the error joins what is wrong
// with each. A merged ticket is none.
func (s *Store) PatchTicket(ctx context.Context, by desk.Actor, team, ticketID int64, changes []desk.Change) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		key := ticketKey{team, ticketID}
		c, err := s.decide(ctx, tx, by, key, desk.All(changes))
		switch {
		case desk.IsKind(err, desk.Invalid):
			return errorOr(s.tryEach(ctx, tx, by, key, changes), err)
		case errors.Is(err, desk.ErrMerged), err == nil && c.before.MergedInto != 0:
			return errNoTicket
		case err != nil:
			return err
		}
		return s.saveOutcome(ctx, tx, c)
	})
}

// TryPatch returns what PatchTicket would find wrong with each of the changes, and changes nothing.
func (s *Store) TryPatch(ctx context.Context, by desk.Actor, team, ticketID int64, changes []desk.Change) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		return s.tryEach(ctx, tx, by, ticketKey{team, ticketID}, changes)
	})
}

// tryEach tries each change alone: all of them together tell of the first only that is wrong.
func (s *Store) tryEach(ctx context.Context, tx *tx, by desk.Actor, key ticketKey, changes []desk.Change) error {
	var wrong []error
	for _, change := range changes {
		_, err := s.decide(ctx, tx, by, key, change)
		switch {
		case desk.IsKind(err, desk.Invalid):
			wrong = append(wrong, err)
		case err != nil:
			return err
		}
	}
	return errors.Join(wrong...)
}
