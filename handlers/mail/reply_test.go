package mail_test

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"signalbox/handlers/mail"
	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// office is a desk whose clock the test sets, with a ticket that Zoë opened on the contact page.
type office struct {
	*store.Store

	t      *testing.T
	now    time.Time
	agent  desk.Actor
	ticket desk.Ticket
	link   string
}

func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		o := &office{t: t, now: time.Date(2026, 3, 2, 20, 0, 0, 0, time.UTC), link: store.NewPrivateLink()}
		c.Now, c.URL = func() time.Time { return o.now }, "https://desk.test"
		var err error
		o.Store, err = store.Open(t.Context(), c)
		o.check(err)
		t.Cleanup(func() { _ = o.Close() })
		made, err := o.Setup(t.Context(), store.NewDesk{Team: "Fern & Kettle", AdminEmail: "ann@desk.test", AdminName: "Ann", PasswordHash: "x"})
		o.check(err)
		o.agent = desk.Agent(made.UserID, "Ann")
		opened, err := o.OpenContact(t.Context(), made.TeamID, store.NewContact{Link: o.link, NewTicket: store.NewTicket{
			Channel: desk.Widget, Subject: "My <b>kettle</b>", Body: "BUY PILLS", Customer: store.CustomerInput{Name: "Zoë", Email: "zoe@mail.test"},
		}})
		o.check(err)
		o.ticket = opened.Ticket
		test(t, o)
	})
}

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) write(m desk.AddMessage) {
	o.t.Helper()
	_, err := o.ChangeTicket(o.t.Context(), o.agent, o.ticket.TeamID, o.ticket.ID, m)
	o.check(err)
}

// send does what is due, and returns what went wrong last.
func (o *office) send(transport mail.Transport) (failed error) {
	o.t.Helper()
	jobs, err := o.Jobs().Claim(o.t.Context(), o.now, 9)
	o.check(err)
	for _, j := range jobs {
		do, a := mail.Confirm(transport, o.Store), job.Attempt{StartedAt: o.now}
		if j.Kind == job.KindReply {
			do = mail.Reply(transport, o.Store, func() time.Time { return o.now })
		}
		if _, err := do(o.t.Context(), j); err != nil {
			failed, a.Error = err, err.Error()
			o.check(o.Jobs().Retry(o.t.Context(), j, a, o.now.Add(time.Minute)))
			continue
		}
		o.check(o.Jobs().Done(o.t.Context(), j, a, nil))
	}
	return failed
}

// parts are the bodies of a mail by their types, and its header.
func parts(t *testing.T, text string) (header netmail.Header, bodies map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	bodies = map[string]string{}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		bodies[kind] = decoded(t, m.Body, m.Header.Get("Content-Transfer-Encoding"))
		return m.Header, bodies
	}
	reader := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return m.Header, bodies
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		bodies[kind] = decoded(t, part, part.Header.Get("Content-Transfer-Encoding"))
	}
}

func decoded(t *testing.T, body io.Reader, encoding string) string {
	t.Helper()
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

var privateLink = regexp.MustCompile(`https://desk\.test/contact/ticket/([\w-]{43})`)

func TestAConfirmationArrivesWithALinkAndNoWordOfItsWriter(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s := serve(t, nil)
		o.check(o.send(s.transport(t, "smtp", "")))
		if len(s.mails) != 1 || s.mails[0].to != "zoe@mail.test" {
			t.Fatalf("got %+v, want one mail to Zoë", s.mails)
		}
		header, bodies := parts(t, s.mails[0].text)
		if got := header.Get("From"); got != `"Fern & Kettle" <desk@acme.test>` {
			t.Errorf("from %s, want the team's name", got)
		}
		if got := header.Get("Subject"); got != "We have your message: #1, Fern & Kettle" {
			t.Errorf("subject %q, want nothing of the writer in it", got)
		}
		for _, theirs := range []string{"PILLS", "kettle</b>", "Zoë"} {
			if strings.Contains(s.mails[0].text, theirs) {
				t.Errorf("the mail has %q in it, want no word of a stranger", theirs)
			}
		}
		found := privateLink.FindStringSubmatch(bodies["text/plain"])
		if found == nil {
			t.Fatalf("got %q, want a private link", bodies["text/plain"])
		}
		ticket, err := o.LinkedTicket(t.Context(), found[1])
		if err != nil || ticket.ID != o.ticket.ID {
			t.Errorf("the link leads to %d, %v, want the ticket", ticket.ID, err)
		}
	})
}

func TestRepliesArriveAsTextAndAsHTML(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s := serve(t, nil)
		transport := s.transport(t, "smtp", "")
		o.check(o.send(transport)) // the confirmation
		o.write(desk.AddMessage{Body: "It is **on its way**, <script>alert(1)</script> [here](https://parcel.test)."})
		o.write(desk.AddMessage{Body: "Do not tell her", Private: true})
		o.write(desk.AddMessage{Body: "Until\nFriday"})
		o.now = o.now.Add(desk.ReplyDelay)
		o.check(o.send(transport))
		if len(s.mails) != 2 {
			t.Fatalf("got %d mails, want one with both replies beside the confirmation", len(s.mails))
		}
		header, bodies := parts(t, s.mails[1].text)
		if got := header.Get("Subject"); got != "Re: My <b>kettle</b> (#1)" {
			t.Errorf("subject %q", got)
		}
		if got := header.Get("References"); got != "<"+o.ticket.PublicID.String()+"@acme.test>" {
			t.Errorf("references %q, want the conversation", got)
		}
		text, html := bodies["text/plain"], bodies["text/html"]
		for _, want := range []string{"Ann, Fern & Kettle wrote:", "**on its way**", "Until\nFriday", "Mail to this address is not read"} {
			if !strings.Contains(text, want) {
				t.Errorf("the text has no %q: %s", want, text)
			}
		}
		for _, want := range []string{"<strong>on its way</strong>", `href="https://parcel.test"`, "&lt;script&gt;", "Fern &amp; Kettle"} {
			if !strings.Contains(html, want) {
				t.Errorf("the HTML has no %q: %s", want, html)
			}
		}
		for _, never := range []string{"Do not tell her", "<script", "ann@desk.test"} {
			if strings.Contains(html, never) {
				t.Errorf("the mail has %q in it", never)
			}
		}
		links := privateLink.FindAllString(text+html, -1)
		if len(links) != 2 || links[0] != links[1] {
			t.Errorf("got links %v, want the same one in both", links)
		}
	})
}

func TestRepliesWaitForAMailServer(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		s := serve(t, nil)
		o.check(o.send(s.transport(t, "smtp", "")))
		o.write(desk.AddMessage{Body: "Hello"})
		o.now = o.now.Add(desk.ReplyDelay)
		wantFailure(t, o.send(nil), "No mail server is set: start with --smtp.", false)
		got, ok, err := o.ReplyMail(t.Context(), o.ticket.TeamID, o.ticket.ID)
		if err != nil || !ok || got.State != job.Pending || got.Error != "No mail server is set: start with --smtp." {
			t.Errorf("got %+v, %v, %v, want it to wait and say for what", got, ok, err)
		}
		o.now = o.now.Add(time.Minute)
		o.check(o.send(s.transport(t, "smtp", "")))
		if len(s.mails) != 2 {
			t.Errorf("got %d mails, want the reply to arrive once there is a server", len(s.mails))
		}
	})
}
