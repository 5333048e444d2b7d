package widget_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

const (
	victims = "018f0000-0000-7000-8000-00000000dead" // the session that nobody may guess
	hidden  = "hidden-from-you"                      // is in all that belongs to somebody else
	marker  = "<svg/onload=alert(1)>"
)

// siege is a desk with a victim, and an attacker who knows all that can be known.
type siege struct {
	*fixture
	log             bytes.Buffer
	theirs, waiting string // the victim's ticket, and a file that they have not sent
	names           *strings.Replacer
}

func besiege(t testing.TB, c store.Config) *siege {
	t.Helper()
	s := &siege{fixture: newFixture(t, c)}
	s.door.Limits, s.door.Log = noLimits, slog.New(slog.NewTextHandler(&s.log, nil))
	s.setWidget(func(w *store.Widget) { w.IdentitySecret = hidden })
	file := s.do(http.MethodPost, base+"/upload?name="+hidden+"&widget_session_id="+victims, hidden).word("id")
	s.waiting = s.do(http.MethodPost, base+"/upload?name="+hidden+"&widget_session_id="+victims, hidden).word("id")
	s.theirs = s.post("/message", map[string]any{
		"message": hidden, "widget_session_id": victims, "distinct_id": "victim", "attachment_ids": []string{file},
		"traits": map[string]any{"name": hidden, "email": "victim@mail.test", "plan": hidden},
	}).word("ticket_id")
	s.change(s.theirs, desk.AddMessage{Body: hidden, Private: true})
	mine := s.open("Hello")
	s.change(mine, desk.AddMessage{Body: hidden, Private: true, Files: []desk.File{s.agentFile(mine, hidden)}})
	s.names = strings.NewReplacer("~", base, "{ours}", ours, "{mine}", mine, "{theirs}", s.theirs, "{file}", s.waiting, "{token}", s.token)
	return s
}

// strike sends a request as it is: a client is not bound to write good ones.
func (s *siege) strike(t *testing.T, a attack) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(a.body))
	path, query, _ := strings.Cut(a.target, "?")
	r.Method, r.URL.RawQuery = a.method, query
	if decoded, err := url.PathUnescape(path); err == nil {
		r.URL.Path, r.URL.RawPath = decoded, path
	} else {
		r.URL.Path = path
	}
	r.RemoteAddr = "192.0.2.66:1"
	r.Header.Set("X-Conversations-Token", s.token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://shop.test")
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	w := &impatient{httptest.NewRecorder(), leave}
	s.handler.ServeHTTP(w, r.WithContext(ctx))
	s.examine(t, a, w.ResponseRecorder)
}

// impatient leaves as soon as it sees anything: a stream would go on for ever.
type impatient struct {
	*httptest.ResponseRecorder

	leave func()
}

func (w *impatient) Flush() { w.leave() }

// examine looks at an answer for what must never be in any.
func (s *siege) examine(t *testing.T, a attack, w *httptest.ResponseRecorder) {
	t.Helper()
	head, body := w.Header(), w.Body.String()
	fail := func(why string) {
		t.Errorf("%s %.200q %.300q: %s: %d %.300s", a.method, a.target, a.body, why, w.Code, body)
	}
	kind, _, _ := strings.Cut(head.Get("Content-Type"), ";")
	switch {
	case w.Code >= 500:
		fail("our fault")
	case strings.Contains(body, hidden), strings.Contains(head.Get("Location")+head.Get("Content-Disposition"), hidden):
		fail("a leak")
	case head.Get("Set-Cookie") != "":
		fail("a cookie")
	case strings.HasPrefix(a.target, "/contact/"):
		if strings.Contains(body, marker) && kind == "text/html" {
			fail("unescaped")
		}
	case !slices.ContainsFunc([]string{base + "/", "/array/", "/flags/", "/e/", "/i/", "/api/surveys/"}, func(door string) bool {
		return strings.HasPrefix(a.target, door)
	}): // nobody's address
	case head.Get("Access-Control-Allow-Origin") != "*":
		fail("no CORS")
	case kind == "text/html", strings.Contains(body, "<"):
		fail("unescaped")
	case kind == "application/json" && (!json.Valid(w.Body.Bytes()) || head.Get("X-Content-Type-Options") != "nosniff"):
		fail("no JSON")
	}
}

// stands checks that nothing of the victim's has changed, and that the log tells no secrets.
func (s *siege) stands(t *testing.T) {
	t.Helper()
	if got := s.ticket(s.theirs); got.MessageCount != 1 || got.UnreadTeam != 1 || got.Customer.Name != hidden || got.Customer.Email != "victim@mail.test" {
		t.Errorf("the victim's ticket has become %+v", got)
	}
	for _, secret := range []string{hidden, victims, "level=ERROR"} {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has %s in it: %.1000s", secret, s.log.String())
		}
	}
	own := s.get("/messages/" + s.theirs + "?widget_session_id=" + victims)
	if files := attachments(t, own); len(files) != 1 || files[0]["name"] != hidden {
		t.Errorf("the victim's own thread has files %v", files)
	}
}

func TestNoHostileRequestBreaksOrLeaks(t *testing.T) {
	count := map[string]int{"sqlite": 10_000, "postgres": 1_000} // over a socket each costs ten times as much
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		s := besiege(t, c)
		_, engine, _ := strings.Cut(t.Name(), "/")
		arms := newArsenal(corpus(t, s.names), s.names)
		attacks := slices.Clone(arms.corpus)
		for len(attacks) < count[engine] {
			attacks = append(attacks, arms.next())
		}
		var attackers sync.WaitGroup
		for part := range slices.Chunk(attacks, len(attacks)/8) { // at once, as attackers come
			attackers.Go(func() {
				for i := 0; i < len(part) && !t.Failed(); i++ {
					s.strike(t, part[i])
				}
			})
		}
		attackers.Wait()
		s.stands(t)
		wantStatus(t, "the victim's waiting file", s.post("/message", map[string]any{
			"message": "", "widget_session_id": victims, "distinct_id": "victim", "attachment_ids": []string{s.waiting},
		}), http.StatusOK)
	})
}

// Whatever is sent to whichever address, the door neither breaks nor leaks, and pages of all sites can read its answer.
func FuzzDoor(f *testing.F) {
	s := besiege(f, store.Config{Dir: f.TempDir()})
	for _, a := range corpus(f, s.names) {
		if len(a.body) < 10_000 {
			f.Add(a.method, a.target, a.body)
		}
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		s.t = t
		if !slices.Contains([]string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}, method) {
			method = http.MethodPost // no page can send one that HTTP does not know
		}
		s.strike(t, attack{method, target, body})
		s.stands(t)
	})
}

// arsenal makes requests out of the corpus: the same ones on every run.
type arsenal struct {
	corpus []attack
	random *rand.Rand
	names  *strings.Replacer
}

func newArsenal(corpus []attack, names *strings.Replacer) *arsenal {
	return &arsenal{corpus, rand.New(rand.NewPCG(1, 2)), names}
}

func pick[T any](a *arsenal, from []T) T { return from[a.random.IntN(len(from))] }

func (a *arsenal) next() attack {
	if a.random.IntN(3) == 0 {
		return a.mutant()
	}
	return a.made()
}

// mutant is a request of the corpus with a few bytes changed, doubled or gone.
func (a *arsenal) mutant() attack {
	m := pick(a, a.corpus)
	if len(m.body) > 2_000 {
		m.body = m.body[:2_000]
	}
	for range 1 + a.random.IntN(4) {
		if a.random.IntN(2) == 0 {
			m.target = a.spoil(m.target)
		} else {
			m.body = a.spoil(m.body)
		}
	}
	return m
}

func (a *arsenal) spoil(s string) string {
	at := a.random.IntN(len(s) + 1)
	end := min(at+a.random.IntN(8), len(s))
	switch a.random.IntN(4) {
	case 0:
		return s[:at] + s[end:]
	case 1:
		return s[:end] + s[at:]
	case 2:
		return s[:at] + string(rune(a.random.IntN(0x3000))) + s[at:]
	}
	return s[:at] + string([]byte{byte(a.random.IntN(256))}) + s[at:]
}

// made is a request to a real address, with a few of its fields bad or worse.
func (a *arsenal) made() attack {
	method, target, _ := strings.Cut(a.names.Replace(pick(a, []string{
		"POST ~/message", "POST ~/message", "GET ~/messages/{mine}", "GET ~/messages/{theirs}", "POST ~/messages/{theirs}/read",
		"POST ~/messages/{mine}/read", "GET ~/tickets", "POST ~/upload", "GET ~/files/{file}", "GET ~/events", "GET ~/availability",
		"POST ~/profile", "POST ~/restore", "POST ~/restore/request",
	})), " ")
	fields := map[string]any{"widget_session_id": ours, "distinct_id": "d-1", "message": "Hello " + marker, "traits": map[string]any{"name": marker}}
	for range a.random.IntN(4) {
		fields[pick(a, []string{
			"widget_session_id", "distinct_id", "message", "ticket_id", "traits", "attachment_ids", "after", "limit", "offset", "status", "token",
			"identity_distinct_id", "identity_hash", "restore_token", "email", "request_url", "session_context", "session_id", "name", "_hp",
		})] = a.value()
	}
	if a.random.IntN(50) == 0 {
		method = pick(a, []string{"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"})
	}
	if method == http.MethodPost && !strings.HasSuffix(target, "/upload") {
		body, _ := json.Marshal(fields) // all of them are JSON
		return attack{method, target, string(body)}
	}
	query := url.Values{}
	for name, value := range fields {
		text, isText := value.(string)
		if !isText {
			text = fmt.Sprint(value)
		}
		query.Set(name, text)
	}
	return attack{method, target + "?" + query.Encode(), marker}
}

func (a *arsenal) value() any {
	return pick(a, slices.Concat(evil(), []any{
		a.names.Replace("{mine}"), a.names.Replace("{theirs}"),
		[]string{a.names.Replace("{file}")},
		"victim", "victim@mail.test",
		map[string]any{"email": "victim@mail.test"},
		map[string]any{"email": "eve@mail.test", "name": marker},
		"1",
	}))
}

func evil() []any {
	return []any{
		nil, true, -1, 1e300, "", " ", "0", "-1", "null", marker, "{{7*7}}", "' OR '1'='1", "a\x00b", "\ufeff\u202e", "../../etc/passwd",
		[]any{},
		[]any{nil},
		[]any{[]any{}},
		map[string]any{},
		map[string]any{"": nil},
		map[string]any{"email": []any{1}},
		map[string]any{"a": map[string]any{"b": 1}},
		strings.Repeat("x", 12_000), strings.Repeat("é", 401), "2026-01-05T10:00:00Z",
		"9999-12-31T23:59:59.999999999Z", "0000-00-00", "https://shop.test/?ph_conv_restore=x", "javascript:alert(1)",
		strings.Repeat("0", 64), "00000000-0000-0000-0000-000000000000", "a@b.test\r\nBcc: c@d.test",
	}
}
