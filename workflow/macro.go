package workflow

import (
	"context"
	"errors"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// Macro is what agents keep for answers that come again: a text, and changes of fields that go with it. It is
// evaluated as the steps of a workflow are, and applied by the agent who uses it.
type Macro struct {
	Name    string
	Body    string // template; empty: there are only changes
	Private bool   // the text is a note
	Update  UpdateTicketStep
}

// The ids of the steps that a macro consists of.
const (
	macroText   = "text"
	macroFields = "fields"
)

// MacroUse is one use of a macro: who uses it on which ticket, and when.
type MacroUse struct {
	Agent     desk.User
	Ticket    TicketFacts
	Directory *Directory
	URL       string
	Now       time.Time
}

// MacroEffect is what a macro would do. Nothing of it was done.
type MacroEffect struct {
	Text    string
	Status  desk.Status   // what it sets, also where the ticket is so already; "" for none
	Change  desk.All      // what to apply, for the fields alone
	Changes []desk.Record // what that changes
}

// Changes reports whether the macro changes any field.
func (m *Macro) Changes() bool {
	u := &m.Update
	return u.Status != "" || u.Priority != "" || u.Assignee != nil || len(u.Tags) > 0 || textOf(u.SLAAmount) != ""
}

// Definition is the macro as a workflow that is run by hand: its text as a note, then its changes.
func (m *Macro) Definition() Definition {
	d := Definition{Name: m.Name, Trigger: Trigger{Manual: true}, Steps: []Step{
		{ID: "ticket", Type: GetTicket, Get: &GetTicketStep{}},
	}}
	if strings.TrimSpace(m.Body) != "" {
		d.Steps = append(d.Steps, Step{ID: macroText, Type: AddNote, Message: &MessageStep{Body: m.Body}})
	}
	if m.Changes() {
		update := m.Update
		update.TicketID = EventTicket
		d.Steps = append(d.Steps, Step{ID: macroFields, Type: UpdateTicket, Update: &update})
	}
	return d
}

// Checked returns the macro with the names of the users and roles in dir. One that could never be used is refused,
// naming the field at fault.
func (m *Macro) Checked(dir *Directory) (Macro, error) {
	if strings.TrimSpace(m.Body) == "" && !m.Changes() {
		return Macro{}, desk.FieldErrorf("body", "The macro does nothing yet. Write a text, or choose what it changes.")
	}
	d, problems := Resolve(m.Definition(), dir)
	if len(problems) == 0 {
		problems = Validate(d, dir)
	}
	if len(problems) > 0 {
		return Macro{}, desk.FieldErrorf(problems[0].Field, "%s", problems[0].Text)
	}
	out := *m
	if fields, ok := Find(d, macroFields); ok {
		out.Update = *fields.Update
		out.Update.TicketID = ""
	}
	return out, nil
}

// Evaluate says what the macro would do. What it cannot do is an Invalid desk.Error, in the words of the run.
func (m *Macro) Evaluate(ctx context.Context, use MacroUse) (MacroEffect, error) {
	w := Workflow{TeamID: use.Ticket.Ticket.TeamID, Definition: use.introduce(m.Definition())}
	program, err := Compile(w)
	if err != nil {
		return MacroEffect{}, err
	}
	result, err := program.Settle(ctx, use.facts(), nothingMore)
	if err != nil {
		return MacroEffect{}, err
	}
	if result.Outcome != Completed {
		return MacroEffect{}, desk.Errorf(desk.Invalid, "The macro cannot be used here: %s", result.Why)
	}
	out := MacroEffect{Status: desk.Status(tracedInput(result.Steps, macroFields, "status"))}
	for _, e := range result.Effects {
		if e.StepID == macroText {
			out.Text = e.Outcome.Messages[0].Body
			continue
		}
		out.Change, out.Changes = append(out.Change, e.Change...), append(out.Changes, e.Outcome.Changes...)
	}
	return out, nil
}

// tracedInput is an input of a step as it was resolved, "" for none.
func tracedInput(steps []StepTrace, id, input string) string {
	for i := range steps {
		for _, in := range steps[i].Inputs {
			if steps[i].StepID == id && in.Name == input {
				return strings.TrimSpace(textOf(in.Value))
			}
		}
	}
	return ""
}

// introduce lets the text name the agent and the customer: {variables.agent.first_name}.
func (u *MacroUse) introduce(d Definition) Definition {
	c := &u.Ticket.Ticket.Customer
	d.Steps = append([]Step{
		naming("customer", map[string]any{"name": c.Name, "first_name": firstName(c.Name), "email": c.Email}),
		naming("agent", map[string]any{"name": u.Agent.Name, "first_name": firstName(u.Agent.Name), "email": u.Agent.Email}),
	}, d.Steps...)
	return d
}

func naming(name string, value map[string]any) Step {
	return Step{ID: name, Type: SetVariable, Variable: &VariableStep{Variable: name, Value: value}}
}

func firstName(name string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(name), " ")
	return first
}

func (u *MacroUse) facts() Facts {
	t := &u.Ticket.Ticket
	e := Event{TeamID: t.TeamID, TicketID: t.ID, DistinctID: t.Customer.DistinctID}
	e.Event = desk.Event{Name: ManualRun, Properties: desk.Properties(t), At: u.Now}
	e.Properties["run_by"] = u.Agent.Name
	return Facts{
		Event: e, Now: u.Now.UTC(), URL: u.URL, Directory: u.Directory,
		Tickets: map[desk.ID]*TicketFacts{t.PublicID: &u.Ticket},
	}
}

// nothingMore is the Load of a macro: its steps lack nothing that it was not given.
func nothingMore(context.Context, *Workflow, Need, *Facts) error {
	return errors.New("a macro lacks a fact")
}
