package store

import (
	"context"
	"fmt"
	"time"

	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

const fileColumns = `
	id, public_id, ticket_id, message_id, author, author_id, visitor, name, type, size, hash, width, height, created_at,
	sent_at`

type fileRow struct {
	ID        int64          `db:"id"`
	PublicID  desk.ID        `db:"public_id"`
	TicketID  *int64         `db:"ticket_id"`
	MessageID desk.ID        `db:"message_id"`
	Author    desk.ActorKind `db:"author"`
	AuthorID  int64          `db:"author_id"`
	Visitor   []byte         `db:"visitor"` // who uploaded it from outside
	Name      string         `db:"name"`
	Type      string         `db:"type"`
	Size      int64          `db:"size"`
	Hash      []byte         `db:"hash"`
	Width     int            `db:"width"`
	Height    int            `db:"height"`
	CreatedAt micros         `db:"created_at"`
	SentAt    micros         `db:"sent_at"`
}

func (r *fileRow) file() desk.File {
	return desk.File{
		ID: r.PublicID, MessageID: r.MessageID, Name: r.Name, Type: r.Type, Size: r.Size,
		Width: r.Width, Height: r.Height,
	}
}

// by reports whether that actor uploaded the file.
func (r *fileRow) by(a desk.Actor) bool { return r.Author == a.Kind && r.AuthorID == a.ID }

func (r *fileRow) sent() bool { return !time.Time(r.SentAt).IsZero() }

func filesOf(rows []fileRow) []desk.File {
	files := make([]desk.File, len(rows))
	for i := range rows {
		files[i] = rows[i].file()
	}
	return files
}

// WaitingFiles returns what an actor has uploaded for a ticket and not sent yet, in the order of uploading.
func (s *Store) WaitingFiles(ctx context.Context, by desk.Actor, team, ticketID int64) ([]desk.File, error) {
	rows, err := waitingFiles(ctx, s.quick, by, ticketKey{team, ticketID})
	return filesOf(rows), err
}

func waitingFiles(ctx context.Context, q queryer, by desk.Actor, key ticketKey) ([]fileRow, error) {
	var rows []fileRow
	err := list(ctx, q, &rows, `
		SELECT `+fileColumns+`
		FROM attachments
		WHERE ticket_id = ? AND author_id = ? AND message_id IS NULL AND team_id = ? AND author = ?
		ORDER BY id`, key.id, by.ID, key.team, by.Kind)
	if err != nil {
		return nil, fmt.Errorf("list waiting files of ticket %d: %w", key.id, err)
	}
	return rows, nil
}

// MessageFiles returns the files of a team's messages, held ones too, in the order of uploading. Which of the messages
// somebody may see is asked before.
func (s *Store) MessageFiles(ctx context.Context, team int64, messages []desk.Message) (map[desk.ID][]desk.File, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	args := make([]any, 0, len(messages)+1)
	for i := range messages {
		args = append(args, messages[i].PublicID)
	}
	var rows []fileRow
	err := list(ctx, s.quick, &rows, filesOfMessages(len(messages)), append(args, team)...)
	if err != nil {
		return nil, fmt.Errorf("list files of %d messages: %w", len(messages), err)
	}
	files := make(map[desk.ID][]desk.File)
	for i := range rows {
		m := rows[i].MessageID
		files[m] = append(files[m], rows[i].file())
	}
	return files, nil
}

func filesOfMessages(n int) string {
	return `
		SELECT ` + fileColumns + `
		FROM attachments
		WHERE message_id IN (` + rowsOf(`?`, n) + `) AND team_id = ?
		ORDER BY id`
}

var errNoFile = desk.Errorf(desk.NotFound, "There is no such file. It may have been removed.")

// findFile finds a file that an actor of the team may see: what was sent or is about to be, and what waits in their
// own composer.
func (s *Store) findFile(ctx context.Context, by desk.Actor, team int64, id desk.ID) (fileRow, error) {
	var row fileRow
	err := get(ctx, s.db, &row, `
		SELECT `+fileColumns+`
		FROM attachments
		WHERE public_id = ? AND team_id = ?`, id, team)
	if noRows(err) || err == nil && row.MessageID.IsZero() && !row.by(by) {
		return fileRow{}, errNoFile
	}
	if err != nil {
		return fileRow{}, fmt.Errorf("find file %s: %w", id, err)
	}
	return row, nil
}

func (r *fileRow) hash() (blob.Hash, error) {
	h, err := blob.ParseHash(r.Hash)
	if err != nil {
		return blob.Hash{}, fmt.Errorf("read file %s: %w", r.PublicID, err)
	}
	return h, nil
}
