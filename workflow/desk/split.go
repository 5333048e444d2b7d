package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Split is the wish to make a new ticket of some messages of another one, for the same customer.
type Split struct {
	PublicID ID
	Number   int64
	Subject  string // the first line of the first message unless given
	From     *Ticket
	Leaving  []Message // oldest first, as is Staying
	Staying  []Message
}

// Open makes the new ticket. It emits nothing: an agent starts it, and its messages are old.
func (s Split) Open(by Actor, now time.Time) (Ticket, Outcome, error) {
	if err := s.Check(); err != nil {
		return Ticket{}, Outcome{}, err
	}
	first := &s.Leaving[0]
	if strings.TrimSpace(s.Subject) == "" {
		s.Subject = cmp.Or(firstLine(first.preview()), s.From.Subject)
	}
	d := draft{before: &Ticket{}, by: by, now: utc(now), opened: true, ticket: Ticket{
		PublicID: s.PublicID, TeamID: s.From.TeamID, Number: s.Number, Subject: s.Subject, Channel: s.From.Channel,
		Mailbox: s.From.Mailbox, Status: New, Tags: []string{}, Customer: s.From.Customer,
		CreatedAt: first.CreatedAt, UpdatedAt: utc(now), PausesSLA: s.From.PausesSLA,
	}}
	d.rethread(s.Leaving)
	team, customer := unreadOf(s.From, s.Staying)
	d.ticket.UnreadTeam, d.ticket.UnreadCustomer = s.From.UnreadTeam-team, s.From.UnreadCustomer-customer
	d.relates(Record{Field: FieldRelation, After: SplitFrom.to(s.From.Number)})
	return d.ticket, d.outcome(), nil
}

// Check refuses messages that cannot become a ticket, or that would leave none behind.
func (s Split) Check() error {
	switch {
	case s.From.MergedInto != 0:
		return Errorf(Conflict, "Ticket #%d was merged into another one. Split that one.", s.From.Number)
	case len(s.Leaving) == 0:
		return FieldErrorf("message", "No message is ticked. Tick those that become the new ticket.")
	case s.Leaving[0].Private:
		return FieldErrorf("message", "A ticket cannot start with a private note. Tick the message before it, too.")
	case !slices.ContainsFunc(s.Staying, func(m Message) bool { return !m.Private }):
		return FieldErrorf("message", "At least one message has to stay. Take the tick from it.")
	}
	return checkText("subject", s.Subject, 0, MaxSubject)
}

// Part leaves a ticket with the messages that a split let stay.
type Part struct {
	Into    int64 // the number of the new ticket
	Staying []Message
}

func (c Part) apply(d *draft) error {
	d.rethread(c.Staying)
	d.ticket.UnreadTeam, d.ticket.UnreadCustomer = unreadOf(&d.ticket, c.Staying)
	d.relates(Record{Field: FieldRelation, After: SplitInto.to(c.Into)})
	return nil
}

// unreadOf is how much of what is unread in a ticket can be in a part of its thread.
func unreadOf(t *Ticket, part []Message) (team, customer int) {
	for i := range part {
		switch m := &part[i]; {
		case m.Private:
		case m.Author == ByCustomer:
			team++
		default:
			customer++
		}
	}
	return min(t.UnreadTeam, team), min(t.UnreadCustomer, customer)
}

// firstLine names a ticket after its first message.
func firstLine(body string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(body), "\n")
	return Cut(strings.TrimSpace(first), MaxSubject)
}
