package handlers_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

const raising = `{"name":"Raise","trigger":{"events":["$conversation_ticket_created"]},"steps":[
	{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"high"}]}`

func TestTheHistoryIsFilteredAndLinksToTheRunThatKnowsWhy(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.publishes(t, raising)
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		d.processAll(t)
		ada.post(ticketPath(ticket)+"/status", url.Values{"status": {"pending"}})
		path := ticketPath(ticket) + "/history"

		p := ada.open(path)
		if got := p.Find("#history-list").Text(); !strings.Contains(got, "set priority to High") || !strings.Contains(got, "set status to Pending (was New)") || !strings.Contains(got, "opened the ticket") {
			t.Errorf("all: got %q", got)
		}
		p = ada.open(path + "?by=workflows")
		why := p.Find(`.history-line a:contains("Why?")`)
		if p.Find(".history-line").Length() != 1 || !strings.HasPrefix(why.AttrOr("href", ""), "/runs/") {
			t.Errorf("of workflows: got %q with why %q", p.Find("#history-list").Text(), why.AttrOr("href", ""))
		}
		if p := ada.open(path + "?by=people&field=priority"); p.Find(".history-line").Length() != 0 || p.Find(".empty").Length() == 0 {
			t.Error("nobody of the team has set the priority")
		}
		if p := ada.open(ticketPath(ticket)); p.Find(`#history a[href="`+path+`"]`).Length() != 1 {
			t.Error("the ticket does not link to its history")
		}
		for at, want := range map[string]int{path + "?by=ghosts": 400, path + "?field=read": 400, path + "?before=x": 400, "/tickets/999/history": 404, "/tickets/999/history.json": 404} {
			if p := ada.open(at); p.status/100 != 4 || want == 404 && p.status != 404 {
				t.Errorf("%s: got %d", at, p.status)
			}
		}
	})
}

func TestTheHistoryIsReadPageByPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		statuses := []desk.Status{desk.Pending, desk.Open}
		for i := range 130 {
			_, err := d.store.ChangeTicket(t.Context(), desk.Agent(1, "Ada"), d.team, ticket.ID, desk.SetStatus{To: statuses[i%2]})
			check(t, err)
		}
		lines, at := 0, ticketPath(ticket)+"/history?by=people"
		for range 5 {
			p := ada.open(at)
			lines += p.Find(".history-line").Length()
			older, more := p.Find(`a:contains("Older")`).Attr("href")
			if !more {
				break
			}
			at = older
		}
		if lines != 130 {
			t.Errorf("got %d changes over all pages, want 130", lines)
		}
	})
}

func TestTheHistoryIsExportedWhole(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.publishes(t, raising)
		ada, ticket := d.signIn(t, "ada@example.com"), d.write(t, "Hello")
		d.processAll(t)
		ada.post(ticketPath(ticket)+"/messages", url.Values{"body": {"Between <us>"}, "private": {"on"}})
		answer, err := ada.client.Do(ada.request(http.MethodGet, ticketPath(ticket)+"/history.json", nil))
		check(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		check(t, err)
		if got := answer.Header.Get("Content-Disposition"); got != `attachment; filename="ticket-1-history.json"` {
			t.Errorf("disposition: got %q", got)
		}
		var out struct {
			Ticket  struct{ Number int64 }
			Changes []struct {
				At     time.Time
				Field  string
				After  any
				Actor  struct{ Kind, Name string }
				Run    string `json:"run_id"`
				StepID string `json:"step_id"`
			}
			Messages []struct {
				Private bool
				Body    string
			}
			Events []struct{ Event string }
		}
		if err := json.Unmarshal(body, &out); err != nil {
			t.Fatalf("%v:\n%s", err, body)
		}
		if out.Ticket.Number != 1 || len(out.Messages) != 2 || !out.Messages[1].Private || out.Messages[1].Body != "Between <us>" || len(out.Events) != 2 {
			t.Errorf("got %+v", out)
		}
		raised := false
		for _, c := range out.Changes {
			raised = raised || c.Field == "priority" && c.After == "high" && c.Actor.Kind == "workflow" && c.Run != "" && c.StepID != ""
		}
		if !raised {
			t.Errorf("the run's change is not told: %s", body)
		}
	})
}
