package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

const caller = `{"name":"Ask the CRM","trigger":{"events":["$conversation_ticket_created"]},"steps":[
	{"type":"webhook","url":"URL/in?key=s3cret","headers":[{"name":"X-Key","value":"s3cret"}],"body":"{\"ticket\":\"{event.properties.ticket_id}\"}","output":"crm"},
	{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","tags":["{variables.crm.body.tier}"]},
	{"type":"notify","address":"boss@shop.test","text":"A ticket of a {variables.crm.body.tier} customer"}
]}`

// publishes publishes a workflow in the native format.
func publishes(t *testing.T, s *store.Store, text string) {
	t.Helper()
	definition, err := workflow.Parse([]byte(text))
	check(t, err)
	ada := desk.Agent(1, "Ada")
	row, err := s.CreateWorkflow(t.Context(), ada, 1, definition)
	check(t, err)
	_, err = s.Publish(t.Context(), ada, 1, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	check(t, err)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// until waits for what the server does by itself.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	late := time.After(20 * time.Second)
	for !done() {
		select {
		case <-late:
			t.Fatalf("in vain for %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestServeCallsWebhooksAndGoesOnWithTheirAnswers(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	calls := make(chan string, 9)
	crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		calls <- r.Header.Get("Idempotency-Key") + " " + r.Header.Get("X-Key") + " " + string(body)
		_, _ = io.WriteString(w, `{"tier":"gold"}`)
	}))
	defer crm.Close()
	sh := readyShell(t)
	s := serve(t, sh.data, "--webhook-allow", "127.0.0.0/8")
	beside, err := store.Open(t.Context(), store.Config{Dir: sh.data, URL: s.url})
	check(t, err)
	defer func() { check(t, beside.Close()) }()

	publishes(t, beside, strings.Replace(caller, "URL", crm.URL, 1))
	opened, err := beside.OpenTicket(t.Context(), desk.Actor{}, 1, store.NewTicket{Channel: desk.Widget, Body: "Hello"})
	check(t, err)
	until(t, "the answer's tag", func() bool {
		ticket, err := beside.Ticket(t.Context(), 1, opened.Ticket.Number)
		check(t, err)
		return slices.Contains(ticket.Tags, "gold")
	})
	var failed []store.Delivery
	until(t, "the failed email", func() bool {
		failed, err = beside.Deliveries(t.Context(), 1, store.DeliveryQuery{State: job.Failed, Limit: 9})
		check(t, err)
		return len(failed) == 1
	})
	if d := failed[0]; d.Shown.Target != "boss@shop.test" || d.Error != "No mail server is set: start with --smtp." {
		t.Errorf("got %+v, want the email failed for want of a server", d)
	}
	done, err := beside.Deliveries(t.Context(), 1, store.DeliveryQuery{State: job.Done, Limit: 9})
	check(t, err)
	if len(done) != 1 || len(calls) != 1 {
		t.Fatalf("got %d calls and %d deliveries, want one of each", len(calls), len(done))
	}
	if got, want := <-calls, done[0].PublicID.String()+` s3cret {"ticket":"`+opened.Ticket.PublicID.String()+`"}`; got != want {
		t.Errorf("called with %s, want %s", got, want)
	}
	if r := s.stop(); r.code != exitDone || strings.Contains(r.errors, "level=ERROR") || strings.Contains(r.errors, "s3cret") {
		t.Errorf("serve ended with %+v, want no error and no secret in its log", r)
	}
}

func TestServeRefusesHostsThatAreNotPublic(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a host inside was called") }))
	defer inside.Close()
	sh := readyShell(t)
	s := serve(t, sh.data)
	beside, err := store.Open(t.Context(), store.Config{Dir: sh.data, URL: s.url})
	check(t, err)
	defer func() { check(t, beside.Close()) }()
	publishes(t, beside, strings.Replace(caller, "URL", inside.URL, 1))
	_, err = beside.OpenTicket(t.Context(), desk.Actor{}, 1, store.NewTicket{Channel: desk.Widget, Body: "Hello"})
	check(t, err)
	var failed []store.Delivery
	until(t, "the refusal", func() bool {
		failed, err = beside.Deliveries(t.Context(), 1, store.DeliveryQuery{State: job.Failed, Limit: 9})
		check(t, err)
		return len(failed) == 1
	})
	if !strings.Contains(failed[0].Error, "--webhook-allow") || failed[0].Attempts != 1 {
		t.Errorf("got %+v, want it refused at once, with what to do", failed[0])
	}
	s.stop()
}

func TestTheSenderIsAtTheHostOfTheDesk(t *testing.T) {
	for address, want := range map[string]mailAddress{
		"https://desk.example.com": "signalbox@desk.example.com", "http://127.0.0.1:8080": "signalbox@[127.0.0.1]",
		"http://[::1]:8080": "signalbox@localhost", "http://localhost": "signalbox@localhost",
	} {
		c := serveCommand{URL: publicURL(address), SMTP: "smtp://127.0.0.1:1"}
		if transport, err := c.mail(); transport == nil || err != nil || c.MailFrom != want {
			t.Errorf("%s: got %s, %v, want %s", address, c.MailFrom, err, want)
		}
	}
	if transport, err := (&serveCommand{}).mail(); transport != nil || err != nil {
		t.Errorf("without a server: got %v, %v, want none", transport, err)
	}
}
