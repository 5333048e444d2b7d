// Package ui draws the primitives that every page is made of, from one struct each.
// It knows nothing of tickets, asks no clock and writes no style into the page.
package ui

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"
)

// Tone is the meaning of a colour; a word or an icon always says the same.
type Tone string

// The tones. Plain is for everything that is not a state.
const (
	Plain  Tone = ""
	Good   Tone = "ok"
	Warn   Tone = "warn"
	Bad    Tone = "bad"
	Accent Tone = "accent"
	Note   Tone = "note"
)

// Kind is how loud a button is.
type Kind string

// At most one Primary button stands in one form.
const (
	Default Kind = ""
	Primary Kind = "primary"
	Quiet   Kind = "quiet"
	Danger  Kind = "danger"
)

// initials are the first letters of the first and the last word, or "?".
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	if len(words) == 1 {
		return string(unicode.ToUpper(first))
	}
	last, _ := utf8.DecodeRuneInString(words[len(words)-1])
	return string(unicode.ToUpper(first)) + string(unicode.ToUpper(last))
}

// stamp is the machine's form of an instant, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// classes joins the names that are not empty.
func classes(names ...string) string {
	return strings.Join(slices.DeleteFunc(names, func(s string) bool { return s == "" }), " ")
}

// describedBy names the hint and the problem of a control, for screen readers.
func describedBy(id, hint, problem string) templ.Attributes {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if problem != "" {
		ids = append(ids, id+"-problem")
	}
	if len(ids) == 0 {
		return nil
	}
	return templ.Attributes{"aria-describedby": strings.Join(ids, " ")}
}

// currentAttr marks the link of the page that is shown.
func currentAttr(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return templ.Attributes{"aria-current": "page"}
}
