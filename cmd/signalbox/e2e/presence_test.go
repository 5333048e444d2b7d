package e2e

import (
	"net/http"
	"net/url"
	"testing"

	"signalbox/workflow/desk"
)

// Two agents at once: each sees in the list and at the ticket where the other is, while they are there.
func TestAgentsSeeEachOtherComeWriteAndLeave(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	d.arrive(arrival{channel: desk.Widget})
	d.post("/settings/team", url.Values{"name": {"Grace Okafor"}, "email": {"grace@northwind.example"}, "password": {password}}).
		wants(t, "add a member", http.StatusSeeOther)
	a, b := newPerson(t, "Ada"), newPerson(t, "Grace")
	a.login(d.server, "ada@northwind.example")
	b.login(d.server, "grace@northwind.example")

	const row, pane = `[data-ticket="1"] .row-present .colleague`, `#ticket .present-here`
	a.open(d.server + "/tickets/2")
	b.open(d.server + "/tickets/1")
	a.until("Grace in the row", `document.querySelector('`+row+`')?.title === "Grace Okafor is viewing"`)
	a.open(d.server + "/tickets/1")
	a.see(pane, "Grace Okafor is viewing")
	b.see(pane, "Ada Lindqvist is viewing")

	b.write("#composer textarea[name=body]", "I am on it")
	a.see(pane, "Grace Okafor is writing…")
	b.open(d.server + "/tickets")
	a.until("Grace to be gone", `document.querySelector('`+pane+`').childElementCount === 0`)
	b.until("Ada in the row", `document.querySelector('`+row+`')?.title === "Ada Lindqvist is viewing"`)
}
