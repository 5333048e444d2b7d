package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"signalbox/workflow/desk"
)

// understand turns the text of a query into words to look for and the filters that its operators are.
func (s *Store) understand(ctx context.Context, q *TicketQuery) error {
	parsed := desk.ParseSearch(q.Text)
	q.search = searching{terms: termsOf(parsed.Terms, ""), typed: slices.ContainsFunc(parsed.Terms, func(t desk.Term) bool { return !t.Not })}
	q.search.turnAround()
	named := func(name desk.OperatorName) []desk.Operator {
		return slices.DeleteFunc(slices.Clone(parsed.Operators), func(o desk.Operator) bool { return o.Name != name || o.Problem() != "" })
	}
	q.Status = narrow(q, q.Status, named(desk.SearchStatus), desk.Statuses(), nil)
	q.Priority = narrow(q, q.Priority, named(desk.SearchPriority), append(desk.Priorities(), desk.NoPriority),
		map[string]desk.Priority{"none": desk.NoPriority})
	q.narrowStates(named(desk.SearchIs))
	q.narrowTags(named(desk.SearchTag))
	for _, o := range named(desk.SearchChannel) {
		q.search.extra.add(unless(o, `t.channel = ?`), strings.ToLower(o.Value))
	}
	for _, o := range named(desk.SearchFrom) {
		of := termsOf([]desk.Term{{Text: o.Value, Prefix: true}}, customerSign)
		if o.Not {
			q.search.without = append(q.search.without, of)
			continue
		}
		q.search.from = append(q.search.from, of)
	}
	for _, o := range slices.Concat(named(desk.SearchBefore), named(desk.SearchAfter)) {
		q.narrowTime(o)
	}
	for _, o := range named(desk.SearchHas) {
		if !o.Not && !q.search.typed && len(q.search.from) == 0 {
			q.search.filed = true // the list begins with files
			continue
		}
		q.search.extra.add(unless(o, hasFiles))
	}
	return s.narrowAssignee(ctx, q, named(desk.SearchAssignee))
}

// hasFiles asks for tickets with a message that has a file.
const hasFiles = `EXISTS (
	SELECT 1
	FROM attachments f
	WHERE f.team_id = t.team_id AND f.ticket_id = t.id AND f.sent_at IS NOT NULL)`

// unless turns a condition round for an operator with a minus.
func unless(o desk.Operator, condition string) string {
	if o.Not {
		return `NOT (` + condition + `)`
	}
	return `(` + condition + `)`
}

// narrow joins a filter with the operators of its name: the values of several are alternatives, those with a minus
// are left out, and both the filter and they must let a ticket through.
func narrow[T ~string](q *TicketQuery, filter []T, operators []desk.Operator, all []T, words map[string]T) []T {
	var wanted, unwanted []T
	for _, o := range operators {
		value, ok := words[o.Word()]
		if !ok {
			value = T(o.Word())
		}
		if o.Not {
			unwanted = append(unwanted, value)
			continue
		}
		wanted = append(wanted, value)
	}
	if len(operators) == 0 {
		return filter
	}
	left := slices.DeleteFunc(slices.Clone(all), func(v T) bool {
		return slices.Contains(unwanted, v) || len(wanted) > 0 && !slices.Contains(wanted, v) ||
			len(filter) > 0 && !slices.Contains(filter, v)
	})
	q.search.nothing = q.search.nothing || len(left) == 0
	return left
}

// narrowStates takes is:, which joins with and: is:unassigned is:breached.
func (q *TicketQuery) narrowStates(operators []desk.Operator) {
	for _, o := range operators {
		one := []desk.Operator{{Value: o.Value, Not: o.Not}}
		switch word := o.Word(); {
		case slices.Contains(desk.Statuses(), desk.Status(word)):
			q.Status = narrow(q, q.Status, one, desk.Statuses(), nil)
		case slices.Contains(desk.SLAStates(), desk.SLAState(word)):
			q.SLA = narrow(q, q.SLA, one, desk.SLAStates(), nil)
		case word == desk.IsSnoozed:
			q.search.extra.add(unless(o, `t.snoozed_until IS NOT NULL OR t.snoozed_until_reply`))
		case word == desk.IsUnread:
			q.search.extra.add(unless(o, `t.unread_team > 0`))
		case word == desk.IsUnassigned:
			q.narrowTo(o, []desk.Assignee{{}})
		case word == desk.IsMine:
			q.narrowTo(o, []desk.Assignee{{Kind: desk.ToUser, ID: q.User}})
		}
	}
}

// narrowTags: several tag: are all wanted, while those of the filter are alternatives.
func (q *TicketQuery) narrowTags(operators []desk.Operator) {
	for _, o := range operators {
		tag := strings.ToLower(o.Value)
		if !o.Not && len(q.Tags) == 0 {
			q.Tags = []string{tag}
			continue
		}
		q.search.extra.add(unless(o, `EXISTS (
			SELECT 1
			FROM ticket_tags g
			WHERE g.team_id = t.team_id AND g.ticket_id = t.id AND g.tag = ?)`), tag)
	}
}

func (q *TicketQuery) narrowTime(o desk.Operator) {
	day, _ := o.Day()
	condition := `t.created_at >= ?`
	if o.Name == desk.SearchBefore {
		condition = `t.created_at < ?`
	}
	q.search.extra.add(condition, day)
	q.search.opened.add(condition, day)
}

// narrowAssignee looks up whom assignee: means: a name, or how one begins, of users and roles.
func (s *Store) narrowAssignee(ctx context.Context, q *TicketQuery, operators []desk.Operator) error {
	for _, o := range operators {
		switch strings.ToLower(o.Value) {
		case "me":
			q.narrowTo(o, []desk.Assignee{{Kind: desk.ToUser, ID: q.User}})
			continue
		case "none", "nobody", desk.IsUnassigned:
			q.narrowTo(o, []desk.Assignee{{}})
			continue
		}
		who, err := s.namedLike(ctx, q.Team, o.Value)
		if err != nil {
			return err
		}
		q.narrowTo(o, who)
	}
	return nil
}

func (q *TicketQuery) narrowTo(o desk.Operator, who []desk.Assignee) {
	if !o.Not && len(q.Assignee) == 0 {
		for _, a := range who {
			q.Assignee = append(q.Assignee, AssigneeFilter{To: a})
		}
		q.search.nothing = q.search.nothing || len(who) == 0
		return
	}
	c := assignedTo(who)
	q.search.extra.add(unless(o, c.text()), c.args...)
}

// namedLike returns the users and roles whose name or address the words of a text begin, without regard to case.
func (s *Store) namedLike(ctx context.Context, team int64, text string) ([]desk.Assignee, error) {
	d, err := s.Directory(ctx, team)
	if err != nil {
		return nil, fmt.Errorf("look for assignee: %w", err)
	}
	var who []desk.Assignee
	for _, u := range d.UserList() {
		if beginsIn(u.Name+" "+u.Email, text) {
			who = append(who, desk.Assignee{Kind: desk.ToUser, ID: u.ID})
		}
	}
	for _, r := range d.RoleList() {
		if beginsIn(r.Name, text) {
			who = append(who, desk.Assignee{Kind: desk.ToRole, ID: r.ID})
		}
	}
	return who[:min(len(who), mostValues)], nil
}

// beginsIn reports whether a name has the words of a text in their order, the last one as a beginning.
func beginsIn(name, text string) bool {
	return len(matches(name, termsOf([]desk.Term{{Text: text, Prefix: true}}, ""))) > 0
}
