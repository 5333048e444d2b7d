package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"signalbox/handlers"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (b browser) present(ticket desk.Ticket, state string) int {
	b.t.Helper()
	form := url.Values{"page": {"tab"}, "state": {state}}
	return b.fragment(http.MethodPost, views.TicketPresencePath(ticket.Number), form).status
}

// company is what a page says of who else is at a ticket.
func (b browser) company(ticket desk.Ticket) string {
	b.t.Helper()
	at := b.fragment(http.MethodGet, views.PresencePath, nil).Find(`[data-at="` + strconv.FormatInt(ticket.Number, 10) + `"]`)
	return strings.Join(strings.Fields(at.Find(".does").Text()), " ")
}

func TestAgentsSeeWhoElseViewsAndWrites(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		before := d.ticket(t, ticket.Number)
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		for _, step := range []struct{ state, want string }{
			{"viewing", "Ada is viewing"}, {"writing", "Ada is writing…"}, {"gone", ""},
		} {
			if got := ada.present(ticket, step.state); got != http.StatusNoContent {
				t.Errorf("%s: status %d, want 204", step.state, got)
			}
			if got := bob.company(ticket); got != step.want {
				t.Errorf("%s: the other sees %q, want %q", step.state, got, step.want)
			}
			if got := ada.company(ticket); got != "" {
				t.Errorf("%s: she sees %q, want nothing of herself", step.state, got)
			}
		}
		if after := d.ticket(t, ticket.Number); !after.UpdatedAt.Equal(before.UpdatedAt) || len(d.events(t, after)) != 0 {
			t.Error("presence changed the ticket")
		}

		ada.present(ticket, "writing")
		ada.post("/logout", url.Values{})
		if got := bob.company(ticket); got != "" {
			t.Errorf("after she signed out the other sees %q, want nobody", got)
		}
	})
}

func TestPresenceStaysInTheTeamAndRefusesWhatIsNone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		other, _ := d.otherTeam(t)
		elsewhere := web.Sign{Topic: handlers.TeamTopic(other), Spot: ticket.Number, Who: 1, Owner: "s", Page: "p", Doing: web.Writing}
		d.hear(t, elsewhere)
		ada := d.signIn(t, "ada@example.com")
		if got := ada.company(ticket); got != "" {
			t.Errorf("sees %q of another team, want nothing", got)
		}
		for _, number := range []int64{ticket.Number + 1, 1 << 62, -1} {
			if got := ada.present(desk.Ticket{Number: number}, "viewing"); got != http.StatusNotFound {
				t.Errorf("ticket %d: status %d, want 404", number, got)
			}
		}
		if got := ada.present(ticket, "dancing"); got != http.StatusUnprocessableEntity {
			t.Errorf("another state: status %d, want 422", got)
		}
	})
}

func TestPresenceOfAnotherProcessIsSeenHere(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		bob, err := d.store.UserByEmail(t.Context(), "bob@example.com")
		check(t, err)
		d.hear(t, web.Sign{Topic: handlers.TeamTopic(d.team), Spot: ticket.Number, Who: bob.ID, Owner: "s", Page: "p", Doing: web.Viewing})
		handlers.HearSign(d.presence, "not a sign at all")
		if got, want := ada.company(ticket), "Bob is viewing"; got != want {
			t.Errorf("sees %q, want %q", got, want)
		}
	})
}

func (d builderDesk) hear(t *testing.T, s web.Sign) {
	t.Helper()
	words, err := json.Marshal(s)
	check(t, err)
	handlers.HearSign(d.presence, string(words))
}
