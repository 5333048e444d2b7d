package handlers

import (
	"cmp"
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

// newestUpdate is the order of a list that is asked for in none.
const newestUpdate = "-updated"

// shownFilters are the filters as the form shows them.
func shownFilters(a *asked) views.Filters {
	channels := []string{string(desk.Widget), string(desk.Email), string(desk.Slack), string(desk.APIDoor)}
	for _, c := range given(a.filters, "channel") {
		if !slices.Contains(channels, c) {
			channels = append(channels, c)
		}
	}
	f := views.Filters{
		View: a.address.Get("view"), Saved: a.view != nil, Text: a.filters.Get("q"),
		Sort:   cmp.Or(a.filters.Get("sort"), newestUpdate),
		Status: given(a.filters, "status"), Priority: given(a.filters, "priority"),
		Channel: given(a.filters, "channel"), SLA: given(a.filters, "sla"), Channels: channels,
		Tags: strings.Join(given(a.filters, "tag"), ", "),
	}
	if who := given(a.filters, "assignee"); len(who) > 0 {
		f.Assignee, f.MoreAssignees = who[0], who[1:]
	}
	return f
}

// chips names each active filter, with the address that lacks it. A default view that a saved one is made from stays.
func (n names) chips(a *asked) []views.Chip {
	var chips []views.Chip
	if base := a.filters.Get("view"); a.view != nil && base != "" {
		chips = append(chips, views.Chip{Text: inboxTitle(store.View(base))})
	}
	for _, name := range filterNames() {
		for _, value := range given(a.filters, name) {
			if name == "q" {
				chips = append(chips, searchChips(a, value)...)
				continue
			}
			chips = append(chips, views.Chip{
				Text:       views.FilterText(name, n.filterValue(name, value)),
				RemoveHref: a.lacking(name, value),
			})
		}
	}
	return chips
}

// gone names the people and roles that the filters ask for and the team does not have.
func (n names) gone(filters url.Values) []string {
	var gone []string
	for _, value := range given(filters, "assignee") {
		to, err := parseAssignee(value)
		if err != nil {
			continue
		}
		_, person := n.directory.Users[to.ID]
		_, role := n.directory.Roles[to.ID]
		if to.Kind == desk.ToUser && !person || to.Kind == desk.ToRole && !role {
			gone = append(gone, n.assignee(to))
		}
	}
	return gone
}
