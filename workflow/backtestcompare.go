package workflow

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// comparedAtOnce is how many tickets are asked for in one go.
const comparedAtOnce = 500

// report compares what a draft did with what became of the tickets, and with what the live version did.
type report struct {
	tally      *tally
	live       *tally // nil: there is none
	result     *BacktestResult
	agreements map[agreementKey]*Agreement
	other      int // values beyond the bound
}

type agreementKey struct {
	path  int16
	field desk.Field
	value string
}

// candidate is a ticket that may be listed.
type candidate struct {
	id      desk.ID
	number  int64
	wrong   bool // it has another value now
	differs bool
}

func (r *report) compare(ctx context.Context, archive Archive) error {
	found := r.candidates()
	slices.SortFunc(found, func(a, b candidate) int { return cmp.Compare(b.number, a.number) })
	for some := range slices.Chunk(found, comparedAtOnce) {
		now, err := present(ctx, archive, some)
		if err != nil {
			return err
		}
		for i := range some {
			if t := now[some[i].id]; t != nil {
				some[i].wrong = r.judge(r.tally.tickets[some[i].id], t)
			}
		}
	}
	r.collect()

	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(b.rank(), a.rank()) })
	for some := range slices.Chunk(found[:min(len(found), maxListed)], comparedAtOnce) {
		now, err := present(ctx, archive, some)
		if err != nil {
			return err
		}
		for _, c := range some {
			r.result.Tickets = append(r.result.Tickets, r.line(c, now[c.id]))
		}
	}
	return nil
}

func (c candidate) rank() int {
	rank := 0
	if c.differs {
		rank += 2
	}
	if c.wrong {
		rank++
	}
	return rank
}

// candidates are the tickets that the draft did something about, and those about which only the live version did.
func (r *report) candidates() []candidate {
	var found []candidate
	for id, t := range r.tally.tickets {
		c := candidate{id: id, number: t.number, differs: r.live != nil && !t.same(r.live.tickets[id])}
		if c.differs {
			r.result.Differs++
		}
		if !id.IsZero() {
			found = append(found, c)
		}
	}
	if r.live == nil {
		return found
	}
	for id, t := range r.live.tickets {
		if r.tally.tickets[id] == nil && !t.same(nil) {
			r.result.Differs++
			found = append(found, candidate{id: id, number: t.number, differs: true})
		}
	}
	return found
}

// same reports whether two versions did the same about a ticket in the end; nil did nothing.
func (t *tallied) same(other *tallied) bool {
	if other == nil {
		other = &tallied{}
	}
	if t.counts != other.counts {
		return false
	}
	for i := range t.values {
		a, b := t.values[i], other.values[i]
		if a.set != b.set || a.value != b.value {
			return false
		}
	}
	return true
}

func present(ctx context.Context, archive Archive, some []candidate) (map[desk.ID]*desk.Ticket, error) {
	ids := make([]desk.ID, len(some))
	for i, c := range some {
		ids[i] = c.id
	}
	tickets, err := archive.TicketsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[desk.ID]*desk.Ticket, len(tickets))
	for i := range tickets {
		found[tickets[i].PublicID] = &tickets[i]
	}
	return found, nil
}

// judge counts which values the ticket has now, and reports whether any is another one.
func (r *report) judge(t *tallied, now *desk.Ticket) (wrong bool) {
	if t == nil {
		return false
	}
	for i, field := range comparedFields {
		v := &t.values[i]
		if !v.set || field == desk.FieldSLA && now.SLAPaused {
			continue
		}
		agrees := r.tally.agrees(field, v.value, now)
		wrong = wrong || !agrees
		r.count(v, field, agrees)
	}
	return wrong
}

func (r *report) count(v *setValue, field desk.Field, agrees bool) {
	branch := &r.result.Branches[v.path]
	key := agreementKey{path: v.path, field: field, value: v.value}
	if field == desk.FieldSLA {
		key.value = ""
	}
	a := r.agreements[key]
	if a == nil {
		if len(r.agreements) >= maxAgreements {
			r.other++
			a = &Agreement{}
		} else {
			a = &Agreement{Exit: branch.Exit, Field: field, Value: key.value}
			r.agreements[key] = a
		}
	}
	a.Tickets++
	r.result.Compared++
	branch.Compared++
	if agrees {
		a.Agreed++
		r.result.Agreed++
		branch.Agreed++
	}
}

// collect puts the agreements in the order of the flow, and says their values in words.
func (r *report) collect() {
	for _, a := range r.agreements {
		if a.Field != desk.FieldSLA {
			a.Value = r.tally.words(a.Field, a.Value)
		}
		r.result.Agreements = append(r.result.Agreements, *a)
	}
	place := func(a Agreement) int { return r.tally.exits[a.Exit] }
	slices.SortFunc(r.result.Agreements, func(a, b Agreement) int {
		return cmp.Or(
			cmp.Compare(place(a), place(b)), strings.Compare(string(a.Field), string(b.Field)),
			cmp.Compare(b.Tickets, a.Tickets), strings.Compare(a.Value, b.Value),
		)
	})
	if r.other > 0 {
		r.result.Notes = append(r.result.Notes, fmt.Sprintf("%d values are beyond the %d that are listed one by one.", r.other, maxAgreements))
	}
}

// line is what the list says of a ticket; now is nil where it is gone.
func (r *report) line(c candidate, now *desk.Ticket) BacktestTicket {
	line := BacktestTicket{Number: c.number, Differs: c.differs}
	t := r.tally.tickets[c.id]
	if t == nil {
		return line
	}
	line.Replies = int(t.counts[0])
	for i, field := range comparedFields {
		v := &t.values[i]
		if !v.set {
			continue
		}
		value := ValueInTest{Field: field, Set: r.tally.words(field, v.value)}
		if now != nil {
			value.Ended, value.Agrees = r.tally.ended(field, now), r.tally.agrees(field, v.value, now)
		}
		line.Values = append(line.Values, value)
	}
	return line
}

// agrees reports whether a ticket has a value that was set on it. A member who took it from a role keeps it there.
func (t *tally) agrees(field desk.Field, value string, now *desk.Ticket) bool {
	switch field {
	case desk.FieldStatus:
		return value == string(now.Status)
	case desk.FieldPriority:
		return value == string(now.Priority)
	case desk.FieldAssignee:
		return value == assigneeKey(now.Assignee) || t.within(value, now.Assignee)
	case desk.FieldTags:
		return tagsAgree(value, now.Tags)
	case desk.FieldSLA:
		at, err := time.Parse(time.RFC3339Nano, value)
		if err != nil || now.SLADueAt.IsZero() {
			return value == "" && now.SLADueAt.IsZero()
		}
		return now.SLADueAt.Sub(at).Abs() <= nearly
	case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return false
}

// within reports whether the assignee is a member of the role with this key.
func (t *tally) within(key string, a desk.Assignee) bool {
	id, isRole := strings.CutPrefix(key, string(desk.ToRole)+":")
	if !isRole || a.Kind != desk.ToUser {
		return false
	}
	role, err := strconv.ParseInt(id, 10, 64)
	return err == nil && slices.Contains(t.directory.Roles[role].Members, a.ID)
}

// tagsAgree reports whether the tags that came are there, and those that went are not.
func tagsAgree(change string, tags []string) bool {
	for word := range strings.SplitSeq(change, ", ") {
		if tag, came := strings.CutPrefix(word, "+"); came && !slices.Contains(tags, tag) {
			return false
		}
		if tag, went := strings.CutPrefix(word, "−"); went && slices.Contains(tags, tag) {
			return false
		}
	}
	return true
}

func (t *tally) ended(field desk.Field, now *desk.Ticket) string {
	switch field {
	case desk.FieldStatus:
		return t.words(field, string(now.Status))
	case desk.FieldPriority:
		return t.words(field, string(now.Priority))
	case desk.FieldAssignee:
		return t.words(field, assigneeKey(now.Assignee))
	case desk.FieldTags:
		return strings.Join(now.Tags, ", ")
	case desk.FieldSLA:
		if now.SLAPaused {
			return "paused"
		}
		if now.SLADueAt.IsZero() {
			return t.words(field, "")
		}
		return t.words(field, now.SLADueAt.Format(time.RFC3339Nano))
	case desk.FieldTicket, desk.FieldMessage, desk.FieldNote, desk.FieldSubject, desk.FieldSnooze, desk.FieldRead, desk.FieldRelation, desk.FieldCustomer:
	}
	return ""
}

// words is a set value as people read it.
func (t *tally) words(field desk.Field, value string) string {
	switch {
	case value == "" && field == desk.FieldAssignee:
		return "nobody"
	case value == "" && field == desk.FieldSLA:
		return "no deadline"
	case value == "":
		return "none"
	case field == desk.FieldStatus:
		return strings.ReplaceAll(value, "_", " ")
	case field == desk.FieldSLA:
		if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
			return at.Format("2006-01-02 15:04") + " UTC"
		}
	case field == desk.FieldAssignee:
		return t.assignee(value)
	}
	return value
}

func (t *tally) assignee(key string) string {
	for id, u := range t.directory.Users {
		if assigneeKey(desk.Assignee{Kind: desk.ToUser, ID: id}) == key {
			return u.Name
		}
	}
	for id, r := range t.directory.Roles {
		if assigneeKey(desk.Assignee{Kind: desk.ToRole, ID: id}) == key {
			return r.Name
		}
	}
	return "somebody who is gone"
}
