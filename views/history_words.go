package views

import "signalbox/workflow/desk"

// FieldTitle is a field of a ticket as a heading: "Status".
func FieldTitle(f desk.Field) string { return titled(fieldName(f)) }
