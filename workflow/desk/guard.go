package desk

import "errors"

// fieldSeen marks the refusal of a stale reply.
const fieldSeen = "seen"

// checkSeen refuses a reply when the customer or a colleague has written since its writer looked (spec/7). What programs
// write answers nobody's question, and a note tells the customer nothing: both pass.
func (c *AddMessage) checkSeen(by Actor) error {
	if c.Private {
		return nil
	}
	for i := range c.Since {
		if m := &c.Since[i]; m.byPerson() && (m.Author != by.Kind || m.AuthorID != by.ID) {
			return errStale(m)
		}
	}
	return nil
}

func errStale(m *Message) error {
	e := &Error{Field: fieldSeen, kind: Conflict}
	e.text = m.writer() + " while you were writing. Read it, then send your reply anyway or edit it."
	return e
}

// byPerson reports whether the customer or a member of the team wrote the message.
func (m *Message) byPerson() bool { return m.Author == ByCustomer || m.Author == ByAgent }

// writer says who did what with the message.
func (m *Message) writer() string {
	name := Isolated(m.AuthorName)
	if name == "" {
		name = "Somebody"
		if m.Author == ByCustomer {
			name = "The customer"
		}
	}
	if m.Private {
		return name + " left a note"
	}
	return name + " replied"
}

// IsStale reports whether err refuses a reply because others have written since its writer looked.
func IsStale(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.kind == Conflict && e.Field == fieldSeen
}
