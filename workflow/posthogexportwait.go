package workflow

import (
	"errors"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// wait writes each kind of wait as the node that does it.
func (e *exporter) wait(part string, w *WaitStep) (kind string, config any, err error) {
	switch {
	case w.For != "":
		if _, ok := durationOf(w.For); !ok {
			err = errors.New("PostHog waits for a fixed time, such as 90m or 2d")
		}
		return nodeDelay, map[string]any{"delay_duration": w.For}, err
	case w.Window != nil:
		config, err = hogWindow(w.Window)
		return nodeWindow, config, err
	case w.When != nil:
		if _, ok := durationOf(w.Timeout); !ok {
			err = errors.New("PostHog waits for a condition no longer than a fixed time, such as 90m or 2d")
		}
		properties := e.group(part, *w.When)
		ticketID, output := e.variable.waitTicket(flat(*w.When))
		if ticketID != without(w.TicketID, EventTicket) || output != without(w.Output, defaultOutput) {
			e.refuse(part, "PostHog does not read a ticket anew while it waits, unless the condition is about a ticket that Get ticket has read")
		}
		condition := hogCondition{Filters: hogFilters{Properties: properties}}
		return nodeWaitFor, map[string]any{"condition": condition, "max_wait_duration": w.Timeout}, err
	}
	return nodeDelay, nil, errors.New("PostHog cannot wait until a moment")
}

// without is "" for the default of a field.
func without(s, standard string) string {
	if s == standard {
		return ""
	}
	return s
}

// flat is the group as an import reads it.
func flat(g Group) Group {
	var out Group
	for _, c := range slices.Concat(g.All, g.Any) {
		if c.Group != nil {
			out.All = append(out.All, flat(*c.Group).All...)
			continue
		}
		out.All = append(out.All, c)
	}
	return out
}

func hogWindow(h *desk.Hours) (map[string]any, error) {
	if err := checkHogHours(h); err != nil {
		return nil, err
	}
	config := map[string]any{"day": "any", "time": "any", "timezone": h.Timezone}
	if h.Days != nil {
		config["day"] = hogDays(h.Days)
	}
	if len(h.Windows) == 1 {
		config["time"] = h.Windows[0]
	}
	return config, nil
}

func checkHogHours(h *desk.Hours) error {
	switch {
	case len(h.Holidays) > 0:
		return errors.New("PostHog's hours know no holidays")
	case len(h.Windows) > 1:
		return errors.New("PostHog's hours have one window a day")
	case h.Timezone == "":
		return errors.New("PostHog does not know the team's time zone. Give the hours one")
	}
	return nil
}

// hogHours are business hours as PostHog's Update ticket takes them.
func hogHours(h *desk.Hours) (map[string]any, error) {
	if err := checkHogHours(h); err != nil {
		return nil, err
	}
	hours := map[string]any{"time": "any", "timezone": h.Timezone}
	if h.Days != nil {
		hours["days"] = h.Days
	}
	if len(h.Windows) == 1 {
		hours["time"] = h.Windows[0]
	}
	return hours, nil
}

// hogDays is the word for the days where PostHog has one.
func hogDays(days []string) any {
	sorted := slices.Compact(slices.Sorted(slices.Values(days)))
	for _, word := range []string{"weekday", "weekend"} {
		if named, _ := dayNames(word); slices.Equal(sorted, slices.Sorted(slices.Values(named))) {
			return word
		}
	}
	return days
}

// ticketsOf finds the variables that hold tickets as an import does.
func ticketsOf(d Definition) *importer {
	im := &importer{outputs: map[string]ticketOutput{}}
	eachStep(d.Steps, func(s *Step) {
		if s.Get == nil {
			return
		}
		out, key := ticketOutput{ticketID: s.Get.TicketID}, s.Get.Output
		if strings.TrimSpace(out.ticketID) == "" {
			out.ticketID = EventTicket
		}
		if key == "" {
			key = defaultOutput
		}
		im.outputs[key] = out
	})
	return im
}

// defaults makes variables of the fixed values that the first steps set, and returns the other steps.
func (e *exporter) defaults(steps []Step) ([]hogVariable, []Step) {
	out := []hogVariable{}
	for i := range steps {
		s := &steps[i]
		if s.Variable == nil || s.Disabled || s.OnError == Continue {
			return out, steps[i:]
		}
		value := compileValue(s.Variable.Value)
		kind := ""
		switch literal := value.literal.(type) {
		case string:
			if literal != "" && value.isLiteral() {
				kind = "string"
			}
		case bool:
			kind = "boolean"
		case int64, float64:
			kind = "number"
		}
		if kind == "" || slices.ContainsFunc(out, func(v hogVariable) bool { return v.Key == s.Variable.Variable }) {
			return out, steps[i:]
		}
		label := s.Name
		if label == "" {
			label = s.Variable.Variable
		}
		out = append(out, hogVariable{Key: s.Variable.Variable, Type: kind, Label: label, Default: value.literal})
	}
	return out, nil
}
