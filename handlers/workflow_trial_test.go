package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

const slowly = `{"name":"Slowly","trigger":{"events":["$conversation_ticket_created"]},"steps":[
	{"id":"who","type":"if","branches":[
		{"name":"Widget","when":{"all":[{"left":"event.properties.channel_source","op":"equals","value":"widget"}]},
			"steps":[{"id":"up","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"high"}]}],
		"else":[{"id":"down","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"low"}]},
	{"id":"wait","type":"wait","for":"2d"},
	{"id":"say","type":"send_reply","body":"Dear <{event.properties.customer_name}>"}]}`

func (d builderDesk) draft(t *testing.T, text string) store.WorkflowRow {
	t.Helper()
	definition, err := workflow.Parse([]byte(text))
	check(t, err)
	row, err := d.store.CreateWorkflow(t.Context(), desk.System(), d.team, definition)
	check(t, err)
	return row
}

func (d builderDesk) publish(t *testing.T, row store.WorkflowRow) store.WorkflowRow {
	t.Helper()
	row, err := d.store.Publish(t.Context(), desk.System(), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	check(t, err)
	return row
}

func (d builderDesk) created(t *testing.T, ticket desk.Ticket) workflow.Event {
	t.Helper()
	events, err := d.store.Events(t.Context(), d.team, ticket.ID, 99)
	check(t, err)
	return events[0]
}

func wantText(t *testing.T, p page, selector, want string) {
	t.Helper()
	if got := strings.Join(strings.Fields(p.Find(selector).Text()), " "); !strings.Contains(got, want) {
		t.Errorf("%s on %s (status %d): got %q, want %q", selector, p.at, p.status, got, want)
	}
}

func TestATestRunShowsWhatTheDraftWouldDoAndDoesNothing(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row, ticket := d.draft(t, slowly), d.write(t, "Hello")
		event, b := d.created(t, ticket), d.signIn(t, "ada@example.com")
		p := b.open(views.TestPath(row.PublicID))
		if n := p.Find(`[data-event="` + event.PublicID.String() + `"]`).Length(); n != 1 || p.Find("#result").Length() != 0 {
			t.Fatalf("status %d: got the event %d times, want it offered and no result yet", p.status, n)
		}
		p = b.open(views.TestEventPath(row.PublicID, event.PublicID))
		for selector, want := range map[string]string{
			`[data-card="up"][data-reached="true"]`:    "priority: none → High",
			`[data-card="down"][data-reached="false"]`: "Not reached",
			`[data-card="say"]`:                        "would send a reply",
			`[data-card="say"] .card-after`:            "+2 d",
			`[data-taken="true"]`:                      "✓ channel was widget",
			`[data-field="priority"]`:                  "High",
			`[data-outward="reply"]`:                   "Dear <Mira>",
			`[data-step="wait"]`:                       "Waited 2d.",
		} {
			wantText(t, p, selector, want)
		}
		if after := d.ticket(t, ticket.Number); after.Priority != desk.NoPriority || after.MessageCount != 1 {
			t.Errorf("got %+v, want the ticket untouched", after)
		}
		runs, err := d.store.Runs(t.Context(), d.team, store.RunQuery{TicketID: ticket.ID, Limit: 9})
		if err != nil || len(runs) != 0 {
			t.Errorf("got %d runs, %v, want none", len(runs), err)
		}
	})
}

func TestATestRunComparesWithTheLiveVersionAndTakesMadeUpEvents(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publish(t, d.draft(t, slowly))
		changed, err := workflow.Parse([]byte(strings.Replace(slowly, `"priority":"low"`, `"priority":"medium"`, 1)))
		check(t, err)
		_, err = d.store.SaveDraft(t.Context(), desk.System(), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev}, changed)
		check(t, err)
		d.write(t, "Hello")
		b := d.signIn(t, "ada@example.com")
		p := b.open(views.TestPath(row.PublicID))
		made := url.Values{"name": {string(desk.TicketCreated)}, "ticket": {"1"}, "properties": {`{"channel_source": "email"}`}}
		p = b.open(p.Find("#made-up").AttrOr("action", "") + "?" + made.Encode())
		wantText(t, p, `[data-field="priority"][data-differs="true"]`, "MediumLow Differs")

		made.Set("properties", "{")
		p = b.open(views.TestPath(row.PublicID) + "?" + made.Encode())
		if p.status != http.StatusUnprocessableEntity && p.status != http.StatusBadRequest {
			t.Errorf("no JSON: got status %d", p.status)
		}
		wantText(t, p, "#made-up", "not a JSON object")
		p = b.open(views.TestTicketPath(row.PublicID, 1))
		wantText(t, p, ".trial-events", "Customer wrote")
	})
}

func TestACaseIsMadeOfAnEventRunAndChanged(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row, ticket := d.draft(t, slowly), d.write(t, "Hello")
		b := d.signIn(t, "ada@example.com")
		p := b.open(views.TestEventPath(row.PublicID, d.created(t, ticket).PublicID))
		p = b.open(p.Find(".trial-head a.btn").AttrOr("href", ""))
		wantText(t, p, "#case-expect", `"priority": "high"`)
		p = b.submit(p, ".case-form", map[string]string{"name": "Widgets are urgent"})
		wantText(t, p, `[data-pass="true"]`, "Widgets are urgent")

		p = b.open(p.Find(`[data-case] a`).AttrOr("href", ""))
		p = b.submit(p, ".case-form", map[string]string{"name": "Widgets", "expect": `{"priority":"low"}`})
		wantText(t, p, `[data-pass="false"]`, "priority: expected low, got high")
		wantText(t, p, ".alert", "1 of 1 case")

		refused := b.submit(b.open(p.Find(`[data-case] a`).AttrOr("href", "")), ".case-form", map[string]string{"ticket": "no"})
		if refused.Find("#case-ticket").Text() != "no" || refused.Find(".problem").Length() == 0 {
			t.Errorf("status %d: got no form with what was typed and why it was refused", refused.status)
		}
		p = b.submit(p, `[data-case] form`, nil)
		wantText(t, p, ".page", "No cases yet")
	})
}

func TestTheMutedVersionIsComparedOnItsPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publish(t, d.draft(t, slowly))
		changed, err := workflow.Parse([]byte(strings.Replace(slowly, `"priority":"high"`, `"priority":"medium"`, 1)))
		check(t, err)
		row, err = d.store.SaveDraft(t.Context(), desk.System(), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev}, changed)
		check(t, err)
		_, err = d.store.PublishShadow(t.Context(), desk.System(), d.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
		check(t, err)
		d.write(t, "Hello")
		d.processAll(t)
		b := d.signIn(t, "ada@example.com")
		p := b.open(views.ShadowPath(row.PublicID))
		wantText(t, p, ".figures", "Runs so far1")
		wantText(t, p, ".page", "There is no run that differs") // it is not known before the live run has ended
		p = b.open(views.ShadowPath(row.PublicID) + "?all=on")
		wantText(t, p, `[data-differs="false"]`, "Priority: Medium")
		wantText(t, p, `[data-differs="false"]`, "Reply: ticket #1: Dear <Mira>")
	})
}

func TestAFailedRunIsStartedAgainFromItsPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publish(t, d.draft(t, strings.Replace(slowly, `"priority":"high"`, `"priority":"{event.properties.none | default: \"bad\"}"`, 1)))
		ticket := d.write(t, "Hello")
		d.processAll(t)
		runs, err := d.store.Runs(t.Context(), d.team, store.RunQuery{Workflow: row.PublicID, Limit: 9})
		check(t, err)
		b := d.signIn(t, "ada@example.com")
		p := b.open(views.RunPath(runs[0].PublicID))
		if got := p.Find(`a[href="` + views.TestEventPath(row.PublicID, d.created(t, ticket).PublicID) + `"]`).Length(); got != 1 {
			t.Errorf("got %d links to replay the run, want 1", got)
		}
		p = b.submit(p, `form[action$="/retry"]`, nil)
		if p.at.Path != views.RunPath(runs[0].PublicID) {
			t.Errorf("got to %s, want back to the run", p.at)
		}
		d.processAll(t)
		runs, err = d.store.Runs(t.Context(), d.team, store.RunQuery{Workflow: row.PublicID, Limit: 9})
		if err != nil || len(runs) != 2 {
			t.Errorf("got %d runs, %v, want a second one", len(runs), err)
		}
		if p := d.signIn(t, "bob@example.com").post(views.RetryRunPath(runs[0].PublicID), nil); p.status != http.StatusForbidden {
			t.Errorf("an agent: got status %d, want 403", p.status)
		}
	})
}

func TestAWaitingRunSaysWhatWakesIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publish(t, d.draft(t, slowly))
		d.write(t, "Hello")
		d.processAll(t)
		runs, err := d.store.Runs(t.Context(), d.team, store.RunQuery{Workflow: row.PublicID, Limit: 9})
		check(t, err)
		p := d.signIn(t, "bob@example.com").open(views.RunPath(runs[0].PublicID))
		wantText(t, p, ".run-wait", "Time alone wakes it.")
		if p.Find(".run-wait time").Length() != 1 || p.Find(`form[action$="/retry"]`).Length() != 0 {
			t.Error("the page does not say until when, or offers to start it again")
		}
	})
}

func TestATicketAnswersForEveryWorkflow(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publish(t, d.draft(t, slowly))
		d.publish(t, d.draft(t, strings.Replace(strings.Replace(slowly, "Slowly", "Never", 1), `["$conversation_ticket_created"]`,
			`[{"event":"$conversation_ticket_created","where":{"all":[{"left":"event.properties.channel_source","op":"equals","value":"slack"}]}}]`, 1)))
		ticket := d.write(t, "Hello")
		d.processAll(t)
		b := d.signIn(t, "bob@example.com")
		p := b.open(views.TicketPath(ticket.Number))
		if p.Find(`a[href="`+views.WhyNotPath(ticket.Number)+`"]`).Length() != 1 {
			t.Error("the ticket does not lead to the answers")
		}
		p = b.open(views.WhyNotPath(ticket.Number))
		created := `[data-event="` + string(desk.TicketCreated) + `"] `
		wantText(t, p, created+`[data-workflow="`+row.PublicID.String()+`"][data-ran="true"]`, "Waiting")
		wantText(t, p, created+`[data-ran="false"]`, `channel_source equals "slack" did not hold: the value was "widget"`)
		wantText(t, p, `[data-event="`+string(desk.MessageReceived)+`"]`, "does not start on")
		_, others := d.otherTeam(t)
		if p := b.open(views.WhyNotPath(others.Number + 50)); p.status != http.StatusNotFound {
			t.Errorf("no ticket: got status %d", p.status)
		}
	})
}

func TestEveryAutomaticValueSaysWhy(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publish(t, d.draft(t, strings.Replace(slowly, `"type":"send_reply","body":"Dear <{event.properties.customer_name}>"`,
			`"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","tags":["late"],"status":"pending"`, 1)))
		ticket := d.write(t, "Hello")
		d.processAll(t)
		decider := workflow.NewDecider(nil)
		_, err := d.store.ProcessNext(t.Context(), workflow.Lane(ticket.ID), time.Now().Add(72*time.Hour), decider.Decide)
		check(t, err)
		b := d.signIn(t, "ada@example.com")
		p := b.open(views.TicketPath(ticket.Number))
		wantText(t, p, `form[action$="/priority"] .why`, "set by Slowly v1")
		wantText(t, p, `form[action$="/status"] .why`, "set by Slowly v1") // by the run after its wait

		runs, err := d.store.Runs(t.Context(), d.team, store.RunQuery{Workflow: row.PublicID, Limit: 9})
		check(t, err)
		_, err = d.store.UndoRun(t.Context(), desk.Agent(1, "Ada"), d.team, runs[0].PublicID)
		check(t, err)
		p = b.open(views.TicketPath(ticket.Number))
		wantText(t, p, `form[action$="/priority"] .why`, "restored: Undo by Ada of Slowly")
		wantText(t, p, "#history", "Undo by Ada")
	})
}

func TestTheRunOfADeletedWorkflowLeadsNowhere(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, `{"name":"Gone","trigger":{"events":["$conversation_ticket_created"]},"steps":[{"type":"stop"}]}`)
		d.write(t, "Hello")
		d.processAll(t)
		runs, err := d.store.Runs(t.Context(), d.team, store.RunQuery{Workflow: row.PublicID, Limit: 1})
		check(t, err)
		check(t, d.store.DeleteWorkflow(t.Context(), d.team, row.PublicID))
		p := d.signIn(t, "ada@example.com").open("/runs/" + runs[0].PublicID.String())
		if p.status != http.StatusOK || p.Find(`a[href^="/workflows/`+row.PublicID.String()+`"]`).Length() != 0 {
			t.Errorf("got %d with links to the workflow that is gone", p.status)
		}
	})
}
