package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"signalbox/store/demo"
)

// server is serve under way.
type server struct {
	t      *testing.T
	url    string
	hello  object
	client *http.Client
	stop   func() result
}

// serve starts a server on a free port and waits until it says where it is.
func serve(t *testing.T, data string, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, printed := io.Pipe()
	var errs bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, Env{
			Args:   append([]string{"--json", "serve", "--addr", "127.0.0.1:0", "--data", data}, args...),
			Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: printed, Stderr: &errs,
		})
		_ = printed.Close()
	}()

	line, err := bufio.NewReader(out).ReadString('\n')
	s := &server{t: t, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.stop = func() result {
		cancel()
		return result{code: <-done, out: line, errors: errs.String()}
	}
	if err == nil {
		err = json.Unmarshal([]byte(line), &s.hello)
	}
	if err != nil {
		t.Fatalf("serve printed %q: %v; %+v", line, err, s.stop())
	}
	s.url = s.hello.text("url")
	return s
}

func (s *server) get(path string) (status int, body string) {
	s.t.Helper()
	res, err := s.client.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	read, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(read)
}

// propfind is a request of a method that no router knows.
func (s *server) propfind(path string) *http.Response {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), "PROPFIND", s.url+path, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := s.client.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = res.Body.Close()
	return res
}

func TestServeAnswersAndStopsCleanly(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data)

	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/healthz", http.StatusOK, `{"healthy":true}`},
		{"/readyz", http.StatusOK, `{"ready":true,"reasons":[]}`},
		{"/widget.js", http.StatusOK, ""},
		{"/login", http.StatusOK, "<html"},
		{"/tickets", http.StatusSeeOther, ""},
		{"/demo", http.StatusNotFound, ""},
		{"/setup?key=wrong", http.StatusForbidden, "set-up link"},
	} {
		if status, body := s.get(c.path); status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("GET %s = %d, %.200q; want %d with %q", c.path, status, body, c.status, c.want)
		}
	}

	for path, kind := range map[string]string{"/healthz": "application/json", "/readyz": "application/json", "/login": "text/html; charset=utf-8"} {
		if resp, err := http.Head(s.url + path); err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != kind {
			t.Errorf("HEAD %s = %+v, %v; want 200", path, resp, err)
		}
	}

	refused := s.propfind("/api/conversations/v1/widget/tickets")
	if refused.StatusCode != http.StatusMethodNotAllowed || refused.Header.Get("Access-Control-Allow-Origin") != "*" ||
		!strings.HasPrefix(refused.Header.Get("Content-Type"), "application/json") {
		t.Errorf("PROPFIND of the widget = %+v; want its own 405", refused)
	}

	link := s.hello.text("setup_url")
	if status, body := s.get(strings.TrimPrefix(link, s.url)); link == "" || status != http.StatusOK || !strings.Contains(body, "<form") {
		t.Errorf("GET %s = %d; want the set-up page", link, status)
	}

	other := newShell(t)
	r := other.run("serve", "--addr", strings.TrimPrefix(s.url, "http://"))
	if r.code != exitRefused || !strings.Contains(r.errors, "is already in use") || strings.Count(r.errors, "\n") != 1 {
		t.Errorf("a second server on the same port = %+v", r)
	}

	beside := newShell(t)
	beside.data, beside.stdin = data, "correct horse battery"
	beside.ok("init", "--team", "Acme", "--admin-email", "ada@example.com", "--admin-name", "Ada", "--admin-password-file", "-")
	if status, _ := s.get(strings.TrimPrefix(link, s.url)); status != http.StatusForbidden {
		t.Errorf("the set-up link after init = %d, want 403", status)
	}

	if r := s.stop(); r.code != exitDone || strings.Contains(r.errors, "level=ERROR") {
		t.Errorf("serve ended with %+v", r)
	}
}

func TestAStopBeforeTheServerStandsIsAStop(t *testing.T) {
	told, tell := context.WithCancel(t.Context())
	tell()
	var out, errs bytes.Buffer
	code := run(told, Env{
		Args:   []string{"serve", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data")},
		Getenv: func(string) string { return "" }, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
	})
	if code != exitDone || errs.Len() > 0 {
		t.Errorf("serve = %d, %q, want a clean stop", code, errs.String())
	}
}

func TestServeDemoFillsOnceAndThenOnlyServes(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	s := serve(t, data, "--demo")
	login := s.hello.sub("demo")
	if login["password"] != demo.Password || login["tickets"] != 500.0 || len(login.list("emails")) != 6 {
		t.Errorf("serve --demo printed %v, want the logins", s.hello)
	}
	if _, has := s.hello["setup_url"]; has {
		t.Errorf("serve --demo printed a set-up link: %v", s.hello)
	}
	if status, body := s.get("/demo"); status != http.StatusOK || !strings.Contains(body, login.text("widget_token")) {
		t.Errorf("GET /demo = %d, want the shop with the team's widget", status)
	}
	if r := s.stop(); r.code != exitDone {
		t.Fatalf("serve --demo ended with %+v", r)
	}

	again := serve(t, data, "--demo")
	login = again.hello.sub("demo")
	if login["password"] != demo.Password || login["tickets"] != nil {
		t.Errorf("serve --demo on a filled desk printed %v, want the login alone", again.hello)
	}
	if r := again.stop(); r.code != exitDone {
		t.Errorf("serve --demo ended with %+v", r)
	}
}

func TestAddressesOfThisMachine(t *testing.T) {
	for addr, want := range map[address]bool{
		"127.0.0.1:80": true, "127.9.9.9:80": true, "[::1]:80": true, "localhost:80": true,
		"0.0.0.0:80": false, ":80": false, "[::]:80": false, "10.0.0.1:80": false, "desk.example:80": false,
	} {
		if addr.loopback() != want {
			t.Errorf("%s is loopback: %v, want %v", addr, !want, want)
		}
	}
}
