package widget

import (
	"cmp"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

const (
	maxThread = 500
	// A reply that was written while the customer wrote, too (spec/4, rule 7).
	crossing      = 90 * time.Second
	maxInCrossing = 100
	// A message whose sender may not have got the answer to its own POST yet (rule 11).
	settling = 10 * time.Second
)

type thread struct {
	TicketID desk.ID     `json:"ticket_id"`
	Status   desk.Status `json:"ticket_status"`
	Unread   int         `json:"unread_count"`
	HasMore  bool        `json:"has_more"`
	Messages []message   `json:"messages"`
}

type message struct {
	ID          desk.ID         `json:"id"`
	Content     string          `json:"content"`
	Rich        *views.RichNode `json:"rich_content"` // null where the content says it all
	AuthorType  string          `json:"author_type"`
	AuthorName  string          `json:"author_name"`
	CreatedAt   instant         `json:"created_at"`
	Private     bool            `json:"is_private"`  // always false: notes never leave the team
	Attachments []attachment    `json:"attachments"` // ours
}

// listMessages answers a part of a ticket's thread, oldest first.
func (d *Door) listMessages(r *http.Request, v *visit) (any, error) {
	after, limit := v.in.instant("after"), v.in.count("limit", maxThread, 1, maxThread)
	if err := v.check(); err != nil {
		return nil, err
	}
	t, err := d.pathTicket(r, v)
	if err != nil {
		return nil, err
	}

	messages, more, err := d.threadAfter(r, key{v.widget.TeamID, t.ID}, after, limit)
	if err != nil {
		return nil, err
	}
	shown := make([]message, len(messages))
	for i := range messages {
		shown[i] = show(&messages[i], v.widget.TeamName)
	}
	if err := d.attach(r.Context(), v.widget, messages, shown); err != nil {
		return nil, err
	}
	return thread{TicketID: t.PublicID, Status: t.Status, Unread: t.Unread, HasMore: more, Messages: shown}, nil
}

// key is a ticket of a team.
type key struct{ team, ticket int64 }

func (d *Door) threadAfter(r *http.Request, k key, after time.Time, limit int) (messages []desk.Message, more bool, err error) {
	messages, err = d.Store.Messages(r.Context(), k.team, k.ticket, store.MessageQuery{After: after, Limit: limit + 1, Public: true})
	if err != nil {
		return nil, false, err
	}
	more = len(messages) > limit
	if more {
		messages = messages[:limit]
	}
	if after.IsZero() {
		return messages, more, nil
	}

	if !more {
		messages = withoutSettling(messages, d.Now())
	}
	crossed, err := d.crossed(r, k, after)
	return append(crossed, messages...), more, err
}

// withoutSettling leaves out the customer's own messages at the end while they are very young.
func withoutSettling(messages []desk.Message, now time.Time) []desk.Message {
	for len(messages) > 0 {
		last := &messages[len(messages)-1]
		if last.Author != desk.ByCustomer || now.Sub(last.CreatedAt) >= settling {
			break
		}
		messages = messages[:len(messages)-1]
	}
	return messages
}

// crossed returns the team's messages that a cursor on a customer's message skips because they were
// saved while that message was on its way, moved up to the cursor.
func (d *Door) crossed(r *http.Request, k key, after time.Time) ([]desk.Message, error) {
	window, err := d.Store.Messages(r.Context(), k.team, k.ticket, store.MessageQuery{
		From: after.Add(-crossing), Before: after.Add(time.Microsecond), Limit: maxInCrossing, Newest: true, Public: true,
	})
	if err != nil {
		return nil, err
	}
	var crossed []desk.Message
	for _, m := range window {
		if m.CreatedAt.Equal(after) && m.Author == desk.ByCustomer {
			return crossed, nil
		}
		if m.CreatedAt.Before(after) && m.Author != desk.ByCustomer {
			m.CreatedAt = after
			crossed = append(crossed, m)
		}
	}
	return nil, nil
}

// markRead clears the customer's unread count; a second time it changes nothing.
func (d *Door) markRead(r *http.Request, v *visit) (any, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	t, err := d.pathTicket(r, v)
	if err != nil {
		return nil, err
	}

	if t.Unread > 0 {
		if _, err := d.Store.ChangeTicket(r.Context(), t.Actor(), v.widget.TeamID, t.ID, desk.MarkRead{}); err != nil {
			return nil, refuseTicket(err)
		}
	}
	return struct {
		Success bool `json:"success"`
		Unread  int  `json:"unread_count"`
	}{Success: true}, nil
}

func (d *Door) pathTicket(r *http.Request, v *visit) (store.VisitorTicket, error) {
	id, err := desk.ParseID(chi.URLParam(r, "ticket"))
	if err != nil {
		return store.VisitorTicket{}, invalid("ticket_id", "This must be a UUID.")
	}
	return d.ticket(r.Context(), v, id)
}

func show(m *desk.Message, team string) message {
	kind, name := author(m, team)
	shown := message{ID: m.PublicID, Content: m.Body, AuthorType: kind, AuthorName: name, CreatedAt: instant(m.CreatedAt), Attachments: []attachment{}}
	if m.Author != desk.ByCustomer { // whose words stay words
		shown.Rich = views.RichText(m.Body)
	}
	return shown
}

// author is how customers see who wrote: a workflow speaks for the team, nobody's address shows, and they themselves
// need no name.
func author(m *desk.Message, team string) (kind, name string) {
	switch m.Author {
	case desk.ByCustomer:
		kind, name = "customer", "" // all who claim the same distinct id and address share a record
	case desk.ByAgent:
		kind, name = "human", cmp.Or(m.PublicAuthor(), team)
	case desk.ByAPI:
		kind, name = "human", team // a token's name is the team's own business
	case desk.ByWorkflow, desk.BySystem:
		kind, name = "AI", team
	}
	return kind, name
}
