package desk

import "strings"

// PublicAuthor is the name that customers see of who wrote for the team, "" for the team as a whole: a workflow speaks
// for it, a token's name is its own business, and nobody's address shows.
func (m *Message) PublicAuthor() string {
	if m.Author != ByAgent || strings.Contains(m.AuthorName, "@") {
		return ""
	}
	return m.AuthorName
}

// Public reports whether the ticket's customer may see what the record tells: messages, the status, and their own
// reading on another page. What the team does among itself is not even to be noticed.
func (r *Record) Public(by Actor) bool {
	switch r.Field {
	case FieldTicket, FieldMessage, FieldStatus:
		return true
	case FieldRead:
		return by.Kind == ByCustomer
	case FieldNote, FieldSubject, FieldPriority, FieldAssignee, FieldTags, FieldSLA, FieldSnooze, FieldRelation, FieldCustomer:
	}
	return false
}
