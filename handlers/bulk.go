package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// mostAtOnce is how many tickets one press may change.
const mostAtOnce = 1_000

// changeMany makes the same change to each ticket that was ticked: each is a change of its own, so that
// one refusal does not hold up the others.
func (h *Handlers) changeMany(w http.ResponseWriter, r *http.Request) error {
	back := web.LocalPath(r.PostFormValue("back"), views.TicketsPath(""))
	numbers := slices.Compact(slices.Sorted(slices.Values(r.PostForm["number"])))
	switch {
	case len(numbers) == 0:
		return desk.FieldErrorf("number", "No ticket is selected. Select some and try again.")
	case len(numbers) > mostAtOnce:
		return desk.FieldErrorf("number", "%d tickets are selected; the most at once is %d.", len(numbers), mostAtOnce)
	}
	if r.PostFormValue("workflow") != "" {
		if err := h.runOnMany(w, r, numbers); err != nil {
			return err
		}
		web.Redirect(w, r, back)
		return nil
	}
	change, err := h.bulkChange(r.PostForm)
	if err != nil {
		return err
	}

	done, refused := 0, ""
	for _, number := range numbers {
		err := h.changeOne(r, number, change)
		switch status, message := web.Explain(err); {
		case err == nil:
			done++
		case status >= http.StatusInternalServerError:
			return err
		default:
			refused = fmt.Sprintf(" Ticket %s was left as it is: %s", number, message)
		}
	}
	if err := h.Sessions.AddFlash(w, r, fmt.Sprintf("%d of %d tickets changed.%s", done, len(numbers), refused)); err != nil {
		return err
	}
	web.Redirect(w, r, back)
	return nil
}

func (h *Handlers) changeOne(r *http.Request, number string, change desk.Change) error {
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return desk.Errorf(desk.NotFound, "There is no such ticket in this team.")
	}
	t, err := h.Store.Ticket(r.Context(), h.member(r).TeamID, n)
	if err != nil {
		return err
	}
	_, err = h.Store.ChangeTicket(r.Context(), h.actor(r), t.TeamID, t.ID, change)
	return err
}

// bulkChange joins the fields that were given; an empty choice leaves a field as it is, so nobody and
// no priority have words of their own.
func (h *Handlers) bulkChange(form url.Values) (desk.All, error) {
	fields := []struct {
		name, none string
		read       change
	}{
		{"status", "", statusChange},
		{"priority", "none", priorityChange},
		{"assignee", "unassigned", assigneeChange},
		{"tags", "", tagsChange},
		{"sla_amount", "", slaChange},
		{"snooze", "", snoozeChange},
		{"snooze_hours", "", snoozeChange},
		{"snoozed_until", "", snoozeChange},
	}
	var all desk.All
	for _, f := range fields {
		value := form.Get(f.name)
		if value == "" {
			continue
		}
		if value == f.none {
			form.Set(f.name, "")
		}
		c, err := f.read(form, h.Now())
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, desk.Errorf(desk.Invalid, "Nothing was chosen to change. Choose a status, a priority, an assignee or tags.")
	}
	return all, nil
}
