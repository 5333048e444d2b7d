package e2e

import (
	"testing"

	"signalbox/workflow/desk"
)

// Two agents at once: what one does reaches the other without a reload, and disturbs nothing there.
func TestWhatOneAgentDoesReachesTheOtherLive(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	d.arrive(arrival{channel: desk.Widget})

	a, b := newPerson(t, "agent A"), newPerson(t, "agent B")
	a.login(d.server, "ada@northwind.example")
	b.login(d.server, "ada@northwind.example")
	b.open(d.server + "/tickets/1")
	b.read(`window.sameDocument = "yes"`)
	b.write("#composer textarea[name=body]", "A reply that is only half")

	a.open(d.server + "/tickets/1")
	a.choose("#fact-status", "On hold")
	b.see(`[data-ticket="1"][data-status=on_hold]`)
	b.until("the open ticket to follow", `document.querySelector("#fact-status").value === "on_hold"`)
	a.open(d.server + "/tickets/2")
	a.choose("#fact-priority", "High")
	b.see(`[data-ticket="2"][data-priority=high]`)

	if got := b.read(`document.activeElement.name + ": " + document.activeElement.value`); got != "body: A reply that is only half" {
		t.Errorf("after the refresh the other agent types into %q, want the half-written reply", got)
	}
	b.write("#composer textarea[name=body]", "A whole reply")
	if b.read(`window.sameDocument ?? "no"`) != "yes" {
		t.Error("the page was loaded anew, want it to refresh by itself")
	}
	b.click("#composer [data-send=reply]")
	a.open(d.server + "/tickets/1")
	a.see(".msg.team", "A whole reply") // though it may be saved between the making of the page and its stream
}
