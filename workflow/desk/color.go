package desk

import (
	"math"
	"strconv"
)

// Color is a colour of the web, in sRGB.
type Color struct{ R, G, B uint8 }

// LeastContrast is what a control needs to be seen beside what surrounds it (WCAG 2.2, 1.4.11).
const LeastContrast = 3.0

// The two colours of which one is always readable on any other.
var (
	black = Color{}
	white = Color{R: 255, G: 255, B: 255}
)

// ParseColor reads #RRGGBB, in either case.
func ParseColor(text string) (Color, error) {
	if len(text) != 7 || text[0] != '#' {
		return Color{}, notColor(text)
	}
	n, err := strconv.ParseUint(text[1:], 16, 24)
	if err != nil {
		return Color{}, notColor(text)
	}
	return Color{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n)}, nil
}

func notColor(text string) error {
	return FieldErrorf("color", "%q is not a colour. Write it as # and six hexadecimal digits, such as #2b5bd7.", Cut(text, maxWidgetLine))
}

// Ink is black or white, whichever is easier to read on c; it always reaches 4.5.
func (c Color) Ink() Color {
	if c.Contrast(black) >= c.Contrast(white) {
		return black
	}
	return white
}

// Contrast is the ratio of WCAG 2.2, from 1 to 21.
func (c Color) Contrast(to Color) float64 {
	a, b := c.luminance(), to.luminance()
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func (c Color) luminance() float64 {
	linear := func(part uint8) float64 {
		v := float64(part) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
