package handlers

// searchTable holds the addresses of the search and the command palette.
func (h *Handlers) searchTable() []route {
	return nil
}
