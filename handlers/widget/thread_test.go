package widget_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

// thread is the messages of an answer; they must be a list.
func thread(t *testing.T, a answer) []map[string]any {
	t.Helper()
	wantStatus(t, "messages", a, http.StatusOK)
	list, ok := a.body["messages"].([]any)
	if !ok {
		t.Fatalf("messages are %v, want a list", a.body["messages"])
	}
	out := make([]map[string]any, len(list))
	for i := range list {
		out[i], _ = list[i].(map[string]any)
	}
	return out
}

func contents(t *testing.T, a answer) []string {
	t.Helper()
	out := []string{}
	for _, m := range thread(t, a) {
		out = append(out, word(m, "content"))
	}
	return out
}

func (f *fixture) read(id, more string) answer {
	f.t.Helper()
	return f.get("/messages/" + id + "?widget_session_id=" + ours + more)
}

func TestTheThreadShowsWhoWroteAndNeverANote(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("<b>Hello</b> & bye")
		f.change(id, desk.AddMessage{Body: "secret", Private: true})
		f.change(id, desk.AddMessage{Body: "From **Ann**"})
		f.changeBy(desk.Agent(f.agent.ID, "ann@desk.test"), id, desk.AddMessage{Body: "From an address"})
		f.changeBy(desk.Actor{Kind: desk.ByAPI, ID: 1, Name: "zapier key"}, id, desk.AddMessage{Body: "From a program"})
		f.changeBy(desk.System(), id, desk.AddMessage{Body: "From the desk"})

		a := f.read(id, "")
		var got []string
		for _, m := range thread(t, a) {
			got = append(got, fmt.Sprintf("%v|%v|%v|%v|%v", m["author_type"], m["author_name"], m["content"], m["rich_content"], m["is_private"]))
		}
		wantSame(t, "messages", got, []string{
			"customer||<b>Hello</b> & bye|<nil>|false",
			"human|Ann|From **Ann**|map[content:[map[content:[map[text:From  type:text] map[marks:[map[type:bold]] text:Ann type:text]] type:paragraph]] type:doc]|false",
			"human|Fern & Kettle|From an address|<nil>|false",
			"human|Fern & Kettle|From a program|<nil>|false",
			"AI|Fern & Kettle|From the desk|<nil>|false",
		})
		wantSame(t, "unread", a.body["unread_count"], 4.0)
	})
}

func TestAClaimTellsNothingOfWhoHasTheRecord(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		hers := f.open("Hello")
		claim := f.post("/message", map[string]any{
			"message": "Who am I?", "widget_session_id": other, "distinct_id": "d-1", "traits": map[string]any{"email": "zoe@mail.test"},
		})
		id := claim.word("ticket_id")
		if f.ticket(id).Customer != f.ticket(hers).Customer {
			t.Fatal("want the claim to have led to her record")
		}
		for what, a := range map[string]answer{
			"the answer": claim,
			"the thread": f.get("/messages/" + id + "?widget_session_id=" + other),
			"the list":   f.get("/tickets?widget_session_id=" + other),
		} {
			if wantStatus(t, what, a, http.StatusOK); strings.Contains(a.text, "Zo") {
				t.Errorf("%s tells who she is: %s", what, a.text)
			}
		}
	})
}

func TestTheThreadPagesOldestFirst(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		for _, text := range []string{"2", "3", "4"} {
			f.change(id, desk.AddMessage{Body: text})
		}
		first := f.read(id, "&limit=3")
		wantSame(t, "first page", contents(t, first), []string{"1", "2", "3"})
		wantSame(t, "has_more", first.body["has_more"], true)

		page := thread(t, first)
		rest := f.read(id, "&limit=3&after="+word(page[2], "created_at"))
		wantSame(t, "second page", contents(t, rest), []string{"4"})
		wantSame(t, "has_more", rest.body["has_more"], false)
	})
}

func TestAnEmptyAnswerIsAList(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		wantSame(t, "messages", contents(t, f.read(id, "&after=2030-01-01T00:00:00Z")), []string{})
		list := f.get("/tickets?widget_session_id=" + other)
		wantSame(t, "tickets", list.body, map[string]any{"count": 0.0, "results": []any{}})
	})
}

func TestAReplyThatCrossesAMessageIsNotSkipped(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		f.change(id, desk.AddMessage{Body: "too long ago"})
		f.now = f.now.Add(91 * time.Second)
		f.change(id, desk.AddMessage{Body: "crossing"})
		f.change(id, desk.AddMessage{Body: "a note", Private: true})
		cursor := f.write("2", id).word("created_at")
		f.now = f.now.Add(time.Second)
		f.change(id, desk.AddMessage{Body: "later"})

		a := f.read(id, "&after="+cursor)
		wantSame(t, "messages", contents(t, a), []string{"crossing", "later"})
		wantSame(t, "created_at of the crossing one", thread(t, a)[0]["created_at"], any(cursor))

		team := word(thread(t, a)[1], "created_at")
		wantSame(t, "after a team's message", contents(t, f.read(id, "&after="+team)), []string{})
	})
}

func TestAReplyThatCrossesAFloodOfMessagesIsNotSkipped(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		for range 101 {
			f.change(id, desk.AddMessage{Body: "a flood"})
		}
		f.change(id, desk.AddMessage{Body: "crossing"})
		cursor := f.write("2", id).word("created_at")
		got := contents(t, f.read(id, "&after="+cursor))
		if len(got) == 0 || got[len(got)-1] != "crossing" {
			t.Errorf("got %d messages, want the crossing one at their end", len(got))
		}
	})
}

func TestAPollDoesNotOvertakeItsOwnMessage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		f.change(id, desk.AddMessage{Body: "2"})
		cursor := word(thread(t, f.read(id, ""))[1], "created_at")
		f.now = f.now.Add(time.Minute)
		f.write("3", id)

		wantSame(t, "at once", contents(t, f.read(id, "&after="+cursor)), []string{})
		wantSame(t, "without a cursor", contents(t, f.read(id, "")), []string{"1", "2", "3"})
		f.now = f.now.Add(9 * time.Second)
		wantSame(t, "after 9 s", contents(t, f.read(id, "&after="+cursor)), []string{})
		f.now = f.now.Add(time.Second)
		wantSame(t, "after 10 s", contents(t, f.read(id, "&after="+cursor)), []string{"3"})

		f.write("4", id)
		f.change(id, desk.AddMessage{Body: "5"})
		wantSame(t, "before a reply", contents(t, f.read(id, "&after="+cursor)), []string{"3", "4", "5"})
	})
}

func TestReadingClearsUnreadAndMayBeRepeated(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		f.change(id, desk.AddMessage{Body: "2"})
		f.listen()
		f.heard()
		for range 2 {
			a := f.post("/messages/"+id+"/read", map[string]any{"widget_session_id": ours})
			wantStatus(t, "read", a, http.StatusOK)
			wantSame(t, "answer", a.body, map[string]any{"success": true, "unread_count": 0.0})
		}
		wantSame(t, "unread", f.read(id, "").body["unread_count"], 0.0)
		if unread := f.ticket(id).UnreadTeam; unread != 1 {
			t.Errorf("unread by the team: got %d, want still 1", unread)
		}
		wantSame(t, "events", names(f.heard()), []desk.EventName{})
	})
}

func TestOnesTicketsAreListedNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		old := f.open("old")
		f.now = f.now.Add(time.Minute)
		young := f.open("young")
		f.change(young, desk.AddMessage{Body: "hidden", Private: true})
		f.now = f.now.Add(time.Minute)
		f.change(old, desk.All{desk.AddMessage{Body: "answer"}, desk.SetStatus{To: desk.Pending}})

		a := f.get("/tickets?widget_session_id=" + ours)
		wantSame(t, "list", a.body, map[string]any{"count": 2.0, "results": []any{
			map[string]any{
				"id": young, "ticket_number": 2.0, "status": "new", "unread_count": 0.0, "last_message": "young",
				"last_message_at": "2026-01-05T10:01:00.123456Z", "message_count": 1.0, "created_at": "2026-01-05T10:01:00.123456Z",
			},
			map[string]any{
				"id": old, "ticket_number": 1.0, "status": "pending", "unread_count": 1.0, "last_message": "answer",
				"last_message_at": "2026-01-05T10:02:00.123456Z", "message_count": 2.0, "created_at": "2026-01-05T10:00:00.123456Z",
			},
		}})

		for query, want := range map[string][]string{
			"&status=pending": {old}, "&status=resolved": {}, "&limit=1": {young}, "&limit=1&offset=1": {old}, "&offset=5": {},
		} {
			got := []string{}
			results, _ := f.get("/tickets?widget_session_id=" + ours + query).body["results"].([]any)
			for _, r := range results {
				ticket, _ := r.(map[string]any)
				got = append(got, word(ticket, "id"))
			}
			wantSame(t, query, got, want)
		}
	})
}

func TestBadQueriesAreRefusedByField(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		id := f.open("1")
		session := "widget_session_id=" + ours
		for path, field := range map[string]string{
			"/tickets":                                                        "widget_session_id",
			"/tickets?widget_session_id=1":                                    "widget_session_id",
			"/tickets?widget_session_id=%00":                                  "query",
			"/tickets?" + session + "&status=closed":                          "status",
			"/tickets?" + session + "&limit=0":                                "limit",
			"/tickets?" + session + "&limit=501":                              "limit",
			"/tickets?" + session + "&limit=1e2":                              "limit",
			"/tickets?" + session + "&offset=-1":                              "offset",
			"/tickets?" + session + "&x=%zz":                                  "query",
			"/tickets?" + session + "&status=%ff":                             "query",
			"/messages/" + id:                                                 "widget_session_id",
			"/messages/7?" + session:                                          "ticket_id",
			"/messages/%00?" + session:                                        "ticket_id",
			"/messages/" + id + "?" + session + "&after=yesterday":            "after",
			"/messages/" + id + "?" + session + "&after=2026-13-01T00:00:00Z": "after",
			"/messages/" + id + "?" + session + "&limit=99999999999999999999": "limit",
		} {
			wantField(t, path, f.get(path), field)
		}
	})
}
