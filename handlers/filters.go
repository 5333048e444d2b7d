package handlers

import (
	"net/url"
	"slices"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/workflow/desk"
)

// pageSize is how many tickets a page of the list holds.
const pageSize = 50

// filterNames are the parameters of the inbox that narrow it, in the order that they are shown.
func filterNames() []string {
	return []string{"status", "priority", "sla", "channel", "assignee", "tag", "q"}
}

// listQuery reads the inbox's address as a question to the store. What the address asks in words that
// do not exist is refused.
func (h *Handlers) listQuery(m desk.Member, address url.Values) (store.TicketQuery, error) {
	q := store.TicketQuery{
		Team: m.TeamID, User: m.ID, Limit: pageSize, Now: h.Now(),
		Text: address.Get("q"), View: store.View(address.Get("view")),
		Sort: store.Sort(address.Get("sort")), After: address.Get("after"),
	}
	for _, tag := range given(address, "tag") {
		q.Tags = append(q.Tags, strings.ToLower(strings.TrimSpace(tag)))
	}
	for _, c := range given(address, "channel") {
		q.Channel = append(q.Channel, desk.Channel(c))
	}
	for _, p := range given(address, "priority") {
		if priorityOf(p) != desk.NoPriority && !slices.Contains(desk.Priorities(), priorityOf(p)) {
			return q, desk.FieldErrorf("priority", "There is no priority %q. Use low, medium, high or none.", p)
		}
		q.Priority = append(q.Priority, priorityOf(p))
	}
	for _, s := range given(address, "status") {
		if !slices.Contains(desk.Statuses(), desk.Status(s)) {
			return q, desk.FieldErrorf("status", "There is no status %q. Use new, open, pending, on_hold or resolved.", s)
		}
		q.Status = append(q.Status, desk.Status(s))
	}
	for _, s := range given(address, "sla") {
		if !slices.Contains(desk.SLAStates(), desk.SLAState(s)) {
			return q, desk.FieldErrorf("sla", "There is no SLA state %q. Use on-track, at-risk, breached, paused or none.", s)
		}
		q.SLA = append(q.SLA, desk.SLAState(s))
	}
	var err error
	q.Assignee, err = assigneeFilters(given(address, "assignee"))
	return q, err
}

// given returns the values of a parameter that are not blank: a plain form sends its empty fields too.
func given(address url.Values, name string) []string {
	return slices.DeleteFunc(slices.Clone(address[name]), func(v string) bool { return strings.TrimSpace(v) == "" })
}

func priorityOf(text string) desk.Priority {
	if text == "none" {
		return desk.NoPriority
	}
	return desk.Priority(text)
}

func assigneeFilters(values []string) ([]store.AssigneeFilter, error) {
	var out []store.AssigneeFilter
	for _, v := range values {
		switch v {
		case "me":
			out = append(out, store.AssigneeFilter{Me: true})
		case "unassigned":
			out = append(out, store.AssigneeFilter{Unassigned: true})
		default:
			to, err := parseAssignee(v)
			if err != nil {
				return nil, err
			}
			out = append(out, store.AssigneeFilter{To: to})
		}
	}
	return out, nil
}

// shownFilters are the address's filters as the form shows them.
func shownFilters(address url.Values) views.Filters {
	channels := []string{string(desk.Widget), string(desk.Email), string(desk.Slack), string(desk.APIDoor)}
	for _, c := range given(address, "channel") {
		if !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	sort := address.Get("sort")
	if sort == "" {
		sort = "-updated"
	}
	return views.Filters{
		View: address.Get("view"), Text: address.Get("q"), Sort: sort,
		Assignee: address.Get("assignee"), Tag: address.Get("tag"),
		Status: given(address, "status"), Priority: given(address, "priority"),
		Channel: given(address, "channel"), SLA: given(address, "sla"), Channels: channels,
	}
}

// chips names each active filter, with the address that lacks it.
func (n names) chips(address url.Values) []views.Chip {
	var chips []views.Chip
	for _, name := range filterNames() {
		for _, value := range given(address, name) {
			chips = append(chips, views.Chip{
				Text:       views.FilterText(name, n.filterValue(name, value)),
				RemoveHref: views.TicketsPath(lacking(address, name, value).Encode()),
			})
		}
	}
	return chips
}

// lacking is an address on its first page without one value of a filter.
func lacking(address url.Values, name, value string) url.Values {
	out := url.Values{}
	for key, values := range address {
		if key != "after" && key != "team" {
			out[key] = slices.Clone(values)
		}
	}
	out[name] = slices.DeleteFunc(out[name], func(v string) bool { return v == value })
	return out
}

// unfiltered is the address of the same view and order without filters.
func unfiltered(address url.Values) url.Values {
	out := url.Values{}
	for _, name := range []string{"view", "sort"} {
		if v := address.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	return out
}
