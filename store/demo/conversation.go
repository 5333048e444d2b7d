package demo

import (
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// conversation writes one from its opening to its end, or to now.
func (a *author) conversation(at time.Time) {
	s := a.begin(at, pick(a.rng, a.customers), a.channel())
	s.take()
	s.reply()
	s.wait(10*time.Minute, 20*time.Hour)
	s.customerSays(s.voice.say(s.scenario.Answers))
	if a.chance(0.3) {
		s.note()
	}
	if a.chance(0.12) {
		s.pause()
	}

	switch end := a.rng.Float64(); {
	case end < 0.05: // the customer does not answer any more
		s.reply()
	case end < 0.08: // the team has lost sight of it
		s.wait(4*time.Hour, 48*time.Hour)
		s.customerSays(pick(a.rng, nudges()))
		s.does(desk.SetAssignee{})
	default:
		s.solve()
	}
}

// take is how an agent begins: reads, sorts and takes the ticket.
func (s *story) take() {
	s.wait(4*time.Minute, 5*time.Hour)
	all := desk.All{
		desk.MarkRead{},
		desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: s.agent.id}},
		desk.SetTags{Mode: desk.AddTags, Tags: s.scenario.Tags},
	}
	if s.chance(0.2) {
		all = append(all, desk.SetPriority{To: pick(s.rng, desk.Priorities())})
	}
	s.does(all)
}

// reply asks the customer something and waits for the answer; the promise to answer is kept with it.
func (s *story) reply() {
	s.wait(2*time.Minute, 2*time.Hour)
	all := desk.All{
		desk.MarkRead{},
		desk.AddMessage{Body: s.signed(s.voice.say(s.scenario.Replies))},
		desk.SetStatus{To: desk.Pending},
	}
	if s.chance(0.92) {
		all = append(all, desk.SetSLA{Amount: "clear"})
	}
	s.does(all)
}

// solve ends the conversation; some customers say thanks, which opens it once more.
func (s *story) solve() {
	s.wait(15*time.Minute, 9*time.Hour)
	s.does(desk.All{
		desk.MarkRead{},
		desk.AddMessage{Body: s.signed(s.voice.say(s.scenario.Solutions))},
		desk.SetStatus{To: desk.Resolved},
	})
	if !s.chance(0.4) {
		return
	}
	s.wait(3*time.Minute, 26*time.Hour)
	s.customerSays(pick(s.rng, thanks()))
	s.wait(5*time.Minute, 8*time.Hour)
	s.does(desk.All{desk.MarkRead{}, desk.SetStatus{To: desk.Resolved}})
}

// pause puts the ticket away for some days.
func (s *story) pause() {
	s.wait(10*time.Minute, 3*time.Hour)
	days := 1 + s.rng.IntN(4)
	until := s.at.AddDate(0, 0, days)
	s.does(desk.Snooze{Until: until})
	if until.After(s.now) {
		s.at = s.now.Add(time.Hour) // nothing happens before it wakes
		return
	}
	s.at = until
	s.does(desk.Snooze{})
}

func (s *story) note() {
	s.wait(3*time.Minute, 90*time.Minute)
	s.does(desk.AddMessage{Private: true, Body: s.voice.say(s.scenario.Notes)})
}

func (s *story) customerSays(text string) { s.add(act{change: desk.AddMessage{Body: text}}) }

func (s *story) does(change desk.Change) { s.add(act{by: s.agent, change: change}) }

func (s *story) signed(text string) string {
	first, _, _ := strings.Cut(s.agent.name, " ")
	if s.chance(0.4) {
		return text + "\n\nBest, " + first
	}
	return text
}

// fresh writes what came in today: it shows every state of the clock at once. Four hours are what the
// demo's SLA workflow gives most customers, one hour those of enterprise.com, a day those on Slack.
func (a *author) fresh() {
	for _, m := range []struct {
		ago     time.Duration
		domain  string
		channel desk.Channel
	}{
		{3*time.Hour + 50*time.Minute, "example.org", desk.Widget}, // at risk
		{3*time.Hour + 31*time.Minute, "bigcorp.com", desk.Email},
		{3*time.Hour + 12*time.Minute, "startup.io", desk.Widget},
		{24 * time.Minute, "enterprise.com", desk.Email},
		{9 * time.Hour, "example.net", desk.Email}, // breached
		{6*time.Hour + 20*time.Minute, "bigcorp.com", desk.Widget},
		{4*time.Hour + 35*time.Minute, "museum.example", desk.Widget},
		{75 * time.Minute, "enterprise.com", desk.Widget},
		{2*time.Hour + 5*time.Minute, "startup.io", desk.Email}, // on track
		{95 * time.Minute, "example.org", desk.Slack},
		{50 * time.Minute, "transit.example", desk.Widget},
		{7 * time.Minute, "kitchen.example", desk.Widget},
		{3 * time.Minute, "bigcorp.com", desk.Slack},
	} {
		s := a.begin(a.now.Add(-m.ago), a.customerOf(m.domain), m.channel)
		if m.ago > 2*time.Hour && a.chance(0.5) {
			s.wait(2*time.Minute, 20*time.Minute)
			s.does(desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: s.agent.id}})
		}
	}
}

func (a *author) customerOf(domain string) person {
	var able []person
	for _, p := range a.customers {
		if strings.HasSuffix(p.email, "@"+domain) {
			able = append(able, p)
		}
	}
	return pick(a.rng, able)
}
