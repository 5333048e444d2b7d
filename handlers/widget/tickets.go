package widget

import (
	"net/http"
	"slices"
	"strings"

	"signalbox/store"
	"signalbox/workflow/desk"
)

const (
	ticketsByDefault = 100
	maxTickets       = 500
	maxOffset        = 1_000_000
)

type ticketList struct {
	Count   int             `json:"count"`
	Results []ticketSummary `json:"results"`
}

type ticketSummary struct {
	ID            desk.ID     `json:"id"`
	Number        int64       `json:"ticket_number"`
	Status        desk.Status `json:"status"`
	Unread        int         `json:"unread_count"`
	LastMessage   string      `json:"last_message"`
	LastMessageAt instant     `json:"last_message_at"`
	MessageCount  int         `json:"message_count"`
	CreatedAt     instant     `json:"created_at"`
}

// listTickets answers the caller's own tickets, newest first.
func (d *Door) listTickets(r *http.Request, v *visit) (any, error) {
	status := readStatus(v.in)
	page := store.Page{
		Limit:  v.in.count("limit", ticketsByDefault, 1, maxTickets),
		Offset: v.in.count("offset", 0, 0, maxOffset),
	}
	if err := v.check(); err != nil {
		return nil, err
	}

	tickets, total, err := d.Store.SessionTickets(r.Context(), v.widget.TeamID, v.caller, status, page)
	if err != nil {
		return nil, err
	}
	results := make([]ticketSummary, len(tickets))
	for i := range tickets {
		results[i] = summarize(&tickets[i])
	}
	return ticketList{Count: total, Results: results}, nil
}

// readStatus reads the filter; "" is every status.
func readStatus(in *input) desk.Status {
	status := desk.Status(in.raw("status"))
	if status != "" && !slices.Contains(desk.Statuses(), status) {
		in.fault("status", "This must be new, open, pending, on_hold or resolved.")
	}
	return status
}

func summarize(t *desk.Ticket) ticketSummary {
	return ticketSummary{
		ID: t.PublicID, Number: t.Number, Status: t.Status, Unread: t.UnreadCustomer,
		LastMessage: strings.TrimSpace(t.LastMessageText), LastMessageAt: instant(t.LastMessageAt),
		MessageCount: t.MessageCount, CreatedAt: instant(t.CreatedAt),
	}
}
