// Package views draws the pages from plain view models that the handlers fill.
// It refuses to decide anything: no database, no clock, no rule of the desk.
package views

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

func number(n int64) string { return strconv.FormatInt(n, 10) }

// thousands writes 1001 as "1,001".
func thousands(n int) string {
	if n < 0 {
		return "-" + thousands(-n)
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// plural is "1 ticket" or "2 tickets".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + one + "s"
}

// current marks the link of the page that is shown.
func current(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}

// lookAttrs are the choices that app.js keeps in cookies; an empty one leaves it to the system or the default.
func lookAttrs(theme, density string) templ.Attributes {
	attrs := templ.Attributes{}
	if theme != "" {
		attrs["data-theme"] = theme
	}
	if density != "" {
		attrs["data-density"] = density
	}
	return attrs
}

// teamValue sends the page's team with every request that htmx makes.
func teamValue(id int64) string { return `{"team":"` + number(id) + `"}` }

// titled is a word of the vocabulary at the start of a line: "on_hold" is "On hold".
func titled(word string) string {
	word = strings.ReplaceAll(word, "_", " ")
	if word == "" {
		return ""
	}
	return strings.ToUpper(word[:1]) + word[1:]
}
