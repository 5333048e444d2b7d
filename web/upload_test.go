package web_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"signalbox/web"
)

// uploading serves a form with files and answers with what it read.
func uploading(t *testing.T, u web.Upload) *httptest.Server {
	t.Helper()
	failures := &web.Errors{Log: slog.New(slog.DiscardHandler), Page: func(w http.ResponseWriter, _ *http.Request, status int, message string) {
		http.Error(w, message, status)
	}}
	server := httptest.NewUnstartedServer(web.LimitBody(100)(failures.Handle(func(w http.ResponseWriter, r *http.Request) error {
		var read []string
		u.Keep = func(name string, body io.Reader) error {
			n, err := io.Copy(io.Discard, body)
			if err == nil {
				read = append(read, r.PostForm.Get("team")+":"+name)
			}
			switch n {
			case 13:
				return web.Refuse(web.KindTooLarge, "Thirteen is too many.")
			case 14:
				return fmt.Errorf("keep %s: %w", name, syscall.ENOSPC)
			}
			return err
		}
		if err := web.ReadUpload(w, r, u); err != nil {
			return err
		}
		_, err := io.WriteString(w, strings.Join(append(read, r.PostFormValue("body"), r.FormValue("q")), "|"))
		return err
	})))
	server.Config.ReadTimeout = 200 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	return server
}

type formPart struct{ field, file, value string }

func multipartBody(t *testing.T, parts ...formPart) (kind string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, p := range parts {
		var w io.Writer
		var err error
		if p.file == "" {
			w, err = m.CreateFormField(p.field)
		} else {
			w, err = m.CreateFormFile(p.field, strings.TrimPrefix(p.file, "-"))
		}
		if err == nil {
			_, err = io.WriteString(w, p.value)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.Bytes()
}

func postTo(t *testing.T, url, kind string, body io.Reader) (status int, text string) {
	t.Helper()
	answer, err := http.Post(url, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	all, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, strings.TrimSpace(string(all))
}

func TestAnUploadHandsItsFilesOnAndKeepsItsFields(t *testing.T) {
	server := uploading(t, web.Upload{Form: 100, Total: 10_000})
	kind, body := multipartBody(t, formPart{field: "team", value: "7"}, formPart{"f", "a.txt", strings.Repeat("x", 5_000)},
		formPart{"f", "-", ""}, formPart{"f", "b.txt", ""}, formPart{field: "body", value: "Hello"})
	if status, text := postTo(t, server.URL+"?q=1", kind, bytes.NewReader(body)); status != 200 || text != "7:a.txt|7:b.txt|Hello|1" {
		t.Errorf("got %d %q", status, text)
	}
	if status, text := postTo(t, server.URL, "application/x-www-form-urlencoded", strings.NewReader("body=plain&q=2")); status != 200 || text != "plain|2" {
		t.Errorf("a form without files: got %d %q", status, text)
	}
}

func TestTheNameOfAFileIsReadAsBrowsersWriteIt(t *testing.T) {
	server := uploading(t, web.Upload{Form: 100, Total: 10_000})
	for written, want := range map[string]string{
		"evil %22x%22 <b>.html": `evil "x" <b>.html`,
		"two%0D%0Alines.txt":    "two\r\nlines.txt",
		"100%25 %0a%2F.txt":     "100%25 %0a%2F.txt",
	} {
		kind, body := multipartBody(t, formPart{"f", written, "x"})
		if status, text := postTo(t, server.URL, kind, bytes.NewReader(body)); status != 200 || text != ":"+want+"||" {
			t.Errorf("%s: got %d %q, want %q", written, status, text, want)
		}
	}
}

func TestUploadsOverALimitAreRefused(t *testing.T) {
	server := uploading(t, web.Upload{Form: 10, Total: 2_000})
	long := strings.Repeat("x", 11)
	for name, tt := range map[string]struct {
		parts []formPart
		want  int
	}{
		"fields":           {[]formPart{{field: "a", value: "123456"}, {field: "b", value: "123456"}}, 413},
		"one field":        {[]formPart{{field: "body", value: long}}, 413},
		"the whole":        {[]formPart{{"f", "a", strings.Repeat(long, 200)}}, 413},
		"names of fields":  {[]formPart{{field: long, value: ""}}, 413},
		"what Keep says":   {[]formPart{{"f", "a", "thirteen byte"}}, 413},
		"text that is not": {[]formPart{{field: "body", value: "\xff"}}, 422},
	} {
		kind, body := multipartBody(t, tt.parts...)
		if status, text := postTo(t, server.URL, kind, bytes.NewReader(body)); status != tt.want {
			t.Errorf("%s: got %d %q, want %d", name, status, text, tt.want)
		}
		if status, text := postTo(t, server.URL, kind, io.MultiReader(bytes.NewReader(body))); status != tt.want {
			t.Errorf("%s, of unknown length: got %d %q, want %d", name, status, text, tt.want)
		}
	}
}

func TestAnUploadOfTooManyPartsIsRefused(t *testing.T) {
	server := uploading(t, web.Upload{Form: 100, Total: 1 << 20})
	for parts, want := range map[int]int{1_000: 200, 1_001: 413} {
		kind, body := multipartBody(t, slices.Repeat([]formPart{{}}, parts)...)
		if status, text := postTo(t, server.URL, kind, bytes.NewReader(body)); status != want {
			t.Errorf("%d parts: got %d %q, want %d", parts, status, text, want)
		}
	}
}

func TestOnlyAnUploadThatBreaksOffIsItsSendersFault(t *testing.T) {
	server := uploading(t, web.Upload{Form: 100, Total: 10_000})
	for name, tt := range map[string]struct {
		part formPart
		cut  int // bytes at the end
		want int
	}{
		"breaks off in a file":   {formPart{"f", "a", "half of"}, 60, 422},
		"breaks off in a field":  {formPart{field: "body", value: "half of"}, 60, 422},
		"breaks off at the end":  {formPart{"f", "a", "half of"}, 20, 422},
		"a file cannot be kept":  {formPart{"f", "a", "fourteen bytes"}, 0, 500},
		"nor one without a name": {formPart{"f", "-", "fourteen bytes"}, 0, 500},
	} {
		kind, body := multipartBody(t, tt.part)
		if status, text := postTo(t, server.URL, kind, bytes.NewReader(body[:len(body)-tt.cut])); status != tt.want {
			t.Errorf("%s: got %d %q, want %d", name, status, text, tt.want)
		}
	}
}

func TestAFormWithoutItsClosingBoundaryHasBrokenOff(t *testing.T) {
	kind, body := multipartBody(t, formPart{field: "body", value: "Hello"}, formPart{"f", "a", "half of"})
	read := func(body string) error {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return web.ReadUpload(httptest.NewRecorder(), r, web.Upload{Form: 100, Total: 10_000, Keep: func(_ string, body io.Reader) error {
			_, err := io.Copy(io.Discard, body)
			return err
		}})
	}
	for cut := range len(body) + 1 {
		err := read(string(body[:len(body)-cut]))
		whole := cut == 0 || cut == len("\r\n") // the last line needs no end
		if _, refused := errors.AsType[*web.Error](err); whole != (err == nil) || whole == refused {
			t.Errorf("%d bytes are missing: %v, want only a whole form read", cut, err)
		}
	}
	if err := read(string(body) + "an epilogue"); err != nil {
		t.Errorf("with an epilogue: %v", err)
	}
}

// The head alone is sent: only a server that waits for no body can answer.
func TestAFormThatNamesNoBoundaryIsItsSendersFault(t *testing.T) {
	server := uploading(t, web.Upload{Form: 10, Total: 2_000})
	if status, text := postTo(t, server.URL, "multipart/form-data", strings.NewReader("a=b")); status != http.StatusUnprocessableEntity {
		t.Errorf("got %d %q, want 422", status, text)
	}
}

func TestAnUploadThatIsTooLongIsRefusedBeforeItIsRead(t *testing.T) {
	server := uploading(t, web.Upload{Form: 10, Total: 2_000})
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_, err = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 2001\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 12)
	if _, err := io.ReadFull(conn, head); err != nil || string(head) != "HTTP/1.1 413" {
		t.Errorf("got %q (%v), want 413 at once", head, err)
	}
}

// The server's own patience is over long before the last byte comes.
func TestASlowUploadIsGivenTime(t *testing.T) {
	server := uploading(t, web.Upload{Form: 100, Total: 10_000})
	kind, body := multipartBody(t, formPart{"f", "a.txt", "slow"}, formPart{field: "body", value: "Hello"})
	r, w := io.Pipe()
	go func() {
		for _, b := range body {
			<-time.After(2 * time.Millisecond)
			if _, err := w.Write([]byte{b}); err != nil {
				_ = w.CloseWithError(err)
				return
			}
		}
		_ = w.Close()
	}()
	if status, text := postTo(t, server.URL, kind, r); status != 200 || text != ":a.txt|Hello|" {
		t.Errorf("got %d %q", status, text)
	}
}

func TestOtherFormsStayWithinTheLimitOfAllBodies(t *testing.T) {
	var got error
	server := httptest.NewServer(web.LimitBody(10)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, got = io.ReadAll(r.Body)
	})))
	defer server.Close()
	postTo(t, server.URL, "text/plain", strings.NewReader("eleven byte"))
	var tooLarge *http.MaxBytesError
	if !errors.As(got, &tooLarge) {
		t.Errorf("got %v, want it cut off", got)
	}
}
