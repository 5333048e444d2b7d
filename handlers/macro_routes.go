package handlers

// macroTable holds the addresses of snippets and macros.
func (h *Handlers) macroTable() []route {
	return nil
}
