package workflow

import (
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// ticketProperties are what every event of a ticket carries (spec/1).
func ticketProperties() []string {
	return []string{"ticket_id", "ticket_number", "channel_source", "status", "priority"}
}

// moreProperties are what an event carries beyond ticketProperties (spec/1). closed is false for events that can carry
// anything, as a call from outside does.
func moreProperties(event desk.EventName) (names []string, closed bool) {
	switch event {
	case desk.TicketCreated:
		return []string{"customer_name", "customer_email"}, true
	case desk.MessageReceived:
		return []string{"message_id", "message_content", "author_type", "customer_name", "customer_email"}, true
	case desk.MessageSent:
		return []string{"message_id", "message_content", "author_type", "author_id"}, true
	case desk.StatusChanged:
		return []string{"old_status", "new_status"}, true
	case desk.PriorityChanged:
		return []string{"old_priority", "new_priority"}, true
	case desk.TicketAssigned:
		return []string{"assignee_type", "assignee_id"}, true
	case desk.TagsChanged:
		return []string{"added", "removed"}, true
	case desk.TicketAtRisk, desk.TicketBreached:
		return []string{"sla_due_at"}, true
	case ManualRun:
		return []string{"run_by"}, false
	case ScheduledRun, HookCalled:
	}
	return nil, false
}

// carriesTicket reports whether the event is about a ticket and says what that is like.
func carriesTicket(event desk.EventName) bool {
	return event == ManualRun || slices.Contains(desk.EventNames(), event)
}

// property is the term of a property of an event.
func (a *analysis) property(event desk.EventName, name string) int {
	switch {
	case event == desk.StatusChanged && name == "new_status":
		name = "status" // values are those after the change
	case event == desk.PriorityChanged && name == "new_priority":
		name = "priority"
	}
	key := termKey{event: event, name: name}
	if id, ok := a.termIDs[key]; ok {
		return id
	}
	return a.term(key, a.propertyDomain(event, name))
}

func (a *analysis) propertyDomain(event desk.EventName, name string) *domain {
	more, closed := moreProperties(event)
	switch {
	case carriesTicket(event) && slices.Contains(ticketProperties(), name):
		return a.ticketPropertyDomain(event, name)
	case slices.Contains(more, name):
		return a.morePropertyDomain(event, name)
	case closed:
		return a.nothing()
	}
	return a.anyDomain()
}

func (a *analysis) ticketPropertyDomain(event desk.EventName, name string) *domain {
	alert := event == desk.TicketAtRisk || event == desk.TicketBreached
	switch {
	case name == "status" && event == desk.TicketCreated:
		return a.oneDomain("new", exact(string(desk.New)))
	case name == "status" && alert: // never for resolved tickets
		return a.domainOf("unresolved", func() []cell {
			return exactCells(slices.DeleteFunc(desk.Statuses(), func(s desk.Status) bool { return s == desk.Resolved }))
		})
	case name == "status":
		return a.statusDomain()
	case name == "priority":
		return a.priorityDomain()
	case name == "channel_source":
		return a.channelDomain()
	case name == "ticket_number":
		return a.wholeDomain(name)
	}
	return a.textDomain(name)
}

func (a *analysis) morePropertyDomain(event desk.EventName, name string) *domain {
	switch name {
	case "old_status":
		return a.statusDomain()
	case "old_priority":
		return a.priorityDomain()
	case "author_type":
		if event == desk.MessageSent {
			return a.oneDomain("team", exact("team"))
		}
		return a.oneDomain("customer", exact("customer"))
	case "assignee_type":
		return a.domainOf(name, func() []cell { return []cell{exact(string(desk.ToUser)), exact(string(desk.ToRole)), exact(nil)} })
	case "author_id", "assignee_id":
		return a.optionalWholeDomain(name)
	case "added", "removed":
		return a.listDomain()
	case "run_by":
		return a.anyDomain()
	}
	return a.textDomain(name)
}

// ticketTerms are the fields of a version of the ticket that steps can write.
func (a *analysis) ticketTerms(version int) env {
	key := func(name desk.Field) termKey { return termKey{version: version, name: "ticket." + string(name)} }
	return env{
		status:   a.term(key(desk.FieldStatus), a.statusDomain()),
		priority: a.term(key(desk.FieldPriority), a.priorityDomain()),
		assignee: a.term(key(desk.FieldAssignee), a.assigneeDomain()),
	}
}

// leafOf finds what a path leads to in a world.
func (a *analysis) leafOf(w *world, p path) leaf {
	switch p.root {
	case rootEvent:
		return a.eventLeaf(w.event, p.keys)
	case rootVariables:
		return a.variableLeaf(w, p.keys)
	case rootTeam, rootNow:
	}
	name := string(p.root) + "." + strings.Join(p.keys, ".")
	return leaf{term: a.term(termKey{version: a.epoch, name: name}, a.anyDomain())}
}

func (a *analysis) eventLeaf(event desk.EventName, keys []string) leaf {
	if len(keys) == 1 && keys[0] == "event" {
		return leaf{term: a.term(termKey{name: "event " + string(event)}, a.oneDomain("event "+string(event), exact(string(event))))}
	}
	if len(keys) < 2 || keys[0] != "properties" {
		name := "event." + strings.Join(keys, ".")
		return leaf{term: a.term(termKey{event: event, name: name}, a.anyDomain())}
	}
	if len(keys) > 2 && !slices.Contains(ticketProperties(), keys[1]) {
		if _, closed := moreProperties(event); !closed {
			name := strings.Join(keys[1:], ".")
			return leaf{term: a.term(termKey{event: event, name: name}, a.anyDomain())}
		}
	}
	return leafBelow(a.property(event, keys[1]), keys[2:])
}

func leafBelow(term int, keys []string) leaf {
	return leaf{term: term, below: keys, key: strings.Join(keys, ".")}
}

func (a *analysis) absent() leaf { return leaf{term: a.term(termKey{name: "absent"}, a.nothing())} }

func (a *analysis) variableLeaf(w *world, keys []string) leaf {
	if len(keys) == 0 {
		return leaf{term: a.term(termKey{version: a.version, name: "variables"}, a.anyDomain())}
	}
	v, ok := w.env.vars[keys[0]]
	switch {
	case !ok:
		return a.absent()
	case v.ticket && len(keys) > 1:
		return a.ticketLeaf(w, v, keys[1:])
	case v.term >= 0:
		return leafBelow(v.term, keys[1:])
	}
	return leaf{term: a.term(termKey{version: v.version, name: strings.Join(keys, ".")}, a.anyDomain())}
}

// readPrefix marks the terms of what Get ticket has read and nothing else tells.
const readPrefix = "read."

// ticketLeaf is a field of a ticket that was read.
func (a *analysis) ticketLeaf(w *world, v variable, keys []string) leaf {
	own := v.own && carriesTicket(w.event)
	switch name := keys[0]; {
	case name == "status":
		return leafBelow(v.status, keys[1:])
	case name == "priority":
		return leafBelow(v.priority, keys[1:])
	case name == "assignee":
		return leafBelow(v.assignee, keys[1:])
	case name == "channel_source" && own: // it never changes
		return leafBelow(a.property(w.event, name), keys[1:])
	case (name == "ticket_number" || name == "number") && own:
		return leafBelow(a.property(w.event, "ticket_number"), keys[1:])
	case (name == "sla" || name == "sla_due_at") && v.noSLA:
		return a.absent()
	case !slices.Contains(a.outputs, name):
		return a.absent()
	default:
		return leafBelow(a.term(termKey{version: v.version, name: readPrefix + name}, a.readDomain(name)), keys[1:])
	}
}

// outputFields are the outputs of Get ticket.
func outputFields() []string {
	var out []string
	for name := range ticketValue(&TicketFacts{CustomerCount: new(int)}, nil, "") {
		out = append(out, name)
	}
	return out
}

func (a *analysis) readDomain(name string) *domain {
	switch name {
	case "channel_source":
		return a.channelDomain()
	case "ticket_number", "number", "message_count", "unread_team_count", "unread_customer_count":
		return a.wholeDomain(name)
	case "customer_ticket_count_7d":
		return a.optionalWholeDomain(name)
	case "tags":
		return a.listDomain()
	case "id", "url", "subject", "mailbox", "distinct_id", "customer_name", "customer_email", "last_message_text":
		return a.textDomain(name)
	case "created_at", "updated_at", "last_message_at", "sla", "sla_due_at":
		return a.optionalTextDomain(name)
	}
	return a.anyDomain()
}
