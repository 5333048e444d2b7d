package handlers

// historyTable holds the addresses of the history of a ticket.
func (h *Handlers) historyTable() []route {
	return nil
}
