package widget

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"signalbox/workflow/desk"
)

// brandless is our own colour, for teams that have chosen none.
const brandless = "#2b5bd7"

// contactTheme is a style sheet with the team's colour: the policy of our pages allows no style within them.
func (d *Door) contactTheme(w http.ResponseWriter, r *http.Request) error {
	if err := d.limitAddress(r); err != nil {
		return err
	}
	widget, err := d.Store.WidgetByToken(r.Context(), chi.URLParam(r, "token"))
	if err != nil {
		return err
	}
	brand, on := brandOf(widget.Settings.Color)
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("Cache-Control", "max-age=300")
	_, _ = fmt.Fprintf(w, "@layer pages { .contact { --brand: %s; --on-brand: %s; } }\n", brand, on)
	return nil
}

// brandOf is the team's colour and that of text on it.
func brandOf(color string) (brand, on string) {
	c, err := desk.ParseColor(color)
	if err != nil {
		return brandless, "#fff"
	}
	if c.Ink() == (desk.Color{}) {
		return strings.ToLower(color), "#000"
	}
	return strings.ToLower(color), "#fff"
}
