package widget

import (
	"net/http"
	"net/mail"
	"strings"
	"unicode/utf8"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// The limits of spec/4 on one message, in characters and counts.
const (
	maxMessage     = 10_000
	maxSessionID   = 64
	maxTraits      = 50
	maxTrait       = 500
	maxContexts    = 20
	maxContext     = 2_000
	maxName        = 400
	maxEmailLength = 320
	maxFileNames   = 4_096 // of which the desk keeps desk.MaxFileName
)

type sent struct {
	TicketID  desk.ID     `json:"ticket_id"`
	MessageID desk.ID     `json:"message_id"`
	Status    desk.Status `json:"ticket_status"`
	Unread    int         `json:"unread_count"`
	CreatedAt instant     `json:"created_at"`
}

// postMessage adds a customer's message to the ticket that the call names, or opens a new one.
func (d *Door) postMessage(r *http.Request, v *visit) (any, error) {
	n, ticket := readMessage(v.in)
	if err := v.check(); err != nil {
		return nil, err
	}

	n.Channel, n.Visitor = desk.Widget, v.caller
	t, m, err := d.deliver(r, v, ticket, n)
	if err != nil {
		return nil, err
	}

	return sent{
		TicketID: t.PublicID, MessageID: m.PublicID, Status: t.Status,
		Unread: t.UnreadCustomer, CreatedAt: instant(m.CreatedAt),
	}, nil
}

func (d *Door) deliver(r *http.Request, v *visit, ticket desk.ID, n store.NewTicket) (desk.Ticket, desk.Message, error) {
	ctx, team := r.Context(), v.widget.TeamID
	if ticket.IsZero() && !v.in.filled("ticket_id") {
		opened, err := d.Store.OpenTicket(ctx, desk.Actor{}, team, n)
		return opened.Ticket, opened.Message, err
	}

	t, err := d.ticket(ctx, v, ticket)
	if err != nil {
		return desk.Ticket{}, desk.Message{}, err
	}
	changed, err := d.Store.AddVisitorMessage(ctx, team, t, v.caller, desk.AddMessage{Body: n.Body, Files: n.Files})
	if err != nil {
		return desk.Ticket{}, desk.Message{}, refuseTicket(err)
	}
	return changed.Ticket, changed.Outcome.Messages[0], nil
}

// readMessage reads all fields of the call. The SDK's own session and its context describe the page,
// not the person: they are checked, so that a caller learns of a mistake.
func readMessage(in *input) (n store.NewTicket, ticket desk.ID) {
	n.Body, n.Files = strings.TrimSpace(in.text("message", maxBody)), readFiles(in)
	switch length := utf8.RuneCountInString(n.Body); {
	case length == 0 && len(n.Files) == 0 && !in.wrong("message"):
		in.fault("message", "The message is empty. Write something.")
	case length > maxMessage:
		in.fault("message", "The message has %d characters; the limit is %d. Shorten it.", length, maxMessage)
	}

	n.Customer = readCustomer(in)
	in.text("session_id", maxSessionID)
	in.values("session_context", maxContexts, maxContext)
	return n, in.id("ticket_id")
}

func readCustomer(in *input) store.CustomerInput {
	by := readPerson(in)
	by.DistinctID = in.text("distinct_id", desk.MaxDistinctID)
	if by.DistinctID == "" && !in.wrong("distinct_id") {
		in.fault("distinct_id", "This is missing.")
	}
	return by
}

// readPerson reads what a page tells of its visitor.
func readPerson(in *input) store.CustomerInput {
	by := store.CustomerInput{Traits: in.values("traits", maxTraits, maxTrait)}
	name, _ := by.Traits["name"].(string)
	by.Name = desk.Cut(strings.TrimSpace(name), maxName)
	by.Email = address(by.Traits["email"])
	return by
}

// address is a trait's e-mail address, "" for anything else: sites fill traits from profiles of
// their own, and a bad address in there must not keep a customer from asking.
func address(trait any) string {
	s, _ := trait.(string)
	s = strings.TrimSpace(s)
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Address != s || len(s) > maxEmailLength {
		return ""
	}
	return s
}
