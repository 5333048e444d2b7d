package handlers

import (
	"net/http"

	"signalbox/views"
	"signalbox/web"
)

// showComponents shows every part that pages are made of, in every state.
func (h *Handlers) showComponents(w http.ResponseWriter, r *http.Request) error {
	shell, err := h.shell(w, r, "Components", "")
	if err != nil {
		return err
	}
	shell.Styles = append(shell.Styles, "components.css")
	return web.Render(w, r, http.StatusOK, views.Components(views.ComponentsPage{Shell: shell, At: h.Now()}))
}
