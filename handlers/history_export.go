package handlers

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// The lines of an export; their names stay as they are.
type (
	exportedChange struct {
		ID         int64      `json:"id"`
		At         time.Time  `json:"at"`
		Field      desk.Field `json:"field"`
		Before     any        `json:"before"`
		After      any        `json:"after"`
		MessageID  string     `json:"message_id,omitempty"`
		Actor      exportedBy `json:"actor"`
		WorkflowID string     `json:"workflow_id,omitempty"`
		Workflow   string     `json:"workflow,omitempty"`
		Version    int        `json:"workflow_version,omitempty"`
		RunID      string     `json:"run_id,omitempty"`
		StepID     string     `json:"step_id,omitempty"`
	}
	exportedMessage struct {
		ID      string     `json:"id"`
		At      time.Time  `json:"at"`
		Author  exportedBy `json:"author"`
		Private bool       `json:"private"`
		Body    string     `json:"body"`
		RunID   string     `json:"run_id,omitempty"`
	}
	exportedEvent struct {
		ID   string         `json:"id"`
		At   time.Time      `json:"at"`
		Name desk.EventName `json:"event"`
	}
	exportedBy struct {
		Kind desk.ActorKind `json:"kind"`
		ID   int64          `json:"id,omitempty"`
		Name string         `json:"name,omitempty"`
	}
)

// exportHistory streams everything that is known of a ticket's past as one JSON object. It is for agents: private
// notes are in it.
func (h *Handlers) exportHistory(w http.ResponseWriter, r *http.Request) error {
	t, err := h.pathTicket(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="ticket-%d-history.json"`, t.Number))
	w.Header().Set("Cache-Control", "no-store")
	out := exporter{w: bufio.NewWriter(w)}
	if err := h.writeHistory(r, &t, &out); err != nil {
		// What was sent cannot be taken back: cut short, it is no JSON, and nobody takes it for the whole.
		h.Log.ErrorContext(r.Context(), "export history", "ticket", t.ID, "error", err)
	}
	return nil
}

func (h *Handlers) writeHistory(r *http.Request, t *desk.Ticket, out *exporter) error {
	ctx := r.Context()
	out.text(`{"ticket":`)
	out.value(t)
	out.text(`,"changes":[`)
	err := h.Store.EachChange(ctx, t.TeamID, t.ID, func(e store.HistoryEntry) error { return out.line(changeLine(&e)) })
	if err != nil {
		return err
	}
	out.next(`],"messages":[`)
	if err := h.Store.EachMessage(ctx, t.TeamID, t.ID, func(m desk.Message) error { return out.line(messageLine(&m)) }); err != nil {
		return err
	}
	out.next(`],"events":[`)
	err = h.Store.EachEvent(ctx, t.TeamID, t.ID, func(e store.PastEventLine) error {
		return out.line(exportedEvent{ID: e.PublicID.String(), At: e.At, Name: e.Name})
	})
	if err != nil {
		return err
	}
	out.next("]}\n")
	return out.flush()
}

func changeLine(e *store.HistoryEntry) exportedChange {
	return exportedChange{
		ID: e.ID, At: e.At, Field: e.Field, Before: e.Before, After: e.After, MessageID: idText(e.MessageID),
		Actor:      exportedBy{Kind: e.Actor.Kind, ID: e.Actor.ID, Name: e.Actor.Name},
		WorkflowID: idText(e.WorkflowID), Workflow: e.WorkflowName, Version: e.Actor.Step.Version,
		RunID: idText(e.Actor.Step.RunID), StepID: e.Actor.Step.StepID,
	}
}

func messageLine(m *desk.Message) exportedMessage {
	return exportedMessage{
		ID: m.PublicID.String(), At: m.CreatedAt, Author: exportedBy{Kind: m.Author, ID: m.AuthorID, Name: m.AuthorName},
		Private: m.Private, Body: m.Body, RunID: idText(m.Step.RunID),
	}
}

// idText is an id as JSON has it, "" for none.
func idText(id desk.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// exporter writes JSON piece by piece. Its first error stays.
type exporter struct {
	w     *bufio.Writer
	lines int
	err   error
}

func (e *exporter) text(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

// next begins another list.
func (e *exporter) next(s string) {
	e.lines = 0
	e.text(s)
}

func (e *exporter) value(v any) {
	line, err := json.Marshal(v)
	if e.err == nil {
		e.err = err
	}
	e.text(string(line))
}

// line adds an element to the list, and says whether anybody still listens.
func (e *exporter) line(v any) error {
	if e.lines > 0 {
		e.text(",")
	}
	e.lines++
	e.text("\n")
	e.value(v)
	return e.err
}

func (e *exporter) flush() error {
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}
