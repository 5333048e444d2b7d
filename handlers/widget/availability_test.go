package widget_test

import (
	"net/http"
	"testing"

	"signalbox/store"
	"signalbox/workflow"
)

// publish switches a workflow on.
func (f *fixture) publish(text string) {
	f.t.Helper()
	d, err := workflow.Parse([]byte(text))
	if err != nil {
		f.t.Fatal(err)
	}
	row, err := f.store.CreateWorkflow(f.t.Context(), f.agent, f.team, d)
	if err == nil {
		_, err = f.store.Publish(f.t.Context(), f.agent, f.team, store.Revision{ID: row.PublicID, Rev: row.DraftRev})
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func TestTheDeskSaysWhenItAnswers(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ask := func() answer {
			a := f.get("/availability?widget_session_id=" + ours)
			wantStatus(t, "availability", a, http.StatusOK)
			return a
		}
		wantSame(t, "nothing is set", ask().body, map[string]any{
			"open": true, "opens_at": nil, "answer_minutes": nil, "timezone": "",
		})
		f.publish(`{"name":"SLA","trigger":{"events":["$conversation_ticket_created"]},"steps":[{"type":"update_ticket",
			"ticket_id":"{event.properties.ticket_id}","sla_amount":90,"sla_unit":"minute",
			"sla_business_hours":{"days":["tuesday"],"time":["09:00","17:00"],"timezone":"Europe/Berlin"}}]}`)
		wantSame(t, "on a Monday", ask().body, map[string]any{
			"open": false, "opens_at": "2026-01-06T08:00:00Z", "answer_minutes": 90.0, "timezone": "Europe/Berlin",
		})
		f.now = f.now.AddDate(0, 0, 1)
		wantSame(t, "on a Tuesday", ask().body, map[string]any{
			"open": true, "opens_at": nil, "answer_minutes": 90.0, "timezone": "Europe/Berlin",
		})
		wantField(t, "nobody", f.get("/availability"), "widget_session_id")
	})
}
