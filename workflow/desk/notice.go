package desk

import (
	"fmt"
	"slices"
)

// NoticeKind says why somebody is told of something.
type NoticeKind string

// The kinds of notices. All but the first are switched by their reader.
const (
	WorkflowNotice NoticeKind = "workflow" // a step of a workflow says so
	MentionNotice  NoticeKind = "mention"  // a colleague's note names the reader, or a role of theirs
	AssignedNotice NoticeKind = "assigned" // the ticket is the reader's now
	ReplyNotice    NoticeKind = "reply"    // the customer wrote on a ticket that the reader has or follows
	FollowedNotice NoticeKind = "followed" // a colleague wrote on such a ticket
	SLANotice      NoticeKind = "sla"      // the deadline of a ticket that the reader has is near, or has passed
)

// NoticeKinds lists the kinds that their reader can switch, the one that matters most first: who is concerned by
// several is told of that one.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{MentionNotice, AssignedNotice, ReplyNotice, FollowedNotice, SLANotice}
}

// Channels are the ways by which a notice reaches its reader.
type Channels struct{ InApp, Email bool }

// Default are the ways of a reader who has not chosen. Only what was said to them in person comes by email.
func (k NoticeKind) Default() Channels {
	switch k {
	case MentionNotice:
		return Channels{InApp: true, Email: true}
	case AssignedNotice, ReplyNotice, FollowedNotice, WorkflowNotice:
		return Channels{InApp: true}
	case SLANotice:
	}
	return Channels{}
}

// Notice tells one member of one change.
type Notice struct {
	UserID    int64
	Kind      NoticeKind
	MessageID ID     // zero: it is about no message
	Text      string // the beginning of that message, or else what there is to say
	Tickets   int    // how many it is about, where it is about several at once
}

// Audience is who may be told of a ticket's changes.
type Audience struct {
	Followers []int64
	Mentioned func(text string) []int64
}

// noticeLength is in characters.
const noticeLength = 280

// Concerns reports whether a change is of a kind that anybody is told of.
func (o *Outcome) Concerns() bool {
	return o.adds() || slices.ContainsFunc(o.Changes, assigns) || slices.ContainsFunc(o.Events, alerts)
}

// adds reports whether there are new messages of people.
func (o *Outcome) adds() bool {
	return slices.ContainsFunc(o.Messages, func(m Message) bool { return m.Author == ByAgent || m.Author == ByCustomer })
}

func assigns(r Record) bool { return r.Field == FieldAssignee }

func alerts(e Event) bool { return e.Name.IsAlert() }

// Notices returns who is told of a change of t and why: each once, and nobody of their own act.
func (o *Outcome) Notices(by Actor, t *Ticket, a Audience) []Notice {
	var found []Notice
	for i := range o.Messages {
		found = append(found, messageNotices(&o.Messages[i], t, a)...)
	}
	if t.Assignee.Kind == ToUser && slices.ContainsFunc(o.Changes, assigns) {
		found = append(found, Notice{UserID: t.Assignee.ID, Kind: AssignedNotice})
	}
	if t.Assignee.Kind == ToUser && slices.ContainsFunc(o.Events, alerts) {
		found = append(found, Notice{UserID: t.Assignee.ID, Kind: SLANotice, Text: t.slaSentence()})
	}
	rank := func(n Notice) int { return slices.Index(NoticeKinds(), n.Kind) }
	slices.SortStableFunc(found, func(a, b Notice) int { return rank(a) - rank(b) })

	var told []Notice
	for _, n := range found {
		own := by.Kind == ByAgent && by.ID == n.UserID
		twice := slices.ContainsFunc(told, func(o Notice) bool { return o.UserID == n.UserID })
		if !own && !twice {
			told = append(told, n)
		}
	}
	return told
}

// messageNotices are those of a person's message. What workflows and programs write is news to nobody here.
func messageNotices(m *Message, t *Ticket, a Audience) []Notice {
	var out []Notice
	tell := func(kind NoticeKind, users ...int64) {
		for _, user := range users {
			out = append(out, Notice{UserID: user, Kind: kind, MessageID: m.PublicID, Text: Cut(m.Body, noticeLength)})
		}
	}
	kind := FollowedNotice
	switch m.Author {
	case ByCustomer:
		kind = ReplyNotice
	case ByAgent:
		if m.Private && a.Mentioned != nil {
			tell(MentionNotice, a.Mentioned(m.Body)...)
		}
	case ByWorkflow, ByAPI, BySystem:
		return nil
	}
	tell(kind, a.Followers...)
	if t.Assignee.Kind == ToUser {
		tell(kind, t.Assignee.ID)
	}
	return out
}

func (t *Ticket) slaSentence() string {
	if t.SLAStage == RaisedBreached {
		return "The SLA of this ticket is breached."
	}
	return "The SLA of this ticket is at risk."
}

// Sentence says what a notice is about, to its reader; by is the name of whoever acted.
func (n Notice) Sentence(by string) string {
	if by == "" {
		by = "The customer"
	}
	switch n.Kind {
	case MentionNotice:
		return by + " mentioned you."
	case AssignedNotice:
		if n.Tickets > 1 {
			return fmt.Sprintf("%s assigned %d tickets to you.", by, n.Tickets)
		}
		return by + " assigned this ticket to you."
	case ReplyNotice:
		return by + " replied."
	case FollowedNotice:
		return by + " wrote on this ticket."
	case SLANotice, WorkflowNotice:
	}
	return n.Text
}
