package views

import "signalbox/workflow"

func stepWord(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "Get ticket"
	case workflow.UpdateTicket:
		return "Update ticket"
	case workflow.If:
		return "If / else"
	case workflow.Wait:
		return "Wait"
	case workflow.SendReply:
		return "Send reply"
	case workflow.AddNote:
		return "Add private note"
	case workflow.Notify:
		return "Notify"
	case workflow.Webhook:
		return "Webhook"
	case workflow.AssignInTurn:
		return "Assign in turn"
	case workflow.SetVariable:
		return "Set variable"
	case workflow.Stop:
		return "Stop"
	}
	return string(t)
}

func stepIcon(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "eye"
	case workflow.UpdateTicket:
		return "pencil"
	case workflow.If:
		return "git-branch"
	case workflow.Wait:
		return "hourglass"
	case workflow.SendReply:
		return "reply"
	case workflow.AddNote:
		return "sticky-note"
	case workflow.Notify:
		return "bell"
	case workflow.Webhook:
		return "globe"
	case workflow.AssignInTurn:
		return "users"
	case workflow.SetVariable:
		return "hash"
	case workflow.Stop:
		return "circle-slash"
	}
	return "circle"
}

// stepHint says what a step is for, where one is chosen.
func stepHint(t workflow.StepType) string {
	switch t {
	case workflow.GetTicket:
		return "Reads the ticket as it is now, so that later steps can look at it."
	case workflow.UpdateTicket:
		return "Sets status, priority, SLA, assignee or tags."
	case workflow.If:
		return "Takes the first path whose conditions hold."
	case workflow.Wait:
		return "Goes on after some time, at a time, or when something holds."
	case workflow.SendReply:
		return "Answers the customer on the ticket’s channel."
	case workflow.AddNote:
		return "Leaves a note that only the team sees."
	case workflow.Notify:
		return "Tells a person, a role, an address or a channel."
	case workflow.Webhook:
		return "Calls an address outside, and can keep the answer."
	case workflow.AssignInTurn:
		return "Shares tickets out among the members of a role."
	case workflow.SetVariable:
		return "Keeps a value for the steps after it."
	case workflow.Stop:
		return "Ends the run here."
	}
	return ""
}
