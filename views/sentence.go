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
		c.Before, c.After = desk.Isolated(c.Before), desk.Isolated(c.After)
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
		case desk.FieldRelation:
			deeds = append(deeds, relationDeed(c))
		case desk.FieldCustomer:
			deeds = append(deeds, "gave the ticket to "+c.After+formerly(c))
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
		desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
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

// relationDeed tells what became of two tickets: the record's value is such as "merged into #12".
func relationDeed(c FieldChange) string {
	if c.After == "" {
		return "undid “" + c.Before + "”"
	}
	for _, w := range []struct{ relation, deed, end string }{
		{string(desk.MergedInto), "merged this ticket into", ""},
		{string(desk.MergedFrom), "merged", " into this ticket"},
		{string(desk.SplitInto), "moved messages to the new ticket", ""},
		{string(desk.SplitFrom), "made this ticket of messages of", ""},
		{string(desk.LinkedTo), "linked this ticket to", ""},
	} {
		if other, ok := strings.CutPrefix(c.After, w.relation); ok {
			return w.deed + other + w.end
		}
	}
	return c.After
}
