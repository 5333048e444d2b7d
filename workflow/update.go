package workflow

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// updateStep makes one change of a ticket out of the inputs that are given.
type updateStep struct {
	source   *UpdateTicketStep
	ticket   ticketRef
	status   *template
	priority *template
	amount   *template
	unit     *template
	tags     *template
}

func compileUpdate(s *UpdateTicketStep) runner {
	tags := make([]any, len(s.Tags))
	for i, tag := range s.Tags {
		tags[i] = tag
	}
	return updateStep{
		source: s, ticket: compileTicketRef(s.TicketID),
		status: compileTemplate(s.Status), priority: compileTemplate(s.Priority),
		amount: compileValue(s.SLAAmount), unit: compileTemplate(s.SLAUnit), tags: compileValue(tags),
	}
}

func (s updateStep) run(e *evaluation, t *StepTrace) flow {
	facts, goOn, err := s.ticket.load(e, t)
	if goOn != next {
		return goOn
	}
	if err != nil {
		return failStep(t, err)
	}
	change, err := s.change(e, t)
	if err != nil {
		return failStep(t, err)
	}
	if len(change) == 0 {
		t.Outcome = StepSkipped
		t.Detail = "There was nothing to change: no input was given."
		return next
	}
	return e.apply(t, facts, change)
}

// apply makes the change on a copy of the ticket and keeps its effect.
func (e *evaluation) apply(t *StepTrace, facts *TicketFacts, change desk.All) flow {
	ticket := facts.Ticket // Apply shares nothing that it changes
	w := &e.program.workflow
	by := desk.Actor{Kind: desk.ByWorkflow, Name: w.Definition.Name, Step: desk.StepRef{
		WorkflowID: w.ID, Version: w.Version, RunID: e.facts.RunID, StepID: t.StepID, Alert: e.facts.Event.Name.IsAlert(),
	}}
	outcome, err := desk.Apply(&ticket, by, e.facts.Now, change)
	if errors.Is(err, desk.ErrMerged) { // nobody did anything wrong: the ticket is done with
		t.Outcome, t.Detail = StepSkipped, fmt.Sprintf("Ticket #%d was merged into another one: nothing changed.", ticket.Number)
		return next
	}
	if err != nil {
		return failStep(t, err)
	}
	if len(outcome.Changes) == 0 {
		t.Detail = fmt.Sprintf("Ticket #%d has these values already: nothing changed.", ticket.Number)
		return next
	}
	e.tickets[ticket.PublicID] = &ticket
	e.result.Effects = append(e.result.Effects, Effect{StepID: t.StepID, Change: change, Ticket: ticket, Outcome: outcome})
	var names []string
	for _, r := range outcome.Changes {
		names = append(names, string(r.Field))
		t.Outputs = append(t.Outputs, Named{
			Name: string(r.Field), Before: recordValue(r.Before, e.facts.Directory), Value: recordValue(r.After, e.facts.Directory),
		})
	}
	t.Detail = fmt.Sprintf("Changed %s of ticket #%d.", strings.Join(names, ", "), ticket.Number)
	return next
}

// recordValue makes what desk records a plain value.
func recordValue(v any, dir *Directory) any {
	switch v := v.(type) {
	case desk.Assignee:
		return assigneeValue(v, dir)
	case time.Time:
		return timeOrNil(v)
	case desk.Status:
		return string(v)
	}
	return v
}

// change resolves the inputs; blank ones count as not given.
func (s updateStep) change(e *evaluation, t *StepTrace) (desk.All, error) {
	var all desk.All
	status, err := e.input(t, "status", s.status)
	if err != nil {
		return nil, err
	}
	if status != "" {
		all = append(all, desk.SetStatus{To: desk.Status(status)})
	}
	priority, err := e.input(t, "priority", s.priority)
	if err != nil {
		return nil, err
	}
	if priority != "" {
		all = append(all, desk.SetPriority{To: desk.Priority(priority)})
	}
	for _, more := range []func(*evaluation, *StepTrace) (desk.Change, error){s.deadline, s.assignee, s.tagging} {
		change, err := more(e, t)
		if err != nil {
			return nil, err
		}
		if change != nil {
			all = append(all, change)
		}
	}
	return all, nil
}

// input resolves one text input and notes it in the trace where it is given.
func (e *evaluation) input(t *StepTrace, name string, value *template) (string, error) {
	v, err := value.resolve(&e.scope)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(textOf(v))
	if text != "" || !value.isLiteral() {
		t.Inputs = append(t.Inputs, Named{Name: name, Value: v})
	}
	return text, nil
}

func (s updateStep) deadline(e *evaluation, t *StepTrace) (desk.Change, error) {
	amount, err := e.input(t, "sla_amount", s.amount)
	if err != nil || amount == "" {
		return nil, err
	}
	unit, err := e.input(t, "sla_unit", s.unit)
	if err != nil {
		return nil, err
	}
	if s.source.BusinessHours != nil {
		t.Inputs = append(t.Inputs, Named{Name: "sla_business_hours", Value: s.source.BusinessHours})
	}
	if s.source.SLAMode != "" {
		t.Inputs = append(t.Inputs, Named{Name: "sla_mode", Value: string(s.source.SLAMode)})
	}
	return desk.SetSLA{
		Amount: amount, Unit: unit, Hours: s.source.BusinessHours, Zone: e.facts.Directory.Team.Timezone, Mode: s.source.SLAMode,
	}, nil
}

func (s updateStep) assignee(e *evaluation, t *StepTrace) (desk.Change, error) {
	if s.source.Assignee == nil {
		return nil, nil
	}
	target := *s.source.Assignee
	if target.Kind == desk.Nobody {
		t.Inputs = append(t.Inputs, Named{Name: "assignee"})
		return desk.SetAssignee{}, nil
	}
	t.Inputs = append(t.Inputs, Named{Name: "assignee", Value: map[string]any{string(target.Kind): target.Name}})
	found, ok := e.facts.Directory.resolve(target)
	if !ok {
		return nil, errNoTarget(target)
	}
	return desk.SetAssignee{To: desk.Assignee{Kind: found.Kind, ID: found.ID}}, nil
}

func (s updateStep) tagging(e *evaluation, t *StepTrace) (desk.Change, error) {
	v, err := s.tags.resolve(&e.scope)
	if err != nil {
		return nil, err
	}
	var tags []string
	for _, item := range items(v) {
		if text := strings.TrimSpace(textOf(item)); text != "" {
			tags = append(tags, text)
		}
	}
	if len(tags) == 0 {
		return nil, nil
	}
	t.Inputs = append(t.Inputs, Named{Name: "tags", Value: tags})
	if s.source.TagsMode != "" {
		t.Inputs = append(t.Inputs, Named{Name: "tags_mode", Value: string(s.source.TagsMode)})
	}
	return desk.SetTags{Mode: s.source.TagsMode, Tags: tags}, nil
}
