package views

import "net/url"

// SearchPath is the inbox with what a search finds.
func SearchPath(search string) string { return TicketsPath(url.Values{"q": {search}}.Encode()) }

// Numbered is a ticket as one line.
func Numbered(n int64, subject string) string { return "#" + number(n) + " " + subject }

// PageName is a page of the side bar.
type PageName struct{ Name, Icon, Href string }

// Pages lists the pages that a member may open by name.
func Pages(admin bool) []PageName {
	pages := []PageName{
		{"Tickets", "inbox", TicketsPath("")},
		{"All views", "list", SavedViewsPath},
		{"Notifications", "bell", NotificationsPath},
		{"Bulk changes", "check", BulksPath},
		{"Workflows", "workflow", WorkflowsPath},
		{"Customers", "contact", CustomersPath},
	}
	if !admin {
		return pages
	}
	return append(pages,
		PageName{"Deliveries", "send", DeliveriesPath},
		PageName{"Settings: team", "settings", SettingsTeamPath},
		PageName{"Settings: roles", "users", SettingsRolesPath},
		PageName{"Settings: widget", "message-circle", SettingsWidgetPath},
	)
}
