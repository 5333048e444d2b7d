package store

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Add adds n (0 only reads) to the count of key in the window that holds now, across all processes, and
// returns the window's total and end. A key always comes with the same window.
func (s *Store) Add(ctx context.Context, key string, window time.Duration, n int, now time.Time) (total int, reset time.Time, err error) {
	if n == 0 {
		return s.readCounter(ctx, key, window, now)
	}
	var row counterRow
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		return tx.returning(ctx, &row, `
			INSERT INTO counters (name, total, resets_at)
			VALUES (?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET
				total = CASE WHEN counters.resets_at <= ? THEN excluded.total ELSE counters.total + excluded.total END,
				resets_at = CASE WHEN counters.resets_at <= ? THEN excluded.resets_at ELSE counters.resets_at END
			RETURNING total, resets_at`, key, n, windowEnd(window, now), now, now)
	})
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count: %w", err)
	}
	if row.Total == n {
		if err := s.dropCounters(ctx, now); err != nil { // the next new window tries again; this call is counted
			s.config.Log.WarnContext(ctx, "ended counts were not deleted", slog.Any("error", err))
		}
	}
	return row.Total, time.Time(row.Reset), nil
}

type counterRow struct {
	Total int    `db:"total"`
	Reset micros `db:"resets_at"`
}

func (s *Store) readCounter(ctx context.Context, key string, window time.Duration, now time.Time) (int, time.Time, error) {
	var row counterRow
	err := get(ctx, s.db, &row, `SELECT total, resets_at FROM counters WHERE name = ? AND resets_at > ?`, key, now)
	if noRows(err) {
		return 0, windowEnd(window, now), nil
	}
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("read count: %w", err)
	}
	return row.Total, time.Time(row.Reset), nil
}

func windowEnd(window time.Duration, now time.Time) time.Time {
	return now.UTC().Truncate(window).Add(window)
}

// dropCounters deletes a few counts whose windows have ended. It runs for each new window, and takes more
// than one away, so that the table stays as small as what is being counted.
func (s *Store) dropCounters(ctx context.Context, now time.Time) error {
	const few = 20
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, `
			DELETE FROM counters
			WHERE name IN (SELECT name FROM counters WHERE resets_at <= ? ORDER BY resets_at LIMIT ?`+s.forUpdate()+`)`, now, few)
		if err != nil {
			return fmt.Errorf("delete ended counts: %w", err)
		}
		return nil
	})
}
