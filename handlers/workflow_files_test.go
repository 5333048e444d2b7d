package handlers_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/workflow"
)

const (
	plainFlow = `{"name":"Plain","trigger":{"events":["$conversation_ticket_created"]},"steps":[{"id":"s1","type":"stop"}]}`
	hogFlow   = `{"name":"Hog","trigger":{"type":"event","filters":{"events":[{"id":"$conversation_ticket_created","type":"events"}],"properties":[]}},
		"actions":[{"id":"t","name":"Trigger","type":"trigger","config":{"type":"event","filters":{"events":[{"id":"$conversation_ticket_created","type":"events"}],"properties":[]}}},
		{"id":"u","name":"Assign","type":"function","config":{"template_id":"template-posthog-update-ticket","inputs":{"ticket_id":{"value":"{event.properties.ticket_id}"},
		"assignee":{"value":{"type":"role","id":"11111111-1111-4111-8111-111111111111"}}}}},
		{"id":"x","name":"Exit","type":"exit","config":{}}],
		"edges":[{"from":"t","to":"u","type":"continue"},{"from":"u","to":"x","type":"continue"}]}`
)

func TestAWorkflowIsImportedAndExportedInEveryFormat(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		admin := d.signIn(t, "ada@example.com")
		p := admin.post("/workflows/import", url.Values{"text": {plainFlow}})
		if p.status != http.StatusOK || !strings.HasPrefix(p.at.Path, "/workflows/") || p.at.Path == "/workflows/import" {
			t.Fatalf("import: got %d at %s, want the builder", p.status, p.at)
		}
		for format, want := range map[string]string{"json": `"name": "Plain"`, "yaml": "name: Plain", "posthog": `"actions"`} {
			r, err := admin.client.Get(admin.base + p.at.Path + "/export?format=" + format)
			check(t, err)
			data, err := io.ReadAll(r.Body)
			check(t, err)
			check(t, r.Body.Close())
			text := string(data)
			if r.StatusCode != http.StatusOK || !strings.Contains(text, want) || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%s: got %d %.80q", format, r.StatusCode, text)
			}
			if again, err := workflow.ParseFile([]byte(text), workflow.Mapping{}); err != nil || again.Name != "Plain" {
				t.Errorf("%s does not come back: %v", format, err)
			}
		}
		if p := admin.post("/workflows/import", url.Values{"text": {plainFlow}}); p.status != http.StatusConflict || p.Find(`input[name="name"]`).Length() != 1 {
			t.Errorf("a name that is taken: got %d, want to be asked for another", p.status)
		}
		if p := admin.post("/workflows/import", url.Values{"text": {`{"name":`}}); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.Find("textarea").Text(), `{"name":`) {
			t.Errorf("a broken file: got %d, want the reason and the text kept", p.status)
		}
	})
}

func TestTheImportAsksWhoTheRolesOfAnotherProgramAre(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		_, err := d.store.AddRole(t.Context(), d.team, "Night shift")
		check(t, err)
		admin := d.signIn(t, "ada@example.com")
		p := admin.post("/workflows/import", url.Values{"text": {hogFlow}})
		const field = "role.11111111-1111-4111-8111-111111111111"
		if p.status != http.StatusUnprocessableEntity || p.Find(`select[name="`+field+`"] option[value="Night shift"]`).Length() != 1 {
			t.Fatalf("got %d, want to be asked who the role is: %s", p.status, p.Find("form.stack").Text())
		}
		p = admin.post("/workflows/import", url.Values{"text": {hogFlow}, field: {"Night shift"}})
		if p.status != http.StatusOK || !strings.Contains(p.Text(), "Night shift") {
			t.Errorf("with an answer: got %d at %s, want the builder with the role", p.status, p.at)
		}
	})
}
