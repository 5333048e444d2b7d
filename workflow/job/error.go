package job

import (
	"math/rand/v2"
	"time"
)

// Error is how a Handler reports a failed attempt.
type Error struct {
	Text      string        // for administrators; it holds no secret
	Status    int           // of the answer, 0 where there was none
	Permanent bool          // no other attempt could succeed
	After     time.Duration // the receiver wants to be left alone for so long
}

func (e *Error) Error() string { return e.Text }

const (
	// MostAttempts is after how many failures a job has failed: within about 15 hours.
	MostAttempts = 8
	// mostBegun also counts attempts that ended with the process: a job that ends processes must not do so for ever.
	mostBegun = MostAttempts + 4
	// longestAfter bounds what a receiver can ask for.
	longestAfter = 6 * time.Hour
)

// wait is how long to wait after the failure of an attempt. It varies, so that what failed together does not come
// back together.
func wait(attempt int, after time.Duration) time.Duration {
	waits := [MostAttempts - 1]time.Duration{
		10 * time.Second, time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 6 * time.Hour,
	}
	usual := waits[min(max(attempt, 1), len(waits))-1]
	varied := usual - usual/10 + rand.N(usual/5) //nolint:gosec // nobody gains by guessing it
	return max(varied, min(after, longestAfter))
}
