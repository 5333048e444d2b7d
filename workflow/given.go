package workflow

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// GivenTicket builds the ticket that outputs of Get ticket describe (spec/7); what they leave out, an event's properties
// say. Times, statuses and names that are none are Invalid, and so are fields that Get ticket does not have.
func GivenTicket(outputs, properties map[string]any, dir *Directory) (TicketFacts, error) {
	g := ticketReader{outputs: outputs, properties: properties, taken: map[string]bool{"url": true}}
	f := TicketFacts{Ticket: g.ticket(dir)}
	if count, ok := g.value("customer_ticket_count_7d").(int64); ok {
		f.CustomerCount = new(int(count))
	}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if !g.taken[name] {
			g.refuse(name, "Get ticket has no field %.60q. Leave it out.", name)
		}
	}
	return f, g.err
}

// ticketReader reads the fields of a ticket one by one and keeps the first refusal.
type ticketReader struct {
	outputs, properties map[string]any
	taken               map[string]bool
	err                 error
}

func (g *ticketReader) ticket(dir *Directory) desk.Ticket {
	t := desk.Ticket{
		ID: 1, PublicID: g.id(), TeamID: dir.Team.ID, Number: g.whole("ticket_number", "number"),
		Subject: g.text("subject"), Channel: desk.Channel(g.text("channel_source")), Mailbox: g.text("mailbox"),
		Status: desk.Status(g.text("status")), Priority: desk.Priority(g.text("priority")), Assignee: g.assignee(dir), Tags: g.tags(),
		Customer: desk.Customer{
			ID: 1, Name: g.text("customer_name"), Email: g.text("customer_email"), DistinctID: g.text("distinct_id"),
		},
		SLADueAt: g.time("sla_due_at", "sla"), MessageCount: int(g.whole("message_count")),
		LastMessageAt: g.time("last_message_at"), LastMessageText: g.text("last_message_text"),
		UnreadTeam: int(g.whole("unread_team_count")), UnreadCustomer: int(g.whole("unread_customer_count")),
		CreatedAt: g.time("created_at"), UpdatedAt: g.time("updated_at"),
	}
	if t.Status == "" {
		t.Status = desk.New
	}
	if !slices.Contains(desk.Statuses(), t.Status) {
		g.refuse("status", "%.40q is not a status. Use new, open, pending, on_hold or resolved.", string(t.Status))
	}
	if t.Priority != desk.NoPriority && !slices.Contains(desk.Priorities(), t.Priority) {
		g.refuse("priority", "%.40q is not a priority. Use low, medium, high or null.", string(t.Priority))
	}
	return t
}

func (g *ticketReader) refuse(field, format string, args ...any) {
	if g.err == nil {
		g.err = desk.FieldErrorf(field, format, args...)
	}
}

// value is what the first of the names says that is given.
func (g *ticketReader) value(names ...string) any {
	for _, name := range names {
		g.taken[name] = true
	}
	for _, from := range []map[string]any{g.outputs, g.properties} {
		for _, name := range names {
			if v, ok := from[name]; ok {
				return plainValue(v)
			}
		}
	}
	return nil
}

// plainValue makes whole numbers int64, from whatever door they come.
func plainValue(v any) any {
	switch n := v.(type) {
	case int:
		return int64(n)
	case json.Number:
		return plainNumber(n)
	case float64:
		if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
			return int64(n)
		}
	}
	return v
}

func (g *ticketReader) id() desk.ID {
	v := g.value("id", "ticket_id")
	if v == nil {
		return desk.ID{15: 1}
	}
	id, err := desk.ParseID(textOf(v))
	if err != nil {
		g.refuse("id", "%.60q is not a ticket's id.", textOf(v))
	}
	return id
}

func (g *ticketReader) text(name string) string {
	switch v := g.value(name).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		g.refuse(name, "%s must be text.", name)
		return ""
	}
}

func (g *ticketReader) whole(names ...string) int64 {
	switch v := g.value(names...).(type) {
	case nil:
		return 0
	case int64:
		return v
	default:
		g.refuse(names[0], "%s must be a whole number.", names[0])
		return 0
	}
}

func (g *ticketReader) time(names ...string) time.Time {
	v := g.value(names...)
	if v == nil {
		return time.Time{}
	}
	at, ok := instantOf(v)
	if !ok {
		g.refuse(names[0], "%s is not a time. Use one like 2026-01-31T09:00:00Z.", names[0])
	}
	return at
}

func (g *ticketReader) tags() []string {
	v := g.value("tags")
	if v == nil {
		return []string{}
	}
	var texts []string
	for _, item := range items(v) {
		texts = append(texts, textOf(item))
	}
	tags, err := desk.CleanTags(texts)
	if err != nil {
		g.refuse("tags", "%s", err)
	}
	return tags
}

// assignee finds a role or a user by what they are called, since ids mean nothing on another desk.
func (g *ticketReader) assignee(dir *Directory) desk.Assignee {
	switch v := g.value("assignee").(type) {
	case nil:
		return desk.Assignee{}
	case map[string]any:
		kind, name := desk.AssigneeKind(textOf(v["type"])), strings.TrimSpace(textOf(v["name"]))
		if a, ok := dir.named(kind, name); ok {
			return a
		}
		if id, ok := plainValue(v["id"]).(int64); ok && name == "" {
			return desk.Assignee{Kind: kind, ID: id}
		}
		g.refuse("assignee", "There is no %.10s %.80q. Create it, or give another assignee.", string(kind), name)
		return desk.Assignee{}
	default:
		g.refuse("assignee", `assignee must be null or an object such as {"type": "role", "name": "Support"}.`)
		return desk.Assignee{}
	}
}

// named finds a role by its name, or a user by name or email.
func (d *Directory) named(kind desk.AssigneeKind, name string) (desk.Assignee, bool) {
	switch kind {
	case desk.ToRole:
		for _, role := range d.RoleList() {
			if strings.EqualFold(role.Name, name) {
				return desk.Assignee{Kind: kind, ID: role.ID}, true
			}
		}
	case desk.ToUser:
		for _, user := range d.UserList() {
			if user.Name == name || strings.EqualFold(user.Email, name) {
				return desk.Assignee{Kind: kind, ID: user.ID}, true
			}
		}
	case desk.Nobody:
	}
	return desk.Assignee{}, false
}
