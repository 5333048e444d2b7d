package workflow

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow/desk"
)

// testArchive is a desk as it is now.
type testArchive struct{ tickets map[desk.ID]desk.Ticket }

func (a testArchive) TicketByID(_ context.Context, id desk.ID) (*desk.Ticket, error) {
	t, ok := a.tickets[id]
	if !ok {
		return nil, nil
	}
	return &t, nil
}

func (a testArchive) TicketsByID(_ context.Context, ids []desk.ID) ([]desk.Ticket, error) {
	var found []desk.Ticket
	for _, id := range ids {
		if t, ok := a.tickets[id]; ok {
			found = append(found, t)
		}
	}
	return found, nil
}

func (testArchive) Role(context.Context, int64) (RoleFacts, error) {
	return RoleFacts{LastTurn: map[int64]time.Time{}, Open: map[int64]int{1: 0, 2: 0}}, nil
}

func (testArchive) Opened(int64, time.Time) *int { return new(2) }

// replayed is a past that is told step by step, one minute each.
type replayed struct {
	t       *testing.T
	test    *Backtest
	archive testArchive
	now     time.Time
	real    desk.Ticket
}

// begin lets the first of the workflows be the draft; live, unless "", is its live version.
func begin(t *testing.T, live string, files ...string) *replayed {
	t.Helper()
	var all []Workflow
	for i, text := range files {
		all = append(all, Workflow{ID: int64(i + 1), TeamID: 7, Version: 4, Position: i, Definition: parse(t, text)})
	}
	r := &replayed{t: t, now: testNow, real: testTickets()[ticketID].Ticket}
	r.archive = testArchive{tickets: map[desk.ID]desk.Ticket{ticketID: r.real, otherID: testTickets()[otherID].Ticket}}
	p := BacktestPlan{
		Directory: testDirectory(), From: testNow.Add(-time.Hour), To: testNow.Add(1000 * time.Hour), Draft: 1, Workflows: all,
		Archive: r.archive,
	}
	if live != "" {
		p.Live = append([]Workflow{{ID: 1, TeamID: 7, Version: 3, Definition: parse(t, live)}}, all[1:]...)
	}
	var err error
	if r.test, err = NewBacktest(p); err != nil {
		t.Fatal(err)
	}
	return r
}

// event tells an event at which somebody had changed the ticket.
func (r *replayed) event(name desk.EventName, change func(*desk.Ticket)) {
	r.t.Helper()
	r.now = r.now.Add(time.Minute)
	change(&r.real)
	r.real.UpdatedAt = r.now
	is := r.real
	e := &Event{TeamID: 7, TicketID: is.ID, Event: desk.Event{Name: name, Properties: desk.Properties(&is), At: r.now}}
	r.replay(Past{Event: e, Ticket: &is})
}

// wrote tells that a workflow really wrote a field.
func (r *replayed) wrote(field desk.Field, after any, change func(*desk.Ticket)) {
	r.t.Helper()
	change(&r.real)
	r.replay(Past{Write: &Write{TicketID: r.real.ID, At: r.now, Field: field, After: after}})
}

func (r *replayed) replay(p Past) {
	r.t.Helper()
	if err := r.test.Replay(r.t.Context(), []Past{p}); err != nil {
		r.t.Fatal(err)
	}
}

func (r *replayed) result(now func(*desk.Ticket)) BacktestResult {
	r.t.Helper()
	now(&r.real)
	r.archive.tickets[ticketID] = r.real
	got, err := r.test.Result(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return got
}

func asItWas(*desk.Ticket) {}

func on(name desk.EventName, steps string) string {
	return fmt.Sprintf(`{"name":"W","trigger":{"events":[{"event":%q}]},"steps":[%s]}`, name, steps)
}

const (
	setHigh  = `{"id":"high","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"high"}`
	setLow   = `{"id":"low","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","priority":"low"}`
	isHigh   = `{"all":[{"left":"variables.ticket.priority","op":"equals","value":"high"}]}`
	readIt   = `{"id":"get","type":"get_ticket"}`
	ifHigh   = `{"id":"if","type":"if","branches":[{"name":"high","when":` + isHigh + `,"steps":[{"id":"note","type":"add_note","body":"high"}]}]}`
	waitHigh = `{"id":"wait","type":"wait","when":` + isHigh + `,"held":[{"id":"note","type":"add_note","body":"high"}]}`
)

func TestTheSandboxKeepsItsValuesUntilSomebodyChangesThem(t *testing.T) {
	for name, c := range map[string]struct {
		between func(r *replayed)
		notes   int // 1: the priority is high at the second event
	}{
		"nothing happened":                {func(*replayed) {}, 1},
		"an agent chose another":          {func(r *replayed) { r.event(desk.PriorityChanged, func(t *desk.Ticket) { t.Priority = desk.Low }) }, 0},
		"an agent changed something else": {func(r *replayed) { r.event(desk.StatusChanged, func(t *desk.Ticket) { t.Status = desk.Open }) }, 1},
		"a workflow really wrote another": {func(r *replayed) {
			r.wrote(desk.FieldPriority, desk.Low, func(t *desk.Ticket) { t.Priority = desk.Low })
		}, 1},
		"a workflow and then somebody did": {func(r *replayed) {
			r.wrote(desk.FieldPriority, desk.Low, func(t *desk.Ticket) { t.Priority = desk.Low })
			r.event(desk.PriorityChanged, func(t *desk.Ticket) { t.Priority = desk.Medium })
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			draft := `{"name":"W","trigger":{"events":[{"event":"$conversation_ticket_created"},{"event":"$conversation_message_received"}]},"steps":[` +
				readIt + `,` + ifHigh + `,` + `{"id":"first","type":"if","branches":[{"when":{"all":[{"left":"event.event","op":"equals","value":"$conversation_ticket_created"}]},"steps":[` + setHigh + `]}]}]}`
			r := begin(t, "", draft)
			r.event(desk.TicketCreated, asItWas)
			c.between(r)
			r.event(desk.MessageReceived, func(t *desk.Ticket) { t.MessageCount++ })
			if got := r.result(asItWas); got.Total.Notes != c.notes || got.Runs != 2 {
				t.Errorf("got %d notes of %d runs, want %d of 2", got.Total.Notes, got.Runs, c.notes)
			}
		})
	}
}

func TestARunOfTheSandboxWaitsForWhatPeopleAndWorkflowsDo(t *testing.T) {
	people := begin(t, "", on(desk.TicketCreated, waitHigh))
	people.event(desk.TicketCreated, asItWas)
	if n := people.test.sandboxes[0].waits.of(1); n != 1 {
		t.Fatalf("%d runs wait, want 1", n)
	}
	people.event(desk.PriorityChanged, func(t *desk.Ticket) { t.Priority = desk.High })
	if got := people.result(asItWas); got.Total.Notes != 1 || got.Waiting != 0 {
		t.Errorf("somebody changed it: got %d notes and %d waiting, want 1 and 0", got.Total.Notes, got.Waiting)
	}

	other := begin(t, "", on(desk.TicketCreated, waitHigh), on(desk.TicketCreated, setHigh))
	other.event(desk.TicketCreated, asItWas)
	if got := other.result(asItWas); got.Total.Notes != 1 {
		t.Errorf("a later workflow changed it: got %d notes, want 1", got.Total.Notes)
	}
}

func TestWaitsOfTheSandboxPassInTheirOrder(t *testing.T) {
	draft := on(desk.TicketCreated, `{"id":"w","type":"wait","for":"90m"},`+setHigh)
	other := on(desk.TicketCreated, `{"id":"w","type":"wait","for":"3h"},`+setLow+`,{"id":"w2","type":"wait","for":"2000h"}`)
	r := begin(t, "", draft, other)
	r.event(desk.TicketCreated, asItWas)
	got := r.result(func(t *desk.Ticket) { t.Priority = desk.Low })
	if got.Total.Fields[desk.FieldPriority] != 1 || got.Waiting != 0 {
		t.Errorf("got %+v with %d waiting, want one change", got.Total, got.Waiting)
	}
	if own := r.test.sandboxes[0].tickets[ticketID].ticket; own.Priority != desk.Low {
		t.Errorf("the priority is %q in the end, want the later run's low", own.Priority)
	}
	if n := r.test.sandboxes[0].waits.of(2); n != 1 {
		t.Errorf("%d runs of the other wait past the end, want 1", n)
	}
}

func TestARunThatIsRousedTakesItsTurnBehindThoseThatAreDue(t *testing.T) {
	const wait = `{"id":"w","type":"wait","for":"90m"},`
	r := begin(t, "", on(desk.StatusChanged, waitHigh), on(desk.TicketCreated, wait+setHigh), on(desk.TicketCreated, wait+setLow))
	r.event(desk.TicketCreated, asItWas)
	r.event(desk.StatusChanged, func(t *desk.Ticket) { t.Status = desk.Open })
	if got := r.result(asItWas); got.Total.Notes != 0 || got.Waiting != 1 {
		t.Errorf("got %d notes and %d waiting, want none and 1: when its turn comes, the priority is low", got.Total.Notes, got.Waiting)
	}
}

func TestAgreementComparesTheLastValueWithThatOfNow(t *testing.T) {
	draft := `{"name":"W","trigger":{"events":[{"event":"$conversation_ticket_created"}]},"steps":[` + readIt +
		`,{"id":"if","type":"if","branches":[{"when":{"all":[{"left":"variables.ticket.status","op":"equals","value":"new"}]},"steps":[
		{"id":"set","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","assignee":{"user":"ada@example.com"},"tags":["c"],"tags_mode":"add","priority":"high"}]}]}]}`
	r := begin(t, on(desk.TicketCreated, setHigh), draft)
	r.event(desk.TicketCreated, asItWas)
	got := r.result(func(t *desk.Ticket) { t.Priority, t.Tags = desk.High, []string{"a", "b", "c", "d"} })

	exit := Exit{StepID: "if"}
	want := []Agreement{
		{Exit: exit, Field: desk.FieldAssignee, Value: "Ada", Tickets: 1},
		{Exit: exit, Field: desk.FieldPriority, Value: "high", Tickets: 1, Agreed: 1},
		{Exit: exit, Field: desk.FieldTags, Value: "+c", Tickets: 1, Agreed: 1},
	}
	if diff := cmp.Diff(want, got.Agreements); diff != "" {
		t.Errorf("agreements (-want +got):\n%s", diff)
	}
	if got.Agreed != 2 || got.Compared != 3 || got.Touched != 1 || got.Live != 3 || got.Differs != 1 {
		t.Errorf("got %d of %d agreed, %d touched, %d differ from version %d", got.Agreed, got.Compared, got.Touched, got.Differs, got.Live)
	}
	lines := []BacktestTicket{{Number: 12, Differs: true, Values: []ValueInTest{
		{Field: desk.FieldPriority, Set: "high", Ended: "high", Agrees: true},
		{Field: desk.FieldAssignee, Set: "Ada", Ended: "Support"},
		{Field: desk.FieldTags, Set: "+c", Ended: "a, b, c, d", Agrees: true},
	}}}
	if diff := cmp.Diff(lines, got.Tickets); diff != "" {
		t.Errorf("tickets (-want +got):\n%s", diff)
	}
}

func TestAMemberWhoTookATicketFromARoleAgrees(t *testing.T) {
	for name, c := range map[string]struct {
		to     string
		agreed int
	}{"of the role": {"Support", 1}, "of another": {"Engineering", 0}} {
		t.Run(name, func(t *testing.T) {
			r := begin(t, "", on(desk.TicketCreated, `{"id":"set","type":"update_ticket","ticket_id":"{event.properties.ticket_id}","assignee":{"role":"`+c.to+`"}}`))
			r.event(desk.TicketCreated, func(t *desk.Ticket) { t.Assignee = desk.Assignee{} })
			got := r.result(func(t *desk.Ticket) { t.Assignee = desk.Assignee{Kind: desk.ToUser, ID: 3} })
			if got.Agreed != c.agreed || got.Compared != 1 {
				t.Errorf("got %d of %d, want %d of 1", got.Agreed, got.Compared, c.agreed)
			}
		})
	}
}

func TestWhatGoesOutIsCountedAndCallsAreAnsweredWithNothing(t *testing.T) {
	draft := on(desk.TicketCreated, `{"id":"reply","type":"send_reply","body":"Hello"},
		{"id":"tell","type":"notify","to":{"user":"ada@example.com"},"text":"Look"},
		{"id":"call","type":"webhook","url":"https://example.com/x","output":"answer"},
		{"id":"bad","type":"update_ticket","on_error":"continue","ticket_id":"{event.properties.ticket_id}","status":"{variables.answer.body | default: \"nonsense\"}"}`)
	r := begin(t, "", draft)
	r.event(desk.TicketCreated, asItWas)
	got := r.result(asItWas)
	if c := got.Total; c.Replies != 1 || c.Notices != 1 || c.Emails != 1 || c.Calls != 1 {
		t.Errorf("got %+v, want one of each", c)
	}
	if diff := cmp.Diff([]BacktestCall{{StepID: "call", Method: "POST", URL: "https://example.com/x", Times: 1}}, got.Calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	if len(got.Failures) != 1 || got.Failures[0].StepID != "bad" || !strings.Contains(got.Failures[0].Why, "nonsense") || got.Failures[0].Ticket != 12 {
		t.Errorf("got failures %+v, want that of the step bad", got.Failures)
	}
}

func TestLimitsOfTheSandboxTripAndAreTold(t *testing.T) {
	draft := on(desk.MessageReceived, `{"id":"reply","type":"send_reply","body":"Hello"}`)
	r := begin(t, "", `{"limits":{"messages_per_ticket_hour":2},`+draft[1:])
	for range 4 {
		r.event(desk.MessageReceived, asItWas)
	}
	got := r.result(asItWas)
	if got.Total.Replies != 2 || got.Tripped != 2 || len(got.Trips) != 2 || !strings.Contains(got.Trips[0].Why, "2 messages") {
		t.Errorf("got %d replies, %d trips: %+v", got.Total.Replies, got.Tripped, got.Trips)
	}

	limited := begin(t, "", strings.Replace(draft, `"trigger":{`, `"trigger":{"limit":{"times":1,"within":"2m"},`, 1))
	for range 4 {
		limited.event(desk.MessageReceived, asItWas)
	}
	if got := limited.result(asItWas); got.Runs != 2 || got.Passed != 2 {
		t.Errorf("once in two minutes: got %d runs and %d passed over, want 2 and 2", got.Runs, got.Passed)
	}
}

func TestTurnsOfTheSandboxGoRound(t *testing.T) {
	draft := on(desk.MessageReceived, `{"id":"turn","type":"assign_in_turn","role":{"role":"Support"}}`)
	r := begin(t, "", draft)
	directory := r.test.plan.Directory
	directory.Users[4] = desk.User{ID: 4, Name: "Bob"}
	directory.Roles[5] = desk.Role{ID: 5, Name: "Support", Members: []int64{3, 4}}
	var turns []int64
	for range 3 {
		r.event(desk.MessageReceived, asItWas)
		turns = append(turns, r.test.sandboxes[0].tickets[ticketID].ticket.Assignee.ID)
	}
	if diff := cmp.Diff([]int64{3, 4, 3}, turns); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

func TestTicketsThatWereIdleForLongestAreForgottenAndTold(t *testing.T) {
	r := begin(t, "", on(desk.TicketCreated, setHigh))
	var page []Past
	for i := range maxHeld + 2 {
		tk := r.real
		tk.ID, tk.Number, tk.PublicID = int64(i+1), int64(i+1), desk.ID{14: byte(i >> 8), 15: byte(i)}
		e := &Event{TeamID: 7, TicketID: tk.ID, Event: desk.Event{Name: desk.TicketCreated, Properties: desk.Properties(&tk), At: r.now}}
		page = append(page, Past{Event: e, Ticket: &tk})
	}
	if err := r.test.Replay(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if n := len(r.test.real); n > maxHeld || n != len(r.test.sandboxes[0].tickets) || r.test.real[1] != nil || r.test.real[maxHeld+2] == nil {
		t.Errorf("%d tickets are held, %d in the sandbox", n, len(r.test.sandboxes[0].tickets))
	}
	if got := r.result(asItWas); len(got.Notes) != 1 || got.Touched != maxHeld+2 || len(got.Tickets) != maxListed {
		t.Errorf("got notes %q, %d touched, %d listed", got.Notes, got.Touched, len(got.Tickets))
	}
}
