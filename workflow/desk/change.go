package desk

import (
	"slices"
	"time"
)

// Change is one wish to alter a ticket, made by Apply or refused whole.
type Change interface{ apply(d *draft) error }

// All makes several changes as one: all of them or none, and every event carries the state after the whole.
type All []Change

func (c All) apply(d *draft) error {
	for _, change := range c {
		if err := change.apply(d); err != nil {
			return err
		}
	}
	return nil
}

// SetStatus moves the ticket to a status.
type SetStatus struct{ To Status }

func (c SetStatus) apply(d *draft) error {
	if !c.To.valid() {
		return FieldErrorf("status", "%q is not a status. Use new, open, pending, on_hold or resolved.", Cut(string(c.To), 40))
	}
	d.statusGiven = true
	d.ticket.Status = c.To
	return nil
}

// SetPriority sets the priority; NoPriority clears it.
type SetPriority struct{ To Priority }

func (c SetPriority) apply(d *draft) error {
	if !c.To.valid() {
		return FieldErrorf("priority", "%q is not a priority. Use low, medium, high or none.", Cut(string(c.To), 40))
	}
	d.ticket.Priority = c.To
	return nil
}

// SetAssignee assigns to a user or a role, or to nobody. Whether that user or role exists in the
// team is for the caller to know; the store refuses unknown ones.
type SetAssignee struct{ To Assignee }

func (c SetAssignee) apply(d *draft) error {
	switch c.To.Kind {
	case Nobody:
		c.To.ID = 0
	case ToUser, ToRole:
		if c.To.ID <= 0 {
			return FieldErrorf("assignee", "The assignee is not known. Choose a user or a role.")
		}
	default:
		return FieldErrorf("assignee", "%q is not a kind of assignee. Use user or role.", Cut(string(c.To.Kind), 40))
	}
	d.ticket.Assignee = c.To
	return nil
}

// TagsMode says what SetTags does with the tags that are there.
type TagsMode string

// The tag modes of spec/2; the empty mode is ReplaceTags.
const (
	ReplaceTags TagsMode = "set"
	AddTags     TagsMode = "add"
	RemoveTags  TagsMode = "remove"
)

// SetTags replaces, adds or removes tags; they are cleaned first.
type SetTags struct {
	Mode TagsMode
	Tags []string
}

func (c SetTags) apply(d *draft) error {
	tags, err := CleanTags(c.Tags)
	if err != nil {
		return err
	}
	switch c.Mode {
	case ReplaceTags, "":
	case AddTags:
		tags = append(tags, d.ticket.Tags...)
		slices.Sort(tags)
		tags = slices.Compact(tags)
	case RemoveTags:
		gone := tags
		tags = slices.DeleteFunc(slices.Clone(d.ticket.Tags), func(t string) bool { return slices.Contains(gone, t) })
	default:
		return FieldErrorf("tags_mode", "%q is not a way to change tags. Use set, add or remove.", Cut(string(c.Mode), 40))
	}
	if len(tags) > MaxTags {
		return FieldErrorf("tags", "A ticket can have %d tags; this would make %d. Remove some first.", MaxTags, len(tags))
	}
	d.ticket.Tags = tags
	return nil
}

// EditTags makes the tags that somebody saw those that they want: only what they added and took out changes, so that
// what others did meanwhile stays.
type EditTags struct{ Had, Tags []string }

func (c EditTags) apply(d *draft) error {
	had, err := CleanTags(c.Had)
	if err != nil {
		return err
	}
	tags, err := CleanTags(c.Tags)
	if err != nil {
		return err
	}
	return All{SetTags{Mode: RemoveTags, Tags: without(had, tags)}, SetTags{Mode: AddTags, Tags: without(tags, had)}}.apply(d)
}

// SetSubject renames the ticket.
type SetSubject struct{ To string }

func (c SetSubject) apply(d *draft) error {
	if err := checkText("subject", c.To, 1, MaxSubject); err != nil {
		return err
	}
	d.ticket.Subject = c.To
	return nil
}

// Snooze puts the ticket away until a time or until the customer writes: on hold unless a status is given with it.
// The zero Snooze wakes it: open unless it is new or open, or a status is given with it.
type Snooze struct {
	Until      time.Time
	UntilReply bool // Until is zero then
}

func (c Snooze) apply(d *draft) error {
	switch {
	case c.UntilReply && !c.Until.IsZero():
		return FieldErrorf("snooze", "A snooze ends at a time or when the customer replies. Choose one of them.")
	case !c.Until.IsZero() && !c.Until.After(d.now):
		return FieldErrorf("snooze", "The time to snooze until has passed. Choose a later one.")
	}
	d.snoozeGiven = true
	if c == (Snooze{}) && !d.ticket.Snoozed() {
		return nil
	}
	d.ticket.SnoozedUntil, d.ticket.SnoozedUntilReply = utc(c.Until), c.UntilReply
	switch {
	case d.statusGiven:
	case c != Snooze{}:
		d.ticket.Status = OnHold
	case d.ticket.Status != New && d.ticket.Status != Open:
		d.ticket.Status = Open
	}
	return nil
}

// endByReply lets a snooze until a reply pass with the customer's message. The clock then wakes the ticket as at the
// end of any snooze: a message itself never changes the status (spec/1).
func (d *draft) endByReply() {
	if d.ticket.SnoozedUntilReply && slices.ContainsFunc(d.messages, func(m Message) bool { return m.Author == ByCustomer }) {
		d.ticket.SnoozedUntil, d.ticket.SnoozedUntilReply = d.now, false
	}
}

// MarkRead clears the unread count of whoever reads: the team's for an agent, the customer's for a customer.
type MarkRead struct{}

func (MarkRead) apply(d *draft) error {
	switch d.by.Kind {
	case ByAgent:
		d.ticket.UnreadTeam = 0
	case ByCustomer:
		d.ticket.UnreadCustomer = 0
	case ByWorkflow, ByAPI, BySystem:
	}
	return nil
}

// utc drops what no column keeps: the zone and everything below a microsecond.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Microsecond)
}

// EndSnooze wakes a ticket whose snooze has passed; one whose snooze has not is left as it is.
type EndSnooze struct{}

func (EndSnooze) apply(d *draft) error {
	if d.ticket.SnoozedUntilReply || d.ticket.SnoozedUntil.After(d.now) {
		return nil
	}
	return Snooze{}.apply(d)
}
