package api_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
)

type storeEntry = store.HistoryEntry

var longTag = strings.Repeat("ä", 201)

func TestHostileBodiesAreRefusedAndChangeNothing(t *testing.T) {
	f := onSQLite(t)
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"no object":         {`null`, 400},
		"a list":            {`[{"status":"open"}]`, 400},
		"a text":            {`"status"`, 400},
		"a number":          {`1`, 400},
		"half":              {`{"status":"op`, 400},
		"more than one":     {`{"status":"open"} {}`, 400},
		"something after":   {`{"status":"open"}x`, 400},
		"a mark before":     {"\ufeff" + `{"status":"open"}`, 400},
		"bad UTF-8":         {"{\"status\":\"open\",\"x\":\"\xff\"}", 400},
		"UTF-16":            {"\xff\xfe{\x00}\x00", 400},
		"a bare NUL":        {"{\"status\":\"op\x00en\"}", 400},
		"single quotes":     {`{'status':'open'}`, 400},
		"a comment":         {`{"status":"open"/**/}`, 400},
		"a comma too many":  {`{"status":"open",}`, 400},
		"deep lists":        {`{"status":"open","x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, 400},
		"a form":            {`status=open`, 400},
		"a huge number":     {`{"sla_amount":` + strings.Repeat("9", 100_000) + `}`, 400},
		"a tiny number":     {`{"sla_amount":0.` + strings.Repeat("0", 100_000) + `1}`, 400},
		"a number too far":  {`{"assignee":{"type":"user","id":9223372036854775808}}`, 400},
		"a huge exponent":   {`{"sla_amount":1e999999999}`, 400},
		"many tags":         {`{"tags":["` + strings.Repeat(`a","`, 100_000) + `"],"status":"x"}`, 400},
		"many fields twice": {`{"status":"open"` + strings.Repeat(`,"x":1`, 100_000) + `}`, 400},
		"too much":          {`{"status":"open","x":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
	} {
		if a := f.patch(test.body); a.status != test.status || len(a.body) > 2_000 || !strings.HasPrefix(a.body, `{"error":`) {
			t.Errorf("%s: got %d %.200s, want %d", name, a.status, a.body, test.status)
		}
	}
	if diff := cmp.Diff(f.ticket, f.read()); diff != "" {
		t.Errorf("refused patches changed the ticket:\n%s", diff)
	}
}

func TestABodyThatBreaksOffIsRefused(t *testing.T) {
	f := onSQLite(t)
	broken := io.MultiReader(strings.NewReader(`{"status":`), failing{})
	if a := f.call(http.MethodPatch, f.path(), "Bearer "+f.key, broken); !a.faults(t)["body"] {
		t.Errorf("got %d %s", a.status, a.body)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("reset by peer") }

// unread fails the test when it is read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestNoBodyIsReadOfACallThatIsRefusedAnyway(t *testing.T) {
	f := onSQLite(t)
	f.call(http.MethodPatch, f.path(), "Bearer wrong", unread{t})
	f.call(http.MethodPatch, external+"ticket/x", "Bearer "+f.key, unread{t})
	f.call(http.MethodGet, f.path(), "Bearer "+f.key, unread{t})
	f.door.Quota.Minute = 1
	f.get()
	f.call(http.MethodPatch, f.path(), "Bearer "+f.key, unread{t})
	r := newRequest(t, http.MethodPatch, f.path())
	r.Body, r.ContentLength = io.NopCloser(unread{t}), 2<<20
	r.Header.Set("Authorization", "Bearer "+f.key)
	f.door.Quota.Minute = 0
	if a := f.send(r); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body that says it is too large: got %d %s", a.status, a.body)
	}
}

func FuzzPatch(f *testing.F) {
	d := onSQLite(f)
	for _, seed := range []string{
		`{}`, `{"status":"open"}`, `{"assignee":{"type":"user","id":1},"tags":["a"],"tags_mode":"add"}`,
		`{"sla_amount":"1.5","sla_unit":"day","sla_business_hours":{"days":["monday"],"time":[["09:00","17:00"]]}}`,
		`{"sla_due_at":"2026-02-01T00:00:00Z","snoozed_until":null,"priority":null}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		d.t = t
		a := d.patch(body)
		switch a.status {
		case http.StatusOK, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
			a.value(t)
		default:
			t.Errorf("%q is answered with %d %s", body, a.status, a.body)
		}
	})
}
