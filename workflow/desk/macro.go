package desk

// Limits of macros, in characters and counts.
const (
	MaxMacros        = 500 // of the team, and of each member
	MaxMacroName     = 100
	MaxMacroShortcut = 40
)

// ErrNoMacro answers a macro that is not there, or nobody's that asks.
var ErrNoMacro = Errorf(NotFound, "There is no such macro. Somebody may have deleted it.")

// CheckMacroOwner refuses changes of macros that are not the member's to change. The owner 0 is the team.
func (m Member) CheckMacroOwner(owner int64) error {
	switch {
	case owner == m.ID && m.ID != 0:
		return nil
	case owner == 0 && m.Can(ManageTeam):
		return nil
	case owner == 0:
		return Errorf(Forbidden, "Only an admin of the team can change a shared macro. Duplicate it to have one of your own.")
	}
	return ErrNoMacro
}
