package views

// UndoneRuns counts what undoing several runs did.
type UndoneRuns struct {
	Runs, Restored, Kept, Sent, Failed int
	More                               bool
}

// Words says the counts in a sentence or more.
func (u UndoneRuns) Words() string {
	if u.Runs+u.Failed == 0 {
		return "No run of this version since then is left to undo."
	}
	text := plural(u.Runs, "run") + " undone, " + plural(u.Restored, "field") + " restored."
	if u.Kept > 0 {
		text += " Changed since, and left as they are: " + plural(u.Kept, "field") + "."
	}
	if u.Sent > 0 {
		text += " Messages, notices and calls that stay sent: " + thousands(u.Sent) + "."
	}
	if u.Failed > 0 {
		text += " Could not be undone, and are as they were: " + plural(u.Failed, "run") + "."
	}
	switch {
	case u.More && u.Runs == 0: // once more would do no more
		text += " There are more, which can be undone one by one on their own pages."
	case u.More:
		text += " There are more: undo again to go on."
	}
	return text
}
