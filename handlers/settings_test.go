package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/store"
)

func TestAnAdminHasNoSayOverUsersOfOtherTeams(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		team, _ := d.otherTeam(t)
		victim, err := d.store.AddUser(t.Context(), store.NewUser{TeamID: team, Email: "victim@example.com", Name: "Secret Name"})
		check(t, err)
		ada := d.signIn(t, "ada@example.com")
		p := ada.post("/settings/team", url.Values{"name": {"X"}, "email": {"victim@example.com"}, "password": {password}})
		if p.status != http.StatusConflict || strings.Contains(p.Text(), "Secret Name") {
			t.Errorf("adding another team's user is answered with %d, want 409 without their name", p.status)
		}
		if p := ada.post("/settings/team/"+numberText(victim)+"/remove", url.Values{}); p.status != http.StatusNotFound {
			t.Errorf("removing another team's user is answered with %d, want 404", p.status)
		}
		if m, err := d.store.Member(t.Context(), team, victim); err != nil || m.Disabled {
			t.Errorf("the other team's user is %+v, %v, want them untouched", m, err)
		}
	})
}

func TestARemovedMemberIsOutOfTheTeamAlone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		team, _ := d.otherTeam(t)
		bob, err := d.store.UserByEmail(t.Context(), "bob@example.com")
		check(t, err)
		_, err = d.store.AddUser(t.Context(), store.NewUser{TeamID: team, Email: "bob@example.com", Name: "Bob"})
		check(t, err)
		browser := d.signIn(t, "bob@example.com")

		ada := d.signIn(t, "ada@example.com")
		ada.post("/settings/team/"+numberText(bob.ID)+"/remove", url.Values{})
		if p := browser.open("/tickets"); p.at.Path != "/login" {
			t.Errorf("a removed member sees %s, want the login", p.at.Path)
		}
		if _, err := d.store.Member(t.Context(), team, bob.ID); err != nil {
			t.Errorf("the member of the other team: %v, want them to stay", err)
		}
		me, err := d.store.UserByEmail(t.Context(), "ada@example.com")
		check(t, err)
		if p := ada.post("/settings/team/"+numberText(me.ID)+"/remove", url.Values{}); p.status != http.StatusConflict {
			t.Errorf("removing the last admin is answered with %d, want 409", p.status)
		}
	})
}

func TestSettingsAddMembersRolesAndSites(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		p := ada.post("/settings/team", url.Values{"name": {"Cleo"}, "email": {"cleo@example.com"}, "password": {password}})
		if !strings.Contains(p.Text(), "cleo@example.com") {
			t.Errorf("the new member is not listed (status %d)", p.status)
		}
		if p := ada.post("/settings/team", url.Values{"name": {"Dan"}, "email": {"dan@example.com"}, "password": {"short"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a short password is answered with %d, want 422", p.status)
		}
		ada.post("/settings/roles", url.Values{"name": {"Support"}})
		if p := ada.post("/settings/roles", url.Values{"name": {"Support"}}); p.status != http.StatusConflict {
			t.Errorf("a role of the same name is answered with %d, want 409", p.status)
		}
		p = ada.post("/settings/roles/1/members", url.Values{"user": {"2"}})
		if !strings.Contains(p.Find("#role-1 .people").Text(), "Bob") {
			t.Errorf("Bob is not in the role: %q", p.Find("#role-1").Text())
		}
		p = ada.post("/settings/widget", url.Values{"enabled": {"on"}, "domains": {"https://shop.example.com/cart\n*.b.example"}})
		if got := p.Find(`textarea[name="domains"]`).Text(); strings.TrimSpace(got) != "shop.example.com\n*.b.example" {
			t.Errorf("the sites are %q", got)
		}
	})
}
