package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shell runs commands against one data folder, as a person at a terminal would.
type shell struct {
	t     *testing.T
	data  string
	stdin string
	env   map[string]string
}

func newShell(t *testing.T) *shell {
	t.Helper()
	return &shell{t: t, data: filepath.Join(t.TempDir(), "data"), env: map[string]string{}}
}

// readyShell has a desk with one team and its admin.
func readyShell(t *testing.T) *shell {
	t.Helper()
	sh := newShell(t)
	sh.stdin = "correct horse battery\n"
	sh.ok("init", "--team", "Acme", "--admin-email", "ada@example.com", "--admin-name", "Ada", "--admin-password-file", "-")
	return sh
}

type result struct {
	code        int
	out, errors string
}

func (sh *shell) run(args ...string) result {
	sh.t.Helper()
	var out, errs bytes.Buffer
	code := run(sh.t.Context(), Env{
		Args: args, Stdin: strings.NewReader(sh.stdin), Stdout: &out, Stderr: &errs,
		Getenv: func(name string) string {
			if name == "SIGNALBOX_DATA" {
				return sh.data
			}
			return sh.env[name]
		},
	})
	return result{code, out.String(), errs.String()}
}

// ok runs a command that must succeed and returns what it printed.
func (sh *shell) ok(args ...string) string {
	sh.t.Helper()
	r := sh.run(args...)
	if r.code != exitDone || r.errors != "" {
		sh.t.Fatalf("signalbox %s = %d, %q", strings.Join(args, " "), r.code, r.errors)
	}
	return r.out
}

// object is what a command printed as JSON. A field that is not there reads as nothing.
type object map[string]any

// objectOf is an element of a list that holds objects.
func objectOf(t *testing.T, v any) object {
	t.Helper()
	o, ok := v.(map[string]any)
	if !ok {
		t.Fatalf("got %v, want an object", v)
	}
	return o
}

func (o object) text(name string) string {
	s, _ := o[name].(string)
	return s
}

func (o object) yes(name string) bool {
	b, _ := o[name].(bool)
	return b
}

func (o object) list(name string) []any {
	l, _ := o[name].([]any)
	return l
}

func (o object) sub(name string) object {
	m, _ := o[name].(map[string]any)
	return m
}

// object runs a command that must print one JSON object.
func (sh *shell) object(args ...string) object {
	sh.t.Helper()
	out := sh.ok(args...)
	var v object
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		sh.t.Fatalf("signalbox %s printed %q: %v", strings.Join(args, " "), out, err)
	}
	return v
}

func (sh *shell) file(name, content string) string {
	sh.t.Helper()
	path := filepath.Join(sh.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		sh.t.Fatal(err)
	}
	return path
}

func TestHelpNamesFlagsAndVariables(t *testing.T) {
	sh := newShell(t)
	for _, args := range [][]string{{"help", "serve"}, {"serve", "--help"}} {
		help := sh.ok(args...)
		for _, want := range []string{
			"--addr", "$SIGNALBOX_ADDR", "127.0.0.1:8080", "--trusted-proxy", "$SIGNALBOX_TRUSTED_PROXY",
			"--smtp", "--mail-from", "--webhook-allow", "$SIGNALBOX_WEBHOOK_ALLOW", "--url", "--database", "--data", "./data", "--demo",
		} {
			if !strings.Contains(help, want) {
				t.Errorf("%v does not mention %s:\n%s", args, want, help)
			}
		}
	}
	for _, args := range [][]string{{"help"}, {"--help"}} {
		help := sh.ok(args...)
		for _, want := range []string{"serve", "init", "demo", "team add", "role members", "widget set", "workflow apply", "migrate", "version"} {
			if !strings.Contains(help, want) {
				t.Errorf("%v does not mention %s:\n%s", args, want, help)
			}
		}
	}
}

func TestVersionIsPrinted(t *testing.T) {
	if out := newShell(t).ok("version"); !strings.HasPrefix(out, "signalbox ") {
		t.Errorf("version = %q", out)
	}
	if v := newShell(t).object("version", "--json"); v["go"] == "" {
		t.Errorf("version --json = %v", v)
	}
}

func TestWrongUsageIsTwo(t *testing.T) {
	for _, c := range []struct {
		args string
		want string
	}{
		{"nonsense", "unexpected argument nonsense"},
		{"help nonsense", `no command "nonsense"`},
		{"serve --adr x", "unknown flag --adr"},
		{"serve --addr nonsense", `"nonsense" is not an address`},
		{"serve --addr 127.0.0.1:99999", "is not an address"},
		{"serve --url ftp://x", `"ftp://x" is not the address of a site`},
		{"serve --url https://x/path", "is not the address of a site"},
		{"serve --smtp https://u:secret@x", "this is not a mail server"},
		{"serve --trusted-proxy 10.0.0.0/8,x", `"x" is not a network`},
		{"serve --webhook-allow 10.0.0.0/8,x", `"x" is not a network`},
		{"serve --api-per-minute=-1", `"-1" is not a limit`},
		{"serve --api-per-hour=x", `"x" is not a limit`},
		{"serve --widget-team-writes=-5", `"-5" is not a limit`},
		{"serve --mail-from Desk<desk@x.test>", "is not an email address"},
		{"init --team A", "missing flags"},
		{"team add", "missing flags: --name"},
		{"user list --team x", "--team"},
		{"role add", "expected"},
		{"widget set --identity-secret mine", `give it "new"`},
		{"workflow apply", "expected"},
		{"team add --name a\xffb", "is not valid UTF-8"},
	} {
		sh := newShell(t)
		r := sh.run(strings.Fields(c.args)...)
		if r.code != exitUsage || !strings.Contains(r.errors, c.want) || strings.Count(r.errors, "\n") != 1 {
			t.Errorf("signalbox %s = %d, %q; want 2 and one line with %q", c.args, r.code, r.errors, c.want)
		}
		if strings.Contains(r.errors, "secret@") {
			t.Errorf("signalbox %s shows the password: %q", c.args, r.errors)
		}
		if _, err := os.Stat(sh.data); err == nil {
			t.Errorf("signalbox %s made a data folder", c.args)
		}
	}
}

func TestVariablesStandForFlags(t *testing.T) {
	sh := newShell(t)
	sh.stdin = "correct horse battery"
	sh.env = map[string]string{
		"SIGNALBOX_TEAM": "Acme", "SIGNALBOX_ADMIN_EMAIL": "ada@example.com", "SIGNALBOX_ADMIN_NAME": "Ada",
		"SIGNALBOX_ADMIN_PASSWORD_FILE": "-",
	}
	sh.ok("init")
	sh.env = map[string]string{"SIGNALBOX_JSON": "true", "SIGNALBOX_TEAM": "1"}
	if users := sh.object("user", "list").list("users"); len(users) != 1 {
		t.Errorf("users = %v, want the admin", users)
	}
	if r := sh.run("user", "list", "--team", "2"); r.code != exitRefused {
		t.Errorf("the variable won over the flag: %+v", r)
	}
}
