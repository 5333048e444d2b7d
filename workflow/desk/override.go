package desk

import "slices"

// Overrides reports whether a change by an agent takes back what a workflow had set the field to. Both records hold
// their values as JSON has them. A status moves on as work does: only the way back counts. A ticket of a role is taken
// by a member of it, which member tells: that is what the role is for. Of tags, one that was added has to be gone, or
// one that was removed to be back. A deadline that is cleared was met, or is needed no longer.
func Overrides(set, change Record, member func(role, user int64) bool) bool {
	switch change.Field {
	case FieldStatus:
		return change.After == set.Before
	case FieldAssignee:
		role, taken := idOf(set.After, ToRole), idOf(change.After, ToUser)
		return role == 0 || taken == 0 || !member(role, taken)
	case FieldTags:
		before, after, now := texts(set.Before), texts(set.After), texts(change.After)
		undone := func(tag string) bool { return slices.Contains(after, tag) != slices.Contains(now, tag) }
		return slices.ContainsFunc(without(after, before), undone) || slices.ContainsFunc(without(before, after), undone)
	case FieldPriority:
		return true
	case FieldSLA:
		return change.After != nil
	case FieldTicket, FieldMessage, FieldNote, FieldSubject, FieldSnooze, FieldRead, FieldRelation, FieldCustomer:
	}
	return false
}

// idOf is the id of an assignee of a kind, 0 for any other.
func idOf(v any, kind AssigneeKind) int64 {
	m, ok := v.(map[string]any)
	if !ok || m["type"] != string(kind) {
		return 0
	}
	id, _ := m["id"].(float64)
	return int64(id)
}

func texts(v any) []string {
	list, _ := v.([]any)
	out := []string{}
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
