package views

import (
	"strings"
	"time"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

// noon is when every page of these tests is looked at.
func noon() time.Time { return time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC) }

func minutesAgo(n int) time.Time { return noon().Add(-time.Duration(n) * time.Minute) }

func someShell() AppShell {
	return AppShell{
		Title: "Waiting for us", Member: "Ada Lindqvist", Email: "ada@acme.example", Admin: true,
		TeamID: 1, Team: "Acme Support", Teams: []TeamLink{{ID: 2, Name: "Acme Billing"}}, Section: SectionTickets,
		Views: SideViews{Current: "waiting", Default: []ViewLink{
			{Key: "waiting", Name: "Waiting for us", Count: 38, Current: true},
			{Key: "mine", Name: "Mine", Count: 7},
			{Key: "roles", Name: "My roles’", Count: 12},
			{Key: "unassigned", Name: "Unassigned", Count: 4},
			{Key: "at-risk", Name: "At risk", Count: 5},
			{Key: "breached", Name: "Breached", Count: 2},
			{Key: "all", Name: "All", Count: 1000, Capped: true},
		}},
	}
}

func someAssignees() []ui.Group {
	return []ui.Group{
		{Label: "Roles", Options: []ui.Option{{Value: "role:1", Text: "Support"}, {Value: "role:2", Text: "Senior Support"}}},
		{Label: "People", Options: []ui.Option{{Value: "user:1", Text: "Ada Lindqvist"}, {Value: "user:2", Text: "Tomas Kral"}}},
	}
}

// dueIn is the SLA of a deadline so long after noon.
func dueIn(left time.Duration) SLA {
	t := desk.Ticket{SLADueAt: noon().Add(left)}
	return SLAOf(&t, noon())
}

func someRows() []Row {
	rows := []Row{
		{Number: 4812, Customer: "Bob Okafor", Subject: "Invoice 2291 charged twice", LastMessage: "Hi, we were billed two times for the same month, see the attached statement.", Status: desk.New, Priority: desk.High, Channel: desk.Email, SLA: dueIn(-12 * time.Minute), AssigneeKey: "role:2", Assignee: "Senior Support", Tags: []string{"enterprise", "invoice", "vip"}, Unread: 2},
		{Number: 4821, Customer: "Mira Castellanos", Subject: "Export fails with error 500 since this morning", LastMessage: "We need it before 16:00.", Status: desk.Open, Priority: desk.Medium, Channel: desk.Widget, SLA: dueIn(41 * time.Minute), AssigneeKey: "user:1", Assignee: "Ada Lindqvist", Tags: []string{"export"}, Unread: 1, Selected: true},
		{Number: 4807, Customer: "Jonas Weber", Subject: "How do I add a second workspace?", LastMessage: "Thanks, that worked!", Status: desk.Open, Priority: desk.NoPriority, Channel: desk.Slack, SLA: dueIn(3*time.Hour + 12*time.Minute), AssigneeKey: "role:1", Assignee: "Support"},
		{Number: 4799, Customer: "Priya Raman", Subject: "Feature idea: schedule reports on weekdays only", LastMessage: "It would spare us the empty Sunday mails.", Status: desk.Pending, Priority: desk.Low, Channel: desk.Widget, SLA: SLA{State: desk.SLANone}, Tags: []string{"startup"}},
		{Number: 4790, Customer: "محمد العلي", Subject: "لا أستطيع تسجيل الدخول إلى حسابي", LastMessage: "أرجو المساعدة", Status: desk.OnHold, Priority: desk.Medium, Channel: desk.Widget, SLA: SLA{State: desk.SLAPaused, Left: time.Hour}, AssigneeKey: "user:2", Assignee: "Tomas Kral"},
	}
	for i := range rows {
		rows[i].Updated = Ago(minutesAgo(4+i*i*20), noon())
	}
	return rows
}

func someList() List {
	return List{
		TeamID: 1, Title: "Waiting for us", Query: "status=new&status=open&view=waiting", ClearHref: ViewPath("waiting"),
		Filters:   Filters{View: "waiting", Sort: "-updated", Status: []string{"new", "open"}, Channels: []string{"widget", "email", "slack", "api"}},
		Chips:     []Chip{{Text: "Status: new", RemoveHref: "/tickets?status=open&view=waiting"}, {Text: "Status: open", RemoveHref: "/tickets?status=new&view=waiting"}},
		Rows:      someRows(),
		NextHref:  "/tickets?after=abc&view=waiting",
		Assignees: someAssignees(),
	}
}

func someTicket() TicketPane {
	run := "/runs/0197a2b0-0000-7000-8000-000000000001"
	why := &Why{Text: "set by Full SLA workflow v3", Href: run}
	at := func(minutes int) ui.Time { return Clock(minutesAgo(minutes), noon(), time.UTC) }
	did := Entry{Kind: Did, By: "Full SLA workflow", Sentence: "set priority to Medium, SLA to 4 h and assignee to Support", Automatic: true, RunHref: run, At: at(118)}
	return TicketPane{
		TeamID: 1, Number: 4821, Query: "view=waiting", Channel: desk.Widget,
		Subject: "Export fails with error 500 since this morning",
		Entries: []Entry{
			{Kind: FromCustomer, ID: "0197a2b0-0000-7000-8000-0000000000a1", Author: desk.ByCustomer, By: "Mira Castellanos", Via: "widget", At: at(119), Body: "Exporting the March report stops at 80% and then shows “error 500”.\nIt worked yesterday. We need it before 16:00 for a board meeting."},
			did,
			{Kind: FromWorkflow, ID: "0197a2b0-0000-7000-8000-0000000000a2", Author: desk.ByWorkflow, By: "First answer", Automatic: true, RunHref: run, At: at(117), Body: "Thanks for writing. A person will answer within four hours."},
			{Kind: PrivateNote, ID: "0197a2b0-0000-7000-8000-0000000000a3", Author: desk.ByAgent, By: "Tomas Kral", At: at(90), Body: "Same stack trace as #4733, the export worker is out of memory. A restart is rolling out."},
			{Kind: FromTeam, ID: "0197a2b0-0000-7000-8000-0000000000a4", Author: desk.ByAgent, By: "Ada Lindqvist", At: at(80), Body: "Thanks Mira, we found the cause and are restarting the export service now. I’ll confirm within 20 minutes."},
			{Kind: Did, By: "Ada Lindqvist", Sentence: "set status to Pending, before Open", At: at(80)},
			{Kind: FromCustomer, ID: "0197a2b0-0000-7000-8000-0000000000a5", Author: desk.ByCustomer, By: "Mira Castellanos", Via: "widget", At: at(9), Body: "Still the same."},
		},
		Composer: Composer{Seen: "0197a2b0-0000-7000-8000-0000000000a5"},
		Facts: Facts{
			Status: desk.Open, Priority: desk.Medium, AssigneeKey: "user:1", Assignees: someAssignees(), Tags: []string{"export", "vip"},
			SLA: dueIn(41 * time.Minute), SLADue: Clock(noon().Add(41*time.Minute), noon(), time.UTC),
			WhyPriority: why, WhySLA: why, WhyTags: &Why{Text: "“vip” added by Tag big customers v1", Href: run},
		},
		Customer: CustomerFacts{
			Name: "Mira Castellanos", Email: "mira@northwind.example", DistinctID: "user_8123",
			Traits: []Trait{{Name: "plan", Value: "enterprise"}, {Name: "seats", Value: "140"}},
			Others: []OtherTicket{
				{Number: 4733, Subject: "Export is slow", Status: desk.Resolved, Updated: Ago(minutesAgo(8000), noon())},
				{Number: 4610, Subject: "Two invoices in one mail", Status: desk.Pending, Updated: Ago(minutesAgo(90000), noon())},
			},
		},
		History: []Entry{{Kind: Did, By: "Ada Lindqvist", Sentence: "set status to Pending, before Open", At: at(80)}, did},
		Unread:  1,
	}
}

func somePage() InboxPage {
	ticket := someTicket()
	return InboxPage{Shell: someShell(), List: someList(), Ticket: &ticket}
}

// hostile is text that tries to leave its place: markup, a quote, a reversed name, and 500 letters without a space.
func hostile() []string {
	return []string{
		`<script>alert(1)</script><img src=x onerror=alert(2)>`,
		`" autofocus onfocus="alert(3)`,
		"invoice\u202egpj.exe",
		strings.Repeat("W", 500),
	}
}
