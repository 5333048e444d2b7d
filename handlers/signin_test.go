package handlers_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func bodyOf(form url.Values) io.Reader { return strings.NewReader(form.Encode()) }

func TestAWrongLoginSaysTheSameOfKnownAndUnknownUsers(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		b := d.stranger(t)
		known := b.post("/login", url.Values{"email": {"ada@example.com"}, "password": {"not the password"}})
		unknown := b.post("/login", url.Values{"email": {"nobody@example.com"}, "password": {"not the password"}})
		for _, p := range []page{known, unknown} {
			if p.status != http.StatusUnauthorized {
				t.Errorf("a wrong login is answered with %d, want 401", p.status)
			}
		}
		if a, b := known.Find("#problem").Text(), unknown.Find("#problem").Text(); a != b || a == "" {
			t.Errorf("a known user reads %q and an unknown one %q, want the same sentence", a, b)
		}
	})
}

func TestFailedLoginsAreLimitedPerAccount(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		b := d.stranger(t)
		wrong := url.Values{"email": {"ada@example.com"}, "password": {"not the password"}}
		for range 10 {
			b.post("/login", wrong)
		}
		p := b.post("/login", url.Values{"email": {"ada@example.com"}, "password": {password}})
		if other := b.post("/login", url.Values{"email": {"bob@example.com"}, "password": {password}}); other.status != http.StatusSeeOther {
			t.Errorf("another account's login is answered with %d, want 303", other.status)
		}
		if p.status != http.StatusTooManyRequests || p.header.Get("Retry-After") == "" {
			t.Errorf("the eleventh login is answered with %d and Retry-After %q, want 429 and a time", p.status, p.header.Get("Retry-After"))
		}
	})
}

func TestAStrangerIsSentToTheLoginAndBack(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		p := d.stranger(t).open("/tickets?status=open")
		if p.status != http.StatusSeeOther || p.header.Get("Location") != "/login?next=%2Ftickets%3Fstatus%3Dopen" {
			t.Fatalf("got %d to %q, want 303 to the login that comes back", p.status, p.header.Get("Location"))
		}
		p = d.stranger(t).post("/login", url.Values{
			"email": {"ada@example.com"}, "password": {password}, "next": {"https://evil.example/"},
		})
		if p.status != http.StatusSeeOther || p.header.Get("Location") != "/tickets" {
			t.Errorf("got %d to %q, want 303 to /tickets and never to another site", p.status, p.header.Get("Location"))
		}
	})
}

func TestAFormOfAnEndedSessionLeadsBackToItsPage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		at, back := ticketPath(ticket), "/login?next="+url.QueryEscape(ticketPath(ticket)+"?view=mine")
		for name, c := range map[string]struct{ header, from, want string }{
			"script":         {"HX-Current-URL", d.server.URL + at + "?view=mine", back},
			"plain form":     {"Referer", d.server.URL + at + "?view=mine", back},
			"refused form":   {"Referer", d.server.URL + at + "/status?view=mine", back},
			"nowhere":        {"Referer", "", "/login"},
			"no page":        {"Referer", d.server.URL + "/events", "/login"},
			"another site":   {"Referer", "https://evil.example//evil.example/x", "/login"},
			"no address":     {"HX-Current-URL", "http://[", "/login"},
			"another scheme": {"HX-Current-URL", "javascript:alert(1)", "/login"},
		} {
			stranger := d.stranger(t)
			r := stranger.request(http.MethodPost, at+"/messages", url.Values{"body": {"Typed"}})
			r.Header.Set(c.header, c.from)
			answered := "Location"
			if c.header == "HX-Current-URL" {
				r.Header.Set("HX-Request", "true")
				answered = "HX-Redirect"
			}
			if p := stranger.send(r); p.header.Get(answered) != c.want {
				t.Errorf("%s: got %d to %q, want %q", name, p.status, p.header.Get(answered), c.want)
			}
		}
	})
}

func TestADisabledUserIsOutAtOnce(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		user, err := d.store.UserByEmail(t.Context(), "bob@example.com")
		check(t, err)
		check(t, d.store.DisableUser(t.Context(), d.team, user.ID))
		if p := bob.open("/tickets"); p.at.Path != "/login" {
			t.Errorf("a disabled user sees %s, want the login", p.at.Path)
		}
		p := d.stranger(t).post("/login", url.Values{"email": {"bob@example.com"}, "password": {password}})
		if p.status != http.StatusUnauthorized {
			t.Errorf("a disabled user's login is answered with %d, want 401", p.status)
		}
	})
}

func TestAPostOfAnotherSiteIsRefused(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		r := ada.request(http.MethodPost, "/tickets/1/status", url.Values{"status": {"resolved"}})
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if p := ada.send(r); p.status != http.StatusForbidden {
			t.Errorf("a post from another site is answered with %d, want 403", p.status)
		}
		if got := d.ticket(t, ticket.Number).Status; got != ticket.Status {
			t.Errorf("another site set the status to %s", got)
		}
	})
}

func TestSetupNeedsItsKeyAndWorksOnce(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		for _, key := range []string{"", "wrong"} {
			if p := d.stranger(t).open("/setup?key=" + key); p.status != http.StatusForbidden {
				t.Errorf("set-up with key %q is answered with %d, want 403", key, p.status)
			}
		}
	})
}
