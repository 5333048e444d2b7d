package store

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

// mostWaiting is how many files a visitor may leave unsent, twice what a message takes. The oldest make room: nobody is
// kept from writing by what a closed tab has left.
const mostWaiting = 2 * desk.MaxFiles

// VisitorFile is a file on its way in from somebody outside. Who alone may send it is its Visitor, the customer of its
// ticket or, when there is neither, whoever knows the id of the file.
type VisitorFile struct {
	TeamID   int64
	Visitor  Visitor // sends it with the message of NewTicket or AddVisitorMessage
	TicketID int64
	Customer int64  // of the ticket
	Address  string // of the client, for limits alone; "" does not count
	Name     string
	Size     int64 // as it was announced, 0 when nobody said; the limits hold for it before anything is read
	Body     io.Reader
}

// KeptFile is a file that came in, with the hash of its bytes.
type KeptFile struct {
	desk.File

	Hash blob.Hash
}

// KeepVisitorFile reads a file of at most desk.MaxFile bytes to the disk and keeps it for the next message, for a day.
// Too much within an hour is Throttled. How many go with one message is asked when it is sent.
func (s *Store) KeepVisitorFile(ctx context.Context, n VisitorFile) (KeptFile, error) {
	if n.Size > desk.MaxFile {
		return KeptFile{}, fileTooLarge(n.Name)
	}
	announced, began := max(n.Size, 0), s.now()
	if err := s.countVisitor(ctx, &n, announced); err != nil {
		return KeptFile{}, err
	}
	body := &arriving{Reader: n.Body}
	spool, err := s.spoolFile(n.Name, body)
	if err != nil {
		s.recount(ctx, n.limits(), body.bytes-announced, began)
		return KeptFile{}, err
	}
	defer spool.Discard()
	if more := spool.Size - announced; more > 0 {
		if err := s.countVisitor(ctx, &n, more); err != nil {
			return KeptFile{}, err
		}
	}
	if err := s.keepBlob(ctx, spool); err != nil {
		return KeptFile{}, err
	}
	f, err := s.insertVisitorFile(ctx, n, describe(spool, n.Name))
	return KeptFile{File: f, Hash: spool.Hash}, err
}

// addMessage adds a message, which may have files from outside, to a ticket that its visitor reads still.
func (s *Store) addMessage(ctx context.Context, who fileClaim, m desk.AddMessage) (Changed, error) {
	var changed Changed
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		c, err := s.decideWith(ctx, tx, who, m)
		if err != nil {
			return err
		}
		if err := checkReads(ctx, tx, who); err != nil {
			return err
		}
		changed = Changed{Ticket: *c.after, Outcome: c.outcome}
		return s.saveOutcome(ctx, tx, c)
	})
	return changed, err
}

func (s *Store) insertVisitorFile(ctx context.Context, n VisitorFile, row fileRow) (desk.File, error) {
	row.PublicID, row.Author, row.AuthorID, row.Visitor = s.newID(), desk.ByCustomer, n.Customer, n.Visitor.fileKey()
	if n.TicketID != 0 {
		row.TicketID = &n.TicketID
	}
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.makeRoom(ctx, tx, n.TeamID, row.Visitor); err != nil {
			return err
		}
		return s.insertFileRow(ctx, tx, n.TeamID, row)
	})
	return row.file(), err
}

// makeRoom removes the oldest of the files that a visitor has not sent, so that one more fits in.
func (s *Store) makeRoom(ctx context.Context, tx *tx, team int64, visitor []byte) error {
	var hashes [][]byte
	err := tx.returningAll(ctx, &hashes, `
		DELETE FROM attachments
		WHERE visitor = ? AND team_id = ? AND message_id IS NULL AND id <= (
			SELECT id
			FROM attachments
			WHERE visitor = ? AND team_id = ? AND message_id IS NULL
			ORDER BY id DESC
			LIMIT 1 OFFSET ?)
		RETURNING hash`, visitor, team, visitor, team, mostWaiting-1)
	if err != nil {
		return fmt.Errorf("make room for a visitor's file: %w", err)
	}
	return leaseAll(ctx, tx, hashes, s.now())
}

// DropVisitorFiles removes files that KeepVisitorFile kept for a message that came to nothing. What was sent stays.
func (s *Store) DropVisitorFiles(ctx context.Context, team int64, files []desk.File) error {
	if len(files) == 0 {
		return nil
	}
	args := []any{team, desk.ByCustomer}
	for i := range files {
		args = append(args, files[i].ID)
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var hashes [][]byte
		err := tx.returningAll(ctx, &hashes, `
			DELETE FROM attachments
			WHERE team_id = ? AND author = ? AND message_id IS NULL AND public_id IN (`+rowsOf(`?`, len(files))+`)
			RETURNING hash`, args...)
		if err != nil {
			return fmt.Errorf("drop %d files of a visitor: %w", len(files), err)
		}
		return leaseAll(ctx, tx, hashes, s.now())
	})
}

// fileKey is whose the files are that a visitor uploads, nil for the zero Visitor. Sessions and identities have keys of
// different lengths, so none is ever the other.
func (v *Visitor) fileKey() []byte {
	session, identity := v.columns()
	if identity != nil {
		return append([]byte("identity"), identity...)
	}
	return session
}

// uploaded reports whether a file is the visitor's. Who signs in keeps what they chose before in the same session.
func (v *Visitor) uploaded(r *fileRow) bool {
	return len(v.Session) > 0 && bytes.Equal(r.Visitor, v.Session) || v.Identity != "" && bytes.Equal(r.Visitor, v.fileKey())
}

// OpenVisitorFile returns a file of a message that its customer may read, with its bytes. Whether the caller is that
// customer is asked before. ctx must last as long as the reader.
func (s *Store) OpenVisitorFile(ctx context.Context, team int64, id desk.ID) (desk.File, io.ReadSeekCloser, error) {
	row, err := s.findSharedFile(ctx, team, id)
	if err != nil {
		return desk.File{}, nil, err
	}
	return s.openFile(ctx, &row)
}

// OpenVisitorPicture is OpenPicture for a file that OpenVisitorFile opens.
func (s *Store) OpenVisitorPicture(
	ctx context.Context, team int64, id desk.ID, size blob.PictureSize,
) (desk.File, io.ReadSeekCloser, error) {
	row, err := s.findSharedFile(ctx, team, id)
	if err != nil {
		return desk.File{}, nil, err
	}
	return s.openPicture(ctx, &row, size)
}

// findSharedFile finds a file that was sent, and not with a private note.
func (s *Store) findSharedFile(ctx context.Context, team int64, id desk.ID) (fileRow, error) {
	var row fileRow
	err := get(ctx, s.db, &row, `
		SELECT `+fileColumns+`
		FROM attachments
		WHERE public_id = ? AND team_id = ? AND sent_at IS NOT NULL
			AND EXISTS (SELECT 1 FROM messages m WHERE m.public_id = attachments.message_id AND m.private = ?)`, id, team, false)
	if noRows(err) {
		return fileRow{}, errNoFile
	}
	if err != nil {
		return fileRow{}, fmt.Errorf("find shared file %s: %w", id, err)
	}
	return row, nil
}
