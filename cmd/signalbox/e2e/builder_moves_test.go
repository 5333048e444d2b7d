package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestAFlowIsBuiltAndRearrangedByTheMouse(t *testing.T) {
	t.Parallel()
	p := newBuilder(t, "builder with a mouse")
	p.edit(func() { p.choose(`#panel [name="e0.event"]`, "$conversation_ticket_created") })
	p.addStep("0", "get_ticket", "s1")
	p.addStep("1", "if", "s2")
	p.addStep("2", "update_ticket", "s3")
	p.addStep("3", "stop", "s4")
	p.reads("Trigger Get ticket If / else {/} Update ticket Stop")

	p.drag("s3", "0.0.s2")
	p.reads("Trigger Get ticket If / else {Update ticket/} Stop")
	p.drag("s4", "0.else.s2")
	p.reads("Trigger Get ticket If / else {Update ticket/Stop}")
	p.drag("s2", "0")
	p.reads("Trigger If / else {Update ticket/Stop} Get ticket")
	p.see("#said", "after the trigger")

	p.edit(func() { p.click("#undo") })
	p.edit(func() { p.click("#undo") })
	p.reads("Trigger Get ticket If / else {Update ticket/} Stop")
	p.edit(func() { p.click("#redo") })
	p.reads("Trigger Get ticket If / else {Update ticket/Stop}")

	p.click(`[data-card="s2"]`)
	p.see(`[data-card="s2"][aria-current]`)
	p.edit(func() { p.click(`#panel [name=do][value=duplicate]`) })
	p.reads("Trigger Get ticket If / else {Update ticket/Stop} If / else {Update ticket/Stop}")
	p.edit(func() { p.click(`#panel [name=do][value=disable]`) })
	p.see(`.card.off[data-card="s5"]`, "Disabled")

	// Folding is kept over edits.
	p.click(`[data-fold="paths-s2"]`)
	p.see(`[data-fold="paths-s2"][aria-expanded=false]`, "2 steps")
	p.edit(func() { p.click(`#panel [name=do][value=enable]`) })
	p.until("the paths to stay folded", `!document.getElementById("paths-s2").checkVisibility()`)
}

func TestAFlowIsBuiltAndRearrangedByTheKeyboard(t *testing.T) {
	t.Parallel()
	p := newBuilder(t, "builder with keys")
	p.keyedStep("0", "get_ticket", "s1")
	p.keyedStep("1", "if", "s2")
	p.keyedStep("2", "update_ticket", "s3")
	p.reads("Trigger Get ticket If / else {/} Update ticket")

	p.tabTo(`[data-card="s3"]`)
	p.press("m")
	p.until("a place to have the focus", `document.activeElement.matches("button.wire-add")`)
	for range 4 {
		p.press(kb.ArrowUp)
	}
	p.until("the focus to be at the first place", `document.activeElement.dataset.place === "0"`)
	p.press(kb.ArrowDown)
	p.press(kb.ArrowDown)
	p.until("the focus to walk", `document.activeElement.dataset.place === "0.0.s2"`)
	p.press(kb.ArrowRight)
	p.until("the focus to go aside", `document.activeElement.dataset.place === "0.else.s2"`)
	p.press(kb.ArrowLeft)
	p.edit(func() { p.press(kb.Enter) })
	p.reads("Trigger Get ticket If / else {Update ticket/}")
	p.see("#said", "“Update ticket” is now first on the path")

	p.until("the card to have the focus", `document.activeElement.id === "step-s3"`)
	p.edit(func() { p.press(kb.ArrowRight, chromedp.ModifierAlt) })
	p.reads("Trigger Get ticket If / else {/Update ticket}")
	p.until("the card to keep the focus", `document.activeElement.id === "step-s3"`)
	p.edit(func() { p.press("z", chromedp.ModifierCtrl) })
	p.reads("Trigger Get ticket If / else {Update ticket/}")
	p.edit(func() { p.press("z", chromedp.ModifierCtrl, chromedp.ModifierShift) })
	p.reads("Trigger Get ticket If / else {/Update ticket}")

	p.tabTo(`[data-card="s1"]`)
	p.edit(func() { p.press("d") })
	p.edit(func() { p.press(kb.ArrowDown, chromedp.ModifierAlt) })
	p.reads("Trigger Get ticket If / else {/Update ticket} Get ticket")
	p.edit(func() { p.press(kb.Delete) })
	p.reads("Trigger Get ticket If / else {/Update ticket}")

	p.press("m")
	p.until("a place to have the focus", `document.activeElement.matches("button.wire-add")`)
	p.press(kb.Escape)
	p.until("the places to be gone", `!document.querySelector("button.wire-add")`)
}

// newBuilder is an admin before an empty draft.
func newBuilder(t *testing.T, name string) *person {
	t.Helper()
	dir, _ := newDesk(t)
	s := serve(t, dir)
	p := newPerson(t, name)
	p.login(s.url, "ada@northwind.example")
	p.open(s.url + "/workflows/new")
	p.write("form.new-workflow [name=name]", "Rearranged")
	p.press(kb.Enter)
	p.see("#builder")
	return p
}

// reads waits until the flow is so: cards by their titles, paths in braces.
func (p *person) reads(outline string) {
	p.t.Helper()
	p.until("the flow "+outline, fmt.Sprintf(`(() => {
		const walk = (root) => [...root.children].map((part) => {
			if (part.matches(".card-box")) return part.querySelector("[data-card=trigger]") ? "Trigger" : part.querySelector(".card-title").innerText;
			if (part.matches(".paths")) return "{" + [...part.querySelector(".branches").children].map((b) => walk(b.querySelector(".branch-steps"))).join("/") + "}";
			return "";
		}).filter(Boolean).join(" ");
		return walk(document.querySelector(".flow-inner")) === %q;
	})()`, outline))
}

// drag takes a card by the mouse and lets go of it over a place.
func (p *person) drag(card, place string) {
	p.t.Helper()
	target := fmt.Sprintf(`[data-place=%q]`, place)
	fromX, fromY := p.middle(fmt.Sprintf(`[data-card=%q]`, card))
	toX, toY := p.middle(target)
	held := func(m *input.DispatchMouseEventParams) {
		m.Button, m.Buttons, m.ClickCount = input.MouseButtonLeft, 1, 1
	}
	p.do("drag "+card+" to "+place,
		chromedp.MouseEvent(chromedp.MousePressed, fromX, fromY, held),
		chromedp.MouseEvent(chromedp.MouseMoved, fromX+10, fromY+10, held),
		chromedp.MouseEvent(chromedp.MouseMoved, toX, toY, held))
	p.see(target + ".over")
	p.edit(func() {
		p.do("let go", chromedp.MouseEvent(chromedp.MouseReleased, toX, toY, held))
	})
}

// middle is the middle of an element in the window.
func (p *person) middle(css string) (x, y float64) {
	p.t.Helper()
	p.see(css)
	text := p.read(fmt.Sprintf(`(() => {
		const r = document.querySelector(%q).getBoundingClientRect();
		return (r.x + r.width / 2) + " " + (r.y + r.height / 2);
	})()`, css))
	if _, err := fmt.Sscan(text, &x, &y); err != nil {
		p.t.Fatalf("the middle of %s is %q: %v", css, text, err)
	}
	return x, y
}

// tabTo presses Tab until an element has the focus.
func (p *person) tabTo(css string) {
	p.t.Helper()
	const enough = 300
	for range enough {
		if p.read(fmt.Sprintf(`String(document.activeElement.matches(%q))`, css)) == "true" {
			return
		}
		p.press(kb.Tab)
	}
	p.t.Fatalf("%s: no way to %s by the Tab key", p.name, css)
}

// keyedStep adds a step without the mouse.
func (p *person) keyedStep(place, kind, id string) {
	p.t.Helper()
	p.tabTo(fmt.Sprintf(`[id="add-%s"]`, place))
	p.press(kb.Enter)
	p.see("#panel [name=type]")
	p.tabTo(fmt.Sprintf(`#panel [name=type][value=%s]`, kind))
	p.edit(func() { p.press(kb.Enter) })
	p.see(fmt.Sprintf(`[data-card=%q][aria-current]`, id))
}
