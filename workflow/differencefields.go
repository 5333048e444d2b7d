package workflow

// field is something that a definition or a step says. A nil value is said nowhere.
type field struct {
	name  string
	value any
}

func valueOf(fields []field, name string) any {
	for _, f := range fields {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// given is nil for a zero value, which files leave out.
func given[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// texts is nil for an empty list.
func texts(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

// pointer is nil for a nil pointer, which an interface would hold as one.
func pointer[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}

// detailFields are what a definition says beside its events and steps.
func detailFields(d *Definition) []field {
	t := &d.Trigger
	schedule, limit := Schedule{}, KeyLimit{}
	if t.Schedule != nil {
		schedule = *t.Schedule
	}
	if t.Limit != nil {
		limit = *t.Limit
	}
	return []field{
		{"name", given(d.Name)},
		{"description", given(d.Description)},
		{"trigger.manual", given(t.Manual)},
		{"trigger.webhook", given(t.Webhook)},
		{"trigger.schedule", given(t.Schedule != nil)},
		{"trigger.schedule.cron", given(schedule.Cron)},
		{"trigger.schedule.zone", given(schedule.Zone)},
		{"trigger.limit", given(t.Limit != nil)},
		{"trigger.limit.times", given(limit.Times)},
		{"trigger.limit.within", given(limit.Within)},
		{"trigger.limit.key", given(limit.Key)},
		{"limits.messages_per_ticket_hour", given(d.Limits.MessagesPerTicketHour)},
		{"limits.runs_per_minute", given(d.Limits.RunsPerMinute)},
	}
}

// stepFields are what a step says beside its branches and the values of its headers.
func stepFields(s *Step) []field {
	fields := []field{
		{"type", given(string(s.Type))},
		{"name", given(s.Name)},
		{"description", given(s.Description)},
		{"disabled", given(s.Disabled)},
		{"on_error", given(string(s.OnError))},
	}
	switch {
	case s.Get != nil:
		return append(fields, field{"ticket_id", given(s.Get.TicketID)}, field{"output", given(s.Get.Output)})
	case s.Update != nil:
		return append(fields, updateFields(s.Update)...)
	case s.Wait != nil:
		return append(fields, waitFields(s.Wait)...)
	case s.Message != nil:
		return append(fields, field{"ticket_id", given(s.Message.TicketID)}, field{"body", given(s.Message.Body)})
	case s.Notify != nil:
		return append(fields, notifyFields(s.Notify)...)
	case s.Webhook != nil:
		return append(fields, webhookFields(s.Webhook)...)
	case s.Assign != nil:
		return append(fields, field{"ticket_id", given(s.Assign.TicketID)},
			field{"role", pointer(s.Assign.Role)}, field{"mode", given(string(s.Assign.Mode))})
	case s.Variable != nil:
		return append(fields, field{"variable", given(s.Variable.Variable)}, field{"value", s.Variable.Value})
	case s.Stop != nil:
		return append(fields, field{"reason", given(s.Stop.Reason)})
	}
	return fields
}

func updateFields(u *UpdateTicketStep) []field {
	return []field{
		{"ticket_id", given(u.TicketID)},
		{"status", given(u.Status)},
		{"priority", given(u.Priority)},
		{"sla_amount", u.SLAAmount},
		{"sla_unit", given(u.SLAUnit)},
		{"sla_business_hours", pointer(u.BusinessHours)},
		{"sla_mode", given(string(u.SLAMode))},
		{"assignee", pointer(u.Assignee)},
		{"tags", texts(u.Tags)},
		{"tags_mode", given(string(u.TagsMode))},
	}
}

func waitFields(w *WaitStep) []field {
	return []field{
		{"for", given(w.For)},
		{"until", given(w.Until)},
		{"window", pointer(w.Window)},
		{"when", pointer(w.When)},
		{"timeout", given(w.Timeout)},
		{"ticket_id", given(w.TicketID)},
		{"output", given(w.Output)},
	}
}

func notifyFields(n *NotifyStep) []field {
	return []field{
		{"to", pointer(n.To)},
		{"address", given(n.Address)},
		{"url", given(n.URL)},
		{"via", texts(n.Via)},
		{"ticket_id", given(n.TicketID)},
		{"text", given(n.Text)},
	}
}

func webhookFields(w *WebhookStep) []field {
	var names []string
	for _, h := range w.Headers {
		names = append(names, h.Name)
	}
	return []field{
		{"method", given(w.Method)},
		{"url", given(w.URL)},
		{"headers", texts(names)},
		{"body", given(w.Body)},
		{"output", given(w.Output)},
	}
}
