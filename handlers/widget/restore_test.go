package widget_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

const page = "https://shop.test/help"

// asksBack asks for a link and returns the tokens of those that are mailed then.
func (f *fixture) asksBack(email string) (tokens []string) {
	f.t.Helper()
	a := f.post("/restore/request", map[string]any{"email": email, "request_url": page})
	if a.status != http.StatusOK || a.text != `{"ok":true}` {
		f.t.Errorf("ask for %s: got %d %s, want 200 and nothing that tells", email, a.status, a.text)
	}
	jobs, err := f.store.Jobs().Claim(f.t.Context(), f.now, 10)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, j := range jobs {
		mail, err := f.store.RestoreMail(f.t.Context(), j)
		if err != nil {
			f.t.Fatal(err)
		}
		link, err := url.Parse(mail.Link)
		if err != nil || mail.To != "zoe@mail.test" {
			f.t.Errorf("got a mail to %s with %q, %v", mail.To, mail.Link, err)
		}
		tokens = append(tokens, link.Query().Get("ph_conv_restore"))
	}
	return tokens
}

func (f *fixture) restore(token any, session string) answer {
	f.t.Helper()
	return f.post("/restore", map[string]any{"restore_token": token, "widget_session_id": session, "distinct_id": "d", "current_url": page})
}

func TestAMailedLinkRestoresOnce(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setWidget(func(w *store.Widget) { w.Domains = []string{"shop.test"} })
		id := f.open("mine")
		if got := f.asksBack("nobody@mail.test"); len(got) != 0 {
			t.Errorf("got %q for an unknown address, want no mail", got)
		}
		tokens := f.asksBack("zoe@mail.test")
		if len(tokens) != 1 {
			t.Fatalf("got %q, want one link", tokens)
		}
		want := func(what string, a answer, status desk.RestoreStatus, session string) {
			t.Helper()
			wantStatus(t, what, a, http.StatusOK)
			wantSame(t, what, a.body, map[string]any{"status": string(status), "widget_session_id": session})
		}
		want("a made-up token", f.restore("made up", other), desk.RestoreInvalid, other)
		for _, bad := range []any{"", nil, 5, true, []string{tokens[0]}, strings.Repeat("A", 1_001)} {
			want(fmt.Sprintf("the token %.9v", bad), f.restore(bad, other), desk.RestoreInvalid, other)
		}
		want("the link", f.restore(tokens[0], other), desk.Restored, other)
		want("the link again", f.restore(tokens[0], ours), desk.RestoreUsed, ours)
		wantStatus(t, "the new browser", f.get("/messages/"+id+"?widget_session_id="+other), http.StatusOK)
		wantStatus(t, "the old browser", f.get("/messages/"+id+"?widget_session_id="+ours), http.StatusForbidden)

		late := f.asksBack("zoe@mail.test")
		f.now = f.now.Add(time.Hour)
		want("after an hour", f.restore(late[0], ours), desk.RestoreExpired, ours)
		wantField(t, "no session", f.restore(late[0], "x"), "widget_session_id")
	})
}

func TestALinkLeadsOnlyToTheSiteThatAsks(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.open("mine")
		ask := func(email, page any) answer {
			return f.post("/restore/request", map[string]any{"email": email, "request_url": page})
		}
		wantField(t, "every site may ask", ask("zoe@mail.test", page), "request_url")
		f.setWidget(func(w *store.Widget) { w.Domains = []string{"*.shop.test", "else.test"} })
		for _, bad := range []any{
			nil, 5, "", "/help", "javascript:alert(1)", "ftp://shop.test/", "https://evil.test/", "https://else.test/",
			"https://shop.test.evil.test/", "https://shop.test@evil.test/", "https://zoe@shop.test/", "https://shop.test%2eevil.test/", "//shop.test/",
		} {
			wantField(t, "a link elsewhere", ask("zoe@mail.test", bad), "request_url")
		}
		for _, bad := range []any{nil, "", "zoe", "Zoë <zoe@mail.test>", "zoe@mail.test\r\nBcc: x@y.test", 5} {
			wantField(t, "no address", ask(bad, page), "email")
		}
		f.origin = "https://evil.test"
		wantStatus(t, "a foreign site", ask("zoe@mail.test", page), http.StatusForbidden)
		if jobs, err := f.store.Jobs().Claim(t.Context(), f.now, 10); err != nil || len(jobs) != 0 {
			t.Errorf("got %+v, %v, want no mail for any of these", jobs, err)
		}
	})
}

func TestOneAddressCannotHaveManyPeopleMailed(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setWidget(func(w *store.Widget) { w.Domains = []string{"shop.test"} })
		f.door.Limits.AddressRestores = 2
		ask := func() answer {
			return f.post("/restore/request", map[string]any{"email": "zoe@mail.test", "request_url": page})
		}
		wantStatus(t, "first", ask(), http.StatusOK)
		wantStatus(t, "second", ask(), http.StatusOK)
		wantStatus(t, "third", ask(), http.StatusTooManyRequests)
		f.address = "192.0.2.9"
		wantStatus(t, "from elsewhere", ask(), http.StatusOK)
	})
}
