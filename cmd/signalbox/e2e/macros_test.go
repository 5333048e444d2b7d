package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// An agent answers with a macro, puts the ticket away in words and reads its history, all by hand in a browser.
func TestAnAgentUsesAMacroSnoozesInWordsAndReadsTheHistory(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	ada, err := d.store.Member(t.Context(), d.team, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.store.SaveMacro(t.Context(), ada, store.Macro{Shortcut: "ask", Macro: workflow.Macro{
		Name: "Ask for the number", Body: "Which number is it, {variables.customer.name | default: \"friend\"}?",
		Update: workflow.UpdateTicketStep{Status: "on_hold", Tags: []string{"asked"}, TagsMode: desk.AddTags},
	}})
	if err != nil {
		t.Fatal(err)
	}

	p := newPerson(t, "agent")
	p.login(d.server, "ada@northwind.example")
	p.open(d.server + "/tickets/1")
	usesAMacro(p)
	snoozesInWords(p)
	readsTheHistory(p, d.server)
}

func usesAMacro(p *person) {
	const body = "#composer textarea[name=body]"
	p.write(body, "Hello. /as")
	p.see(`.macro-picker [role=option][aria-selected=true]`, "Ask for the number")
	p.see(".macro-effects", "On hold", "+ asked")
	p.press(kb.Escape)
	p.until("the picker to close", `document.querySelector(".macro-picker").hidden`)
	if got := p.read(`document.activeElement.name`); got != "body" {
		p.t.Errorf("after Escape the focus is on %q, want the message", got)
	}
	p.press("k")
	p.see(".macro-effects", "+ asked")
	p.press(kb.Enter)
	p.see(".macro-chip", "with:", "On hold")
	if got := p.read(`document.querySelector("` + body + `").value`); got != "Hello. Which number is it, friend?" {
		p.t.Errorf("the message is %q", got)
	}
	p.read(`document.querySelector("#composer [name=hold]").value = "0"`)
	p.click("#composer [data-send=reply]")
	p.see(".msg.team", "Which number is it, friend?")
	p.see(`[data-ticket="1"][data-status=on_hold]`)
	p.until("the chip to go with its message", `!document.querySelector(".macro-chip")`)
}

func snoozesInWords(p *person) {
	p.click("#edit-snooze > summary")
	p.write("#fact-snooze", "24 dec 2027")
	p.see("#snooze-echo", "Fri 24 Dec 2027, 09:00")
	p.write("#fact-snooze", "when pigs fly")
	p.see("#snooze-echo", "is not a time")
	p.write("#fact-snooze", "until they reply")
	p.see("#snooze-echo", "Until the customer replies")
	p.press(kb.Enter)
	p.see("#edit-snooze > summary", "Until the customer replies")
}

func readsTheHistory(p *person, server string) {
	p.open(server + "/tickets/1/history")
	p.see("#history-list", "set status to On hold", "snoozed the ticket until the customer replies", "wrote a message")
	p.choose("#history-field", "Tags")
	p.until("the tags alone", `document.querySelectorAll(".history-line").length === 1 && location.search.includes("field=tags")`)
	p.see(".history-line", "asked")
}
