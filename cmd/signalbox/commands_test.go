package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/web"
)

const assignFile = `{"name":"Assign","trigger":{"events":[{"event":"$conversation_ticket_created"}]},
	"steps":[{"type":"update_ticket","ticket_id":"{event.properties.ticket_id}","assignee":{"role":"Support"}}]}`

func TestInitMakesADeskThatTheAdminCanSignInTo(t *testing.T) {
	sh := newShell(t)
	sh.stdin = "correct horse battery\n"
	made := sh.object("init", "--team", "Acme", "--admin-email", "Ada@Example.com", "--admin-name", "Ada", "--admin-password-file", "-")
	if made["team_id"] != 1.0 || made["widget_token"] == "" || len(made) != 2 {
		t.Errorf("init printed %v, want team_id 1 and a widget_token", made)
	}
	info, err := os.Stat(sh.data)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("data folder: %v, %v; want it for its owner alone", info.Mode(), err)
	}

	s, err := store.Open(t.Context(), store.Config{Dir: sh.data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	found, err := s.Credentials(t.Context(), "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := web.NewPasswords().Check(t.Context(), found.PasswordHash, "correct horse battery"); !ok || err != nil {
		t.Errorf("the admin's password does not sign in: %v, %v", ok, err)
	}
	if m, err := s.Member(t.Context(), 1, found.User.ID); err != nil || !m.Admin {
		t.Errorf("Member = %+v, %v; want an admin", m, err)
	}

	widget := sh.object("widget", "show")
	if widget["widget_token"] != made["widget_token"] || !widget.yes("enabled") || len(widget.list("domains")) != 0 {
		t.Errorf("widget after init = %v, want it on for all sites", widget)
	}
	if out := sh.object("workflow", "list", "--json"); len(out.list("workflows")) != 0 {
		t.Errorf("workflows after init = %v, want none", out)
	}
}

func TestTeamsUsersAndRoles(t *testing.T) {
	sh := readyShell(t)
	added := sh.object("user", "add", "--email", "ben@example.com", "--name", "Ben", "--json")
	if added["user_id"] != 2.0 || len(added.text("password")) < web.MinPassword {
		t.Errorf("user add = %v, want id 2 and a password", added)
	}
	sh.stdin = "another password"
	if out := sh.ok("user", "add", "--email", "cy@example.com", "--name", "Cy", "--admin", "--password-file", "-"); out != "3\n" {
		t.Errorf("user add with a password printed %q, want the id alone", out)
	}
	if out := sh.ok("role", "add", "Support", "--member", "ben@example.com", "--member", "ada@example.com"); out != "1\n" {
		t.Errorf("role add printed %q, want the id", out)
	}
	got := sh.object("role", "list", "--json")["roles"]
	want := []any{map[string]any{"id": 1.0, "name": "Support", "members": []any{"ada@example.com", "ben@example.com"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("role list (-want +got):\n%s", diff)
	}
	members := sh.object("role", "members", "support", "--add", "cy@example.com", "--remove", "ada@example.com", "--json")["members"]
	if diff := cmp.Diff([]any{"ben@example.com", "cy@example.com"}, members); diff != "" {
		t.Errorf("role members (-want +got):\n%s", diff)
	}

	sh.ok("user", "set-password", "--email", "ben@example.com", "--password-file", "-")
	sh.ok("user", "disable", "--email", "ben@example.com")
	if out := sh.ok("user", "list"); !strings.Contains(out, "disabled") || !strings.Contains(out, "cy@example.com") {
		t.Errorf("user list printed %q", out)
	}
	sh.ok("user", "enable", "ben@example.com")
	if out := sh.ok("user", "list"); strings.Contains(out, "disabled") {
		t.Errorf("after user enable, user list printed %q", out)
	}
	sh.ok("user", "disable", "ben@example.com")
	if out := sh.ok("user", "list"); !strings.Contains(out, "disabled") {
		t.Errorf("after user disable with a bare address, user list printed %q", out)
	}
	for _, args := range [][]string{{"user", "disable"}, {"user", "enable", "ben@example.com", "--email", "cy@example.com"}} {
		if r := sh.run(args...); r.code != exitUsage {
			t.Errorf("signalbox %s = %+v, want wrong usage", strings.Join(args, " "), r)
		}
	}

	if second := sh.object("team", "add", "--name", "Second"); second["team_id"] != 2.0 || second["widget_token"] == "" {
		t.Errorf("team add = %v", second)
	}
	if teams := sh.object("team", "list", "--json").list("teams"); len(teams) != 2 {
		t.Errorf("team list = %v", teams)
	}
	joined := sh.object("user", "add", "--team", "2", "--email", "ada@example.com", "--name", "Ada", "--json")
	if diff := cmp.Diff(object{"user_id": 1.0}, joined); diff != "" {
		t.Errorf("a known user joins (-want +got):\n%s", diff)
	}
}

func TestWidgetSetChangesWhatIsGiven(t *testing.T) {
	sh := readyShell(t)
	first := sh.object("widget", "set", "--domains", "a.example,*.b.example", "--no-enabled", "--identity-secret", "new", "--greeting", "Hi", "--require-email")
	if diff := cmp.Diff([]any{"a.example", "*.b.example"}, first["domains"]); diff != "" {
		t.Errorf("domains (-want +got):\n%s", diff)
	}
	if first.yes("enabled") || first["greeting"] != "Hi" || !first.yes("require_email") || len(first.text("identity_secret")) != 64 {
		t.Errorf("widget set = %v", first)
	}

	second := sh.object("widget", "set", "--enabled", "--identity-secret", "new")
	if !second.yes("enabled") || second["greeting"] != "Hi" || second["previous_identity_secret"] != first["identity_secret"] {
		t.Errorf("widget set again = %v, want the rest kept and the secret before still valid", second)
	}

	third := sh.object("widget", "set", "--identity-secret", "", "--domains", "", "--token", "new", "--no-require-email")
	if _, has := third["identity_secret"]; has || len(third.list("domains")) != 0 || third["widget_token"] == first["widget_token"] {
		t.Errorf("widget set to nothing = %v", third)
	}
}

func TestWidgetSetTakesEverySettingAndRefusesWhatThePageWould(t *testing.T) {
	sh := readyShell(t)
	set := sh.object("widget", "set", "--title", "Ask", "--color", "#123abc", "--position", "top_left", "--theme", "dark",
		"--language", "de", "--text", "de.send=Ab, damit=los", "--text", "ar.title=مرحبا", "--no-ask-email", "--sound", "--no-attachments")
	for name, want := range map[string]any{
		"title": "Ask", "color": "#123abc", "position": "top_left", "theme": "dark", "language": "de", "ask_email": false,
		"sound": true, "attachments": false,
		"strings": map[string]any{"de": map[string]any{"send": "Ab, damit=los"}, "ar": map[string]any{"title": "مرحبا"}},
	} {
		if diff := cmp.Diff(want, set[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if shown := sh.object("widget", "show"); !cmp.Equal(shown, set) {
		t.Errorf("widget show = %v, want what set printed, %v", shown, set)
	}

	secret := sh.object("widget", "set", "--identity-secret", "new")
	ended := sh.object("widget", "set", "--identity-secret", "new", "--end-previous-secret")
	if _, has := ended["previous_identity_secret"]; has || ended["identity_secret"] == secret["identity_secret"] {
		t.Errorf("after ending the secret before: %v", ended)
	}
	for _, args := range [][]string{
		{"--color", "red"},
		{"--position", "middle"},
		{"--theme", "pink"},
		{"--language", "tlh"},
		{"--text", "de.nope=a"},
		{"--end-previous-secret"},
	} {
		if r := sh.run(append([]string{"widget", "set"}, args...)...); r.code != exitRefused || r.errors == "" {
			t.Errorf("widget set %v: %+v, want it refused with a reason", args, r)
		}
	}
}

func TestWorkflowsFromFiles(t *testing.T) {
	sh := readyShell(t)
	file := sh.file("assign.json", assignFile)
	if r := sh.run("workflow", "validate", file); r.code != exitRefused || !strings.Contains(r.errors, `The role "Support" does not exist`) {
		t.Errorf("validate without the role = %+v", r)
	}
	sh.ok("workflow", "apply", file)
	if r := sh.run("workflow", "apply", "--publish", file); r.code != exitRefused || !strings.Contains(r.errors, `The role "Support" does not exist`) {
		t.Errorf("publish without the role = %+v", r)
	}
	sh.ok("role", "add", "Support")
	sh.ok("workflow", "validate", file)

	id := strings.TrimSpace(sh.ok("workflow", "apply", "--publish", file))
	sh.stdin = assignFile
	if again := strings.TrimSpace(sh.ok("workflow", "apply", "--publish", "-")); again != id {
		t.Errorf("apply printed %s, then %s: it made a second workflow", id, again)
	}
	got := sh.object("workflow", "list", "--json")["workflows"]
	want := []any{map[string]any{
		"id": id, "name": "Assign", "position": 1.0, "enabled": true, "version": 1.0, "draft_differs": false,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("workflow list (-want +got):\n%s", diff)
	}

	exported := sh.ok("workflow", "export", "Assign")
	if byID := sh.ok("workflow", "export", id); byID != exported {
		t.Errorf("export by id differs from export by name:\n%s\n%s", byID, exported)
	}
	copied := sh.file("copy.json", exported)
	if again := strings.TrimSpace(sh.ok("workflow", "apply", copied)); again != id {
		t.Errorf("what was exported is applied as %s, want %s", again, id)
	}
	if diff := cmp.Diff(want, sh.object("workflow", "list", "--json")["workflows"]); diff != "" {
		t.Errorf("the round trip changed the workflow (-want +got):\n%s", diff)
	}
}

func TestFilesAreAppliedTogetherOrNotAtAll(t *testing.T) {
	sh := readyShell(t)
	const stop = `{"name":"Good","trigger":{"events":["$conversation_ticket_created"]},"steps":[{"type":"stop"}]}`
	good := sh.file("good.json", stop)
	for what, step := range map[string]string{
		"an empty group": `{"type":"if","branches":[{"when":{"all":[]},"steps":[]}]}`,
		"a bad pattern":  `{"type":"if","branches":[{"when":{"all":[{"left":"event.properties.n","op":"regex","value":"(?=a)"}]},"steps":[]}]}`,
	} {
		bad := sh.file("bad.json", strings.Replace(stop, `{"type":"stop"}`, step, 1))
		for _, flags := range [][]string{nil, {"--publish"}} {
			r := sh.run(append([]string{"workflow", "apply", good, bad}, flags...)...)
			if r.code != exitRefused || !strings.Contains(r.errors, "bad.json: step") {
				t.Errorf("%s, %q: %+v, want it refused with its file", what, flags, r)
			}
		}
	}
	if got := sh.object("workflow", "list", "--json").list("workflows"); len(got) != 0 {
		t.Errorf("refused files left %v", got)
	}
}

func TestValidateNeedsNoDesk(t *testing.T) {
	sh := newShell(t)
	sh.ok("workflow", "validate", sh.file("assign.json", assignFile))
	if _, err := os.Stat(sh.data); err == nil {
		t.Error("validate made a data folder")
	}
}

func TestMigrateChecks(t *testing.T) {
	sh := readyShell(t)
	sh.ok("migrate", "--check")
	sh.ok("migrate")

	empty := newShell(t)
	if err := os.Mkdir(empty.data, 0o700); err != nil {
		t.Fatal(err)
	}
	if r := empty.run("migrate", "--check"); r.code != exitRefused || !strings.Contains(r.errors, "at version 0") {
		t.Errorf("migrate --check of an empty folder = %+v", r)
	}
	if v := empty.object("migrate", "--json"); v["from"] != 0.0 || v["to"] == 0.0 {
		t.Errorf("migrate --json = %v", v)
	}
	empty.ok("migrate", "--check")
}

func TestRefusalsAreOneLineAndOne(t *testing.T) {
	ready := readyShell(t)
	ready.ok("role", "add", "Support")
	blocked := newShell(t)
	blocked.data = filepath.Join(ready.file("file", ""), "data")
	password := ready.file("password", "correct horse battery")
	broken := ready.file("broken.json", `{"name":"x","stepz":[]}`)

	for _, c := range []struct {
		sh   *shell
		args string
		want string
	}{
		{ready, "init --team B --admin-email b@example.com --admin-name B --admin-password-file " + password, "This desk has users already."},
		{newShell(t), "init --team B --admin-email b@example.com --admin-name B --admin-password-file -", "Choose one of at least 10."},
		{newShell(t), "init --team B --admin-email b@example.com --admin-name B --admin-password-file missing.txt", "missing.txt: no such file"},
		{blocked, "demo", "cannot be made"},
		{newShell(t), "team list", "There is no data folder"},
		{newShell(t), "migrate --check", "There is no data folder"},
		{newShell(t), "team list --database mysql://x", "is not one of PostgreSQL"},
		{newShell(t), "team list --database postgres://u:hidden@127.0.0.1:1/x", "cannot be reached"},
		{ready, "demo", "This desk has users already."},
		{newShell(t), "serve --demo --addr 0.0.0.0:0", "on a loopback address only"},
		{newShell(t), "serve --demo --addr :0", "on a loopback address only"},
		{newShell(t), "serve --addr 192.0.2.1:0", "is not an address of this machine"},
		{blocked, "serve --addr 127.0.0.1:0", "cannot be made"},
		{ready, "user list --team 7", "There is no team 7."},
		{ready, "user add --email ada@example.com --name Ada", "is in this team already."},
		{ready, "user add --email nonsense --name Ada", "is not an email address."},
		{ready, "user set-password --email zed@example.com --password-file -", "There is no user zed@example.com"},
		{ready, "user set-password --email ada@example.com --password-file -", "Choose one of at least 10."},
		{ready, "user disable --email zed@example.com", "There is no user zed@example.com"},
		{ready, "role add support", `There is a role "Support" already.`},
		{ready, "role add New --member zed@example.com", "There is no user zed@example.com"},
		{ready, "role members Nope", `The team has no role "Nope".`},
		{ready, "widget set --domains a!b", "is not a domain."},
		{ready, "workflow export Nope", `There is no workflow "Nope".`},
		{ready, "workflow validate " + broken, `unknown field "stepz"`},
		{ready, "workflow apply " + broken, `unknown field "stepz"`},
	} {
		c.sh.stdin = "short"
		r := c.sh.run(strings.Fields(c.args)...)
		if r.code != exitRefused || !strings.Contains(r.errors, c.want) || strings.Count(r.errors, "\n") != 1 {
			t.Errorf("signalbox %s = %d, %q; want 1 and one line with %q", c.args, r.code, r.errors, c.want)
		}
		if strings.Contains(r.errors, "hidden") {
			t.Errorf("signalbox %s shows the password: %q", c.args, r.errors)
		}
	}
}

func TestSeveralTeamsMustBeChosenBetween(t *testing.T) {
	sh := readyShell(t)
	sh.ok("team", "add", "--name", "Second")
	r := sh.run("widget", "show")
	if r.code != exitRefused || !strings.Contains(r.errors, "1 (Acme), 2 (Second)") {
		t.Errorf("widget show = %+v, want both teams named", r)
	}
	if w := sh.object("widget", "show", "--team", "2"); w["team_id"] != 2.0 {
		t.Errorf("widget show --team 2 = %v", w)
	}
}

func TestAKnownUserKeepsTheirPassword(t *testing.T) {
	sh := readyShell(t)
	sh.ok("team", "add", "--name", "Second")
	sh.stdin = "quite another password"
	add := []string{"user", "add", "--email", "Ada@example.com", "--name", "Ada", "--team", "2"}
	r := sh.run(append(add, "--password-file", "-")...)
	if r.code != exitRefused || !strings.Contains(r.errors, "keeps their password") || strings.Count(r.errors, "\n") != 1 {
		t.Errorf("with a password: %+v, want a refusal", r)
	}
	if out := sh.ok("user", "list", "--team", "2"); strings.Contains(out, "ada") {
		t.Errorf("after the refusal the team has %q", out)
	}
	if out := sh.ok(add...); out != "1\n" {
		t.Errorf("without one: %q, want the id alone", out)
	}
}
