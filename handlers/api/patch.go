package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// patchTicket changes what the body gives, all of it or nothing.
func (d *Door) patchTicket(w http.ResponseWriter, r *http.Request, token desk.Token) error {
	t, err := d.find(r, token, desk.WriteTickets)
	if err != nil {
		return err
	}
	body, err := readPatch(w, r)
	if err != nil {
		return err
	}
	p, err := parsePatch(body)
	if err != nil {
		return err
	}

	save := d.Store.PatchTicket
	if len(p.faults) > 0 {
		save = d.Store.TryPatch // for what else is wrong
	}
	if len(p.changes) > 0 {
		err = save(r.Context(), token.Actor(), t.TeamID, t.ID, p.changes)
	}
	if err := p.refuse(err); err != nil {
		return err
	}
	reply(w, http.StatusOK, map[string]bool{"ok": true})
	return nil
}

// patch is what a body asks for.
type patch struct {
	fields  map[string]json.RawMessage
	changes []desk.Change // of the fields that can be read
	faults  faults
}

// parsePatch reads all fields. Those that it does not know it leaves aside, so that a program may send back what it got.
func parsePatch(body []byte) (*patch, error) {
	fields, twice, ok := object(body)
	if !ok {
		return nil, badBody(`The body is not a JSON object. Send one like {"status": "open"}.`)
	}
	p := &patch{fields: fields, faults: faults{}}
	for _, name := range twice {
		p.faults.add(desk.Cut(name, 40), "This is given twice.")
	}
	p.status()
	p.priority()
	p.sla()
	p.snooze() // after the status, which it sets unless one is given
	p.assignee()
	p.tags()
	return p, nil
}

// refuse returns the refusal of all that is wrong: what the patch itself found and what err, of the store, says.
func (p *patch) refuse(err error) error {
	if desk.IsKind(err, desk.Invalid) {
		p.blame(err)
		err = nil
	}
	switch {
	case desk.IsKind(err, desk.NotFound):
		return errNoTicket() // it went between two moments
	case err == nil && len(p.faults) > 0:
		return p.faults.refuse()
	}
	return err
}

// blame puts each of the joined errors to its field.
func (p *patch) blame(err error) {
	var rule *desk.Error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			p.blame(e)
		}
		return
	}
	if !errors.As(err, &rule) {
		return
	}
	switch rule.Field {
	case "snooze":
		p.faults.add("snoozed_until", "%s", rule)
	case "":
		p.faults.add("body", "%s", rule)
	default:
		p.faults.add(rule.Field, "%s", rule)
	}
}

func (p *patch) change(c desk.Change) { p.changes = append(p.changes, c) }

func (p *patch) status() {
	raw, given := p.fields["status"]
	if !given {
		return
	}
	if status, ok := asText(raw); ok {
		p.change(desk.SetStatus{To: desk.Status(status)})
		return
	}
	p.faults.add("status", "This must be new, open, pending, on_hold or resolved.")
}

func (p *patch) priority() {
	raw, given := p.fields["priority"]
	if !given {
		return
	}
	text, ok := asText(raw)
	priority := desk.Priority(text)
	if !isNull(raw) && (!ok || !slices.Contains(desk.Priorities(), priority)) {
		p.faults.add("priority", "This must be low, medium, high or null.")
		return
	}
	p.change(desk.SetPriority{To: priority})
}

func (p *patch) snooze() {
	raw, given := p.fields["snoozed_until"]
	if !given {
		return
	}
	until, ok := asTime(raw)
	switch {
	case isNull(raw):
		p.change(desk.Snooze{})
	case ok:
		p.change(desk.Snooze{Until: until})
	default:
		p.faults.add("snoozed_until", "This must be null or a time such as 2026-01-31T09:30:00Z.")
	}
}

func (p *patch) assignee() {
	raw, given := p.fields["assignee"]
	if !given {
		return
	}
	if isNull(raw) {
		p.change(desk.SetAssignee{})
		return
	}
	fields, twice, _ := object(raw)
	kind, _ := asText(fields["type"])
	to := desk.Assignee{Kind: desk.AssigneeKind(kind)}
	var ok bool
	if to.ID, ok = asID(fields["id"]); !ok || len(twice) > 0 || to.Kind != desk.ToUser && to.Kind != desk.ToRole {
		p.faults.add("assignee", `This must be null or like {"type": "user", "id": 1}; the type is user or role.`)
		return
	}
	p.change(desk.SetAssignee{To: to})
}

func (p *patch) tags() {
	mode := p.choice("tags_mode", string(desk.ReplaceTags), string(desk.AddTags), string(desk.RemoveTags))
	raw, given := p.fields["tags"]
	if !given {
		return
	}
	var tags []*string
	if json.Unmarshal(raw, &tags) != nil || isNull(raw) || slices.Contains(tags, nil) {
		p.faults.add("tags", `This must be a list of texts such as ["vip", "billing"].`)
		return
	}
	c := desk.SetTags{Mode: desk.TagsMode(mode)}
	for _, tag := range tags {
		if n := utf8.RuneCountInString(*tag); n > desk.MaxTag { // blanks and all, as the document has it
			p.faults.add("tags", "The tag has %d characters; the limit is %d. Shorten it.", n, desk.MaxTag)
			return
		}
		c.Tags = append(c.Tags, *tag)
	}
	p.change(c)
}

// choice is one of the words that a field may have, "" when it is missing or wrong.
func (p *patch) choice(field string, words ...string) string {
	raw, given := p.fields[field]
	if !given || isNull(raw) {
		return ""
	}
	if word, ok := asText(raw); ok && slices.Contains(words, word) {
		return word
	}
	p.faults.add(field, "This must be one of: %s.", join(words))
	return ""
}
