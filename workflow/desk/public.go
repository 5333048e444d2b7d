package desk

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
