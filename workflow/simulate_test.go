package workflow

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

// simWorld is what a store would hold while a run goes on and nothing else happens.
type simWorld struct {
	tickets map[desk.ID]*TicketFacts
	roles   map[int64]RoleFacts
	sent    []time.Time // replies on the ticket
	now     time.Time
}

func (w *simWorld) load(_ context.Context, _ *Workflow, n Need, f *Facts) error {
	switch {
	case !n.Ticket.IsZero():
		f.Tickets[n.Ticket] = w.tickets[n.Ticket]
	case n.Role != 0:
		r := w.roles[n.Role]
		f.Roles[n.Role] = RoleFacts{LastTurn: r.LastTurn, Open: r.Open}
	case n.Limit != "":
		f.Uses[n.Limit] = 0
	case !n.Sent.IsZero():
		for _, at := range w.sent {
			if at.After(w.now.Add(-time.Hour)) {
				f.Sent[n.Sent]++
			}
		}
		f.Sent[n.Sent] += 0 // it is known now
	default:
		f.Started = new(0)
	}
	return nil
}

// save keeps what a run did, as a store does in the transaction of the run.
func (w *simWorld) save(r *Result) {
	for _, e := range r.Effects {
		w.tickets[e.Ticket.PublicID] = &TicketFacts{Ticket: e.Ticket, CustomerCount: w.tickets[e.Ticket.PublicID].CustomerCount}
		for _, m := range e.Outcome.Messages {
			if !m.Private {
				w.sent = append(w.sent, m.CreatedAt)
			}
		}
	}
	for _, turn := range r.Turns {
		w.roles[turn.RoleID] = w.roles[turn.RoleID].after(turn)
	}
}

func newSimWorld() *simWorld {
	return &simWorld{tickets: testTickets(), roles: map[int64]RoleFacts{5: {Open: map[int64]int{}}}, now: testNow}
}

// simLive lets the engine's decider take the run from wait to wait, through the JSON that a store keeps meanwhile.
func simLive(t *rapid.T, w Workflow, e Event) Result {
	world, decider := newSimWorld(), NewDecider(nil)
	c := Claim{
		Event: e, Directory: testDirectory(), URL: "https://desk.example.com", Workflows: []Workflow{w},
		Load: world.load, NewID: func() desk.ID { return desk.ID{9} },
	}
	var whole Result
	var effects []Effect
	for looks := 0; ; looks++ {
		c.Ticket = world.tickets[ticketID]
		runs, err := decider.Decide(t.Context(), c, world.now)
		if err != nil {
			t.Fatal(err)
		}
		r := &runs[0].Result
		whole.add(r)
		effects = append(effects, r.Effects...)
		whole.Effects = effects
		if r.Outcome != Waiting {
			return whole
		}
		world.save(r)
		at := r.Wait.WakeAt()
		c.Resume = &Resumption{RunID: desk.ID{9}}
		if r.Wait.Await {
			at = world.now.Add(time.Second)
			c.Resume.Answer = map[string]any{"status": int64(200), "body": nil}
		}
		if at.IsZero() || looks > maxLooks {
			return whole
		}
		world.now = at
		stored(t, r.Wait, &c.Resume.Position)
		stored(t, r.Variables, &c.Resume.Variables)
		stored(t, r.Steps, &c.Resume.Steps)
	}
}

// stored is what comes back of something that was written as JSON.
func stored(t *rapid.T, from, into any) {
	text, err := json.Marshal(from)
	if err == nil {
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		err = d.Decode(into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// saidBy is all that a run did and said, in order.
func saidBy(r *Result) map[string]any {
	var effects []string
	for _, e := range r.Effects {
		effects = append(effects, jsonText([]any{e.StepID, e.Ticket, e.Outcome}))
	}
	return map[string]any{
		"outcome": r.Outcome, "why": r.Why, "effects": effects, "steps": jsonText(r.Steps), "jobs": jsonText(r.Jobs),
		"notices": jsonText(r.Notices), "turns": jsonText(r.Turns), "variables": jsonText(r.Variables),
	}
}

func TestASimulatedRunIsTheLiveOneWhenNothingElseHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{MessagesPerTicketHour: rapid.IntRange(0, 2).Draw(t, "messages")}
		d := Definition{Name: "W", Trigger: simTrigger(t), Limits: limits, Steps: simSteps(t, 2)}
		giveIDs(&d)
		w := Workflow{ID: 1, TeamID: 7, Version: 1, Definition: d}
		e := simEvent(t)
		p, err := Compile(w)
		if err != nil {
			t.Fatal(err)
		}
		world := newSimWorld()
		c := Claim{Event: e, Ticket: world.tickets[ticketID], Directory: testDirectory(), URL: "https://desk.example.com"}
		f := factsOf(&c, testNow)
		f.RunID = desk.ID{9}
		got, err := p.Simulate(t.Context(), f, world.load)
		if err != nil {
			t.Fatal(err)
		}
		want := simLive(t, w, e)
		if diff := cmp.Diff(saidBy(&want), saidBy(&got)); diff != "" {
			t.Fatalf("%s\n(-live +simulated):\n%s", jsonText(d), diff)
		}
		if diff := cmp.Diff(testTickets(), world.tickets); diff != "" {
			t.Fatalf("the simulation changed the world:\n%s", diff)
		}
	})
}

func simTrigger(t *rapid.T) Trigger {
	var where *Group
	if rapid.IntRange(0, 3).Draw(t, "conditions") == 0 {
		where = simGroup(t, "event.properties.")
	}
	return Trigger{Events: []EventTrigger{{Event: desk.TicketCreated, Where: where}}}
}

func simEvent(t *rapid.T) Event {
	e := testFacts().Event
	e.Properties["channel_source"] = rapid.SampledFrom([]any{"email", "slack", "widget"}).Draw(t, "channel")
	e.Properties["status"] = string(rapid.SampledFrom(desk.Statuses()).Draw(t, "status"))
	e.Properties["priority"] = rapid.SampledFrom([]any{nil, "low", "medium", "high"}).Draw(t, "priority")
	return e
}

// simGroup compares one or two of the finite fields below root.
func simGroup(t *rapid.T, root string) *Group {
	values := map[string][]any{
		"status": {"new", "open", "pending", "resolved"}, "priority": {"low", "high"}, "channel_source": {"email", "slack"},
	}
	clauses := make([]Clause, rapid.IntRange(1, 2).Draw(t, "clauses"))
	for i := range clauses {
		field := rapid.SampledFrom([]string{"status", "priority", "channel_source"}).Draw(t, "field")
		op := rapid.SampledFrom([]Operator{Equals, NotEquals, IsSet}).Draw(t, "op")
		clauses[i].Condition = Condition{Left: root + field, Op: op, Value: rapid.SampledFrom(values[field]).Draw(t, "value")}
	}
	if rapid.Bool().Draw(t, "any") {
		return &Group{Any: clauses}
	}
	return &Group{All: clauses}
}

// simSteps draws steps of every type.
func simSteps(t *rapid.T, depth int) []Step {
	types := []StepType{GetTicket, UpdateTicket, UpdateTicket, SendReply, SendReply, SendReply, AddNote, Notify, Webhook, AssignInTurn, SetVariable, Wait, Wait}
	if depth > 0 {
		types = append(types, If, If, Stop)
	}
	steps := make([]Step, rapid.IntRange(1, 6).Draw(t, "steps"))
	for i := range steps {
		steps[i] = simStep(t, rapid.SampledFrom(types).Draw(t, "type"), depth)
		steps[i].Disabled = rapid.IntRange(0, 9).Draw(t, "disabled") == 0
		steps[i].OnError = rapid.SampledFrom([]OnError{Abort, Continue}).Draw(t, "on error")
	}
	return steps
}

func simStep(t *rapid.T, kind StepType, depth int) Step {
	s := Step{Type: kind}
	support := &Target{Kind: desk.ToRole, ID: 5, Name: "Support"}
	switch kind {
	case GetTicket:
		s.Get = &GetTicketStep{}
	case UpdateTicket:
		s.Update = simUpdate(t)
	case If:
		s.If = &IfStep{Branches: []Branch{{When: *simGroup(t, rapid.SampledFrom([]string{"event.properties.", "variables.ticket."}).Draw(t, "root")), Steps: simSteps(t, depth-1)}}, Else: simSteps(t, depth-1)}
	case Wait:
		s.Wait = simWait(t, depth)
	case SendReply, AddNote:
		s.Message = &MessageStep{Body: rapid.SampledFrom([]string{"Hello", "It is {now}", "{variables.ticket.status}"}).Draw(t, "body")}
	case Notify:
		s.Notify = &NotifyStep{To: support, Text: "Look: {variables.ticket.status}"}
	case Webhook:
		s.Webhook = &WebhookStep{URL: "https://example.com/x", Body: `{"p":"{variables.ticket.priority}"}`, Output: rapid.SampledFrom([]string{"", "answer"}).Draw(t, "output")}
	case AssignInTurn:
		s.Assign = &AssignStep{Role: support, Mode: rapid.SampledFrom([]TurnMode{RoundRobin, LeastOpen}).Draw(t, "mode")}
	case SetVariable:
		s.Variable = &VariableStep{Variable: "x", Value: rapid.SampledFrom([]any{"{now}", int64(1 << 60), "{variables.answer.status}", "{no.root}"}).Draw(t, "value")}
	case Stop:
		s.Stop = &StopStep{}
	}
	return s
}

func simUpdate(t *rapid.T) *UpdateTicketStep {
	return &UpdateTicketStep{
		TicketID:  EventTicket,
		Status:    rapid.SampledFrom([]string{"", "open", "pending", "resolved", "bad"}).Draw(t, "status"),
		Priority:  rapid.SampledFrom([]string{"", "low", "high", "{variables.x}"}).Draw(t, "priority"),
		SLAAmount: rapid.SampledFrom([]any{nil, "2", "clear"}).Draw(t, "sla"),
		SLAMode:   rapid.SampledFrom([]desk.SLAMode{"", desk.SLAEarlier, desk.SLALater}).Draw(t, "mode"),
		Tags:      rapid.SampledFrom([][]string{nil, {"t", "{event.properties.status}"}}).Draw(t, "tags"),
	}
}

func simWait(t *rapid.T, depth int) *WaitStep {
	switch rapid.IntRange(0, 4).Draw(t, "wait") {
	case 0:
		return &WaitStep{For: rapid.SampledFrom([]string{"90m", "2d", "1s", "x"}).Draw(t, "for")}
	case 1:
		return &WaitStep{Until: rapid.SampledFrom([]string{"2026-01-06T09:00:00Z", "{variables.ticket.sla_due_at}", "2020-01-01"}).Draw(t, "until")}
	case 2:
		return &WaitStep{Window: &desk.Hours{Days: []string{"wednesday"}}}
	}
	w := &WaitStep{When: simGroup(t, "variables.ticket."), Timeout: rapid.SampledFrom([]string{"", "90m", "1d"}).Draw(t, "timeout")}
	if w.Timeout == "90m" {
		w.When.All, w.When.Any = nil, append(append(w.When.All, w.When.Any...), Clause{Condition: Condition{
			Left: "now", Op: After, Value: testNow.Add(time.Duration(rapid.IntRange(0, 180).Draw(t, "minutes")) * time.Minute).Format(time.RFC3339),
		}})
	}
	if depth > 0 {
		w.Held, w.TimedOut = simSteps(t, depth-1), simSteps(t, depth-1)
	}
	return w
}

func TestASimulatedRunCountsItsOwnMessages(t *testing.T) {
	text := file(`{"type":"send_reply","body":"1"},{"type":"wait","for":"59m"},{"type":"send_reply","body":"2"}`)
	text = `{"limits":{"messages_per_ticket_hour":1},` + text[1:]
	f := testFacts()
	r, err := compile(t, text).Simulate(t.Context(), f, Alone)
	if err != nil {
		t.Fatal(err)
	}
	if r.Outcome != Tripped || len(r.Effects) != 1 || len(r.Steps) != 2 {
		t.Errorf("got %s with %d effects and %d steps, want it tripped after the first reply", r.Outcome, len(r.Effects), len(r.Steps))
	}
}
