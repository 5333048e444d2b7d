package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// wantCall compares what a function of the SDK comes to.
func (p *person) wantCall(expression, part string) {
	p.t.Helper()
	if got := p.calls(expression); !strings.Contains(got, part) {
		p.t.Errorf("%s: %s came to %s, want %s", p.name, expression, got, part)
	}
}

func TestTheSDKKeepsPeopleOfOneBrowserApart(t *testing.T) {
	t.Parallel()
	w, _, secret := sdkDesk(t)
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.calls(`sendMessage("Before signing in")`)

	ada, ben := w.member("ada", sign(secret, "ada")), w.member("ben", sign(secret, "ben"))
	p.visits(ada)
	p.wantCall("getTickets()", `"count":0`) // the SDK proves one thing at a time
	var sent struct {
		Ticket string `json:"ticket_id"`
	}
	if err := json.Unmarshal([]byte(p.calls(`sendMessage("Signed in as Ada")`)), &sent); err != nil || sent.Ticket == "" {
		t.Fatalf("Ada's message: %+v, %v", sent, err)
	}
	p.visits(ben)
	p.wantCall("getTickets()", `"count":0`)
	p.wantCall("getMessages("+quote(sent.Ticket)+")", "refused: Failed to fetch messages")
	p.visits(w.url)
	p.wantCall("getTickets()", "Before signing in")
	p.wantCall("getTickets()", `"count":1`)
	p.wantCall("markAsRead("+quote(sent.Ticket)+")", "refused: ")
	p.visits(w.member("ada", sign("a guess", "ada")))
	p.wantCall("getTickets()", "refused: ")
	p.forgives("403")

	elsewhere := newPerson(t, "Ada on another machine")
	elsewhere.visits(ada)
	elsewhere.click(widgetButton)
	elsewhere.shows("Signed in as Ada")
	elsewhere.lacks("Before signing in")
}

func TestTheSDKShowsItsFormAndTheDeskGetsTheAddress(t *testing.T) {
	t.Parallel()
	dir, token := newDesk(t)
	command(t, "", "widget", "set", "--data", dir, "--require-email", "--collect-name", "--form-title", "Who are you?")
	s := serve(t, dir)
	w := newSite(t, s, token)
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.click(widgetButton)
	p.shows("Who are you?")
	p.write(`#ph-conversations-widget-container input[type=text]`, "Zoë")
	p.write(`#ph-conversations-widget-container input[type=email]`, "zoe@mail.example")
	p.clicks("Start Chat")
	p.says("Hello there")
	ticket := login(t, s.url, "ada@northwind.example").get("/tickets/1").Text()
	for _, want := range []string{"Zoë", "zoe@mail.example", "Hello there"} {
		if !strings.Contains(ticket, want) {
			t.Errorf("the agent does not see %q", want)
		}
	}
}

func TestTheSDKOutlivesFailuresAndLimits(t *testing.T) {
	t.Parallel()
	w, _, _ := sdkDesk(t)
	p := newPerson(t, "Zoe")
	p.visits(w.url)
	p.click(widgetButton)
	p.says("First")

	w.broken.Store(true)
	p.tries("Into the void")
	p.shows("Failed to send message")
	w.broken.Store(false)
	p.says("Here again")
	p.forgives("500")

	p.wantCall(`getTickets().then(async () => { for (let i = 0; i < 60; i++) await posthog.conversations.getTickets() })`, "refused: Too many requests")
	p.tries("Too much")
	p.shows("Too many requests. Please wait before trying again.")
	p.forgives("429")
}
