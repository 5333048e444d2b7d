package e2e

import (
	"testing"

	"github.com/chromedp/chromedp/kb"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// The search field: words with an operator mark what they found, a number and Enter lead to the ticket.
func TestAnAgentSearchesByWordsOperatorsAndNumbers(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	for _, body := range []string{"Where is my refund?", "Refunded already, thanks", "Something else"} {
		_, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, store.NewTicket{
			Subject: "Order", Channel: desk.Email, Body: body, Customer: store.CustomerInput{Name: "Zoë", Email: "zoe@shop.example"},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	d.set("status", "open")
	agent := newPerson(t, "agent")
	agent.login(d.server, "ada@northwind.example")
	const field = `#filters input[name=q]`

	eventually(t, "the index to follow", func() bool {
		_, found := d.row(1)
		return found && d.get("/tickets?q=refu*+-status:open").Find(`[data-ticket]`).Length() == 1
	})
	agent.open(d.server + "/tickets")
	agent.write(field, "status:open refu"+kb.Enter)
	agent.see(`[data-ticket="1"] [data-excerpt] mark`, "refund")
	agent.until("the one open ticket", `document.querySelectorAll("[data-ticket]").length === 1`)
	agent.see(".chips .tag", "status:open")

	agent.write(field, "from:zoe@ "+kb.Enter)
	agent.until("all tickets of the customer", `document.querySelectorAll("[data-ticket]").length === 3`)

	agent.write(field, "#3"+kb.Enter)
	agent.until("the ticket of that number", `location.pathname === "/tickets/3"`)
	agent.see(".msg", "Something else")
}
