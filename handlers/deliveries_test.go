package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

const outward = `{"name":"Tell the CRM","trigger":{"events":["$conversation_ticket_created"]},"steps":[
	{"type":"webhook","url":"https://crm.test/in?key=s3cret","headers":[{"name":"X-Key","value":"s3cret"}],"body":"{\"a\":\"s3cret\"}"},
	{"type":"notify","to":{"user":"bob@example.com"},"via":["app"],"text":"<b>Look</b> at {event.properties.ticket_number}"}
]}`

// sendOut runs a workflow that calls a webhook and tells Bob, and returns the job of the call.
func (d builderDesk) sendOut(t *testing.T) job.Job {
	t.Helper()
	d.publishes(t, outward)
	d.write(t, "Hello")
	d.processAll(t)
	jobs, err := d.store.Jobs().Claim(t.Context(), time.Now(), 9)
	check(t, err)
	if len(jobs) != 1 {
		t.Fatalf("got %d jobs, want the webhook", len(jobs))
	}
	return jobs[0]
}

func TestAnAdminSeesAFailedDeliveryAndRetriesIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		j := d.sendOut(t)
		failed := job.Attempt{StartedAt: time.Now(), Took: time.Second, Status: 404, Error: "The host refuses the call (404)."}
		check(t, d.store.Jobs().Fail(t.Context(), j, failed, nil))

		admin, agent := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		p := admin.open("/deliveries")
		row := p.Find(`[data-delivery][data-state="failed"]`)
		if row.Length() != 1 || row.Find(`a[href="/tickets/1"]`).Length() != 1 || row.Find(`a[href^="/workflows/"]`).Text() != "Tell the CRM" {
			t.Fatalf("list: got %q, want the failed call with its ticket and workflow", row.Text())
		}
		if n := admin.open("/deliveries?state=done").Find("[data-delivery]").Length(); n != 0 {
			t.Errorf("delivered: got %d, want none", n)
		}
		address := "/deliveries/" + j.Key.String()
		p2 := admin.open(address)
		for _, want := range []string{"https://crm.test/in", "X-Key", "404", "The host refuses the call"} {
			if !strings.Contains(p2.Find("main").Text(), want) {
				t.Errorf("page: got %q, want %q in it", p2.Find("main").Text(), want)
			}
		}
		for _, shown := range []page{p, p2} {
			if text, err := shown.Html(); err != nil || strings.Contains(text, "s3cret") {
				t.Errorf("%s tells a secret, %v", shown.at, err)
			}
		}
		if p := agent.open(address); p.status != http.StatusForbidden {
			t.Errorf("an agent: got %d, want %d", p.status, http.StatusForbidden)
		}
		if p := agent.post(address+"/retry", url.Values{}); p.status != http.StatusForbidden {
			t.Errorf("retry by an agent: got %d, want %d", p.status, http.StatusForbidden)
		}
		if p := admin.post(p2.Find(`form[action$="/retry"]`).AttrOr("action", ""), url.Values{}); p.at.Path != address || p.Find(`form[action$="/retry"]`).Length() != 0 {
			t.Errorf("after the retry: got %s, want the delivery, and no second retry", p.at)
		}
		again, err := d.store.Jobs().Claim(t.Context(), time.Now(), 9)
		if err != nil || len(again) != 1 || again[0].Key != j.Key {
			t.Errorf("got %v, %v, want the same job to be tried again", again, err)
		}
	})
}

func TestDeliveriesOfAnotherTeamAreNotThere(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		team, _ := d.otherTeam(t)
		j := d.sendOut(t)
		theirs, err := d.store.Deliveries(t.Context(), team, store.DeliveryQuery{Limit: 9})
		if len(theirs) != 0 || err != nil {
			t.Errorf("the other team sees %d deliveries, %v", len(theirs), err)
		}
		admin := d.signIn(t, "ada@example.com")
		for path, want := range map[string]int{
			"/deliveries/" + j.Key.String():       http.StatusOK,
			"/deliveries/" + desk.ID{1}.String():  http.StatusNotFound,
			"/deliveries/x":                       http.StatusNotFound,
			"/deliveries?state=lost":              http.StatusUnprocessableEntity,
			"/deliveries?before=x":                http.StatusUnprocessableEntity,
			"/deliveries?before=1&state=failed":   http.StatusOK,
			"/notifications?before=0":             http.StatusUnprocessableEntity,
			"/notifications?before=9223372036854": http.StatusOK,
		} {
			if p := admin.open(path); p.status != want {
				t.Errorf("%s: got %d, want %d", path, p.status, want)
			}
		}
	})
}
