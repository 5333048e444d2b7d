package desk

import "testing"

func TestWhatAnAgentTakesBackIsAnOverride(t *testing.T) {
	role := func(id float64) any { return map[string]any{"type": "role", "id": id} }
	user := func(id float64) any { return map[string]any{"type": "user", "id": id} }
	tags := func(names ...any) any { return names }
	member := func(role, user int64) bool { return role == 5 && user == 1 }
	for name, c := range map[string]struct {
		set, change Record
		want        bool
	}{
		"status back":               {Record{Field: FieldStatus, Before: "new", After: "open"}, Record{Field: FieldStatus, Before: "open", After: "new"}, true},
		"status on":                 {Record{Field: FieldStatus, Before: "new", After: "open"}, Record{Field: FieldStatus, Before: "open", After: "resolved"}, false},
		"another priority":          {Record{Field: FieldPriority, After: "low"}, Record{Field: FieldPriority, Before: "low", After: "high"}, true},
		"another deadline":          {Record{Field: FieldSLA, After: "a"}, Record{Field: FieldSLA, Before: "a", After: "b"}, true},
		"no deadline any more":      {Record{Field: FieldSLA, After: "a"}, Record{Field: FieldSLA, Before: "a"}, false},
		"taken by a member":         {Record{Field: FieldAssignee, After: role(5)}, Record{Field: FieldAssignee, After: user(1)}, false},
		"given to somebody else":    {Record{Field: FieldAssignee, After: role(5)}, Record{Field: FieldAssignee, After: user(2)}, true},
		"given to another role":     {Record{Field: FieldAssignee, After: role(5)}, Record{Field: FieldAssignee, After: role(6)}, true},
		"unassigned":                {Record{Field: FieldAssignee, After: user(1)}, Record{Field: FieldAssignee}, true},
		"a tag more":                {Record{Field: FieldTags, Before: tags("a"), After: tags("a", "b")}, Record{Field: FieldTags, After: tags("a", "b", "c")}, false},
		"an older tag less":         {Record{Field: FieldTags, Before: tags("a"), After: tags("a", "b")}, Record{Field: FieldTags, After: tags("b")}, false},
		"the added tag gone":        {Record{Field: FieldTags, Before: tags("a"), After: tags("a", "b")}, Record{Field: FieldTags, After: tags("a")}, true},
		"the removed tag back":      {Record{Field: FieldTags, Before: tags("a", "b"), After: tags("a")}, Record{Field: FieldTags, After: tags("a", "b")}, true},
		"a field that nothing sets": {Record{Field: FieldSubject}, Record{Field: FieldSubject}, false},
	} {
		if got := Overrides(c.set, c.change, member); got != c.want {
			t.Errorf("%s: got %t, want %t", name, got, c.want)
		}
	}
}
