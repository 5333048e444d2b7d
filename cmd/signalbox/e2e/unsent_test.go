package e2e

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// What an agent has written and chosen is done, or is there again: over a reload, an undo and the end of their session.
func TestNothingOfAReplyIsLostBeforeItIsSent(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	ada, err := d.store.Member(t.Context(), d.team, 1)
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.store.SaveMacro(t.Context(), ada, store.Macro{Shortcut: "refund", Macro: workflow.Macro{
		Name: "Refund", Body: "Refunded.",
		Update: workflow.UpdateTicketStep{Status: "resolved", Tags: []string{"refund"}, TagsMode: desk.AddTags},
	}})
	if err != nil {
		t.Fatal(err)
	}

	p := newPerson(t, "agent who is interrupted")
	p.login(d.server, "ada@northwind.example")
	p.open(d.server + "/tickets/1")
	sendsAnotherStatusThanTheMacros(p, d)
	losesTheSession(p, d)
}

const (
	chip = "#composer .macro-chip"
	goes = "Status New → Resolved, Tags + refund"
)

func sendsAnotherStatusThanTheMacros(p *person, d *desktop) {
	p.write(body, "/ref")
	p.see(".macro-effects", "+ refund")
	p.press(kb.Enter)
	p.see("#composer [data-send=reply]", "Send and set resolved")
	p.see(".draft-state", "Draft saved")
	p.open(d.server + "/tickets/1")
	p.see(chip, goes)

	p.click("#composer [data-send=reply]")
	p.see(".held", "then Resolved, Tags + refund")
	p.until("an empty composer", `!document.querySelector("`+chip+`") && document.querySelector("[data-send=reply]").value === "pending"`)
	p.click("[data-take-back] button")
	p.has("Refunded.")
	p.see(chip, goes)
	p.see("#composer [data-send=reply]", "Send and set resolved")

	p.click("#send-menu > summary")
	p.click("#send-menu [name=then][value=on_hold]")
	p.see(".held", "then On hold, Tags + refund")
	p.click("[data-send-now] button")
	p.see("[data-message][data-author=agent]", "Refunded.")
	if got, err := d.store.Ticket(p.t.Context(), d.team, 1); err != nil || got.Status != desk.OnHold || len(got.Tags) != 1 {
		p.t.Errorf("the ticket is %s with %v, %v, want on hold with the macro's tag", got.Status, got.Tags, err)
	}
}

func losesTheSession(p *person, d *desktop) {
	p.open(d.server + "/tickets/1")
	p.write(body, "Saved.")
	p.see(".draft-state", "Draft saved")
	p.do("lose the session", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
	p.write(body, "Saved, and more.")
	p.press(kb.Enter, kb.ModifierCtrl)
	p.see("[name=password]")
	p.write("[name=email]", "ada@northwind.example")
	p.write("[name=password]", password)
	p.click("form button.primary")
	p.until("the ticket", `location.pathname === "/tickets/1"`)
	p.has("Saved, and more.")
	p.see(".draft-state", "Draft saved")
	kept, err := d.store.ReplyDraft(p.t.Context(), store.DraftKey{Team: d.team, User: 1, Ticket: 1})
	if err != nil || kept.Body != "Saved, and more." {
		p.t.Errorf("the desk keeps %q, %v, want all that was typed", kept.Body, err)
	}
}
