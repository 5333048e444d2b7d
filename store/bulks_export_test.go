package store

import "context"

// StepBulks does one batch of the bulk whose turn it is.
func (s *Store) StepBulks(ctx context.Context) (bool, error) { return s.nextBulk(ctx) }
