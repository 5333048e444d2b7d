package views

import (
	"testing"

	"signalbox/workflow/desk"
)

func TestSentencesTellWhatAChangeDid(t *testing.T) {
	tests := []struct {
		name    string
		changes []FieldChange
		want    string
	}{
		{"nothing", nil, ""},
		{"reading is not told", []FieldChange{{Field: desk.FieldRead, Before: "team"}}, ""},
		{"one field", []FieldChange{{Field: desk.FieldPriority, After: "High"}}, "set priority to High"},
		{"a replaced field", []FieldChange{{Field: desk.FieldStatus, Before: "New", After: "Open"}}, "set status to Open (was New)"},
		{"a cleared field", []FieldChange{{Field: desk.FieldAssignee, Before: "Ada"}}, "set assignee to none (was Ada)"},
		{"three fields", []FieldChange{
			{Field: desk.FieldPriority, After: "High"}, {Field: desk.FieldSLA, After: "15:02"}, {Field: desk.FieldTags, After: "vip"},
		}, "set priority to High, SLA to 15:02 and tags to vip"},
		{"a message with a field", []FieldChange{
			{Field: desk.FieldMessage}, {Field: desk.FieldStatus, After: "Pending"},
		}, "wrote a message and set status to Pending"},
		{"a snooze", []FieldChange{{Field: desk.FieldSnooze, After: "09:00"}}, "snoozed the ticket until 09:00"},
		{"its end", []FieldChange{{Field: desk.FieldSnooze, Before: "09:00"}}, "ended the snooze"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Sentence(tt.changes); got != tt.want {
				t.Errorf("Sentence = %q, want %q", got, tt.want)
			}
		})
	}
}
