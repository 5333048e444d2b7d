package views

// ComponentsPath shows the parts that pages are made of.
const ComponentsPath = "/components"

// Numbered is a ticket as one line.
func Numbered(n int64, subject string) string { return "#" + number(n) + " " + subject }

// PageName is a page that is opened by its name.
type PageName struct{ Name, Icon, Href string }

// Pages lists the pages that a member may open by name.
func Pages(admin bool) []PageName {
	pages := []PageName{
		{"Tickets", "inbox", TicketsPath("")},
		{"All views", "list", SavedViewsPath},
		{"Customers", "contact", CustomersPath},
		{"Notifications", "bell", NotificationsPath},
		{"Macros", "text-quote", MacrosPath},
		{"Bulk changes", "list-checks", BulksPath},
		{"Preferences", "settings", PreferencesPath},
		{"Preferences: notifications", "bell", NoticeSettingsPath},
		{"Components", "palette", ComponentsPath},
	}
	if !admin {
		return pages
	}
	return append(pages,
		PageName{"Workflows", "workflow", WorkflowsPath},
		PageName{"Deliveries", "send", DeliveriesPath},
		PageName{"Settings: team", "settings", SettingsTeamPath},
		PageName{"Settings: roles", "users", SettingsRolesPath},
		PageName{"Settings: widget", "message-circle", SettingsWidgetPath},
	)
}
