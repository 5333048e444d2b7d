package desk

import (
	"slices"
	"time"
)

// ReplyDelay is how long a reply waits to be read on the site before it goes out by email.
const ReplyDelay = 5 * time.Minute

// How many mails a day an address gets that nobody of the team wrote: nobody may use us to bomb a stranger (spec/6).
const (
	MaxAutomaticMails = 3  // as long as its reader has not taken part
	MaxProvenMails    = 12 // from then on: a program that follows links is no reader
)

// MailStep is what a change of a ticket means for the mail that takes unread replies to a customer who has left.
type MailStep string

// The steps.
const (
	KeepMail MailStep = ""     // nothing changes
	SendMail MailStep = "send" // there is more to read: a mail goes out after ReplyDelay
	DropMail MailStep = "drop" // all is read, or is read elsewhere
)

// MailAfter says what becomes of the mail when a ticket changes; before is nil for a new one. Notes raise no unread
// count, and so never go out. Where no address is known, no mail follows: who told none is written to on the site alone.
func MailAfter(before, after *Ticket) MailStep {
	had := 0
	if before != nil {
		had = before.UnreadCustomer
	}
	switch {
	case after.UnreadCustomer == 0 && had > 0:
		return DropMail
	case after.UnreadCustomer > had && after.Channel == Widget && after.MergedInto == 0:
		return SendMail
	}
	return KeepMail
}

// Letter is a mail that is about to take unread replies to a customer.
type Letter struct {
	Ticket  *Ticket
	Blocked bool      // the customer is
	Proven  bool      // a mail about this ticket to this address was followed here: it is the customer's own
	Unread  []Message // that no mail has told

	Elsewhere bool // mails about the ticket go to another address by now, or nowhere
	Newer     bool // another one is to go out, which tells all
}

// Needless says why the letter is not to be sent after all, "" when it is.
func (l *Letter) Needless() string {
	switch {
	case l.Ticket.MergedInto != 0:
		return "The ticket was merged into another one, where it is answered."
	case l.Blocked:
		return "The customer is blocked."
	case l.Ticket.UnreadCustomer == 0:
		return "The customer has read it."
	case len(l.Unread) == 0:
		return "Another mail has told of it."
	case l.Newer:
		return "A newer mail tells of it, too."
	case l.Elsewhere:
		return "The customer is written to at another address by now."
	}
	return ""
}

// Told are the messages whose words the letter tells. What a workflow or a program writes may be made of a stranger's
// own text, so it goes only to an address that is proven.
func (l *Letter) Told() []Message {
	var told []Message
	for i := range l.Unread {
		if l.Proven || l.Unread[i].Author == ByAgent {
			told = append(told, l.Unread[i])
		}
	}
	return told
}

// Most is how many such letters the address gets in a day; 0 is without limit, as somebody of the team wrote.
func (l *Letter) Most() int {
	switch {
	case slices.ContainsFunc(l.Unread, func(m Message) bool { return m.Author == ByAgent }):
		return 0
	case l.Proven:
		return MaxProvenMails
	}
	return MaxAutomaticMails
}
