package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTheInstallPageHasTheDesksAddressEverywhere(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		p, token := d.signIn(t, "ada@example.com").open("/settings/widget/install"), d.widget(t).Token
		for id, want := range map[string]string{
			"#embed":   `<script async src="http://desk.test/widget.js" data-token="` + token + `"></script>`,
			"#contact": "http://desk.test/contact/" + token,
			"#sdk":     "api_host: 'http://desk.test'",
			"#token":   token,
		} {
			if got := p.Find(id).Text(); !strings.Contains(got, want) {
				t.Errorf("%s is %q, want %q in it", id, got, want)
			}
		}
		warning := p.Find("#new-token").Text()
		for _, stops := range []string{"our script", "posthog-js", "contact page", "403"} {
			if !strings.Contains(warning, stops) {
				t.Errorf("the warning does not name %s: %q", stops, warning)
			}
		}
	})
}

func TestASiteWithPostHogsKeyChangesItsAddressAlone(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		const form = `form[action="/settings/widget/install"]`
		p := ada.open("/settings/widget/install")
		p = ada.post("/settings/widget/install", p.filled(t, form, url.Values{"posthog_key": {" phc_Old-1 "}}))
		if got := p.Find("#sdk").Text(); d.widget(t).PostHogKey != "phc_Old-1" || !strings.Contains(got, "posthog.init('phc_Old-1'") {
			t.Errorf("the key is %q, the code %q", d.widget(t).PostHogKey, got)
		}

		for what, key := range map[string]string{"no key": "phc old", "the token": d.widget(t).Token} {
			refused := ada.post("/settings/widget/install", p.filled(t, form, url.Values{"posthog_key": {key}}))
			typed, _ := refused.Find("#posthog_key").Attr("value")
			if refused.status != http.StatusUnprocessableEntity || typed != key || refused.Find("#posthog_key[aria-invalid]").Length() == 0 {
				t.Errorf("%s is answered with %d and the field holds %q", what, refused.status, typed)
			}
		}

		ada.post("/settings/widget/install", p.filled(t, form, url.Values{"posthog_key": {""}}))
		if got := d.widget(t).PostHogKey; got != "" {
			t.Errorf("the key that was removed is %q", got)
		}
	})
}

func TestANewTokenIsMadeOnceForTwoWhoAsk(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada, old := d.signIn(t, "ada@example.com"), d.widget(t).Token
		form := ada.open("/settings/widget/install").filled(t, "#new-token form", nil)
		p := ada.post("/settings/widget/token", form)
		fresh := d.widget(t).Token
		if fresh == old || p.Find("#token").Text() != fresh {
			t.Errorf("the token is %q after %q, the page says %q", fresh, old, p.Find("#token").Text())
		}
		if p := ada.post("/settings/widget/token", form); p.status != http.StatusConflict || d.widget(t).Token != fresh {
			t.Errorf("the second is answered with %d, want 409 and the token as it is", p.status)
		}
	})
}

func TestIdentitySecretsAreMadeRotatedEndedAndRemoved(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		p := ada.open("/settings/widget/identity")
		act := func(name string) {
			p = ada.post("/settings/widget/identity", p.filled(t, `form:has([name="act"][value="`+name+`"])`, nil))
			if p.status != http.StatusOK {
				t.Fatalf("%s is answered with %d: %s", name, p.status, p.Find("#problem").Text())
			}
		}
		act("rotate")
		first := d.widget(t).IdentitySecret
		if len(first) != 64 || p.Find("#secret").Text() != first {
			t.Errorf("the secret is %q, the page shows %q", first, p.Find("#secret").Text())
		}

		stale := p.filled(t, `form:has([value="rotate"])`, nil)
		act("rotate")
		second := d.widget(t)
		if second.PreviousSecret != first || second.IdentitySecret == first || strings.Contains(p.Text(), first) {
			t.Errorf("after rotating the secrets are %v, want the first kept and not shown", second.Secrets())
		}
		if p := ada.post("/settings/widget/identity", stale); p.status != http.StatusConflict || d.widget(t).Secrets() != second.Secrets() {
			t.Errorf("rotating what another has rotated is answered with %d, want 409", p.status)
		}
		act("end-previous")
		if got := d.widget(t); got.PreviousSecret != "" || got.IdentitySecret != second.IdentitySecret {
			t.Errorf("after ending the first the secrets are %v", got.Secrets())
		}
		act("remove")
		if got := d.widget(t); got.IdentitySecret != "" || p.Find("#secret").Length() != 0 {
			t.Errorf("after removing the secrets are %v", got.Secrets())
		}
		if p := ada.post("/settings/widget/identity", url.Values{"act": {"steal"}}); p.status != http.StatusUnprocessableEntity {
			t.Errorf("an unknown act is answered with %d, want 422", p.status)
		}
	})
}
