package widget_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// sheet is a page for customers, as a browser without scripts sees it.
type sheet struct {
	*goquery.Document

	status int
	header http.Header
	text   string
}

// page follows no redirect.
func (f *fixture) page(r *http.Request) sheet {
	f.t.Helper()
	r.RemoteAddr = f.address + ":1234"
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	text := w.Body.String()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		f.t.Fatal(err)
	}
	return sheet{Document: doc, status: w.Code, header: w.Header(), text: text}
}

func (f *fixture) visit(path string) sheet {
	f.t.Helper()
	return f.page(httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, path, http.NoBody))
}

// submit sends a form as a browser does, fields first; files are names and bytes.
func (f *fixture) submit(path string, fields map[string]string, files ...string) sheet {
	f.t.Helper()
	return f.page(f.form(path, fields, files...))
}

func (f *fixture) form(path string, fields map[string]string, files ...string) *http.Request {
	f.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			f.t.Fatal(err)
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, err := w.CreateFormFile("files", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			f.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		f.t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// filled is the form of the contact page, filled in by Zoë.
func (f *fixture) filled(change map[string]string) map[string]string {
	f.t.Helper()
	fields := map[string]string{"name": "Zoë", "email": "zoe@mail.test", "subject": "", "priority": "", "message": "Where is my\r\nparcel?"}
	f.visit("/contact/" + f.token).Find("form input[type=hidden]").Each(func(_ int, s *goquery.Selection) {
		fields[s.AttrOr("name", "")] = s.AttrOr("value", "")
	})
	maps.Copy(fields, change)
	return fields
}

// contact writes to the team, and returns the address of the private page.
func (f *fixture) contact(change map[string]string, files ...string) string {
	f.t.Helper()
	p := f.submit("/contact/"+f.token, f.filled(change), files...)
	if p.status != http.StatusSeeOther {
		f.t.Fatalf("send the form: got %d %s, want a redirect", p.status, p.Find("main").Text())
	}
	return p.header.Get("Location")
}

func (f *fixture) newest() desk.Ticket {
	f.t.Helper()
	page, err := f.store.Tickets(f.t.Context(), store.TicketQuery{Team: f.team, Sort: "created", Limit: 1})
	if err != nil || len(page.Tickets) == 0 {
		f.t.Fatalf("got %d tickets, %v", len(page.Tickets), err)
	}
	t, err := f.store.Ticket(f.t.Context(), f.team, page.Tickets[0].Number)
	if err != nil {
		f.t.Fatal(err)
	}
	return t
}

func wantPage(t *testing.T, what string, p sheet, status int) {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: got %d %s, want %d", what, p.status, strings.Join(strings.Fields(p.Find("main").Text()), " "), status)
	}
}

func TestAGreetingIsReadInTheLanguageThatTheTeamHasFixed(t *testing.T) {
	f := newFixture(t, storetest.SQLite(t))
	for _, test := range []struct{ language, greeting, want string }{
		{"de", "Wie können wir helfen?", "de"}, {"auto", "Wie können wir helfen?", "none"}, {"", "Hello", "none"}, {"de", "", "none"},
	} {
		f.setWidget(func(w *store.Widget) {
			w.Settings.Language, w.Settings.Greeting = desk.Language(test.language), test.greeting
		})
		if got := f.visit("/contact/"+f.token).Find("h1").AttrOr("lang", "none"); got != test.want {
			t.Errorf("%q, %q: the greeting's language is %s, want %s", test.language, test.greeting, got, test.want)
		}
	}
}

func TestTheContactPageOpensATicket(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.setWidget(func(w *store.Widget) { w.Settings.Greeting, w.Domains = "Hello & welcome", []string{"elsewhere.test"} })
		p := f.visit("/contact/" + f.token)
		wantPage(t, "the page", p, http.StatusOK)
		if got := p.Find("h1").Text(); got != "Hello & welcome" || !strings.Contains(p.Find("header").Text(), "Fern & Kettle") {
			t.Errorf("got %q of %q, want the greeting of the team", got, p.Find("header").Text())
		}
		if n := p.Find("script").Length(); n != 0 {
			t.Errorf("it has %d scripts, want none", n)
		}

		f.listen()
		private := f.contact(map[string]string{"priority": "high", "subject": " My parcel "})
		ticket := f.newest()
		if ticket.Channel != desk.Widget || ticket.Status != desk.New || ticket.Priority != desk.High || ticket.Subject != "My parcel" ||
			ticket.Customer.Name != "Zoë" || ticket.Customer.Email != "zoe@mail.test" || ticket.LastMessageText != "Where is my\nparcel?" {
			t.Errorf("got %+v, want what was typed", ticket)
		}
		wantSame(t, "the events", names(f.heard()), []desk.EventName{desk.TicketCreated, desk.MessageReceived})
		p = f.visit(private)
		wantPage(t, "the private page", p, http.StatusOK)
		if got := p.Find("[data-message] .body").Text(); got != "Where is my\nparcel?" || p.Find("h1").Text() != "My parcel" {
			t.Errorf("the private page says %q under %q", got, p.Find("h1").Text())
		}
	})
}

func TestAFormThatIsRefusedKeepsWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for what, c := range map[string]struct {
			change map[string]string
			field  string
			status int
		}{
			"no email":         {map[string]string{"email": "zoe"}, "email", http.StatusUnprocessableEntity},
			"no message":       {map[string]string{"message": " \r\n"}, "message", http.StatusUnprocessableEntity},
			"a long message":   {map[string]string{"message": strings.Repeat("ä", 10_001)}, "message", http.StatusUnprocessableEntity},
			"a long subject":   {map[string]string{"subject": strings.Repeat("ä", 501)}, "subject", http.StatusUnprocessableEntity},
			"a long name":      {map[string]string{"name": strings.Repeat("ä", 401)}, "name", http.StatusUnprocessableEntity},
			"a wrong priority": {map[string]string{"priority": "highest"}, "priority", http.StatusUnprocessableEntity},
			"a NUL byte":       {map[string]string{"name": "a\x00b"}, "", http.StatusUnprocessableEntity},
			"a honeypot":       {map[string]string{"_hp": "x"}, "", http.StatusBadRequest},
		} {
			fields := f.filled(c.change)
			p := f.submit("/contact/"+f.token, fields, "a.txt", "hello")
			wantPage(t, what, p, c.status)
			if c.field != "" && p.Find("[name="+c.field+"][aria-invalid]").Length() != 1 {
				t.Errorf("%s: the field %s is not marked", what, c.field)
			}
			if p.Find("#problem").Length() != 1 || !strings.Contains(p.Find("main").Text(), "Choose your files again") {
				t.Errorf("%s: got %q, want what is wrong, and that the files have to be chosen again", what, p.Find("main").Text())
			}
			if got := p.Find("[name=message]").Text(); got != strings.ReplaceAll(fields["message"], "\r\n", "\n") && what != "a NUL byte" {
				t.Errorf("%s: the message is %.40q, want it kept", what, got)
			}
		}
		page, err := f.store.Tickets(t.Context(), store.TicketQuery{Team: f.team, Limit: 9})
		if err != nil || len(page.Tickets) != 0 {
			t.Errorf("got %d tickets, %v, want none", len(page.Tickets), err)
		}
	})
}

func TestAFormThatIsSentTwiceOpensOneTicket(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		fields := f.filled(nil)
		first, second := f.submit("/contact/"+f.token, fields), f.submit("/contact/"+f.token, fields)
		if first.header.Get("Location") != second.header.Get("Location") || second.status != http.StatusSeeOther || f.newest().Number != 1 {
			t.Errorf("got %s, then %d %s and ticket #%d, want the same page of one ticket",
				first.header.Get("Location"), second.status, second.header.Get("Location"), f.newest().Number)
		}
		wantPage(t, "a plain form without a link", f.plainForm(), http.StatusSeeOther)
	})
}

func TestAFormThatIsSentAgainWithOtherWordsLosesNone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		path, first := "/contact/"+f.token, f.filled(nil)
		was := f.submit(path, first).header.Get("Location")
		now := f.submit(path, f.filled(map[string]string{"message": "It is blue.", "link": first["link"]})).header.Get("Location")
		wantSame(t, "the first ticket", said(f.visit(was)), []string{"You: Where is my\nparcel?"})
		wantSame(t, "the second ticket", said(f.visit(now)), []string{"You: It is blue."})
		filed := f.submit(path, first, "a.txt", "hello").header.Get("Location")
		if filed == was {
			t.Errorf("the same words with a file lead to %s, want a ticket of their own", filed)
		}
		if got := f.submit(path, first, "a.txt", "hello").header.Get("Location"); got != filed {
			t.Errorf("the same form with the same file leads to %s, want %s", got, filed)
		}
		if got := f.submit(path, first, "a.txt", "hallo").header.Get("Location"); got == filed || got == was {
			t.Errorf("the same words with a corrected file lead to %s, want a ticket of their own", got)
		}

		wantPage(t, "a new link", f.submit(was+"/renew", nil), http.StatusSeeOther)
		again := f.submit(path, first)
		wantPage(t, "the first form once more", again, http.StatusConflict)
		if got := again.Find("#problem").Text(); !strings.Contains(got, "arrived already") {
			t.Errorf("it says %q, want that nothing is lost", got)
		}
		page, err := f.store.Tickets(t.Context(), store.TicketQuery{Team: f.team, Limit: 9})
		if err != nil || len(page.Tickets) != 4 {
			t.Errorf("got %d tickets, %v, want four", len(page.Tickets), err)
		}
	})
}

// plainForm sends what a program would: no multipart, no link.
func (f *fixture) plainForm() sheet {
	body := url.Values{"email": {"zoe@mail.test"}, "message": {"Hello"}}.Encode()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodPost, "/contact/"+f.token, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return f.page(r)
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		for _, path := range []string{"/contact/" + f.token, private, private + "/read", private + "/renew", private + "/end"} {
			for header, value := range map[string]string{"Origin": "https://foreign.test", "Sec-Fetch-Site": "cross-site"} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("email=zoe@mail.test&message=Hello"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set(header, value)
				wantPage(t, path+" with "+header, f.page(r), http.StatusForbidden)
			}
		}
		if got := f.newest(); got.Number != 1 || got.MessageCount != 1 {
			t.Errorf("got #%d with %d messages, want nothing written", got.Number, got.MessageCount)
		}
		wantPage(t, "the page still", f.visit(private), http.StatusOK)
	})
}

func TestAPrivatePagePromisesMailOnlyWhereThereIsSome(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		for mails, want := range map[bool]string{true: "we send to zoe@mail.test", false: "Keep the address of this page"} {
			f.door.Mails = mails
			if got := f.visit(private).Find("#reply .hint").Text(); !strings.Contains(got, want) {
				t.Errorf("with mail %v: it says %q, want %q", mails, got, want)
			}
		}
	})
}

func TestAContactPageThatIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for _, path := range []string{"/contact/nobody", "/contact/%ff", "/contact/a%00b", "/contact/" + f.token + "/more", "/contact/", "/contact/ticket"} {
			wantPage(t, path, f.visit(path), http.StatusNotFound)
		}
		f.setWidget(func(w *store.Widget) { w.Enabled = false })
		for what, p := range map[string]sheet{"a page": f.visit("/contact/" + f.token), "a form": f.plainForm()} {
			wantPage(t, what+" of a widget that is off", p, http.StatusForbidden)
			if strings.Contains(p.text, "Kettle") || p.Find("h1").Length() != 1 {
				t.Errorf("%s says %q, want a friendly page that names no team", what, p.text)
			}
		}
	})
}

func TestTheContactPageSharesTheLimitsOfTheWidget(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits.AddressWrites = 3
		f.open("By the widget")
		private := f.contact(nil)
		wantPage(t, "a message", f.submit(private, map[string]string{"message": "More"}), http.StatusSeeOther)
		p := f.plainForm()
		wantPage(t, "one too many", p, http.StatusTooManyRequests)
		if p.header.Get("Retry-After") == "" {
			t.Error("there is no Retry-After")
		}
		wantPage(t, "a message too many", f.submit(private, map[string]string{"message": "More"}), http.StatusTooManyRequests)
		f.address = "192.0.2.9"
		wantPage(t, "another address", f.plainForm(), http.StatusSeeOther)
		f.now = f.now.Add(time.Hour)
		f.address = "192.0.2.1"
		wantPage(t, "an hour later", f.plainForm(), http.StatusSeeOther)
	})
}

func TestATeamsColourIsOnItsPageAndLegible(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		for color, want := range map[string]string{
			"": "#2b5bd7; --on-brand: #fff;", "#2f6b4a": "#2f6b4a; --on-brand: #fff;", "#FFDD00": "#ffdd00; --on-brand: #000;",
		} {
			f.setWidget(func(w *store.Widget) { w.Settings.Color = color })
			p := f.visit("/contact/" + f.token + "/theme.css")
			if !strings.Contains(p.text, "--brand: "+want) || !strings.HasPrefix(p.header.Get("Content-Type"), "text/css") {
				t.Errorf("%q: got %s, want %s", color, p.text, want)
			}
		}
	})
}

func TestTheDoorTakesNoMoreFilesThanAMessage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		var files []string
		for i := range desk.MaxFiles + 1 {
			files = append(files, fmt.Sprintf("%d.txt", i), "hello")
		}
		p := f.submit("/contact/"+f.token, f.filled(nil), files...)
		wantPage(t, "eleven files", p, http.StatusUnprocessableEntity)
		if !strings.Contains(p.Find("#problem").Text(), "A message takes 10 files.") {
			t.Errorf("got %q, want how many it takes", p.Find("#problem").Text())
		}
	})
}

func TestAMessageIsMeasuredAsItIsKept(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		lines := strings.Repeat("line\r\n", 1990)
		private := f.contact(map[string]string{"message": lines})
		for what, text := range map[string]string{"lines": lines, "a last line end": strings.Repeat("ä", 10_000) + "\r\n"} {
			wantPage(t, what, f.submit(private, map[string]string{"message": text}), http.StatusSeeOther)
		}
		wantPage(t, "too much", f.submit(private, map[string]string{"message": strings.Repeat("ä\r\n", 5_001)}), http.StatusUnprocessableEntity)
	})
}
