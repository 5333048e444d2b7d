package views

// DraftPath takes a POST with what is typed and the revision that it was made from.
func DraftPath(n int64) string { return TicketPath(n) + "/draft" }

// PreviewPath takes a POST with what is typed and shows what it will look like.
func PreviewPath(n int64) string { return TicketPath(n) + "/preview" }

// LaterPath says what the words of a time to send at mean.
func LaterPath(n int64) string { return TicketPath(n) + "/later" }

// ReplyPath is a reply that waits; POSTs to what follows it act on it.
func ReplyPath(n int64, id string) string { return TicketPath(n) + "/replies/" + id }

// TakeBackPath takes a POST that puts the text back into the composer.
func TakeBackPath(n int64, id string) string { return ReplyPath(n, id) + "/cancel" }

// SendNowPath takes a POST with the newest message that its sender has seen.
func SendNowPath(n int64, id string) string { return ReplyPath(n, id) + "/send" }

// DiscardPath takes a POST that throws the reply away.
func DiscardPath(n int64, id string) string { return ReplyPath(n, id) + "/discard" }
