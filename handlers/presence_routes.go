package handlers

// presenceTable holds the addresses of who views and writes.
func (h *Handlers) presenceTable() []route {
	return nil
}
