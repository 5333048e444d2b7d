package e2e

import (
	"strings"
	"testing"

	"signalbox/workflow/desk"
)

// Every page works as a plain form first.
func TestTheDeskWorksWithoutScripts(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	d.arrive(arrival{channel: desk.Email, email: "kim@elsewhere.example", priority: desk.High})
	d.install("assign-to-role")

	p := newPerson(t, "agent without scripts")
	p.withoutScripts()
	p.signIn(d.server, "ada@northwind.example", password)

	if got := p.read(`typeof window.htmx + typeof window.signalbox`); got != "undefinedundefined" {
		t.Fatalf("a script ran: %s", got)
	}
	p.click("#filter-menu > summary")
	p.click(`#filters label:has([name=priority][value=high])`)
	p.click(`#filters .filter-panel button.primary`)
	p.see(`.chips`)
	p.see(`[data-ticket="2"]`)
	p.until("the filter to leave one row", `document.querySelectorAll("[data-ticket]").length === 1`)

	p.click(`[data-ticket="2"] .row-text`)
	p.write("#composer textarea[name=body]", "Answered by a plain form.")
	p.click(`#composer .for-reply > button[name=then][value=""]`)
	p.see(".msg.team", "Answered by a plain form.")

	p.pick("#fact-status", "on hold")
	p.click(`form[action*="/tickets/2/status"] button.nojs`)
	p.until("the status to be set", `!!document.querySelector("#fact-status option[value=on_hold][selected]")`)

	p.open(d.server + "/workflows")
	p.click("a.workflow-name")
	p.click(`[data-card]:not([data-card=trigger])`)
	p.write("#panel [name=name]", "To the team")
	p.click("#panel form .nojs button")
	p.until("the draft to be saved", `document.querySelector(".card[aria-current] .card-title")?.innerText.includes("To the team")`)
	p.click(`#builder a[href$="/publish"]`)
	p.click(`form.publish button.primary`)
	p.see(`[role=status], .toast, .alert`, "Published")
	if got := d.get("/workflows").Find(".workflow").Text(); strings.Contains(got, "draft") {
		t.Errorf("the list says %q after publishing", strings.Join(strings.Fields(got), " "))
	}
}
