package handlers

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// isNote reads who a message is for. A word that is not known is refused: taken for a reply, it would send a note to
// the customer.
func isNote(r *http.Request) (bool, error) {
	switch value := r.PostFormValue("private"); value {
	case "on":
		return true, nil
	case "":
		return false, nil
	default:
		return false, desk.FieldErrorf("private", "%q does not say who the message is for. Send on for a private note and nothing for a reply.", desk.Cut(value, 40))
	}
}

// outgoing reads what a composer sends.
func (h *Handlers) outgoing(r *http.Request, t *desk.Ticket) (store.Outgoing, error) {
	m := store.Outgoing{
		TicketID: t.ID, Body: r.PostFormValue("body"),
		Then: desk.Status(r.PostFormValue("then")), Draft: draftRevision(r),
	}
	var err error
	if m.Private, err = isNote(r); err != nil {
		return m, err
	}
	if m.Files, err = formFiles(r); err != nil {
		return m, err
	}
	if m.ID, err = formID(r, "message_id"); err != nil {
		return m, err
	}
	if m.Seen, err = formID(r, "seen"); err != nil {
		return m, err
	}
	if m.Macro, err = formID(r, "macro"); err != nil {
		return m, err
	}
	if words := sendingWords(r); words != "" {
		m.Then = cmp.Or(m.Then, desk.Status(r.PostFormValue("later_then")))
		m.At, err = h.scheduled(r, words)
		return m, err
	}
	hold, err := holdTime(r.PostFormValue("hold"))
	if hold > 0 && !m.Private { // a note goes nowhere, so there is nothing to take back
		m.At = h.Now().Add(hold)
	}
	return m, err
}

// formID reads an id of a form, zero for none.
func formID(r *http.Request, name string) (desk.ID, error) {
	text := r.PostFormValue(name)
	if text == "" {
		return desk.ID{}, nil
	}
	id, err := desk.ParseID(text)
	if err != nil || id.IsZero() { // taken for none, it would lead past the guard of stale replies
		return desk.ID{}, desk.FieldErrorf(name, "The field %s is not the id of a message. Open the ticket again.", name)
	}
	return id, nil
}

// sendingWords are when to send, "" for now: a button says it, or points to the field beside it.
func sendingWords(r *http.Request) string {
	words := ""
	for _, value := range slices.Backward(r.PostForm["send_at"]) {
		words = cmp.Or(words, strings.TrimSpace(value))
	}
	if words == "later" {
		return cmp.Or(strings.TrimSpace(r.PostFormValue("later")), words)
	}
	return words
}

// scheduled reads a time in RFC 3339 or in words, as the team's clocks show it.
func (h *Handlers) scheduled(r *http.Request, words string) (time.Time, error) {
	now, err := h.localNow(r)
	if err != nil {
		return time.Time{}, err
	}
	at, err := desk.ParseSnooze(words, now, now.Location())
	if err != nil || at.Until.IsZero() {
		return time.Time{}, desk.FieldErrorf("send_at",
			"%q is not a time to send it at. Write it like: tomorrow 9, mon, in 3h, fri 14:30 or 24 dec.", desk.Cut(words, 40))
	}
	return at.Until, nil
}

// laterEcho says what words mean, before anything is scheduled by them. That they mean nothing is an answer, too.
func (h *Handlers) laterEcho(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.pathTicket(r); err != nil {
		return err
	}
	words := strings.TrimSpace(r.FormValue("later"))
	if words == "" {
		return web.Render(w, r, http.StatusOK, views.SnoozeEcho("", ""))
	}
	at, err := h.scheduled(r, words)
	if err == nil {
		err = desk.CheckRelease(at, h.Now())
	}
	if desk.IsKind(err, desk.Invalid) {
		return web.Render(w, r, http.StatusOK, views.SnoozeEcho("", err.Error()))
	}
	if err != nil {
		return err
	}
	now, err := h.localNow(r)
	if err != nil {
		return err
	}
	meant := desk.Snooze{Until: at.In(now.Location())}
	return web.Render(w, r, http.StatusOK, views.SnoozeEcho(views.SnoozeText(meant, now.Location().String()), ""))
}

// holdTime reads for how many seconds a reply can be taken back.
func holdTime(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil || seconds < 0 || seconds > int(desk.MaxHold/time.Second) {
		return 0, desk.FieldErrorf("hold", "%q is not a number of seconds from 0 to %d.", desk.Cut(text, 40), int(desk.MaxHold.Seconds()))
	}
	return time.Duration(seconds) * time.Second, nil
}

// refuseMessage shows the ticket with the reason, keeps what was typed and marks what its writer had not seen.
func (h *Handlers) refuseMessage(w http.ResponseWriter, r *http.Request, t desk.Ticket, cause error) error {
	status, message := web.Explain(cause)
	if status >= http.StatusInternalServerError || t.ID == 0 { // then there is no page to say it on
		return cause
	}
	return h.ticketPage(w, r, status, t, func(pane *views.TicketPane) {
		c := &pane.Composer
		c.Body, c.Private, c.Draft = r.PostFormValue("body"), r.PostFormValue("private") == "on", draftRevision(r)
		c.Later, c.Then = r.PostFormValue("later"), desk.Status(r.PostFormValue("then"))
		if desk.IsStale(cause) {
			c.Stale = message
			markFresh(pane.Entries, r.PostFormValue("seen"))
			return
		}
		c.Problem = message
	})
}

// markFresh marks the messages after the one that was seen.
func markFresh(entries []views.Entry, seen string) {
	at := slices.IndexFunc(entries, func(e views.Entry) bool { return e.ID == seen })
	for i := at + 1; i < len(entries); i++ {
		entries[i].Fresh = entries[i].ID != ""
	}
}
