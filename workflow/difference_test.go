package workflow

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"signalbox/workflow/desk"
)

// told writes differences in short, for tests to compare.
func told(differences []Difference) []string {
	out := []string{}
	for _, d := range differences {
		line := fmt.Sprint(d.Kind, " ", d.StepID(), " ", d.Field)
		if d.Kind == Changed {
			line += fmt.Sprintf(": %v → %v", storedText(d.Before), storedText(d.After))
		}
		out = append(out, line)
	}
	return out
}

const compared = `{"name": "Route", "trigger": {"events": [{"event": "$conversation_ticket_created"}]}, "steps": [
	{"id": "s1", "type": "update_ticket", "ticket_id": "{event.properties.ticket_id}", "priority": "high"},
	{"id": "s2", "type": "if", "branches": [
		{"name": "VIP", "when": {"all": [{"left": "event.properties.status", "op": "equals", "value": "new"}]}, "steps": [
			{"id": "s3", "type": "stop", "reason": "Done"}]},
		{"when": {"all": [{"left": "event.properties.priority", "op": "is_null"}]}}]},
	{"id": "s4", "type": "webhook", "url": "https://example.com", "headers": [{"name": "Authorization", "value": "one"}]}]}`

func TestCompareSaysWhatChanged(t *testing.T) {
	tests := map[string]struct {
		edit func(d *Definition)
		want []string
	}{
		"nothing": {func(*Definition) {}, []string{}},
		"field":   {func(d *Definition) { d.Steps[0].Update.Priority = "medium" }, []string{`changed s1 priority: "high" → "medium"`}},
		"field that was not given": {
			func(d *Definition) { d.Steps[0].Update.Tags = []string{"vip"} }, []string{`changed s1 tags: null → ["vip"]`},
		},
		"assignee": {
			func(d *Definition) { d.Steps[0].Update.Assignee = &Target{Kind: desk.ToRole, ID: 7, Name: "Support"} },
			[]string{`changed s1 assignee: null → {"Kind":"role","ID":7,"Name":"Support"}`},
		},
		"name and switch": {
			func(d *Definition) { d.Steps[1].Name, d.Steps[1].Disabled = "Route", true },
			[]string{`changed s2 name: null → "Route"`, `changed s2 disabled: null → true`},
		},
		"trigger": {
			func(d *Definition) {
				d.Trigger.Events = []EventTrigger{{Event: desk.MessageReceived}, {Event: desk.TicketCreated, Where: &Group{}}}
				d.Trigger.Manual = true
			},
			[]string{"changed  trigger.manual: null → true", "added  trigger.events", `changed  trigger.events: {"event":"$conversation_ticket_created"} → {"event":"$conversation_ticket_created","where":{}}`},
		},
		"limits": {func(d *Definition) { d.Limits.RunsPerMinute = 9 }, []string{"changed  limits.runs_per_minute: null → 9"}},
		"secret": {
			func(d *Definition) { d.Steps[2].Webhook.Headers[0].Value = "two" },
			[]string{"changed s4 headers[Authorization]: null → null"},
		},
		"order of steps": {func(d *Definition) { d.Steps[0], d.Steps[2] = d.Steps[2], d.Steps[0] }, []string{"moved s2 ", "moved s1 "}},
		"into a branch": {
			func(d *Definition) {
				d.Steps[1].If.Branches[1].Steps = d.Steps[:1:1]
				d.Steps = d.Steps[1:]
			},
			[]string{"moved s1 "},
		},
		"branch put first": {
			func(d *Definition) {
				d.Steps[1].If.Branches = slices.Insert(d.Steps[1].If.Branches, 0, Branch{Name: "New", When: Group{All: []Clause{{}}}})
			},
			[]string{"added s2 branches[0]"},
		},
		"branch taken away": {
			func(d *Definition) { d.Steps[1].If.Branches = d.Steps[1].If.Branches[1:] },
			[]string{"removed s2 branches[0]", "removed s3 "},
		},
		"conditions": {
			func(d *Definition) { d.Steps[1].If.Branches[0].When.All[0].Value = "open" },
			[]string{
				`changed s2 branches[0].when: {"all":[{"left":"event.properties.status","op":"equals","value":"new"}]} → {"all":[{"left":"event.properties.status","op":"equals","value":"open"}]}`,
			},
		},
		"another type": {
			func(d *Definition) { d.Steps[0] = Step{ID: "s1", Type: Stop, Stop: &StopStep{Reason: "No"}} },
			[]string{
				`changed s1 type: "update_ticket" → "stop"`, `changed s1 reason: null → "No"`,
				`changed s1 ticket_id: "{event.properties.ticket_id}" → null`, `changed s1 priority: "high" → null`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a, b := parse(t, compared), parse(t, compared)
			test.edit(&b)
			if diff := cmp.Diff(test.want, told(Compare(a, b))); diff != "" {
				t.Errorf("differences (-want +got):\n%s", diff)
			}
		})
	}
}

func TestASecretIsNeverSaid(t *testing.T) {
	a, b := parse(t, compared), parse(t, compared)
	b.Steps[2].Webhook.Headers = []Header{{Name: "Authorization", Value: "two"}, {Name: "X-Key", Value: "three"}}
	for _, d := range Compare(a, b) {
		if text := storedText(d.Before) + storedText(d.After); text != "nullnull" && text != `["Authorization"]["Authorization","X-Key"]` {
			t.Errorf("%s: got %s, want names alone", d.Field, text)
		}
	}
}

// TestEveryEditIsADifference edits by reflection, so that a field that Compare does not know cannot hide.
func TestEveryEditIsADifference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Definition{Name: "A", Steps: drawTree(t, 2)}
		giveIDs(&a)
		if d := Compare(a, a); len(d) != 0 {
			t.Fatalf("compared with itself: got %v", told(d))
		}
		b := copyOf(a)
		var ids []string
		EachStep(b, func(s *Step) { ids = append(ids, s.ID) })
		id := rapid.SampledFrom(ids).Draw(t, "step")
		path, i := locate(&b.Steps, id)
		switch edit := rapid.SampledFrom([]string{"field", "remove", "shift", "insert"}).Draw(t, "edit"); edit {
		case "field":
			editField(t, &(*path)[i])
		case "remove":
			*path = slices.Delete(*path, i, i+1)
		case "shift":
			b, _ = Shift(b, id, 1)
		case "insert":
			id = "new"
			*path = slices.Insert(*path, i, Step{ID: id, Type: Stop, Stop: &StopStep{}})
		}
		if storedText(a) == storedText(b) {
			return // the last step of a path cannot be shifted
		}
		differences := Compare(a, b)
		named := slices.ContainsFunc(differences, func(d Difference) bool { return d.StepID() == id })
		moved := slices.ContainsFunc(differences, func(d Difference) bool { return d.Kind == Moved })
		if !named && !moved { // of two steps that change places, either has moved
			t.Errorf("got %v, want %s named\n%s\n%s", told(differences), id, storedText(a), storedText(b))
		}
	})
}

// TestEveryFieldOfATriggerIsCompared sets them by reflection, for the same reason.
func TestEveryFieldOfATriggerIsCompared(t *testing.T) {
	bare := func() Definition {
		return Definition{Trigger: Trigger{Schedule: &Schedule{}, Limit: &KeyLimit{}}}
	}
	places := map[string]func(d *Definition) any{
		"trigger":  func(d *Definition) any { return &d.Trigger },
		"schedule": func(d *Definition) any { return d.Trigger.Schedule },
		"limit":    func(d *Definition) any { return d.Trigger.Limit },
		"limits":   func(d *Definition) any { return &d.Limits },
	}
	for name, place := range places {
		d := bare()
		fields := reflect.ValueOf(place(&d)).Elem()
		for i := range fields.NumField() {
			d := bare()
			f := reflect.ValueOf(place(&d)).Elem().Field(i)
			switch f.Kind() {
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Int:
				f.SetInt(7)
			case reflect.String:
				f.SetString("x")
			case reflect.Slice:
				f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			default:
				f.SetZero() // the trigger has a schedule and a limit no more
			}
			if len(Compare(bare(), d)) == 0 {
				t.Errorf("%s.%s: got no difference", name, fields.Type().Field(i).Name)
			}
		}
	}
}

func drawTree(t *rapid.T, depth int) []Step {
	types := StepTypes()
	if depth == 0 {
		types = slices.DeleteFunc(types, func(s StepType) bool { return s == If || s == Wait })
	}
	var steps []Step
	for range rapid.IntRange(1, 3).Draw(t, "steps") {
		s, _ := NewStep(Definition{}, rapid.SampledFrom(types).Draw(t, "type"))
		if s.Type == If {
			s.If.Branches = append(s.If.Branches, NewBranch())
		}
		if s.Type == Wait && rapid.Bool().Draw(t, "for a condition") {
			s.Wait = &WaitStep{When: &Group{All: []Clause{NewClause()}}, Timeout: "1d"}
		}
		for _, exit := range s.Exits() {
			*s.path(exit) = drawTree(t, depth-1)
		}
		steps = append(steps, s)
	}
	return steps
}

func giveIDs(d *Definition) {
	n := 0
	eachStep(d.Steps, func(s *Step) { n++; s.ID = fmt.Sprint("s", n) })
}

func copyOf(d Definition) Definition {
	var out Definition
	if err := json.Unmarshal([]byte(storedText(d)), &out); err != nil {
		panic(err)
	}
	return out
}

// editField changes one field of a step, whichever there is.
func editField(t *rapid.T, s *Step) {
	var fields []reflect.Value
	step := reflect.ValueOf(s).Elem()
	for i := range step.NumField() {
		f := step.Field(i)
		switch name := step.Type().Field(i).Name; {
		case name == "ID" || name == "Type":
		case f.Kind() != reflect.Pointer:
			fields = append(fields, f)
		case !f.IsNil():
			for _, inner := range f.Elem().Fields() {
				if inner.Type() != reflect.TypeFor[[]Step]() {
					fields = append(fields, inner)
				}
			}
		}
	}
	alter(t, rapid.SampledFrom(fields).Draw(t, "field"))
}

// alter gives a value another one that is stored.
func alter(t *rapid.T, v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case *bool:
		*p = !*p
	case *any:
		*p = fmt.Sprint(*p, "x")
	case *[]string:
		*p = append(slices.Clone(*p), "x")
	case **desk.Hours:
		*p = &desk.Hours{Days: []string{"monday"}}
	case **Target:
		*p = &Target{Kind: desk.ToRole, Name: rapid.StringN(1, 4, 8).Draw(t, "role") + "x"}
	case **Group:
		*p = &Group{Any: []Clause{{Condition: Condition{Left: "variables.x", Op: IsSet}}}}
	case *[]Header:
		*p = append(slices.Clone(*p), Header{Name: "X-Key", Value: "k"})
	case *[]Branch:
		*p = append(slices.Clone(*p), Branch{Name: "x", When: Group{All: []Clause{NewClause()}}})
	default:
		if v.Kind() != reflect.String {
			t.Fatalf("the test knows no other value of %s", v.Type())
		}
		v.SetString(v.String() + "x")
	}
}
