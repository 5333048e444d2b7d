package workflow

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

func posthogMapping() Mapping {
	return Mapping{
		Roles: map[string]string{"aaaaaaaa-0000-4000-8000-000000000001": "Senior", "aaaaaaaa-0000-4000-8000-000000000002": "Support"},
		Users: map[string]string{"5": "ada@example.com", "77": "nobody@example.com"},
	}
}

func TestImportPostHogReadsEveryNode(t *testing.T) {
	d, err := ParseFile(readTestdata(t, "posthog-routing.json"), posthogMapping())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(readTestdata(t, "posthog-routing.yaml")), string(FormatYAML(d))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := Validate(d, nil).Err(); err != nil {
		t.Errorf("what was imported cannot be published: %v", err)
	}
	exported, err := ExportPostHog(d, posthogMapping())
	if err != nil {
		t.Fatal(err)
	}
	again, err := ImportPostHog(exported, posthogMapping())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, again); diff != "" {
		t.Errorf("exported and imported again (-want +got):\n%s", diff)
	}
	if twice, err := ExportPostHog(again, posthogMapping()); err != nil || string(twice) != string(exported) {
		t.Errorf("a second export differs (%v):\n%s", err, cmp.Diff(string(exported), string(twice)))
	}
}

func TestUnmappedIDsAreAllNamed(t *testing.T) {
	_, err := ImportPostHog(readTestdata(t, "posthog-routing.json"), Mapping{})
	var unmapped *UnmappedError
	if !errors.As(err, &unmapped) || !desk.IsKind(desk.Errorf(desk.Kind(unmapped.Kind()), ""), desk.Invalid) {
		t.Fatalf("ImportPostHog = %v, want an UnmappedError", err)
	}
	want := &UnmappedError{Roles: []string{"AAAAAAAA-0000-4000-8000-000000000001"}, Users: []string{"5"}}
	if diff := cmp.Diff(want, unmapped); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// drawing is a PostHog workflow that tests can spoil.
type drawing struct {
	Actions []map[string]any `json:"actions"`
	Edges   []map[string]any `json:"edges"`
}

// graph writes a PostHog workflow of edges such as "t>a" and "c>b:0". The first letter of a node says what it is:
// t the trigger, u an update, c a condition, w a wait for a condition, x an exit and X one with a reason.
func graph(edges string) *drawing {
	var d drawing
	var ids []string
	seen, branches := map[string]bool{}, map[string]int{}
	for edge := range strings.FieldsSeq(edges) {
		from, to, _ := strings.Cut(edge, ">")
		to, index, branch := strings.Cut(to, ":")
		wire := map[string]any{"from": from, "to": to, "type": "continue"}
		if branch {
			wire["type"], wire["index"] = "branch", json.Number(index)
			branches[from]++
		}
		d.Edges = append(d.Edges, wire)
		ids = append(ids, from, to)
	}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			d.Actions = append(d.Actions, graphNode(id, branches[id]))
		}
	}
	return &d
}

func graphNode(id string, branches int) map[string]any {
	filters := map[string]any{"properties": []any{map[string]any{"key": "status", "type": "event", "operator": "exact", "value": "new"}}}
	node := map[string]any{"id": id, "name": strings.ToUpper(id)}
	switch id[0] {
	case 't':
		node["type"] = nodeTrigger
		node["config"] = map[string]any{"type": "event", "filters": map[string]any{"events": []any{map[string]any{"id": desk.TicketCreated}}}}
	case 'c':
		node["type"] = nodeBranch
		node["config"] = map[string]any{"conditions": slices.Repeat([]any{map[string]any{"filters": filters}}, branches)}
	case 'w':
		node["type"] = nodeWaitFor
		node["config"] = map[string]any{"condition": map[string]any{"filters": filters}, "max_wait_duration": "1h"}
	case 'x':
		node["type"], node["config"] = nodeExit, map[string]any{"reason": defaultExit}
	case 'X':
		node["type"], node["config"] = nodeExit, map[string]any{"reason": id}
	default:
		node["type"] = nodeCall
		node["config"] = map[string]any{"template_id": callUpdateTicket, "inputs": map[string]any{
			"ticket_id": map[string]any{"value": EventTicket}, "tags": map[string]any{"value": []any{id}, "templating": "hog"},
		}}
	}
	return node
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// drawn writes steps as "u1 c1{u2|u3} u4", the last path being that behind else or the timeout.
func drawn(steps []Step) string {
	var out []string
	for i := range steps {
		s := &steps[i]
		text := s.ID
		if s.Stop != nil {
			text = "stop"
		}
		var paths []string
		for _, exit := range s.Exits() {
			paths = append(paths, drawn(s.Path(exit)))
		}
		if len(paths) > 0 {
			text += "{" + strings.Join(paths, "|") + "}"
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

func TestGraphsBecomeTrees(t *testing.T) {
	for edges, want := range map[string]string{
		"t>u1 u1>u2 u2>x":                                               "u1 u2",
		"t>u1":                                                          "u1", // an end without an exit
		"t>c c>u1:0 c>u2 u1>x u2>x":                                     "c{u1|u2}",
		"t>c c>u1:0 c>u2 u1>u3 u2>u3 u3>x":                              "c{u1|u2} u3",
		"t>c c>u1:0 c>u3 u1>u3 u3>x":                                    "c{u1|} u3",
		"t>c c>u1:0 c>u2:1 c>x u1>x u2>x":                               "c{u1|u2|}",
		"t>c c>u1:0 c>u2:1 c>x u1>u3 u2>u3 u3>x":                        "c{u1|u2|stop} u3",
		"t>c c>x:0 c>u1 u1>u2 u2>x":                                     "c{stop|} u1 u2",
		"t>c c>X:0 c>u1 u1>x":                                           "c{stop|} u1",
		"t>c c>u1:0 c>u2:1 c>u3 u1>u9 u2>u9 u9>x":                       "c{u1|u2|u3 stop} u9", // an end without an exit, on one way
		"t>c c>X:0 c>x":                                                 "c{stop|}",
		"t>w w>u1:0 w>u2 u1>u3 u2>u3 u3>x":                              "w{u1|u2} u3",
		"t>c1 c1>c2:0 c1>u9 c2>u1:0 c2>u2 u1>u3 u2>u3 u3>u9 u9>x":       "c1{c2{u1|u2} u3|} u9",
		"t>c1 c1>c2:0 c1>u9 c2>u1:0 c2>x u1>u9 u9>x":                    "c1{c2{u1|stop}|} u9",
		"t>c c>u1:0 c>u1:1 c>u2:2 c>u3 u1>x u2>x u3>x":                  "c{||u2 stop|u3 stop} u1",
		"t>c1 c1>u1:0 c1>c2 c2>u1:0 c2>u2 u1>x u2>x":                    "c1{|c2{|u2 stop}} u1",
		"t>c1 c1>u1:0 c1>u2:1 c1>u3 u1>u4 u2>u4 u3>u5 u4>x u5>x":        "c1{u1|u2|u3 u5 stop} u4",
		"t>c1 c1>c2:0 c1>c3 c2>u1:0 c2>u2 c3>u1:0 c3>u2 u1>x u2>x":      "c1{c2{u1 stop|}|c3{u1-2 stop|}} u2",
		"t>c1 c1>c2:0 c1>u3 c2>u1:0 c2>u1:1 c2>u3 u1>x u3>u4 u4>x":      "c1{c2{||u3 u4 stop} u1 stop|} u3-2 u4-2",
		"t>u1 u1>c c>u2:0 c>c2 u2>x c2>u3:0 c2>u4 u3>u5 u4>u5 u5>x":     "u1 c{u2|c2{u3|u4} u5}",
		"t>c1 c1>u1:0 c1>c2 u1>x c2>u2:0 c2>c3 u2>x c3>u3:0 c3>x u3>x":  "c1{u1|c2{u2|c3{u3|}}}",
		"t>w w>x:0 w>u1 u1>x":                                           "w{stop|} u1",
		"t>w w>u1:0 w>x u1>x":                                           "w{u1|}",
		"t>c1 c1>c2:0 c1>X1 c2>X2:0 c2>X3":                              "c1{c2{stop|stop}|stop}",
		"t>c1 c1>u1:0 c1>u1 u1>x":                                       "c1{|} u1",
		"t>c1 c1>u1:0 c1>u2 u1>c2 u2>c2 c2>u3:0 c2>u4 u3>u5 u4>u5 u5>X": "c1{u1|u2} c2{u3|u4} u5 stop",
	} {
		d, err := ImportPostHog(encode(t, graph(edges)), Mapping{})
		if err != nil {
			t.Errorf("%s: %v", edges, err)
			continue
		}
		if got := drawn(d.Steps); got != want {
			t.Errorf("%s became %s, want %s", edges, got, want)
		}
	}
}

func TestLongChainsOfBranchesStayShallow(t *testing.T) {
	var edges strings.Builder
	edges.WriteString("t>c0")
	for i := range 40 {
		fmt.Fprintf(&edges, " c%d>u%d:0 c%d>c%d u%d>x", i, i, i, i+1, i)
	}
	edges.WriteString(" c40>u40:0 c40>x u40>x")
	d, err := ImportPostHog(encode(t, graph(edges.String())), Mapping{})
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate(d, nil).Err(); err == nil || !strings.Contains(err.Error(), "name") || strings.Contains(err.Error(), "levels deep") {
		t.Errorf("Validate = %v, want nothing but the name", err)
	}
}

func TestGraphsThatGrowAsTreesAreRefusedSoon(t *testing.T) {
	var edges strings.Builder
	edges.WriteString("t>c0")
	for i := range 60 { // every branch but the last of a node skips the next one
		fmt.Fprintf(&edges, " c%d>u%d:0 c%d>c%d:1 c%d>X%d u%d>c%d", i, i, i, i+1, i, i, i, i+2)
	}
	edges.WriteString(" c60>c61:0 c60>X60 c61>X61:0 c61>X62")
	start := time.Now()
	_, err := ImportPostHog(encode(t, graph(edges.String())), Mapping{})
	if err == nil || !strings.Contains(err.Error(), "levels deep") && !strings.Contains(err.Error(), "more steps than one workflow") {
		t.Errorf("ImportPostHog = %v, want a refusal of its size", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
}

func TestLargeNodesAreNotWrittenOverAndOver(t *testing.T) {
	var edges strings.Builder
	edges.WriteString("t>c c>x u1>x u2>X")
	const ways = 100
	for i := range ways { // one of the two nodes can follow the branches, the other is written for each
		fmt.Fprintf(&edges, " c>u1:%d c>u2:%d", 2*i, 2*i+1)
	}
	d := graph(edges.String())
	for _, n := range d.Actions {
		n["description"] = strings.Repeat("x", 2*maxFile/ways+1)
	}
	refused(t, encode(t, d), "more steps than one workflow can have")
}

func TestGraphFaultsAreRefusedByName(t *testing.T) {
	for name, test := range map[string]struct {
		edges string
		spoil func(d *drawing)
		want  string
	}{
		"a circle":           {"t>u1 u1>u2 u2>u1", nil, `node "U1": the edges go round in a circle`},
		"a circle to itself": {"t>u1 u1>u1", nil, `node "U1": the edges go round in a circle`},
		"an edge to nowhere": {"t>u1 u1>x", func(d *drawing) {
			d.Actions = slices.DeleteFunc(d.Actions, func(n map[string]any) bool { return n["id"] == "x" })
		}, `it goes from "u1" to "x", and there is no such node`},
		"never reached":     {"t>x u1>x", nil, `node "U1": no edge leads to it`},
		"two ways on":       {"t>u1 u1>x u1>X", nil, `node "U1": two continue edges leave it`},
		"no index":          {"t>c c>u1:0 c>x u1>x", func(d *drawing) { delete(d.Edges[1], "index") }, `node "C": a branch edge leaves it without an index`},
		"index twice":       {"t>c c>u1:0 c>u2:0 c>x u1>x u2>x", nil, `node "C": two branch edges with the index 0`},
		"index too high":    {"t>c c>u1:5 c>x u1>x", nil, `node "C": a branch edge leaves it with the index 5`},
		"a negative index":  {"t>c c>u1:-1 c>x u1>x", nil, `with the index -1`},
		"a branch missing":  {"t>c c>u1:0 c>x:1 c>x u1>x", func(d *drawing) { d.Edges = slices.Delete(d.Edges, 2, 3) }, `node "C": no edge leaves it for branch 1`},
		"no branching node": {"t>u1 u1>u2:0 u1>x u2>x", nil, `node "U1": a branch edge leaves it, and a node of the type "function" has no branches`},
		"after an exit":     {"t>x x>u1", nil, `node "X": an edge leaves it`},
		"no trigger":        {"u1>x", nil, `there is no trigger`},
		"two triggers":      {"t>x t2>x", nil, `there are two triggers`},
		"an id twice":       {"t>u1 u1>x", func(d *drawing) { d.Actions = append(d.Actions, graphNode("u1", 0)) }, `there are two nodes with the id "u1"`},
		"an unknown edge":   {"t>u1 u1>x", func(d *drawing) { d.Edges[0]["type"] = "jump" }, `"jump" is neither a continue nor a branch edge`},
		"no conditions":     {"t>c c>x", nil, `node "C": it has no conditions`},
	} {
		t.Run(name, func(t *testing.T) {
			flow := graph(test.edges)
			if test.spoil != nil {
				test.spoil(flow)
			}
			refused(t, encode(t, flow), test.want)
		})
	}
}

func refused(t *testing.T, data []byte, want string) {
	t.Helper()
	_, err := ImportPostHog(data, posthogMapping())
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
		t.Errorf("ImportPostHog = %v, want one line with %q", err, want)
	}
}
