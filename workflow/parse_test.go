package workflow

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

const sampleFile = `{
  "name": "Sample & Co <all>",
  "description": "Every field once.",
  "trigger": {"events": [
    {"event": "$conversation_ticket_created", "where": {"all": [
      {"left": "event.properties.status", "op": "equals", "value": "new"},
      {"any": [{"left": "event.properties.priority", "op": "is_set"}, {"left": "event.properties.ticket_number", "op": "gt", "value": 5.0}]}
    ]}},
    "$conversation_message_sent"
  ]},
  "steps": [
    {"type": "get_ticket", "ticket_id": "{event.properties.ticket_id}", "output": "t"},
    {"id": "u", "type": "update_ticket", "name": "Set", "on_error": "continue", "ticket_id": "{variables.t.id}",
     "status": "open", "priority": "high", "sla_amount": 1.5, "sla_unit": "hour", "sla_mode": "earlier",
     "sla_business_hours": {"days": ["monday"], "time": [["09:00", "17:00"]], "timezone": "Asia/Tokyo"},
     "assignee": {"role": "Support", "id": 5}, "tags": ["a", "{variables.t.tags}"], "tags_mode": "add"},
    {"type": "if", "branches": [
       {"name": "vip", "when": {"any": [{"left": "variables.t.tags", "op": "has_any", "value": ["vip", 3, true]}]},
        "steps": [{"type": "update_ticket", "ticket_id": "x", "assignee": null}]}],
     "else": [{"type": "stop", "reason": "enough"}]}
  ]
}`

func parse(t testing.TB, text string) Definition {
	t.Helper()
	d, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return d
}

func TestParseReadsEveryField(t *testing.T) {
	d := parse(t, sampleFile)

	var ids []string
	eachStep(d.Steps, func(s *Step) { ids = append(ids, s.ID) })
	if diff := cmp.Diff([]string{"s1", "u", "s2", "s3", "s4"}, ids); diff != "" {
		t.Errorf("step ids (-want +got):\n%s", diff)
	}
	want := &UpdateTicketStep{
		TicketID: "{variables.t.id}", Status: "open", Priority: "high", SLAAmount: 1.5, SLAUnit: "hour", SLAMode: desk.SLAEarlier,
		BusinessHours: &desk.Hours{Days: []string{"monday"}, Windows: [][2]string{{"09:00", "17:00"}}, Timezone: "Asia/Tokyo"},
		Assignee:      &Target{Kind: desk.ToRole, ID: 5, Name: "Support"},
		Tags:          []string{"a", "{variables.t.tags}"}, TagsMode: desk.AddTags,
	}
	if diff := cmp.Diff(want, d.Steps[1].Update); diff != "" {
		t.Errorf("update step (-want +got):\n%s", diff)
	}
	if unassign := d.Steps[2].If.Branches[0].Steps[0].Update.Assignee; unassign == nil || *unassign != (Target{}) {
		t.Errorf("assignee null = %v, want the zero Target", unassign)
	}
	if got := d.Trigger.Events[0].Where.All[1].Group.Any[1].Value; got != int64(5) {
		t.Errorf("5.0 was read as %T %v, want int64 5", got, got)
	}
}

func TestAbsentAssigneeIsNotNull(t *testing.T) {
	d := parse(t, `{"name":"x","trigger":{},"steps":[{"type":"update_ticket","ticket_id":"x","status":null}]}`)
	if a := d.Steps[0].Update.Assignee; a != nil {
		t.Errorf("an absent assignee = %v, want nil", a)
	}
}

func TestStoredFormKeepsIDsAndExportDropsThem(t *testing.T) {
	d := parse(t, sampleFile)
	stored, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Definition
	if err := json.Unmarshal(stored, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, back); diff != "" {
		t.Errorf("stored and read again (-want +got):\n%s", diff)
	}

	exported := parse(t, string(Format(d)))
	if id := exported.Steps[1].Update.Assignee.ID; id != 0 {
		t.Errorf("the export carries the id %d of this desk", id)
	}
	if got, again := string(Format(d)), string(Format(exported)); got != again {
		t.Errorf("two exports differ:\n%s\n%s", got, again)
	}
}

func TestParseRefusesByNameAndPlace(t *testing.T) {
	steps := func(s string) string { return `{"name":"x","trigger":{},"steps":[` + s + `]}` }
	tests := map[string]struct{ file, want string }{
		"unknown field at the top": {`{"name":"x","colour":1}`, `unknown field "colour"`},
		"unknown field in a branch": {
			steps(`{"type":"stop"},{"type":"stop"},{"type":"if","branches":[{"foo":1}]}`),
			`steps[2].branches[0]: unknown field "foo"`,
		},
		"field of another step type": {steps(`{"type":"get_ticket","status":"open"}`), `steps[0]: unknown field "status"`},
		"unknown step type":          {steps(`{"type":"dance"}`), `steps[0].type: unknown step type "dance"`},
		"both all and any":           {steps(`{"type":"if","branches":[{"when":{"all":[],"any":[]}}]}`), `steps[0].branches[0].when: has both all and any`},
		"unknown field in hours":     {steps(`{"type":"update_ticket","sla_business_hours":{"day":[]}}`), `steps[0].sla_business_hours: unknown field "day"`},
		"assignee by number":         {steps(`{"type":"update_ticket","assignee":5}`), `steps[0].assignee: must be an object`},
		"assignee twice":             {steps(`{"type":"update_ticket","assignee":{"role":"a","user":"b"}}`), `steps[0].assignee: must be {"role"`},
		"an object as a value":       {steps(`{"type":"if","branches":[{"when":{"all":[{"left":"a","op":"equals","value":{}}]}}]}`), `when.all[0].value: must be text`},
		"a number as a name":         {`{"name":5}`, `name: must be text`},
		"a field twice":              {"{\"name\":\"x\",\n\"name\":\"y\"}", `line 2: field "name" is given twice`},
		"trailing garbage":           {`{"name":"x"} x`, `line 1: there is something after the end`},
		"a second value":             {`{"name":"x"}{}`, `there is something after the end`},
		"an early end":               {`{"name":`, `the file ends too early`},
		"nothing":                    {``, `the file ends too early`},
		"not JSON":                   {`name: x`, `this is not JSON`},
		"a list":                     {`[]`, `must be an object`},
		"invalid UTF-8":              {"{\"name\":\"\xff\"}", `not valid UTF-8`},
		"a NUL":                      {`{"name":"a\u0000b"}`, `NUL byte`},
		"too large":                  {`{"name":"` + strings.Repeat("x", maxFile) + `"}`, `the limit is 1048576`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(test.file))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Parse = %v, want %q", err, test.want)
			}
		})
	}
}

func TestParseRefusesDeepNesting(t *testing.T) {
	nest := func(open, shut string, n int) string { return strings.Repeat(open, n) + strings.Repeat(shut, n) }
	const openStep, shutStep = `{"type":"if","else":[`, `]}`
	for name, file := range map[string]string{
		"21 steps":         `{"steps":[` + nest(openStep, shutStep, maxNesting+1) + `]}`,
		"1,000 steps":      `{"steps":[` + nest(openStep, shutStep, 1_000) + `]}`,
		"21 groups":        `{"trigger":{"events":[{"where":` + nest(`{"all":[`, `]}`, maxNesting+1) + `}]}}`,
		"100,000 brackets": nest("[", "]", 100_000),
		"100,000 unclosed": strings.Repeat(`{"a":`, 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte(file))
			if err == nil || !strings.Contains(err.Error(), "nested more than 20 levels deep") {
				t.Errorf("Parse = %v, want a refusal of the depth", err)
			}
		})
	}
	if _, err := Parse([]byte(`{"steps":[` + nest(openStep, shutStep, maxNesting-1) + `]}`)); err != nil {
		t.Errorf("Parse of %d levels = %v, want it accepted", maxNesting-1, err)
	}
}

func TestFormatAndParseAreInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Definition{Name: rapid.String().Filter(noNUL).Draw(t, "name"), Steps: drawSteps(t, 3)}
		assignIDs(d.Steps)
		got, err := Parse(Format(d))
		if err != nil {
			t.Fatalf("Parse(Format(d)): %v\n%s", err, Format(d))
		}
		if diff := cmp.Diff(d, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

func noNUL(s string) bool { return !strings.ContainsRune(s, 0) }

func drawSteps(t *rapid.T, depth int) []Step {
	var out []Step
	for range rapid.IntRange(0, 3).Draw(t, "steps") {
		out = append(out, drawStep(t, depth))
	}
	return out
}

func drawStep(t *rapid.T, depth int) Step {
	text := rapid.String().Filter(noNUL)
	if depth > 0 && rapid.Bool().Draw(t, "if") {
		s := &IfStep{Else: drawSteps(t, depth-1)}
		for range rapid.IntRange(0, 2).Draw(t, "branches") {
			c := Condition{Left: text.Draw(t, "left"), Op: Equals, Value: drawValue(t)}
			s.Branches = append(s.Branches, Branch{When: Group{Any: []Clause{{Condition: c}}}, Steps: drawSteps(t, depth-1)})
		}
		return Step{Type: If, If: s}
	}
	u := &UpdateTicketStep{TicketID: text.Draw(t, "ticket"), Status: text.Draw(t, "status")}
	switch rapid.IntRange(0, 2).Draw(t, "assignee") {
	case 1:
		u.Assignee = &Target{}
	case 2:
		u.Assignee = &Target{Kind: desk.ToUser, Name: text.Draw(t, "user")}
	}
	return Step{Type: UpdateTicket, OnError: Continue, Update: u}
}

func drawValue(t *rapid.T) any {
	return rapid.OneOf(
		rapid.Just(any(nil)), rapid.Just(any(true)), rapid.Just(any(2.5)),
		rapid.Map(rapid.Int64(), func(i int64) any { return i }),
		rapid.Map(rapid.String().Filter(noNUL), func(s string) any { return s }),
		rapid.Just(any([]any{"a", int64(1), false})),
	).Draw(t, "value")
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sampleFile))
	f.Add([]byte(`{"name":"x","trigger":{"events":["$conversation_message_sent"]},"steps":[{"type":"stop"}]}`))
	f.Add([]byte(`{"steps":[{"type":"update_ticket","sla_amount":1e309,"assignee":null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			return
		}
		first := Format(d)
		again, err := Parse(first)
		if err != nil {
			t.Fatalf("the export is refused: %v\n%s", err, first)
		}
		if second := Format(again); string(first) != string(second) {
			t.Fatalf("two exports differ:\n%s\n%s", first, second)
		}
	})
}
