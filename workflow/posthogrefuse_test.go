package workflow

import (
	"strings"
	"testing"
)

// spoiled is the routing workflow with one piece of it replaced.
func spoiled(t *testing.T, old, piece string) []byte {
	t.Helper()
	text := string(readTestdata(t, "posthog-routing.json"))
	if !strings.Contains(text, old) {
		t.Fatalf("the workflow has no %q", old)
	}
	return []byte(strings.Replace(text, old, piece, 1))
}

func TestWhatCannotBeImportedIsRefusedByName(t *testing.T) {
	const (
		pause     = `"type": "delay", "filters": null, "config": {"delay_duration": "90m"}`
		condition = `{"key": "ticket_status", "type": "workflow_variable", "operator": "exact", "value": ["resolved"]}`
		tags      = `"tags": {"value": "late \\{{variables.tier}}"}`
		exit      = `"type": "exit", "filters": null, "config": {"reason": "Solved before"}`
	)
	for name, test := range map[string]struct{ old, piece, want string }{
		"an email":             {pause, `"type": "function_email", "config": {"template_id": "template-email", "inputs": {}}`, `node "A while": a node of the type "function_email" cannot be carried over`},
		"a random branch":      {pause, `"type": "random_cohort_branch", "config": {"cohorts": []}`, `node "A while": a node of the type "random_cohort_branch"`},
		"another function":     {pause, `"type": "function", "config": {"template_id": "template-webhook", "inputs": {}}`, `node "A while": the function "template-webhook" cannot be carried over`},
		"a delay until":        {pause, `"type": "delay", "config": {"delay_until": {"expression": "x"}}`, `node "A while"`},
		"an odd delay":         {pause, `"type": "delay", "config": {"delay_duration": "3 weeks"}`, `node "A while": "3 weeks" is not a duration`},
		"a gate on a node":     {pause, `"type": "delay", "filters": {"properties": [{"key": "a"}]}, "config": {"delay_duration": "90m"}`, `node "A while", filters: "properties" cannot be carried over`},
		"an unknown answer":    {`"on_error": "continue"`, `"on_error": "branch"`, `node "Load it": the answer "branch" to an error`},
		"an unknown setting":   {pause, pause + `, "retry": 3`, `node "A while": "retry" cannot be carried over`},
		"a person":             {condition, `{"key": "email", "type": "person", "operator": "exact", "value": "x"}`, `node "Already solved?", condition 1, property 1 "email": properties of the type "person"`},
		"a cohort":             {condition, `{"key": "id", "type": "cohort", "operator": "in", "value": 4}`, `properties of the type "cohort"`},
		"a group":              {condition, `{"key": "plan", "type": "group", "group_type_index": 0, "operator": "exact", "value": "x"}`, `properties of the type "group"`},
		"an operator":          {`"operator": "gt"`, `"operator": "is_date_before"`, `node "Which customer?", condition 1, property 2 "ticket_number": the operator "is_date_before"`},
		"no value":             {`"operator": "gt", "value": 10`, `"operator": "gt", "value": null`, `there is no value to compare with`},
		"several for one":      {`"operator": "gt", "value": 10`, `"operator": "gt", "value": [1, 2]`, `the operator takes one value, and there are 2`},
		"no condition":         {condition, ``, `node "Already solved?", condition 1: it has no conditions`},
		"an event in a branch": {`"filters": {"properties": [` + condition, `"filters": {"events": [{"id": "x"}], "properties": [` + condition, `"events" cannot be carried over`},
		"an unknown variable":  {`"key": "ticket_status", "type": "workflow_variable", "operator": "exact", "value": ["resolved"]`, `"key": "ticket_page", "type": "workflow_variable", "operator": "exact", "value": ["/"]`, `Get ticket has no "page"`},
		"a foreign id":         {`"key": "ticket_number", "type": "event", "operator": "gt", "value": 10`, `"key": "assignee_id", "type": "event", "operator": "exact", "value": 10`, `the ids of PostHog's users and roles`},
		"liquid":               {tags, `"tags": {"value": "{{ event.x }}", "templating": "liquid"}`, `node "Remind".tags: the templating "liquid" cannot be carried over`},
		"a Hog call":           {tags, `"tags": {"value": "{upper(event.properties.x)}"}`, `node "Remind".tags: the Hog expression {upper(event.properties.x)} cannot be carried over`},
		"a Hog person":         {tags, `"tags": {"value": ["{person.properties.email}"]}`, `the Hog expression {person.properties.email}`},
		"an open brace":        {tags, `"tags": {"value": "{event.properties.x"}`, `the Hog expression {event.properties.x} cannot`},
		"a backslash":          {tags, `"tags": {"value": "\\n{event.properties.x}"}`, `a backslash`},
		"an unknown input":     {tags, `"snooze": {"value": "2d"}`, `node "Remind": "snooze" cannot be carried over`},
		"neither user or role": {`"type": "user", "id": 5`, `"type": "team", "id": 5`, `node "Ask Ada".assignee: "team" is neither a user nor a role`},
		"an unmapped role":     {`"template-posthog-get-ticket", "inputs": {"ticket_id": {"value": "{variables.ticket_id}"`, `"x", "inputs": {"ticket_id": {"value": "{variables.ticket_id}"`, `the function "x"`},
		"an output elsewhere":  {`"name": "Remind", "type": "function",`, `"name": "Remind", "type": "function", "output_variable": {"key": "x"},`, `node "Remind": the output of this function cannot be kept`},
		"an odd output":        {`"key": "mail", "result_path": "customer_email"`, `"key": "my mail", "result_path": "customer_email"`, `node "Its customer": "my mail" is not a name for a variable`},
		"an unknown result":    {`"result_path": "customer_email"`, `"result_path": "body.x"`, `node "Its customer": Get ticket has no "body.x"`},
		"several outputs":      {`{"key": "mail", "result_path": "customer_email"}`, `[{"key": "a"}, {"key": "b"}]`, `several output variables`},
		"odd days":             {`"day": "weekday"`, `"day": "someday"`, `node "Not at night": the days "someday"`},
		"an odd time":          {`["08:00", "20:00"]`, `["08:00"]`, `node "Not at night": its time is neither`},
		"an odd zone":          {`"timezone": null`, `"timezone": "Mars/Base"`, `node "Not at night": "Mars/Base" is not a time zone`},
		"the person's zone":    {`"timezone": null`, `"timezone": null, "use_person_timezone": true`, `node "Not at night": "use_person_timezone" cannot be carried over`},
		"waiting for events":   {`"max_wait_duration": "2d"`, `"max_wait_duration": "2d", "events": [{"filters": {}, "name": "x"}]`, `node "Until answered": "events" cannot be carried over`},
		"no timeout":           {`"max_wait_duration": "2d"`, `"max_wait_duration": ""`, `node "Until answered": "" is not a duration`},
		"a setting of an exit": {exit, `"type": "exit", "config": {"reason": "x", "webhook": "y"}`, `node "It was solved": "webhook" cannot be carried over`},
		"another event":        {`{"id": "$conversation_ticket_status_changed", "name": "Status", "type": "events"}`, `{"id": "$pageview", "type": "events"}`, `there is no event "$pageview" here`},
		"two triggers differ":  {`"value": ["email", "widget"]`, `"value": ["email"]`, `node "Trigger": the workflow's trigger and that of this node differ`},
		"another trigger":      {`"type": "event",`, `"type": "webhook",`, `node "Trigger": a trigger of the type "webhook"`},
		"test accounts":        {`"actions": [],`, `"actions": [], "filter_test_accounts": true,`, `node "Trigger": "filter_test_accounts"`},
		"actions as triggers":  {`"actions": [],`, `"actions": [{"id": "5"}],`, `node "Trigger": "actions" cannot`},
		"masking":              {`"trigger_masking": null`, `"trigger_masking": {"ttl": 60, "hash": "{person.id}"}`, `the workflow: "trigger_masking" cannot be carried over`},
		"a conversion":         {`"filters": [], "events": [], "bytecode": []`, `"filters": [{"key": "x"}], "events": []`, `conversion: "filters" cannot be carried over`},
		"an abort action":      {`"abort_action": null`, `"abort_action": "pause"`, `"abort_action" cannot be carried over`},
		"an exit condition":    {`"exit_only_at_end"`, `"exit_on_trigger_not_matched"`, `the exit condition "exit_on_trigger_not_matched"`},
		"a default of a field": {`"label": "Status", "default": ""`, `"default": "open"`, `"ticket_status" cannot be a variable with a default`},
		"a default no value":   {`"default": "{basic}"`, `"default": {"a": 1}`, `variables[0]: must be text`},
		"no list of actions": {`"actions": [
    {"id": "trigger_node"`, `"actions": [5,
    {"id": "trigger_node"`, `actions[0]: must be an object`},
	} {
		t.Run(name, func(t *testing.T) { refused(t, spoiled(t, test.old, test.piece), test.want) })
	}
}

func TestSeveralRefusalsComeTogether(t *testing.T) {
	data := spoiled(t, `"template-posthog-get-ticket"`, `"template-slack"`)
	data = []byte(strings.Replace(string(data), `"operator": "gt"`, `"operator": "between"`, 1))
	data = []byte(strings.Replace(string(data), `"id": 5}`, `"id": 404}`, 1))
	for _, want := range []string{`node "Load it": the function "template-slack"`, `the operator "between"`} {
		refused(t, data, want)
	}
}

func TestOtherFilesAreNotFromPostHog(t *testing.T) {
	for name, file := range map[string]string{
		"native": `{"name":"x","steps":[]}`, "a list": `[]`, "no edges": `{"actions":[]}`,
	} {
		if _, err := ImportPostHog([]byte(file), Mapping{}); err == nil || !strings.Contains(err.Error(), "not a PostHog workflow") {
			t.Errorf("%s: ImportPostHog = %v", name, err)
		}
	}
}

func FuzzImportPostHog(f *testing.F) {
	f.Add([]byte(`{"actions":[{"id":"t","type":"trigger","config":{"type":"event","filters":{"events":[{"id":"$conversation_ticket_created"}]}}},{"id":"x","type":"exit"}],"edges":[{"from":"t","to":"x","type":"continue"}]}`))
	f.Add(readTestdata(f, "posthog-routing.json"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ImportPostHog(data, posthogMapping())
		if err != nil {
			return
		}
		native, err := Parse(Format(d))
		if err != nil {
			t.Fatalf("what was imported is no workflow: %v\n%s", err, Format(d))
		}
		if exported, err := ExportPostHog(native, posthogMapping()); err == nil {
			if again, err := ImportPostHog(exported, posthogMapping()); err != nil {
				t.Fatalf("the export is refused: %v\n%s\n%s", err, exported, Format(again))
			}
		}
	})
}
