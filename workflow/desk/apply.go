package desk

import (
	"slices"
	"time"
)

// Outcome is what a change did: what to save beside the ticket, all of it in the same transaction.
type Outcome struct {
	Changes  []Record  // one for each changed field or message, whoever acts
	Events   []Event   // the subset of spec/1; only these start workflows
	Messages []Message // the new entries of the thread
}

// Field names what a Record is about.
type Field string

// The fields that leave records.
const (
	FieldTicket   Field = "ticket" // the opening
	FieldMessage  Field = "message"
	FieldNote     Field = "note"
	FieldSubject  Field = "subject"
	FieldStatus   Field = "status"
	FieldPriority Field = "priority"
	FieldAssignee Field = "assignee"
	FieldTags     Field = "tags"
	FieldSLA      Field = "sla_due_at"
	FieldSnooze   Field = "snoozed_until"
	FieldRead     Field = "read"     // an unread count went to zero
	FieldRelation Field = "relation" // to another ticket, or to its readers; the values are texts such as "merged into #12"
	FieldCustomer Field = "customer" // whose it is; the values are names
)

// Record says that one field changed, or one message was added. Before and After are what JSON
// shows of the values: text, a list of text, an Assignee, a time or nil.
type Record struct {
	Field         Field
	Before, After any
	MessageID     ID // set for messages and notes
}

// Apply changes t and reports what happened. A refused change leaves t as it was.
// now is cut to microseconds; the same value again changes nothing and leaves no record.
func Apply(t *Ticket, by Actor, now time.Time, c Change) (Outcome, error) {
	d := draft{before: t, ticket: t.clone(), by: by, now: utc(now)}
	if err := c.apply(&d); err != nil {
		return Outcome{}, err
	}
	if err := d.checkMerged(); err != nil {
		return Outcome{}, err
	}
	d.settle()
	out := d.outcome()
	if d.touches(out.Changes) {
		d.ticket.UpdatedAt = d.now
	}
	*t = d.ticket
	return out, nil
}

// draft is a ticket while it is being changed.
type draft struct {
	before      *Ticket
	ticket      Ticket
	by          Actor
	now         time.Time
	messages    []Message
	opened      bool
	statusGiven bool
	snoozeGiven bool
	raises      bool // alerts that are due are raised
	moves       bool // messages come from or go to another ticket: nothing happened that starts a workflow
	stageGiven  bool
	relations   []Record
	takenAlong  bool // that is all that the relations tell
}

// settle makes what follows from the changed fields, whoever changed them.
func (d *draft) settle() {
	t := &d.ticket
	if t.Status == Resolved && d.before.Status != Resolved {
		t.LastResolvedAt = d.now
		if !d.snoozeGiven {
			t.SnoozedUntil, t.SnoozedUntilReply = time.Time{}, false // or the passing snooze would reopen a finished ticket
		}
	}
	d.endByReply()
	d.settleClock()
	if !d.stageGiven {
		d.settleStage()
	}
}

func (d *draft) outcome() Outcome {
	changes := d.records()
	return Outcome{Changes: changes, Events: d.events(changes), Messages: d.messages}
}

// touches reports whether any record is more than somebody's reading, there or elsewhere, or another card for the same
// person.
func (d *draft) touches(changes []Record) bool {
	return slices.ContainsFunc(changes, func(r Record) bool {
		return r.Field != FieldRead && r.Field != FieldCustomer && (r.Field != FieldRelation || !d.takenAlong)
	})
}

// records compares the ticket before and after, messages first.
func (d *draft) records() []Record {
	var out []Record
	if d.opened {
		out = append(out, Record{Field: FieldTicket, After: d.ticket.Subject})
	}
	for i := range d.messages {
		m := &d.messages[i]
		field := FieldMessage
		if m.Private {
			field = FieldNote
		}
		out = append(out, Record{Field: field, MessageID: m.PublicID})
	}
	out = append(out, d.relations...)
	if d.opened {
		return out
	}

	a, b := d.before, &d.ticket
	differ := func(field Field, changed bool, before, after any) {
		if changed {
			out = append(out, Record{Field: field, Before: before, After: after})
		}
	}
	differ(FieldSubject, a.Subject != b.Subject, a.Subject, b.Subject)
	differ(FieldStatus, a.Status != b.Status, a.Status, b.Status)
	differ(FieldPriority, a.Priority != b.Priority, a.Priority.orNil(), b.Priority.orNil())
	differ(FieldAssignee, a.Assignee != b.Assignee, a.Assignee.orNil(), b.Assignee.orNil())
	differ(FieldTags, !slices.Equal(a.Tags, b.Tags), a.Tags, b.Tags)
	// Compared as of now, a clock that stops or goes on again leaves its deadline as it was.
	had, has := a.deadlineAt(d.now), b.deadlineAt(d.now)
	differ(FieldSLA, !had.Equal(has), timeOrNil(had), timeOrNil(has))
	snoozed := !a.SnoozedUntil.Equal(b.SnoozedUntil) || a.SnoozedUntilReply != b.SnoozedUntilReply
	differ(FieldSnooze, snoozed, a.snooze(), b.snooze())
	differ(FieldCustomer, a.Customer.ID != b.Customer.ID, a.Customer.known(), b.Customer.known())
	if d.moves {
		return out // unread messages went with the others: nobody has read them
	}
	differ(FieldRead, b.UnreadTeam < a.UnreadTeam, "team", nil)
	differ(FieldRead, b.UnreadCustomer < a.UnreadCustomer, "customer", nil)
	return out
}

func (p Priority) orNil() any {
	if p == NoPriority {
		return nil
	}
	return string(p)
}

func (a Assignee) orNil() any {
	if a.Kind == Nobody {
		return nil
	}
	return a
}

func timeOrNil(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}
