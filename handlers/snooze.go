package handlers

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// localNow is now in the zone of the member's team, in which words about time are meant.
func (h *Handlers) localNow(r *http.Request) (time.Time, error) {
	team, err := h.Store.Team(r.Context(), h.member(r).TeamID)
	return h.Now().In(location(team.Timezone)), err
}

// snoozeWords reads a snooze that is said in words; now is in the zone of who says them.
func snoozeWords(form url.Values, now time.Time) (desk.Change, error) {
	return desk.ParseSnooze(form.Get("snooze"), now, now.Location())
}

// snoozeOf is how a ticket is put away, and what can be wished for in a press.
func snoozeOf(ticket *desk.Ticket, t teller) views.SnoozeForm {
	f := views.SnoozeForm{ByReply: ticket.SnoozedUntilReply}
	if !ticket.SnoozedUntil.IsZero() {
		f.Until = views.Clock(ticket.SnoozedUntil, t.now, t.zone)
	}
	for _, c := range []views.SnoozeChoice{
		{Text: "Later today", Words: "later today"},
		{Text: "Tomorrow 9:00", Words: "tomorrow 9"},
		{Text: "Monday", Words: "monday"},
		{Text: "In a week", Words: "1 week"},
		{Text: "Until they reply", Words: "until they reply"},
	} {
		s, err := desk.ParseSnooze(c.Words, t.now, t.zone)
		if err == nil {
			s.Until = s.Until.In(t.zone)
			c.Means = views.SnoozeMeans(s)
			f.Choices = append(f.Choices, c)
		}
	}
	return f
}

// snoozeEcho says what words mean, before they are saved. That they mean nothing is an answer, too.
func (h *Handlers) snoozeEcho(w http.ResponseWriter, r *http.Request) error {
	if _, err := h.pathTicket(r); err != nil {
		return err
	}
	now, err := h.localNow(r)
	if err != nil {
		return err
	}
	words := strings.TrimSpace(cmp.Or(r.FormValue("words"), r.FormValue("snooze")))
	if words == "" {
		return web.Render(w, r, http.StatusOK, views.SnoozeEcho("", ""))
	}
	snooze, err := desk.ParseSnooze(words, now, now.Location())
	if err != nil {
		return web.Render(w, r, http.StatusOK, views.SnoozeEcho("", err.Error()))
	}
	snooze.Until = snooze.Until.In(now.Location())
	return web.Render(w, r, http.StatusOK, views.SnoozeEcho(views.SnoozeText(snooze, now.Location().String()), ""))
}
