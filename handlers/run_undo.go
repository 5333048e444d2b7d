package handlers

import (
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
)

func (h *Handlers) showUndo(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	undone, err := h.Store.PlannedUndo(r.Context(), h.member(r).TeamID, id)
	if err != nil {
		return err
	}
	n, err := h.names(r)
	if err != nil {
		return err
	}

	tell := teller{names: n, now: h.Now(), zone: location(n.directory.Team.Timezone)}
	page := views.RunUndo{
		Run: undone.Run, WorkflowID: undone.WorkflowID, WorkflowName: undone.WorkflowName, Version: undone.Version,
		StartedAt: undone.StartedAt, UndoneAt: undone.At, UndoneBy: undone.By, Waits: undone.Waits,
		Restored: tell.undoLines(undone.Restored), Kept: tell.undoLines(undone.Kept), Sent: undone.Sent,
	}
	if page.Shell, err = h.versionShell(w, r, "Undo a run of "+undone.WorkflowName); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.RunUndoPage(page))
}

// undoLines words the fields that an undo restores or leaves.
func (t teller) undoLines(fields []store.UndoneField) []views.UndoLine {
	lines := make([]views.UndoLine, len(fields))
	for i, f := range fields {
		lines[i] = views.UndoLine{
			Ticket: f.Ticket, Field: views.FieldName(f.Field), From: orNothing(t.value(f.Field, f.From)), To: orNothing(t.value(f.Field, f.To)),
			By: f.By, Why: f.Why,
		}
		if !f.At.IsZero() {
			lines[i].At = views.Clock(f.At, t.now, t.zone)
		}
	}
	return lines
}

func orNothing(words string) string {
	if words == "" {
		return "none"
	}
	return words
}

func (h *Handlers) undoRun(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	undone, err := h.Store.UndoRun(r.Context(), h.actor(r), h.member(r).TeamID, id)
	if err != nil {
		return err
	}
	sentence := "The run is undone."
	if undone.Already {
		sentence = "The run was undone already: nothing was done now."
	}
	return h.redirectWith(w, r, views.UndoPath(id), sentence)
}
