// Package job runs durable background work: what is queued in a transaction is done at least once, under a key that
// stays the same. It refuses to know how anything is kept or sent: the queue and the handlers are given to it.
package job

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Kind says which handler a job is for.
type Kind string

// The kinds of jobs.
const (
	KindWebhook Kind = "webhook" // its payload is a Webhook
	KindEmail   Kind = "email"   // an Email
	KindChannel Kind = "channel" // a Channel
	KindReply   Kind = "reply"   // a Reply
	KindRestore Kind = "restore" // a Restore
	KindConfirm Kind = "confirm" // a Confirm
)

// State is how far a job has come.
type State string

// The states of a job.
const (
	Pending State = "pending" // set when it is queued and when somebody retries it: it is done, or tried again, when due
	Done    State = "done"    // set by the first attempt that succeeds
	Failed  State = "failed"  // set when an attempt can never succeed, or when none is left

	Cancelled State = "cancelled" // set when what it was for has happened without it
)

// Job is work that the queue has leased to this process for one attempt.
type Job struct {
	ID        int64
	Key       Key
	TeamID    int64
	Kind      Kind
	Payload   []byte // JSON, with secrets
	Attempt   int    // which one this is, from 1; those that a crash cut off count
	CreatedAt time.Time
}

// Key is a UUID, the public id of a job: receivers know repeats by it.
type Key [16]byte

func (k Key) String() string {
	var b [36]byte
	hex.Encode(b[:8], k[:4])
	hex.Encode(b[9:13], k[4:6])
	hex.Encode(b[14:18], k[6:8])
	hex.Encode(b[19:23], k[8:10])
	hex.Encode(b[24:], k[10:])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// Attempt is what is kept of one attempt.
type Attempt struct {
	StartedAt time.Time
	Took      time.Duration
	Status    int    // of the answer, 0 where there was none
	Error     string // for administrators, without secrets; empty when it succeeded
}

// Answer is what an awaited job hands to the run that waits for it: Status and Body, or Error when the job failed.
type Answer struct {
	Status int             `json:"status,omitempty"`
	Body   json.RawMessage `json:"body,omitempty"`
	Error  string          `json:"error,omitempty"`
}

// Queue is where jobs are kept; store implements it.
type Queue interface {
	// Claim leases up to limit jobs that are due at now: no other process gets them until now + Lease, and whoever
	// claims them after that does so because this process is gone.
	Claim(ctx context.Context, now time.Time, limit int) ([]Job, error)
	// Done records a success. The first success counts, even when the lease has passed; answer is nil unless the
	// job is awaited.
	Done(ctx context.Context, j Job, a Attempt, answer *Answer) error
	// Retry records a failure and makes the job due at the given time.
	Retry(ctx context.Context, j Job, a Attempt, at time.Time) error
	// Fail records a failure after which nothing is tried.
	Fail(ctx context.Context, j Job, a Attempt, answer *Answer) error
	// Release gives a job back that was not tried to its end.
	Release(ctx context.Context, j Job, at time.Time) error
	// Wakes receives a value soon after jobs were committed by this process.
	Wakes() <-chan struct{}
}
