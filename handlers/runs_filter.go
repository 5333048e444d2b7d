package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// runFilter reads what the address narrows the log to, and says it as a question to the store. zone is the team's.
func runFilter(r *http.Request, zone *time.Location) (views.RunFilter, store.RunQuery, error) {
	value := func(name string) string { return strings.TrimSpace(r.FormValue(name)) }
	f := views.RunFilter{
		Outcome: value("outcome"), Ticket: strings.TrimPrefix(value("ticket"), "#"), Path: value("path"),
		Version: value("version"), From: value("from"), To: value("to"),
	}
	q := store.RunQuery{Outcome: workflow.Outcome(f.Outcome), Limit: runsPerPage + 1}
	if f.Outcome != "" && !slices.Contains(views.RunOutcomes(), q.Outcome) {
		return f, q, desk.FieldErrorf("outcome", "There is no outcome %.40q. Choose one from the list.", f.Outcome)
	}
	version, err := numberIn("version", f.Version)
	if err != nil {
		return f, q, err
	}
	q.Version = int(version)
	if q.Number, err = numberIn("ticket", f.Ticket); err != nil {
		return f, q, err
	}
	if q.Branch, err = branchIn(f.Path); err != nil {
		return f, q, err
	}
	if q.Since, err = dayIn("from", f.From, zone); err != nil {
		return f, q, err
	}
	if q.Until, err = dayIn("to", f.To, zone); err == nil && !q.Until.IsZero() {
		q.Until = q.Until.AddDate(0, 0, 1) // the last day is meant whole
	}
	return f, q, err
}

// numberIn reads a positive number, 0 for none.
func numberIn(field, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n <= 0 {
		return 0, desk.FieldErrorf(field, "%.40q is not the number of a %s. Use one like 12.", text, field)
	}
	return n, nil
}

// branchIn reads what views.PathValue wrote.
func branchIn(text string) (store.Branch, error) {
	if text == "" {
		return store.Branch{}, nil
	}
	exit, step, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(exit, 10, 16)
	if err != nil || step == "" {
		return store.Branch{}, desk.FieldErrorf("path", "%.40q is not a path of this workflow. Choose one from the list.", text)
	}
	return store.Branch{StepID: step, Exit: int(n)}, nil
}

// dayIn reads the beginning of a day, the zero time for none.
func dayIn(field, text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, desk.FieldErrorf(field, "%.40q is not a day. Use one like 2026-01-31.", text)
	}
	return day, nil
}
