package workflow

import (
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

// now of the tests: a Monday.
var testNow = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)

func testScope(properties, variables map[string]any) *scope {
	e := &Event{Event: desk.Event{Name: desk.TicketCreated, Properties: properties, At: testNow.Add(-time.Second)}, DistinctID: "d1"}
	team := &desk.Team{ID: 7, Name: "Acme", Timezone: "Europe/Berlin"}
	return &scope{event: e, team: team, now: testNow, variables: variables}
}

// match evaluates one condition on properties.x, with trace, and checks that the trace does not change the answer.
func matchX(t *testing.T, op Operator, actual, value any) ConditionTrace {
	t.Helper()
	properties := map[string]any{"x": actual, "name": "Ada", "list": []any{"a", "b"}, "null": nil}
	if actual == absent {
		delete(properties, "x")
	}
	s := testScope(properties, nil)
	g := compileGroup(Group{All: []Clause{{Condition: Condition{Left: "event.properties.x", Op: op, Value: value}}}})
	var trace []ConditionTrace
	traced := g.match(s, &trace)
	if silent := g.match(s, nil); silent != traced || trace[0].Matched != traced {
		t.Fatalf("with trace %t (%t), without %t", traced, trace[0].Matched, silent)
	}
	return trace[0]
}

// absent stands for a key that is not there.
const absent = "\x01missing"

func TestConditions(t *testing.T) {
	list := func(items ...any) any { return items }
	for _, test := range []struct {
		actual any
		op     Operator
		value  any
		want   bool
	}{
		{"open", Equals, "open", true},
		{"open", Equals, "Open", false},
		{"5", Equals, int64(5), true},
		{int64(5), Equals, "5", true},
		{int64(5), Equals, "5.0", true},
		{int64(5), Equals, 5.0, true},
		{5.5, Equals, "5.5", true},
		{"5", Equals, "5.0", false}, // two texts are compared as text
		{int64(9007199254740993), Equals, "9007199254740992", false},
		{true, Equals, "true", true},
		{"true", Equals, true, true},
		{true, Equals, int64(1), false},
		{"open", Equals, list("new", "open"), true},
		{"open", NotEquals, list("new", "open"), false},
		{"open", NotEquals, list("new"), true},
		{"", Equals, "", true},
		{"open", Equals, nil, false},
		{"Ada", Equals, "{event.properties.name}", true},
		{"b", Equals, "{event.properties.list}", true},
		{"b", Equals, list("x", "{event.properties.list}"), true},
		{"a{b", Equals, `a\{b`, true},
		{"x", NotEquals, "{event.properties.null}", true},

		{"joe@BigCorp.com", Contains, "@bigcorp.COM", true},
		{"joe@bigcorp.community", Contains, "@bigcorp.com", true},
		{"100 percent", Contains, "100%", false},
		{"a_b", Contains, "a_b", true},
		{"axb", Contains, "a_b", false},
		{"ÄRGER", Contains, "ärger", true},
		{"ΣΊΣΥΦΟΣ", Contains, "σίσυφος", true},
		{"Σίσυφος", Contains, "ΣΊΣΥΦΟΣ ", false},
		{"σίσυφος ήταν", Contains, "ΣΊΣΥΦΟΣ", true},
		{int64(1234), Contains, "23", true},
		{list("vip"), Contains, `"vip"`, true},
		{"abc", Contains, list("x", "B"), true},
		{"abc", NotContains, list("x", "y"), true},
		{"abc", NotContains, list("x", "B"), false},

		{"order 66", Matches, `\d{2}$`, true},
		{"Order", Matches, "order", false},
		{"xordery", Matches, "order", true},
		{"xordery", NotMatches, "order", false},

		{int64(3), AtLeast, int64(3), true},
		{"3", AtLeast, "2.5", true},
		{int64(10), Greater, "9", true},
		{int64(3), Greater, int64(3), false},
		{int64(3), AtMost, int64(3), true},
		{int64(2), Less, int64(3), true},
		{"abc", Less, "abd", false},
		{true, Greater, int64(0), false},
		{"2026-01-05T10:00:00+01:00", Less, "2026-01-05T09:30:00Z", true},
		{"2026-01-06", Greater, "2026-01-05T23:59:59Z", true},
		{"2026-01-06", Greater, int64(5), false},
		{"inf", Greater, int64(5), false},
		{"0x10", Greater, int64(5), false},
		{"1_0", Greater, int64(5), false},

		{"", IsSet, nil, true},
		{int64(0), IsSet, nil, true},
		{false, IsSet, nil, true},
		{"", IsNotSet, nil, false},

		{"2026-01-05T09:59:59Z", Before, "2026-01-05T10:00:00Z", true},
		{"2026-01-05T10:00:00Z", Before, "2026-01-05T10:00:00Z", false},
		{"2026-01-06T09:00:00Z", Before, "+1d", true},
		{"2026-01-06T11:00:00Z", Before, "+1d", false},
		{"2026-01-04T11:00:00Z", After, "-1d", true},
		{"2026-01-04T09:00:00Z", After, "-1d", false},
		{"2026-01-04T11:00:00Z", After, "1d", false},
		{"soon", Before, "+1d", false},

		{"2026-01-03T10:00:00Z", WithinLast, "2d", true},
		{"2026-01-03T09:59:59Z", WithinLast, "2d", false},
		{"2026-01-05T10:00:00Z", WithinLast, "2d", true},
		{"2026-01-05T10:00:01Z", WithinLast, "2d", false},
		{"2026-01-05T09:00:00Z", WithinLast, "90m", true},
		{"2026-01-05T09:00:00Z", WithinLast, "-2d", false},

		{list("vip", "eu"), HasAny, list("x", "VIP"), true},
		{[]string{"vip", "eu"}, HasAny, "eu", true},
		{list("vip", "eu"), HasAny, list("x"), false},
		{list("vip", "eu"), HasAll, list("eu", "vip"), true},
		{list("vip", "eu"), HasAll, list("eu", "x"), false},
		{list("vip", "eu"), HasNone, list("x", "y"), true},
		{list("vip", "eu"), HasNone, list("eu"), false},
		{list(int64(1), int64(2)), HasAny, list("2"), true},
		{list(), HasAny, list("x"), false},
		{list(), HasNone, list("x"), true},
		{"vip", HasAny, list("vip"), true},
	} {
		if got := matchX(t, test.op, test.actual, test.value); got.Matched != test.want {
			t.Errorf("%v %s %v = %t (%s), want %t", test.actual, test.op, test.value, got.Matched, got.Problem, test.want)
		}
	}
}

func TestMissingAndNullLeftSides(t *testing.T) {
	for op, want := range map[Operator]bool{
		Equals: false, NotEquals: true, Contains: false, NotContains: true, Matches: false, NotMatches: true,
		Greater: false, AtLeast: false, Less: false, AtMost: false, IsSet: false, IsNotSet: true,
		Before: false, After: false, WithinLast: false, HasAny: false, HasAll: false, HasNone: true,
	} {
		value := any("2026-01-01")
		if op == WithinLast {
			value = "2d"
		}
		for _, actual := range []any{nil, absent} {
			if got := matchX(t, op, actual, value); got.Matched != want || got.Problem != "" {
				t.Errorf("%v %s = %t %q, want %t", actual, op, got.Matched, got.Problem, want)
			}
		}
	}
	if len(Operators()) != 18 {
		t.Errorf("there are %d operators; add the new one to this table", len(Operators()))
	}
}

func TestConditionThatCannotBeEvaluatedDoesNotMatchAndSaysWhy(t *testing.T) {
	for _, test := range []struct {
		actual  any
		op      Operator
		value   any
		problem string
	}{
		{"x", "like", "x", `Unknown operator "like"`},
		{"x", Matches, "(", "not a regular expression"},
		{"x", NotMatches, "(", "not a regular expression"},
		{absent, NotMatches, "(", "not a regular expression"},
		{"x", Equals, "{foo.x}", `Unknown variable "foo"`},
		{"x", NotEquals, "{foo.x}", `Unknown variable "foo"`},
		{"2026-01-05T10:00:00Z", Before, "2d", "not a date"},
		{"2026-01-05T10:00:00Z", Before, "{event.properties.name}", "not a date"},
		{"2026-01-05T10:00:00Z", WithinLast, "soon", "not a duration"},
		{"2026-01-05T10:00:00Z", WithinLast, "1e300d", "not a duration"},
		{"x", NotContains, "{event.properties.null}", "nothing to look for"},
		{"tomorrow", After, "-2d", "left side is not a date"},
		{"x", Greater, int64(5), "have an order"},
		{int64(5), Greater, []any{int64(1), int64(2)}, "have an order"},
	} {
		got := matchX(t, test.op, test.actual, test.value)
		if got.Matched || !strings.Contains(got.Problem, test.problem) {
			t.Errorf("%v %s %v = %t %q, want no match and %q", test.actual, test.op, test.value, got.Matched, got.Problem, test.problem)
		}
	}
}

func TestGroups(t *testing.T) {
	yes := Clause{Condition: Condition{Left: "event.properties.x", Op: IsSet}}
	no := Clause{Condition: Condition{Left: "event.properties.x", Op: IsNotSet}}
	all := func(c ...Clause) Clause { return Clause{Group: &Group{All: c}} }
	anyOf := func(c ...Clause) Clause { return Clause{Group: &Group{Any: c}} }
	for _, test := range []struct {
		group Clause
		want  bool
		tests int
	}{
		{all(), false, 0},
		{anyOf(), false, 0},
		{all(yes, yes), true, 2},
		{all(no, yes), false, 1},
		{anyOf(no, yes), true, 2},
		{anyOf(no, no), false, 2},
		{all(yes, anyOf(no, yes)), true, 3},
		{anyOf(all(yes, no), yes), true, 3},
		{all(all(), yes), false, 0},
	} {
		var trace []ConditionTrace
		got := compileGroup(*test.group.Group).match(testScope(map[string]any{"x": "1"}, nil), &trace)
		if got != test.want || len(trace) != test.tests {
			t.Errorf("%+v = %t after %d tests, want %t after %d", test.group.Group, got, len(trace), test.want, test.tests)
		}
	}
}

// benchmarkTree is the tree of the design's figure: 5 branches of 3 conditions, of which the last matches.
func benchmarkTree() ([]*group, *scope) {
	var branches []*group
	for _, channel := range []string{"slack", "email", "api", "sms", "widget"} {
		branches = append(branches, compileGroup(Group{All: []Clause{
			{Condition: Condition{Left: "variables.ticket.message_count", Op: AtLeast, Value: int64(1)}},
			{Condition: Condition{Left: "event.properties.customer_email", Op: Contains, Value: "@bigcorp.com"}},
			{Condition: Condition{Left: "event.properties.channel_source", Op: Equals, Value: channel}},
		}}))
	}
	return branches, testScope(
		map[string]any{"customer_email": "joe@bigcorp.com", "channel_source": "widget"},
		map[string]any{"ticket": map[string]any{"message_count": int64(3)}},
	)
}

func BenchmarkConditionTree(b *testing.B) {
	branches, s := benchmarkTree()
	b.ReportAllocs()
	for b.Loop() {
		if !firstMatch(branches, s) {
			b.Fatal("the last branch did not match")
		}
	}
}

func firstMatch(branches []*group, s *scope) bool {
	for _, g := range branches {
		if g.match(s, nil) {
			return true
		}
	}
	return false
}

func TestConditionTreeDoesNotAllocate(t *testing.T) {
	branches, s := benchmarkTree()
	if n := testing.AllocsPerRun(100, func() { firstMatch(branches, s) }); n > 2 {
		t.Errorf("deciding 15 conditions took %v allocations, want 2 at most", n)
	}
}

func FuzzCondition(f *testing.F) {
	f.Add("event.properties.x", "equals", "5", "5")
	f.Add("event.properties.x", "matches", "a+", "aaa")
	f.Add("variables.x.y", "before", "+2d", "2026-01-01")
	f.Add("event.properties.x", "has_all", "{event.properties.x | upper}", "VIP")
	f.Fuzz(func(t *testing.T, left, op, value, actual string) {
		s := testScope(map[string]any{"x": actual}, map[string]any{"x": []any{actual, 5.0, nil}})
		g := compileGroup(Group{All: []Clause{{Condition: Condition{Left: left, Op: Operator(op), Value: value}}}})
		var trace []ConditionTrace
		if got, silent := g.match(s, &trace), g.match(s, nil); got != silent {
			t.Fatalf("with trace %t, without %t", got, silent)
		}
		if trace[0].Problem != "" && trace[0].Matched {
			t.Fatalf("matched although %q", trace[0].Problem)
		}
	})
}
