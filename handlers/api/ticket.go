package api

import (
	"net/http"
	"strconv"
	"time"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// ticketAnswer is a ticket as programs see it (spec/5).
type ticketAnswer struct {
	ID              desk.ID         `json:"id"`
	Number          int64           `json:"number"`
	TicketNumber    int64           `json:"ticket_number"` // the same
	Status          desk.Status     `json:"status"`
	Priority        *desk.Priority  `json:"priority"`
	Channel         desk.Channel    `json:"channel_source"`
	DistinctID      string          `json:"distinct_id"`
	CreatedAt       instant         `json:"created_at"`
	UpdatedAt       instant         `json:"updated_at"`
	MessageCount    int             `json:"message_count"`
	LastMessageAt   instant         `json:"last_message_at"`
	LastMessageText string          `json:"last_message_text"`
	UnreadTeam      int             `json:"unread_team_count"`
	UnreadCustomer  int             `json:"unread_customer_count"`
	SLA             instant         `json:"sla"` // the same as the next
	SLADueAt        instant         `json:"sla_due_at"`
	SnoozedUntil    instant         `json:"snoozed_until"`
	Assignee        *assigneeAnswer `json:"assignee"`
	URL             string          `json:"url"`
	Subject         string          `json:"subject"`
	Tags            []string        `json:"tags"`
}

// assigneeAnswer has the one of user and role that the type says.
type assigneeAnswer struct {
	ID   int64             `json:"id"`
	Type desk.AssigneeKind `json:"type"`
	User *userAnswer       `json:"user,omitempty"` // without one who has left the team
	Role *roleAnswer       `json:"role,omitempty"`
}

type userAnswer struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

type roleAnswer struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// getTicket shows a ticket and resets nothing.
func (d *Door) getTicket(w http.ResponseWriter, r *http.Request, token desk.Token) error {
	t, err := d.find(r, token, desk.ReadTickets)
	if err != nil {
		return err
	}
	var dir *workflow.Directory
	if t.Assignee.Kind != desk.Nobody {
		if dir, err = d.Store.Directory(r.Context(), t.TeamID); err != nil {
			return err
		}
	}
	reply(w, http.StatusOK, d.show(&t, dir))
	return nil
}

func (d *Door) show(t *desk.Ticket, dir *workflow.Directory) ticketAnswer {
	answer := ticketAnswer{
		ID: t.PublicID, Number: t.Number, TicketNumber: t.Number, Status: t.Status, Channel: t.Channel,
		DistinctID: t.Customer.DistinctID, CreatedAt: instant(t.CreatedAt), UpdatedAt: instant(t.UpdatedAt),
		MessageCount: t.MessageCount, LastMessageAt: instant(t.LastMessageAt), LastMessageText: t.LastMessageText,
		UnreadTeam: t.UnreadTeam, UnreadCustomer: t.UnreadCustomer,
		SLA: instant(t.SLADueAt), SLADueAt: instant(t.SLADueAt), SnoozedUntil: instant(t.SnoozedUntil),
		Assignee: showAssignee(t.Assignee, dir), URL: d.URL + "/tickets/" + strconv.FormatInt(t.Number, 10),
		Subject: t.Subject, Tags: append([]string{}, t.Tags...),
	}
	if t.Priority != desk.NoPriority {
		answer.Priority = &t.Priority
	}
	return answer
}

func showAssignee(a desk.Assignee, dir *workflow.Directory) *assigneeAnswer {
	answer := &assigneeAnswer{ID: a.ID, Type: a.Kind}
	switch a.Kind {
	case desk.ToUser:
		if u, known := dir.Users[a.ID]; known {
			answer.User = &userAnswer{ID: u.ID, Name: u.Name, Email: u.Email}
		}
	case desk.ToRole:
		if role, known := dir.Roles[a.ID]; known {
			answer.Role = &roleAnswer{ID: role.ID, Name: role.Name}
		}
	case desk.Nobody:
		return nil
	}
	return answer
}

// instant is a time with microseconds, which a ticket's times have; no time is null.
type instant time.Time

// MarshalJSON writes RFC 3339 in UTC.
func (i instant) MarshalJSON() ([]byte, error) {
	if time.Time(i).IsZero() {
		return []byte("null"), nil
	}
	return []byte(time.Time(i).UTC().Format(`"2006-01-02T15:04:05.000000Z"`)), nil
}
