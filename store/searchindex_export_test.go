package store

import "context"

// IndexBatches indexes n batches as IndexChanges does, and calls between after each.
func (s *Store) IndexBatches(ctx context.Context, n int, between func()) error {
	var b indexBatch
	for range n {
		var err error
		if b, err = s.nextBatch(ctx, b); err != nil {
			return err
		}
		if err := s.keep(ctx, b); err != nil {
			return err
		}
		between()
	}
	return nil
}
