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

// prose is the text of a member of the team as HTML, "" for what is shown as it was written: that is all that
// customers wrote, and what workflows made of it.
func (e Entry) prose() string {
	if e.Author != desk.ByAgent {
		return ""
	}
	return Markdown(e.Body)
}
