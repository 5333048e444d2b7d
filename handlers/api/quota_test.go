package api_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/handlers/api"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// left are the headers that say how often a program may still call.
func left(a answer) [3]string {
	return [3]string{a.header.Get("RateLimit-Limit"), a.header.Get("RateLimit-Remaining"), a.header.Get("RateLimit-Reset")}
}

func TestEveryAnswerToAKnownProgramSaysWhatIsLeft(t *testing.T) {
	f := onSQLite(t)
	f.now = time.Date(2026, 1, 5, 10, 0, 15, 500, time.UTC)
	f.door.Quota = api.Quota{Minute: 6, Hour: 100}
	f.mount()
	full := "Bearer " + f.key
	for i, a := range []answer{
		f.get(), f.patch(`{"status":1}`), f.call("DELETE", f.path(), full, nil), f.call("GET", external+"ticket/x", full, nil),
		f.call("GET", f.path(), "Bearer "+f.token(f.team, "Writer", desk.WriteTickets), nil),
	} {
		if want := [3]string{"6", string(rune('5' - i)), "45"}; left(a) != want {
			t.Errorf("call %d, %d: %q are left, want %q", i+1, a.status, left(a), want)
		}
	}
	if a := f.call("GET", f.path(), "Bearer wrong", nil); left(a) != [3]string{} {
		t.Errorf("a stranger is told of limits: %q", left(a))
	}
}

func TestTooManyCallsOfATeamAreRefusedUntilTheWindowEnds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.now = time.Date(2026, 1, 5, 10, 0, 15, 0, time.UTC)
		f.door.Quota = api.Quota{Minute: 2, Hour: 3}
		f.mount()
		second := f.token(f.team, "Second", desk.ReadTickets)
		f.get()
		f.call("GET", f.path(), "Bearer "+second, nil)
		want := `{"type":"throttled_error","code":"throttled","detail":"Request was throttled. Expected available in 45 seconds.","attr":null}`
		for range 3 {
			a := f.patch(`{"status":"open"}`)
			if a.status != http.StatusTooManyRequests || a.body != want || a.header.Get("Retry-After") != "45" || left(a) != [3]string{"2", "0", "45"} {
				t.Errorf("the third call: got %d %s, Retry-After %q, left %q", a.status, a.body, a.header.Get("Retry-After"), left(a))
			}
		}
		if f.read().Status != desk.New {
			t.Error("a throttled call changed the ticket")
		}
		f.now = f.now.Add(45 * time.Second)
		if a := f.get(); a.status != http.StatusOK || left(a) != [3]string{"3", "0", "3540"} {
			t.Errorf("the third call of the hour: got %d, left %q, want it told of the hour", a.status, left(a))
		}
		if a := f.get(); a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "3540" {
			t.Errorf("the fourth call of the hour: got %d, Retry-After %q", a.status, a.header.Get("Retry-After"))
		}
		other, err := f.store.AddTeam(t.Context(), "Other")
		f.check(err)
		key := f.token(other.ID, "Theirs", desk.ReadTickets)
		if a := f.call("GET", external+"ticket/"+f.open(other.ID, "Hi").PublicID.String(), "Bearer "+key, nil); a.status != http.StatusOK {
			t.Errorf("another team pays for it: got %d %s", a.status, a.body)
		}
	})
}

func TestAClientThatTriesOutKeysIsTurnedAwayAndItsNeighboursAreNot(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.now = time.Date(2026, 1, 5, 10, 0, 15, 0, time.UTC)
		f.door.Counter = f.store
		f.mount()
		from := func(address, authorization string) answer {
			r := newRequest(t, http.MethodGet, f.path())
			r.RemoteAddr = address
			r.Header.Set("Authorization", authorization)
			w := httptest.NewRecorder()
			web.WithClientIP(nil)(f.handler).ServeHTTP(w, r)
			return answer{w.Code, w.Header(), w.Body.String()}
		}
		wrong := "Bearer " + f.key[:len(f.key)-4] + "AAAA"
		for i := range 120 {
			if a := from("192.0.2.1:5", []string{wrong, "Bearer x", "Bearer"}[i%3]); a.status != http.StatusUnauthorized {
				t.Fatalf("wrong call %d is answered with %d", i+1, a.status)
			}
		}
		a := from("192.0.2.1:6", wrong)
		if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "45" || left(a) != [3]string{"120", "0", "45"} ||
			!strings.Contains(a.body, "in 45 seconds") {
			t.Errorf("one wrong call too many: %d %s, Retry-After %q, left %q", a.status, a.body, a.header.Get("Retry-After"), left(a))
		}
		if a := from("192.0.2.1:7", "Bearer "+f.key); a.status != http.StatusOK {
			t.Errorf("the right key from the same address is answered with %d", a.status)
		}
		if a := from("192.0.2.2:5", wrong); a.status != http.StatusUnauthorized {
			t.Errorf("a wrong key from another address is answered with %d", a.status)
		}
		f.now = f.now.Add(45 * time.Second)
		if a := from("192.0.2.1:8", wrong); a.status != http.StatusUnauthorized {
			t.Errorf("a wrong key a minute later is answered with %d", a.status)
		}
	})
}

func TestLimitsHoldAcrossProcesses(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		f := newFixture(t, c)
		f.door.Counter, f.door.Quota = f.store, api.Quota{Minute: 3, Hour: 100}
		f.mount()
		beside := *f
		beside.store = storetest.Open(t, c)
		beside.door = &api.Door{Store: beside.store, Counter: beside.store, Quota: f.door.Quota, Log: slog.New(slog.DiscardHandler), Now: f.door.Now}
		beside.mount()
		var got []int
		for range 2 {
			got = append(got, f.get().status, beside.get().status)
		}
		if diff := cmp.Diff([]int{200, 200, 200, 429}, got); diff != "" {
			t.Errorf("calls of two processes in turn (-want +got):\n%s", diff)
		}
	})
}

func TestWithoutAQuotaNothingIsCounted(t *testing.T) {
	f := onSQLite(t)
	for range 700 {
		if a := f.get(); a.status != http.StatusOK || left(a) != [3]string{} {
			t.Fatalf("got %d, left %q", a.status, left(a))
		}
	}
}

func BenchmarkGet(b *testing.B) {
	f := onSQLite(b)
	f.door.Quota = api.Quota{Minute: 1 << 30, Hour: 1 << 30}
	f.mount()
	for b.Loop() {
		if a := f.get(); a.status != http.StatusOK {
			b.Fatal(a.body)
		}
	}
}
