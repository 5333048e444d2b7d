package e2e

import (
	"testing"
)

func (p *person) prefer(server, to string) {
	p.t.Helper()
	p.open(server + "/preferences")
	p.click(`[name=after_done][value=` + to + `]`)
	p.click("main form button.primary")
	p.see(".toast", "saved")
}

// Where an agent goes from a resolved ticket is their choice, and takes no loading of a page.
func TestAnAgentGoesOnAsTheyPrefer(t *testing.T) {
	t.Parallel()
	d, p := inboxOf(t)
	for to, arrives := range map[string]string{
		"next": shows("1") + " && " + at("/tickets/1?sort=-number"),
		"list": `!document.querySelector("#ticket").dataset.number && ` + at("/tickets?sort=-number"),
		"stay": shows("2") + ` && document.querySelector("#fact-status").value === "resolved"`,
	} {
		p.prefer(d.server, to)
		p.open(d.server + "/tickets/2?sort=-number")
		p.choose("#fact-status", "Open")
		p.until("the ticket to be open", `!!document.querySelector("#ticket [data-key=e]")`)
		p.rest()
		p.read(`window.sameDocument = "yes"`)
		p.press("e")
		p.until("to "+to, arrives)
		if p.read(`window.sameDocument ?? "no"`) != "yes" {
			t.Errorf("%s: the page was loaded anew", to)
		}
	}
}

// A reply is taken back from the ticket that its agent was led on to, and its text is in its composer again.
func TestAReplyIsTakenBackFromTheNextTicket(t *testing.T) {
	t.Parallel()
	d, p := inboxOf(t)
	p.prefer(d.server, "next")
	p.open(d.server + "/tickets/2?sort=-number")
	p.write(body, "Too soon")
	p.click("#composer [data-send=reply]")
	p.until("the next ticket", shows("1"))
	p.click(".toast [data-take-back] button")
	p.until("the first again", shows("2")+" && "+at("/tickets/2?sort=-number"))
	p.has("Too soon")
	p.until("the toast to go", `!document.querySelector(".toast")`)
	p.open(d.server + "/tickets/2?sort=-number")
	p.has("Too soon")
	p.until("nothing to wait", `!document.querySelector("[data-reply]")`)
}

// What the pointer rests on is fetched before it is asked for; fetching marks nothing as read, and what has changed
// since is fetched again.
func TestAHoveredTicketOpensFromWhatWasFetchedUnlessItChanged(t *testing.T) {
	t.Parallel()
	d, p := inboxOf(t)
	p.until("to be live", `!!document.querySelector("#live")._htmx?.sse`)
	rest := func() {
		p.read(`document.querySelector('[data-ticket="3"]').dispatchEvent(new MouseEvent("mouseover", {bubbles: true})), ""`)
		p.until("the preload", `!!document.querySelector('[data-ticket="3"] .row-text')._htmx.preload`)
	}
	rest()
	if d.get("/tickets").Find(`[data-ticket="3"].unread`).Length() != 1 {
		t.Error("the preload marked the ticket as read")
	}
	other := login(t, d.server, "ada@northwind.example")
	other.post("/tickets/3/priority", map[string][]string{"priority": {"high"}})
	p.until("the preload to be dropped", `!document.querySelector('[data-ticket="3"] .row-text')._htmx.preload`)

	rest()
	p.read(`window.asked = 0, window.fetch = new Proxy(window.fetch, {apply(f, self, args) {
		if (String(args[0]).startsWith("/tickets/3?") && document.querySelector("#ticket").dataset.number !== "3") window.asked++;
		return Reflect.apply(f, self, args);
	}}), ""`)
	p.read(`document.querySelector('[data-ticket="3"] .row-text').click(), ""`)
	p.until("the ticket as it is now", shows("3")+` && document.querySelector("#fact-priority").value === "high"`)
	p.until("the address of its link", `document.querySelector('[data-ticket="3"] .row-text').href === location.href`)
	if got := p.read(`String(window.asked)`); got != "0" {
		t.Errorf("opening asked the server %s times, want none", got)
	}
}
