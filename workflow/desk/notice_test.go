package desk

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhoIsToldOfWhat(t *testing.T) {
	const ada, bob, cyd, dan = 7, 8, 9, 10 // the ticket is Ada's
	mentioned := func(text string) []int64 {
		if text == "@Cyd" {
			return []int64{cyd}
		}
		return nil
	}
	type told map[int64]NoticeKind
	for name, test := range map[string]struct {
		by     Actor
		change Change
		want   told
	}{
		"the customer writes":            {actor(ByCustomer), AddMessage{Body: "@Cyd"}, told{ada: ReplyNotice, bob: ReplyNotice}},
		"a colleague answers":            {Agent(dan, "Dan"), AddMessage{Body: "@Cyd"}, told{ada: FollowedNotice, bob: FollowedNotice}},
		"a colleague mentions":           {Agent(dan, "Dan"), AddMessage{Body: "@Cyd", Private: true}, told{ada: FollowedNotice, bob: FollowedNotice, cyd: MentionNotice}},
		"nobody is told of their own":    {Agent(bob, "Bob"), AddMessage{Body: "x", Private: true}, told{ada: FollowedNotice}},
		"nor of being mentioned so":      {Agent(cyd, "Cyd"), AddMessage{Body: "@Cyd", Private: true}, told{ada: FollowedNotice, bob: FollowedNotice}},
		"a workflow writes":              {actor(ByWorkflow), AddMessage{Body: "x"}, told{}},
		"a workflow assigns":             {actor(ByWorkflow), SetAssignee{To: Assignee{ToUser, dan}}, told{dan: AssignedNotice}},
		"one takes a ticket":             {Agent(dan, "Dan"), SetAssignee{To: Assignee{ToUser, dan}}, told{}},
		"to a role":                      {Agent(dan, "Dan"), SetAssignee{To: Assignee{ToRole, 3}}, told{}},
		"a note and a new assignee":      {Agent(dan, "Dan"), All{AddMessage{Body: "@Cyd", Private: true}, SetAssignee{To: Assignee{ToUser, cyd}}}, told{bob: FollowedNotice, cyd: MentionNotice}},
		"an answer and the other's turn": {Agent(dan, "Dan"), All{AddMessage{Body: "x"}, SetAssignee{To: Assignee{ToUser, bob}}}, told{bob: AssignedNotice}},
		"a deadline passes":              {System(), RaiseSLA{}, told{ada: SLANotice}},
		"another field":                  {Agent(dan, "Dan"), SetPriority{To: High}, told{}},
	} {
		on := ticket()
		on.SLADueAt = noon().Add(-time.Minute)
		out := apply(t, &on, test.by, test.change)
		got := told{}
		for _, n := range out.Notices(test.by, &on, Audience{Followers: []int64{bob}, Mentioned: mentioned}) {
			if got[n.UserID] != "" {
				t.Errorf("%s: user %d is told twice", name, n.UserID)
			}
			got[n.UserID] = n.Kind
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
		if len(got) > 0 && !out.Concerns() {
			t.Errorf("%s: is said to concern nobody", name)
		}
	}
}

func TestAMentionIsTheLongestNameAfterAnAt(t *testing.T) {
	names := []Mentionable{{"Ada", []int64{1}}, {"Ada Lindqvist", []int64{2}}, {"Billing", []int64{1, 3}}, {"Zoë", []int64{4}}, {"", []int64{5}}}
	for text, want := range map[string][]int64{
		"":                             nil,
		"@":                            nil,
		"nobody":                       nil,
		"@Ada, look":                   {1},
		"@ada lindqvist's":             {2},
		"@Adam":                        nil,
		"mail ada@ada.example":         nil,
		"(@billing) and @Ada":          {1, 3},
		"@ZOË!":                        {4},
		"@Ada Lindqvis":                {1},
		"x @Ada Lindqvist\n@Ada @Ada ": {2, 1},
	} {
		if diff := cmp.Diff(want, Mentions(text, names)); diff != "" {
			t.Errorf("%q: -want +got:\n%s", text, diff)
		}
	}
}

func FuzzMentions(f *testing.F) {
	f.Add("@Ada \xff@", "Ada")
	f.Fuzz(func(_ *testing.T, text, name string) { Mentions(text, []Mentionable{{name, []int64{1}}}) })
}

func TestMailsAboutATicketComeApart(t *testing.T) {
	now := noon()
	for _, test := range []struct {
		last time.Time
		want time.Time
		ok   bool
	}{
		{time.Time{}, now, true},
		{now.Add(-mailPause), now, true},
		{now.Add(-time.Minute), now.Add(mailPause - time.Minute), true},
		{now, now.Add(mailPause), true},
		{now.Add(time.Second), time.Time{}, false},
	} {
		if at, ok := MailAt(test.last, now); !at.Equal(test.want) || ok != test.ok {
			t.Errorf("after one of %v: got %v, %v, want %v, %v", test.last, at, ok, test.want, test.ok)
		}
	}
}
