package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// ExportPostHog writes the workflow in PostHog's format, so that importing it again gives one that does the same.
// What PostHog cannot say is refused by the name of its step; m names its roles and users. The same definition
// always gives the same bytes.
func ExportPostHog(d Definition, m Mapping) ([]byte, error) {
	e := exporter{mapping: m, ids: map[string]bool{}}
	flow := e.flow(d)
	if err := e.err(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(flow); err != nil {
		return nil, fmt.Errorf("write PostHog workflow: %w", err)
	}
	// What would not be imported again would not run there either: steps that are never reached, and the like.
	if _, err := ImportPostHog(b.Bytes(), m); err != nil {
		return nil, desk.Errorf(desk.Invalid, "The workflow cannot be exported to PostHog. Read back, it would be refused. %s", err)
	}
	return b.Bytes(), nil
}

// The wire types are PostHog's format.
type (
	hogFlow struct {
		Name          string          `json:"name"`
		Description   string          `json:"description"`
		Status        string          `json:"status"`
		ExitCondition string          `json:"exit_condition"`
		Masking       any             `json:"trigger_masking"`
		Conversion    any             `json:"conversion"`
		Variables     []hogVariable   `json:"variables"`
		Trigger       hogTriggerIn    `json:"trigger"`
		Actions       []hogFlowAction `json:"actions"`
		Edges         []hogEdge       `json:"edges"`
	}
	hogVariable struct {
		Key     string `json:"key"`
		Type    string `json:"type"`
		Label   string `json:"label"`
		Default any    `json:"default"`
	}
	hogTriggerIn struct {
		Type    string          `json:"type"`
		Filters hogEventFilters `json:"filters"`
	}
	hogEventFilters struct {
		Source     string        `json:"source"`
		Events     []hogEvent    `json:"events"`
		Properties []hogProperty `json:"properties"`
		Actions    []any         `json:"actions"`
	}
	hogEvent struct {
		ID         desk.EventName `json:"id"`
		Name       desk.EventName `json:"name"`
		Type       string         `json:"type"`
		Properties []hogProperty  `json:"properties,omitempty"`
	}
	hogProperty struct {
		Key      string `json:"key"`
		Type     string `json:"type"`
		Value    any    `json:"value"`
		Operator string `json:"operator"`
	}
	hogFlowAction struct {
		ID          string     `json:"id"`
		Name        string     `json:"name"`
		Description string     `json:"description"`
		Type        string     `json:"type"`
		OnError     OnError    `json:"on_error,omitempty"`
		Filters     any        `json:"filters"`
		Output      *hogOutput `json:"output_variable,omitempty"`
		Config      any        `json:"config"`
	}
	hogOutput struct {
		Key    string  `json:"key"`
		Path   *string `json:"result_path"`
		Spread bool    `json:"spread"`
	}
	hogEdge struct {
		From  string `json:"from"`
		To    string `json:"to"`
		Type  string `json:"type"`
		Index *int   `json:"index,omitempty"`
	}
	hogFilters struct {
		Properties []hogProperty `json:"properties"`
	}
	hogCondition struct {
		Name    string     `json:"name,omitempty"`
		Filters hogFilters `json:"filters"`
	}
	hogInput struct {
		Order      int    `json:"order"`
		Value      any    `json:"value"`
		Templating string `json:"templating"`
	}
	hogCall struct {
		Template string         `json:"template_id"`
		Inputs   map[string]any `json:"inputs"`
	}
)

// exporter writes one workflow and collects what it refuses, step by step.
type exporter struct {
	mapping  Mapping
	refusals []string
	ids      map[string]bool
	exitID   string // the node that every path ends at
	actions  []hogFlowAction
	edges    []hogEdge
	variable *importer // knows the variables that hold tickets, as an import would
}

func (e *exporter) refuse(part, format string, args ...any) {
	text := part + ": " + strings.TrimSuffix(fmt.Sprintf(format, args...), ".")
	if !slices.Contains(e.refusals, text) {
		e.refusals = append(e.refusals, text)
	}
}

func (e *exporter) refused(part string, err error) {
	if err != nil {
		e.refuse(part, "%v", err)
	}
}

func (e *exporter) err() error {
	if len(e.refusals) == 0 {
		return nil
	}
	return desk.Errorf(desk.Invalid, "The workflow cannot be exported to PostHog: %s.", strings.Join(e.refusals, "; "))
}

func (e *exporter) flow(d Definition) hogFlow {
	eachStep(d.Steps, func(s *Step) { e.ids[s.ID] = true })
	triggerID := e.id("trigger_node")
	e.exitID = e.id("exit_node")
	e.whole(d)
	e.variable = ticketsOf(d)
	variables, steps := e.defaults(d.Steps)
	trigger := e.trigger(d.Trigger)
	e.actions = []hogFlowAction{{ID: triggerID, Name: "Trigger", Type: nodeTrigger, Config: trigger}}
	e.edges = make([]hogEdge, 1) // the first is that of the trigger
	first := e.path(steps, e.exitID)
	e.edges[0] = hogEdge{From: triggerID, To: first, Type: "continue"}
	e.actions = append(e.actions, hogFlowAction{ID: e.exitID, Name: "Exit", Type: nodeExit, Config: map[string]any{"reason": defaultExit}})
	return hogFlow{
		Name: d.Name, Description: d.Description, Status: "draft", ExitCondition: "exit_only_at_end",
		Conversion: map[string]any{"window_minutes": nil, "filters": []any{}, "events": []any{}, "bytecode": []any{}},
		Variables:  variables, Trigger: trigger, Actions: e.reached(triggerID), Edges: e.edges,
	}
}

// id is a free one for a node that has no step.
func (e *exporter) id(own string) string {
	id := own
	for n := 2; e.ids[id]; n++ {
		id = fmt.Sprintf("%s_%d", own, n)
	}
	e.ids[id] = true
	return id
}

// whole refuses what the workflow has beside events and steps.
func (e *exporter) whole(d Definition) {
	const part = "the workflow"
	t := d.Trigger
	switch {
	case d.Limits != Limits{}:
		e.refuse(part, "PostHog has no limits that trip a workflow")
	case t.Manual, t.Webhook, t.Schedule != nil:
		e.refuse(part, "only triggers on events can be exported")
	case t.Limit != nil:
		e.refuse(part, "a limit for each key cannot be exported")
	}
}

// reached leaves out the common exit where no path ends there: every node of a PostHog workflow has an edge to it.
func (e *exporter) reached(trigger string) []hogFlowAction {
	return slices.DeleteFunc(e.actions, func(a hogFlowAction) bool {
		return a.ID == e.exitID && a.ID != trigger && !slices.ContainsFunc(e.edges, func(edge hogEdge) bool { return edge.To == a.ID })
	})
}

func (e *exporter) trigger(t Trigger) hogTriggerIn {
	out := hogTriggerIn{Type: "event", Filters: hogEventFilters{Source: "events", Events: []hogEvent{}, Properties: []hogProperty{}, Actions: []any{}}}
	for _, event := range t.Events {
		wire := hogEvent{ID: event.Event, Name: event.Event, Type: "events"}
		if event.Where != nil {
			wire.Properties = e.group("the trigger", *event.Where)
		}
		out.Filters.Events = append(out.Filters.Events, wire)
	}
	return out
}

// group makes properties of conditions: PostHog joins them by and alone.
func (e *exporter) group(part string, g Group) []hogProperty {
	out := []hogProperty{}
	clauses := g.All
	if len(g.All) == 0 {
		if len(g.Any) > 1 {
			e.refuse(part, "PostHog joins conditions by all, not by any")
		}
		clauses = g.Any
	}
	for _, c := range clauses {
		if c.Group != nil {
			out = append(out, e.group(part, *c.Group)...)
			continue
		}
		property, err := hogPropertyOf(c.Condition)
		e.refused(part, err)
		out = append(out, property)
	}
	if len(clauses) == 0 {
		e.refuse(part, "there is a group without conditions")
	}
	return out
}

func hogPropertyOf(c Condition) (hogProperty, error) {
	var p hogProperty
	if key, ok := strings.CutPrefix(c.Left, "event.properties."); ok {
		p.Key, p.Type = key, "event"
	} else if key, ok := strings.CutPrefix(c.Left, "variables."); ok {
		p.Key, p.Type = key, "workflow_variable"
	} else {
		return p, fmt.Errorf("PostHog cannot compare %.60q, only event.properties and variables", c.Left)
	}
	var known bool
	if p.Operator, known = operatorToPostHog(c.Op); !known {
		return p, fmt.Errorf("PostHog has no operator %q", string(c.Op))
	}
	if c.Op == IsSet || c.Op == IsNotSet {
		p.Value = p.Operator
		return p, nil
	}
	if p.Value = c.Value; c.Op == Matches || c.Op == NotMatches {
		return p, nil // a pattern is no template
	}
	value := compileValue(c.Value)
	if !value.isLiteral() {
		return p, errors.New("PostHog compares with fixed values, not with templates")
	}
	p.Value = value.literal
	return p, nil
}
