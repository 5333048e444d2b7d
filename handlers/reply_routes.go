package handlers

// replyTable holds the addresses of drafts and replies that are held.
func (h *Handlers) replyTable() []route {
	return nil
}
