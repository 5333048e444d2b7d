package main

import (
	"strings"
	"testing"
)

// tried is what one step makes of one event.
func tried(t *testing.T, steps, event string, flags ...string) object {
	t.Helper()
	sh := newShell(t)
	sh.stdin = event
	file := sh.file("tried.json", `{"name":"Tried","trigger":{"events":["$conversation_ticket_created"]},"steps":[`+steps+`]}`)
	return sh.object(append([]string{"workflow", "test", file, "--event", "-", "--json"}, flags...)...)
}

const created = `{"event":"$conversation_ticket_created","properties":{"n":"2026-01-01"}}`

func TestWorkflowTestHasSomebodyInEachRole(t *testing.T) {
	for _, step := range []string{
		`{"type":"assign_in_turn","role":{"role":"Support"},"mode":"least_open"}`,
		`{"type":"notify","to":{"role":"Support"},"text":"Look"}`,
	} {
		if got := tried(t, step, created); got["outcome"] != "completed" {
			t.Errorf("%s: %v (%v), want completed", step, got["outcome"], got["why"])
		}
	}
	sh := newShell(t)
	ticket := sh.file("t.json", `{"assignee":{"type":"role","name":"support"}}`)
	if got := tried(t, `{"type":"update_ticket","assignee":{"role":"Support"}}`, created, "--ticket", ticket); len(got.sub("changes")) != 0 {
		t.Errorf("a role in other letters is assigned anew: %v", got)
	}
}

func TestWorkflowTestSaysWhichConditionsCannotBeEvaluated(t *testing.T) {
	for condition, want := range map[string]string{
		`{"left":"event.properties.n","op":"before","value":"2d"}`:   "event.properties.n before:",
		`{"left":"event.properties.n","op":"regex","value":"(?=a)"}`: "event.properties.n regex:",
		``: "has no conditions",
	} {
		got := tried(t, `{"type":"if","branches":[{"when":{"all":[`+condition+`]},"steps":[]}]}`, created)
		steps, _ := got["steps"].([]any)
		step, _ := steps[0].(map[string]any)
		if detail, _ := step["detail"].(string); !strings.HasPrefix(detail, "No branch matched. ") || !strings.Contains(detail, want) {
			t.Errorf("%s: %v, want %q in it", condition, step["detail"], want)
		}
	}
}

func TestWorkflowTestFailsWhereALimitStops(t *testing.T) {
	reply := `{"type":"send_reply","body":"Hello"}`
	got := tried(t, reply+strings.Repeat(","+reply, 10), "\ufeff"+created)
	if got["outcome"] != "failed" || !strings.Contains(got.text("why"), "10 messages") {
		t.Errorf("eleven replies: %v (%v), want failed over the limit of ten", got["outcome"], got["why"])
	}
}
