package e2e

import (
	"context"
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hand is what a person works a page with.
type hand interface {
	press(css string)          // a button or a link
	choose(css, option string) // an option of a select, by its words or its value
	fill(css, text string)     // types in place of what a field holds
	leave()                    // the field
	move(step, place string)   // a card of the flow to a place of it
	settled()                  // looks at what an edit has left
}

// mouse does everything but the writing of texts.
type mouse struct{ *person }

// press clicks once the element stands still and nothing lies over it, as an eye would wait for.
func (m mouse) press(css string) {
	m.t.Helper()
	x, y := m.still(css)
	m.do("click "+css, chromedp.MouseClickXY(x, y))
}

func (m mouse) still(css string) (x, y float64) {
	m.t.Helper()
	middle := fmt.Sprintf(`(() => {
		const element = document.querySelector(%q);
		if (document.readyState !== "complete" || !element?.checkVisibility()) return "";
		element.scrollIntoView({ block: "nearest", inline: "nearest" });
		const r = element.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		return element.contains(document.elementFromPoint(x, y)) ? x + " " + y : "";
	})()`, css)
	var before, now string
	eventually(m.t, m.name+" waits for "+css+" to stand still", func() bool {
		ctx, cancel := context.WithTimeout(m.tab, patience)
		defer cancel()
		var err error
		before = now
		now, err = chromedp.Run(ctx, chromedp.Evaluate[string](middle))
		return err == nil && now != "" && now == before
	})
	if _, err := fmt.Sscan(now, &x, &y); err != nil {
		m.t.Fatalf("the middle of %s is %q: %v", css, now, err)
	}
	return x, y
}

// choose opens the list and clicks into it. The lists of selects are windows of their own, where no click of a test
// arrives, so the browser is told to draw them in the page. What is in them and what a choice does stays the same.
func (m mouse) choose(css, option string) {
	m.t.Helper()
	m.read(`(() => {
		if (window.drawnLists) return "";
		window.drawnLists = new CSSStyleSheet();
		window.drawnLists.replaceSync("select, ::picker(select) { appearance: base-select; }");
		document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.drawnLists];
		return "";
	})()`)
	value, _ := m.optionOf(css, option)
	m.press(css)
	m.seeList(css)
	m.press(fmt.Sprintf(`%s option[value=%q]`, css, value))
}

func (m mouse) fill(css, text string) {
	m.t.Helper()
	m.press(css)
	m.replace(text)
}

func (m mouse) leave() {
	m.t.Helper()
	m.press("#panel h2")
}

func (m mouse) move(step, place string) {
	m.t.Helper()
	m.still(fmt.Sprintf(`[data-card=%q]`, step))
	m.drag(step, place)
}

func (m mouse) settled() {}

// keyboard goes everywhere by Tab, or back by Shift and Tab.
type keyboard struct{ *person }

func (k keyboard) press(css string) {
	k.t.Helper()
	k.reach(css)
	k.person.press(kb.Enter)
}

func (k keyboard) choose(css, option string) {
	k.t.Helper()
	_, down := k.optionOf(css, option)
	k.reach(css)
	k.person.press(" ")
	k.seeList(css)
	arrow := kb.ArrowDown
	if down < 0 {
		arrow = kb.ArrowUp
	}
	k.person.press(strings.Repeat(arrow, max(down, -down)) + kb.Enter)
}

func (k keyboard) fill(css, text string) {
	k.t.Helper()
	k.reach(css)
	k.replace(text)
}

func (k keyboard) leave() {
	k.t.Helper()
	k.person.press(kb.Tab)
}

func (k keyboard) move(step, place string) {
	k.t.Helper()
	k.reach(fmt.Sprintf(`[data-card=%q]`, step))
	k.person.press("m")
	k.until("a place to have the focus", `document.activeElement.matches("button.wire-add")`)
	k.walk(fmt.Sprintf(`button[data-place=%q]`, place),
		func() { k.person.press(kb.ArrowDown) }, func() { k.person.press(kb.ArrowUp) })
	k.person.press(kb.Enter)
}

// settled makes sure that an edit has not lost the focus, and that it was done by keys.
func (k keyboard) settled() {
	k.t.Helper()
	k.until("something to have the focus", `document.activeElement.matches("a, button, input, select, textarea")`)
	if n := k.read(`String(performance.eventCounts.get("pointerdown"))`); n != "0" {
		k.t.Errorf("%s: the page has heard of %s presses of a pointer", k.name, n)
	}
}

func (k keyboard) reach(css string) {
	k.t.Helper()
	k.walk(css, func() { k.person.press(kb.Tab) }, func() { k.person.press(kb.Tab, chromedp.ModifierShift) })
}

// walk takes steps on or back until an element has the focus.
func (k keyboard) walk(css string, on, back func()) {
	k.t.Helper()
	k.see(css)
	const enough = 300
	for range enough {
		switch k.read(fmt.Sprintf(`(() => {
			const at = document.activeElement, to = document.querySelector(%q);
			if (at === to) return "there";
			return to && at.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_PRECEDING ? "back" : "on";
		})()`, css)) {
		case "there":
			return
		case "back":
			back()
		default:
			on()
		}
	}
	k.t.Fatalf("%s: no way to %s by keys", k.name, css)
}

// replace types over what the field that has the focus holds.
func (p *person) replace(text string) {
	p.t.Helper()
	p.press("a", chromedp.ModifierCtrl)
	p.press(text)
}

func (p *person) seeList(css string) {
	p.t.Helper()
	p.until("the list of "+css, fmt.Sprintf(`document.querySelector(%q).matches(":open")`, css))
}

// optionOf waits for an option of a select and says its value, and how far down it is from the one that is chosen.
func (p *person) optionOf(css, option string) (value string, down int) {
	p.t.Helper()
	find := fmt.Sprintf(`[...document.querySelector(%q)?.options ?? []].find((o) => o.text.trim() === %[2]q || o.value === %[2]q)`, css, option)
	p.until("the option "+option+" of "+css, "!!"+find)
	found := p.read(fmt.Sprintf(`(() => {
		const option = %s;
		return (option.index - option.closest("select").selectedIndex) + " " + option.value;
	})()`, find))
	if _, err := fmt.Sscanf(found, "%d %s", &down, &value); err != nil {
		p.t.Fatalf("the option %s is %q: %v", option, found, err)
	}
	return value, down
}
