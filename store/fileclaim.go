package store

import (
	"context"
	"fmt"
	"slices"

	"signalbox/workflow/desk"
)

// fileClaim is who wants to send which files with which message of a ticket.
type fileClaim struct {
	ticketKey

	by      desk.Actor
	visitor Visitor // of whom files from outside are
	message desk.ID
	files   []desk.File // only their ids are believed
}

// filesToSend returns the files as the database knows them, in the order of the claim. It refuses what somebody else
// uploaded, what belongs to another ticket and what goes with another message.
func (s *Store) filesToSend(ctx context.Context, tx *tx, c fileClaim) ([]desk.File, error) {
	if len(c.files) == 0 {
		return nil, nil
	}
	if len(c.files) > desk.MaxFiles {
		return c.files, nil // which the rules refuse
	}
	args := []any{c.team}
	for i := range c.files {
		args = append(args, c.files[i].ID)
	}
	var rows []fileRow
	err := list(ctx, tx, &rows, `
		SELECT `+fileColumns+`
		FROM attachments
		WHERE team_id = ? AND public_id IN (`+rowsOf(`?`, len(c.files))+`)`+s.forUpdate(), args...)
	if err != nil {
		return nil, fmt.Errorf("find files to send: %w", err)
	}
	return c.allowed(rows)
}

func (c *fileClaim) allowed(rows []fileRow) ([]desk.File, error) {
	var files []desk.File
	for _, wanted := range c.files {
		at := slices.IndexFunc(rows, func(r fileRow) bool { return r.PublicID == wanted.ID })
		if at < 0 || !c.allows(&rows[at]) {
			return nil, desk.Errorf(desk.Conflict, "A file is no longer there: it was removed, or sent already. Attach it again.")
		}
		files = append(files, rows[at].file())
		rows = slices.Delete(rows, at, at+1) // named twice, it is attached once or not at all
	}
	return files, nil
}

func (c *fileClaim) allows(r *fileRow) bool {
	free := r.MessageID.IsZero() || r.MessageID == c.message
	here := r.TicketID == nil || *r.TicketID == c.id
	mine := r.by(c.by)
	if r.Visitor != nil {
		mine = c.visitor.uploaded(r)
	}
	return !r.sent() && free && here && mine
}

// withFiles fills in what a change sends along: the files that it names or, of a message that was held, those that are
// reserved for it.
func (s *Store) withFiles(ctx context.Context, tx *tx, c fileClaim, change desk.Change) (desk.Change, error) {
	switch change := change.(type) {
	case desk.All:
		all := slices.Clone(change)
		for i := range all {
			var err error
			if all[i], err = s.withFiles(ctx, tx, c, all[i]); err != nil {
				return nil, err
			}
		}
		return all, nil
	case desk.AddMessage:
		var err error
		if c.message, c.files = change.ID, change.Files; len(c.files) > 0 {
			change.Files, err = s.filesToSend(ctx, tx, c)
		} else if c.by.Kind == desk.ByAgent && !change.ID.IsZero() {
			change.Files, err = heldFiles(ctx, tx, c.team, change.ID)
		}
		return change, err
	}
	return change, nil
}

// openingFiles are the files of a ticket's first message. Its customer is known by no id before, only by the files'.
func (s *Store) openingFiles(ctx context.Context, tx *tx, by desk.Actor, team int64, n *NewTicket) ([]desk.File, error) {
	if by.Kind == "" {
		by.Kind = desk.ByCustomer
	}
	return s.filesToSend(ctx, tx, fileClaim{ticketKey: ticketKey{team: team}, by: by, visitor: n.Visitor, files: n.Files})
}

func heldFiles(ctx context.Context, q queryer, team int64, message desk.ID) ([]desk.File, error) {
	var rows []fileRow
	err := list(ctx, q, &rows, `
		SELECT `+fileColumns+`
		FROM attachments
		WHERE message_id = ? AND team_id = ? AND sent_at IS NULL
		ORDER BY id`, message, team)
	if err != nil {
		return nil, fmt.Errorf("list files held for message %s: %w", message, err)
	}
	return filesOf(rows), nil
}

// holdFiles reserves files for a message that will be sent later, or not at all: see releaseFiles and discardFiles.
// Whether they may be sent was asked by decide.
func holdFiles(ctx context.Context, tx *tx, team int64, m *desk.Message) error {
	for i := range m.Files {
		if _, err := tx.exec(ctx, `
			UPDATE attachments
			SET message_id = ?
			WHERE team_id = ? AND public_id = ? AND sent_at IS NULL`, m.PublicID, team, m.Files[i].ID); err != nil {
			return fmt.Errorf("hold file %s: %w", m.Files[i].ID, err)
		}
	}
	return nil
}

// releaseFiles puts what was reserved for a message into the composer of whoever takes it back.
func releaseFiles(ctx context.Context, tx *tx, by desk.Actor, team int64, message desk.ID) error {
	_, err := tx.exec(ctx, `
		UPDATE attachments
		SET message_id = NULL, author = ?, author_id = ?
		WHERE message_id = ? AND team_id = ? AND sent_at IS NULL`, by.Kind, by.ID, message, team)
	if err != nil {
		return fmt.Errorf("release files of message %s: %w", message, err)
	}
	return nil
}

// discardFiles removes what was reserved for a message that will never be sent.
func (s *Store) discardFiles(ctx context.Context, tx *tx, team int64, message desk.ID) error {
	var hashes [][]byte
	err := tx.returningAll(ctx, &hashes, `
		DELETE FROM attachments
		WHERE message_id = ? AND team_id = ? AND sent_at IS NULL
		RETURNING hash`, message, team)
	if err != nil {
		return fmt.Errorf("discard files of message %s: %w", message, err)
	}
	return leaseAll(ctx, tx, hashes, s.now())
}

// sendFiles makes files a part of a message that is being saved.
func sendFiles(ctx context.Context, tx *tx, t *desk.Ticket, m *desk.Message) error {
	for i := range m.Files {
		n, err := tx.exec(ctx, `
			UPDATE attachments
			SET message_id = ?, ticket_id = ?, sent_at = ?
			WHERE team_id = ? AND public_id = ? AND sent_at IS NULL`, m.PublicID, t.ID, m.CreatedAt, t.TeamID, m.Files[i].ID)
		if err != nil {
			return fmt.Errorf("send file %s: %w", m.Files[i].ID, err)
		}
		if n != 1 {
			return fmt.Errorf("send file %s: it is not there", m.Files[i].ID)
		}
	}
	return nil
}
