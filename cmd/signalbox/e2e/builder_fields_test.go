package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

func TestFieldsAreInsertedFromAListWithExamples(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Email, email: "lee@bigcorp.example"})
	p := newPerson(t, "writer of templates")
	p.login(d.server, "ada@northwind.example")
	p.open(d.server + "/workflows/new")
	p.write("form.new-workflow [name=name]", "Templates")
	p.press(kb.Enter)
	p.see("#builder")
	p.edit(func() { p.choose(`#panel [name="e0.event"]`, "$conversation_ticket_created") })
	p.addStep("0", "get_ticket", "s1")
	p.addStep("1", "send_reply", "s2")

	// By the mouse, where the cursor is.
	p.edit(func() { p.fill("body", "Hello !") })
	p.read(`document.querySelector("#panel [name=body]").setSelectionRange(6, 6) ?? ""`)
	p.click(`#panel .templated:has([name=body]) .look-up`)
	p.see("#fields .fields-item small", "lee@bigcorp.example")
	p.edit(func() { p.click(`#fields [data-path="variables.ticket.customer_email"]`) })
	p.until("the template to be there", `document.querySelector("#panel [name=body]").value === "Hello {variables.ticket.customer_email}!"`)
	p.see(`[data-card="s2"] .card-text`, "Hello {variables.ticket.customer_email}!")

	// By keys, and a search.
	p.addStep("2", "set_variable", "s3")
	p.edit(func() { p.fill("variable", "who") })
	p.tabTo(`#panel .templated:has([name=value]) .look-up`)
	p.press(kb.Enter)
	p.until("the search to have the focus", `document.activeElement.matches("[data-fields-search]")`)
	p.press("distinct customer")
	p.edit(func() { p.press(kb.Enter) })
	p.see(`[data-card="s3"] .card-text`, "who = {event.distinct_id}")

	// A condition takes the field bare, with what it was lately.
	p.addStep("3", "if", "s4")
	p.until("the example in the choice", `[...document.querySelectorAll("#panel option")].some((o) => o.text === "Customer email · lee@bigcorp.example")`)
	p.edit(func() { p.choose(`#panel [name="b0.0.left"]`, "other") })
	p.click(`#panel .templated:has([name="b0.0.left.other"]) .look-up`)
	p.edit(func() { p.click(`#fields [data-path="variables.who"]`) })
	p.until("the condition to look at it", `document.querySelector('#panel [name="b0.0.left"]').value === "variables.who"`)
}
