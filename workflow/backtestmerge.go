package workflow

import (
	"slices"
	"time"

	"signalbox/workflow/desk"
)

// merge is the sandbox's ticket after something really happened to it: what somebody other than a workflow changed is
// taken over, the rest stays as the sandbox has it.
func merge(own *ownTicket, m *moment) *desk.Ticket {
	mine := own.ticket
	if mine == m.was && own.replies == m.replies {
		return m.is // nothing differed
	}
	t := *m.is
	if m.was.Status == m.is.Status {
		t.Status, t.LastResolvedAt = mine.Status, mine.LastResolvedAt
		t.SnoozedUntil, t.SnoozedUntilReply = mine.SnoozedUntil, mine.SnoozedUntilReply
	}
	if m.was.Priority == m.is.Priority {
		t.Priority = mine.Priority
	}
	if m.was.Assignee == m.is.Assignee {
		t.Assignee = mine.Assignee
	}
	if slices.Equal(m.was.Tags, m.is.Tags) {
		t.Tags = mine.Tags
	}
	if m.was.UpdatedAt.Equal(m.is.UpdatedAt) {
		t.UpdatedAt = mine.UpdatedAt
	}
	mergeMessages(&t, own, m)

	at := m.event.At
	if due := deadlineAt(m.is, at); deadlineAt(m.was, at).Equal(due) {
		setDeadline(&t, deadlineAt(mine, at), at)
	} else {
		setDeadline(&t, due, at)
	}
	return &t
}

// mergeMessages counts what the sandbox's workflows sent in the place of what workflows really sent.
func mergeMessages(t *desk.Ticket, own *ownTicket, m *moment) {
	t.MessageCount += own.replies - m.replies
	told := m.event.Name == desk.MessageReceived || m.event.Name == desk.MessageSent || !m.wroteMessage
	if told && !m.was.ThreadAt.Equal(m.is.ThreadAt) {
		return
	}
	t.LastMessageAt, t.LastMessageText = own.ticket.LastMessageAt, own.ticket.LastMessageText
	t.ThreadAt, t.UnreadCustomer = own.ticket.ThreadAt, own.ticket.UnreadCustomer
}

// deadlineAt is when the deadline would fall if a clock that stands went on at now; zero without one.
func deadlineAt(t *desk.Ticket, now time.Time) time.Time {
	if t.SLAPaused {
		return now.Add(t.SLALeft)
	}
	return t.SLADueAt
}

// setDeadline sets the deadline, with a clock that stands where the team stops it for the ticket's status.
func setDeadline(t *desk.Ticket, due, now time.Time) {
	t.SLADueAt, t.SLAPaused, t.SLALeft = due, false, 0
	if t.PausesSLA && !due.IsZero() && (t.Status == desk.Pending || t.Status == desk.OnHold) {
		t.SLADueAt, t.SLAPaused, t.SLALeft = time.Time{}, true, due.Sub(now)
	}
}
