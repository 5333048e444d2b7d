package widget_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestHostileBodiesAreRefusedAndHarmNothing(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits = noLimits
		id := f.open("mine")
		rest := `,"widget_session_id":"` + ours + `","distinct_id":"d","ticket_id":"` + id + `"}`
		tests := []struct {
			what, body string
			status     int
		}{
			{"nothing", "", 400},
			{"null", "null", 400},
			{"a text", `"x"`, 400},
			{"a number", "1", 400},
			{"a list", "[]", 400},
			{"an empty object", "{}", 400},
			{"half an object", `{"message":"x"`, 400},
			{"two objects", `{"message":"x"` + rest + `{}`, 400},
			{"a form", "message=x&distinct_id=d", 400},
			{"invalid UTF-8", "{\"message\":\"a\xff\"" + rest, 400},
			{"a raw NUL", "{\"message\":\"a\x00\"" + rest, 400},
			{"an escaped NUL", `{"message":"a\u0000"` + rest, 400},
			{"a NUL in a trait's name", `{"message":"x","traits":{"a\u0000":1}` + rest, 400},
			{"half a surrogate pair", `{"message":"a\ud800b"` + rest, 200},
			{"an escaped backslash before u0000", `{"message":"a\\u0000"` + rest, 200},
			{"deep lists", `{"message":` + strings.Repeat("[", 200_000) + rest, 400},
			{"deep objects in a trait", `{"message":"x","traits":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000) + rest, 400},
			{"3 MB of message", `{"message":"` + strings.Repeat("x", 3<<20) + `"` + rest, 413},
			{"a number beyond all bounds", `{"message":"x","traits":{"a":1e999}` + rest, 400},
			{"a whole number beyond int64", `{"message":"x","traits":{"a":123456789012345678901234567890}` + rest, 200},
			{"the largest int64", `{"message":"x","traits":{"a":9223372036854775807}` + rest, 200},
			{"a honeypot of true", `{"_hp":true,"message":"x"` + rest, 400},
			{"a honeypot of 1e999", `{"_hp":1e999,"message":"x"` + rest, 400},
			{"an empty honeypot", `{"_hp":"","message":"x"` + rest, 200},
			{"a honeypot of 0", `{"_hp":0,"message":"x"` + rest, 200},
			{"fields twice", `{"message":5,"message":"x"` + rest, 200},
			{"a field in capitals", `{"MESSAGE":"x"` + rest, 400},
			{"SQL", `{"message":"'; DROP TABLE tickets; --"` + rest, 200},
			{"control characters", `{"message":"a\u0001\u001b[31m\u202e"` + rest, 200},
			{"a byte order mark", "\xef\xbb\xbf{\"message\":\"x\"" + rest, 400},
		}
		taken := 1
		for _, test := range tests {
			a := f.do(http.MethodPost, base+"/message", test.body)
			wantStatus(t, test.what, a, test.status)
			if a.status == http.StatusOK {
				taken++
			} else if a.body["error"] == nil {
				t.Errorf("%s: answered %s, want an error", test.what, a.text)
			}
		}
		if n := f.ticket(id).MessageCount; n != taken {
			t.Errorf("messages: got %d, want the %d that were accepted", n, taken)
		}
		wantStatus(t, "the ticket", f.read(id, ""), http.StatusOK)
	})
}
