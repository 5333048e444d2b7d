package handlers_test

import "testing"

// Without scripts a preview is a page of its own, which browsers load anew and people copy the address of.
func TestTheAddressOfAPreviewLeadsToItsTicket(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		p := d.signIn(t, "ada@example.com").open(ticketPath(ticket) + "/preview?view=mine")
		if got := p.at.RequestURI(); got != ticketPath(ticket)+"?view=mine" {
			t.Errorf("got %s with status %d, want the ticket beside its list", got, p.status)
		}
	})
}
