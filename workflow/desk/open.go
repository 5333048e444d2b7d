package desk

import (
	"strings"
	"time"
)

// Opening is what a new ticket starts from. Subject defaults to the first line of Message.
type Opening struct {
	PublicID  ID
	TeamID    int64
	Number    int64
	Subject   string
	Channel   Channel
	Mailbox   string
	Priority  Priority
	Customer  Customer
	Message   AddMessage
	PausesSLA bool // the team's setting
}

// OpenTicket makes a new ticket with its first message. A customer's opening emits created, then
// received; an agent who starts the conversation emits only sent.
func OpenTicket(by Actor, now time.Time, o Opening) (Ticket, Outcome, error) {
	if err := o.check(); err != nil {
		return Ticket{}, Outcome{}, err
	}
	now = utc(now)
	if strings.TrimSpace(o.Subject) == "" {
		message := Message{Body: o.Message.Body, Files: o.Message.Files}
		o.Subject = firstLine(message.preview())
	}
	d := draft{before: &Ticket{}, by: by, now: now, opened: true, ticket: Ticket{
		PublicID: o.PublicID, TeamID: o.TeamID, Number: o.Number, Subject: o.Subject, Channel: o.Channel,
		Mailbox: o.Mailbox, Status: New, Priority: o.Priority, Tags: []string{}, Customer: o.Customer,
		CreatedAt: now, UpdatedAt: now, PausesSLA: o.PausesSLA,
	}}
	if err := o.Message.apply(&d); err != nil {
		return Ticket{}, Outcome{}, err
	}
	return d.ticket, d.outcome(), nil
}

func (o *Opening) check() error {
	if o.Message.Private {
		return Errorf(Invalid, "A ticket cannot start with a private note. Start it with a message.") // its first line names the ticket
	}
	if err := checkText("subject", o.Subject, 0, MaxSubject); err != nil {
		return err
	}
	if err := checkText("channel", string(o.Channel), 1, maxDoors); err != nil {
		return err
	}
	if !o.Priority.valid() {
		return FieldErrorf("priority", "%q is not a priority. Use low, medium, high or none.", Cut(string(o.Priority), 40))
	}
	return o.Customer.check()
}

func (c *Customer) check() error {
	for _, f := range []struct {
		name, value string
		most        int
	}{{"name", c.Name, 400}, {"email", c.Email, 320}, {"distinct_id", c.DistinctID, MaxDistinctID}} {
		if err := checkText(f.name, f.value, 0, f.most); err != nil {
			return err
		}
	}
	return nil
}
