package e2e

// construction is how an admin builds one template of the gallery from an empty draft.
type construction struct {
	template string
	acts     []act
}

// Steps get the ids s1, s2 and so on, in the order of their acts. A place is the number of a step on its path,
// and off the main path the exit and the step that the path belongs to: "0.else.s1".

// theEleven are the first workflows of spec/3.
func theEleven() []construction {
	return []construction{
		{"sla-by-channel", []act{
			starts("Ticket created"),
			add("if", "0"), check("b0.0", "event.properties.channel_source", "is", "slack"),
			add("update_ticket", "0.0.s1"), deadline("24", "hours"),
			add("update_ticket", "0.else.s1"), deadline("4", "hours"),
		}},
		{"sla-by-priority", []act{
			starts("Priority changed"),
			add("if", "0"), check("b0.0", "event.properties.new_priority", "is", "high"),
			addPath(), check("b1.0", "event.properties.new_priority", "is", "medium"),
			add("update_ticket", "0.0.s1"), deadline("1", "hours"),
			add("update_ticket", "0.1.s1"), deadline("4", "hours"),
			add("update_ticket", "0.else.s1"), deadline("24", "hours"),
		}},
		{"assign-to-role", []act{
			starts("Ticket created"),
			add("update_ticket", "0"), choose("assignee", "Support"),
		}},
		{"assign-by-channel", []act{
			starts("Ticket created"),
			add("if", "0"), check("b0.0", "event.properties.channel_source", "is", "slack"),
			add("update_ticket", "0.0.s1"), choose("assignee", "Engineering"),
			add("update_ticket", "0.else.s1"), choose("assignee", "Support"),
		}},
		{"open-on-reply", []act{
			starts("Team replied"),
			add("update_ticket", "0"), choose("status", "Open"),
			add("if", "0"), check("b0.0", "event.properties.status", "is", "new"),
			move("s1", "0.0.s2"),
		}},
		{"pending-on-reply", []act{
			starts("Team replied"),
			add("update_ticket", "0"), choose("status", "Pending"),
		}},
		{"reopen-on-reply", []act{
			starts("Customer wrote"),
			add("if", "0"), check("b0.0", "event.properties.status", "is any of", "pending, resolved"),
			add("update_ticket", "0.0.s1"), choose("status", "Open"),
		}},
		{"tag-by-domain", []act{
			starts("Ticket created"),
			add("if", "0"), check("b0.0", "event.properties.customer_email", "contains", "@bigcorp.com"),
			addPath(), check("b1.0", "event.properties.customer_email", "contains", "@startup.io"),
			add("update_ticket", "0.0.s1"), write("tags", "enterprise, priority"),
			add("update_ticket", "0.1.s1"), write("tags", "startup"),
		}},
		{"escalate-high", []act{
			starts("Ticket created"),
			add("if", "0"), check("b0.0", "event.properties.priority", "is", "high"),
			add("update_ticket", "0.0.s1"), deadline("30", "minutes"),
			choose("assignee", "Senior Support"), write("tags", "escalated"),
		}},
		{"tag-pending", []act{
			starts("Status changed"), onlyWhere("event.properties.new_status", "is", "pending"),
			add("update_ticket", "0"), write("tags", "awaiting-customer"),
		}},
		{"full-sla", fullSLA()},
	}
}

func fullSLA() []act {
	return []act{
		starts("Ticket created"),
		add("get_ticket", "0"),
		add("if", "1"), check("b0.0", "variables.ticket.channel_source", "is", "slack"),
		addPath(), check("b1.0", "variables.ticket.customer_email", "contains", "@enterprise.com"),
		add("update_ticket", "0.0.s2"), choose("priority", "Low"), deadline("24", "hours"), choose("assignee", "Engineering"),
		add("update_ticket", "0.1.s2"), choose("priority", "High"), deadline("1", "hours"), choose("assignee", "Senior Support"),
		write("tags", "enterprise, vip"),
		add("update_ticket", "2"), choose("priority", "Medium"), deadline("4", "hours"), choose("assignee", "Support"),
		move("s5", "0.else.s2"),
	}
}

// theSeven go beyond them: waits, replies, notices, limits and business hours.
func theSeven() []construction {
	return []construction{
		{"acknowledge-email", []act{
			starts("Ticket created"), onlyWhere("event.properties.channel_source", "is", "email"),
			add("update_ticket", "0"), deadline("8", "hours"), choose("hours", "in business hours"),
			add("get_ticket", "1"),
			add("send_reply", "2"), write("body", "Hello {variables.ticket.customer_name | default: \"there\"},\n\n"+
				"thank you for writing to us. Your request has the number {variables.ticket.number}. "+
				"We will answer by {variables.ticket.sla_due_at | date: \"Monday, 2 January 15:04 MST\"}."),
		}},
		{"next-response-sla", []act{
			starts("Customer wrote"),
			add("update_ticket", "0"), deadline("4", "hours"), choose("sla_mode", "only if that is earlier"),
		}},
		{"remind-and-resolve", []act{
			starts("Status changed"), onlyWhere("event.properties.new_status", "is", "pending"),
			add("wait", "0"), untilPendingNoLonger("5d"),
			add("stop", "0.0.s1"), write("reason", "The ticket is pending no longer."),
			add("send_reply", "1"), write("body", "Hello,\n\nwe have not heard from you for some days. Do you still need our help? "+
				"Without an answer we will close this request in two days."),
			add("wait", "2"), untilPendingNoLonger("2d"),
			add("stop", "3"), write("reason", "The ticket is pending no longer."),
			move("s5", "0.0.s4"),
			add("update_ticket", "3"), choose("status", "Resolved"),
		}},
		{"announce-assignment", []act{
			starts("Ticket assigned"), onlyWhere("event.properties.assignee_type", "is", "role"),
			write("limit.times", "1"), write("limit.within", "1h"), write("limit.key", "{event.properties.ticket_id}"),
			add("get_ticket", "0"),
			add("notify", "1"), choose("to", "Support"),
			write("text", "Ticket #{variables.ticket.number} is now with {variables.ticket.assignee.name}: {variables.ticket.subject | truncate: 80}"),
		}},
		{"alert-unmatched", []act{
			starts("Ticket created"),
			add("if", "0"), check("b0.0", "event.properties.channel_source", "is", "slack"),
			addPath(), check("b1.0", "event.properties.channel_source", "is any of", "widget, email"),
			add("update_ticket", "0.0.s1"), deadline("24", "hours"),
			add("update_ticket", "0.1.s1"), deadline("4", "hours"),
			add("notify", "0.else.s1"), choose("to", "Senior Support"),
			write("text", "Ticket #{event.properties.ticket_number} came by {event.properties.channel_source} and got no SLA: no rule matched."),
		}},
		{"security-mailbox", []act{
			starts("Ticket created"),
			add("get_ticket", "0"),
			add("if", "1"), check("b0.0", "variables.ticket.mailbox", "contains", "security@"),
			add("update_ticket", "0.0.s2"), choose("priority", "High"), choose("assignee", "Security"),
			write("tags", "security"), choose("tags_mode", "are added"),
			add("send_reply", "1.0.s2"), write("body", "Thank you for your report. Our security team has it and will get back to you "+
				"within one working day. Please keep the details between us until then."),
			add("notify", "2.0.s2"), choose("to", "Security"),
			write("text", "Security report #{variables.ticket.number}: {variables.ticket.subject | truncate: 80}"),
		}},
		{"repeat-customers", []act{
			starts("Ticket created"),
			add("get_ticket", "0"),
			add("if", "1"), check("b0.0", "variables.ticket.customer_ticket_count_7d", "is at least", "3"),
			add("update_ticket", "0.0.s2"), write("tags", "repeat"), choose("tags_mode", "are added"),
		}},
	}
}

func untilPendingNoLonger(timeout string) act {
	return func(m *maker) {
		choose("wait", "until something holds, or a time has passed")(m)
		check("w0.0", "variables.ticket.status", "is not", "pending")(m)
		write("timeout", timeout)(m)
	}
}
