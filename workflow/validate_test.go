package workflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func testDirectory() *Directory {
	return &Directory{
		Team:  desk.Team{ID: 7, Name: "Acme", Timezone: "Europe/Berlin"},
		Users: map[int64]desk.User{3: {ID: 3, Email: "Ada@example.com", Name: "Ada"}},
		Roles: map[int64]desk.Role{5: {ID: 5, Name: "Support", Members: []int64{3}}, 6: {ID: 6, Name: "Engineering"}, 8: {ID: 8, Name: "Senior Support"}},
	}
}

// file wraps steps into a workflow on ticket created.
func file(steps string) string {
	return `{"name":"W","trigger":{"events":["$conversation_ticket_created"]},"steps":[` + steps + `]}`
}

func updateFile(fields string) string {
	return file(`{"id":"u","type":"update_ticket","ticket_id":"{event.properties.ticket_id}",` + fields + `}`)
}

func ifFile(condition string) string {
	return file(`{"id":"i","type":"if","branches":[{"when":{"all":[` + condition + `]}}]}`)
}

func TestValidateAcceptsWhatIsRight(t *testing.T) {
	for _, f := range []string{
		file(`{"type":"stop"}`),
		updateFile(`"status":"open","priority":" high ","sla_amount":"0.5","sla_unit":"day","sla_mode":"later","assignee":null`),
		updateFile(`"status":"{event.properties.status}","sla_amount":"{variables.n}","sla_unit":"{variables.u}","tags":["{variables.tags}"]`),
		updateFile(`"sla_amount":"clear","sla_unit":"hour","assignee":{"user":"ada@EXAMPLE.com"}`),
		updateFile(`"sla_amount":"clear","sla_unit":"week"`),
		updateFile(`"sla_amount":4,"sla_business_hours":{"time":"any"},"assignee":{"role":"gone","id":5}`),
		ifFile(`{"left":"variables.ticket.tags","op":"has_any","value":["vip"]},{"left":"now","op":"after","value":"-2d"}`),
		ifFile(`{"left":"event.properties.x","op":"matches","value":"a{2,3}"},{"left":"event.properties.x","op":"equals","value":""}`),
	} {
		if problems := Validate(parse(t, f), testDirectory()); len(problems) > 0 {
			t.Errorf("%s: %v", f, problems)
		}
	}
}

func TestValidateNamesTheProblemAndItsPlace(t *testing.T) {
	const spec = `. Must be a positive number or "clear".`
	condition := func(op, value string) string {
		return ifFile(fmt.Sprintf(`{"left":"event.properties.x","op":%q,"value":%s}`, op, value))
	}
	tests := map[string]struct{ file, step, field, text string }{
		"no name":         {`{"trigger":{"events":["$conversation_message_sent"]},"steps":[{"type":"stop"}]}`, "", "name", "has no name"},
		"long name":       {strings.Replace(file(`{"type":"stop"}`), `"W"`, `"`+strings.Repeat("é", 201)+`"`, 1), "", "name", "has 201 characters"},
		"no trigger":      {`{"name":"W","steps":[{"type":"stop"}]}`, "", "trigger", "has no trigger"},
		"no steps":        {file(``), "", "steps", "has no steps"},
		"unknown event":   {`{"name":"W","trigger":{"events":["$tea"]},"steps":[{"type":"stop"}]}`, "", "trigger.events[0].event", `"$tea" is not an event`},
		"empty where":     {`{"name":"W","trigger":{"events":[{"event":"$conversation_message_sent","where":{}}]},"steps":[{"type":"stop"}]}`, "", "trigger.events[0].where", "no conditions"},
		"variable there":  {`{"name":"W","trigger":{"events":[{"event":"$conversation_message_sent","where":{"all":[{"left":"variables.x","op":"is_set"}]}}]},"steps":[{"type":"stop"}]}`, "", "trigger.events[0].where", "knows no variables"},
		"too many steps":  {file(strings.Repeat(`{"type":"stop"},`, 1000) + `{"type":"stop"}`), "", "steps", "has 1001 steps"},
		"same id twice":   {file(`{"id":"a","type":"stop"},{"id":"a","type":"stop"}`), "a", "id", `Two steps have the id "a"`},
		"bad on_error":    {file(`{"id":"a","type":"stop","on_error":"retry"}`), "a", "on_error", "Use abort or continue"},
		"no ticket":       {file(`{"id":"u","type":"update_ticket","status":"open"}`), "u", "ticket_id", "which ticket"},
		"not a ticket":    {file(`{"id":"u","type":"update_ticket","ticket_id":"5"}`), "u", "ticket_id", "not a UUID"},
		"status":          {updateFile(`"status":"closed"`), "u", "status", `"closed" is not a status`},
		"priority":        {updateFile(`"priority":"urgent"`), "u", "priority", `"urgent" is not a priority`},
		"amount abc":      {updateFile(`"sla_amount":"abc"`), "u", "sla_amount", "Invalid SLA amount: abc" + spec},
		"amount -1":       {updateFile(`"sla_amount":-1`), "u", "sla_amount", "Invalid SLA amount: -1" + spec},
		"amount 0":        {updateFile(`"sla_amount":"0"`), "u", "sla_amount", "Invalid SLA amount: 0" + spec},
		"amount 1e309":    {updateFile(`"sla_amount":1e309`), "u", "sla_amount", "Invalid SLA amount: 1e309" + spec},
		"amount '1e309'":  {updateFile(`"sla_amount":"1e309"`), "u", "sla_amount", "Invalid SLA amount: 1e309" + spec},
		"unit":            {updateFile(`"sla_amount":"1","sla_unit":"week"`), "u", "sla_unit", `"week" is not a unit`},
		"hours":           {updateFile(`"sla_amount":"{variables.n}","sla_business_hours":{"days":["mon"]}`), "u", "sla_business_hours", `"mon" is not a weekday`},
		"sla_mode":        {updateFile(`"sla_mode":"never"`), "u", "sla_mode", "Use set, earlier or later"},
		"tags_mode":       {updateFile(`"tags_mode":"never"`), "u", "tags_mode", "Use set, add or remove"},
		"long tag":        {updateFile(`"tags":["a","` + strings.Repeat("x", 201) + `"]`), "u", "tags[1]", "has 201 characters"},
		"missing role":    {updateFile(`"assignee":{"role":"Nobody"}`), "u", "assignee", `The role "Nobody" does not exist`},
		"missing user":    {updateFile(`"assignee":{"user":"eve@example.com"}`), "u", "assignee", `"eve@example.com" is not in this team`},
		"unknown root":    {updateFile(`"status":"{foo.x}"`), "u", "status", `Unknown variable "foo"`},
		"open brace":      {updateFile(`"tags":["{event.x"]`), "u", "tags[0]", "never closed"},
		"output":          {file(`{"id":"g","type":"get_ticket","output":"my ticket"}`), "g", "output", "not a name for a variable"},
		"no branch":       {file(`{"id":"i","type":"if"}`), "i", "branches", "no branch"},
		"empty group":     {file(`{"id":"i","type":"if","branches":[{"when":{"all":[{"any":[]}]}}]}`), "i", "branches[0].when.all[0]", "never matches"},
		"no left side":    {ifFile(`{"op":"equals","value":"x"}`), "i", "branches[0].when.all[0]", "Choose what to compare"},
		"left root":       {ifFile(`{"left":"ticket.status","op":"is_set"}`), "i", "branches[0].when.all[0]", `Unknown variable "ticket"`},
		"operator":        {condition("like", `"x"`), "i", "branches[0].when.all[0]", `Unknown operator "like"`},
		"bad regex":       {condition("matches", `"("`), "i", "branches[0].when.all[0]", "not a regular expression"},
		"before unsigned": {condition("before", `"2d"`), "i", "branches[0].when.all[0]", "not a date"},
		"duration":        {condition("within_last", `"+2d"`), "i", "branches[0].when.all[0]", "not a duration"},
		"gt text":         {condition("gt", `"many"`), "i", "branches[0].when.all[0]", "neither a number nor a date"},
		"no value":        {condition("equals", `null`), "i", "branches[0].when.all[0]", "Give a value"},
		"empty list":      {condition("not_equals", `[]`), "i", "branches[0].when.all[0]", "Give a value"},
		"nothing":         {condition("contains", `""`), "i", "branches[0].when.all[0]", "nothing to look for"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			problems := Validate(parse(t, test.file), testDirectory())
			if len(problems) != 1 {
				t.Fatalf("%d problems, want 1: %v", len(problems), problems)
			}
			p := problems[0]
			if p.StepID != test.step || p.Field != test.field || !strings.Contains(p.Text, test.text) {
				t.Errorf("got %+v, want step %q, field %q and %q", p, test.step, test.field, test.text)
			}
		})
	}
}

func TestValidateWithoutDirectoryLeavesNamesOut(t *testing.T) {
	if p := Validate(parse(t, updateFile(`"assignee":{"role":"Nobody"}`)), nil); len(p) > 0 {
		t.Errorf("problems: %v", p)
	}
}

func TestValidateRefusesDeepNestingOfABuiltDefinition(t *testing.T) {
	steps := []Step{{ID: "x", Type: Stop, Stop: &StopStep{}}}
	for range maxNesting {
		steps = []Step{{Type: If, If: &IfStep{Else: steps}}}
	}
	problems := Validate(Definition{Name: "W", Trigger: Trigger{Events: []EventTrigger{{Event: desk.MessageSent}}}, Steps: steps}, nil)
	if err := problems.Err(); err == nil || !strings.Contains(err.Error(), "20 levels deep") {
		t.Errorf("problems: %v", err)
	}
}

func TestResolveFillsIDsAndPresentNames(t *testing.T) {
	d := parse(t, file(`{"type":"update_ticket","assignee":{"role":"Support"}},{"type":"update_ticket","assignee":{"user":"ada@example.COM"}},
		{"type":"update_ticket","assignee":{"role":"Old name","id":6}},{"type":"update_ticket","assignee":null},
		{"type":"if","else":[{"id":"x","type":"update_ticket","assignee":{"role":"Gone","id":99}}]}`))
	before := string(Format(d))

	got, problems := Resolve(d, testDirectory())

	var targets []Target
	eachStep(got.Steps, func(s *Step) {
		if s.Update != nil {
			targets = append(targets, *s.Update.Assignee)
		}
	})
	want := []Target{
		{Kind: desk.ToRole, ID: 5, Name: "Support"},
		{Kind: desk.ToUser, ID: 3, Name: "Ada@example.com"},
		{Kind: desk.ToRole, ID: 6, Name: "Engineering"},
		{},
		{Kind: desk.ToRole, ID: 99, Name: "Gone"},
	}
	if diff := cmp.Diff(want, targets); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
	if len(problems) != 1 || problems[0].StepID != "x" {
		t.Errorf("problems = %v, want one at step x", problems)
	}
	if string(Format(d)) != before {
		t.Error("Resolve changed its input")
	}
}
