package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

func TestAWrongLoginTellsNothingAboutWhoExists(t *testing.T) {
	t.Parallel()
	dir, _ := newDesk(t)
	c := newClient(t, serve(t, dir).url)
	var said []string
	for _, email := range []string{"ada@northwind.example", "nobody@northwind.example"} {
		p := c.post("/login", url.Values{"email": {email}, "password": {"not the password"}})
		p.wants(t, "wrong login of "+email, http.StatusUnauthorized)
		said = append(said, p.Find("#problem").Text())
	}
	if said[0] == "" || said[0] != said[1] {
		t.Errorf("a known user is told %q and an unknown one %q, want the same", said[0], said[1])
	}
}

func TestASetUpKeyWorksOnceAndNotForEver(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	yesterday, err := store.Open(t.Context(), store.Config{Dir: makeFolder(t, dir), Now: func() time.Time { return time.Now().Add(-25 * time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	expired, err := yesterday.NewSetupKey(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := yesterday.Close(); err != nil {
		t.Fatal(err)
	}

	s := serve(t, dir)
	c := newClient(t, s.url)
	good := strings.TrimPrefix(setupLink(t, s), s.url+"/setup?key=")
	form := url.Values{"team_name": {"Northwind"}, "name": {"Ada"}, "email": {"ada@northwind.example"}, "password": {password}}
	for name, key := range map[string]string{"an expired": expired, "a wrong": "wrong", "no": ""} {
		c.get("/setup?key="+key).wants(t, name+" key", http.StatusForbidden)
		c.post("/setup?key="+key, form).wants(t, name+" key posted", http.StatusForbidden)
	}
	c.post("/setup?key="+good, form).wants(t, "the printed key", http.StatusSeeOther)
	form.Set("email", "eve@elsewhere.example")
	newClient(t, s.url).post("/setup?key="+good, form).wants(t, "the printed key again", http.StatusForbidden)
}

func TestAStrangerIsSentToSignIn(t *testing.T) {
	t.Parallel()
	dir, _ := newDesk(t)
	c := newClient(t, serve(t, dir).url)
	for _, path := range []string{"/", "/tickets", "/tickets/1", "/workflows", "/settings/team"} {
		p := c.get(path)
		p.wants(t, path, http.StatusSeeOther)
		if !strings.HasPrefix(p.location, "/login") {
			t.Errorf("%s leads a stranger to %q, want /login", path, p.location)
		}
	}
}

func TestInputThatNoTicketCanTakeIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	tests := []struct {
		name, field string
		form        url.Values
		want        int
	}{
		{"an unknown status", "status", url.Values{"status": {"sleepy"}}, http.StatusUnprocessableEntity},
		{"an unknown priority", "priority", url.Values{"priority": {"urgentissimo"}}, http.StatusUnprocessableEntity},
		{"an assignee that is none", "assignee", url.Values{"assignee": {"role:999"}}, http.StatusUnprocessableEntity},
		{"a subject of 20 kB", "subject", url.Values{"subject": {strings.Repeat("s", 20_000)}}, http.StatusUnprocessableEntity},
		{"a message of 3 MB", "messages", url.Values{"body": {strings.Repeat("m", 3<<20)}}, http.StatusRequestEntityTooLarge},
		{"a message of 60,000 characters", "messages", url.Values{"body": {strings.Repeat("m", 60_000)}}, http.StatusUnprocessableEntity},
		{"an empty message", "messages", url.Values{"body": {"  "}}, http.StatusUnprocessableEntity},
		{"a message that is not UTF-8", "messages", url.Values{"body": {"caf\xe9"}}, http.StatusUnprocessableEntity},
		{"a message with a NUL", "messages", url.Values{"body": {"a\x00b"}}, http.StatusUnprocessableEntity},
		{"a NUL in a tag", "tags", url.Values{"tags": {"a\x00b"}}, http.StatusUnprocessableEntity},
		{"an SLA of abc", "sla", url.Values{"sla_amount": {"abc"}}, http.StatusUnprocessableEntity},
		{"an SLA of -1", "sla", url.Values{"sla_amount": {"-1"}}, http.StatusUnprocessableEntity},
		{"an SLA of 0", "sla", url.Values{"sla_amount": {"0"}}, http.StatusUnprocessableEntity},
		{"an SLA of 1e309", "sla", url.Values{"sla_amount": {"1e309"}}, http.StatusUnprocessableEntity},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.post("/tickets/1/"+tt.field, tt.form).wants(t, tt.name, tt.want)
		})
	}
	d.ends(expected{status: "new"})
	if got := d.get("/tickets/1").Find("[data-message]").Length(); got != 1 {
		t.Errorf("the thread has %d messages, want only the customer's", got)
	}
}

func TestAddressesThatAreNoneAre404(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	for _, path := range []string{
		"/tickets/99", "/tickets/abc", "/tickets/0", "/tickets/-1", "/tickets/9999999999999999999999",
		"/workflows/abc", "/workflows/00000000-0000-7000-8000-000000000000", "/runs/00000000-0000-7000-8000-000000000000", "/runs/x", "/nowhere",
	} {
		d.get(path).wants(t, path, http.StatusNotFound)
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	d.arrive(arrival{channel: desk.Widget})
	for _, headers := range []map[string]string{
		{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
	} {
		req := d.form("/tickets/1/status", url.Values{"status": {"resolved"}})
		for name, value := range headers {
			req.Header.Set(name, value)
		}
		d.send(req).wants(t, fmt.Sprintf("a form with %v", headers), http.StatusForbidden)
	}
	d.ends(expected{status: "new"})
}

func TestAnAgentStaysOutOfAdminPages(t *testing.T) {
	t.Parallel()
	dir, _ := newDesk(t)
	command(t, password, "user", "add", "--data", dir, "--email", "grace@northwind.example", "--name", "Grace", "--password-file", "-")
	agent := login(t, serve(t, dir).url, "grace@northwind.example")
	for _, path := range []string{"/workflows", "/workflows/new", "/settings/team", "/settings/roles", "/settings/widget"} {
		agent.get(path).wants(t, path, http.StatusForbidden)
	}
	agent.post("/workflows/install/full-sla", nil).wants(t, "install", http.StatusForbidden)
	agent.post("/settings/roles", url.Values{"name": {"Mine"}}).wants(t, "add a role", http.StatusForbidden)
	agent.get("/tickets").wants(t, "inbox", http.StatusOK)
}

// Another team's ids are the same as ids of nothing, in every address and form that takes one.
func TestAnotherTeamsIDsAre404(t *testing.T) {
	t.Parallel()
	d := newDesktop(t)
	other, err := d.store.AddTeam(t.Context(), "Contoso")
	if err != nil {
		t.Fatal(err)
	}
	user, err := d.store.UserByEmail(t.Context(), "ada@northwind.example")
	if err != nil {
		t.Fatal(err)
	}
	admin := desk.Actor{Kind: desk.ByAgent, ID: user.ID, Name: user.Name}
	for range 2 {
		if _, err := d.store.OpenTicket(t.Context(), desk.Actor{}, other.ID, store.NewTicket{Subject: "Theirs", Channel: desk.Widget, Body: "Theirs"}); err != nil {
			t.Fatal(err)
		}
	}
	flow, err := d.store.CreateWorkflow(t.Context(), admin, other.ID, workflow.Definition{Name: "Theirs"})
	if err != nil {
		t.Fatal(err)
	}
	role, err := d.store.AddRole(t.Context(), other.ID, "Theirs")
	if err != nil {
		t.Fatal(err)
	}

	d.arrive(arrival{channel: desk.Widget})
	d.get("/tickets/2").wants(t, "their ticket", http.StatusNotFound)
	d.post("/tickets/2/status", url.Values{"status": {"open"}}).wants(t, "their ticket's status", http.StatusNotFound)
	d.get("/workflows/"+flow.PublicID.String()).wants(t, "their workflow", http.StatusNotFound)
	d.post("/workflows/"+flow.PublicID.String()+"/delete", url.Values{"rev": {"1"}}).wants(t, "delete their workflow", http.StatusNotFound)
	d.post(fmt.Sprintf("/settings/roles/%d/members", role), url.Values{"user": {strconv.FormatInt(user.ID, 10)}}).
		wants(t, "their role", http.StatusNotFound)
	d.post("/tickets/1/assignee", url.Values{"assignee": {fmt.Sprintf("role:%d", role)}}).
		wants(t, "assign to their role", http.StatusUnprocessableEntity)

	page := d.post("/tickets/1/status", url.Values{"status": {"open"}, "team": {strconv.FormatInt(other.ID, 10)}})
	page.wants(t, "a form of another team", http.StatusConflict)
	d.ends(expected{status: "new"})
}
