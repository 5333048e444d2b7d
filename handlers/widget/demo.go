package widget

import (
	"net/http"

	"signalbox/views"
	"signalbox/web"
)

// DemoPage answers the page of an invented shop whose chat reaches team. It is for demo mode only,
// and belongs behind web.SecurityHeaders: the chat must work under that strict a policy.
func (d *Door) DemoPage(team int64) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		widget, err := d.Store.Widget(r.Context(), team)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.Demo(views.DemoModel{WidgetToken: widget.Token}))
	}
}
