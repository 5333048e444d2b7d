package e2e

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// client is a signed-in member without a browser. It follows no redirect, so that a test sees each answer.
type client struct {
	t      *testing.T
	server string
	http   *http.Client
}

// page is an answer, read to its end.
type page struct {
	status   int
	location string
	*goquery.Document
}

func newClient(t *testing.T, server string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, server: server, http: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// login returns a client that has signed in.
func login(t *testing.T, server, email string) *client {
	t.Helper()
	c := newClient(t, server)
	p := c.post("/login", url.Values{"email": {email}, "password": {password}})
	p.wants(t, "sign in as "+email, http.StatusSeeOther)
	return c
}

func (c *client) get(path string) page {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodGet, c.server+path, http.NoBody)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.send(req)
}

func (c *client) post(path string, form url.Values) page {
	c.t.Helper()
	return c.send(c.form(path, form))
}

func (c *client) form(path string, form url.Values) *http.Request {
	c.t.Helper()
	req, err := http.NewRequest(http.MethodPost, c.server+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}

func (c *client) send(req *http.Request) page {
	c.t.Helper()
	resp, err := c.http.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		c.t.Fatalf("%s %s: read the answer: %v", req.Method, req.URL.Path, err)
	}
	return page{status: resp.StatusCode, location: resp.Header.Get("Location"), Document: doc}
}

// wants compares the status, and says what the page said when it is another.
func (p page) wants(t *testing.T, what string, status int) {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: got status %d, want %d: %.300s", what, p.status, status, strings.Join(strings.Fields(p.Text()), " "))
	}
}

// install adds a template of the gallery, as its button does.
func (c *client) install(slug string) {
	c.t.Helper()
	c.post("/workflows/install/"+slug, nil).wants(c.t, "install "+slug, http.StatusSeeOther)
}

// row is what the inbox says of a ticket.
type row struct {
	status, priority, assignee, tags string
	due                              time.Time // zero without an SLA
}

// row reads a ticket of the inbox; false while it is not there.
func (c *client) row(number int64) (row, bool) {
	c.t.Helper()
	inbox := c.get("/tickets")
	inbox.wants(c.t, "inbox", http.StatusOK)
	found := inbox.Find(`[data-ticket="` + strconv.FormatInt(number, 10) + `"]`)
	if found.Length() != 1 {
		return row{}, false
	}
	r := row{
		status: found.AttrOr("data-status", "?"), priority: found.AttrOr("data-priority", "?"),
		assignee: strings.TrimSpace(found.Find(".row-assignee").Text()), tags: found.AttrOr("data-tags", "?"),
	}
	if due, ok := found.Find("[data-due]").Attr("data-due"); ok {
		at, err := time.Parse(time.RFC3339, due)
		if err != nil {
			c.t.Fatalf("the deadline of ticket %d is %q: %v", number, due, err)
		}
		r.due = at
	}
	return r, true
}
