package views

import (
	"html"
	"strings"

	"signalbox/workflow/desk"
)

// StatusName is a status as people read it, "" for none.
func StatusName(s desk.Status) string { return titled(string(s)) }

// shortKeys writes a shortcut as people know it: "Ctrl+B".
func shortKeys(keys string) string { return strings.ReplaceAll(keys, "Control", "Ctrl") }

// PreviewHTML is what a message of the team will look like.
func PreviewHTML(text string) string {
	switch drawn := Markdown(text); {
	case drawn != "":
		return drawn
	case strings.TrimSpace(text) == "":
		return "<p><em>There is nothing to preview.</em></p>"
	}
	return `<p class="raw">` + html.EscapeString(text) + "</p>"
}
