package e2e

import (
	"fmt"
	"testing"
)

// maker is an admin before the builder, who works it by one kind of hand.
type maker struct {
	*person
	hand  hand
	steps int // that the draft has
}

// act is one thing that an admin does to the draft.
type act func(*maker)

// each builds workflows one after the other, in tests of their own.
func (m *maker) each(constructions []construction, build func(construction)) {
	whole := m.t
	defer func() { m.t = whole }()
	for _, c := range constructions {
		whole.Run(c.template, func(t *testing.T) {
			m.t = t
			build(c)
		})
	}
}

// make does all the acts to a new, empty draft.
func (m *maker) make(server, name string, acts []act) {
	m.t.Helper()
	m.open(server + "/workflows/new")
	m.hand.fill("form.new-workflow [name=name]", name)
	m.hand.press("form.new-workflow button")
	m.see("#builder")
	m.steps = 0
	for _, act := range acts {
		act(m)
	}
}

func (m *maker) publish() {
	m.t.Helper()
	m.hand.press(`#builder a[href$="/publish"]`)
	m.see("form.publish")
	m.hand.press("form.publish button[value=live]")
	m.see("#builder .toggle", "On")
}

// edit does one change and waits until the draft has it.
func (m *maker) edit(change func()) {
	m.t.Helper()
	m.person.edit(change)
	m.hand.settled()
}

func starts(event string) act { return choose("e0.event", event) }

func onlyWhere(left, comparison, value string) act {
	return func(m *maker) {
		m.t.Helper()
		m.edit(func() { m.hand.press(`#panel [name=do][value="add:e0"]`) })
		check("e0.0", left, comparison, value)(m)
	}
}

// add puts a step at a place: the plus there, then the kind of step.
func add(kind, place string) act {
	return func(m *maker) {
		m.t.Helper()
		m.hand.press(fmt.Sprintf(`[id="add-%s"]`, place))
		m.see("#panel [name=type]")
		m.edit(func() { m.hand.press(fmt.Sprintf(`#panel [name=type][value=%s]`, kind)) })
		m.steps++
		m.see(fmt.Sprintf(`[data-card="s%d"][aria-current]`, m.steps))
	}
}

// addPath gives an if-step another path.
func addPath() act {
	return func(m *maker) {
		m.t.Helper()
		m.edit(func() { m.hand.press(`#panel [name=do][value=branch]`) })
	}
}

// check fills in one condition: what to look at, how to compare, with what.
func check(path, left, comparison, value string) act {
	return func(m *maker) {
		m.t.Helper()
		choose(path+".left", left)(m)
		if comparison != "is" { // which stands there already
			choose(path+".op", comparison)(m)
		}
		write(path+".value", value)(m)
	}
}

func choose(name, option string) act {
	return func(m *maker) {
		m.t.Helper()
		m.edit(func() { m.hand.choose(fmt.Sprintf(`#panel [name=%q]`, name), option) })
	}
}

func write(name, text string) act {
	return func(m *maker) {
		m.t.Helper()
		m.edit(func() {
			m.hand.fill(fmt.Sprintf(`#panel [name=%q]`, name), text)
			m.hand.leave()
		})
	}
}

func deadline(amount, unit string) act {
	return func(m *maker) {
		m.t.Helper()
		write("sla_amount", amount)(m)
		choose("sla_unit", unit)(m)
	}
}

func move(step, place string) act {
	return func(m *maker) {
		m.t.Helper()
		m.edit(func() { m.hand.move(step, place) })
	}
}
