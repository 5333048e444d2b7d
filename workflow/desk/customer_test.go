package desk_test

import (
	"strings"
	"testing"
	"time"

	"signalbox/workflow/desk"
)

func TestOnlyAnAddressOfACompanyHasACompany(t *testing.T) {
	for email, want := range map[string]string{
		"":                        "",
		"mira":                    "",
		"mira@gmail.com":          "",
		"mira@yahoo.co.uk":        "",
		"mira@gmx.net":            "",
		"mira@web.de":             "",
		"mira@northwind.example":  "northwind.example",
		"mira@eu.gmail.example":   "eu.gmail.example",
		"mira@outlook-sports.com": "outlook-sports.com",
	} {
		if got := desk.CompanyOf(desk.DomainOf(email)); got != want {
			t.Errorf("%s: got company %q, want %q", email, got, want)
		}
	}
}

func TestABlockedSenderIsRefusedWithoutBeingToldWhy(t *testing.T) {
	if err := (desk.Sender{}).Check(); err != nil {
		t.Errorf("got %v, want nothing against a sender that nobody blocked", err)
	}
	err := desk.Sender{BlockedAt: time.Unix(1, 0)}.Check()
	if !desk.IsKind(err, desk.Forbidden) || strings.Contains(err.Error(), "block") {
		t.Errorf("got %v, want a neutral refusal", err)
	}
}

func TestWhichChangesWrite(t *testing.T) {
	for _, c := range []struct {
		change desk.Change
		want   bool
	}{
		{desk.AddMessage{}, true},
		{desk.MarkRead{}, false},
		{desk.All{desk.MarkRead{}, desk.AddMessage{}}, true},
		{desk.All{desk.SetStatus{To: desk.Open}}, false},
	} {
		if got := desk.Writes(c.change); got != c.want {
			t.Errorf("%#v: got %t, want %t", c.change, got, c.want)
		}
	}
}
