package main

import (
	"context"
	"fmt"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// publish makes ten workflows that a customer's message starts: three change something each time, and the
// triggers of seven do not match. A second call changes nothing.
func (d *filled) publish(ctx context.Context) error {
	if d.published {
		return nil
	}
	d.published = true
	by := desk.Agent(d.user, "User 1")
	for _, definition := range definitions() {
		row, err := d.store.CreateWorkflow(ctx, by, d.team, definition)
		if err != nil {
			return fmt.Errorf("create workflow %s: %w", definition.Name, err)
		}
		if _, err := d.store.Publish(ctx, by, d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev}); err != nil {
			return fmt.Errorf("publish workflow %s: %w", definition.Name, err)
		}
	}
	return nil
}

func definitions() []workflow.Definition {
	out := []workflow.Definition{
		onMessage("Turn priority", nil, toggle("event.properties.priority", "high",
			workflow.UpdateTicketStep{Priority: "low"}, workflow.UpdateTicketStep{Priority: "high"})),
		onMessage("Set deadline", nil, update("deadline", workflow.UpdateTicketStep{SLAAmount: 4, SLAUnit: "hour"})),
		onMessage("Turn status", nil, toggle("event.properties.status", "open",
			workflow.UpdateTicketStep{Status: "pending"}, workflow.UpdateTicketStep{Status: "open"})),
	}
	for i := range 7 {
		where := workflow.Group{All: []workflow.Clause{
			condition("event.properties.channel_source", workflow.Equals, "widget"),
			condition("event.properties.customer_email", workflow.Contains, fmt.Sprintf("@customer%d.example", i)),
		}}
		out = append(out, onMessage(fmt.Sprintf("For customer %d", i), &where,
			update("high", workflow.UpdateTicketStep{Priority: "high"})))
	}
	return out
}

func onMessage(name string, where *workflow.Group, step workflow.Step) workflow.Definition {
	return workflow.Definition{
		Name:    name,
		Trigger: workflow.Trigger{Events: []workflow.EventTrigger{{Event: desk.MessageReceived, Where: where}}},
		Steps:   []workflow.Step{step},
	}
}

// toggle does one thing when a property has a value, and another when not.
func toggle(property, value string, then, otherwise workflow.UpdateTicketStep) workflow.Step {
	return workflow.Step{ID: "if", Type: workflow.If, If: &workflow.IfStep{
		Branches: []workflow.Branch{{
			When:  workflow.Group{All: []workflow.Clause{condition(property, workflow.Equals, value)}},
			Steps: []workflow.Step{update("then", then)},
		}},
		Else: []workflow.Step{update("else", otherwise)},
	}}
}

func update(id string, u workflow.UpdateTicketStep) workflow.Step {
	u.TicketID = "{event.properties.ticket_id}"
	return workflow.Step{ID: id, Type: workflow.UpdateTicket, Update: &u}
}

func condition(left string, op workflow.Operator, value any) workflow.Clause {
	return workflow.Clause{Condition: workflow.Condition{Left: left, Op: op, Value: value}}
}
