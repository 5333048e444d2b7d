package desk

import "time"

// Message is one entry of a ticket's thread.
type Message struct {
	ID         int64
	PublicID   ID
	Author     ActorKind
	AuthorID   int64 // as Actor.ID
	AuthorName string
	Step       StepRef // set when a workflow wrote it
	Private    bool    // a note: it never leaves the team
	Body       string
	Files      []File    // only in the outcome that adds it
	CreatedAt  time.Time // strictly later than every earlier message of the ticket
	SentAt     time.Time // what the sender's own clock said, zero when unknown
}

// AddMessage adds a reply, a customer's message or, when Private, a note.
// Body must be 1 to MaxMessage characters of valid text, or none beside a file; ID is the message's public id.
type AddMessage struct {
	ID      ID
	Body    string
	Files   []File // at most MaxFiles
	Private bool
	SentAt  time.Time

	Seen  ID        // the newest message that its writer had before them; zero: nobody asks what came since
	Since []Message // what came after Seen, whole but for the bodies: the store knows it
}

func (c AddMessage) apply(d *draft) error {
	if c.Private && d.by.Kind == ByCustomer {
		return Errorf(Forbidden, "A customer cannot write a private note.")
	}
	if d.ticket.MergedInto != 0 && !c.Private {
		return ErrMerged
	}
	if err := c.checkSeen(d.by); err != nil {
		return err
	}
	if err := checkFiles(c.Files); err != nil {
		return err
	}
	least := 1
	if len(c.Files) > 0 {
		least = 0
	}
	if err := checkText("message", c.Body, least, MaxMessage); err != nil {
		return err
	}

	m := Message{
		PublicID: c.ID, Author: d.by.Kind, AuthorID: d.by.ID, AuthorName: d.by.Name, Step: d.by.Step,
		Private: c.Private, Body: c.Body, Files: filesOf(c), CreatedAt: d.nextMessageTime(), SentAt: utc(c.SentAt),
	}
	d.messages = append(d.messages, m)
	d.ticket.ThreadAt = m.CreatedAt
	if !m.Private {
		d.countPublic(m)
	}
	return nil
}

// nextMessageTime keeps messages strictly ordered even when the clock stands still or goes back.
func (d *draft) nextMessageTime() time.Time {
	if after := d.ticket.ThreadAt.Add(time.Microsecond); !d.ticket.ThreadAt.IsZero() && d.now.Before(after) {
		return after
	}
	return d.now
}

func (d *draft) countPublic(m Message) {
	t := &d.ticket
	t.MessageCount++
	t.LastMessageAt = m.CreatedAt
	t.LastMessageText = m.preview()
	if m.Author == ByCustomer {
		t.UnreadTeam++
		return
	}
	t.UnreadCustomer++
	if m.Author == ByAgent && t.FirstResponseAt.IsZero() {
		t.FirstResponseAt = m.CreatedAt
	}
}
