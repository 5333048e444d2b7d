package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestATokenIsShownOnceRotatedAndRevoked(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		p := ada.post("/settings/tokens", url.Values{"name": {"Zapier"}, "scope": {"ticket:read", "ticket:write"}})
		key := strings.TrimSpace(p.Find("#made pre").Text())
		token, err := d.store.TokenByKey(t.Context(), key)
		check(t, err)
		if p.status != http.StatusOK || token.Name != "Zapier" || !token.Allows(desk.WriteTickets) || p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("making it: %d, Cache-Control %q, the key opens %+v", p.status, p.header.Get("Cache-Control"), token)
		}
		item := "#token-" + numberText(token.ID)
		if again := ada.open("/settings/tokens"); strings.Contains(again.Text(), key) || !strings.Contains(again.Find(item).Text(), "Ada") {
			t.Errorf("the list says %q, want who made it and no key", again.Find(item).Text())
		}
		newest, _ := p.Find(item + ` [name="newest"]`).Attr("value")
		rotate := url.Values{"newest": {newest}, "overlap_hours": {"1"}}
		p = ada.post("/settings/tokens/"+numberText(token.ID)+"/rotate", rotate)
		next := strings.TrimSpace(p.Find("#made pre").Text())
		for _, k := range []string{key, next} {
			_, err := d.store.TokenByKey(t.Context(), k)
			check(t, err)
		}
		if p.Find(item+" .token-key").Length() != 2 || next == key {
			t.Errorf("after rotating, the token has %d keys, want 2", p.Find(item+" .token-key").Length())
		}
		if p := ada.post("/settings/tokens/"+numberText(token.ID)+"/rotate", rotate); p.status != http.StatusConflict {
			t.Errorf("rotating again from the same page is answered with %d, want 409", p.status)
		}
		p = ada.post("/settings/tokens/"+numberText(token.ID)+"/revoke", url.Values{})
		if p.at.Path != "/settings/tokens" || !strings.Contains(p.Find(item).Text(), "Revoked") || p.Find(item+" form").Length() != 0 ||
			!strings.Contains(p.Find(item).Text(), "rotated by Ada") || !strings.Contains(p.Find(item).Text(), "revoked by Ada") {
			t.Errorf("after revoking, %s says %q", p.at.Path, p.Find(item).Text())
		}
		if _, err := d.store.TokenByKey(t.Context(), next); !desk.IsKind(err, desk.Unauthenticated) {
			t.Errorf("the revoked key: %v", err)
		}
	})
}

func TestARefusedTokenKeepsWhatWasTyped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		p := ada.post("/settings/tokens", url.Values{"name": {"Zapier"}})
		if name, _ := p.Find(`[name="name"]`).Attr("value"); p.status != http.StatusUnprocessableEntity || name != "Zapier" || p.Find("#refused").Length() != 1 {
			t.Errorf("without a scope: %d, name %q", p.status, name)
		}
		ada.post("/settings/tokens", url.Values{"name": {"Zapier"}, "scope": {"ticket:write"}})
		p = ada.post("/settings/tokens", url.Values{"name": {"zapier"}, "scope": {"ticket:write"}})
		if p.status != http.StatusConflict || p.Find(`[value="ticket:write"][checked]`).Length() != 1 || p.Find("#made").Length() != 0 {
			t.Errorf("the same name: %d", p.status)
		}
		for _, overlap := range []string{"", "-1", "721", "x"} {
			if p := ada.post("/settings/tokens/1/rotate", url.Values{"overlap_hours": {overlap}}); p.status != http.StatusUnprocessableEntity {
				t.Errorf("an overlap of %q hours is answered with %d, want 422", overlap, p.status)
			}
		}
	})
}

func TestTokensAreForTheAdminsOfTheirTeam(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		if p := bob.open("/settings/tokens"); p.status != http.StatusForbidden {
			t.Errorf("an agent is answered with %d, want 403", p.status)
		}
		if p := bob.post("/settings/tokens", url.Values{"name": {"Mine"}, "scope": {"ticket:read"}}); p.status != http.StatusForbidden {
			t.Errorf("an agent's token is answered with %d, want 403", p.status)
		}
		team, _ := d.otherTeam(t)
		id, key := d.tokenOf(t, team)
		ada := d.signIn(t, "ada@example.com")
		for _, action := range []string{"rotate", "revoke"} {
			p := ada.post("/settings/tokens/"+numberText(id)+"/"+action, url.Values{"newest": {key[len(key)-4:]}, "overlap_hours": {"0"}})
			if p.status != http.StatusNotFound {
				t.Errorf("to %s another team's token is answered with %d, want 404", action, p.status)
			}
		}
		_, err := d.store.TokenByKey(t.Context(), key)
		check(t, err)
	})
}

func (d builderDesk) tokenOf(t *testing.T, team int64) (id int64, key string) {
	t.Helper()
	id, key, err := d.store.AddToken(t.Context(), desk.Agent(1, "Ann"), store.NewToken{TeamID: team, Name: "Theirs", Scopes: desk.Scopes()})
	check(t, err)
	return id, key
}
