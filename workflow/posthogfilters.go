package workflow

import (
	"fmt"
	"strings"

	"signalbox/workflow/desk"
)

// condition reads the filters of a branch or a wait: all of their properties must hold.
func (im *importer) condition(c *object) Group {
	c.field("name")
	filters := c.field("filters")
	c.closeBut("index")
	if filters == nil {
		c.r.refuse(c.at, "it has no conditions, so it says nothing")
		return Group{}
	}
	f := c.r.object(filters, c.at)
	if source := f.text("source"); source != "" && source != "events" {
		c.r.refuse(c.at, "conditions on %.40q cannot be carried over", source)
	}
	g := Group{All: im.properties(f)}
	f.closeBut("bytecode", "transpiled")
	if len(g.All) == 0 {
		c.r.refuse(c.at, "it has no conditions, so it says nothing")
	}
	return g
}

func (im *importer) properties(filters *object) []Clause {
	var out []Clause
	for i, v := range filters.list("properties") {
		p := filters.r.object(v, fmt.Sprintf("%s, property %d", filters.at, i+1))
		out = append(out, Clause{Condition: im.property(p)})
		p.closeBut("label", "bytecode")
	}
	return out
}

func (im *importer) property(p *object) Condition {
	key, kind, operator, value := p.text("key"), p.text("type"), p.text("operator"), p.field("value")
	if key != "" {
		p.at = fmt.Sprintf("%s %q", p.at, key)
	}
	var c Condition
	switch kind {
	case "", "event":
		c.Left = "event.properties." + key
	case "workflow_variable":
		left, err := im.variable(key)
		if err != nil {
			p.r.refuse(p.at, "%v", err)
		}
		c.Left = left
	default:
		p.r.refuse(p.at, "properties of the type %q cannot be compared here", kind)
		return c
	}
	if _, err := compilePath(c.Left); err != nil {
		p.r.refuse(p.at, "%.60q is not the name of a property", key)
	}
	var known bool
	if c.Op, known = operatorFromPostHog(operator); !known {
		p.r.refuse(p.at, "the operator %q cannot be carried over", operator)
		return c
	}
	if c.Op == IsSet || c.Op == IsNotSet {
		return c
	}
	c.Value = im.comparand(p, c.Op, value)
	if foreignID(c.Left) {
		p.r.refuse(p.at, "the ids of PostHog's users and roles are not those of this desk")
	}
	return c
}

// comparand is the value that a property is compared with. A list of one is that one.
func (im *importer) comparand(p *object, op Operator, value tree) any {
	list, isList := value.([]tree)
	if isList && len(list) == 1 {
		value, isList = list[0], false
	}
	if value == nil || isList && len(list) == 0 {
		p.r.refuse(p.at, "there is no value to compare with")
		return nil
	}
	if isList && (op == Matches || op == NotMatches || op == Greater || op == AtLeast || op == Less || op == AtMost) {
		p.r.refuse(p.at, "the operator takes one value, and there are %d", len(list))
		return nil
	}
	var v any
	if isList {
		values := make([]any, len(list))
		for i, item := range list {
			values[i] = p.r.scalar(item, p.at)
		}
		v = values
	} else {
		v = p.r.scalar(value, p.at)
	}
	if op == Matches || op == NotMatches {
		return textOf(v) // a pattern is no template
	}
	return literalTemplate(v)
}

// variable is the path of a workflow variable. A spread variable is a field of the ticket that it was spread from.
func (im *importer) variable(key string) (string, error) {
	names := strings.Split(key, ".")
	if out, known := im.outputs[names[0]]; known && !out.spread {
		if out.path == "" && len(names) > 1 {
			if _, has := ticketFields()[names[1]]; !has {
				return "", errNoField(names[1])
			}
		}
		return "variables." + key, nil
	}
	from, field := "", ""
	for key, out := range im.outputs {
		if rest, ok := strings.CutPrefix(names[0], key+"_"); ok && out.spread && len(key) > len(from) {
			from, field = key, rest
		}
	}
	if from != "" {
		if _, has := ticketFields()[field]; !has {
			return "", errNoField(field)
		}
		names[0] = field
		return "variables." + from + "." + strings.Join(names, "."), nil
	}
	return "variables." + key, nil
}

func errNoField(name string) error {
	return desk.Errorf(desk.Invalid, "Get ticket has no %.60q", name)
}

// foreignID reports whether a path leads to the id of a user or role, which differs from desk to desk.
func foreignID(path string) bool {
	for _, end := range []string{".assignee_id", ".author_id", ".assignee.id"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

func operatorFromPostHog(name string) (Operator, bool) {
	switch name {
	case "", "exact", "in":
		return Equals, true
	case "is_not", "not_in":
		return NotEquals, true
	case "icontains":
		return Contains, true
	case "not_icontains":
		return NotContains, true
	case "regex":
		return Matches, true
	case "not_regex":
		return NotMatches, true
	case "gt", "gte", "lt", "lte", "is_set", "is_not_set":
		return Operator(name), true
	}
	return "", false
}

func operatorToPostHog(op Operator) (string, bool) {
	switch op {
	case Equals:
		return "exact", true
	case NotEquals:
		return "is_not", true
	case Contains:
		return "icontains", true
	case NotContains:
		return "not_icontains", true
	case Matches:
		return "regex", true
	case NotMatches:
		return "not_regex", true
	case Greater, AtLeast, Less, AtMost, IsSet, IsNotSet:
		return string(op), true
	case Before, After, WithinLast, HasAny, HasAll, HasNone:
	}
	return "", false
}
