package workflow

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"signalbox/workflow/desk"
)

// path writes the nodes of a path that goes on at next, and returns the first.
func (e *exporter) path(steps []Step, next string) string {
	if len(steps) == 0 {
		return next
	}
	s := &steps[0]
	rest, taken := steps[1:], ""
	if s.Type == GetTicket && len(rest) > 0 {
		if taken = takenPart(s, &rest[0]); taken != "" {
			rest = rest[1:]
		}
	}
	at := len(e.actions)
	e.actions = append(e.actions, hogFlowAction{}) // nodes are in the order that people read the steps
	edges := len(e.edges)
	e.edges = append(e.edges, make([]hogEdge, e.edgeCount(s))...)

	action := e.node(s, taken)
	if s.Type == Stop {
		if len(rest) > 0 {
			e.refuse(stepLabel(&rest[0]), "it comes after a stop, so it is never reached")
		}
		e.actions[at] = action
		return s.ID
	}
	e.actions[at] = action
	inner := e.inside(s, rest, next)
	copy(e.edges[edges:], inner)
	return s.ID
}

// edgeCount is how many edges leave the node of a step.
func (e *exporter) edgeCount(s *Step) int {
	if s.Type == Stop {
		return 0
	}
	return max(1, len(s.Exits()))
}

// inside writes the paths within a step and what follows it, and returns the edges that leave the step.
func (e *exporter) inside(s *Step, rest []Step, next string) []hogEdge {
	exits := s.Exits()
	// What follows has to be known before the paths that lead to it, and is written after them.
	follows := next
	if len(rest) > 0 {
		follows = rest[0].ID
	}
	var out []hogEdge
	for _, exit := range exits {
		edge := hogEdge{From: s.ID, To: e.path(s.Path(exit), follows), Type: "continue"}
		if exit != Else {
			edge.Type, edge.Index = "branch", new(exit)
		}
		out = append(out, edge)
	}
	if len(exits) == 0 {
		out = []hogEdge{{From: s.ID, To: follows, Type: "continue"}}
	}
	e.path(rest, next)
	return out
}

func stepLabel(s *Step) string {
	if s.Name != "" {
		return fmt.Sprintf("step %q", s.Name)
	}
	return fmt.Sprintf("step %q", s.ID)
}

// takenPart is the part of a ticket that the step after a Get ticket keeps in its place, "" for any other step.
func takenPart(get, next *Step) string {
	if next.Variable == nil || next.Disabled || get.Disabled || next.OnError != "" && next.OnError != Abort {
		return ""
	}
	name := get.Get.Output
	if name == "" {
		name = defaultOutput
	}
	text, _ := next.Variable.Value.(string)
	path, ok := strings.CutPrefix(text, "{variables."+name+".")
	path, closed := strings.CutSuffix(path, "}")
	if next.Variable.Variable != name || !ok || !closed || strings.ContainsAny(path, "{}|\\ ") {
		return ""
	}
	return path
}

// node writes the node of a step.
func (e *exporter) node(s *Step, taken string) hogFlowAction {
	part := stepLabel(s)
	a := hogFlowAction{ID: s.ID, Name: s.Name, Description: s.Description, Type: nodeCall, OnError: s.OnError}
	if a.OnError == "" {
		a.OnError = Abort // PostHog goes on where nothing is said
	}
	if a.Name == "" {
		a.Name = strings.ReplaceAll(string(s.Type), "_", " ")
	}
	if s.Disabled {
		e.refuse(part, "a step that is switched off cannot be exported. Remove it or switch it on")
	}
	var err error
	switch {
	case s.Get != nil:
		a.Config, err = e.getTicket(s.Get)
		a.Output = outputOf(s.Get, taken)
	case s.Update != nil:
		a.Config, err = e.update(part, s.Update)
	case s.If != nil:
		a.Type, a.Config = nodeBranch, e.conditions(part, s.If)
	case s.Wait != nil:
		a.Type, a.Config, err = e.wait(part, s.Wait)
	case s.Stop != nil:
		a.Type, a.Config = nodeExit, map[string]any{"reason": s.Stop.Reason}
	default:
		err = fmt.Errorf("PostHog has no step like %s", strings.ReplaceAll(string(s.Type), "_", " "))
	}
	e.refused(part, err)
	return a
}

func outputOf(s *GetTicketStep, taken string) *hogOutput {
	out := hogOutput{Key: s.Output}
	if out.Key == "" {
		out.Key = defaultOutput
	}
	if taken != "" {
		out.Path = &taken
	}
	return &out
}

func (e *exporter) getTicket(s *GetTicketStep) (hogCall, error) {
	id := s.TicketID
	if strings.TrimSpace(id) == "" {
		id = EventTicket
	}
	inputs, err := hogInputs([]Named{{Name: "ticket_id", Value: id}})
	return hogCall{Template: callGetTicket, Inputs: inputs}, err
}

func (e *exporter) conditions(part string, s *IfStep) map[string]any {
	list := []hogCondition{}
	for _, b := range s.Branches {
		list = append(list, hogCondition{Name: b.Name, Filters: hogFilters{Properties: e.group(part, b.When)}})
	}
	return map[string]any{"conditions": list}
}

func (e *exporter) update(part string, s *UpdateTicketStep) (hogCall, error) {
	if s.SLAMode != "" && s.SLAMode != desk.SLASet {
		e.refuse(part, "PostHog sets an SLA always, not only when it is %s", string(s.SLAMode))
	}
	given := []Named{
		{Name: "ticket_id", Value: s.TicketID},
		{Name: "status", Value: s.Status},
		{Name: "priority", Value: s.Priority},
		{Name: "sla_amount", Value: s.SLAAmount},
		{Name: "sla_unit", Value: s.SLAUnit},
		{Name: "tags_mode", Value: string(s.TagsMode)},
	}
	if s.BusinessHours != nil {
		hours, err := hogHours(s.BusinessHours)
		e.refused(part, err)
		given = append(given, Named{Name: "sla_business_hours", Value: hours})
	}
	if s.Assignee != nil {
		to, err := e.assignee(*s.Assignee)
		e.refused(part, err)
		given = append(given, Named{Name: "assignee", Value: to})
	}
	if len(s.Tags) > 0 {
		given = append(given, Named{Name: "tags", Value: s.Tags})
	}
	given = slices.DeleteFunc(given, func(n Named) bool { return n.Value == nil || n.Value == "" })
	inputs, err := hogInputs(given)
	return hogCall{Template: callUpdateTicket, Inputs: inputs}, err
}

func hogInputs(given []Named) (map[string]any, error) {
	inputs := map[string]any{}
	for i, n := range given {
		value := n.Value
		var err error
		switch v := value.(type) {
		case string:
			value, err = toHog(v)
		case []string:
			texts := make([]string, len(v))
			for i := range v {
				var bad error
				texts[i], bad = toHog(v[i])
				err = errors.Join(err, bad)
			}
			value = texts
		}
		if err != nil {
			return nil, err
		}
		inputs[n.Name] = hogInput{Order: i, Value: value, Templating: "hog"}
	}
	return inputs, nil
}

// assignee looks the name up the other way round.
func (e *exporter) assignee(t Target) (map[string]any, error) {
	known, flag := e.mapping.Roles, "--role <uuid>="
	switch t.Kind {
	case desk.ToRole:
	case desk.ToUser:
		known, flag = e.mapping.Users, "--user <id>="
	case desk.Nobody:
		return nil, errors.New("PostHog cannot take a ticket from its assignee")
	}
	name := strings.TrimSpace(t.Name)
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if known[id] == name || t.Kind == desk.ToUser && strings.EqualFold(known[id], name) {
			to := map[string]any{"type": string(t.Kind), "id": id}
			if number, err := strconv.ParseInt(id, 10, 64); err == nil {
				to["id"] = number // as the ids of users are there
			}
			return to, nil
		}
	}
	return nil, fmt.Errorf("the %s %q has no id in PostHog. Give it with %s%s", string(t.Kind), name, flag, name)
}
