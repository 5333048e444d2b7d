package handlers

// bulkTable holds the addresses of changes of many tickets.
func (h *Handlers) bulkTable() []route {
	return nil
}
