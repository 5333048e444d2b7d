package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestAPatchChangesWhatIsGivenAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		role, err := f.store.AddRole(t.Context(), f.team, "Support")
		f.check(err)
		at := func(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 123456000, time.UTC) }
		want := f.ticket
		step := func(body string, expect func(*desk.Ticket)) {
			t.Helper()
			f.now = f.now.Add(time.Microsecond)
			f.works(body)
			if expect(&want); !cmp.Equal(want, f.read()) {
				t.Errorf("%s (-want +got):\n%s", body, cmp.Diff(want, f.read()))
			}
			f.now = at(5, 10) // so that deadlines are round
		}
		now := func(t *desk.Ticket) { t.UpdatedAt = at(5, 10).Add(time.Microsecond) }

		step(``, func(*desk.Ticket) {})
		step(` `, func(*desk.Ticket) {})
		step(`{}`, func(*desk.Ticket) {})
		step(`{"status":"open"}`, func(t *desk.Ticket) { now(t); t.Status = desk.Open })
		step(`{"priority":"high"}`, func(t *desk.Ticket) { t.Priority = desk.High })
		step(`{"priority":null}`, func(t *desk.Ticket) { t.Priority = desk.NoPriority })
		step(`{"sla_due_at":"2026-01-06T12:00:00.5+02:00"}`, func(t *desk.Ticket) { t.SLADueAt = time.Date(2026, 1, 6, 10, 0, 0, 5e8, time.UTC) })
		step(`{"sla_due_at":null}`, func(t *desk.Ticket) { t.SLADueAt = time.Time{} })
		step(`{"sla_amount":3}`, func(t *desk.Ticket) { t.SLADueAt = at(5, 13).Add(time.Microsecond) })
		step(`{"sla_amount":"90.0","sla_unit":"minute"}`, func(t *desk.Ticket) { t.SLADueAt = at(5, 11).Add(30*time.Minute + time.Microsecond) })
		step(`{"sla_amount":1.5,"sla_unit":"day"}`, func(t *desk.Ticket) { t.SLADueAt = at(6, 22).Add(time.Microsecond) })
		step(`{"sla_amount":8,"sla_business_hours":{"days":["monday","tuesday"],"time":[["09:00","17:00"]],"timezone":"UTC"}}`,
			func(t *desk.Ticket) { t.SLADueAt = at(6, 10).Add(time.Microsecond) })
		step(`{"sla_amount":1,"sla_unit":null,"sla_business_hours":null}`, func(t *desk.Ticket) { t.SLADueAt = at(5, 11).Add(time.Microsecond) })
		step(`{"sla_amount":"clear"}`, func(t *desk.Ticket) { t.SLADueAt = time.Time{} })
		step(`{"sla_amount":1}`, func(t *desk.Ticket) { t.SLADueAt = at(5, 11).Add(time.Microsecond) })
		step(`{"sla_amount":"clear","sla_unit":"bogus","sla_business_hours":{"days":[]}}`, func(t *desk.Ticket) { t.SLADueAt = time.Time{} })
		step(`{"snoozed_until":"2026-01-07T00:00:00Z"}`, func(t *desk.Ticket) {
			t.SnoozedUntil, t.Status = time.Date(2026, 1, 7, 0, 0, 0, 0, time.UTC), desk.OnHold
		})
		step(`{"snoozed_until":null}`, func(t *desk.Ticket) { t.SnoozedUntil, t.Status = time.Time{}, desk.Open })
		step(`{"snoozed_until":"2026-01-08T00:00:00Z","status":"pending"}`, func(t *desk.Ticket) {
			t.SnoozedUntil, t.Status = time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC), desk.Pending
		})
		step(fmt.Sprintf(`{"assignee":{"type":"user","id":%d}}`, f.user), func(t *desk.Ticket) { t.Assignee = desk.Assignee{Kind: desk.ToUser, ID: f.user} })
		step(fmt.Sprintf(`{"assignee":{"type":"role","id":%d,"role":{}}}`, role), func(t *desk.Ticket) { t.Assignee = desk.Assignee{Kind: desk.ToRole, ID: role} })
		step(`{"assignee":null}`, func(t *desk.Ticket) { t.Assignee = desk.Assignee{} })
		step(`{"tags":["VIP"," billing "]}`, func(t *desk.Ticket) { t.Tags = []string{"billing", "vip"} })
		step(`{"tags":["eu"],"tags_mode":"add"}`, func(t *desk.Ticket) { t.Tags = []string{"billing", "eu", "vip"} })
		step(`{"tags":["vip"],"tags_mode":"remove"}`, func(t *desk.Ticket) { t.Tags = []string{"billing", "eu"} })
		step(`{"tags_mode":"set","sla_unit":"day"}`, func(*desk.Ticket) {})
		step(`{"tags":[],"tags_mode":"set"}`, func(t *desk.Ticket) { t.Tags = []string{} })
		step(`{"colour":"red","Status":"new"}`, func(*desk.Ticket) {})
	})
}

func TestWhatAProgramGotItMaySendBack(t *testing.T) {
	f := onSQLite(t)
	f.change(desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: f.user}}, desk.SetSLA{Amount: "1"}, desk.SetTags{Tags: []string{"a"}})
	before := f.read()
	f.now = f.now.Add(time.Second)
	f.works(f.get().body)
	if diff := cmp.Diff(before, f.read()); diff != "" {
		t.Errorf("sending back what GET answered changed the ticket:\n%s", diff)
	}
}

func TestWhoHasLeftTheTeamStaysTheAssigneeOfATicketThatIsSentBack(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		bea, err := f.store.AddUser(t.Context(), store.NewUser{TeamID: f.team, Email: "bea@example.com", Name: "Bea"})
		f.check(err)
		f.change(desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: bea}})
		f.check(f.store.DisableUser(t.Context(), f.team, bea))
		before := f.read()
		f.works(f.get().body)
		if diff := cmp.Diff(before, f.read()); diff != "" {
			t.Errorf("sending back what GET answered changed the ticket:\n%s", diff)
		}
		f.works(`{"assignee":null}`)
		if a := f.patch(fmt.Sprintf(`{"assignee":{"type":"user","id":%d}}`, bea)); a.status != http.StatusBadRequest {
			t.Errorf("to assign anew to who has left: got %d %s, want 400", a.status, a.body)
		}
	})
}

func TestAPatchIsKnownToLivePagesAndTheHistoryAndToNoWorkflow(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		before, started := len(f.notes), pending(t, f.store)
		f.works(`{"status":"pending","priority":"low","tags":["x"]}`)
		if got := f.notes[before:]; len(got) != 1 || len(got[0].Fields) != 3 || got[0].Events != 0 {
			t.Errorf("live pages hear %+v, want one note of three fields and no event", got)
		}
		if now := pending(t, f.store); now != started {
			t.Errorf("%d tickets have events waiting, before %d", now, started)
		}
		history, err := f.store.History(t.Context(), f.team, f.ticket.ID, 20)
		f.check(err)
		by := slices.DeleteFunc(history, func(h storeEntry) bool { return h.Actor.Kind != desk.ByAPI })
		if len(by) != 3 || by[0].Actor.Name != "Zapier" {
			t.Errorf("the history has %d records of programs, want 3 of Zapier: %+v", len(by), by)
		}
	})
}

func TestAllThatIsWrongIsSaidAtOnceAndNothingIsDone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for body, want := range map[string][]string{
			`{"status":"closed","priority":"urgent","sla_amount":-1,"sla_unit":"week","snoozed_until":"2020-01-01T00:00:00Z",
			  "assignee":{"type":"user","id":999},"tags_mode":"swap","tags":[1],"sla_business_hours":{"days":["someday"]}}`: {
				"assignee", "priority", "sla_amount", "sla_business_hours", "sla_unit", "snoozed_until", "status", "tags", "tags_mode",
			},
			`{"status":"open","assignee":{"type":"role","id":1}}`:             {"assignee"},
			`{"status":"open","sla_due_at":null,"sla_amount":1}`:              {"sla_amount", "sla_due_at"},
			`{"sla_due_at":"2032-01-01T00:00:00Z","priority":"high"}`:         {"sla_due_at"},
			`{"status":"open","status":"open","priority":"high"}`:             {"status"},
			`{"status":null,"priority":"","tags":null,"sla_amount":null}`:     {"priority", "sla_amount", "status", "tags"},
			`{"status":1,"priority":[],"tags":"vip","assignee":"ann"}`:        {"assignee", "priority", "status", "tags"},
			`{"sla_due_at":"tomorrow","snoozed_until":5}`:                     {"sla_due_at", "snoozed_until"},
			`{"sla_due_at":"0001-01-01T00:00:00Z"}`:                           {"sla_due_at"},
			`{"snoozed_until":"0001-01-01T00:00:00Z"}`:                        {"snoozed_until"},
			`{"assignee":{"type":"user","id":"1"}}`:                           {"assignee"},
			`{"assignee":{"type":"user","id":1.5}}`:                           {"assignee"},
			`{"assignee":{"type":"user","id":1,"id":2}}`:                      {"assignee"},
			`{"assignee":{"type":"team","id":1}}`:                             {"assignee"},
			`{"assignee":{}}`:                                                 {"assignee"},
			`{"sla_amount":1e2}`:                                              {"sla_amount"},
			`{"sla_amount":"inf"}`:                                            {"sla_amount"},
			`{"sla_amount":true}`:                                             {"sla_amount"},
			`{"sla_amount":99999999}`:                                         {"sla_amount"},
			`{"sla_amount":1,"sla_business_hours":[]}`:                        {"sla_business_hours"},
			`{"sla_amount":1,"sla_business_hours":{"days":[],"time":"any"}}`:  {"sla_business_hours"},
			`{"sla_amount":1,"sla_business_hours":{"days":["x"],"days":[]}}`:  {"sla_business_hours"},
			`{"sla_amount":1,"sla_business_hours":{"timezone":"Mars/Olymp"}}`: {"sla_business_hours"},
			`{"tags":["a",null]}`:                                             {"tags"},
			`{"tags":["a\u0000b"]}`:                                           {"tags"},
			`{"tags":["` + longTag + `"],"status":"open"}`:                    {"tags"},
		} {
			a := f.patch(body)
			var got []string
			for name := range a.faults(t) {
				got = append(got, name)
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s (-want +got):\n%s", body, a.body, diff)
			}
		}
		if diff := cmp.Diff(f.ticket, f.read()); diff != "" {
			t.Errorf("refused patches changed the ticket:\n%s", diff)
		}
	})
}

func TestAnotherTeamsUserCannotBeAssigned(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		other, err := f.store.AddTeam(t.Context(), "Other")
		f.check(err)
		role, err := f.store.AddRole(t.Context(), other.ID, "Secret role")
		f.check(err)
		a := f.patch(fmt.Sprintf(`{"assignee":{"type":"role","id":%d}}`, role))
		unknown := f.patch(`{"assignee":{"type":"role","id":4711}}`)
		if a.status != http.StatusBadRequest || a.body != unknown.body {
			t.Errorf("another team's role: %d %s, want what an unknown one gets: %s", a.status, a.body, unknown.body)
		}
	})
}

func TestWhatIsWrongWithAPatchIsSaidAlike(t *testing.T) {
	f := onSQLite(t)
	for body, want := range map[string]string{
		`{"sla_amount":null}`:                           `positive number or \"clear\"`,
		`{"sla_amount":"0"}`:                            `positive number or \"clear\"`,
		`{"tags":["` + strings.Repeat("x", 300) + `"]}`: "The tag has 300 characters",
	} {
		if got := f.patch(body); got.status != http.StatusBadRequest || !strings.Contains(got.body, want) {
			t.Errorf("%.40s: got %d, %s, want %s", body, got.status, got.body, want)
		}
	}
}
