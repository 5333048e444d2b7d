package views

// SettingsTokensPath lists the tokens of programs; a POST makes one.
const SettingsTokensPath = "/settings/tokens"

// RotateTokenPath takes a POST with overlap_hours.
func RotateTokenPath(token int64) string { return SettingsTokensPath + "/" + number(token) + "/rotate" }

// RevokeTokenPath takes a POST.
func RevokeTokenPath(token int64) string { return SettingsTokensPath + "/" + number(token) + "/revoke" }

// APIDocumentPath describes what programs may call.
const APIDocumentPath = "/api/conversations/external/openapi.json"

// APITicketPath is where they reach a ticket, by its id after it.
const APITicketPath = "/api/conversations/external/ticket"
