package views

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// longestWords is how many characters of a text a card shows.
const longestWords = 120

// stepWords says in one line what a step does.
func stepWords(s *workflow.Step, dir *workflow.Directory) string {
	switch s.Type {
	case workflow.GetTicket:
		return "into " + outputOf(s)
	case workflow.UpdateTicket:
		return updateWords(s.Update, dir)
	case workflow.If:
		return "The first path that matches is taken"
	case workflow.Wait:
		return waitWords(s.Wait)
	case workflow.SendReply, workflow.AddNote:
		return excerpt(s.Message.Body, "Says nothing yet")
	case workflow.Notify:
		return notifyWords(s.Notify, dir)
	case workflow.Webhook:
		return callWords(s.Webhook)
	case workflow.AssignInTurn:
		return turnWords(s.Assign, dir)
	case workflow.SetVariable:
		return orDots(s.Variable.Variable) + " = " + orDots(desk.Cut(ValueText(s.Variable.Value), longestWords))
	case workflow.Stop:
		return s.Stop.Reason
	}
	return ""
}

func excerpt(text, blank string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return blank
	}
	if short := desk.Cut(text, longestWords); short != text {
		return short + "…"
	}
	return text
}

func orDots(text string) string {
	if strings.TrimSpace(text) == "" {
		return "…"
	}
	return text
}

func waitWords(w *workflow.WaitStep) string {
	switch WaitKind(w) {
	case WaitUntil:
		return "until " + orDots(w.Until)
	case WaitWindow:
		return "until " + hoursWords(*w.Window)
	case WaitWhen:
		words := "until " + groupWords(*w.When)
		if w.Timeout != "" {
			words += ", at most " + lengthWords(w.Timeout)
		}
		return words
	}
	return "for " + orDots(lengthWords(w.For))
}

// lengthWords writes 2d as "2 days"; a template stays as it is.
func lengthWords(text string) string {
	units := map[string]string{"s": "second", "m": "minute", "h": "hour", "d": "day"}
	if text == "" {
		return ""
	}
	number, unit := text[:len(text)-1], units[text[len(text)-1:]]
	if n, err := strconv.ParseFloat(number, 64); err != nil || unit == "" || n < 0 {
		return text
	}
	if number == "1" {
		return "1 " + unit
	}
	return number + " " + unit + "s"
}

// hoursWords writes business hours as "Mon–Fri 09:00-17:00".
func hoursWords(h desk.Hours) string {
	words := daysWords(h.Days)
	if len(h.Windows) > 0 {
		words += " " + WindowsText(h.Windows)
	}
	if h.Timezone != "" {
		words += ", " + h.Timezone
	}
	return words
}

// daysWords joins three days and more that follow each other.
func daysWords(days []string) string {
	if days == nil {
		return "any day"
	}
	var parts []string
	week := Weekdays()
	for i := 0; i < len(week); {
		end := i
		for end < len(week) && slices.Contains(days, week[end]) {
			end++
		}
		switch {
		case end-i > 2:
			parts = append(parts, titled(week[i])[:3]+"–"+titled(week[end-1])[:3])
		case end > i:
			for _, day := range week[i:end] {
				parts = append(parts, titled(day)[:3])
			}
		}
		i = end + 1
	}
	if len(parts) == 0 {
		return "no day"
	}
	return strings.Join(parts, ", ")
}

func notifyWords(n *workflow.NotifyStep, dir *workflow.Directory) string {
	var to string
	switch {
	case n.Address != "":
		to = orDots(blankless(n.Address, BlankAddress))
	case n.URL != "":
		to = "channel at " + hostOf(n.URL)
	case n.To == nil:
		to = "nobody yet"
	default:
		to = targetWords(*n.To, dir)
		if len(n.Via) == 1 {
			to += viaWords(n.Via[0])
		}
	}
	return to + ": " + excerpt(n.Text, "says nothing yet")
}

func viaWords(via string) string {
	if via == workflow.ViaEmail {
		return ", by email"
	}
	return ", in the app"
}

// hostOf leaves the secret part of a webhook's address out.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "…"
	}
	return u.Host
}

func callWords(c *workflow.WebhookStep) string {
	method := c.Method
	if method == "" {
		method = "POST"
	}
	words := method + " " + hostOf(c.URL)
	if c.Output != "" {
		words += ", answer into " + c.Output
	}
	return words
}

func turnWords(a *workflow.AssignStep, dir *workflow.Directory) string {
	role := "no role yet"
	if a.Role != nil {
		role = targetWords(*a.Role, dir)
	}
	if a.Mode == workflow.LeastOpen {
		return role + ", who has the fewest open tickets"
	}
	return role + ", one after the other"
}

func updateWords(u *workflow.UpdateTicketStep, dir *workflow.Directory) string {
	var parts []string
	add := func(text string) {
		if text != "" {
			parts = append(parts, text)
		}
	}
	add(titled(u.Status))
	add(titled(u.Priority))
	add(slaWords(u))
	if u.Assignee != nil {
		add(targetWords(*u.Assignee, dir))
	}
	if len(u.Tags) > 0 {
		add(tagsLead(u.TagsMode) + ListText(u.Tags))
	}
	if len(parts) == 0 {
		return "Changes nothing yet"
	}
	return strings.Join(parts, " · ")
}

func slaWords(u *workflow.UpdateTicketStep) string {
	amount := ValueText(u.SLAAmount)
	switch amount {
	case "":
		return ""
	case "clear":
		return "No SLA"
	default:
		amount = "SLA " + amount + " " + unitWord(u.SLAUnit)
	}
	if u.BusinessHours != nil {
		amount += " in business hours"
	}
	switch u.SLAMode {
	case desk.SLAEarlier:
		return amount + ", if earlier"
	case desk.SLALater:
		return amount + ", if later"
	case desk.SLASet, "":
	}
	return amount
}

func unitWord(unit string) string {
	switch unit {
	case "", "hour":
		return "h"
	case "minute":
		return "min"
	case "day":
		return "d"
	}
	return unit
}

// targetWords prefers the present name to the one that was saved.
func targetWords(t workflow.Target, dir *workflow.Directory) string {
	switch t.Kind {
	case desk.Nobody:
		return "Nobody"
	case desk.ToRole:
		if role, ok := dir.Roles[t.ID]; ok {
			return role.Name
		}
	case desk.ToUser:
		if user, ok := dir.Users[t.ID]; ok {
			return user.Name
		}
	}
	return t.Name
}

func tagsLead(mode desk.TagsMode) string {
	switch mode {
	case desk.AddTags:
		return "add "
	case desk.RemoveTags:
		return "remove "
	case desk.ReplaceTags, "":
	}
	return "tags "
}

func outputOf(s *workflow.Step) string { return cmp.Or(s.Get.Output, "ticket") }
