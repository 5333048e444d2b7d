package api

import (
	"encoding/json"
	"errors"
	"strings"

	"signalbox/workflow/desk"
)

// sla reads the deadline: an instant, or an amount of time from now.
func (p *patch) sla() {
	due, hasDue := p.fields["sla_due_at"]
	amount, hasAmount := p.fields["sla_amount"]
	if text, _ := asText(amount); text == "clear" && !hasDue {
		p.change(desk.SetSLA{Amount: text}) // whatever the unit and the hours
		return
	}
	unit := p.choice("sla_unit", "minute", "hour", "day")
	hours := p.hours()
	switch {
	case hasDue && hasAmount:
		for _, field := range []string{"sla_due_at", "sla_amount"} {
			p.faults.add(field, "Give sla_due_at or sla_amount, not both.")
		}
	case hasDue:
		p.slaDue(due)
	case hasAmount:
		text, ok := asNumber(amount)
		if !ok {
			p.faults.add("sla_amount", `This must be a positive number or "clear".`)
			return
		}
		p.change(desk.SetSLA{Amount: text, Unit: unit, Hours: hours})
	}
}

func (p *patch) slaDue(raw json.RawMessage) {
	at, ok := asTime(raw)
	switch {
	case isNull(raw):
		p.change(desk.SetSLADue{})
	case ok:
		p.change(desk.SetSLADue{At: at})
	default:
		p.faults.add("sla_due_at", "This must be null or a time such as 2026-01-31T09:30:00Z.")
	}
}

// hours reads the business hours, nil when they are missing or wrong.
func (p *patch) hours() *desk.Hours {
	const field = "sla_business_hours"
	raw, given := p.fields[field]
	if !given || isNull(raw) {
		return nil
	}
	_, twice, ok := object(raw)
	var hours desk.Hours
	err := json.Unmarshal(raw, &hours)
	if err == nil {
		err = hours.Check()
	}
	var rule *desk.Error
	switch {
	case errors.As(err, &rule):
		p.faults.add(field, "%s", rule)
	case !ok || err != nil || len(twice) > 0:
		p.faults.add(field, `This must be like {"days": ["monday"], "time": [["09:00", "17:00"]], "timezone": "Europe/Berlin"}.`)
	default:
		return &hours
	}
	return nil
}

func join(words []string) string { return strings.Join(words, ", ") }
