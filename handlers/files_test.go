package handlers_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/blob"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// sent is a part of a form: a field, or a file with a name.
type sentPart struct{ field, name, value string }

func (b browser) upload(path string, parts ...sentPart) *http.Request {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range parts {
		head := textproto.MIMEHeader{}
		params := map[string]string{"name": p.field}
		if p.field == "upload" {
			params["filename"] = p.name
			head.Set("Content-Type", "image/png") // which nobody believes
		}
		head.Set("Content-Disposition", mime.FormatMediaType("form-data", params))
		w, err := form.CreatePart(head)
		check(b.t, err)
		_, err = io.WriteString(w, p.value)
		check(b.t, err)
	}
	check(b.t, form.Close())
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, &body)
	check(b.t, err)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}

func (b browser) uploadFragment(path string, parts ...sentPart) page {
	b.t.Helper()
	r := b.upload(path, parts...)
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Request-Type", "partial")
	return b.send(r)
}

func (b browser) bytes(path string, header ...string) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	check(b.t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := b.client.Do(r)
	check(b.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	check(b.t, err)
	return answer, string(body)
}

func photo(t *testing.T, w, h int) string {
	t.Helper()
	var b bytes.Buffer
	check(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h))))
	return b.String()
}

func TestAPlainFormSendsItsFilesWithTheMessage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		p := ada.send(ada.upload(ticketPath(ticket)+"/messages", sentPart{field: "team", value: numberText(d.team)},
			sentPart{field: "body", value: "See these"}, sentPart{"upload", "photo.png", photo(t, 960, 480)},
			sentPart{"upload", "log <b>.txt", "line"}, sentPart{"upload", "", ""}))
		if p.status != http.StatusOK || p.at.Path != ticketPath(ticket) {
			t.Fatalf("got %d at %s, want the ticket", p.status, p.at)
		}
		message := p.Find(".msg.team")
		if got := message.Find(".file a").Text(); got != "log <b>.txt" {
			t.Errorf("the file reads %q", got)
		}
		img := message.Find("a[data-picture] img")
		if got := [3]string{img.AttrOr("alt", ""), img.AttrOr("width", ""), img.AttrOr("height", "")}; got != [3]string{"photo.png", "240", "120"} {
			t.Errorf("the picture has %q, want its name and room", got)
		}
		answer, body := ada.bytes(message.Find(".file a").AttrOr("href", ""))
		if answer.StatusCode != http.StatusOK || body != "line" {
			t.Errorf("the download is %d %q", answer.StatusCode, body)
		}
		if p.Find("#composer [name=file]").Length() != 0 {
			t.Error("the sent files still wait in the composer")
		}
	})
}

func TestAHeldReplyShowsItsFiles(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		p := ada.send(ada.upload(ticketPath(ticket)+"/messages", sentPart{field: "team", value: numberText(d.team)},
			sentPart{field: "body", value: "See this"}, sentPart{field: "hold", value: "10"}, sentPart{"upload", "a.txt", "line"}))
		if got := p.Find(".held .msg-files .file a").Text(); got != "a.txt" {
			t.Errorf("got %q beside the held reply, want its file", got)
		}
		if got := ada.open(ticketPath(ticket)).Find(".held .msg-files .file a").Length(); got != 1 {
			t.Errorf("opened again it shows %d files, want one", got)
		}
	})
}

func TestFilesWaitInTheComposerOfWhoUploadedThem(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada, bob := d.signIn(t, "ada@example.com"), d.signIn(t, "bob@example.com")
		p := ada.uploadFragment(ticketPath(ticket)+"/files", sentPart{"upload", "notes.pdf", "%PDF-1.7"})
		id := p.Find("[name=file]").AttrOr("value", "")
		if p.status != http.StatusOK || id == "" || p.Find("html").Length() == 0 && p.Find(".files").Length() != 1 {
			t.Fatalf("got %d with file %q, want the list", p.status, id)
		}
		href := p.Find(".file a").AttrOr("href", "")
		if ada.open(ticketPath(ticket)).Find("#composer [name=file]").AttrOr("value", "") != id {
			t.Error("the file is lost over a reload")
		}
		if bob.open(ticketPath(ticket)).Find("#composer [name=file]").Length() != 0 {
			t.Error("a colleague's composer shows the file")
		}
		if answer, _ := bob.bytes(href); answer.StatusCode != http.StatusNotFound {
			t.Errorf("a colleague downloads it: %d", answer.StatusCode)
		}
		if p := bob.send(bob.upload(ticketPath(ticket)+"/messages", sentPart{field: "body", value: "Mine"}, sentPart{field: "file", value: id})); p.status != http.StatusConflict ||
			p.Find("textarea[name=body]").Text() != "Mine" {
			t.Errorf("a colleague sends it: %d, want 409 and the text kept", p.status)
		}
		if p := bob.uploadFragment(ticketPath(ticket)+"/files/"+id+"/remove", sentPart{field: "body", value: ""}); p.status != http.StatusOK {
			t.Errorf("a removal of what is not one's own: %d", p.status)
		}
		ada.send(ada.upload(ticketPath(ticket)+"/messages", sentPart{field: "file", value: id}))
		if answer, body := bob.bytes(href); answer.StatusCode != http.StatusOK || body != "%PDF-1.7" {
			t.Errorf("after it was sent: %d %q", answer.StatusCode, body)
		}
	})
}

func TestAWaitingFileIsTakenOutAndWhatIsTypedStays(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		p := ada.uploadFragment(ticketPath(ticket)+"/files", sentPart{"upload", "a", "1"})
		id := p.Find("[name=file]").AttrOr("value", "")
		p = ada.send(ada.upload(ticketPath(ticket)+"/files/"+id+"/remove", sentPart{field: "body", value: "typed"},
			sentPart{field: "private", value: "on"}, sentPart{"upload", "chosen.txt", "2"}))
		if p.Find("textarea[name=body]").Text() != "typed" || !p.Find("#mode-note").Is("[checked]") {
			t.Error("what was typed is lost")
		}
		if got := p.Find("#composer .file a").Text(); got != "chosen.txt" {
			t.Errorf("the composer has %q, want what was chosen meanwhile", got)
		}
	})
}

// forged is a GIF to some and a page to others.
const forged = "GIF89a/*\x00\x00*/=1;</script><html><script>alert(1)</script>"

// gigapixel is a PNG of 33 bytes that claims to be one.
func gigapixel() string {
	head := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), 50_000), 50_000), 8, 6, 0, 0, 0)
	chunk := binary.BigEndian.AppendUint32(append([]byte{0, 0, 0, 13}, head...), crc32.ChecksumIEEE(head))
	return "\x89PNG\r\n\x1a\n" + string(chunk)
}

func TestNothingThatWasUploadedRunsInABrowser(t *testing.T) {
	svg := `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for _, tt := range []struct{ name, body, wantName, wantType string }{
		{"../../../etc/cron.d/x", "x", "x", "text/plain; charset=utf-8"},
		{"page.png", "<!doctype html><script>alert(1)</script>", "page.png", "application/octet-stream"},
		{"drawing.svg", svg, "drawing.svg", "text/plain; charset=utf-8"},
		{"both.gif", forged, "both.gif", "image/gif"},
		{"bomb.png", gigapixel(), "bomb.png", "image/png"},
		{"invoice\u202efdp.exe", "MZ", "invoicefdp.exe", "text/plain; charset=utf-8"},
		{"a\"b\r\nSet-Cookie: x=1.txt", "x", "", "text/plain; charset=utf-8"},
	} {
		onBuilderDesk(t, func(t *testing.T, d builderDesk) {
			ticket := d.write(t, "Hello")
			ada := d.signIn(t, "ada@example.com")
			f, err := d.store.KeepFile(t.Context(), desk.Agent(1, "Ada"), store.NewFile{
				TeamID: d.team, TicketID: ticket.ID, Name: tt.name, Body: strings.NewReader(tt.body),
			})
			check(t, err)
			p := ada.open(ticketPath(ticket))
			link := p.Find("#composer .file a")
			if tt.wantName != "" && link.Text() != tt.wantName {
				t.Errorf("%q is called %q", tt.name, link.Text())
			}
			answer, body := ada.bytes(link.AttrOr("href", ""))
			if answer.StatusCode != http.StatusOK || body != tt.body {
				t.Errorf("%q: got %d and %d bytes", tt.name, answer.StatusCode, len(body))
			}
			for header, want := range map[string]string{
				"Content-Type": tt.wantType, "X-Content-Type-Options": "nosniff", "Set-Cookie": "",
				"Content-Security-Policy": "sandbox; default-src 'none'",
			} {
				if got := answer.Header.Get(header); got != want {
					t.Errorf("%q: %s is %q, want %q", tt.name, header, got, want)
				}
			}
			disposition, params, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition"))
			if err != nil || disposition != "attachment" || params["filename"] != f.Name {
				t.Errorf("%q: disposed as %q", tt.name, answer.Header.Get("Content-Disposition"))
			}
			if tt.name == "both.gif" {
				return // its head is a picture's; that there is none shows when it is made
			}
			if f.Picture() || p.Find("#composer .file img").Length() != 0 {
				t.Errorf("%q is shown as a picture", tt.name)
			}
			if got, _ := ada.bytes("/files/" + f.ID.String() + "/picture/large"); got.StatusCode != http.StatusNotFound {
				t.Errorf("%q as a picture: %d, want 404", tt.name, got.StatusCode)
			}
		})
	}
}

func TestAPictureOfAFileIsOurOwn(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		p := ada.uploadFragment(ticketPath(d.write(t, "Hello"))+"/files", sentPart{"upload", "photo.png", photo(t, 960, 480)})
		src := p.Find(".file img").AttrOr("src", "")
		answer, body := ada.bytes(src)
		c, format, err := image.DecodeConfig(strings.NewReader(body))
		if err != nil || format != "jpeg" || c.Width != 480 || c.Height != 240 || answer.Header.Get("Content-Type") != "image/jpeg" {
			t.Errorf("got a %s of %d × %d (%v)", format, c.Width, c.Height, err)
		}
		if got, _ := ada.bytes(src, "If-None-Match", answer.Header.Get("ETag")); got.StatusCode != http.StatusNotModified {
			t.Errorf("asked again: %d, want 304", got.StatusCode)
		}
		href := p.Find(".file a").AttrOr("href", "")
		if got, part := ada.bytes(href, "Range", "bytes=1-3"); got.StatusCode != http.StatusPartialContent || part != "PNG" {
			t.Errorf("a part: %d %q", got.StatusCode, part)
		}
		for path, want := range map[string]int{
			strings.Replace(src, "thumb", "huge", 1): 404, "/files/x/picture/thumb": 404, "/files/x/y": 404,
			"/files/00000000-0000-4000-8000-000000000000/a": 404,
		} {
			if got, _ := ada.bytes(path); got.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, got.StatusCode, want)
			}
		}
		if got, _ := d.stranger(t).bytes(href); got.StatusCode != http.StatusSeeOther {
			t.Errorf("a stranger gets %d, want to sign in", got.StatusCode)
		}
	})
}

func TestFilesOfAnotherTeamAreNotFound(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		team, theirs := d.otherTeam(t)
		f, err := d.store.KeepFile(t.Context(), desk.Agent(1, "Ada"), store.NewFile{
			TeamID: team, TicketID: theirs.ID, Name: "secret.png", Body: strings.NewReader(photo(t, 9, 9)),
		})
		check(t, err)
		ticket, ada := d.write(t, "Hello"), d.signIn(t, "ada@example.com")
		for _, path := range []string{"/files/" + f.ID.String() + "/secret.png", "/files/" + f.ID.String() + "/picture/thumb"} {
			if got, _ := ada.bytes(path); got.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d, want 404", path, got.StatusCode)
			}
		}
		if p := ada.send(ada.upload(ticketPath(ticket)+"/messages", sentPart{field: "body", value: "x"}, sentPart{field: "file", value: f.ID.String()})); p.status != http.StatusConflict {
			t.Errorf("sent into one's own ticket: %d, want 409", p.status)
		}
		p := ada.send(ada.upload(ticketPath(ticket)+"/files", sentPart{field: "team", value: numberText(team)}, sentPart{"upload", "a", "1"}))
		if p.status != http.StatusConflict {
			t.Errorf("a form of another team: %d, want 409", p.status)
		}
		if waiting, err := d.store.WaitingFiles(t.Context(), desk.Agent(1, "Ada"), d.team, ticket.ID); err != nil || len(waiting) != 0 {
			t.Errorf("the refused form left %v (%v)", waiting, err)
		}
	})
}

func TestAFormOfAnotherTeamIsToldFromOneOfNoTicket(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		team, theirs := d.otherTeam(t)
		ada, file := d.signIn(t, "ada@example.com"), sentPart{"upload", "a.txt", "1"}
		for _, button := range []string{"/messages", "/files", "/files/" + desk.ID{1}.String() + "/remove"} {
			path, body := ticketPath(theirs)+button, sentPart{field: "body", value: "x"}
			for sender, want := range map[string]int{numberText(team): 409, numberText(d.team): 404, "": 404} {
				from := sentPart{field: "team", value: sender}
				if got := ada.send(ada.upload(path, from, body, file)).status; got != want {
					t.Errorf("%s with a file by team %q: got %d, want %d", button, sender, got, want)
				}
				if got := ada.send(ada.upload(path, body, from)).status; got != want {
					t.Errorf("%s by team %q: got %d, want %d", button, sender, got, want)
				}
				if got := ada.post(path, url.Values{"team": {sender}, "body": {"x"}}).status; got != want {
					t.Errorf("%s as a plain form by team %q: got %d, want %d", button, sender, got, want)
				}
			}
		}
	})
}

// The head alone is sent: only a server that waits for no body can answer.
func TestAnUploadOverTheLimitIsRefusedBeforeItIsRead(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, path := d.signIn(t, "ada@example.com"), ticketPath(d.write(t, "Hello"))
		for button, length := range map[string]int{"/files": 27_262_977, "/messages": 1 << 30} {
			r := ada.request(http.MethodPost, path+button, nil)
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			for _, c := range ada.client.Jar.Cookies(r.URL) {
				r.AddCookie(c)
			}
			if got := statusOfHead(t, r, length); got != "HTTP/1.1 413" {
				t.Errorf("%s: got %q, want 413 at once", button, got)
			}
		}
	})
}

// statusOfHead sends the head of a request whose body is announced and never comes. The deadline is for a server that
// waits for it.
func statusOfHead(t *testing.T, r *http.Request, length int) string {
	t.Helper()
	conn, err := net.Dial("tcp", r.URL.Host)
	check(t, err)
	defer func() { _ = conn.Close() }()
	check(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", r.URL.Path, r.URL.Host, length)
	check(t, err)
	check(t, r.Header.Write(conn))
	_, err = io.WriteString(conn, "\r\n")
	check(t, err)
	line := make([]byte, len("HTTP/1.1 413"))
	if _, err := io.ReadFull(conn, line); err != nil {
		t.Error(err)
	}
	return string(line)
}

func TestAFileOverTheLimitIsRefusedAndTheTextKept(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket, ada := d.write(t, "Hello"), d.signIn(t, "ada@example.com")
		for _, button := range []string{"/messages", "/files"} {
			p := ada.send(ada.upload(ticketPath(ticket)+button, sentPart{field: "body", value: "typed"},
				sentPart{"upload", "film.mov", strings.Repeat("x", desk.MaxFile+1)}))
			if p.status != http.StatusRequestEntityTooLarge || p.Find("textarea[name=body]").Text() != "typed" ||
				!strings.Contains(p.Find("#composer .alert").Text(), `"film.mov" is larger than 25 MB`) {
				t.Errorf("%s: got %d %q, want 413, the reason and the text", button, p.status, p.Find("#composer .alert").Text())
			}
		}
	})
}

// fullBucket has no room left.
type fullBucket struct{ blob.Bucket }

func (fullBucket) Keep(context.Context, *blob.Spool, blob.Key) error { return syscall.ENOSPC }

func TestADiskThatIsFullIsNotBlamedOnWhoUploads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d := openBuilderDesk(t, s)
		ticket := d.write(t, "Hello")
		ada := d.signIn(t, "ada@example.com")
		p := ada.uploadFragment(ticketPath(ticket)+"/files", sentPart{field: "team", value: numberText(d.team)},
			sentPart{"upload", "a.txt", "line"})
		if p.status != http.StatusInternalServerError {
			t.Errorf("got %d %q, want 500", p.status, p.Text())
		}
	}, func(c *store.Config) { c.Files = fullBucket{blob.NewDir(t.TempDir())} })
}
