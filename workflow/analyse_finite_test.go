package workflow

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

// finiteEvents are all events of a name as far as their finite fields go. A field that text does not mention, and so
// cannot matter, keeps its first value.
func finiteEvents(name desk.EventName, text string) []map[string]any {
	all := []map[string]any{{"ticket_id": exampleTicket().String(), "ticket_number": int64(7)}}
	cross := func(field string, values ...any) {
		if !strings.Contains(text, "properties."+field) && !strings.Contains(text, "_"+field) && (field != "channel_source" || !strings.Contains(text, "ticket.channel_source")) {
			values = values[:1]
		}
		var out []map[string]any
		for _, properties := range all {
			for _, v := range values {
				next := map[string]any{field: v}
				maps.Copy(next, properties)
				out = append(out, next)
			}
		}
		all = out
	}
	statuses := []any{"new", "open", "pending", "on_hold", "resolved"}
	priorities := []any{nil, "low", "medium", "high"}
	cross("channel_source", "widget", "slack", "email", "fax")
	cross("priority", priorities...)
	if name == desk.TicketCreated {
		cross("status", "new")
	} else {
		cross("status", statuses...)
	}
	changed := func(field string, values []any) {
		if !strings.Contains(text, "old_"+field) {
			values = []any{"another"}
		}
		cross("old_"+field, values...)
		all = slices.DeleteFunc(all, func(p map[string]any) bool { return p["old_"+field] == p[field] })
		for _, p := range all {
			p["new_"+field] = p[field]
		}
	}
	switch name { //nolint:exhaustive // the others have no finite field of their own
	case desk.StatusChanged:
		changed("status", statuses)
	case desk.PriorityChanged:
		changed("priority", priorities)
	case desk.TicketAssigned:
		cross("assignee_type", nil, "user", "role")
	case desk.MessageSent:
		cross("author_type", "team")
	case desk.MessageReceived:
		cross("author_type", "customer")
	}
	return all
}

// finiteTickets are what a ticket can have become; only the fields that the text mentions vary.
func finiteTickets(text string) []desk.Ticket {
	statuses, priorities := []desk.Status{desk.Open}, []desk.Priority{desk.NoPriority}
	assignees := []desk.Assignee{{}}
	if strings.Contains(text, "variables.ticket.status") {
		statuses = desk.Statuses()
	}
	if strings.Contains(text, "variables.ticket.priority") {
		priorities = append(priorities, desk.Priorities()...)
	}
	if strings.Contains(text, "variables.ticket.assignee") {
		assignees = append(assignees, desk.Assignee{Kind: desk.ToUser, ID: 1}, desk.Assignee{Kind: desk.ToRole, ID: 1})
	}
	var out []desk.Ticket
	for _, status := range statuses {
		for _, priority := range priorities {
			for _, assignee := range assignees {
				out = append(out, desk.Ticket{
					PublicID: exampleTicket(), TeamID: 1, Number: 7, Status: status, Priority: priority, Assignee: assignee,
				})
			}
		}
	}
	return out
}

func finiteDirectory() *Directory {
	return &Directory{
		Team:  desk.Team{ID: 1},
		Users: map[int64]desk.User{1: {ID: 1, Name: "Ada", Email: "ada@example.com"}},
		Roles: map[int64]desk.Role{1: {ID: 1, Name: "Support"}},
	}
}

// eachFiniteRun evaluates the definition for every event and every ticket that text can tell apart.
func eachFiniteRun(t *rapid.T, d Definition, text string, f func(Facts, Result)) {
	program, err := Compile(Workflow{Definition: d})
	if err != nil {
		t.Fatal(err)
	}
	tickets, dir := finiteTickets(text), finiteDirectory()
	seen := make(map[desk.EventName]bool)
	for _, e := range d.Trigger.Events {
		if seen[e.Event] {
			continue
		}
		seen[e.Event] = true
		for _, properties := range finiteEvents(e.Event, text) {
			for i := range tickets {
				ticket := tickets[i]
				ticket.Channel = desk.Channel(textOf(properties["channel_source"]))
				facts := Facts{
					Event: Event{TeamID: 1, Event: desk.Event{Name: e.Event, Properties: properties, At: exampleNow()}},
					Now:   exampleNow(), Directory: dir, Tickets: map[desk.ID]*TicketFacts{ticket.PublicID: {Ticket: ticket}},
				}
				f(facts, program.Evaluate(facts))
			}
		}
	}
}

// finiteField is a left side with a finite number of values.
type finiteField struct {
	left   string
	values []any
	exact  bool // only operators that tell no unnamed channels apart
}

func finiteEventFields() []finiteField {
	statuses := []any{"new", "open", "pending", "on_hold", "resolved"}
	priorities := []any{"low", "medium", "high"}
	return []finiteField{
		{left: "event.properties.status", values: statuses},
		{left: "event.properties.priority", values: priorities},
		{left: "event.properties.channel_source", values: []any{"widget", "slack", "email"}, exact: true},
		{left: "event.properties.old_status", values: statuses},
		{left: "event.properties.new_status", values: statuses},
		{left: "event.properties.old_priority", values: priorities},
		{left: "event.properties.new_priority", values: priorities},
		{left: "event.properties.assignee_type", values: []any{"user", "role"}},
		{left: "event.properties.author_type", values: []any{"team", "customer"}},
	}
}

func finiteTicketFields() []finiteField {
	return []finiteField{
		{left: "variables.ticket.status", values: []any{"new", "open", "pending", "on_hold", "resolved"}},
		{left: "variables.ticket.priority", values: []any{"low", "medium", "high"}},
		{left: "variables.ticket.channel_source", values: []any{"widget", "slack"}, exact: true},
		{left: "variables.ticket.assignee.type", values: []any{"user", "role"}},
		{left: "variables.ticket.assignee", values: []any{"user"}, exact: true},
	}
}

// someFields keeps few fields, so that conditions meet and the combinations stay few.
func someFields(t *rapid.T, event, ticket int) []finiteField {
	few := func(all []finiteField, most int) []finiteField {
		return rapid.Permutation(all).Draw(t, "fields")[:most]
	}
	return slices.Concat(few(finiteEventFields(), event), few(finiteTicketFields(), ticket))
}

type finiteDraw struct {
	t      *rapid.T
	fields []finiteField
	reads  bool // with Get ticket
	steps  int
}

func (d *finiteDraw) condition() Clause {
	field := rapid.SampledFrom(d.fields).Draw(d.t, "field")
	ops := []Operator{Equals, NotEquals, IsSet, IsNotSet}
	if !field.exact {
		ops = append(ops, Contains, NotContains, Matches, NotMatches, HasAny, HasAll, HasNone)
	}
	c := Condition{Left: field.left, Op: rapid.SampledFrom(ops).Draw(d.t, "op")}
	one := rapid.SampledFrom(field.values)
	switch c.Op { //nolint:exhaustive // see ops
	case IsSet, IsNotSet:
	case Contains, NotContains:
		c.Value = rapid.SampledFrom([]any{"n", "OPEN", "o", "e", "x", []any{"en", "low"}}).Draw(d.t, "part")
	case Matches, NotMatches:
		c.Value = rapid.SampledFrom([]string{"^n", "e", "(?i)HIGH|role", "^$", "ing$"}).Draw(d.t, "pattern")
	default:
		c.Value = one.Draw(d.t, "value")
		if rapid.Bool().Draw(d.t, "list") {
			c.Value = []any{c.Value, one.Draw(d.t, "another")}
		}
	}
	return Clause{Condition: c}
}

func (d *finiteDraw) group(depth int) Group {
	var clauses []Clause
	for range rapid.IntRange(1, 3).Draw(d.t, "conditions") {
		if depth > 0 && rapid.IntRange(0, 4).Draw(d.t, "nest") == 0 {
			g := d.group(depth - 1)
			clauses = append(clauses, Clause{Group: &g})
			continue
		}
		clauses = append(clauses, d.condition())
	}
	if rapid.Bool().Draw(d.t, "any") {
		return Group{Any: clauses}
	}
	return Group{All: clauses}
}

func (d *finiteDraw) path(depth int) []Step {
	var out []Step
	for range rapid.IntRange(0, 3).Draw(d.t, "steps") {
		out = append(out, d.step(depth))
	}
	return out
}

func (d *finiteDraw) step(depth int) Step {
	d.steps++
	s := Step{ID: fmt.Sprintf("s%d", d.steps), Disabled: false}
	kinds := []StepType{UpdateTicket, UpdateTicket, Stop}
	if depth > 0 {
		kinds = append(kinds, If, If, If)
	}
	if d.reads {
		kinds = append(kinds, GetTicket, GetTicket)
	}
	s.Type = rapid.SampledFrom(kinds).Draw(d.t, "type")
	switch s.Type { //nolint:exhaustive // see kinds
	case If:
		s.If = &IfStep{}
		for range rapid.IntRange(1, 4).Draw(d.t, "branches") {
			s.If.Branches = append(s.If.Branches, Branch{When: d.group(1), Steps: d.path(depth - 1)})
		}
		s.If.Else = d.path(depth - 1)
	case GetTicket:
		s.Get = &GetTicketStep{}
	case Stop:
		s.Stop = &StopStep{}
	case UpdateTicket:
		s.Update = d.update()
	}
	return s
}

func (d *finiteDraw) update() *UpdateTicketStep {
	u := &UpdateTicketStep{TicketID: EventTicket}
	u.Status = rapid.SampledFrom([]string{"", "", "open", "pending", "resolved", "{event.properties.status}"}).Draw(d.t, "status")
	u.Priority = rapid.SampledFrom([]string{"", "", "low", "high", "{event.properties.old_priority}"}).Draw(d.t, "priority")
	u.Assignee = rapid.SampledFrom([]*Target{nil, nil, {}, {Kind: desk.ToRole, Name: "Support"}, {Kind: desk.ToUser, Name: "ada@example.com"}}).Draw(d.t, "assignee")
	return u
}

func drawFinite(t *rapid.T, event, ticket int) Definition {
	d := finiteDraw{t: t, fields: someFields(t, event, ticket), reads: ticket > 0}
	events := desk.EventNames()[:6]
	out := Definition{Name: "Finite"}
	for range rapid.IntRange(1, 2).Draw(t, "events") {
		e := EventTrigger{Event: rapid.SampledFrom(events).Draw(t, "event")}
		if rapid.IntRange(0, 2).Draw(t, "where") == 0 {
			where := (&finiteDraw{t: t, fields: d.fields[:event]}).group(1)
			e.Where = &where
		}
		out.Trigger.Events = append(out.Trigger.Events, e)
	}
	out.Steps = append(d.path(2), d.step(2))
	return out
}
