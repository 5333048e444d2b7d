package views

import "signalbox/workflow/desk"

// FieldTitle is a field of a ticket as a heading: "Status".
func FieldTitle(f desk.Field) string {
	switch f {
	case desk.FieldSnooze:
		return "Snooze"
	case desk.FieldMessage:
		return "Messages"
	case desk.FieldNote:
		return "Private notes"
	case desk.FieldRelation:
		return "Related tickets"
	case desk.FieldTicket, desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
		desk.FieldSLA, desk.FieldRead, desk.FieldCustomer:
	}
	return titled(fieldName(f))
}
