package workflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutwardSaysWhatIsSentInOrderAndNoSecrets(t *testing.T) {
	text := file(`
		{"type":"notify","url":"https://chat.example/T1/SECRET","text":"Look"},
		{"type":"add_note","body":"noted"},
		{"type":"notify","to":{"role":"Support"},"text":"Now"},
		{"type":"send_reply","body":"Hello"},
		{"type":"webhook","url":"https://api.example/x?key=SECRET","headers":[{"name":"Authorization","value":"SECRET"}],"body":"{\"a\":\"SECRET\"}"}`)
	f := testFacts()
	f.Roles = map[int64]RoleFacts{}
	r, err := compile(t, text).Simulate(t.Context(), f, Alone)
	if err != nil || r.Outcome != Completed {
		t.Fatalf("got %s, %v", r.Outcome, err)
	}
	var got []string
	for _, o := range r.Outward(testDirectory()) {
		got = append(got, fmt.Sprint(o.Kind, " ", o.To, ": ", o.Text))
	}
	want := []string{
		"channel chat.example: Look\nhttps://desk.example.com/tickets/12", "note ticket #12: noted", "notice Ada: Now",
		"email Ada@example.com: Now", "reply ticket #12: Hello", "call POST https://api.example/x: ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if strings.Contains(strings.Join(got, ""), "SECRET") {
		t.Error("a secret is shown")
	}
}
