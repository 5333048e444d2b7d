package workflow

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const branching = `{"name": "x", "trigger": {"events": ["$conversation_message_received"], "manual": true}, "steps": [
	{"id": "off", "type": "get_ticket", "output": "never", "disabled": true},
	{"id": "who", "type": "if", "branches": [
		{"when": {"all": [{"left": "event.properties.status", "op": "is_set"}]}, "steps": [
			{"id": "get", "type": "get_ticket", "output": "t"},
			{"id": "inside", "type": "stop"}]}],
		"else": [{"id": "other", "type": "stop"}]},
	{"id": "call", "type": "webhook", "url": "https://example.com", "output": "answer"},
	{"id": "score", "type": "set_variable", "variable": "score", "value": 3},
	{"id": "wait", "type": "wait", "when": {"all": [{"left": "variables.w.status", "op": "is_set"}]}, "output": "w"},
	{"id": "end", "type": "stop"}]}`

func paths(hints []FieldHint) []string {
	var out []string
	for _, h := range hints {
		out = append(out, h.Path)
	}
	return out
}

func TestFieldsAreThoseThatMayBeSetAtTheStep(t *testing.T) {
	d := parse(t, branching)
	for step, want := range map[string]struct{ has, lacks []string }{
		"":       {[]string{"event.properties.customer_email", "event.properties.run_by", "team.name", "now"}, []string{"variables.t.status"}},
		"who":    {nil, []string{"variables.never.status", "variables.t.status"}},
		"get":    {nil, []string{"variables.t.status"}},
		"inside": {[]string{"variables.t.status", "variables.t.tags"}, nil},
		"other":  {nil, []string{"variables.t.status"}},
		"call":   {[]string{"variables.t.status"}, []string{"variables.answer.status"}},
		"score":  {[]string{"variables.answer.status", "variables.answer.body"}, []string{"variables.score"}},
		"wait":   {[]string{"variables.score", "variables.w.status"}, nil},
		"end":    {[]string{"variables.w.status", "variables.t.status", "event.properties.status"}, []string{"variables.never.status"}},
	} {
		got := paths(FieldsAt(d, step))
		for _, path := range want.has {
			if !slices.Contains(got, path) {
				t.Errorf("at %q %s is missing", step, path)
			}
		}
		for _, path := range want.lacks {
			if slices.Contains(got, path) {
				t.Errorf("at %q %s is offered", step, path)
			}
		}
		slices.Sort(got)
		if len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("at %q a field is offered twice", step)
		}
	}
}

func TestTheLastStepThatSetsAFieldIsItsSource(t *testing.T) {
	d := parse(t, file(`{"id": "first", "type": "get_ticket"}, {"id": "second", "type": "get_ticket"}, {"id": "end", "type": "stop"}`))
	for _, h := range FieldsAt(d, "end") {
		if h.Path == "variables.ticket.status" && h.Step != "second" {
			t.Errorf("it comes from %q, want the second step", h.Step)
		}
	}
}

// Every field that is offered is one that a run has: nobody is led astray.
func TestTheFieldsOfATicketAreThoseThatGetTicketReads(t *testing.T) {
	f := testFacts()
	value := ticketValue(f.Tickets[ticketID], f.Directory, f.URL)
	offered := map[string]bool{}
	for _, k := range knownOfTicket() {
		p, err := compilePath("variables.ticket." + k.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, there := value[p.keys[1]]; !there {
			t.Errorf("%s is offered and not read", k.name)
		}
		offered[p.keys[1]] = true
	}
	for name := range value {
		if !offered[name] && name != "number" && name != "sla" { // which are second names
			t.Errorf("%s is read and not offered", name)
		}
	}
}

func TestExamplesAreWhatARunOfTheEventWouldSee(t *testing.T) {
	d := parse(t, branching)
	f := testFacts()
	got := map[string]any{}
	for _, h := range Exemplify(Exemplify(FieldsAt(d, "end"), f, nil), f, &f.Tickets[ticketID].Ticket) {
		got[h.Path] = h.Example
	}
	for path, want := range map[string]any{
		"event.properties.customer_email": "joe@bigcorp.com", "event.properties.priority": nil, "event.event": "$conversation_ticket_created",
		"variables.t.subject": "Help", "variables.t.tags": []any{"a", "b"}, "variables.score": int64(3), "variables.answer.status": nil,
		"team.timezone": f.Directory.Team.Timezone, "now": timeText(f.Now),
	} {
		if !cmp.Equal(got[path], want) {
			t.Errorf("the example of %s is %v, want %v", path, got[path], want)
		}
	}
}
