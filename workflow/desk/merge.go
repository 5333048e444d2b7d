package desk

import (
	"slices"
	"time"
)

// MergeReaders says who reads two tickets in browsers.
type MergeReaders struct {
	Source, Target bool // a browser reads it
	Same           bool // the same one reads both
	Links          bool // a private link leads to one of them, and will lead to both
}

// Merge is the wish to make one ticket of two: Source becomes part of Target.
type Merge struct {
	Source, Target *Ticket
	Readers        MergeReaders
	Vouched        bool // an agent knows that both are the same person's
}

// Check refuses what must not become one ticket. The customer's records being the same is a claim of their browsers,
// so an agent has to vouch for it before a browser reads more (spec/4: access is never by distinct_id alone). No browser
// is left with a ticket that goes on where it cannot read.
func (m Merge) Check() error {
	s, t := m.Source, m.Target
	switch {
	case s.ID == t.ID:
		return FieldErrorf("into", "A ticket cannot be merged into itself. Choose another one.")
	case s.MergedInto != 0:
		return Errorf(Conflict, "Ticket #%d is merged already. Undo that merge first.", s.Number)
	case t.MergedInto != 0:
		return Errorf(Conflict, "Ticket #%d was itself merged into another one. Choose that one.", t.Number)
	case s.Customer.ID != t.Customer.ID:
		return FieldErrorf("into", "These tickets belong to two customers. Merge the customers first, or link the tickets.")
	case m.strands() && m.Readers.Target:
		return Errorf(Conflict, "The customer reads #%d and #%d in two browsers, and neither could follow to the other. Link the tickets.", s.Number, t.Number)
	case m.strands():
		return Errorf(Conflict, "The customer reads #%d in the widget and could not follow to #%d. Merge the other way round, or link the tickets.", s.Number, t.Number)
	case m.Exposes() && !m.Vouched:
		return FieldErrorf("same_person", "These tickets were opened in two places. Confirm that it is the same person, who will read both conversations.")
	}
	return nil
}

// strands reports whether somebody who reads the source could not read on in the target.
func (m Merge) strands() bool { return m.Readers.Source && !m.Readers.Same }

// Exposes reports whether somebody who reads the target could not read the source so far. Whoever has a private link
// to the source follows to the target, so that counts, too.
func (m Merge) Exposes() bool { return (m.Readers.Target || m.Readers.Links) && !m.Readers.Same }

// MergeInto closes a ticket in favour of Target, which takes its messages over. Like all that moves messages it emits
// nothing: nobody finished the work, so what follows a resolved ticket, such as a survey, must not start.
type MergeInto struct{ Target *Ticket }

func (c MergeInto) apply(d *draft) error {
	t := &d.ticket
	t.MergedInto, t.Status = c.Target.ID, Resolved
	t.SnoozedUntil, t.SnoozedUntilReply, d.snoozeGiven = time.Time{}, false, true // of a resolved ticket, too: nothing may wake it
	t.UnreadTeam, t.UnreadCustomer = 0, 0
	d.moves = true // the counters stay: they tell lists what the ticket had
	d.relates(Record{Field: FieldRelation, After: MergedInto.to(c.Target.Number)})
	return nil
}

// ErrMerged refuses messages to a merged ticket, and changes of it: nobody would see them.
var ErrMerged = Errorf(Conflict, "This ticket was merged into another one. Go on there, or undo the merge.")

// checkMerged refuses to work on a ticket that stays merged. Its subject and tags are how it is found; they may change.
func (d *draft) checkMerged() error {
	a, b := d.before, &d.ticket
	if a.MergedInto == 0 || b.MergedInto == 0 {
		return nil
	}
	if a.Status != b.Status || a.Priority != b.Priority || a.Assignee != b.Assignee || a.SLAPaused != b.SLAPaused ||
		a.SLALeft != b.SLALeft || !a.SLADueAt.Equal(b.SLADueAt) || !a.SnoozedUntil.Equal(b.SnoozedUntil) ||
		a.SnoozedUntilReply != b.SnoozedUntilReply {
		return ErrMerged
	}
	return nil
}

// Absorb takes the messages of Source over.
type Absorb struct {
	Source *Ticket   // as it was
	Thread []Message // of both
	Tags   []string  // to add
}

func (c Absorb) apply(d *draft) error {
	d.ticket.UnreadTeam += c.Source.UnreadTeam
	d.ticket.UnreadCustomer += c.Source.UnreadCustomer
	d.rethread(c.Thread)
	d.relates(Record{Field: FieldRelation, After: MergedFrom.to(c.Source.Number)})
	return SetTags{Mode: AddTags, Tags: c.Tags}.apply(d)
}

// UndoMergeInto makes a merged ticket one of its own again. What was changed on it since stays.
type UndoMergeInto struct {
	Was    *Ticket   // before the merge
	Target *Ticket   // as it is, before its UndoAbsorb
	Thread []Message // with the messages that come back
}

func (c UndoMergeInto) apply(d *draft) error {
	t := &d.ticket
	t.MergedInto = 0
	if t.Status == Resolved {
		t.Status, t.LastResolvedAt = c.Was.Status, c.Was.LastResolvedAt
		t.SnoozedUntil, t.SnoozedUntilReply, d.snoozeGiven = c.Was.SnoozedUntil, c.Was.SnoozedUntilReply, true
	}
	if c.Was.SLAPaused && !t.SLAPaused {
		t.SLAPaused, t.SLALeft, t.SLADueAt, t.SLAStage = true, c.Was.SLALeft, time.Time{}, c.Was.SLAStage
		d.stageGiven = true
	}
	t.UnreadTeam += min(c.Was.UnreadTeam, c.Target.UnreadTeam)
	t.UnreadCustomer += min(c.Was.UnreadCustomer, c.Target.UnreadCustomer)
	d.rethread(c.Thread)
	d.relates(Record{Field: FieldRelation, Before: MergedInto.to(c.Target.Number)})
	return nil
}

// UndoAbsorb gives the messages of a merge back. Those that came since stay.
type UndoAbsorb struct {
	Source *Ticket   // as it was before the merge
	Thread []Message // what is left
	Tags   []string  // that came with the merge
}

func (c UndoAbsorb) apply(d *draft) error {
	t := &d.ticket
	t.UnreadTeam -= min(c.Source.UnreadTeam, t.UnreadTeam)
	t.UnreadCustomer -= min(c.Source.UnreadCustomer, t.UnreadCustomer)
	d.rethread(c.Thread)
	d.relates(Record{Field: FieldRelation, Before: MergedFrom.to(c.Source.Number)})
	return SetTags{Mode: RemoveTags, Tags: c.Tags}.apply(d)
}

// rethread makes the counters those of a thread that messages came to or left.
func (d *draft) rethread(thread []Message) {
	d.moves = true
	t := &d.ticket
	t.MessageCount, t.LastMessageAt, t.LastMessageText, t.FirstResponseAt = 0, time.Time{}, "", time.Time{}
	for i := range thread {
		m := &thread[i]
		t.ThreadAt = m.CreatedAt
		if m.Private {
			continue
		}
		t.MessageCount++
		t.LastMessageAt, t.LastMessageText = m.CreatedAt, m.preview()
		if m.Author == ByAgent && t.FirstResponseAt.IsZero() {
			t.FirstResponseAt = m.CreatedAt
		}
	}
}

// Interleave puts the messages of source among those of target by their times; both are in order. A time that is taken
// makes the message of source a microsecond later. shifted are those, as they now are, oldest first.
func Interleave(target, source []Message) (thread, shifted []Message) {
	taken := make(map[time.Time]bool, len(target))
	for i := range target {
		taken[target[i].CreatedAt] = true
	}
	thread = slices.Clone(target)
	var last time.Time
	for _, m := range source {
		at := m.CreatedAt
		for taken[at] || !at.After(last) {
			at = at.Add(time.Microsecond)
		}
		last = at
		if !at.Equal(m.CreatedAt) {
			m.CreatedAt = at
			shifted = append(shifted, m)
		}
		thread = append(thread, m)
	}
	slices.SortFunc(thread, func(a, b Message) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return thread, shifted
}
