package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/workflow/desk"
)

// A customer is blocked and let in again, then becomes part of another one and is parted from them.
func TestACustomerIsBlockedMergedAndPartedAgain(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Email, email: "carl@example.com"})
	d.arrive(arrival{channel: desk.Email, email: "carl@home.example"})
	p := newPerson(t, "agent")
	p.login(d.server, "ada@northwind.example")
	p.open(d.server + "/tickets/1")
	p.click("#facts [data-customer]")
	p.see("#who")
	p.read(`(window.confirm = () => true, "yes")`)
	p.click(`form[action$="/block"] button`)
	p.see("[data-deed=blocked]")
	p.open(d.server + "/tickets/1")
	p.see("#facts .person .badge", "Blocked")
	p.click("#facts [data-customer]")
	p.click(`form[action$="/unblock"] button`)
	p.see("[data-deed=unblocked]")

	p.click(`a[href$="/merge"]`)
	p.write("#merge-q", "carl@home")
	p.press(kb.Enter)
	p.click(".people a")
	p.see(".merge-sides", "carl@example.com", "carl@home.example")
	p.click(".merge-form .btn.primary")
	p.see("[data-merge]", "1 ticket")
	p.see("[data-of-customer='1']")
	p.see("[data-of-customer='2']")
	p.click("[data-merge] button")
	p.see("[data-deed=unmerged]")
	p.until("the other ticket to go", `document.querySelectorAll("[data-of-customer]").length === 1`)
}
