package e2e

import (
	"fmt"
)

// buildFullSLA builds the eleventh workflow of spec/3 from an empty draft, without a line of JSON.
func buildFullSLA(p *person, s *server) {
	p.t.Helper()
	p.open(s.url + "/workflows/new")
	p.write("form.new-workflow [name=name]", "Triage by channel and customer")
	p.click("form.new-workflow button")
	p.see("#builder")
	p.edit(func() { p.choose(`#panel [name="e0.event"]`, "$conversation_ticket_created") })

	p.addStep("0", "get_ticket", "s1")
	p.addStep("1", "if", "s2")
	p.condition("b0.0", "variables.ticket.channel_source", "is", "slack")
	p.edit(func() { p.click(`#panel [name=do][value=branch]`) })
	p.condition("b1.0", "variables.ticket.customer_email", "contains", "@enterprise.com")

	p.addStep("0.0.s2", "update_ticket", "s3")
	p.outcome("Low", "24", "Engineering")
	p.addStep("0.1.s2", "update_ticket", "s4")
	p.outcome("High", "1", "Senior Support")
	p.edit(func() { p.fill("tags", "enterprise, vip") })
	p.addStep("0.else.s2", "update_ticket", "s5")
	p.outcome("Medium", "4", "Support")

	p.click(`#builder a[href$="/publish"]`)
	p.click(`form.publish button.primary`)
	p.see("#builder .toggle", "On")
}

// edit waits until the draft has taken what a step of the story changes.
func (p *person) edit(change func()) {
	p.t.Helper()
	before := p.read(`document.querySelector("#builder").dataset.rev`)
	change()
	p.until("the draft is saved", fmt.Sprintf(`document.querySelector("#builder").dataset.rev !== %q`, before))
}

// addStep presses the plus at a place of the flow, then the kind of step.
func (p *person) addStep(place, kind, id string) {
	p.t.Helper()
	p.click(fmt.Sprintf(`[id="add-%s"]`, place))
	p.edit(func() { p.click(fmt.Sprintf(`#panel [name=type][value=%s]`, kind)) })
	p.see(fmt.Sprintf(`[data-card=%q][aria-current]`, id))
}

// condition fills in one line: what to look at, how to compare, with what.
func (p *person) condition(path, left, comparison, value string) {
	p.t.Helper()
	p.edit(func() { p.choose(fmt.Sprintf(`#panel [name="%s.left"]`, path), left) })
	if comparison != "is" { // which stands there already
		p.edit(func() { p.choose(fmt.Sprintf(`#panel [name="%s.op"]`, path), comparison) })
	}
	p.edit(func() { p.fill(path+".value", value) })
}

func (p *person) outcome(priority, hours, role string) {
	p.t.Helper()
	p.edit(func() { p.choose(`#panel [name=priority]`, priority) })
	p.edit(func() { p.fill("sla_amount", hours) })
	p.edit(func() { p.choose(`#panel [name=assignee]`, role) })
}

// fill writes into a field of the panel and leaves it, which saves.
func (p *person) fill(name, text string) {
	p.t.Helper()
	field := fmt.Sprintf(`#panel [name=%q]`, name)
	p.write(field, text)
	p.read(fmt.Sprintf(`document.querySelector(%q)?.blur() ?? ""`, field))
}
