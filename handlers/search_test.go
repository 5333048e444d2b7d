package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signalbox/views"
	"signalbox/workflow/desk"
)

// index brings the search to what is committed, as the server does behind the pages.
func (d builderDesk) index(t *testing.T) {
	t.Helper()
	_, err := d.store.IndexChanges(t.Context())
	check(t, err)
}

func search(text string) string { return "/tickets?" + url.Values{"q": {text}}.Encode() }

func TestASearchShowsWhatItFoundMarkedAndEscaped(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ticket := d.write(t, "My refund <script>alert(1)</script> & parcel")
		d.write(t, "Something else")
		_, err := d.store.ChangeTicket(t.Context(), desk.Agent(1, "Ada"), d.team, ticket.ID, desk.AddMessage{Body: "A later answer without it"})
		check(t, err)
		d.index(t)
		ada := d.signIn(t, "ada@example.com")

		p := ada.open(search("refu* status:open"))
		if got := rowNumbers(p); len(got) != 0 {
			t.Fatalf("status:open found %v, want none", got)
		}
		p = ada.open(search("refu* -status:open"))
		row := p.Find(`[data-ticket="1"]`)
		if got := row.Find("[data-excerpt] mark").Text(); got != "refund" {
			t.Errorf("marked %q, want the word", got)
		}
		if row.Find("script").Length() != 0 || !strings.Contains(row.Find("[data-excerpt]").Text(), "<script>alert(1)</script>") {
			t.Errorf("the customer's words are not shown as they are: %q", row.Text())
		}
		var chips []string
		p.Find(".chips .tag").Each(func(_ int, s *selection) {
			chips = append(chips, s.Text())
			href, _ := s.Find("a").Attr("href")
			if again := ada.open(href); again.status != http.StatusOK || again.Find(".chips .tag").Length() != 1 {
				t.Errorf("%s leaves %d chips, want the other one", href, again.Find(".chips .tag").Length())
			}
		})
		if len(chips) != 2 || !strings.Contains(chips[0], "-status:open") || !strings.Contains(chips[1], "refu") {
			t.Errorf("chips: got %q, want the operator and the word", chips)
		}
	})
}

func TestANumberLeadsToItsTicketOnlyWhenEnterSentIt(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "First")
		_, foreign := d.otherTeam(t)
		ada := d.signIn(t, "ada@example.com")
		for _, text := range []string{"1", "%231", "+%231+"} {
			if p := ada.open("/tickets?go=1&q=" + text); p.at.Path != "/tickets/1" {
				t.Errorf("%s led to %s, want the ticket", text, p.at.Path)
			}
			if p := ada.open("/tickets?q=" + text); p.at.Path != "/tickets" || len(rowNumbers(p)) != 1 {
				t.Errorf("%s without Enter led to %s with %v, want the list of one", text, p.at.Path, rowNumbers(p))
			}
		}
		if foreign.Number != 1 {
			t.Fatal("the other team's ticket has another number")
		}
		for _, text := range []string{"99", "1x", "-1", "99999999999999999999", ""} {
			if p := ada.open("/tickets?go=1&q=" + text); p.at.Path != "/tickets" || p.status != http.StatusOK {
				t.Errorf("%q led to %s with status %d, want a list", text, p.at.Path, p.status)
			}
		}
	})
}

func TestASearchSaysWhatItDoesNotUnderstand(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "color is red")
		d.index(t)
		ada := d.signIn(t, "ada@example.com")
		p := ada.open(search("status:closed color:red"))
		if got := p.Find(".search-hint").Text(); !strings.Contains(got, "status:closed") || !strings.Contains(got, "color:") {
			t.Errorf("hints: got %q, want both named", got)
		}
		for _, text := range []string{`"`, "(((", "NEAR/3 *", "a\x00b", "\xff", strings.Repeat("long ", 2_000), "' OR ''='"} {
			if p := ada.open(search(text)); p.status >= 500 {
				t.Errorf("%.20q answered %d", text, p.status)
			}
			if p := ada.open("/palette?" + url.Values{"q": {text}}.Encode()); p.status >= 500 {
				t.Errorf("the palette answered %.20q with %d", text, p.status)
			}
		}
	})
}

func TestThePaletteFindsTicketsPeopleViewsAndPages(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "Where is my <b>parcel</b>?")
		d.otherTeam(t)
		d.index(t)
		ada := d.signIn(t, "ada@example.com")
		for typed, want := range map[string]string{
			"parcel": "Tickets /tickets/1", "#1": "Tickets /tickets/1", "mira": "People /customers/",
			"breach": "Views /tickets?view=breached", "workfl": "Pages /workflows", "notif": "Pages /notifications",
		} {
			p := ada.fragment(http.MethodGet, "/palette?"+url.Values{"q": {typed}}.Encode(), nil)
			var got []string
			p.Find("#palette-results section a[role=option][data-palette-item]").Each(func(_ int, s *selection) {
				got = append(got, s.Closest("section").AttrOr("aria-label", "")+" "+s.AttrOr("href", ""))
			})
			if !strings.Contains(strings.Join(got, "\n"), want) {
				t.Errorf("%q: got %q, want %q among them", typed, got, want)
			}
			if p.Find("b").Length() != 0 {
				t.Errorf("%q: a customer's markup is not escaped", typed)
			}
		}
		if p := ada.fragment(http.MethodGet, "/palette?q=secret", nil); p.Find("[data-palette-item]").Length() != 0 {
			t.Errorf("the other team's words are found: %q", p.Text())
		}
		if p := d.stranger(t).open("/palette?q=parcel"); p.status != http.StatusSeeOther {
			t.Errorf("a stranger got %d, want the way to sign in", p.status)
		}
	})
}

func TestThePaletteBeginsWithWhatWasNamed(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		d.write(t, "A word for Mira about order 2")
		d.write(t, "Where is my parcel?")
		d.index(t)
		ada := d.signIn(t, "ada@example.com")
		for typed, want := range map[string]string{"mira": "/customers/", "2": "/tickets/2", "#1": "/tickets/1", "word": "", "parc": ""} {
			p := ada.fragment(http.MethodGet, "/palette?"+url.Values{"q": {typed}}.Encode(), nil)
			first, _ := p.Find("[data-palette-item]").Attr("href")
			if named := p.Find("#palette-results[data-named]").Length() == 1; named != (want != "") || !strings.HasPrefix(first, want) {
				t.Errorf("%q begins with %s, named %v; want %q", typed, first, named, want)
			}
		}
	})
}

func TestThePaletteOffersPagesThatItsMemberMayOpen(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		for _, who := range []struct {
			email string
			pages []views.PageName
		}{{"ada@example.com", views.Pages(true)}, {"bob@example.com", views.Pages(false)}} {
			b := d.signIn(t, who.email)
			for _, page := range who.pages {
				if p := b.open(page.Href); p.status != http.StatusOK {
					t.Errorf("%s: %s answered %d", who.email, page.Href, p.status)
				}
			}
			p := b.fragment(http.MethodGet, "/palette?q=settings", nil)
			if got, want := p.Find(`a[href^="/settings"]`).Length() > 0, who.email == "ada@example.com"; got != want {
				t.Errorf("%s is offered settings: got %v, want %v", who.email, got, want)
			}
		}
	})
}
