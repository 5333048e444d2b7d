package handlers

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
)

// previewOf is what the door would tell the embed of the team's widget with these choices, in JSON. Those that are no good
// are left out: the form says what is wrong with them.
func (h *Handlers) previewOf(r *http.Request, choices map[string]string) (string, error) {
	widget, err := h.Store.Widget(r.Context(), h.member(r).TeamID)
	if err != nil {
		return "", err
	}
	for name, value := range choices {
		before := widget
		if choose(&widget, map[string]string{name: value}) != nil {
			widget = before
		}
	}
	config, err := json.Marshal(h.WidgetConfig(asPreviewed(widget), previewLanguages(r)))
	return string(config), err
}

// previewLanguages are those that the viewer wants to see, or reads. "!" before one goes before the team's choice.
func previewLanguages(r *http.Request) string {
	if chosen := r.FormValue("languages"); chosen != "" {
		return chosen
	}
	if words := r.FormValue("language"); r.URL.Path == views.WidgetWordsPath && words != "" {
		return "!" + words
	}
	tags := strings.Split(r.Header.Get("Accept-Language"), ",")
	for i, tag := range tags {
		tags[i], _, _ = strings.Cut(strings.TrimSpace(tag), ";")
	}
	return strings.Join(tags, ",")
}

// asPreviewed is the widget without what is nobody's business in a frame, and on.
func asPreviewed(w store.Widget) store.Widget {
	w.Enabled, w.Domains = true, nil
	return w
}

// previewWidget answers what the frame is to show.
func (h *Handlers) previewWidget(w http.ResponseWriter, r *http.Request) error {
	config, err := h.previewOf(r, readWidgetForm(r).typed)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = io.WriteString(w, config)
	return err
}

// framedBySelf lets our own pages put this one into a frame; no other page of ours may be in any.
const framedBySelf = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// showWidgetPreview is the page inside of the preview's frame.
func (h *Handlers) showWidgetPreview(w http.ResponseWriter, r *http.Request) error {
	head := w.Header()
	head.Set("Content-Security-Policy", framedBySelf)
	head.Set("X-Frame-Options", "SAMEORIGIN")
	return web.Render(w, r, http.StatusOK, views.WidgetPreview())
}
