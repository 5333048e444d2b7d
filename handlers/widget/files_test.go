package widget_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// upload sends a file as the embed does.
func (f *fixture) upload(name, body string) answer {
	f.t.Helper()
	return f.do(http.MethodPost, base+"/upload?"+url.Values{"widget_session_id": {ours}, "name": {name}}.Encode(), body)
}

func (f *fixture) uploaded(name, body string) string {
	f.t.Helper()
	a := f.upload(name, body)
	if a.status != http.StatusOK {
		f.t.Fatalf("upload %s: %d %s", name, a.status, a.text)
	}
	return a.word("id")
}

// sendFiles writes a message of files alone, in a new ticket or one that is there.
func (f *fixture) sendFiles(ticket any, ids ...string) answer {
	f.t.Helper()
	return f.post("/message", map[string]any{
		"message": "", "widget_session_id": ours, "distinct_id": "d-1", "ticket_id": ticket, "attachment_ids": ids,
	})
}

// attachments are the files that a thread shows, in order.
func attachments(t *testing.T, a answer) []map[string]any {
	t.Helper()
	var files []map[string]any
	for _, m := range thread(t, a) {
		list, ok := m["attachments"].([]any)
		if !ok {
			t.Fatalf("attachments are %v, want a list", m["attachments"])
		}
		for _, file := range list {
			files = append(files, file.(map[string]any)) //nolint:errcheck,forcetypeassert // a wrong one fails the test
		}
	}
	return files
}

// download follows a link as a browser does that has nothing but it.
func (f *fixture) download(link string, header ...string) *httptest.ResponseRecorder {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), http.MethodGet, link, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if got := w.Header().Get("Access-Control-Allow-Origin"); got != "*" {
		f.t.Errorf("%s: Access-Control-Allow-Origin is %q, want *", link, got)
	}
	return w
}

func photo(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 40, 20))
	img.Set(1, 1, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAVisitorSendsFilesAndSeesThoseOfTheTeam(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		a := f.upload(`..\evil<b>.png`, photo(t))
		wantStatus(t, "upload", a, http.StatusOK)
		id := a.word("id")
		wantSame(t, "upload", a.body, map[string]any{"id": id, "name": "evil<b>.png", "size": float64(len(photo(t))), "type": "image/png"})

		sent := f.sendFiles(nil, id)
		wantStatus(t, "send", sent, http.StatusOK)
		ticket := sent.word("ticket_id")
		note, reply := f.agentFile(ticket, "secret.txt"), f.agentFile(ticket, "manual.txt")
		f.change(ticket, desk.AddMessage{Private: true, Files: []desk.File{note}})
		f.change(ticket, desk.AddMessage{Body: "Read this", Files: []desk.File{reply}})

		files := attachments(t, f.read(ticket, ""))
		if len(files) != 2 || files[0]["name"] != "evil<b>.png" || files[0]["width"] != 40.0 || files[1]["name"] != "manual.txt" {
			t.Fatalf("the thread shows %v, want the photo and the manual", files)
		}
		if later := attachments(t, f.read(ticket, "")); later[0]["url"] != files[0]["url"] {
			t.Error("the link changes with each look: nobody could keep the picture")
		}
		if got := f.download(word(files[1], "url")); got.Code != http.StatusOK || got.Body.String() != "of the team" {
			t.Errorf("the manual: %d %q", got.Code, got.Body)
		}
		if got, err := f.store.MessageFiles(t.Context(), f.team, f.messages(ticket)); err != nil || len(got) != 3 {
			t.Errorf("the team sees files of %d messages (%v), want 3", len(got), err)
		}
	})
}

// agentFile puts a file into the composer of the agent.
func (f *fixture) agentFile(ticket, name string) desk.File {
	f.t.Helper()
	file, err := f.store.KeepFile(f.t.Context(), f.agent, store.NewFile{
		TeamID: f.team, TicketID: f.ticket(ticket).ID, Name: name, Body: strings.NewReader("of the team"),
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return file
}

func (f *fixture) messages(ticket string) []desk.Message {
	f.t.Helper()
	messages, err := f.store.Messages(f.t.Context(), f.team, f.ticket(ticket).ID, store.MessageQuery{Limit: 100})
	if err != nil {
		f.t.Fatal(err)
	}
	return messages
}

func TestATeamThatTakesNoFilesRefusesThem(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		path := base + "/upload?name=a.txt&widget_session_id=" + ours
		wantStatus(t, "before", f.do(http.MethodPost, path, "x"), http.StatusOK)
		f.setWidget(func(w *store.Widget) { w.Settings.Attachments = false })
		a := f.do(http.MethodPost, path, "x")
		wantStatus(t, "switched off", a, http.StatusForbidden)
		wantSame(t, "the reason", a.body, map[string]any{"error": "Files cannot be sent here. Send a link to the file."})
		wantField(t, "nobody", f.do(http.MethodPost, base+"/upload?name=a.txt", "x"), "widget_session_id")
	})
}

func TestADownloadCanDoNothingInABrowser(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.sendFiles(nil, f.uploaded("a.html", "<html><script>alert(1)</script>"), f.uploaded("b.png", photo(t)))
		list, _ := f.get("/tickets?widget_session_id=" + ours).body["results"].([]any)
		ticket := word(list[0].(map[string]any), "id") //nolint:errcheck,forcetypeassert // a wrong one fails the test
		files := attachments(t, f.read(ticket, ""))
		for i, kind := range []string{"application/octet-stream", "image/png"} {
			w := f.download(word(files[i], "url"))
			wantSame(t, "type", w.Header().Get("Content-Type"), kind)
			for name, want := range map[string]string{
				"Content-Security-Policy":      "sandbox; default-src 'none'",
				"X-Content-Type-Options":       "nosniff",
				"Cross-Origin-Resource-Policy": "cross-origin",
				"Cache-Control":                "private, max-age=3600",
				"Vary":                         "Accept",
			} {
				wantSame(t, name, w.Header().Get(name), want)
			}
			if got := w.Header().Get("Content-Disposition"); !strings.HasPrefix(got, "attachment;") {
				t.Errorf("disposition %q, want attachment", got)
			}
		}
		inner := f.handler
		f.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Vary", "Accept-Encoding") // as what packs answers does
			inner.ServeHTTP(w, r)
		})
		wantSame(t, "Vary", f.download(word(files[0], "url")).Header().Values("Vary"), []string{"Accept-Encoding", "Accept"})
		drawn := f.download(word(files[1], "url"), "Accept", "image/avif,image/webp,*/*;q=0.8")
		if drawn.Header().Get("Content-Type") != "image/jpeg" || !strings.HasPrefix(drawn.Body.String(), "\xff\xd8") {
			t.Errorf("a page's image is %s, want the picture drawn anew", drawn.Header().Get("Content-Type"))
		}
		if got := f.download(word(files[0], "url"), "Accept", "image/*"); got.Code != http.StatusNotFound {
			t.Errorf("a page of HTML as an image: %d, want 404", got.Code)
		}
	})
}

func TestALinkToAFileIsGoodForAWhileAndForThatFileAlone(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ticket := f.sendFiles(nil, f.uploaded("a.txt", "mine")).word("ticket_id")
		link := word(attachments(t, f.read(ticket, ""))[0], "url")
		secret := f.agentFile(ticket, "secret.txt")
		f.change(ticket, desk.AddMessage{Private: true, Files: []desk.File{secret}})
		at, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		with := func(change func(url.Values)) string {
			query := at.Query()
			change(query)
			return at.Path + "?" + query.Encode()
		}
		forged := strings.Repeat("0", 64)
		for what, path := range map[string]string{
			"no proof":           at.Path,
			"a forged signature": with(func(q url.Values) { q.Set("s", forged) }),
			"a later end":        with(func(q url.Values) { q.Set("e", "99999999999") }),
			"an end in words":    with(func(q url.Values) { q.Set("e", "never") }),
			"another token":      with(func(q url.Values) { q.Set("t", "x") }),
			"another file":       base + "/files/" + secret.ID.String() + "?" + at.RawQuery,
		} {
			if got := f.download(path); got.Code != http.StatusForbidden {
				t.Errorf("%s: %d, want 403", what, got.Code)
			}
		}
		if got := f.download(base + "/files/1?" + at.RawQuery); got.Code != http.StatusNotFound {
			t.Errorf("no file at all: %d, want 404", got.Code)
		}
		f.now = f.now.Add(time.Hour - time.Second)
		wantSame(t, "an hour later", f.download(link).Code, http.StatusOK)
		f.now = f.now.Add(time.Hour + time.Second)
		wantSame(t, "two hours later", f.download(link).Code, http.StatusForbidden)
	})
}

func TestLinksToFilesEndWithTheWidget(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		ticket := f.sendFiles(nil, f.uploaded("a.txt", "mine")).word("ticket_id")
		link := word(attachments(t, f.read(ticket, ""))[0], "url")
		f.setWidget(func(w *store.Widget) { w.Enabled = false })
		wantSame(t, "switched off", f.download(link).Code, http.StatusForbidden)
	})
}

func TestUploadsAreRefusedForWhatTheyAre(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		wantField(t, "nobody", f.do(http.MethodPost, base+"/upload?name=a", "x"), "widget_session_id")
		wantField(t, "a name that is no text", f.do(http.MethodPost, base+"/upload?widget_session_id="+ours+"&name=%ff", "x"), "query")
		wantField(t, "no list of files", f.post("/message", map[string]any{
			"message": "x", "widget_session_id": ours, "distinct_id": "d", "attachment_ids": "x",
		}), "attachment_ids")
		wantField(t, "no UUIDs", f.sendFiles(nil, "x"), "attachment_ids")
		wantField(t, "eleven files", f.sendFiles(nil, make([]string, 11)...), "attachment_ids")
		wantField(t, "neither text nor files", f.sendFiles(nil), "message")

		theirs := f.do(http.MethodPost, base+"/upload?name=a&widget_session_id="+other, "x").word("id")
		wantStatus(t, "somebody else's file", f.sendFiles(nil, theirs), http.StatusConflict)
		mine := f.uploaded("a", "x")
		wantStatus(t, "one of the two is not there", f.sendFiles(nil, mine, theirs), http.StatusConflict)
		wantStatus(t, "one's own", f.sendFiles(nil, mine), http.StatusOK)
		wantStatus(t, "a second time", f.sendFiles(nil, mine), http.StatusConflict)
	})
}

func TestTooManyUploadsAreThrottled(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.door.Limits.AddressFiles = 2
		f.uploaded("a", "1")
		f.uploaded("b", "2")
		a := f.upload("c", "3")
		wantStatus(t, "a third", a, http.StatusTooManyRequests)
		if a.header.Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	})
}
