package views

// PresencePath is the fragment of who is at which ticket.
const PresencePath = "/presence"

// TicketPresencePath takes a POST with page and state from a page that shows the ticket.
func TicketPresencePath(n int64) string { return TicketPath(n) + "/presence" }
