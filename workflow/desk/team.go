package desk

// Team is a workspace; nothing of one team is ever visible to another.
type Team struct {
	ID          int64
	Name        string
	Timezone    string // IANA, "" is UTC
	PausesSLA   bool   // the SLA clock stands while a ticket is pending or on hold
	WidgetToken string // public; names the team to its widget
}

// User is a person who can sign in.
type User struct {
	ID       int64
	Email    string
	Name     string
	Disabled bool
}

// Member is a user within a team.
type Member struct {
	User
	TeamID int64
	Admin  bool
}

// Role is a named group of members; tickets can be assigned to it.
type Role struct {
	ID      int64
	Name    string
	Members []int64 // user ids
}

// Permission is something that not every member may do.
type Permission string

// The permissions of the route table.
const (
	AnswerTickets   Permission = "answer tickets"
	ManageWorkflows Permission = "manage workflows"
	ManageTeam      Permission = "manage the team"
)

// Can reports whether the member may do p; a disabled user may do nothing.
func (m Member) Can(p Permission) bool {
	if m.Disabled || m.ID == 0 {
		return false
	}
	switch p {
	case AnswerTickets:
		return true
	case ManageWorkflows, ManageTeam:
		return m.Admin
	}
	return false
}
