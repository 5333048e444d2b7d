package workflow

import (
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// anyDay stands for now where only whether something can be read is asked.
func anyDay() time.Time { return time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC) }

// starts checks the triggers beside events, and the trigger's limit.
func (v *validator) starts(t Trigger) {
	if t.Schedule != nil {
		_, err := t.Schedule.Next(anyDay(), "")
		v.refused("trigger.schedule", err)
	}
	if t.Limit == nil {
		return
	}
	v.template("trigger.limit.key", t.Limit.Key)
	if t.Limit.Times < 1 || t.Limit.Times > maxTimes {
		v.add("trigger.limit.times", "The limit must let between 1 and %d runs begin.", maxTimes)
	}
	v.duration("trigger.limit.within", t.Limit.Within)
}

// maxTimes bounds what has to be counted before each run.
const maxTimes = 1_000

func (v *validator) limits(l Limits) {
	const most = 100_000
	if l.MessagesPerTicketHour < 0 || l.MessagesPerTicketHour > maxTimes {
		v.add("limits.messages_per_ticket_hour", "The limit of messages must be between 1 and %d, or 0 for the usual %d.", maxTimes, defaultMessages)
	}
	if l.RunsPerMinute < 0 || l.RunsPerMinute > most {
		v.add("limits.runs_per_minute", "The limit of runs must be between 1 and %d, or 0 for the usual one.", most)
	}
}

// duration refuses text that is no duration; a template is left to the run.
func (v *validator) duration(field, text string) {
	s, literal := v.template(field, text)
	if !literal {
		return
	}
	if d, ok := durationOf(s); !ok || d > maxWait {
		v.add(field, "%.60q is not a time to wait. Use one like 90m, 12h or 2d, of 5 years at most.", s)
	}
}

func (v *validator) wait(s *WaitStep) {
	ways := 0
	for _, given := range []bool{s.For != "", s.Until != "", s.Window != nil, s.When != nil} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		v.add("for", "Say what to wait for: a time that passes, a moment, opening hours, or a condition; exactly one of them.")
		return
	}
	switch {
	case s.For != "":
		v.duration("for", s.For)
	case s.Until != "":
		if text, literal := v.template("until", s.Until); literal {
			if _, ok := instantOf(text); !ok {
				v.add("until", "%.60q is not a time to wait for. Use one like 2026-01-31T09:00:00Z, or a template of one.", text)
			}
		}
	case s.Window != nil:
		_, err := s.Window.Opens(anyDay(), "")
		v.refused("window", err)
	case s.When != nil:
		v.group("when", *s.When, 1)
		v.template("ticket_id", s.TicketID)
		v.output(s.Output)
		if s.Timeout != "" {
			v.duration("timeout", s.Timeout)
		}
	}
	if s.When == nil && (s.Timeout != "" || len(s.Held) > 0 || len(s.TimedOut) > 0) {
		v.add("timeout", "Only a wait for a condition has a timeout and two exits.")
	}
}

func (v *validator) message(s *MessageStep) {
	v.template("ticket_id", s.TicketID)
	if text, literal := v.template("body", s.Body); literal {
		if text == "" {
			v.add("body", "The message has no text. Write one.")
		}
		v.refused("body", desk.CheckText("body", text))
	}
	if len([]rune(s.Body)) > desk.MaxMessage {
		v.add("body", "The message has more than %d characters. Shorten it.", desk.MaxMessage)
	}
}

func (v *validator) notify(s *NotifyStep) {
	ways := 0
	for _, given := range []bool{s.To != nil && s.To.Kind != desk.Nobody, s.Address != "", s.URL != ""} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		v.add("to", "Say who is told: a user or a role, an email address, or a channel; exactly one of them.")
	}
	v.target("to", s.To)
	if address, literal := v.template("address", s.Address); literal && address != "" && !plausibleAddress(address) {
		v.add("address", "%.80q is not an email address. Use one like team@example.com.", address)
	}
	if s.URL != "" {
		v.template("url", s.URL)
		v.refused("url", checkHost(s.URL))
	}
	for _, way := range s.Via {
		if way != ViaApp && way != ViaEmail {
			v.add("via", "%.40q is not a way to tell somebody. Use app or email.", way)
		}
	}
	v.template("ticket_id", s.TicketID)
	if text, literal := v.template("text", s.Text); literal && text == "" {
		v.add("text", "The notice has no text. Write one.")
	}
}

func (v *validator) call(s *WebhookStep) {
	v.refused("method", checkMethod(s.Method))
	v.template("url", s.URL)
	v.refused("url", checkHost(s.URL))
	for i, h := range s.Headers {
		if !plausibleHeader(h.Name) || strings.ContainsAny(h.Value, "\r\n\x00") {
			v.add("headers", "Header %d is not one that a call can have: use letters, digits and -, and one line of text.", i+1)
		}
	}
	if strings.TrimSpace(s.Body) != "" {
		_, err := compileDocument(s.Body)
		v.refused("body", err)
	}
	v.output(s.Output)
}

// plausibleHeader refuses what is no name of a header, those that decide how a request is read, and those that the desk itself sets.
func plausibleHeader(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_"
	lower := strings.ToLower(name)
	reserved := []string{"idempotency-key", "webhook-id", "host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"}
	return name != "" && strings.Trim(lower, allowed) == "" && !slices.Contains(reserved, lower)
}

func (v *validator) assign(s *AssignStep) {
	v.template("ticket_id", s.TicketID)
	if s.Role == nil || s.Role.Kind != desk.ToRole {
		v.add("role", "Choose the role whose members take turns.")
	} else {
		v.target("role", s.Role)
	}
	switch s.Mode {
	case "", RoundRobin, LeastOpen:
	default:
		v.add("mode", "%.40q is not a way to take turns. Use round_robin or least_open.", string(s.Mode))
	}
}

func (v *validator) variable(s *VariableStep) {
	if !variableName.MatchString(s.Variable) {
		v.add("variable", "%.60q is not a name for a variable. Use letters, digits and _, a digit not first.", s.Variable)
	}
	v.template("value", s.Value)
}
