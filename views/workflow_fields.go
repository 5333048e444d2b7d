package views

import (
	"slices"

	"github.com/a-h/templ"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func (f panelForm) lines(name, label, value string) ui.Field {
	field := f.text(name, label, value)
	field.Lines = 3
	return field
}

func (f panelForm) amount(u *workflow.UpdateTicketStep) templateField {
	field := f.text("sla_amount", "SLA", ValueText(u.SLAAmount))
	field.Placeholder = "leave as is"
	field.Hint = "A number, or clear"
	return withFields(field)
}

func (f panelForm) clock(u *workflow.UpdateTicketStep) ui.Select {
	value := ""
	if u.BusinessHours != nil {
		value = WithHours
	}
	return f.pick("hours", "Clock runs", value, []ui.Option{
		{Value: "", Text: "all the time"}, {Value: WithHours, Text: "in business hours"},
	})
}

func (f panelForm) tags(u *workflow.UpdateTicketStep) templateField {
	field := f.text("tags", "Tags", ListText(u.Tags))
	field.Placeholder = "vip, enterprise"
	return withFields(field)
}

func (f panelForm) day(day string, h desk.Hours) ui.Check {
	return ui.Check{
		ID: f.id("day." + day), Name: "day", Value: day, Label: titled(day)[:3], Checked: slices.Contains(h.Days, day),
		Attrs: templ.Attributes{"title": titled(day)},
	}
}

func (f panelForm) windows(h desk.Hours) ui.Field {
	field := f.text("windows", "From–to", WindowsText(h.Windows))
	field.Placeholder, field.Hint = "09:00-17:00", "Several with commas. Empty means the whole day."
	return field
}

func (f panelForm) zone(h desk.Hours) ui.Field {
	return f.timezone(h.Timezone)
}

func (f panelForm) timezone(zone string) ui.Field {
	field := f.text("zone", "Time zone", zone)
	field.Placeholder = f.page.Directory.Team.Timezone
	if field.Placeholder == "" {
		field.Placeholder = "UTC"
	}
	return field
}

func (f panelForm) holidays(h desk.Hours) ui.Field {
	field := f.text("holidays", "Holidays", ListText(h.Holidays))
	field.Placeholder = "2026-12-25"
	return field
}

func (f panelForm) event(i int, e workflow.EventTrigger) ui.Select {
	name := EventPath(i) + ".event"
	s := f.pick(name, "Event", string(e.Event), []ui.Option{{Value: "", Text: "Choose an event…"}})
	s.HideLabel = true
	for _, known := range desk.EventNames() {
		s.Groups[0].Options = append(s.Groups[0].Options, ui.Option{Value: string(known), Text: eventWord(known)})
	}
	if !offered(s.Groups, s.Value) {
		s.Groups[0].Options = append(s.Groups[0].Options, ui.Option{Value: s.Value, Text: s.Value})
	}
	return s
}

func (f panelForm) branchName(i int, b workflow.Branch) ui.Field {
	field := f.text(BranchPath(i)+".name", "Name of this path", b.Name)
	field.HideLabel, field.Placeholder = true, "Name of this path (optional)"
	return field
}

func whereOf(e workflow.EventTrigger) workflow.Group {
	if e.Where == nil {
		return workflow.Group{}
	}
	return *e.Where
}

func branchTitle(i int) string {
	if i == 0 {
		return "If"
	}
	return "Else if"
}

// deleteAttrs asks first where more than one step would go.
func deleteAttrs(s workflow.Step) templ.Attributes {
	return confirmLoss(countSteps([]workflow.Step{s}) - 1)
}

func dropAttrs(b workflow.Branch) templ.Attributes { return confirmLoss(countSteps(b.Steps)) }

func confirmLoss(steps int) templ.Attributes {
	if steps == 0 {
		return nil
	}
	return templ.Attributes{"data-confirm": "This also deletes " + plural(steps, "step") + " on its paths. Go on?"}
}

func countSteps(steps []workflow.Step) int {
	n := len(steps)
	for i := range steps {
		s := &steps[i]
		for _, exit := range s.Exits() {
			n += countSteps(s.Path(exit))
		}
	}
	return n
}
