package store

import (
	"context"
	"fmt"

	"signalbox/workflow/desk"
)

// Follow lets a member hear of a ticket; who does already goes on. Another team's ticket is NotFound.
func (s *Store) Follow(ctx context.Context, team, ticketID, user int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := s.findTicket(ctx, tx, team, `t.id = ?`, ticketID); err != nil {
			return err
		}
		if _, err := s.member(ctx, tx, team, user); err != nil {
			return err
		}
		return s.addFollowers(ctx, tx, ticketKey{team, ticketID}, []int64{user})
	})
}

// Unfollow ends that; who does not follow stays so.
func (s *Store) Unfollow(ctx context.Context, team, ticketID, user int64) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			DELETE FROM followers
			WHERE team_id = ? AND ticket_id = ? AND user_id = ?`, team, ticketID, user)
		if err != nil {
			return fmt.Errorf("unfollow ticket %d: %w", ticketID, err)
		}
		return nil
	})
}

// Followers lists who follows a ticket, by name; those who have left the team or are disabled do not count.
func (s *Store) Followers(ctx context.Context, team, ticketID int64) ([]desk.User, error) {
	var rows []userRow
	err := list(ctx, s.quick, &rows, `
		SELECT u.id, u.email, u.name, u.disabled
		FROM followers f
		JOIN members m ON m.team_id = f.team_id AND m.user_id = f.user_id
		JOIN users u ON u.id = f.user_id
		WHERE f.team_id = ? AND f.ticket_id = ? AND u.disabled = ?
		ORDER BY u.name, u.id`, team, ticketID, false)
	if err != nil {
		return nil, fmt.Errorf("list followers of ticket %d: %w", ticketID, err)
	}
	users := make([]desk.User, len(rows))
	for i, r := range rows {
		users[i] = r.user()
	}
	return users, nil
}

func (s *Store) addFollowers(ctx context.Context, tx *tx, key ticketKey, users []int64) error {
	for _, user := range users {
		_, err := tx.exec(ctx, `
			INSERT INTO followers (team_id, ticket_id, user_id, created_at)
			VALUES (?, ?, ?, ?)
			ON CONFLICT (team_id, ticket_id, user_id) DO NOTHING`, key.team, key.id, user, s.now())
		if err != nil {
			return fmt.Errorf("follow ticket %d: %w", key.id, err)
		}
	}
	return nil
}

// shareRelations gives the target of a merge the followers and the links of the source.
func (s *Store) shareRelations(ctx context.Context, tx *tx, p ticketPair) error {
	_, err := tx.exec(ctx, `
		INSERT INTO followers (team_id, ticket_id, user_id, created_at)
		SELECT team_id, CAST(? AS BIGINT), user_id, created_at
		FROM followers
		WHERE team_id = ? AND ticket_id = ?
		ON CONFLICT (team_id, ticket_id, user_id) DO NOTHING`, p.into.ID, p.from.TeamID, p.from.ID)
	if err != nil {
		return fmt.Errorf("share followers of ticket %d: %w", p.from.ID, err)
	}
	_, err = tx.exec(ctx, `
		INSERT INTO ticket_links (team_id, ticket_id, other_id, created_by, created_at)
		SELECT team_id, CAST(? AS BIGINT), other_id, created_by, created_at
		FROM ticket_links
		WHERE team_id = ? AND ticket_id = ? AND other_id <> ?
		UNION ALL
		SELECT team_id, ticket_id, CAST(? AS BIGINT), created_by, created_at
		FROM ticket_links
		WHERE team_id = ? AND other_id = ? AND ticket_id <> ?
		ON CONFLICT (team_id, ticket_id, other_id) DO NOTHING`,
		p.into.ID, p.from.TeamID, p.from.ID, p.into.ID, p.into.ID, p.from.TeamID, p.from.ID, p.into.ID)
	if err != nil {
		return fmt.Errorf("share links of ticket %d: %w", p.from.ID, err)
	}
	return nil
}
