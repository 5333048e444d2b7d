package main

import (
	"net/http"
	"strings"
	"testing"
)

func TestTokensAreMadeListedRotatedAndRevoked(t *testing.T) {
	sh := readyShell(t)
	key := sh.ok("token", "add", "--name", "Zapier", "--scope", "ticket:write,ticket:read")
	if !strings.HasPrefix(key, "sbx_") || strings.Count(key, "\n") != 1 || strings.ContainsAny(key, " \t") {
		t.Errorf("token add printed %q, want the token alone", key)
	}
	made := sh.object("token", "add", "--name", "Report", "--scope", "ticket:read", "--json")
	if made["id"] != 2.0 || !strings.HasPrefix(made.text("token"), "sbx_") {
		t.Errorf("token add --json = %v", made)
	}
	rotated := sh.ok("token", "rotate", "zapier", "--overlap", "1h")
	if !strings.HasPrefix(rotated, "sbx_") || rotated == key {
		t.Errorf("token rotate printed %q", rotated)
	}
	sh.ok("token", "revoke", "2")

	tokens := objects(t, sh.object("token", "list", "--json").list("tokens"), 2)
	zapier, report := tokens[0], tokens[1]
	keys := objects(t, zapier.list("keys"), 2)
	if zapier["name"] != "Zapier" || zapier["created_by"] != "the command line" || len(zapier.list("scopes")) != 2 {
		t.Errorf("the first token is %v", zapier)
	}
	newest, before := keys[0], keys[1]
	if !strings.HasSuffix(rotated, newest.text("ends_in")+"\n") || newest["works_until"] != nil || before["works_until"] == nil {
		t.Errorf("its keys are %v", keys)
	}
	if report["name"] != "Report" || report["revoked_at"] == nil {
		t.Errorf("the second token is %v, want it revoked", report)
	}
	for i, want := range []string{"rotated", "revoked"} {
		change := objects(t, []object{zapier, report}[i].list("changes"), 1)[0]
		if change["act"] != want || change["by"] != "the command line" {
			t.Errorf("%s was changed like this: %v, want %s by the command line", tokens[i]["name"], change, want)
		}
	}
	out := sh.ok("token", "list")
	for _, secret := range []string{key, rotated, made.text("token")} {
		if strings.Contains(out, strings.TrimSpace(secret)) {
			t.Errorf("token list shows a token: %s", out)
		}
	}
	if !strings.Contains(out, "works until") || !strings.Contains(out, "revoked 2") || !strings.Contains(out, "never") {
		t.Errorf("token list printed\n%s", out)
	}
	for args, want := range map[string]string{
		"token add --name zapier --scope ticket:read": `There is a token "Zapier" already.`,
		"token add --name X --scope ticket:delete":    `"ticket:delete" is not a scope.`,
		"token rotate Report":                         `The team has no token "Report".`,
		"token rotate Zapier --overlap 1000h":         "30 more days at the most",
		"token revoke 2":                              `The team has no token "2".`,
	} {
		if r := sh.run(strings.Fields(args)...); r.code != exitRefused || !strings.Contains(r.errors, want) || strings.Count(r.errors, "\n") != 1 {
			t.Errorf("signalbox %s = %d, %q; want 1 and one line with %q", args, r.code, r.errors, want)
		}
	}
	if r := sh.run("token", "add", "--name", "X"); r.code != exitUsage {
		t.Errorf("token add without a scope = %+v, want wrong usage", r)
	}
}

func TestDigitsAreTheIDOfATokenAndNeverAName(t *testing.T) {
	sh := readyShell(t)
	sh.ok("token", "add", "--name", "2", "--scope", "ticket:read") // has the id 1
	sh.ok("token", "add", "--name", "Report", "--scope", "ticket:read")
	sh.ok("token", "revoke", "2")
	if r := sh.run("token", "revoke", "2"); r.code != exitRefused {
		t.Errorf("a second revoke takes the token that is named like the id: %+v", r)
	}
	tokens := objects(t, sh.object("token", "list", "--json").list("tokens"), 2)
	if tokens[0]["name"] != "2" || tokens[0]["revoked_at"] != nil || tokens[1]["revoked_at"] == nil {
		t.Errorf("after revoking the token 2 there are %v", tokens)
	}
}

func TestTheServerKnowsTheTokensThatCommandsMakeBesideIt(t *testing.T) {
	sh := readyShell(t)
	s := serve(t, sh.data, "--api-per-minute", "0", "--api-per-hour", "3")
	key := strings.TrimSpace(sh.ok("token", "add", "--name", "Zapier", "--scope", "ticket:read"))
	call := func() *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/api/conversations/external/ticket/018f0000-0000-7000-8000-00000000000a", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+key)
		res, err := s.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res
	}
	if res := call(); res.StatusCode != http.StatusNotFound || res.Header.Get("RateLimit-Limit") != "3" {
		t.Errorf("the token is answered with %d, limit %q; want 404 and 3", res.StatusCode, res.Header.Get("RateLimit-Limit"))
	}
	call()
	call()
	if res := call(); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the fourth call of an hour is answered with %d, want 429", res.StatusCode)
	}
	sh.ok("token", "rotate", "Zapier")
	if out := sh.ok("token", "list"); !strings.Contains(out, "not yet; …"+key[len(key)-4:]+" 20") {
		t.Errorf("token list printed %s, want that the key before is in use still", out)
	}
	sh.ok("token", "revoke", "Zapier")
	if res := call(); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the revoked token is answered with %d, want 401", res.StatusCode)
	}
	if status, body := s.get("/api/conversations/external/openapi.json"); status != http.StatusOK || !strings.Contains(body, `"3.1.0"`) {
		t.Errorf("the document is answered with %d", status)
	}
	if r := s.stop(); r.code != exitDone || strings.Contains(r.errors, key) {
		t.Errorf("serve ended with %d; the log must not hold the token", r.code)
	}
}

// objects are the members of a list, which must be want objects.
func objects(t *testing.T, list []any, want int) []object {
	t.Helper()
	var all []object
	for _, v := range list {
		if o, ok := v.(map[string]any); ok {
			all = append(all, o)
		}
	}
	if len(all) != want || len(list) != want {
		t.Fatalf("got %v, want %d objects", list, want)
	}
	return all
}
