package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

// teamDay is how many bytes a team may upload in a day: more is a mistake or an attack.
const teamDay = 5 << 30

// NewFile is a file on its way in.
type NewFile struct {
	TeamID   int64
	TicketID int64 // 0: its message will open a ticket
	Name     string
	Body     io.Reader
}

// KeepFile reads a file of at most desk.MaxFile bytes to the disk and keeps it for the actor's next message. A ticket
// takes desk.MaxFiles of them at a time.
func (s *Store) KeepFile(ctx context.Context, by desk.Actor, n NewFile) (desk.File, error) {
	if err := s.mayUpload(ctx, s.db, by, n); err != nil {
		return desk.File{}, err
	}
	if err := s.countUpload(ctx, n.TeamID, 0); err != nil { // before anything is read
		return desk.File{}, err
	}
	spool, err := s.spoolFile(n.Name, n.Body)
	if err != nil {
		return desk.File{}, err
	}
	defer spool.Discard()
	if err := s.countUpload(ctx, n.TeamID, spool.Size); err != nil {
		return desk.File{}, err
	}
	if err := s.keepBlob(ctx, spool); err != nil {
		return desk.File{}, err
	}
	return s.insertFile(ctx, by, n, describe(spool, n.Name))
}

func (s *Store) spoolFile(name string, body io.Reader) (*blob.Spool, error) {
	spool, err := s.files.Spool(body, desk.MaxFile)
	if errors.Is(err, blob.ErrTooLarge) {
		return nil, fileTooLarge(name)
	}
	return spool, err
}

func fileTooLarge(name string) error {
	return desk.Errorf(desk.TooLarge,
		"The file %q is larger than %d MB. Send a link to it.", desk.CleanFileName(name), desk.MaxFile>>20)
}

// describe looks at the bytes; what they are called says nothing.
func describe(spool *blob.Spool, name string) fileRow {
	row := fileRow{
		Name: desk.CleanFileName(name), Type: blob.Sniff(spool.Reader()), Size: spool.Size, Hash: spool.Hash[:],
	}
	if width, height, err := blob.Measure(spool.Reader()); err == nil {
		row.Width, row.Height = width, height
	}
	return row
}

func (s *Store) mayUpload(ctx context.Context, q queryer, by desk.Actor, n NewFile) error {
	if n.TicketID == 0 {
		return nil
	}
	waiting, err := waitingFiles(ctx, q, by, ticketKey{n.TeamID, n.TicketID})
	if err == nil && len(waiting) >= desk.MaxFiles {
		err = desk.FieldErrorf("file", "A message takes %d files. Send these first, or remove some.", desk.MaxFiles)
	}
	return err
}

// countUpload counts bytes that have come in; they count for the day even when their file is removed at once.
func (s *Store) countUpload(ctx context.Context, team, size int64) error {
	total, _, err := s.Add(ctx, fmt.Sprintf("uploads of team %d", team), 24*time.Hour, int(size), s.now())
	if err != nil {
		return err
	}
	if int64(total)-size > teamDay {
		return desk.Errorf(desk.Throttled, "The team has uploaded %d GB within a day. Wait until tomorrow.", teamDay>>30)
	}
	return nil
}

// keepBlob takes a lease before the bytes are there, so that SweepFiles leaves them alone until a file names them.
func (s *Store) keepBlob(ctx context.Context, spool *blob.Spool) error {
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		kept, err := lease(ctx, tx, spool.Hash[:], s.now())
		if err == nil && !kept {
			err = desk.Errorf(desk.Unavailable, "An older copy of this file is just being removed. Try again in a moment.")
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.files.Keep(ctx, spool, blob.Key{Hash: spool.Hash})
}

// lease puts off any look at a blob by a day; it is false when the blob is just being removed.
func lease(ctx context.Context, tx *tx, hash []byte, now time.Time) (bool, error) {
	n, err := tx.exec(ctx, `
		INSERT INTO blob_leases (hash, used_at)
		VALUES (?, ?)
		ON CONFLICT (hash) DO UPDATE
		SET used_at = excluded.used_at
		WHERE blob_leases.doomed_at IS NULL`, hash, now)
	if err != nil {
		return false, fmt.Errorf("lease a blob: %w", err)
	}
	return n > 0, nil
}

func leaseAll(ctx context.Context, tx *tx, hashes [][]byte, now time.Time) error {
	for _, hash := range hashes {
		if _, err := lease(ctx, tx, hash, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) insertFile(ctx context.Context, by desk.Actor, n NewFile, row fileRow) (desk.File, error) {
	row.PublicID, row.Author, row.AuthorID = s.newID(), by.Kind, by.ID
	if n.TicketID != 0 {
		row.TicketID = &n.TicketID
	}
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if err := s.mayUpload(ctx, tx, by, n); err != nil { // several may have come at once
			return err
		}
		return s.insertFileRow(ctx, tx, n.TeamID, row)
	})
	return row.file(), err
}

func (s *Store) insertFileRow(ctx context.Context, tx *tx, team int64, row fileRow) error {
	_, err := tx.insert(ctx, `
		INSERT INTO attachments (public_id, team_id, ticket_id, author, author_id, visitor, name, type, size, hash, width,
			height, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		RETURNING id`,
		row.PublicID, team, row.TicketID, row.Author, row.AuthorID, row.Visitor, row.Name, row.Type, row.Size, row.Hash,
		row.Width, row.Height, s.now())
	if err != nil {
		return fmt.Errorf("insert file of team %d: %w", team, err)
	}
	return nil
}

// RemoveFile takes a file out of the composer in which the actor put it. One that was sent stays.
func (s *Store) RemoveFile(ctx context.Context, by desk.Actor, team int64, id desk.ID) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		var hash []byte
		err := tx.returning(ctx, &hash, `
			DELETE FROM attachments
			WHERE public_id = ? AND team_id = ? AND author = ? AND author_id = ? AND message_id IS NULL
			RETURNING hash`, id, team, by.Kind, by.ID)
		if noRows(err) {
			return errNoFile
		}
		if err != nil {
			return fmt.Errorf("remove file %s: %w", id, err)
		}
		_, err = lease(ctx, tx, hash, s.now())
		return err
	})
}
