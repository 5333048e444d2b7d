package desk

import "time"

// ReplyState is where a held reply stands.
type ReplyState string

// The states of held replies.
const (
	ReplyWaiting   ReplyState = "waiting"   // for its time; set when it is sent with a delay
	ReplySent      ReplyState = "sent"      // it is a message now; set when its time came, or by its writer
	ReplyCancelled ReplyState = "cancelled" // somebody took it back or threw it away
	ReplyStale     ReplyState = "stale"     // its time came, and others had written since its writer looked
	ReplyRefused   ReplyState = "refused"   // its time came, and it could not be sent: HeldReply.Why says the reason
)

// How long a reply can wait.
const (
	MaxHold     = time.Minute // to be taken back
	maxSchedule = 366 * 24 * time.Hour
)

// HeldReply is a message that waits for its time: it tells the customer nothing before, and can be taken back.
type HeldReply struct {
	ID        ID    // of the message to be
	UserID    int64 // who wrote it
	UserName  string
	Body      string
	Private   bool
	Then      Status // the status to set with it, "" for none
	Macro     ID     // whose changes are made with it, zero for none
	ReleaseAt time.Time
	CreatedAt time.Time
	State     ReplyState
	Why       string // what kept it from being sent
}

// Scheduled tells a reply for a chosen time from one that only waits to be taken back.
func (r *HeldReply) Scheduled() bool { return r.ReleaseAt.Sub(r.CreatedAt) > MaxHold }

// CheckRelease refuses a time that a reply cannot wait for.
func CheckRelease(at, now time.Time) error {
	switch {
	case !at.After(now):
		return FieldErrorf("send_at", "The time to send it at has passed. Choose a later one.")
	case at.Sub(now) > maxSchedule:
		return FieldErrorf("send_at", "A reply can wait for a year at the most. Choose an earlier time.")
	}
	return nil
}

// CheckTake refuses to take a reply back, or to throw it away. While it waits, it is its writer's; one that could
// not be sent is everybody's, or nobody could clear away what somebody left behind.
func (r *HeldReply) CheckTake(by Actor) error {
	switch r.State {
	case ReplySent:
		return Errorf(Conflict, "This reply has been sent; it cannot be taken back.")
	case ReplyCancelled:
		return Errorf(Conflict, "This reply has been taken back already.")
	case ReplyWaiting:
		return r.checkWriter(by)
	case ReplyStale, ReplyRefused:
	}
	return nil
}

// CheckSend refuses to send a reply before its time, or in spite of what others have written.
func (r *HeldReply) CheckSend(by Actor) error {
	switch r.State {
	case ReplySent:
		return Errorf(Conflict, "This reply has been sent already.")
	case ReplyCancelled:
		return Errorf(Conflict, "This reply has been taken back. Write it again to send it.")
	case ReplyRefused:
		return Errorf(Conflict, "This reply could not be sent. Take its text over and send it yourself.")
	case ReplyWaiting, ReplyStale:
	}
	return r.checkWriter(by)
}

func (r *HeldReply) checkWriter(by Actor) error {
	if by.Kind != ByAgent || by.ID != r.UserID {
		return Errorf(Forbidden, "This reply is %s's; only they can send it or take it back.", r.UserName)
	}
	return nil
}
