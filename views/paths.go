package views

import "net/url"

// The addresses of spec/7, made nowhere else.

// SetupPath is the page that makes the first admin and team.
func SetupPath(key string) string { return "/setup?" + url.Values{"key": {key}}.Encode() }

// LoginPath is the sign-in page.
const LoginPath = "/login"

// LogoutPath takes a POST.
const LogoutPath = "/logout"

// SwitchTeamPath takes a POST with the other team as "to".
const SwitchTeamPath = "/team"

// LivePath is the live stream for a page that was made at a position of it.
func LivePath(since string) string {
	if since == "" {
		return "/events"
	}
	return withQuery("/events", url.Values{"since": {since}}.Encode())
}

// TicketsPath is the inbox; query is an encoded query without "?", or "".
func TicketsPath(query string) string { return withQuery("/tickets", query) }

// BulkPath takes a POST with several numbers and the fields to set.
const BulkPath = "/tickets/bulk"

// TicketPath is one ticket.
func TicketPath(n int64) string { return "/tickets/" + number(n) }

// TicketInPath is one ticket beside the list that query selects.
func TicketInPath(n int64, query string) string { return withQuery(TicketPath(n), query) }

// TicketReadPath takes a POST when a fragment of the ticket is shown.
func TicketReadPath(n int64) string { return TicketPath(n) + "/read" }

// MessagesPath takes a POST with a reply or a note.
func MessagesPath(n int64) string { return TicketPath(n) + "/messages" }

// EarlierPath gives what stands before a message of the thread.
func EarlierPath(n int64, query, before string) string {
	return withQuery(MessagesPath(n), alsoAsk(query, "before", before))
}

// alsoAsk adds a parameter to an encoded query.
func alsoAsk(query, name, value string) string {
	more := url.Values{name: {value}}.Encode()
	if query == "" {
		return more
	}
	return query + "&" + more
}

// SubjectPath takes a POST with the subject.
func SubjectPath(n int64) string { return TicketPath(n) + "/subject" }

// StatusPath takes a POST with the status.
func StatusPath(n int64) string { return TicketPath(n) + "/status" }

// PriorityPath takes a POST with the priority, empty for none.
func PriorityPath(n int64) string { return TicketPath(n) + "/priority" }

// AssigneePath takes a POST with the assignee: "user:1", "role:2" or empty.
func AssigneePath(n int64) string { return TicketPath(n) + "/assignee" }

// TagsPath takes a POST with tags, separated by commas, and tags_mode.
func TagsPath(n int64) string { return TicketPath(n) + "/tags" }

// SLAPath takes a POST with sla_amount and sla_unit.
func SLAPath(n int64) string { return TicketPath(n) + "/sla" }

// RunOnPath takes a POST with the workflow to run by hand on the ticket.
func RunOnPath(n int64) string { return TicketPath(n) + "/run" }

// SnoozePath takes a POST with snooze in words or snooze_hours, 0 to wake the ticket; a GET says what words mean.
func SnoozePath(n int64) string { return TicketPath(n) + "/snooze" }

// SettingsTeamPath lists the members; a POST adds one.
const SettingsTeamPath = "/settings/team"

// RemoveMemberPath takes a POST.
func RemoveMemberPath(user int64) string { return SettingsTeamPath + "/" + number(user) + "/remove" }

// SettingsRolesPath lists the roles; a POST adds one.
const SettingsRolesPath = "/settings/roles"

// RoleMembersPath takes a POST with the user to add.
func RoleMembersPath(role int64) string { return SettingsRolesPath + "/" + number(role) + "/members" }

// RoleMemberRemovePath takes a POST.
func RoleMemberRemovePath(role, user int64) string {
	return RoleMembersPath(role) + "/" + number(user) + "/remove"
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}
