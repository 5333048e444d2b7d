package e2e

import (
	"testing"

	"signalbox/workflow/desk"
)

// A view is saved from the filters, pinned with its count, and its count follows what another agent does.
func TestASavedViewIsPinnedAndItsCountIsLive(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	d.arrive(arrival{channel: desk.Widget})

	a, b := newPerson(t, "agent A"), newPerson(t, "agent B")
	a.login(d.server, "ada@northwind.example")
	b.login(d.server, "ada@northwind.example")
	b.open(d.server + "/tickets?priority=none")
	b.click("#save-view > summary")
	b.write("#save-view-name", "Untriaged")
	b.click("#save-view .btn.primary")
	b.see("#views .nav[aria-current]", "Untriaged", "2")
	b.read(`window.sameDocument = "yes"`)

	a.open(d.server + "/tickets/1")
	a.choose("#fact-priority", "High")
	b.until("the count to follow", `document.querySelector("#views .nav[aria-current] .count").textContent === "1"`)
	b.until("the list to follow", `document.querySelectorAll("[data-ticket]").length === 1`)
	a.open(d.server + "/tickets/2")
	a.choose("#fact-priority", "Low")
	b.until("the count to follow though it was counted a moment ago", `document.querySelector("#views .nav[aria-current] .count").textContent === "0"`)
	if b.read(`window.sameDocument ?? "no"`) != "yes" {
		t.Error("the page was loaded anew, want it to refresh by itself")
	}

	b.choose("[name=sort]", "sla")
	b.see(".keep", "Update view")
	b.click(".keep form .btn:not(.icon-only)")
	b.see("#views .nav[aria-current]", "Untriaged")
	b.until("the view to be as it is kept", `!document.querySelector("#save-view")`)
}
