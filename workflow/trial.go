package workflow

import (
	"encoding/json"
	"fmt"
	"strings"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// Outward is something that a run sends out or writes, in words and without secrets.
type Outward struct {
	StepID string
	Kind   OutwardKind
	To     string // a ticket, names, an address or a host
	Text   string // what is written, "" for a call
}

// OutwardKind says what an Outward is.
type OutwardKind string

// The kinds of Outward.
const (
	OutReply   OutwardKind = "reply"   // to the customer
	OutNote    OutwardKind = "note"    // a private one
	OutNotice  OutwardKind = "notice"  // within the desk
	OutEmail   OutwardKind = "email"   // to somebody of the team
	OutChannel OutwardKind = "channel" // to a chat
	OutCall    OutwardKind = "call"    // of an address outside
)

// Outward lists what the run sends out and writes, in the order of its steps.
func (r *Result) Outward(dir *Directory) []Outward {
	var out []Outward
	for _, s := range r.Steps {
		for i := range r.Effects {
			if e := &r.Effects[i]; e.StepID == s.StepID {
				out = append(out, e.written()...)
			}
		}
		for _, n := range r.Notices {
			if n.StepID == s.StepID {
				out = append(out, Outward{StepID: n.StepID, Kind: OutNotice, To: dir.userNames(n.UserIDs), Text: n.Text})
			}
		}
		for _, j := range r.Jobs {
			if j.StepID == s.StepID {
				out = append(out, j.outward())
			}
		}
	}
	return out
}

func (e *Effect) written() []Outward {
	var out []Outward
	for i := range e.Outcome.Messages {
		m := &e.Outcome.Messages[i]
		o := Outward{StepID: e.StepID, Kind: OutReply, To: fmt.Sprintf("ticket #%d", e.Ticket.Number), Text: m.Body}
		if m.Private {
			o.Kind = OutNote
		}
		out = append(out, o)
	}
	return out
}

func (d *Directory) userNames(ids []int64) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = d.assigneeName(desk.Assignee{Kind: desk.ToUser, ID: id})
	}
	return strings.Join(names, ", ")
}

// outward says no more of a job than lists of jobs do, beside the text that it carries.
func (j *Job) outward() Outward {
	o := Outward{StepID: j.StepID}
	var shown job.Public
	if payload, err := json.Marshal(j.Payload); err == nil { // a payload of ours always is JSON
		shown, _ = job.Show(j.Kind, payload)
	}
	o.To = shown.Target
	switch p := j.Payload.(type) {
	case job.Email:
		o.Kind, o.Text = OutEmail, p.Text
	case job.Channel:
		o.Kind, o.Text = OutChannel, p.Text
	case job.Webhook:
		o.Kind, o.To = OutCall, shown.Method+" "+shown.URL
	}
	return o
}
