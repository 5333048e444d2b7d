package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMessageTimesStrictlyIncrease(t *testing.T) {
	tk := ticket()
	tk.ThreadAt = noon()
	var got []time.Duration
	for _, now := range []time.Time{noon().Add(time.Second), noon().Add(time.Second), noon(), noon().Add(time.Minute)} {
		out, err := Apply(&tk, Agent(7, "Ada"), now, All{AddMessage{Body: "1"}, AddMessage{Body: "2", Private: true}})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range out.Messages {
			got = append(got, m.CreatedAt.Sub(noon()))
		}
	}
	const s, us = time.Second, time.Microsecond
	want := []time.Duration{s, s + us, s + 2*us, s + 3*us, s + 4*us, s + 5*us, time.Minute, time.Minute + us}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("times after noon (-want +got):\n%s", diff)
	}
	if want := noon().Add(time.Minute + us); !tk.ThreadAt.Equal(want) {
		t.Errorf("thread at %v, want %v", tk.ThreadAt, want)
	}
}

func TestNotesStayOutOfCountersLastMessageAndEvents(t *testing.T) {
	for _, by := range actors() {
		if by.Kind == ByCustomer {
			continue
		}
		tk := ticket()
		out := apply(t, &tk, by, AddMessage{ID: ID{5}, Body: "He is angry", Private: true})
		want := ticket()
		want.ThreadAt, want.UpdatedAt = noon(), noon()
		if diff := cmp.Diff(want, tk); diff != "" {
			t.Errorf("%s: ticket (-want +got):\n%s", by.Kind, diff)
		}
		if len(out.Events) != 0 {
			t.Errorf("%s: a note emitted %v", by.Kind, names(out.Events))
		}
		if diff := cmp.Diff([]Record{{Field: FieldNote, MessageID: ID{5}}}, out.Changes); diff != "" {
			t.Errorf("%s: records (-want +got):\n%s", by.Kind, diff)
		}
	}
}

func TestACustomerCannotWriteANote(t *testing.T) {
	tk := ticket()
	_, err := Apply(&tk, actor(ByCustomer), noon(), AddMessage{Body: "Hi", Private: true})
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Kind() != string(Forbidden) {
		t.Errorf("got %v, want a forbidden refusal", err)
	}
}

func TestPublicMessagesCount(t *testing.T) {
	for _, c := range []struct {
		by                      ActorKind
		unreadTeam, unreadOther int
		responded               bool
	}{
		{ByAgent, 1, 2, true},
		{ByCustomer, 2, 1, false},
		{ByWorkflow, 1, 2, false},
		{ByAPI, 1, 2, false},
	} {
		tk := ticket()
		apply(t, &tk, actor(c.by), AddMessage{Body: "Hi"})
		if tk.MessageCount != 2 || tk.LastMessageText != "Hi" || !tk.LastMessageAt.Equal(noon()) {
			t.Errorf("%s: got %d messages, last %q at %v", c.by, tk.MessageCount, tk.LastMessageText, tk.LastMessageAt)
		}
		if tk.UnreadTeam != c.unreadTeam || tk.UnreadCustomer != c.unreadOther {
			t.Errorf("%s: got %d and %d unread, want %d and %d", c.by, tk.UnreadTeam, tk.UnreadCustomer, c.unreadTeam, c.unreadOther)
		}
		if got := !tk.FirstResponseAt.IsZero(); got != c.responded {
			t.Errorf("%s: counts as the first response: got %t, want %t", c.by, got, c.responded)
		}
	}
}

func TestTheFirstResponseStays(t *testing.T) {
	tk := ticket()
	first := noon().Add(-time.Minute)
	tk.FirstResponseAt = first
	apply(t, &tk, Agent(7, "Ada"), AddMessage{Body: "Again"})
	if !tk.FirstResponseAt.Equal(first) {
		t.Errorf("got %v, want %v", tk.FirstResponseAt, first)
	}
}

func TestACustomersMessageNeverChangesTheStatus(t *testing.T) {
	for _, status := range Statuses() {
		tk := ticket()
		tk.Status = status
		apply(t, &tk, actor(ByCustomer), AddMessage{Body: "Hello?"})
		if tk.Status != status {
			t.Errorf("%s became %s", status, tk.Status)
		}
	}
}

func TestAMessageKeepsWhoWroteIt(t *testing.T) {
	for _, by := range actors() {
		tk := ticket()
		sent := noon().Add(-time.Minute)
		got := apply(t, &tk, by, AddMessage{ID: ID{5}, Body: "Hi", SentAt: sent}).Messages
		want := []Message{{
			PublicID: ID{5}, Author: by.Kind, AuthorID: by.ID, AuthorName: by.Name, Step: by.Step,
			Body: "Hi", CreatedAt: noon(), SentAt: sent,
		}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: messages (-want +got):\n%s", by.Kind, diff)
		}
	}
}

func TestTheLongestMessageIsCountedInCharacters(t *testing.T) {
	tk := ticket()
	apply(t, &tk, Agent(7, "Ada"), AddMessage{Body: strings.Repeat("🚀", MaxMessage)})
}

func TestReadingClearsTheReadersCountAlone(t *testing.T) {
	for _, c := range []struct {
		by             ActorKind
		team, customer int
		want           []Record
	}{
		{ByAgent, 0, 1, []Record{{Field: FieldRead, Before: "team"}}},
		{ByCustomer, 1, 0, []Record{{Field: FieldRead, Before: "customer"}}},
		{ByWorkflow, 1, 1, nil},
		{ByAPI, 1, 1, nil},
		{BySystem, 1, 1, nil},
	} {
		tk := ticket()
		out := apply(t, &tk, actor(c.by), MarkRead{})
		want := ticket()
		want.UnreadTeam, want.UnreadCustomer = c.team, c.customer
		if diff := cmp.Diff(want, tk); diff != "" {
			t.Errorf("%s: ticket (-want +got):\n%s", c.by, diff)
		}
		if diff := cmp.Diff(c.want, out.Changes); diff != "" {
			t.Errorf("%s: records (-want +got):\n%s", c.by, diff)
		}
	}
}
