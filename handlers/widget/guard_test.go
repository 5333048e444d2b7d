package widget_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// Each knock is wrong in one more way than the one after it, and hears of the first alone.
func TestChecksComeInTheirOrder(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setWidget(func(w *store.Widget) { w.Domains = []string{"shop.test"} })
		id := f.open("mine")
		good, limit := f.token, f.door.Limits
		knock := func() answer {
			return f.do(http.MethodPost, base+"/message", `{"_hp":"x","message":5,"widget_session_id":"`+other+`","ticket_id":"`+id+`"}`)
		}
		f.token, f.door.Limits.AddressCalls, f.origin = "wrong", 1, "https://evil.test"
		f.get("/tickets")
		f.get("/tickets")
		wantStatus(t, "token", knock(), http.StatusForbidden)

		f.token = good
		f.get("/tickets")
		limited := knock()
		wantStatus(t, "limit", limited, http.StatusTooManyRequests)
		if limited.header.Get("Retry-After") == "" {
			t.Error("the limit names no Retry-After")
		}

		f.door.Limits = limit
		wantSame(t, "honeypot", knock().body, map[string]any{"error": "Invalid request"})

		body := `{"message":5,"widget_session_id":"` + other + `","ticket_id":"` + id + `"}`
		a := f.do(http.MethodPost, base+"/message", body)
		wantStatus(t, "origin", a, http.StatusForbidden)
		wantSame(t, "origin", a.body, map[string]any{"error": "Origin not allowed"})

		f.origin = "https://shop.test"
		wantField(t, "body", f.do(http.MethodPost, base+"/message", body), "message")

		body = `{"message":"Hi","distinct_id":"d-1","widget_session_id":"` + other + `","ticket_id":"` + id + `"}`
		wantStatus(t, "someone else's ticket", f.do(http.MethodPost, base+"/message", body), http.StatusForbidden)
		if n := f.ticket(id).MessageCount; n != 1 {
			t.Errorf("messages after all refusals: got %d, want 1", n)
		}
	})
}

func TestOnlyTheSessionOpensATicket(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		mine := f.open("mine")
		added, err := f.store.AddTeam(t.Context(), "Other")
		if err != nil {
			t.Fatal(err)
		}
		mail, err := f.store.OpenTicket(t.Context(), desk.Actor{}, f.team, store.NewTicket{
			Channel: desk.Email, Customer: store.CustomerInput{Email: "zoe@mail.test"}, Body: "by mail",
		})
		if err != nil {
			t.Fatal(err)
		}
		f.listen()
		f.heard()
		own := f.token
		tests := []struct {
			what, token, ticket, session string
			status                       int
		}{
			{"one's own", own, mine, ours, http.StatusOK},
			{"someone else's with the same distinct_id", own, mine, other, http.StatusForbidden},
			{"a ticket of another channel", own, mail.Ticket.PublicID.String(), ours, http.StatusForbidden},
			{"an unknown one", own, other, ours, http.StatusNotFound},
			{"one's own through another team", added.WidgetToken, mine, ours, http.StatusNotFound},
			{"a malformed one", own, "nonsense", ours, http.StatusBadRequest},
			{"the number of one", own, "1", ours, http.StatusBadRequest},
		}
		for _, test := range tests {
			f.token = test.token
			who := "?distinct_id=d-1&widget_session_id=" + test.session
			wantStatus(t, "read "+test.what, f.get("/messages/"+test.ticket+who), test.status)
			proof := map[string]any{"widget_session_id": test.session, "distinct_id": "d-1"}
			wantStatus(t, "mark "+test.what, f.post("/messages/"+test.ticket+"/read", proof), test.status)
			proof["message"], proof["ticket_id"] = "Hi", test.ticket
			wantStatus(t, "write to "+test.what, f.post("/message", proof), test.status)
		}
		f.token = own
		if list := f.get("/tickets?distinct_id=d-1&widget_session_id=" + other); list.body["count"] != 0.0 {
			t.Errorf("a stranger's tickets: got %s, want none", list.text)
		}
		wantSame(t, "events", names(f.heard()), []desk.EventName{desk.MessageReceived})
	})
}

func TestTheTokenMustNameAWidgetThatIsSwitchedOn(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		good := f.token
		for _, token := range []string{"", "nothing", good + "x", "\xff", good + "\xff"} {
			f.token = token
			wantStatus(t, "token "+strconv.Quote(token), f.get("/tickets?widget_session_id="+ours), http.StatusForbidden)
		}
		f.token = good
		f.setWidget(func(w *store.Widget) { w.Enabled = false })
		wantStatus(t, "a widget that is off", f.get("/tickets?widget_session_id="+ours), http.StatusForbidden)
	})
}

func TestOriginsAreHeldAgainstTheList(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits = noLimits
		knock := func(origin, referer string) int {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, base+"/tickets?widget_session_id="+ours, nil)
			r.Header.Set("X-Conversations-Token", f.token)
			for name, value := range map[string]string{"Origin": origin, "Referer": referer} {
				if value != "" {
					r.Header.Set(name, value)
				}
			}
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, r)
			return w.Code
		}

		for _, origin := range []string{"", "null", "https://any.test"} {
			if got := knock(origin, ""); got != http.StatusOK {
				t.Errorf("empty list, origin %q: got %d, want 200", origin, got)
			}
		}
		f.setWidget(func(w *store.Widget) { w.Domains = []string{"shop.test", "*.example.com", "localhost"} })
		tests := []struct {
			origin, referer string
			status          int
		}{
			{"https://shop.test", "", 200},
			{"http://shop.test:8080", "", 200},
			{"https://SHOP.test.", "", 200},
			{"https://www.shop.test", "", 403},
			{"https://shop.test.evil.test", "", 403},
			{"https://evilshop.test", "", 403},
			{"https://example.com", "", 200},
			{"https://a.b.example.com:444", "", 200},
			{"https://evilexample.com", "", 403},
			{"https://example.com@evil.test", "", 403},
			{"http://localhost:3000", "", 200},
			{"null", "", 403},
			{"null", "https://shop.test/", 403},
			{"", "https://shop.test/cart?x=1", 200},
			{"", "https://evil.test/?https://shop.test/", 403},
			{"https://evil.test", "https://shop.test/", 403},
			{"", "", 403},
			{"://", "", 403},
			{"shop.test", "", 403},
		}
		for _, test := range tests {
			if got := knock(test.origin, test.referer); got != test.status {
				t.Errorf("origin %q, referer %q: got %d, want %d", test.origin, test.referer, got, test.status)
			}
		}
	})
}

func TestEachLimitHoldsAndEnds(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		read := func() answer { return f.get("/tickets?widget_session_id=" + ours) }
		write := func() answer {
			return f.post("/message", map[string]any{"message": "Hi", "widget_session_id": ours, "distinct_id": "d"})
		}
		tests := []struct {
			what   string
			limits widget.Limits
			knock  func() answer
			window time.Duration
			escape func() // lets the next call through at once, by being someone else
		}{
			{"calls of a session", widget.Limits{SessionCalls: 2}, read, time.Minute, nil},
			{"calls from an address", widget.Limits{AddressCalls: 2}, read, time.Minute, func() { f.address = "192.0.2.2" }},
			{"writes from an address", widget.Limits{AddressWrites: 2}, write, time.Hour, func() { f.address = "192.0.2.3" }},
			{"an address's share", widget.Limits{TeamWrites: 10, AddressShare: 20}, write, time.Hour, func() { f.address = "192.0.2.4" }},
			{"writes to a team", widget.Limits{TeamWrites: 2, AddressShare: 100}, write, time.Hour, nil},
		}
		for _, test := range tests {
			f.now = f.now.Truncate(time.Hour).Add(time.Hour)
			f.door.Limits = test.limits
			for range 2 {
				wantStatus(t, test.what, test.knock(), http.StatusOK)
			}
			f.do(http.MethodOptions, base+"/tickets", "") // is not counted, and not refused
			refused := test.knock()
			wantStatus(t, test.what, refused, http.StatusTooManyRequests)
			if got, want := refused.header.Get("Retry-After"), strconv.Itoa(int(test.window.Seconds())); got != want {
				t.Errorf("%s: Retry-After is %s, want %s", test.what, got, want)
			}
			if got := refused.header.Get("Access-Control-Expose-Headers"); got != "Retry-After" {
				t.Errorf("%s: pages cannot read Retry-After, exposed is %q", test.what, got)
			}
			if test.escape != nil {
				test.escape()
				wantStatus(t, test.what+" by someone else", test.knock(), http.StatusOK)
			}
			f.now = f.now.Add(test.window)
			wantStatus(t, test.what+" later", test.knock(), http.StatusOK)
		}
	})
}

func TestOneAddressCannotUseUpATeam(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits = widget.Limits{TeamWrites: 10, AddressShare: 20}
		write := func() answer {
			return f.post("/message", map[string]any{"message": "Hi", "widget_session_id": ours, "distinct_id": "d"})
		}
		for range 30 {
			write()
		}
		for i := range 4 {
			f.address = "192.0.2.10" + strconv.Itoa(i)
			for range 2 {
				wantStatus(t, "another address", write(), http.StatusOK)
			}
		}
		f.address = "192.0.2.200"
		wantStatus(t, "the eleventh", write(), http.StatusTooManyRequests)
	})
}

func TestAShareBelowOneMessageIsOne(t *testing.T) {
	f := newFixture(t, storetest.SQLite(t))
	f.door.Limits = widget.Limits{TeamWrites: 50, AddressShare: 1}
	f.open("first")
	second := f.post("/message", map[string]any{"message": "Hi", "widget_session_id": ours, "distinct_id": "d"})
	wantStatus(t, "second", second, http.StatusTooManyRequests)
}

func TestPreflightsAreAnsweredForEveryAddress(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.token = ""
		for _, path := range []string{base + "/message", base + "/messages/x", "/array/x/config", "/flags/", "/e/", "/nowhere/of/ours"} {
			if path == "/nowhere/of/ours" {
				path = "/s/"
			}
			a := f.do(http.MethodOptions, path, "")
			wantStatus(t, path, a, http.StatusNoContent)
			if got := a.header.Get("Access-Control-Allow-Headers"); got != "content-type, x-conversations-token" {
				t.Errorf("%s: allowed headers are %q", path, got)
			}
		}
	})
}

func TestUnknownAddressesAndMethodsCarryCORS(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for path, want := range map[string]int{
			base + "/nothing": 404, "/s/": 404, "/decide/": 404, "/array/x": 404, "/array/x/surveys.js": 404,
			"/api/surveys/": 404, "/engage/": 404, base + "/message": 405, "/flags/": 405,
		} {
			wantStatus(t, path, f.do(http.MethodGet, path, ""), want) // do looks at the CORS header
		}
	})
}

// A database that is gone is our fault, and even then a page may read the answer.
func TestAFaultOfOursIsAnApologyWithCORS(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		broken := *f.door
		broken.Counter = brokenCounter{}
		r := chi.NewRouter()
		broken.Mount(r)
		f.handler = r
		a := f.get("/tickets?widget_session_id=" + ours)
		wantStatus(t, "broken", a, http.StatusInternalServerError)
		wantSame(t, "body", a.body, map[string]any{"error": "Something went wrong on our side. Please try again."})
	})
}
