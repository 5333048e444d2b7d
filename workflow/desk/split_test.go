package desk

import (
	"testing"
	"time"
)

func says(id byte, by ActorKind, body string) Message {
	return Message{PublicID: ID{id}, Author: by, Body: body, CreatedAt: noon().Add(time.Duration(id) * time.Minute)}
}

func TestASplitStartsWithAMessageAndLeavesOne(t *testing.T) {
	from := ticket()
	note := says(2, ByAgent, "Between us")
	note.Private = true
	ask, answer := says(1, ByCustomer, "Another thing\nentirely"), says(3, ByAgent, "Sure")
	for name, test := range map[string]struct {
		leaving, staying []Message
		refused          bool
	}{
		"a message":                  {[]Message{ask}, []Message{answer}, false},
		"a message and its note":     {[]Message{ask, note}, []Message{answer}, false},
		"nothing":                    {nil, []Message{ask}, true},
		"a note first":               {[]Message{note, answer}, []Message{ask}, true},
		"everything":                 {[]Message{ask, answer}, nil, true},
		"everything but a note":      {[]Message{ask, answer}, []Message{note}, true},
		"the beginning of a ticket":  {[]Message{ask}, []Message{note, answer}, false},
		"the end, with a note there": {[]Message{answer}, []Message{ask, note}, false},
	} {
		s := Split{PublicID: ID{7}, Number: 50, From: &from, Leaving: test.leaving, Staying: test.staying}
		made, out, err := s.Open(Agent(7, "Ada"), noon().Add(time.Hour))
		if test.refused {
			wantRefused(t, name, err, Invalid, "message")
			continue
		}
		if err != nil || len(out.Events) != 0 || len(out.Messages) != 0 || made.Status != New || made.Customer.ID != from.Customer.ID {
			t.Errorf("%s: got %+v, %+v, %v, want a quiet new ticket", name, made, out, err)
		}
		if !made.CreatedAt.Equal(test.leaving[0].CreatedAt) {
			t.Errorf("%s: created at %v, want when its first message came", name, made.CreatedAt)
		}
	}
}

func TestASplitIsNamedAfterItsFirstMessageUnlessNamed(t *testing.T) {
	from := ticket()
	s := Split{From: &from, Leaving: []Message{says(1, ByCustomer, "\n Another thing\nentirely")}, Staying: []Message{says(3, ByAgent, "Sure")}}
	made, out, err := s.Open(Agent(7, "Ada"), noon())
	if err != nil || made.Subject != "Another thing" || made.MessageCount != 1 {
		t.Errorf("got %+v, %v", made, err)
	}
	if r := out.Changes[1]; r.Field != FieldRelation || r.After != "split from #42" {
		t.Errorf("got record %+v, want where it comes from", r)
	}
	s.Subject = "Named"
	if made, _, _ := s.Open(Agent(7, "Ada"), noon()); made.Subject != "Named" {
		t.Errorf("got %q, want the given subject", made.Subject)
	}
	out = apply(t, &from, Agent(7, "Ada"), Part{Into: 50, Staying: s.Staying})
	if len(out.Events) != 0 || from.MessageCount != 1 || from.LastMessageText != "Sure" || from.UnreadTeam != 0 {
		t.Errorf("got %+v with %v, want the counters of what stays", from, out.Events)
	}
}
