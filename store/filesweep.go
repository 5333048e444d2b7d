package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

const (
	looseFor   = 7 * 24 * time.Hour // an unsent file: as long as somebody may come back to a draft
	strayFor   = 24 * time.Hour     // one of a customer: who knows whether they ever come back
	leasedFor  = 24 * time.Hour     // a blob that nothing names: far longer than any upload
	sweepBatch = 100
)

// SweepFiles removes files that were never sent and bytes that no file names any more.
func (s *Store) SweepFiles(ctx context.Context) error {
	if dir, ok := s.files.(*blob.Dir); ok {
		if err := dir.Sweep(s.now().Add(-leasedFor)); err != nil {
			return err
		}
	}
	return errors.Join(s.inBatches(ctx, s.dropLoose), s.inBatches(ctx, s.endLeases))
}

// inBatches goes on until a batch was not full.
func (s *Store) inBatches(ctx context.Context, batch func(context.Context) (int, error)) error {
	for {
		n, err := batch(ctx)
		if err != nil || n < sweepBatch {
			return err
		}
	}
}

func (s *Store) dropLoose(ctx context.Context) (n int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		var hashes [][]byte
		err := tx.returningAll(ctx, &hashes, `
			DELETE FROM attachments
			WHERE message_id IS NULL AND id IN (
				SELECT id
				FROM attachments
				WHERE message_id IS NULL AND created_at < ? AND (author = ? OR created_at < ?)
				ORDER BY created_at
				LIMIT ?)
			RETURNING hash`, s.now().Add(-strayFor), desk.ByCustomer, s.now().Add(-looseFor), sweepBatch)
		if err != nil {
			return fmt.Errorf("remove files never sent: %w", err)
		}
		n = len(hashes)
		return leaseAll(ctx, tx, hashes, s.now())
	})
	return n, err
}

// endLeases looks at the blobs whose leases are over. What has no file is doomed first, then its bytes are removed, then
// the lease: meanwhile nobody can begin to use it, and after a crash the next sweep goes on.
func (s *Store) endLeases(ctx context.Context) (int, error) {
	var over [][]byte
	err := list(ctx, s.db, &over, `
		SELECT hash
		FROM blob_leases
		WHERE used_at < ?
		ORDER BY used_at
		LIMIT ?`, s.now().Add(-leasedFor), sweepBatch)
	if err != nil {
		return 0, fmt.Errorf("list leases that are over: %w", err)
	}
	var errs []error
	for _, hash := range over {
		if err := s.endLease(ctx, hash); err != nil {
			errs = append(errs, err) // the others are over all the same
		}
	}
	return len(over) - len(errs), errors.Join(errs...)
}

func (s *Store) endLease(ctx context.Context, hash []byte) error {
	doomed, err := s.doom(ctx, hash)
	if err != nil || !doomed {
		return err
	}
	h, err := blob.ParseHash(hash)
	if err != nil {
		return fmt.Errorf("read lease: %w", err)
	}
	if err := s.files.Remove(ctx, h); err != nil {
		return err
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, `DELETE FROM blob_leases WHERE hash = ? AND doomed_at IS NOT NULL`, hash); err != nil {
			return fmt.Errorf("end lease: %w", err)
		}
		return nil
	})
}

// doom marks a blob without files for removal and ends the lease of one that has some. A lease that was renewed
// meanwhile is neither.
func (s *Store) doom(ctx context.Context, hash []byte) (doomed bool, err error) {
	over := s.now().Add(-leasedFor)
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		n, err := tx.exec(ctx, `
			UPDATE blob_leases
			SET doomed_at = ?
			WHERE hash = ? AND used_at < ? AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.hash = blob_leases.hash)`,
			s.now(), hash, over)
		if err != nil {
			return fmt.Errorf("doom a blob: %w", err)
		}
		if doomed = n > 0; doomed {
			return nil
		}
		if _, err := tx.exec(ctx, `DELETE FROM blob_leases WHERE hash = ? AND used_at < ?`, hash, over); err != nil {
			return fmt.Errorf("end a lease: %w", err)
		}
		return nil
	})
	return doomed, err
}
