package views

import (
	"net/url"

	"signalbox/workflow/desk"
)

// MergePath is the page that merges a ticket into another one; a POST does.
func MergePath(n int64) string { return TicketPath(n) + "/merge" }

// MergeIntoPath is MergePath with the other ticket chosen.
func MergeIntoPath(n, into int64) string {
	return withQuery(MergePath(n), url.Values{"q": {"#" + number(into)}}.Encode())
}

// MergeUndoPath takes a POST with the number of the ticket to go back to.
func MergeUndoPath(id desk.ID) string { return "/merges/" + id.String() + "/undo" }

// SplitPath is the page that makes a new ticket of messages; a POST does.
func SplitPath(n int64) string { return TicketPath(n) + "/split" }

// LinksPath takes a POST with the number of another ticket.
func LinksPath(n int64) string { return TicketPath(n) + "/links" }

// UnlinkPath takes a POST with the number of the other ticket.
func UnlinkPath(n int64) string { return LinksPath(n) + "/remove" }

// FollowPath takes a POST.
func FollowPath(n int64) string { return TicketPath(n) + "/follow" }

// UnfollowPath takes a POST.
func UnfollowPath(n int64) string { return TicketPath(n) + "/unfollow" }

// BellPath is the fragment that counts unread notices.
const BellPath = NotificationsPath + "/bell"

// MentionsPath is the fragment of the names that a note can mention.
const MentionsPath = "/mentions"

// NoticeSettingsPath is where members choose what they are told of; a POST saves it.
const NoticeSettingsPath = "/preferences/notifications"
