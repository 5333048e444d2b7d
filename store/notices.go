package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// tell keeps a notice for each member whom a change concerns. Nobody waits for a new ticket, so that opening one asks
// nothing of the database; a message asks for its ticket's followers, and only who is concerned costs more.
func (s *Store) tell(ctx context.Context, tx *tx, c *saved) error {
	if s.config.Silent || c.before == nil || !c.outcome.Concerns() {
		return nil
	}
	audience, err := s.audience(ctx, tx, c)
	if err != nil {
		return err
	}
	notices := c.outcome.Notices(c.by, c.after, audience)
	if c.bulk != 0 {
		return gatherNotices(ctx, tx, c, notices)
	}
	return s.notify(ctx, tx, c, notices)
}

// notify keeps and mails the notices of a change, or of what c.after has of one.
func (s *Store) notify(ctx context.Context, tx *tx, c *saved, notices []desk.Notice) error {
	if len(notices) == 0 {
		return nil
	}
	readers, err := noticeReaders(ctx, tx, c.after.TeamID, notices)
	if err != nil {
		return err
	}
	if err := s.keepNotices(ctx, tx, c, readers); err != nil {
		return err
	}
	return s.mailNotices(ctx, tx, c, readers)
}

// audience is who follows the ticket, and whom a note names: that member follows it from then on.
func (s *Store) audience(ctx context.Context, tx *tx, c *saved) (desk.Audience, error) {
	var a desk.Audience
	if len(c.outcome.Messages) == 0 {
		return a, nil
	}
	mentioned, err := s.mentioned(ctx, tx, c)
	if err != nil {
		return a, err
	}
	if err := s.addFollowers(ctx, tx, ticketKey{c.after.TeamID, c.after.ID}, mentioned); err != nil {
		return a, err
	}
	a.Mentioned = func(string) []int64 { return mentioned }
	err = list(ctx, tx, &a.Followers, `
		SELECT user_id
		FROM followers
		WHERE team_id = ? AND ticket_id = ?`, c.after.TeamID, c.after.ID)
	if err != nil {
		return a, fmt.Errorf("list followers of ticket %d: %w", c.after.ID, err)
	}
	return a, nil
}

// mentioned reads the names in new notes of members.
func (s *Store) mentioned(ctx context.Context, tx *tx, c *saved) ([]int64, error) {
	var found []int64
	for i := range c.outcome.Messages {
		m := &c.outcome.Messages[i]
		if m.Author != desk.ByAgent || !m.Private || !strings.Contains(m.Body, "@") {
			continue
		}
		r, err := s.rules(ctx, tx, c.after.TeamID)
		if err != nil {
			return nil, err
		}
		found = append(found, desk.Mentions(m.Body, mentionable(r.directory))...)
	}
	return found, nil
}

// mentionable are the names that a note can mention.
func mentionable(d *workflow.Directory) []desk.Mentionable {
	var names []desk.Mentionable
	for _, u := range d.UserList() {
		names = append(names, desk.Mentionable{Name: u.Name, Users: []int64{u.ID}})
	}
	for _, r := range d.RoleList() {
		names = append(names, desk.Mentionable{Name: r.Name, Users: r.Members})
	}
	return names
}

// noticeReader is a member whom a notice reaches, and how.
type noticeReader struct {
	desk.Notice
	email string
	via   desk.Channels
}

// noticeReaders finds those who still belong to the team, and what they have chosen.
func noticeReaders(ctx context.Context, q queryer, team int64, notices []desk.Notice) ([]noticeReader, error) {
	args := []any{team, false}
	for _, n := range notices {
		args = append(args, n.UserID)
	}
	var rows []struct {
		UserID int64            `db:"user_id"`
		Email  string           `db:"email"`
		Kind   *desk.NoticeKind `db:"kind"`
		InApp  *bool            `db:"in_app"`
		ByMail *bool            `db:"by_mail"`
	}
	err := list(ctx, q, &rows, `
		SELECT m.user_id, u.email, n.kind, n.in_app, n.email AS by_mail
		FROM members m
		JOIN users u ON u.id = m.user_id
		LEFT JOIN notification_settings n ON n.team_id = m.team_id AND n.user_id = m.user_id
		WHERE m.team_id = ? AND u.disabled = ? AND m.user_id IN (`+rowsOf(`?`, len(notices))+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("find whom to notify in team %d: %w", team, err)
	}
	var readers []noticeReader
	for _, n := range notices {
		at := -1
		via := n.Kind.Default()
		for i, r := range rows {
			if r.UserID != n.UserID {
				continue
			}
			at = i
			if r.Kind != nil && *r.Kind == n.Kind {
				via = desk.Channels{InApp: *r.InApp, Email: *r.ByMail}
			}
		}
		if at >= 0 {
			readers = append(readers, noticeReader{Notice: n, email: rows[at].Email, via: via})
		}
	}
	return readers, nil
}

// keepNotices writes what the readers find under their bell.
func (s *Store) keepNotices(ctx context.Context, tx *tx, c *saved, readers []noticeReader) error {
	var rows [][]any
	var users []int64
	for _, r := range readers {
		if !r.via.InApp {
			continue
		}
		users = append(users, r.UserID)
		rows = append(rows, []any{
			s.newID(), c.after.TeamID, r.UserID, orNull(c.after.ID), string(r.Kind), c.by.Name, r.MessageID, r.Text, r.Tickets, s.now(),
		})
	}
	err := tx.insertRows(ctx, `
		INSERT INTO notifications (public_id, team_id, user_id, ticket_id, kind, actor_name, message_id, body, tickets, created_at)
		VALUES `, rows)
	if err != nil {
		return fmt.Errorf("insert notices of ticket %d: %w", c.after.ID, err)
	}
	s.ring(tx, c.after.TeamID, users)
	return nil
}

// ring tells the open pages of members, after the commit, that there is a notice for them: here and, in a few words,
// at the other processes.
func (s *Store) ring(tx *tx, team int64, users []int64) {
	if len(users) == 0 {
		return
	}
	tx.after(func() {
		s.config.Told(team, users)
		for _, user := range users {
			s.Tell(fmt.Sprintf(toldWords, team, user))
		}
	})
}

// toldWords are a team and a user who has a notice there.
const toldWords = "told %d %d"

// heard takes the words of another process: those of ring, or somebody else's.
func (s *Store) heard(words string) {
	var team, user int64
	if n, err := fmt.Sscanf(words, toldWords, &team, &user); n == 2 && err == nil {
		s.config.Told(team, []int64{user})
		return
	}
	s.config.Heard(words)
}

// tellOfEffects tells members of tickets that runs gave to them: what else runs do, their workflows tell of.
func (s *Store) tellOfEffects(ctx context.Context, tx *tx, before, after *desk.Ticket, effects []saved) error {
	if before.Assignee == after.Assignee || after.Assignee.Kind != desk.ToUser {
		return nil
	}
	for _, e := range slices.Backward(effects) {
		if e.after.ID != after.ID {
			continue
		}
		given := desk.Outcome{Changes: []desk.Record{{Field: desk.FieldAssignee}}}
		return s.tell(ctx, tx, &saved{before: before, after: after, by: e.by, outcome: given})
	}
	return nil
}
