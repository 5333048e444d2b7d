package handlers_test

import (
	"net/http"
	"net/url"
	"testing"
)

func TestAnSLAThatIsRefusedIsKept(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		p := d.signIn(t, "ada@example.com").post(ticketPath(ticket)+"/sla", url.Values{"sla_amount": {"-5"}, "sla_unit": {"day"}})
		if p.status != http.StatusUnprocessableEntity {
			t.Errorf("got status %d, want 422", p.status)
		}
		open := p.Find("#edit-sla[open]")
		if got := open.Find("#fact-sla").AttrOr("value", ""); got != "-5" {
			t.Errorf("the amount is %q, want what was typed", got)
		}
		if got := open.Find("#fact-sla-unit option[selected]").AttrOr("value", ""); got != "day" {
			t.Errorf("the unit is %q, want the one that was chosen", got)
		}
	})
}
