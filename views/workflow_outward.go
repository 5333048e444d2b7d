package views

import (
	"strconv"

	"signalbox/views/ui"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// Whom a notice goes to where that is nobody of the team.
const (
	ToAddress = "address"
	ToChannel = "url"
)

// HeaderPath names the header of a webhook.
func HeaderPath(i int) string { return "h" + strconv.Itoa(i) }

func (f panelForm) body(label, value string) templateField {
	field := f.lines("body", label, value)
	field.Lines = 6
	return withFields(field)
}

// recipient offers roles, people and what lies outside of the team.
func (f panelForm) recipient(n *workflow.NotifyStep) ui.Select {
	value := TargetValue(n.To)
	switch {
	case n.Address != "":
		value = ToAddress
	case n.URL != "":
		value = ToChannel
	}
	s := f.pick("to", "Whom", value, []ui.Option{{Value: "", Text: "Choose…"}})
	s.Groups = append(s.Groups, ui.Group{Label: "Outside of the team", Options: []ui.Option{
		{Value: ToAddress, Text: "An email address"}, {Value: ToChannel, Text: "A channel, by its webhook"},
	}})
	return f.offer(s, n.To, desk.ToRole, desk.ToUser)
}

func (f panelForm) via(n *workflow.NotifyStep) ui.Select {
	value := ""
	if len(n.Via) == 1 {
		value = n.Via[0]
	}
	return f.pick("via", "How", value, []ui.Option{
		{Value: "", Text: "in the app and by email"},
		{Value: workflow.ViaApp, Text: "in the app"},
		{Value: workflow.ViaEmail, Text: "by email"},
	})
}

// address is the field for a recipient outside, which begins blank.
func (f panelForm) address(n *workflow.NotifyStep) (field ui.Field, shown bool) {
	switch {
	case n.URL != "":
		field = f.text("url", "Webhook of the channel", blankless(n.URL, BlankURL))
		field.Type, field.Placeholder, field.Hint = "url", "https://hooks.slack.com/…", "It gets {\"text\": …}"
	case n.Address != "":
		field = f.text("address", "Email address", blankless(n.Address, BlankAddress))
		field.Placeholder = "oncall@example.com"
	default:
		return ui.Field{}, false
	}
	field.Attrs["dir"] = "ltr"
	return field, true
}

// What stands for a recipient outside, or a time, that was chosen and is still to be typed. None of them can be published.
const (
	BlankAddress = "@"
	BlankURL     = "https://"
	BlankTime    = " "
)

func blankless(text, blank string) string {
	if text == blank {
		return ""
	}
	return text
}

func (f panelForm) noticeText(n *workflow.NotifyStep) templateField {
	return withFields(f.lines("text", "Text", n.Text))
}

func (f panelForm) method(c *workflow.WebhookStep) ui.Select {
	var options []ui.Option
	for _, method := range []string{"POST", "PUT", "PATCH", "GET", "DELETE"} {
		options = append(options, ui.Option{Value: method, Text: method})
	}
	value := c.Method
	if value == "" {
		value = "POST"
	}
	return f.pick("verb", "Method", value, options)
}

func (f panelForm) callURL(c *workflow.WebhookStep) templateField {
	field := f.template("url", "URL", c.URL)
	field.Placeholder = "https://example.com/hook"
	return field
}

func (f panelForm) callBody(c *workflow.WebhookStep) templateField {
	field := f.code("body", "Body, as JSON", c.Body)
	field.Lines, field.Placeholder = 6, `{"ticket": "{event.properties.ticket_id}"}`
	field.Hint = "Templates work inside of texts. Empty sends no body."
	return withFields(field)
}

func (f panelForm) answer(c *workflow.WebhookStep) ui.Field {
	field := f.output("Answer into the variable", c.Output)
	field.Placeholder, field.Hint = "", "With one, the run waits for the answer: its status and body"
	return field
}

// callHeader is a header in the form. What is stored of its value never reaches a browser.
type callHeader struct {
	Path, Was   string
	Name, Value ui.Field
}

func (f panelForm) header(i int, h workflow.Header) callHeader {
	path := HeaderPath(i)
	name := f.text(path+".name", "Header", h.Name)
	name.HideLabel, name.Placeholder = true, "Authorization"
	name.Attrs["dir"] = "ltr"
	value := f.text(path+".value", "Value", f.typedSecret(h))
	value.HideLabel, value.Type, value.AutoComplete = true, "password", "off"
	value.Placeholder = "not set yet"
	if h.Value != "" {
		value.Placeholder = "set; blank keeps it"
	}
	value.Attrs["dir"] = "ltr"
	return callHeader{Path: path, Was: h.Name, Name: name, Value: value}
}

// typedSecret is a value that was typed just now and not saved: it goes back to the form that it came from.
func (f panelForm) typedSecret(h workflow.Header) string {
	if f.page.Panel.Typed == nil {
		return ""
	}
	saved, ok := workflow.Find(f.page.Draft, f.page.Panel.Step)
	if !ok || saved.Webhook == nil {
		return ""
	}
	for _, stored := range saved.Webhook.Headers {
		if stored.Value == h.Value {
			return ""
		}
	}
	return h.Value
}

func (f panelForm) turnRole(a *workflow.AssignStep) ui.Select {
	s := f.pick("role", "Role", TargetValue(a.Role), []ui.Option{{Value: "", Text: "Choose…"}})
	return f.offer(s, a.Role, desk.ToRole)
}

func (f panelForm) turnMode(a *workflow.AssignStep) ui.Select {
	return f.pick("mode", "Whose turn", string(a.Mode), []ui.Option{
		{Value: string(workflow.RoundRobin), Text: "one after the other"},
		{Value: string(workflow.LeastOpen), Text: "who has the fewest open tickets"},
	})
}

func (f panelForm) variable(v *workflow.VariableStep) ui.Field {
	field := f.code("variable", "Variable", v.Variable)
	field.Placeholder = "score"
	return field
}
