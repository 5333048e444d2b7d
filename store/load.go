package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// MostCounted is where Load stops to count: that there is more says enough, and counting costs by the row.
const MostCounted = 10_000

// Load is how much work waits. No count is over MostCounted+1.
type Load struct {
	EventsWaiting, EventsParked int
	OldestEvent                 time.Time // of those that wait, zero without one
	JobsWaiting, JobsFailed     int
}

const loadQuery = `
	SELECT
		(SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE state = 'pending' LIMIT ?) AS few) AS waiting,
		(SELECT COUNT(*) FROM (SELECT 1 FROM events WHERE state = 'parked' LIMIT ?) AS few) AS parked,
		(SELECT created_at FROM events WHERE state = 'pending' ORDER BY id LIMIT 1) AS oldest,
		(SELECT COUNT(*) FROM (SELECT 1 FROM jobs WHERE state = 'pending' LIMIT ?) AS few) AS jobs_waiting,
		(SELECT COUNT(*) FROM (SELECT 1 FROM jobs WHERE state <> 'done' AND state = 'failed' LIMIT ?) AS few) AS jobs_failed`

// Load returns how much work waits, of all teams.
func (s *Store) Load(ctx context.Context) (Load, error) {
	var row struct {
		Waiting     int    `db:"waiting"`
		Parked      int    `db:"parked"`
		Oldest      micros `db:"oldest"`
		JobsWaiting int    `db:"jobs_waiting"`
		JobsFailed  int    `db:"jobs_failed"`
	}
	const most = MostCounted + 1
	if err := get(ctx, s.db, &row, loadQuery, most, most, most, most); err != nil {
		return Load{}, fmt.Errorf("read load: %w", err)
	}
	return Load{
		EventsWaiting: row.Waiting, EventsParked: row.Parked, OldestEvent: time.Time(row.Oldest),
		JobsWaiting: row.JobsWaiting, JobsFailed: row.JobsFailed,
	}, nil
}

// Pool is what some of the connections to the database do.
type Pool struct {
	Name       string
	Most       int // connections
	Busy, Idle int
	Waits      int64 // how often somebody waited for one
	Waited     time.Duration
}

// Pools returns what the connections do.
func (s *Store) Pools() []Pool { return s.engine.pools() }

func poolOf(name string, db *sqlx.DB) Pool {
	stats := db.Stats()
	return Pool{
		Name: name, Most: stats.MaxOpenConnections, Busy: stats.InUse, Idle: stats.Idle,
		Waits: stats.WaitCount, Waited: stats.WaitDuration,
	}
}

func (e *sqlite) pools() []Pool { return []Pool{poolOf("read", e.pool), poolOf("write", e.single)} }

func (e *postgres) pools() []Pool { return []Pool{poolOf("all", e.pool)} }
