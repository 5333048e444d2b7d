package e2e

import (
	"fmt"
)

// buildFullSLA builds the eleventh workflow of spec/3 from an empty draft, without a line of JSON.
func buildFullSLA(p *person, s *server) {
	p.t.Helper()
	m := &maker{person: p, hand: mouse{p}}
	m.make(s.url, "Triage by channel and customer", fullSLA())
	m.publish()
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

// fill writes into a field of the panel and leaves it, which saves.
func (p *person) fill(name, text string) {
	p.t.Helper()
	field := fmt.Sprintf(`#panel [name=%q]`, name)
	p.write(field, text)
	p.read(fmt.Sprintf(`document.querySelector(%q)?.blur() ?? ""`, field))
}
