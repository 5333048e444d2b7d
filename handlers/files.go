package handlers

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// What a form may bring in one request: a script sends files one by one, a plain form all of a message.
const (
	oneFile  = desk.MaxFile + formLimit
	allFiles = desk.MaxFiles*desk.MaxFile + formLimit
)

// takeForm reads the form of the composer of the ticket at the address. Whose form it is comes first: to a page of
// another team, that its number is none of this one is no answer. The ticket is returned with the refusal, too, unless
// there is none.
func (h *Handlers) takeForm(w http.ResponseWriter, r *http.Request, most int64) (desk.Ticket, error) {
	t, missing := h.pathTicket(r)
	err := h.takeFiles(w, r, most, func(name string, body io.Reader) (desk.File, error) {
		if missing != nil {
			return desk.File{}, missing
		}
		return h.Store.KeepFile(r.Context(), h.actor(r), store.NewFile{TeamID: t.TeamID, TicketID: t.ID, Name: name, Body: body})
	})
	return t, cmp.Or(err, missing)
}

// takeFiles reads a form with files. They are kept for the composer at once, so that a refusal of the message does not
// lose them, and named with the others in the form's field "file".
func (h *Handlers) takeFiles(
	w http.ResponseWriter, r *http.Request, most int64, keep func(name string, body io.Reader) (desk.File, error),
) error {
	var kept []string
	err := web.ReadUpload(w, r, web.Upload{Form: formLimit, Total: most, Keep: func(name string, body io.Reader) error {
		if err := h.checkTeam(r, r.Form); err != nil {
			return err
		}
		f, err := keep(name, body)
		if err == nil {
			kept = append(kept, f.ID.String())
		}
		return err
	}})
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) && tooLarge.Limit == most {
		err = desk.Errorf(desk.TooLarge, "That is too much at once: a file may have %d MB. Send a link to a larger one.", desk.MaxFile>>20)
	}
	if err != nil {
		return err
	}
	r.PostForm["file"] = append(r.PostForm["file"], kept...)
	return h.checkTeam(r, r.Form)
}

// sendMessage is addMessage with what a plain form brings along.
func (h *Handlers) sendMessage(w http.ResponseWriter, r *http.Request) error {
	t, err := h.takeForm(w, r, allFiles)
	if err != nil {
		return h.refuseMessage(w, r, t, err)
	}
	return h.addMessage(w, r)
}

// formFiles are the files that a composer's form names; the store looks whose they are.
func formFiles(r *http.Request) ([]desk.File, error) {
	var files []desk.File
	for _, text := range r.PostForm["file"] {
		id, err := desk.ParseID(text)
		if err != nil {
			return nil, err
		}
		files = append(files, desk.File{ID: id})
	}
	return files, nil
}

// addFiles keeps files for the next message.
func (h *Handlers) addFiles(w http.ResponseWriter, r *http.Request) error {
	t, err := h.takeForm(w, r, oneFile)
	if err != nil {
		return h.refuseFiles(w, r, t, err)
	}
	return h.answerFiles(w, r, t)
}

// removeFile takes one of them out again.
func (h *Handlers) removeFile(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	t, err := h.takeForm(w, r, allFiles)
	if err != nil { // a plain form brings all that is typed and chosen
		return h.refuseFiles(w, r, t, err)
	}
	err = h.Store.RemoveFile(r.Context(), h.actor(r), t.TeamID, id)
	if err != nil && !desk.IsKind(err, desk.NotFound) { // or it is gone already
		return err
	}
	return h.answerFiles(w, r, t)
}

// refuseFiles says what is wrong; without scripts on a page that keeps what was typed.
func (h *Handlers) refuseFiles(w http.ResponseWriter, r *http.Request, t desk.Ticket, cause error) error {
	if web.IsFragment(r) {
		return cause
	}
	return h.refuseMessage(w, r, t, cause)
}

// answerFiles shows what waits; without scripts on a page that keeps what was typed.
func (h *Handlers) answerFiles(w http.ResponseWriter, r *http.Request, t desk.Ticket) error {
	if !web.IsFragment(r) {
		return h.ticketPage(w, r, http.StatusOK, t, func(pane *views.TicketPane) {
			if r.PostForm.Has("body") {
				pane.Composer.Body, pane.Composer.Private = r.PostFormValue("body"), r.PostFormValue("private") == "on"
			}
		})
	}
	waiting, err := h.Store.WaitingFiles(r.Context(), h.actor(r), t.TeamID, t.ID)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.WaitingFiles(views.ComposerFiles{
		Number: t.Number, Query: listAddress(r).Encode(), Files: views.FilesOf(waiting),
	}))
}

// fillFiles shows what came with the messages, and what waits in the viewer's composer.
func (h *Handlers) fillFiles(r *http.Request, pane *views.TicketPane, t *desk.Ticket, p passage) error {
	waiting, err := h.Store.WaitingFiles(r.Context(), h.actor(r), t.TeamID, t.ID)
	if err != nil {
		return err
	}
	pane.Files = views.FilesOf(waiting)
	return h.attach(r, t.TeamID, p, pane.Entries)
}

// attach gives the entries of a passage the files of their messages.
func (h *Handlers) attach(r *http.Request, team int64, p passage, entries []views.Entry) error {
	files, err := h.Store.MessageFiles(r.Context(), team, p.messages)
	if err != nil {
		return err
	}
	for id, attached := range files {
		text := id.String()
		if at := slices.IndexFunc(entries, func(e views.Entry) bool { return e.ID == text }); at >= 0 {
			entries[at].Files = views.FilesOf(attached)
		}
	}
	return nil
}
