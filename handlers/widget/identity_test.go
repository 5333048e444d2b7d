package widget_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/store"
)

const (
	secret   = "the site's secret"
	previous = "the one before"
)

func hashOf(key, id string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(id))
	return hex.EncodeToString(mac.Sum(nil))
}

func (f *fixture) setSecrets(now, before string) {
	f.t.Helper()
	f.setWidget(func(w *store.Widget) { w.IdentitySecret, w.PreviousSecret = now, before })
}

// proof is what a site sends for a person who has signed in.
func proof(id string) map[string]any {
	return map[string]any{"identity_distinct_id": id, "identity_hash": hashOf(secret, id)}
}

// query is a proof as the SDK sends it with a GET.
func query(proof map[string]any) string {
	values := url.Values{}
	for name, value := range proof {
		values.Set(name, fmt.Sprint(value))
	}
	return "?" + values.Encode()
}

func with(proof map[string]any, more map[string]any) map[string]any {
	both := maps.Clone(proof)
	maps.Copy(both, more)
	return both
}

func TestAnIdentityIsWhatTheSiteSigned(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setSecrets(secret, previous)
		right := hashOf(secret, "ada")
		for _, test := range []struct {
			what string
			send map[string]any
			want int
		}{
			{"signed", map[string]any{"identity_distinct_id": "ada", "identity_hash": right}, http.StatusOK},
			{"signed before the change", map[string]any{"identity_distinct_id": "ada", "identity_hash": hashOf(previous, "ada")}, http.StatusOK},
			{"signed otherwise", map[string]any{"identity_distinct_id": "ada", "identity_hash": hashOf("guess", "ada")}, http.StatusForbidden},
			{"somebody else's", map[string]any{"identity_distinct_id": "ben", "identity_hash": right}, http.StatusForbidden},
			{"upper case", map[string]any{"identity_distinct_id": "ada", "identity_hash": strings.ToUpper(right)}, http.StatusForbidden},
			{"cut", map[string]any{"identity_distinct_id": "ada", "identity_hash": right[:63]}, http.StatusForbidden},
			{"no hash", map[string]any{"identity_distinct_id": "ada"}, http.StatusForbidden},
			{"only a hash", map[string]any{"identity_hash": right}, http.StatusForbidden},
			{"nobody, signed", map[string]any{"identity_distinct_id": "", "identity_hash": hashOf(secret, "")}, http.StatusForbidden},
			{"signed, with a session", map[string]any{"identity_distinct_id": "ada", "identity_hash": right, "widget_session_id": ours}, http.StatusOK},
			{"false, with a session", map[string]any{"identity_distinct_id": "ada", "identity_hash": "0", "widget_session_id": ours}, http.StatusForbidden},
			{"signed, with no session's id", map[string]any{"identity_distinct_id": "ada", "identity_hash": right, "widget_session_id": "x"}, http.StatusBadRequest},
		} {
			wantStatus(t, test.what, f.get("/tickets"+query(test.send)), test.want)
		}
		message := map[string]any{"message": "Hi", "distinct_id": "ada"}
		wantStatus(t, "a number for an id", f.post("/message", with(message, map[string]any{"identity_distinct_id": 7, "identity_hash": right})), http.StatusForbidden)
		wantField(t, "a wrong body comes first", f.post("/message", map[string]any{"message": "", "distinct_id": "ada", "identity_distinct_id": "ada", "identity_hash": "0"}), "message")

		f.setSecrets("", "")
		wantStatus(t, "without a secret", f.get("/tickets"+query(map[string]any{"identity_distinct_id": "ada", "identity_hash": hashOf("", "ada")})), http.StatusForbidden)
	})
}

func TestAFalseIdentityReadsNothingOfItsSession(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setSecrets(secret, "")
		id := f.open("mine")
		forged := map[string]any{"identity_distinct_id": "ada", "identity_hash": "0", "widget_session_id": ours}
		wantStatus(t, "a thread", f.get("/messages/"+id+query(forged)), http.StatusForbidden)
		wantStatus(t, "an id that is none", f.get("/messages/nonsense"+query(forged)), http.StatusForbidden)
		wantStatus(t, "reading", f.post("/messages/"+id+"/read", forged), http.StatusForbidden)
		message := map[string]any{"message": "Hi", "distinct_id": "ada", "ticket_id": id}
		wantStatus(t, "writing", f.post("/message", with(forged, message)), http.StatusForbidden)
		if got := f.ticket(id); got.MessageCount != 1 {
			t.Errorf("got %d messages, want 1", got.MessageCount)
		}
		wantStatus(t, "the session alone", f.get("/messages/"+id+"?widget_session_id="+ours), http.StatusOK)
	})
}

func TestAnIdentityHasItsTicketsEverywhereAndItsSessionsNoMore(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setSecrets(secret, "")
		before := f.open("before signing in")
		ada, ben := proof("ada"), proof("ben")
		if a := f.get("/tickets" + query(ada)); a.body["count"] != 0.0 {
			t.Errorf("the SDK, which proves one at a time: got %s, want no tickets of the session", a.text)
		}
		signedIn := with(ada, map[string]any{"widget_session_id": ours})
		after := f.post("/message", with(signedIn, map[string]any{"message": "after", "distinct_id": "ada"})).word("ticket_id")

		for what, who := range map[string]map[string]any{"here": signedIn, "on another device": ada} {
			if a := f.get("/tickets" + query(who)); a.body["count"] != 2.0 {
				t.Errorf("Ada %s: got %s, want both tickets", what, a.text)
			}
			wantStatus(t, "Ada "+what, f.get("/messages/"+before+query(who)), http.StatusOK)
		}
		next := with(ben, map[string]any{"widget_session_id": ours})
		for what, who := range map[string]string{"the session alone": "?widget_session_id=" + ours, "Ben, in that browser": query(next)} {
			for _, id := range []string{before, after} {
				wantStatus(t, what, f.get("/messages/"+id+who), http.StatusForbidden)
			}
			if a := f.get("/tickets" + who); a.body["count"] != 0.0 {
				t.Errorf("%s: got %s, want nothing", what, a.text)
			}
		}
		if c := f.ticket(after).Customer; c.DistinctID != "ada" || c.ID != f.ticket(before).Customer.ID {
			t.Errorf("got customer %+v, want Ada for both", c)
		}
	})
}

func TestTheCallsOfAnIdentityAreCountedAsSent(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setSecrets(secret, "")
		f.door.Limits.SessionCalls = 2
		ada, forged := proof("ada"), map[string]any{"identity_distinct_id": "ada", "identity_hash": "0"}
		for range 2 {
			wantStatus(t, "Ada", f.get("/tickets"+query(ada)), http.StatusOK)
			wantStatus(t, "a forger", f.get("/tickets"+query(forged)), http.StatusForbidden)
		}
		wantStatus(t, "Ada, too often", f.get("/tickets"+query(ada)), http.StatusTooManyRequests)
		wantStatus(t, "a forger, too often", f.get("/tickets"+query(forged)), http.StatusTooManyRequests)
		wantStatus(t, "Ben", f.get("/tickets"+query(proof("ben"))), http.StatusOK)
		wantStatus(t, "a session", f.get("/tickets?widget_session_id="+ours), http.StatusOK)
	})
}
