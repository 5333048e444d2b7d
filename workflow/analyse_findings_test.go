package workflow

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

// short puts a finding shortly: "s1/0 proved never branches[0].when.all[0]".
func short(f Finding) string {
	at := f.StepID
	switch f.Branch {
	case NoBranch:
	case Else:
		at += "/else"
	default:
		at += fmt.Sprintf("/%d", f.Branch)
	}
	out := fmt.Sprintf("%s %s %s", at, f.Certainty, f.Kind)
	if f.Field != "" {
		out += " " + f.Field
	}
	if f.Other != "" {
		out += " with " + f.Other
	}
	return out
}

// sketch makes a workflow of a trigger and steps in the native format, in which ' stands for ".
func sketch(t *testing.T, trigger, steps string) Definition {
	t.Helper()
	if !strings.HasPrefix(trigger, "{") {
		trigger = fmt.Sprintf("{'events':['$conversation_%s']}", trigger)
	}
	d, err := Parse([]byte(strings.ReplaceAll(fmt.Sprintf("{'name':'Sketch','trigger':%s,'steps':[%s]}", trigger, steps), "'", `"`)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// cond is a condition in the native format.
func cond(left, op, value string) string {
	if value == "" {
		return fmt.Sprintf("{'left':'%s','op':'%s'}", left, op)
	}
	return fmt.Sprintf("{'left':'%s','op':'%s','value':%s}", left, op, value)
}

// when is a branch with all of its conditions.
func when(steps string, conditions ...string) string {
	return fmt.Sprintf("{'when':{'all':[%s]},'steps':[%s]}", strings.Join(conditions, ","), steps)
}

func choose(otherwise string, branches ...string) string {
	return fmt.Sprintf("{'type':'if','id':'choose','branches':[%s],'else':[%s]}", strings.Join(branches, ","), otherwise)
}

func set(id, fields string) string {
	return fmt.Sprintf("{'type':'update_ticket','id':'%s','ticket_id':'{event.properties.ticket_id}',%s}", id, fields)
}

const (
	getTicket     = "{'type':'get_ticket','id':'get'}"
	halt          = "{'type':'stop','id':'stop'}"
	note          = "{'type':'add_note','id':'note','body':'Done'}"
	eventStatus   = "event.properties.status"
	eventPriority = "event.properties.priority"
	eventChannel  = "event.properties.channel_source"
	eventEmail    = "event.properties.customer_email"
	eventNumber   = "event.properties.ticket_number"
)

func TestFindings(t *testing.T) {
	sla := func(id, hours string) string { return set(id, "'sla_amount':"+hours) }
	tests := map[string]struct {
		trigger, steps string
		want           []string
	}{
		"a step behind Stop": {"message_sent", halt + "," + note, []string{"note proved unreachable"}},
		"every branch stops": {
			"message_sent", choose(halt, when("{'type':'stop','id':'s2'}", cond(eventStatus, "equals", "'new'"))) + "," + note,
			[]string{"note proved unreachable"},
		},
		"a branch behind one that is wider": {
			"message_sent", choose("", when(halt, cond(eventStatus, "equals", "['new','open']")), when(note, cond(eventStatus, "equals", "'open'"))),
			[]string{"choose/1 proved unreachable"},
		},
		"a branch behind several that take everything": {
			"message_sent", choose(note, when(halt, cond(eventPriority, "is_set", "")), when("", cond(eventPriority, "is_not_set", ""))),
			[]string{"choose/else proved unreachable"},
		},
		"a last branch that takes the rest is fine": {
			"message_sent", choose("", when(halt, cond(eventPriority, "is_set", "")), when(note, cond(eventPriority, "is_not_set", ""))), nil,
		},
		"a text within another": {
			"ticket_created", choose("", when(halt, cond(eventEmail, "contains", "'BigCorp'")), when(note, cond(eventEmail, "contains", "'@bigcorp.com'"))),
			[]string{"choose/1 proved unreachable"},
		},
		"a text around another is fine": {
			"ticket_created", choose("", when(halt, cond(eventEmail, "contains", "'@bigcorp.com'")), when(note, cond(eventEmail, "contains", "'bigcorp'"))), nil,
		},
		"an equal text holds what it contains": {
			"ticket_created", choose("", when(halt, cond(eventEmail, "contains", "'bigcorp'")), when(note, cond(eventEmail, "equals", "'a@BIGCORP.com'"))),
			[]string{"choose/1 proved unreachable"},
		},
		"the same pattern again": {
			"ticket_created", choose("", when(halt, cond(eventEmail, "matches", "'^a'")), when(note, cond(eventEmail, "matches", "'^a'"))),
			[]string{"choose/1 proved unreachable"},
		},
		"the same moment, unless time passes": {
			"ticket_created", getTicket + "," +
				choose("", when("{'type':'wait','id':'wait','for':'1d'}", cond("variables.ticket.created_at", "within_last", "'1d'"))) + "," +
				strings.ReplaceAll(choose("", when(note, cond("variables.ticket.created_at", "not_equals", "'x'"), cond("variables.ticket.created_at", "within_last", "'2d'"))), "choose", "again"),
			nil,
		},
		"a day is within two": {
			"ticket_created", getTicket + "," + choose("", when(halt, cond("variables.ticket.created_at", "within_last", "'2d'")),
				when(note, cond("variables.ticket.created_at", "within_last", "'1d'"))),
			[]string{"choose/1 proved unreachable"},
		},
		"equals tells case apart": {
			"ticket_created", choose("", when(halt, cond(eventEmail, "equals", "'a@b.com'")), when(note, cond(eventEmail, "equals", "'A@b.com'"))), nil,
		},
		"an interval within another": {
			"ticket_created", choose("", when(halt, cond(eventNumber, "gt", "5")), when(note, cond(eventNumber, "gte", "10"), cond(eventNumber, "lt", "20"))),
			[]string{"choose/1 proved unreachable"},
		},
		"no whole number in between": {
			"ticket_created", choose("", when(halt, cond(eventNumber, "gt", "5"), cond(eventNumber, "lt", "6"))),
			[]string{"choose/0 proved never branches[0].when.all[1]"},
		},
		"counts are never negative": {
			"ticket_created", getTicket + "," + choose("", when(halt, cond("variables.ticket.message_count", "lt", "0"))),
			[]string{"choose/0 proved never branches[0].when.all[0]"},
		},
		"a count within seven days may not be known": {
			"ticket_created", getTicket + "," + choose("", when(halt, cond("variables.ticket.customer_ticket_count_7d", "gte", "0"))), nil,
		},
		"a created ticket is new": {
			"ticket_created", choose("", when(halt, cond(eventStatus, "equals", "'open'")), when(note, cond(eventStatus, "equals", "'new'"))),
			[]string{"choose/0 proved never branches[0].when.all[0]", "choose/1 proved always branches[1].when.all[0]"},
		},
		"the status is the new one": {
			"ticket_status_changed", choose("", when(halt, cond("event.properties.new_status", "equals", "'open'"), cond(eventStatus, "not_equals", "'open'"))),
			[]string{"choose/0 proved never branches[0].when.all[1]"},
		},
		"a change changes something": {
			"ticket_priority_changed",
			choose("", when(halt, cond("event.properties.old_priority", "is_not_set", ""), cond("event.properties.new_priority", "is_not_set", ""))),
			[]string{"choose/0 proved never branches[0].when.all[1]"},
		},
		"other channels exist": {
			"ticket_created", choose(note, when(halt, cond(eventChannel, "equals", "['widget','email','slack','api']"))), nil,
		},
		"a property of another event": {
			"ticket_created", choose("", when(halt, cond("event.properties.new_status", "equals", "'open'"))),
			[]string{"choose/0 proved never_set branches[0].when.all[0]"},
		},
		"a property that one of the events has": {
			"{'events':['$conversation_ticket_created','$conversation_ticket_status_changed']}",
			choose("", when(halt, cond("event.properties.new_status", "equals", "'open'"))), nil,
		},
		"a call from outside can carry anything": {
			"{'events':[],'webhook':true}", choose("", when(halt, cond("event.properties.colour", "equals", "'red'"))), nil,
		},
		"a trigger that contradicts itself": {
			"{'events':[{'event':'$conversation_ticket_created','where':{'all':[" + cond(eventStatus, "equals", "'open'") + "]}},'$conversation_message_sent']}",
			note,
			[]string{" proved unreachable trigger.events[0].where"},
		},
		"a variable that nothing sets": {
			"message_sent", choose("", when(halt, cond("variables.ticket.status", "equals", "'open'"))),
			[]string{"choose/0 proved never_set branches[0].when.all[0]"},
		},
		"a variable that some paths set": {
			"message_sent", choose("", when(getTicket, cond(eventStatus, "equals", "'open'"))) + "," + set("write", "'priority':'{variables.ticket.priority}'"),
			[]string{"write possible never_set priority"},
		},
		"a default for a variable that some paths set": {
			"message_sent", choose("", when(getTicket, cond(eventStatus, "equals", "'open'"))) + "," +
				strings.ReplaceAll(set("write", "'tags':['{variables.ticket.status | upper}']"), "| upper", "| default: 5"), nil,
		},
		"a field that no ticket has": {
			"message_sent", getTicket + ",{'type':'add_note','id':'note','body':'{variables.ticket.colour}'}",
			[]string{"note proved never_set body"},
		},
		"nothing given":         {"message_sent", set("write", "'tags':['']"), []string{"write proved no_effect"}},
		"a variable never read": {"message_sent", getTicket + "," + note, []string{"get possible no_effect"}},
		"what is there already": {
			"message_sent", getTicket + "," + choose("", when(set("write", "'status':'open'"), cond("variables.ticket.status", "equals", "'open'"))),
			[]string{"write proved no_effect status"},
		},
		"what the event had": {
			"ticket_created", set("write", "'status':'new'"), []string{"write possible no_effect status"},
		},
		"what may have changed during a wait": {
			"message_sent", set("one", "'status':'open'") + ",{'type':'wait','id':'wait','for':'1d'}," + set("two", "'status':'open'"), nil,
		},
		"what may not have been written": {
			"message_sent", strings.Replace(set("one", "'status':'open'"), "{", "{'on_error':'continue',", 1) + "," + getTicket + "," + set("two", "'status':'open','tags':['{variables.ticket.priority}']"), nil,
		},
		"written twice": {
			"message_sent", set("one", "'priority':'low'") + "," + set("two", "'priority':'high'"), []string{"one proved overwritten priority"},
		},
		"written twice, with a failure possible in between": {
			"message_sent", set("one", "'priority':'low'") + "," + note + "," + set("two", "'priority':'high'"), []string{"one possible overwritten priority"},
		},
		"read in between": {
			"message_sent", set("one", "'priority':'low'") + "," + getTicket + "," + set("two", "'priority':'high','tags':['{variables.ticket.status}']"), nil,
		},
		"written again on some paths": {
			"message_sent", set("one", "'priority':'low'") + "," + choose("", when(set("two", "'priority':'high'"), cond(eventStatus, "equals", "'open'"))), nil,
		},
		"resolving also ends a snooze": {
			"message_sent", set("one", "'status':'resolved'") + "," + set("two", "'status':'open'"), []string{"one possible overwritten status"},
		},
		"tags replaced": {
			"message_sent", set("one", "'tags':['vip'],'tags_mode':'add'") + "," + set("two", "'tags':['late']"), []string{"one proved tags_replaced tags"},
		},
		"tags kept": {
			"message_sent", set("one", "'tags':['vip']") + "," + set("two", "'tags':['late'],'tags_mode':'add'"), nil,
		},
		"a gap": {
			"ticket_created",
			choose("", when(sla("one", "1"), cond(eventPriority, "equals", "['medium','high']")), when(sla("two", "4"), cond(eventChannel, "not_equals", "'widget'"))),
			[]string{"choose proved gap sla_amount"},
		},
		"no gap": {
			"ticket_created", choose(sla("three", "9"), when(sla("one", "1"), cond(eventPriority, "equals", "'high'")), when(sla("two", "4"), cond(eventChannel, "equals", "'email'"))), nil,
		},
		"a wait for what never changes": {
			"message_sent", "{'type':'wait','id':'wait','when':{'all':[" + cond(eventStatus, "equals", "'resolved'") + "]},'timeout':'1d'}",
			[]string{"wait proved no_effect when"},
		},
		"a card that is still blank": {"message_sent", choose("", when(halt, cond("", "equals", ""))), nil},
		"disabled steps":             {"message_sent", strings.Replace(halt, "{", "{'disabled':true,", 1) + "," + note, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, f := range Analyse(Workflow{Definition: sketch(t, test.trigger, test.steps)}, nil, nil) {
				got = append(got, short(f))
				if !strings.HasSuffix(f.Text, ".") {
					t.Errorf("%q is no sentence", f.Text)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAGapIsNamed(t *testing.T) {
	d := sketch(t, "ticket_created", choose("",
		when(set("one", "'sla_amount':1"), cond(eventPriority, "equals", "['medium','high']")),
		when(set("two", "'sla_amount':4"), cond(eventChannel, "not_equals", "'widget'"))))
	found := Analyse(Workflow{Definition: d}, nil, nil)
	if len(found) != 1 || !strings.HasPrefix(found[0].Text, "A ticket of low or no priority, from widget gets no SLA:") {
		t.Fatalf("found %v", found)
	}
	if e := found[0]; e.Event != desk.TicketCreated || e.Example["channel_source"] != "widget" || e.Example["status"] != "new" {
		t.Errorf("the example is %s %v", e.Event, e.Example)
	}
	rest := sketch(t, "ticket_created", set("rest", "'sla_amount':9"))
	if found := Analyse(Workflow{ID: 1, Definition: d}, []Workflow{{ID: 2, Definition: rest}}, nil); len(found) > 0 && found[0].Kind == Gap {
		t.Errorf("another workflow closes the gap, and yet: %v", found)
	}
}

func TestConflicts(t *testing.T) {
	open := set("open", "'status':'open'")
	onNew := choose("", when(open, cond(eventStatus, "equals", "'new'")))
	tests := map[string]struct {
		mine, theirs string
		position     int
		want         []string
		text         string
	}{
		"the other runs later": {
			onNew, set("s1", "'status':'pending'"), 1,
			[]string{"open proved conflict status with Other"},
			`The workflow "Other" makes the status pending for the same event and runs later, so it wins.`,
		},
		"the other runs earlier": {
			onNew, set("s1", "'status':'pending'"), 3,
			[]string{"open proved conflict status with Other"},
			`The workflow "Other" makes the status pending for the same event but runs earlier, so this step wins.`,
		},
		"no place yet is last": {
			onNew, set("s1", "'status':'pending'"), 0, []string{"open proved conflict status with Other"}, "so this step wins.",
		},
		"they never meet":         {onNew, choose("", when(set("s1", "'status':'pending'"), cond(eventStatus, "equals", "'open'"))), 1, nil, ""},
		"they agree":              {onNew, open, 1, nil, ""},
		"they write other fields": {onNew, set("s1", "'priority':'low'"), 1, nil, ""},
		"tags are replaced later": {
			set("tag", "'tags':['vip'],'tags_mode':'add'"), set("s1", "'tags':['late']"), 1,
			[]string{"tag proved tags_replaced tags with Other"},
			"runs later for the same event and replaces these tags.",
		},
		"tags are replaced here": {
			set("tag", "'tags':['vip']"), set("s1", "'tags':['late'],'tags_mode':'add'"), 3,
			[]string{"tag proved tags_replaced tags with Other"},
			"This step replaces the tags",
		},
		"what was read of the ticket decides": {
			getTicket + "," + choose("", when(open, cond("variables.ticket.customer_email", "contains", "'@bigcorp.com'"))),
			set("s1", "'status':'pending'"), 1,
			[]string{"open proved conflict status with Other"},
			"so it wins.",
		},
		"whether they meet depends on a pattern": {
			choose("", when(open, cond("event.properties.message_content", "matches", "'^a'"))),
			choose("", when(set("s1", "'status':'pending'"), cond("event.properties.message_content", "matches", "'z$'"))),
			1,
			[]string{"open possible conflict status with Other"},
			"so it wins.",
		},
		"a deadline that only moves earlier wins nothing": {
			set("open", "'sla_amount':4"), set("s1", "'sla_amount':1,'sla_mode':'earlier'"), 1, nil, "",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			mine := Workflow{ID: 1, Position: test.position, Definition: sketch(t, "message_sent", test.mine)}
			other := Workflow{ID: 2, Position: 2, Definition: sketch(t, "message_sent", test.theirs)}
			other.Definition.Name = "Other"
			var got []string
			for _, f := range Analyse(mine, []Workflow{mine, other}, nil) {
				got = append(got, short(f))
				if !strings.Contains(f.Text, test.text) {
					t.Errorf("text %q, want %q in it", f.Text, test.text)
				}
				if f.Event != desk.MessageSent || f.Example["status"] == nil {
					t.Errorf("the example is %s %v", f.Event, f.Example)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAWorkflowInTheShadowIsAtOddsWithNobody(t *testing.T) {
	mine := Workflow{ID: 1, Definition: sketch(t, "message_sent", set("open", "'status':'open'"))}
	other := Workflow{ID: 2, Muted: true, Definition: sketch(t, "message_sent", set("s1", "'status':'pending'"))}
	if found := Analyse(mine, []Workflow{other}, nil); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}
