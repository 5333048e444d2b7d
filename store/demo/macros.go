package demo

import (
	"context"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const greeting = `Hi {variables.customer.first_name | default: "there"},` + "\n\n"

// macros are kept by the admin for the whole team.
func (d *Desk) macros(ctx context.Context, team int64, admin member) error {
	by, err := d.Store.Member(ctx, team, admin.id)
	if err != nil {
		return err
	}
	for _, m := range teamMacros() {
		if _, err := d.Store.SaveMacro(ctx, by, m); err != nil {
			return err
		}
	}
	return nil
}

func teamMacros() []store.Macro {
	return []store.Macro{
		{Shortcut: "details", Macro: workflow.Macro{
			Name: "Ask for details",
			Body: greeting + "to look into this I need a little more:\n\n- what you did just before it happened\n" +
				"- what you saw, as a picture if you can\n- which browser or app you use\n\nThank you,\n{variables.agent.first_name}",
			Update: workflow.UpdateTicketStep{Status: string(desk.Pending), Tags: []string{"needs-info"}, TagsMode: desk.AddTags},
		}},
		{Shortcut: "refund", Macro: workflow.Macro{
			Name: "Refund is on its way",
			Body: greeting + "your refund is on its way. Depending on your bank it takes **3 to 5 working days** to arrive.\n\n" +
				"Best,\n{variables.agent.first_name}",
			Update: workflow.UpdateTicketStep{Status: string(desk.Resolved), Tags: []string{"refund"}, TagsMode: desk.AddTags},
		}},
		{Shortcut: "fixed", Macro: workflow.Macro{
			Name: "Fixed, please check",
			Body: greeting + "this should work again now. Could you try once more and tell me if anything is still wrong?\n\n" +
				"Best,\n{variables.agent.first_name}",
			Update: workflow.UpdateTicketStep{Status: string(desk.Pending)},
		}},
		{Shortcut: "urgent", Macro: workflow.Macro{
			Name:    "Escalate to senior support",
			Body:    "#{variables.ticket.number} needs someone with more experience: see what was tried above.",
			Private: true,
			Update: workflow.UpdateTicketStep{
				Priority: string(desk.High), Assignee: &workflow.Target{Kind: desk.ToRole, Name: "Senior Support"},
				Tags: []string{"escalated"}, TagsMode: desk.AddTags,
			},
		}},
	}
}
