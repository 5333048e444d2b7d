package widget_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// said are the messages of a private page with their writers.
func said(p sheet) []string {
	out := []string{}
	for _, m := range p.Find("[data-message]").EachIter() {
		out = append(out, m.Find(".private-by b").Text()+": "+strings.TrimSpace(m.Find(".body").Text()))
	}
	return out
}

func (f *fixture) answer(c desk.Change) {
	f.t.Helper()
	t := f.newest()
	if _, err := f.store.ChangeTicket(f.t.Context(), f.agent, f.team, t.ID, c); err != nil {
		f.t.Fatal(err)
	}
}

func TestAPrivatePageShowsThePublicThread(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		f.answer(desk.AddMessage{Body: "It is **on its way**"})
		f.answer(desk.AddMessage{Body: "She is a VIP", Private: true})
		robot := desk.Actor{Kind: desk.ByWorkflow, Name: "Internal name of a workflow"}
		f.changeBy(robot, f.newest().PublicID.String(), desk.AddMessage{Body: "Is all well?"})
		if got := f.newest().UnreadCustomer; got != 2 {
			t.Fatalf("got %d unread messages, want 2", got)
		}

		p := f.visit(private)
		wantSame(t, "the thread", said(p), []string{"You: Where is my\nparcel?", "Ann: It is on its way", "Fern & Kettle: Is all well?"})
		for _, never := range []string{"VIP", "ann@desk.test", "Internal name"} {
			if strings.Contains(p.text, never) {
				t.Errorf("the page has %q in it", never)
			}
		}
		for name, want := range map[string]string{
			"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow",
		} {
			if got := p.header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	})
}

func (f *fixture) wantUnread(what string, want int) {
	f.t.Helper()
	if got := f.newest().UnreadCustomer; got != want {
		f.t.Errorf("%s: got %d unread messages, want %d", what, got, want)
	}
}

func TestOnlyWhoSaysSoHasReadAPrivatePage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		f.answer(desk.AddMessage{Body: "Hello"})
		p := f.visit(private)
		f.page(httptest.NewRequestWithContext(t.Context(), http.MethodHead, private, http.NoBody))
		f.wantUnread("a look, as programs take it, too", 1)
		if found, err := f.store.LinkedTicket(t.Context(), strings.TrimPrefix(private, "/contact/ticket/")); err != nil || found.Opened {
			t.Errorf("got opened %v, %v, want nothing noted of a look", found.Opened, err)
		}
		form := p.Find("form[data-read]:not([hidden])")
		seen := map[string]string{"seen": form.Find("[name=seen]").AttrOr("value", "")}
		f.answer(desk.AddMessage{Body: "And more"})
		read := form.AttrOr("action", "")
		wantPage(t, "read", f.submit(read, seen), http.StatusSeeOther)
		f.wantUnread("an older page was read", 2)

		p = f.visit(private)
		seen["seen"] = p.Find("#reply [name=seen]").AttrOr("value", "")
		if got := f.submit(read, seen).header.Get("Location"); got != private {
			t.Errorf("it leads to %s, want the page", got)
		}
		f.wantUnread("all of it was read", 0)
		if n := f.visit(private).Find("form[data-read]:not([hidden])").Length(); n != 0 {
			t.Error("it asks still, want nothing to be said of what was read")
		}
		f.answer(desk.AddMessage{Body: "Is it well?"})
		f.submit(private, map[string]string{"message": "It is", "seen": f.visit(private).Find("#reply [name=seen]").AttrOr("value", "")})
		f.wantUnread("it was answered", 0)
		wantPage(t, "no id", f.submit(read, map[string]string{"seen": "x"}), http.StatusSeeOther)
	})
}

func TestACustomerAnswersOnThePrivatePage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		f.answer(desk.SetStatus{To: desk.Resolved})
		f.listen()
		f.heard() // what was before
		p := f.visit(private)
		fields := map[string]string{"id": p.Find("[name=id]").AttrOr("value", ""), "message": "It has not come"}
		for range 2 { // the second press of a button is the same message
			p = f.submit(private, fields)
			wantPage(t, "an answer", p, http.StatusSeeOther)
			if got := p.header.Get("Location"); got != private+"#reply" {
				t.Errorf("it leads to %s, want the page", got)
			}
		}
		wantSame(t, "the thread", said(f.visit(private)), []string{"You: Where is my\nparcel?", "You: It has not come"})
		wantSame(t, "the events", names(f.heard()), []desk.EventName{desk.MessageReceived})
		if got := f.newest(); got.Status != desk.Resolved || got.UnreadTeam != 2 {
			t.Errorf("got %s, %d unread, want it resolved still: reopening is for workflows", got.Status, got.UnreadTeam)
		}

		for range 2 {
			wantPage(t, "other words of the same page", f.submit(private, map[string]string{"id": fields["id"], "message": "Now it has"}), http.StatusSeeOther)
		}
		wantSame(t, "the thread", said(f.visit(private)), []string{"You: Where is my\nparcel?", "You: It has not come", "You: Now it has"})

		p = f.submit(private, map[string]string{"message": strings.Repeat("ä", 10_001)})
		wantPage(t, "a long answer", p, http.StatusUnprocessableEntity)
		if got := p.Find("[name=message]").Text(); len(got) != 20_002 {
			t.Errorf("%d bytes of it are kept, want all", len(got))
		}
		wantPage(t, "an empty answer", f.submit(private, map[string]string{"message": " "}), http.StatusUnprocessableEntity)
		wantPage(t, "a honeypot", f.submit(private, map[string]string{"message": "Hi", "_hp": "x"}), http.StatusBadRequest)
	})
}

func TestFilesGoBothWaysThroughAPrivatePage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 20))); err != nil {
			t.Fatal(err)
		}
		private := f.contact(nil, "photo.png", picture.String(), "page.html", "<script>alert(1)</script>")
		wantPage(t, "files alone", f.submit(private, map[string]string{"message": ""}, "more.txt", "hello"), http.StatusSeeOther)
		p := f.visit(private)
		links := p.Find(".msg-files .file a")
		if got := links.Text(); got != "photo.pngpage.htmlmore.txt" {
			t.Fatalf("got files %q", got)
		}
		for i, want := range []string{picture.String(), "<script>alert(1)</script>", "hello"} {
			got := f.visit(links.Eq(i).AttrOr("href", ""))
			if got.status != http.StatusOK || got.text != want || got.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" ||
				!strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || strings.Contains(got.header.Get("Content-Type"), "html") {
				t.Errorf("file %d: got %d with %v", i, got.status, got.header)
			}
		}
		if got := f.visit(p.Find(".msg-files img").AttrOr("src", "")); got.status != http.StatusOK || got.header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("the picture: got %d %s, want our own JPEG", got.status, got.header.Get("Content-Type"))
		}

		stranger := f.contact(map[string]string{"message": "Another"})
		href := strings.Replace(links.Eq(0).AttrOr("href", ""), private, stranger, 1)
		wantPage(t, "a file of another ticket", f.visit(href), http.StatusNotFound)
	})
}

func TestAPrivatePageThatIsGone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		unknown := f.visit("/contact/ticket/" + store.NewPrivateLink())
		wantPage(t, "an unknown link", unknown, http.StatusNotFound)
		gone := func(what, path string) {
			t.Helper()
			if p := f.visit(path); p.text != unknown.text || p.status != unknown.status {
				t.Errorf("%s: got %d %s, want what an unknown link gets", what, p.status, p.text)
			}
			wantPage(t, what+", a message", f.submit(path, map[string]string{"message": "Hi"}), http.StatusNotFound)
			wantPage(t, what+", a new link", f.submit(path+"/renew", nil), http.StatusNotFound)
		}
		first := f.contact(nil)
		if err := f.store.EndLinks(t.Context(), f.agent, f.team, f.newest().ID); err != nil {
			t.Fatal(err)
		}
		gone("one that an agent ended", first)

		second := f.contact(nil)
		p := f.submit(second+"/renew", nil)
		wantPage(t, "a new link", p, http.StatusSeeOther)
		third := p.header.Get("Location")
		gone("the one before", second)
		wantPage(t, "the new one", f.visit(third), http.StatusOK)
		p = f.submit(third+"/end", nil)
		wantPage(t, "the end", p, http.StatusSeeOther)
		if got := f.visit(p.header.Get("Location")); !strings.Contains(got.Find("main").Text(), "The link has ended") {
			t.Errorf("then %q, want that it has ended", got.Find("main").Text())
		}
		gone("one that its reader ended", third)

		fourth := f.contact(nil)
		if err := f.store.BlockCustomer(t.Context(), f.agent, f.team, f.newest().Customer.PublicID); err != nil {
			t.Fatal(err)
		}
		gone("a blocked customer's", fourth)
		wantPage(t, "their next message", f.plainForm(), http.StatusForbidden)
	})
}

func TestAClaimedEmailShowsNobodyElsesTickets(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		mine := f.contact(map[string]string{"message": "Mine"})
		theirs := f.contact(map[string]string{"message": "Theirs"})
		for _, page := range []struct{ at, want string }{{mine, "You: Mine"}, {theirs, "You: Theirs"}} {
			wantSame(t, page.at, said(f.visit(page.at)), []string{page.want})
		}
	})
}

// waiting counts the files of the newest ticket's customer that no message has.
func (f *fixture) waiting() int {
	f.t.Helper()
	t := f.newest()
	files, err := f.store.WaitingFiles(f.t.Context(), desk.Actor{Kind: desk.ByCustomer, ID: t.Customer.ID}, f.team, t.ID)
	if err != nil {
		f.t.Fatal(err)
	}
	return len(files)
}

// texts are n files for submit.
func texts(n int) []string {
	var files []string
	for i := range n {
		files = append(files, fmt.Sprintf("%d.txt", i), "hello")
	}
	return files
}

func TestFilesOfAFormThatWasNotSentAreDropped(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		for what, c := range map[string]struct {
			r    *http.Request
			want int
		}{
			"too many files": {f.form(private, map[string]string{"message": "Eleven"}, texts(desk.MaxFiles+1)...), http.StatusUnprocessableEntity},
			"a form that breaks off": {
				brokenOff(f.form(private, map[string]string{"message": "Broken"}, texts(6)...)), http.StatusUnprocessableEntity,
			},
			"one that says who it is behind its files": {
				behind(f.form(private, map[string]string{"message": "Spam"}, texts(6)...)), http.StatusBadRequest,
			},
		} {
			wantPage(t, what, f.page(c.r), c.want)
			if n := f.waiting(); n != 0 {
				t.Errorf("%s: %d files are left, want none", what, n)
			}
		}
		fields := map[string]string{"id": f.store.NewID().String(), "message": "Ten"}
		for _, press := range []string{"all at last", "once more"} {
			wantPage(t, press, f.submit(private, fields, texts(desk.MaxFiles)...), http.StatusSeeOther)
			if n := f.waiting(); n != 0 {
				t.Errorf("%s: %d files are left, want none", press, n)
			}
		}
		p := f.visit(private)
		wantSame(t, "the thread", said(p), []string{"You: Where is my\nparcel?", "You: Ten"})
		if n := p.Find(".msg-files .file").Length(); n != desk.MaxFiles {
			t.Errorf("%d files came, want %d", n, desk.MaxFiles)
		}
	})
}

// brokenOff takes the last file's end from a form.
func brokenOff(r *http.Request) *http.Request {
	r.Body = io.NopCloser(io.LimitReader(r.Body, r.ContentLength-70))
	return r
}

// behind has a field of the honeypot after all else.
func behind(r *http.Request) *http.Request {
	_, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	end := "--" + params["boundary"]
	form := io.LimitReader(r.Body, r.ContentLength-int64(len(end+"--\r\n")))
	r.Body = io.NopCloser(io.MultiReader(form, strings.NewReader(end+"\r\nContent-Disposition: form-data; name=\"_hp\"\r\n\r\nx\r\n"+end+"--\r\n")))
	return r
}

func TestADoublePressWithFilesIsOneMessage(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		private := f.contact(nil)
		fields := map[string]string{"id": f.store.NewID().String(), "message": "Eight"}
		var presses sync.WaitGroup
		for range 4 {
			r := f.form(private, fields, texts(8)...)
			presses.Go(func() { wantPage(t, "a press", f.page(r), http.StatusSeeOther) })
		}
		presses.Wait()
		p := f.visit(private)
		wantSame(t, "the thread", said(p), []string{"You: Where is my\nparcel?", "You: Eight"})
		if n := p.Find(".msg-files .file").Length(); n != 8 || f.waiting() != 0 {
			t.Errorf("%d files came and %d are left, want eight and none", n, f.waiting())
		}
	})
}
