package workflow

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// scope is what paths are looked up in.
type scope struct {
	event     *Event
	team      *desk.Team
	now       time.Time
	variables map[string]any
}

// root is the first word of a path.
type root string

// The roots of spec/2.
const (
	rootEvent     root = "event"
	rootVariables root = "variables"
	rootTeam      root = "team"
	rootNow       root = "now"
)

// path is a compiled path such as event.properties.status.
type path struct {
	root root
	keys []string
}

// compilePath refuses an unknown root; whether the keys exist is known only when it is looked up.
func compilePath(s string) (path, error) {
	names := strings.Split(s, ".")
	for _, name := range names {
		if name == "" || strings.ContainsAny(name, "{}|\"\\ \t\r\n") {
			return path{}, desk.Errorf(desk.Invalid, "%.60q is not a path such as event.properties.status", s)
		}
	}
	switch r := root(names[0]); r {
	case rootEvent, rootVariables, rootTeam, rootNow:
		return path{root: r, keys: names[1:]}, nil
	}
	return path{}, desk.Errorf(desk.Invalid, "Unknown variable %.60q. There are variables, such as variables.ticket.subject, event, team and now.", names[0])
}

// lookup returns nil for a missing key: missing and null are the same.
func (p *path) lookup(s *scope) any {
	switch p.root {
	case rootEvent:
		return eventValue(s.event, p.keys)
	case rootVariables:
		if len(p.keys) == 0 {
			return maps.Clone(s.variables) // a variable that is set to all of them must not hold itself
		}
		return walk(s.variables, p.keys)
	case rootTeam:
		return walk(map[string]any{"id": s.team.ID, "name": s.team.Name, "timezone": s.team.Timezone}, p.keys)
	case rootNow:
		return walk(timeText(s.now), p.keys)
	}
	return nil
}

func eventValue(e *Event, keys []string) any {
	if len(keys) > 0 && keys[0] == "properties" {
		return walk(e.Properties, keys[1:])
	}
	return walk(map[string]any{
		"event": string(e.Name), "properties": e.Properties, "timestamp": timeText(e.At), "distinct_id": e.DistinctID,
	}, keys)
}

// walk goes down into objects by name and into lists by index.
func walk(v any, keys []string) any {
	for _, key := range keys {
		switch inside := v.(type) {
		case map[string]any:
			v = inside[key]
		case []any, []string:
			list := items(inside)
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(list) {
				return nil
			}
			v = list[i]
		default:
			return nil
		}
	}
	if m, ok := v.(map[string]any); ok && m == nil {
		return nil
	}
	return v
}
