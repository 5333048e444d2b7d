package views

// ContactPath is a team's contact page; a POST opens a ticket.
func ContactPath(token string) string { return "/contact/" + token }

// ContactEndedPath is the contact page as it greets who has just ended their private links.
func ContactEndedPath(token string) string { return ContactPath(token) + "?ended=1" }

// ContactThemePath is the style sheet that has the team's colour.
func ContactThemePath(token string) string { return ContactPath(token) + "/theme.css" }

// PrivatePath is a ticket's own page for its customer; a POST adds a message. The link is a secret.
func PrivatePath(link string) string { return "/contact/ticket/" + link }

// PrivateEarlierPath is the part of the page before a message.
func PrivateEarlierPath(link, before string) string { return PrivatePath(link) + "?before=" + before }

// PrivateReadPath takes a POST that says what of the page was seen.
func PrivateReadPath(link string) string { return PrivatePath(link) + "/read" }

// PrivateRenewPath takes a POST that makes a new link and ends all others.
func PrivateRenewPath(link string) string { return PrivatePath(link) + "/renew" }

// PrivateEndPath takes a POST that ends all links.
func PrivateEndPath(link string) string { return PrivatePath(link) + "/end" }

// PrivateFilePath downloads a file of the conversation.
func PrivateFilePath(link string, f File) string {
	return PrivatePath(link) + FilePath(f.ID, f.Name)
}

// PrivatePicturePath shows our own small picture of such a file: "thumb" or "large".
func PrivatePicturePath(link, id, size string) string {
	return PrivatePath(link) + PicturePath(id, size)
}

// EndLinksPath takes a POST of a member that ends all private links to a ticket.
func EndLinksPath(n int64) string { return TicketPath(n) + "/private-links/end" }
