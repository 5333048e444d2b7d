package handlers_test

import (
	"net/http"
	"net/url"
	"testing"

	"signalbox/views"
	"signalbox/workflow"
)

func TestTheLogOfRunsIsFilteredByItsAddress(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.publishes(t, `{"name":"Fork","trigger":{"events":["$conversation_message_received"]},"steps":[{"type":"if","branches":[
			{"name":"Parcel","when":{"all":[{"left":"event.properties.message_content","op":"contains","value":"parcel"}]}}]}]}`)
		for _, text := range []string{"Where is my parcel?", "Hello", "The parcel is here"} {
			d.write(t, text)
		}
		d.processAll(t)
		step := row.Draft.Steps[0].ID

		b := d.signIn(t, "ada@example.com")
		for _, c := range []struct {
			query string
			want  int
		}{
			{"", 3},
			{"?outcome=completed&ticket=&path=&version=&from=&to=", 3},
			{"?outcome=failed", 0},
			{"?ticket=%232", 1},
			{"?path=" + url.QueryEscape(views.PathValue(step, 0)), 2},
			{"?path=" + url.QueryEscape(views.PathValue(step, workflow.Else)), 1},
			{"?path=" + url.QueryEscape(views.PathValue(step, 0)) + "&ticket=3", 1},
			{"?version=1", 3},
			{"?version=2", 0},
			{"?from=2000-01-01&to=2100-01-01", 3},
			{"?to=2020-01-01", 0},
			{"?from=2100-01-01", 0},
		} {
			p := b.open(views.WorkflowRunsPath(row.PublicID) + c.query)
			if got := p.Find("[data-run]").Length(); p.status != http.StatusOK || got != c.want {
				t.Errorf("%q: got status %d with %d runs, want %d", c.query, p.status, got, c.want)
			}
		}
		if p := b.open(views.WorkflowRunsPath(row.PublicID) + "?path=" + url.QueryEscape(views.PathValue(step, 0))); p.Find("#run-path option[selected]").Text() != "If Parcel" {
			t.Errorf("the form shows the path %q, want the one that was asked for", p.Find("#run-path option[selected]").Text())
		}
		for _, query := range []string{"outcome=great", "ticket=x", "ticket=-1", "path=x", "path=0:", "version=0", "from=yesterday", "to=2026-13-01"} {
			if p := b.open(views.WorkflowRunsPath(row.PublicID) + "?" + query); p.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: got status %d, want %d", query, p.status, http.StatusUnprocessableEntity)
			}
		}
	})
}
