package views

import (
	"time"

	"signalbox/workflow/desk"
)

func deliveryLines() []DeliveryLine {
	flow := desk.ID{15: 1}
	return []DeliveryLine{
		{ID: desk.ID{15: 9}, State: DeliveryPending, Kind: "webhook", Target: "crm.example:8443", Workflow: "Tell the CRM", WorkflowID: flow, Ticket: 4821, CreatedAt: noon()},
		{ID: desk.ID{15: 8}, State: DeliveryPending, Kind: "channel", Target: "hooks.chat.example", Workflow: hostile()[0], WorkflowID: flow, Tries: 2, Error: "The host answered 503.", CreatedAt: minutesAgo(2), NextAt: noon().Add(time.Minute)},
		{ID: desk.ID{15: 7}, State: DeliveryFailed, Kind: "email", Target: hostile()[1], Tries: 1, Error: "No mail server is set: start with --smtp.", CreatedAt: minutesAgo(3)},
		{ID: desk.ID{15: 6}, State: DeliveryDone, Kind: "webhook", Target: hostile()[3], Workflow: "Tell the CRM", WorkflowID: flow, Ticket: 4821, Tries: 1, CreatedAt: minutesAgo(4)},
	}
}

func someDeliveries() Deliveries {
	s := someShell()
	s.Title, s.Section, s.Unread = "Deliveries", SectionDeliveries, 3
	s.Views.Default[0].Current = false
	return Deliveries{Shell: s, Lines: deliveryLines(), Older: DeliveriesInPath("", 6), Newest: true}
}

func noDelivery() Deliveries {
	p := someDeliveries()
	p.State, p.Lines, p.Older = DeliveryFailed, nil, ""
	return p
}

func failedDelivery() Delivery {
	line := deliveryLines()[1]
	line.State, line.Ticket = DeliveryFailed, 4821
	return Delivery{
		Shell: someDeliveries().Shell, DeliveryLine: line, Method: "POST", URL: "https://crm.example/in", RunID: desk.ID{15: 3},
		Headers: []string{"Authorization", "X-Team"},
		Log: []DeliveryAttempt{
			{At: minutesAgo(1), Took: 1200 * time.Millisecond, Status: 503, Error: "The host answered 503."},
			{At: minutesAgo(2), Took: 10 * time.Second, Error: "There was no whole answer within 10 seconds."},
		},
	}
}

func pendingDelivery() Delivery {
	return Delivery{Shell: someDeliveries().Shell, DeliveryLine: deliveryLines()[1]}
}

func someNotifications() Notifications {
	s := someShell()
	s.Title, s.Section, s.Unread = "Notifications", SectionNotifications, MostUnread+1
	s.Views.Default[0].Current = false
	return Notifications{Shell: s, Newest: true, Older: OlderNotificationsPath(1), Notices: []Notice{
		{ID: 4, Kind: desk.AssignedNotice, Sentence: "Ada assigned 12 tickets to you.", Tickets: 12, At: minutesAgo(1)},
		{ID: 3, Body: "Mira waits for an answer\nsince yesterday.", Ticket: 4821, Subject: "Export fails with error 500", Workflow: "Escalate", At: minutesAgo(2)},
		{ID: 2, Body: hostile()[0] + hostile()[3], Ticket: 4812, Subject: hostile()[3], Workflow: hostile()[3], At: minutesAgo(60), Read: true},
		{ID: 1, Body: "The daily report ran.", At: minutesAgo(900), Read: true},
	}}
}

func noNotifications() Notifications {
	p := someNotifications()
	p.Notices, p.Older, p.Shell.Unread = nil, "", 0
	return p
}
