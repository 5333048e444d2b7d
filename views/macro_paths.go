package views

import (
	"net/url"

	"signalbox/workflow/desk"
)

// MacrosPath lists the macros; a POST makes one.
const MacrosPath = "/macros"

// NewMacroPath is the form of a new macro.
const NewMacroPath = MacrosPath + "/new"

// MacroPath is one macro; a POST changes it.
func MacroPath(id desk.ID) string { return MacrosPath + "/" + id.String() }

// DuplicateMacroPath takes a POST that makes a copy of one's own.
func DuplicateMacroPath(id desk.ID) string { return MacroPath(id) + "/duplicate" }

// DeleteMacroPath takes a POST.
func DeleteMacroPath(id desk.ID) string { return MacroPath(id) + "/delete" }

// TicketMacrosPath lists the macros to use on a ticket.
func TicketMacrosPath(n int64) string { return TicketPath(n) + "/macros" }

// TicketMacroPath says what a macro would do to a ticket; a POST makes its changes without a message.
func TicketMacroPath(n int64, id desk.ID) string { return TicketMacrosPath(n) + "/" + id.String() }

// WithMacroPath is a ticket with a macro in its composer.
func WithMacroPath(n int64, id desk.ID) string {
	return TicketInPath(n, url.Values{"macro": {id.String()}}.Encode())
}
