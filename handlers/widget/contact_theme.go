package widget

import (
	"encoding/hex"
	"fmt"
	"math"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"
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

// brandOf reads #rrggbb, and finds which of white and near black is legible on it: one always is.
func brandOf(color string) (brand, on string) {
	rgb, err := hex.DecodeString(strings.TrimPrefix(color, "#"))
	if err != nil || len(rgb) != 3 {
		return brandless, "#fff"
	}
	brand = "#" + hex.EncodeToString(rgb)
	const white, ink = 1.0, 0.0111 // luminances of #fff and #1a1c21
	if l := luminance(rgb); (white+.05)/(l+.05) >= (l+.05)/(ink+.05) {
		return brand, "#fff"
	}
	return brand, "#1a1c21"
}

// luminance is that of WCAG 2, 0 to 1.
func luminance(rgb []byte) float64 {
	linear := func(b byte) float64 {
		v := float64(b) / 255
		if v <= .04045 {
			return v / 12.92
		}
		return math.Pow((v+.055)/1.055, 2.4)
	}
	return .2126*linear(rgb[0]) + .7152*linear(rgb[1]) + .0722*linear(rgb[2])
}
