package hook_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"signalbox/handlers/hook"
	"signalbox/web"
	"signalbox/workflow/job"
)

func caller() *web.Caller {
	return web.NewCaller(web.CallerConfig{URL: "https://desk.test", Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: time.Now})
}

func receiver(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func jobOf(t *testing.T, payload any) job.Job {
	t.Helper()
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return job.Job{Key: job.Key{15: 1}, Payload: text, Attempt: 1}
}

func TestAWebhookIsCalledAsItWasOrdered(t *testing.T) {
	var got *http.Request
	var body []byte
	address := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{ "id": 12345678901234567890 }`)
	})
	receipt, err := hook.Call(caller())(t.Context(), jobOf(t, job.Webhook{
		Method: "PATCH", URL: address + "/in?a=1", Body: `{"x":1}`,
		Headers: []job.Header{{Name: "x-key", Value: "1"}, {Name: "x-key", Value: "2"}},
	}))
	if err != nil || receipt.Status != http.StatusCreated || string(receipt.Body) != `{"id":12345678901234567890}` {
		t.Errorf("got %d %s, %v, want status and body", receipt.Status, receipt.Body, err)
	}
	if got.Method != http.MethodPatch || got.URL.String() != "/in?a=1" || string(body) != `{"x":1}` || len(got.Header.Values("X-Key")) != 2 {
		t.Errorf("got %s %s %s %v, want what was ordered", got.Method, got.URL, body, got.Header)
	}
	if key := got.Header.Get("Idempotency-Key"); key != "00000000-0000-0000-0000-000000000001" {
		t.Errorf("key: got %q, want the job's", key)
	}
}

func TestAChannelGetsItsText(t *testing.T) {
	var body []byte
	address := receiver(t, func(_ http.ResponseWriter, r *http.Request) { body, _ = io.ReadAll(r.Body) })
	if _, err := hook.Post(caller())(t.Context(), jobOf(t, job.Channel{URL: address, Text: `"quoted" & new`})); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(body, &got); err != nil || len(got) != 1 || got["text"] != `"quoted" & new` {
		t.Errorf("got %s, %v, want the text alone", body, err)
	}
}

func TestTheStatusSaysWhetherToTryAgain(t *testing.T) {
	status, after := 0, ""
	address := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", after)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	})
	for _, test := range []struct {
		status    int
		after     string
		ok        bool
		permanent bool
		wait      time.Duration
	}{
		{status: 200, ok: true},
		{status: 204, ok: true},
		{status: 299, ok: true},
		{status: 301, permanent: true},
		{status: 304, permanent: true},
		{status: 307, permanent: true},
		{status: 400, permanent: true},
		{status: 401, permanent: true},
		{status: 404, permanent: true},
		{status: 410, permanent: true},
		{status: 408},
		{status: 429, after: "90", wait: 90 * time.Second},
		{status: 500},
		{status: 503, after: "7", wait: 7 * time.Second},
		{status: 599},
	} {
		status, after = test.status, test.after
		_, err := hook.Call(caller())(t.Context(), jobOf(t, job.Webhook{Method: "POST", URL: address}))
		var failure *job.Error
		if errors.As(err, &failure); test.ok {
			if err != nil {
				t.Errorf("%d: got %v, want success", test.status, err)
			}
			continue
		}
		if failure == nil || failure.Status != test.status || failure.Permanent != test.permanent || failure.After != test.wait {
			t.Errorf("%d: got %+v, want permanent %t, after %s", test.status, failure, test.permanent, test.wait)
		}
	}
}

func TestACallThatIsRefusedHereFailsForGood(t *testing.T) {
	_, err := hook.Call(caller())(t.Context(), jobOf(t, job.Webhook{Method: "POST", URL: "http://10.0.0.1/?s3cret"}))
	var failure *job.Error
	if !errors.As(err, &failure) || !failure.Permanent || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("got %v, want a lasting failure", err)
	}
	for name, do := range map[string]job.Handler{"webhook": hook.Call(caller()), "channel": hook.Post(caller())} {
		if _, err := do(t.Context(), job.Job{Payload: []byte(`"s3cret`)}); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want an error without the payload", name, err)
		}
	}
}

func TestAnswersBecomeJSONThatFitsAVariable(t *testing.T) {
	answer := ""
	address := receiver(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
	for name, test := range map[string]struct{ answer, want string }{
		"JSON":      {`[1, {"a": null}]`, `[1,{"a":null}]`},
		"text":      {"it\x00 <works>", `"it\u0000 \u003cworks\u003e"`},
		"nothing":   {"", `""`},
		"bad UTF-8": {"{\"a\":\"\xff\"}", "{\"a\":\"\uFFFD\"}"},
		"two":       {`{} {}`, `"{} {}"`},
		"long JSON": {`["` + strings.Repeat("x", 80<<10) + `"]`, ""},
		"wide text": {strings.Repeat("\x01é", 40<<10), ""},
	} {
		answer = test.answer
		receipt, err := hook.Call(caller())(t.Context(), jobOf(t, job.Webhook{Method: "GET", URL: address}))
		if err != nil || !json.Valid(receipt.Body) || !utf8.Valid(receipt.Body) || len(receipt.Body) > 60<<10 {
			t.Errorf("%s: got %d bytes, %v, want valid JSON of up to 60 kB", name, len(receipt.Body), err)
		}
		if test.want != "" && string(receipt.Body) != test.want {
			t.Errorf("%s: got %s, want %s", name, receipt.Body, test.want)
		}
		if test.want == "" && len(receipt.Body) < 30<<10 {
			t.Errorf("%s: got %d bytes, want most of it", name, len(receipt.Body))
		}
	}
}
