package views

import (
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestCustomerPages(t *testing.T) {
	shell, now := someShell(), noon()
	shell.Section = SectionCustomers
	id, other := desk.ID{1}, desk.ID{2}
	tickets := []CustomerTicket{{Number: 4821, Subject: "Export <b>fails</b>", Status: desk.Open, Opened: Ago(now.Add(-time.Hour), now)}}
	page := CustomerPage{
		Shell: shell, ID: id, Name: "Mira Castellanos", Email: "mira@northwind.example", Company: "northwind.example", Known: "user_1042",
		Signed: true, Since: Ago(now.Add(-72*time.Hour), now), Traits: []Trait{{"plan", "<i>pro</i>"}}, Tickets: tickets, Next: "/customers/x?after=1",
		Addresses: []CustomerAddress{{Email: "mira@home.example"}, {Email: "old@example.com", Fixed: true}},
		Merges:    []CustomerMerged{{ID: other, Name: "old@example.com", By: "Ada Lindqvist", Moved: 2, At: Ago(now.Add(-time.Minute), now)}},
		Notes: []CustomerNote{
			{ID: other.String(), Kind: desk.CustomerNoted, By: "Ada Lindqvist", Body: "Likes <b>tea</b>", At: Ago(now, now)},
			{Kind: desk.CustomerMerged, By: "Ada Lindqvist", At: Ago(now, now)},
		},
	}
	golden(t, "customer", CustomerView(page))
	page.Blocked, page.Problem = Ago(now, now), "This was undone already."
	page.NewAddress, page.AddressProblem = "mira", "“mira” is not an email address."
	page.Draft, page.NoteProblem = " ", "The note is empty."
	golden(t, "customer-blocked", CustomerView(page))

	source := CustomerSide{ID: id, Name: "Visitor", Known: "user_7", Since: Ago(now, now)}
	target := CustomerSide{ID: other, Name: "Mira", Email: "mira@northwind.example", Since: Ago(now, now), Latest: tickets}
	line := CustomerLine{ID: other, Name: "Mira", Email: "mira@northwind.example"}
	golden(t, "customer-merge-find", CustomerMerge(CustomerMergePage{Shell: shell, Source: source, Text: "mira", Found: []CustomerLine{line}}))
	golden(t, "customer-merge", CustomerMerge(CustomerMergePage{Shell: shell, Source: source, Target: &target, Problem: "No.", Refused: true}))
	golden(t, "company", CompanyView(CompanyPage{
		Shell: shell, Domain: "northwind.example", Customers: []CompanyCustomer{{line, "100+"}}, First: "/companies/northwind.example",
	}))
	golden(t, "company-none", CompanyView(CompanyPage{Shell: shell, Domain: "nobody.example"}))
}
