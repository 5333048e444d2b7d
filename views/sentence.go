package views

import (
	"strings"

	"signalbox/workflow/desk"
)

// FieldChange is one changed field in words; Before and After are "" for none.
type FieldChange struct {
	Field         desk.Field
	Before, After string
}

// Sentence tells, after a name, what one change did: "set priority to High and status to Open".
func Sentence(changes []FieldChange) string {
	var deeds, settings []string
	for _, c := range changes {
		switch c.Field {
		case desk.FieldTicket:
			deeds = append(deeds, "opened the ticket")
		case desk.FieldMessage:
			deeds = append(deeds, "wrote a message")
		case desk.FieldNote:
			deeds = append(deeds, "added a private note")
		case desk.FieldSnooze:
			deeds = append(deeds, snoozeDeed(c))
		case desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags, desk.FieldSLA:
			settings = append(settings, fieldName(c.Field)+" to "+orNone(c.After)+formerly(c))
		case desk.FieldRead:
		}
	}
	if len(settings) > 0 {
		deeds = append(deeds, "set "+joined(settings))
	}
	return joined(deeds)
}

// CustomerReplies words what a snooze waits for that has no time.
const CustomerReplies = "the customer replies"

func snoozeDeed(c FieldChange) string {
	if c.After == "" {
		return "ended the snooze"
	}
	return "snoozed the ticket until " + c.After
}

func fieldName(f desk.Field) string {
	switch f {
	case desk.FieldSLA:
		return "SLA"
	case desk.FieldSubject, desk.FieldStatus, desk.FieldPriority, desk.FieldAssignee, desk.FieldTags,
		desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSnooze, desk.FieldRead:
		return string(f)
	}
	return string(f)
}

// formerly says what was replaced; that there was nothing needs no saying.
func formerly(c FieldChange) string {
	if c.Before == "" {
		return ""
	}
	return " (was " + c.Before + ")"
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func joined(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}
