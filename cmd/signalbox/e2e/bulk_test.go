package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// One agent selects with keys and the mouse, changes a range and then a whole view, and takes that back.
func TestTicketsAreSelectedChangedAndRestoredTogether(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	const tickets = 60 // more than a page, and than are changed while their reader waits
	for range tickets {
		d.arrive(arrival{channel: desk.Email})
	}
	a := newPerson(t, "agent")
	a.login(d.server, "ada@northwind.example")
	a.open(d.server + "/tickets?sort=number")

	a.read(`document.querySelector("[data-ticket='2'] .row-text").focus(), ""`)
	a.press("x")
	a.press("J")
	a.press("J")
	a.see("[data-bulk-count]", "3 selected")
	a.read(`document.querySelector("[data-ticket='7'] input").dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true })) + ""`)
	a.see("[data-bulk-count]", "6 selected")
	a.see("[data-bulk-all]", "Select all 60 in this view")
	a.choose("#bulk-priority", "High")
	a.click("#bulk .btn.primary")
	a.see("#bulk-strip", "6 of 6 tickets changed")
	a.see(`[data-ticket="7"][data-priority=high]`)
	a.until("the first ticket to stay", `document.querySelector("[data-ticket='1']").dataset.priority === "" && !document.querySelector("#bulk").checkVisibility()`)

	a.click(`[data-ticket="3"] input`)
	a.open(d.server + "/tickets?sort=number") // what is ticked outlives the page
	a.see("[data-bulk-count]", "1 selected")
	a.see("[data-bulk-all]")
	a.click("[data-bulk-all]")
	a.see("[data-bulk-count]", "All 60 selected")
	a.choose("#bulk-status", "Resolved")
	a.click("#bulk .btn.primary")
	a.see(".bulk-news[data-state=done]", "60 of 60 tickets changed")
	a.see(`[data-ticket="1"][data-status=resolved]`)
	a.click(".bulk-news[data-state=done] [data-bulk-do=undo]")
	a.see("#bulk-strip", "60 of 60 tickets restored")
	a.see(`[data-ticket="1"][data-status=new]`)

	a.click(`[data-ticket="3"] input`)
	a.press(kb.Escape)
	a.until("Escape to select none", `!document.querySelector("#bulk").checkVisibility()`)
	a.read(`document.activeElement.blur(), ""`)
	a.press("a", kb.ModifierCtrl)
	a.see("[data-bulk-count]", "50 selected")
}
