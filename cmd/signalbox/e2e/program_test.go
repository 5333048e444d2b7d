// Package e2e tests the built program as its users meet it: its commands, its addresses, a real browser.
// It refuses to look inside: only the kill test opens the database, after the program has stopped.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long anything may take on a busy machine before a test calls it broken.
const patience = 60 * time.Second

// binary is the program, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "signalbox-e2e")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()

	binary = filepath.Join(dir, "signalbox")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "signalbox/cmd/signalbox")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build signalbox: %v\n%s", err, out)
		return 1
	}
	defer browser.stop()
	return m.Run()
}

// command runs one command of the program to its end and returns its standard output.
func command(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), binary, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("signalbox %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String()
}

// password is everybody's in these tests.
const password = "correct horse battery"

// newDesk makes a desk with its first admin and returns its data folder and widget token.
func newDesk(t *testing.T) (dir, token string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	out := command(t, password, "init", "--data", dir, "--team", "Northwind",
		"--admin-email", "ada@northwind.example", "--admin-name", "Ada Lindqvist", "--admin-password-file", "-")
	var made struct {
		WidgetToken string `json:"widget_token"`
	}
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.WidgetToken == "" {
		t.Fatalf("init printed %q (%v), want a JSON object with a widget_token", out, err)
	}
	return dir, made.WidgetToken
}

// server is the program, serving.
type server struct {
	url    string
	cmd    *exec.Cmd
	output *output
	done   chan struct{}
}

// output is what the program has printed so far.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// serve starts the program on a free port of the loopback and waits until it is ready.
func serve(t *testing.T, dir string, flags ...string) *server {
	t.Helper()
	addr := freeAddress(t)
	s := &server{url: "http://" + addr, output: &output{}, done: make(chan struct{})}
	s.cmd = exec.Command(binary, append([]string{"serve", "--addr", addr, "--data", dir}, flags...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start the program: %v", err)
	}
	go func() {
		defer close(s.done)
		_ = s.cmd.Wait()
	}()
	t.Cleanup(s.kill)
	s.awaitReady(t)
	return s
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("find a free port: %v", err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().String()
}

func (s *server) awaitReady(t *testing.T) {
	t.Helper()
	eventually(t, "the program is ready", func() bool {
		select {
		case <-s.done:
			t.Fatalf("the program ended:\n%s", s.output.String())
		default:
		}
		resp, err := http.Get(s.url + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// kill ends the program as a power cut would, and returns once it is gone.
func (s *server) kill() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// eventually asks until the answer is yes.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited %s and it is not so: %s", patience, what)
		}
	}
}

func makeFolder(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
