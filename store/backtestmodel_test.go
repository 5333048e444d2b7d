package store_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// history is a team whose life is drawn: live workflows answer what its people do.
type history struct {
	*rapid.T
	outer   *testing.T
	store   *store.Store
	clock   *clock
	team    int64
	user    int64
	tickets []desk.Ticket
	decider *workflow.Decider
}

func newHistory(t *testing.T, rt *rapid.T, s *store.Store, c *clock) *history {
	h := &history{T: rt, outer: t, store: s, clock: c, decider: workflow.NewDecider(nil)}
	team, err := s.AddTeam(t.Context(), "Team")
	h.check(err)
	h.team = team.ID
	h.user, err = s.AddUser(t.Context(), store.NewUser{TeamID: h.team, Email: fmt.Sprintf("u%d@example.com", h.team), Name: "Ada"})
	h.check(err)
	role, err := s.AddRole(t.Context(), h.team, "Support")
	h.check(err)
	h.check(s.AddRoleMember(t.Context(), h.team, role, h.user))
	colleague, err := s.AddUser(t.Context(), store.NewUser{TeamID: h.team, Email: fmt.Sprintf("c%d@example.com", h.team), Name: "Cem"})
	h.check(err)
	h.check(s.AddRoleMember(t.Context(), h.team, role, colleague))
	return h
}

func (h *history) check(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// settle does all the work that is due.
func (h *history) settle() {
	for {
		_, err := h.store.RaiseSLA(h.outer.Context(), h.clock.read(), 100)
		h.check(err)
		lanes, err := h.store.Pending(h.outer.Context(), h.clock.read(), 100)
		h.check(err)
		if len(lanes) == 0 {
			return
		}
		for _, lane := range lanes {
			for {
				work, err := h.store.ProcessNext(h.outer.Context(), lane, h.clock.read(), h.decider.Decide)
				h.check(err)
				if work == none {
					break
				}
			}
		}
	}
}

// pass lets whole minutes go by, in each of which waits may end.
func (h *history) pass(minutes int) {
	for range minutes {
		h.clock.add(time.Minute)
		h.settle()
	}
}

// act lets somebody do something.
func (h *history) act() {
	ctx := h.outer.Context()
	if len(h.tickets) == 0 || rapid.IntRange(0, 4).Draw(h.T, "act") == 0 && len(h.tickets) < 4 {
		n := question(rapid.SampledFrom([]string{"Hello", "My invoice is wrong"}).Draw(h.T, "body"))
		n.Channel = rapid.SampledFrom([]desk.Channel{desk.Widget, desk.Email}).Draw(h.T, "channel")
		opened, err := h.store.OpenTicket(ctx, desk.Actor{}, h.team, n)
		h.check(err)
		h.tickets = append(h.tickets, opened.Ticket)
		return
	}
	ticket := rapid.SampledFrom(h.tickets).Draw(h.T, "ticket")
	by := desk.Agent(h.user, "Ada")
	change := rapid.SampledFrom([]desk.Change{
		desk.AddMessage{Body: "Hello?"},
		desk.SetStatus{To: desk.Pending},
		desk.SetStatus{To: desk.Open},
		desk.SetStatus{To: desk.Resolved},
		desk.SetPriority{To: desk.High},
		desk.SetPriority{},
		desk.SetTags{Mode: desk.AddTags, Tags: []string{"vip"}},
		desk.SetTags{Tags: []string{"b"}},
		desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: h.user}},
		desk.SetAssignee{},
		desk.All{desk.AddMessage{Body: "Done."}, desk.SetStatus{To: desk.Resolved}, desk.SetPriority{To: desk.Low}},
	}).Draw(h.T, "change")
	if m, ok := change.(desk.AddMessage); ok && rapid.Bool().Draw(h.T, "customer writes") {
		by, change = desk.Actor{Kind: desk.ByCustomer, ID: ticket.Customer.ID, Name: "Carl"}, m
	}
	_, err := h.store.ChangeTicket(ctx, by, h.team, ticket.ID, change)
	h.check(err)
}

// publish makes a drawn workflow live.
func (h *history) publish(name string) store.WorkflowRow {
	d := workflow.Definition{
		Name: name, Trigger: h.trigger(), Limits: workflow.Limits{MessagesPerTicketHour: 1_000}, Steps: h.steps(2),
	}
	by := desk.Agent(h.user, "Ada")
	n := 0
	nameSteps(d.Steps, &n)
	row, err := h.store.CreateWorkflow(h.outer.Context(), by, h.team, d)
	h.check(err)
	row, err = h.store.Publish(h.outer.Context(), by, h.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	h.check(err)
	return row
}

func nameSteps(steps []workflow.Step, n *int) {
	for i := range steps {
		*n++
		steps[i].ID = fmt.Sprintf("s%d", *n)
		for _, exit := range steps[i].Exits() {
			nameSteps(steps[i].Path(exit), n)
		}
	}
}

func (h *history) trigger() workflow.Trigger {
	events := rapid.SliceOfNDistinct(rapid.SampledFrom(desk.EventNames()), 1, 4, func(n desk.EventName) desk.EventName { return n }).Draw(h.T, "events")
	var t workflow.Trigger
	for _, name := range events {
		e := workflow.EventTrigger{Event: name}
		if rapid.IntRange(0, 3).Draw(h.T, "where") == 0 {
			e.Where = &workflow.Group{All: []workflow.Clause{h.condition("event.properties.")}}
		}
		t.Events = append(t.Events, e)
	}
	if rapid.IntRange(0, 3).Draw(h.T, "limit") == 0 {
		t.Limit = &workflow.KeyLimit{Times: rapid.IntRange(1, 2).Draw(h.T, "times"), Within: "1h"}
	}
	return t
}

func (h *history) condition(root string) workflow.Clause {
	c := rapid.SampledFrom([]workflow.Condition{
		{Left: root + "status", Op: workflow.Equals, Value: "open"},
		{Left: root + "status", Op: workflow.NotEquals, Value: "resolved"},
		{Left: root + "priority", Op: workflow.IsSet},
		{Left: root + "priority", Op: workflow.Equals, Value: "high"},
		{Left: root + "channel_source", Op: workflow.Equals, Value: "email"},
	}).Draw(h.T, "condition")
	if root == "variables.ticket." && rapid.Bool().Draw(h.T, "of the ticket alone") {
		c = rapid.SampledFrom([]workflow.Condition{
			{Left: root + "tags", Op: workflow.HasAny, Value: []any{"vip", "seen"}},
			{Left: root + "message_count", Op: workflow.Greater, Value: 2},
			{Left: root + "assignee", Op: workflow.IsNotSet},
			{Left: root + "sla_due_at", Op: workflow.IsSet},
			{Left: root + "last_message_text", Op: workflow.Contains, Value: "hello"},
			{Left: root + "unread_customer_count", Op: workflow.AtLeast, Value: 1},
			{Left: root + "customer_ticket_count_7d", Op: workflow.Greater, Value: 1},
			{Left: root + "updated_at", Op: workflow.WithinLast, Value: "10m"},
		}).Draw(h.T, "ticket condition")
	}
	return workflow.Clause{Condition: c}
}

func (h *history) steps(depth int) []workflow.Step {
	steps := []workflow.Step{{Type: workflow.GetTicket, Get: &workflow.GetTicketStep{}}}
	for range rapid.IntRange(1, 4).Draw(h.T, "steps") {
		steps = append(steps, h.step(depth))
	}
	return steps
}

func (h *history) step(depth int) workflow.Step {
	types := []workflow.StepType{
		workflow.UpdateTicket, workflow.UpdateTicket, workflow.SendReply, workflow.AddNote, workflow.Notify, workflow.AssignInTurn,
		workflow.SetVariable, workflow.Wait, workflow.Wait,
	}
	if depth > 0 {
		types = append(types, workflow.If, workflow.If, workflow.Stop)
	}
	s := workflow.Step{Type: rapid.SampledFrom(types).Draw(h.T, "type"), OnError: workflow.Continue}
	support := &workflow.Target{Kind: desk.ToRole, Name: "Support"}
	switch s.Type {
	case workflow.UpdateTicket:
		s.Update = h.update()
	case workflow.If:
		when := workflow.Group{All: []workflow.Clause{h.condition("variables.ticket.")}}
		s.If = &workflow.IfStep{Branches: []workflow.Branch{{When: when, Steps: h.steps(depth - 1)}}, Else: h.steps(depth - 1)}
	case workflow.Wait:
		s.Wait = h.wait(depth)
	case workflow.SendReply, workflow.AddNote:
		s.Message = &workflow.MessageStep{Body: "It is {variables.ticket.status}."}
	case workflow.Notify:
		s.Notify = &workflow.NotifyStep{To: support, Text: "Look: {variables.ticket.status}"}
	case workflow.AssignInTurn:
		mode := rapid.SampledFrom([]workflow.TurnMode{workflow.RoundRobin, workflow.LeastOpen}).Draw(h.T, "turns")
		s.Assign = &workflow.AssignStep{Role: support, Mode: mode}
	case workflow.SetVariable:
		s.Variable = &workflow.VariableStep{Variable: "x", Value: "{variables.ticket.priority}"}
	case workflow.Stop:
		s.Stop = &workflow.StopStep{}
	case workflow.GetTicket, workflow.Webhook:
	}
	return s
}

func (h *history) update() *workflow.UpdateTicketStep {
	u := &workflow.UpdateTicketStep{TicketID: workflow.EventTicket, Priority: rapid.SampledFrom([]string{"", "low", "medium", "high"}).Draw(h.T, "priority")}
	u.Status = rapid.SampledFrom([]string{"", "open", "on_hold", "resolved"}).Draw(h.T, "status")
	u.SLAAmount = rapid.SampledFrom([]any{nil, "2", "clear"}).Draw(h.T, "sla")
	u.SLAMode = rapid.SampledFrom([]desk.SLAMode{"", desk.SLAEarlier, desk.SLALater}).Draw(h.T, "mode")
	u.Tags = rapid.SampledFrom([][]string{nil, {"seen"}, {"b", "{variables.ticket.status}"}}).Draw(h.T, "tags")
	u.TagsMode = rapid.SampledFrom([]desk.TagsMode{desk.ReplaceTags, desk.AddTags, desk.RemoveTags}).Draw(h.T, "tags mode")
	if rapid.IntRange(0, 3).Draw(h.T, "assigns") == 0 {
		u.Assignee = &workflow.Target{Kind: desk.ToRole, Name: "Support"}
	}
	return u
}

func (h *history) wait(depth int) *workflow.WaitStep {
	if rapid.Bool().Draw(h.T, "for a while") {
		return &workflow.WaitStep{For: rapid.SampledFrom([]string{"5m", "45m", "2h"}).Draw(h.T, "for")}
	}
	w := &workflow.WaitStep{
		When:    &workflow.Group{Any: []workflow.Clause{h.condition("variables.ticket."), h.condition("variables.ticket.")}},
		Timeout: rapid.SampledFrom([]string{"", "20m", "1h"}).Draw(h.T, "timeout"),
	}
	if depth > 0 {
		w.Held, w.TimedOut = h.steps(depth-1), h.steps(depth-1)
	}
	return w
}
