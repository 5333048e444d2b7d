package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// change reads one field of a form as a change of a ticket.
type change func(form url.Values, now time.Time) (desk.Change, error)

func subjectChange(form url.Values, _ time.Time) (desk.Change, error) {
	return desk.SetSubject{To: form.Get("subject")}, nil
}

func statusChange(form url.Values, _ time.Time) (desk.Change, error) {
	return desk.SetStatus{To: desk.Status(form.Get("status"))}, nil
}

// checkSent refuses a form without a field that can be cleared: taken for an empty one, a slip in its name would clear it.
func checkSent(form url.Values, name string) error {
	if !form.Has(name) {
		return desk.FieldErrorf(name, "The form has no field %s. Send one; an empty one clears the value.", name)
	}
	return nil
}

func priorityChange(form url.Values, _ time.Time) (desk.Change, error) {
	if err := checkSent(form, "priority"); err != nil {
		return nil, err
	}
	return desk.SetPriority{To: desk.Priority(form.Get("priority"))}, nil
}

func assigneeChange(form url.Values, _ time.Time) (desk.Change, error) {
	if err := checkSent(form, "assignee"); err != nil {
		return nil, err
	}
	to, err := parseAssignee(form.Get("assignee"))
	return desk.SetAssignee{To: to}, err
}

// parseAssignee reads "user:1", "role:2" or "", which is nobody.
func parseAssignee(text string) (desk.Assignee, error) {
	if text == "" {
		return desk.Assignee{}, nil
	}
	kind, id, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || kind != string(desk.ToUser) && kind != string(desk.ToRole) {
		return desk.Assignee{}, desk.FieldErrorf("assignee", "%q is not an assignee. Choose a user, a role or nobody.", text)
	}
	return desk.Assignee{Kind: desk.AssigneeKind(kind), ID: n}, nil
}

func tagsChange(form url.Values, _ time.Time) (desk.Change, error) {
	if err := checkSent(form, "tags"); err != nil {
		return nil, err
	}
	return desk.SetTags{Mode: desk.TagsMode(form.Get("tags_mode")), Tags: formTags(form, "tags")}, nil
}

// tagsEdit is tagsChange for a page that says which tags it was drawn with: to set others is to add some and to remove
// some then.
func tagsEdit(form url.Values, now time.Time) (desk.Change, error) {
	change, err := tagsChange(form, now)
	if set, ok := change.(desk.SetTags); ok && form.Has("tags_had") && (set.Mode == desk.ReplaceTags || set.Mode == "") {
		return desk.EditTags{Had: formTags(form, "tags_had"), Tags: set.Tags}, nil
	}
	return change, err
}

func formTags(form url.Values, name string) []string {
	var tags []string
	for _, value := range form[name] {
		tags = append(tags, strings.Split(value, ",")...)
	}
	return tags
}

func slaChange(form url.Values, _ time.Time) (desk.Change, error) {
	if err := checkSent(form, "sla_amount"); err != nil {
		return nil, err
	}
	return desk.SetSLA{Amount: strings.TrimSpace(form.Get("sla_amount")), Unit: form.Get("sla_unit")}, nil
}

// snoozeChange takes words, hours from now, 0 to wake, or an instant in RFC 3339. now is in the zone of the words.
func snoozeChange(form url.Values, now time.Time) (desk.Change, error) {
	if form.Get("snooze") != "" {
		return snoozeWords(form, now)
	}
	if until := form.Get("snoozed_until"); until != "" {
		at, err := time.Parse(time.RFC3339, until)
		if err != nil {
			return nil, desk.FieldErrorf("snooze", "%q is not a time. Write it as 2026-01-05T09:00:00Z.", until)
		}
		return desk.Snooze{Until: at}, nil
	}
	hours, err := strconv.ParseFloat(form.Get("snooze_hours"), 64)
	if err != nil || hours < 0 || hours > 24*366 {
		return nil, desk.FieldErrorf("snooze", "Say for how many hours to snooze, up to a year, or 0 to wake the ticket.")
	}
	if hours == 0 {
		return desk.Snooze{}, nil
	}
	return desk.Snooze{Until: now.Add(time.Duration(hours * float64(time.Hour)))}, nil
}

// formNumber reads a row's id from a form.
func formNumber(r *http.Request, name string) (int64, error) {
	n, err := strconv.ParseInt(r.FormValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, desk.FieldErrorf(name, "The field %s is not a number. Open the page again.", name)
	}
	return n, nil
}
