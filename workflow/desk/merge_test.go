package desk

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestTwoTicketsBecomeOneOnlyWhereOnePersonWroteBoth(t *testing.T) {
	for name, test := range map[string]struct {
		change func(m *Merge)
		field  string
		kind   Kind
	}{
		"two of one customer":       {change: func(*Merge) {}},
		"itself":                    {func(m *Merge) { m.Target = m.Source }, "into", Invalid},
		"merged already":            {func(m *Merge) { m.Source.MergedInto = 9 }, "", Conflict},
		"into a merged one":         {func(m *Merge) { m.Target.MergedInto = 9 }, "", Conflict},
		"of two customers":          {func(m *Merge) { m.Target.Customer.ID = 99 }, "into", Invalid},
		"read in one browser":       {change: func(m *Merge) { m.Readers = MergeReaders{Source: true, Target: true, Same: true} }},
		"read in two browsers":      {func(m *Merge) { m.Readers, m.Vouched = MergeReaders{Source: true, Target: true}, true }, "", Conflict},
		"out of a browser's sight":  {func(m *Merge) { m.Readers, m.Vouched = MergeReaders{Source: true}, true }, "", Conflict},
		"into a browser's sight":    {func(m *Merge) { m.Readers.Target = true }, "same_person", Invalid},
		"into its sight, vouched":   {change: func(m *Merge) { m.Readers.Target, m.Vouched = true, true }},
		"of two customers, vouched": {func(m *Merge) { m.Target.Customer.ID, m.Vouched = 99, true }, "into", Invalid},
	} {
		source, target := ticket(), ticket()
		target.ID, target.Number = 2, 43
		m := Merge{Source: &source, Target: &target}
		test.change(&m)
		switch err := m.Check(); {
		case test.kind == "" && err != nil:
			t.Errorf("%s: got %v, want it allowed", name, err)
		case test.kind != "":
			wantRefused(t, name, err, test.kind, test.field)
		}
	}
}

func wantRefused(t *testing.T, what string, err error, kind Kind, field string) {
	t.Helper()
	e, ok := err.(*Error) //nolint:errorlint // nothing wraps it
	if !ok || e.Kind() != string(kind) || e.Field != field {
		t.Errorf("%s: got %v, want a refusal of kind %s of field %q", what, err, kind, field)
	}
}

// conversation is a ticket with its thread, as a database would hold it.
type conversation struct {
	ticket Ticket
	thread []Message
}

func (c *conversation) change(t *rapid.T, by Actor, now time.Time, change Change) Outcome {
	out, err := Apply(&c.ticket, by, now, change)
	if err != nil {
		t.Fatalf("%#v: %v", change, err)
	}
	c.thread = append(c.thread, out.Messages...)
	return out
}

// converse opens a ticket and lets a little happen to it; times of two conversations often collide.
func converse(t *rapid.T, id int64, label string) *conversation {
	first, out, err := OpenTicket(actor(ByCustomer), noon(), Opening{
		PublicID: ID{byte(id)}, TeamID: 2, Number: 40 + id, Channel: Widget, Customer: Customer{ID: 3},
		Message: AddMessage{ID: ID{byte(id), 1}, Body: "Hello"}, PausesSLA: rapid.Bool().Draw(t, label+" pauses"),
	})
	if err != nil {
		t.Fatal(err)
	}
	first.ID = id
	c := &conversation{first, out.Messages}
	moments := rapid.SliceOfN(rapid.IntRange(0, 4), 0, 6).Draw(t, label+" moments")
	slices.Sort(moments)
	for i, m := range moments {
		now := noon().Add(time.Duration(m) * time.Microsecond)
		change := rapid.SampledFrom([]Change{
			AddMessage{ID: ID{byte(id), 2, byte(i)}, Body: "More"},
			AddMessage{ID: ID{byte(id), 3, byte(i)}, Body: "Between us", Private: true},
			SetStatus{To: Pending},
			SetStatus{To: Resolved},
			SetTags{Tags: []string{label, "both"}},
			MarkRead{},
			SetSLADue{At: noon().Add(time.Hour)},
		}).Draw(t, label+" change")
		by := actor(ByAgent)
		if a, ok := change.(AddMessage); ok && !a.Private && rapid.Bool().Draw(t, label+" customer") {
			by = actor(ByCustomer)
		}
		c.change(t, by, now, change)
	}
	return c
}

func TestUndoingAMergeRestoresBothTickets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source, target := converse(t, 1, "source"), converse(t, 2, "target")
		wasSource, wasTarget := source.ticket.clone(), target.ticket.clone()
		now := noon().Add(time.Minute)

		both, _ := Interleave(target.thread, source.thread)
		if !slices.IsSortedFunc(both, func(a, b Message) int { return a.CreatedAt.Compare(b.CreatedAt) }) ||
			len(both) != len(source.thread)+len(target.thread) {
			t.Fatalf("got %d messages, want all in order", len(both))
		}
		tags := without(source.ticket.Tags, target.ticket.Tags)
		out := source.change(t, actor(ByAgent), now, MergeInto{Target: &wasTarget})
		absorbed := target.change(t, actor(ByAgent), now, Absorb{Source: &wasSource, Thread: both, Tags: tags})
		if len(out.Events)+len(absorbed.Events) != 0 {
			t.Errorf("got events %v and %v, want none", out.Events, absorbed.Events)
		}
		if got := target.ticket.MessageCount; got != wasSource.MessageCount+wasTarget.MessageCount {
			t.Errorf("got %d messages, want those of both", got)
		}

		asMerged := target.ticket.clone()
		source.change(t, actor(ByAgent), now, UndoMergeInto{Was: &wasSource, Target: &asMerged, Thread: source.thread})
		target.change(t, actor(ByAgent), now, UndoAbsorb{Source: &wasSource, Thread: target.thread, Tags: tags})
		touched := cmpopts.IgnoreFields(Ticket{}, "UpdatedAt")
		if diff := cmp.Diff(wasSource, source.ticket, touched, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the source: -before +after:\n%s", diff)
		}
		if diff := cmp.Diff(wasTarget, target.ticket, touched, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("the target: -before +after:\n%s", diff)
		}
	})
}

func TestTimesOfMergedMessagesStayApartAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) []Message {
			at := rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 0, 8, rapid.ID).Draw(t, label)
			slices.Sort(at)
			var thread []Message
			for _, m := range at {
				thread = append(thread, Message{PublicID: ID{byte(len(thread)), label[0]}, CreatedAt: noon().Add(time.Duration(m) * time.Microsecond)})
			}
			return thread
		}
		target, source := draw("target"), draw("source")
		thread, shifted := Interleave(target, source)
		order := slices.DeleteFunc(slices.Clone(thread), func(m Message) bool { return m.PublicID[1] != 's' })
		for i := range order {
			if order[i].PublicID != source[i].PublicID {
				t.Fatalf("got %v, want the order of the source kept", order)
			}
		}
		moved := 0
		for i := range thread {
			if i > 0 && !thread[i].CreatedAt.After(thread[i-1].CreatedAt) {
				t.Fatalf("got %v twice", thread[i].CreatedAt)
			}
			was := slices.IndexFunc(slices.Concat(target, source), func(m Message) bool { return m.PublicID == thread[i].PublicID })
			if !slices.Concat(target, source)[was].CreatedAt.Equal(thread[i].CreatedAt) {
				moved++
			}
		}
		if moved != len(shifted) {
			t.Errorf("%d times differ, and %d are said to", moved, len(shifted))
		}
	})
}

func TestAMergedTicketTakesNotesButNeitherAnswersNorWork(t *testing.T) {
	later := noon().Add(time.Hour)
	for _, by := range actors() {
		for name, change := range map[string]Change{
			"message": AddMessage{ID: ID{1}, Body: "Hello"}, "status": SetStatus{To: Open}, "priority": SetPriority{To: High},
			"assignee": SetAssignee{To: Assignee{Kind: ToUser, ID: 9}}, "SLA": SetSLADue{At: later.Add(4 * time.Hour)},
			"snooze": Snooze{Until: later}, "snooze until a reply": Snooze{UntilReply: true},
			"all": All{SetTags{Tags: []string{"z"}}, SetStatus{To: Pending}},
		} {
			merged := ticket()
			merged.MergedInto, merged.Status = 9, Resolved
			if _, err := Apply(&merged, by, noon(), change); !errors.Is(err, ErrMerged) {
				t.Errorf("%s by %s: got %v, want it refused", name, by.Kind, err)
			}
		}
	}
	merged := ticket()
	merged.MergedInto, merged.Status = 9, Resolved
	apply(t, &merged, actor(ByAgent), AddMessage{ID: ID{2}, Body: "For us", Private: true})
	apply(t, &merged, actor(ByAgent), All{SetStatus{To: Resolved}, SetTags{Tags: []string{"z"}}})
}

func TestNothingWakesAMergedTicket(t *testing.T) {
	snoozed := ticket()
	snoozed.Status, snoozed.SnoozedUntil = Resolved, noon().Add(time.Hour)
	target := ticket()
	apply(t, &snoozed, actor(ByAgent), MergeInto{Target: &target})
	if snoozed.Snoozed() {
		t.Errorf("got it snoozed until %v, want the snooze over", snoozed.SnoozedUntil)
	}
}
