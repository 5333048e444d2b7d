package handlers

// relationTable holds the addresses of merging, splitting, links, followers.
func (h *Handlers) relationTable() []route {
	return nil
}
