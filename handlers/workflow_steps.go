package handlers

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"signalbox/views"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// readWord reads a field of one line.
func readWord(form url.Values, name, old string) string {
	return strings.TrimSpace(sent(form, name, old))
}

// readValue keeps the old value, and with it its type, while it reads the same.
func readValue(form url.Values, name string, old any) any {
	text := sent(form, name, views.ValueText(old))
	if text == views.ValueText(old) {
		return old
	}
	if n, ok := wholeNumber(text); ok {
		return n
	}
	switch text {
	case "":
		return nil
	case "true", "false":
		return text == "true"
	}
	return text
}

// readWait starts another kind of wait with what most people want of it; its paths stay where they are.
func readWait(form url.Values, w workflow.WaitStep) *workflow.WaitStep {
	if kind := sent(form, "wait", views.WaitKind(&w)); kind != views.WaitKind(&w) {
		return newWait(kind, w)
	}
	switch views.WaitKind(&w) {
	case views.WaitFor:
		w.For = readWord(form, "for", w.For)
	case views.WaitUntil:
		w.Until = cmp.Or(readWord(form, "until", w.Until), views.BlankTime)
	case views.WaitWindow:
		w.Window = readHours(form, w.Window)
	case views.WaitWhen:
		when := readGroup(form, views.WaitGroup, *w.When)
		w.When, w.Timeout = &when, readWord(form, "timeout", w.Timeout)
		w.TicketID, w.Output = readWord(form, "ticket_id", w.TicketID), readWord(form, "output", w.Output)
	}
	return &w
}

func newWait(kind string, w workflow.WaitStep) *workflow.WaitStep {
	out := workflow.WaitStep{Held: w.Held, TimedOut: w.TimedOut}
	switch kind {
	case views.WaitUntil:
		out.Until = views.BlankTime
	case views.WaitWindow:
		out.Window = officeHours()
	case views.WaitWhen:
		out.When = &workflow.Group{All: []workflow.Clause{workflow.NewClause()}}
		out.Timeout, out.TicketID, out.Output = "1d", workflow.EventTicket, "ticket"
	default:
		out.For = "1d"
	}
	return &out
}

// checkPaths refuses a step that has lost the way to steps on its paths.
func checkPaths(s workflow.Step) error {
	if w := s.Wait; w != nil && w.When == nil && len(w.Held)+len(w.TimedOut) > 0 {
		return desk.Errorf(desk.Invalid, "Such a wait has no paths. Move the steps off its two paths first, or delete them.")
	}
	return nil
}

func readNotify(form url.Values, n workflow.NotifyStep) *workflow.NotifyStep {
	out := workflow.NotifyStep{TicketID: readWord(form, "ticket_id", n.TicketID), Text: sent(form, "text", n.Text), Via: n.Via}
	switch to := form.Get("to"); {
	case to == views.ToAddress || !form.Has("to") && n.Address != "":
		out.Address = cmp.Or(readWord(form, "address", n.Address), views.BlankAddress)
	case to == views.ToChannel || !form.Has("to") && n.URL != "":
		out.URL = cmp.Or(readWord(form, "url", n.URL), views.BlankURL)
	default:
		out.To = readTarget(form, "to", n.To)
	}
	if form.Has("via") {
		out.Via = nil
		if via := form.Get("via"); via != "" {
			out.Via = []string{via}
		}
	}
	return &out
}

func readCall(form url.Values, c workflow.WebhookStep) *workflow.WebhookStep {
	c.Method = sent(form, "verb", c.Method)
	before := c.URL
	c.URL = readWord(form, "url", c.URL)
	if !workflow.MaySee(before, c.URL) { // the secrets were for somebody else
		c.Headers = slices.Clone(c.Headers)
		for i := range c.Headers {
			c.Headers[i].Value = ""
		}
	}
	c.Body = sent(form, "body", c.Body)
	c.Output = readWord(form, "output", c.Output)
	if form.Has("verb") { // a whole form: headers that it does not have are gone
		c.Headers = readHeaders(form, c.Headers)
	}
	return &c
}

// readHeaders keeps the value of a header that is left blank, under its old name or a new one.
func readHeaders(form url.Values, old []workflow.Header) []workflow.Header {
	var out []workflow.Header
	for i := 0; form.Has(views.HeaderPath(i) + ".name"); i++ {
		at := views.HeaderPath(i)
		h := workflow.Header{Name: strings.TrimSpace(form.Get(at + ".name")), Value: form.Get(at + ".value")}
		if h.Value == "" {
			h.Value = valueOfHeader(old, form.Get(at+".was"))
		}
		out = append(out, h)
	}
	return out
}

func valueOfHeader(headers []workflow.Header, name string) string {
	i := slices.IndexFunc(headers, func(h workflow.Header) bool { return h.Name == name })
	if i < 0 || name == "" {
		return ""
	}
	return headers[i].Value
}

func readHours(form url.Values, old *desk.Hours) *desk.Hours {
	switch {
	case !form.Has("hours") && !form.Has("windows"):
		return old
	case form.Has("hours") && form.Get("hours") != views.WithHours:
		return nil
	case !form.Has("windows"):
		return officeHours()
	}
	h := desk.Hours{Timezone: strings.TrimSpace(form.Get("zone")), Holidays: views.ParseList(form.Get("holidays"))}
	for _, day := range views.Weekdays() {
		if slices.Contains(form["day"], day) {
			h.Days = append(h.Days, day)
		}
	}
	for _, window := range views.ParseList(form.Get("windows")) {
		from, to, _ := strings.Cut(window, "-")
		h.Windows = append(h.Windows, [2]string{strings.TrimSpace(from), strings.TrimSpace(to)})
	}
	return &h
}

// officeHours are the week that most offices keep.
func officeHours() *desk.Hours {
	return &desk.Hours{Days: views.Weekdays()[:5], Windows: desk.Windows{{"09:00", "17:00"}}}
}
