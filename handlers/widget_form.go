package handlers

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

// The widget's choices that are no settings of its look.
const (
	enabledChoice = "enabled"
	domainsChoice = "domains"
	keyChoice     = desk.PostHogKeyField
)

// widgetForm is what came with a form of settings.
type widgetForm struct {
	typed map[string]string // what the form holds; a field that it lacks stays as it is
	seen  map[string]string // what it held when the page was made; nil when it does not say
}

func readWidgetForm(r *http.Request) widgetForm {
	f := widgetForm{typed: map[string]string{}}
	for name, values := range r.PostForm {
		if slices.Contains([]string{"team", "seen", "address", "languages"}, name) {
			continue // no setting
		}
		value := values[len(values)-1] // a ticked box comes after the "off" of its form
		f.typed[name] = strings.TrimSpace(value)
	}
	if json.Unmarshal([]byte(r.PostFormValue("seen")), &f.seen) != nil {
		f.seen = nil
	}
	return f
}

// change makes the choices that the person touched.
func (f widgetForm) change(w *store.Widget) error {
	touched, err := desk.Touched(widgetChoices(*w), f.seen, f.typed)
	if err != nil {
		return err
	}
	return choose(w, touched)
}

// choose makes choices of a widget.
func choose(w *store.Widget, choices map[string]string) error {
	for name, value := range choices {
		switch name {
		case enabledChoice:
			w.Enabled = value == "on"
		case domainsChoice:
			w.Domains = strings.Fields(strings.ReplaceAll(value, ",", " "))
		case keyChoice:
			w.PostHogKey = value
		default:
			var err error
			if w.Settings, err = w.Settings.With(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// widgetChoices are all that the forms show of a widget.
func widgetChoices(w store.Widget) map[string]string {
	choices := w.Settings.Choices()
	choices[enabledChoice] = "off"
	if w.Enabled {
		choices[enabledChoice] = "on"
	}
	choices[domainsChoice] = strings.Join(w.ReadableSites(), "\n")
	choices[keyChoice] = w.PostHogKey
	return choices
}

// shown is the form of a widget as it is now, with what was typed over it.
func (f widgetForm) shown(w store.Widget) views.WidgetForm {
	now := widgetChoices(w)
	seen, _ := json.Marshal(now) // text always encodes
	maps.Copy(now, f.typed)
	return views.WidgetForm{Values: now, Seen: string(seen)}
}

// saveForm saves what was typed; a refusal comes back as the form to show again, with its status.
func (h *Handlers) saveForm(r *http.Request, f widgetForm) (again views.WidgetForm, status int, err error) {
	var now store.Widget
	_, err = h.Store.ChangeWidget(r.Context(), h.member(r).TeamID, func(w *store.Widget) error {
		now = *w
		return f.change(w)
	})
	if err == nil {
		return again, http.StatusSeeOther, nil
	}
	status, message, fault := refusal(err)
	if fault != nil {
		return again, 0, fault
	}
	again = f.shown(now)
	again.Problem = message
	if e, ok := errors.AsType[*desk.Error](err); ok {
		again.Field = e.Field
	}
	return again, status, nil
}
