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

func TestWhoSaysWhatOfACustomer(t *testing.T) {
	const name, email = "Ada", "ada@example.com"
	for _, c := range []struct {
		what                string
		known               desk.Introduction
		name, email         string
		wantName, wantEmail string
	}{
		{"nobody knows them", desk.Introduction{}, name, email, name, email},
		{"a stranger adds", desk.Introduction{Name: name}, "Mallory", email, name, email},
		{"a stranger changes nothing", desk.Introduction{Name: name, Email: email}, "Mallory", "m@example.com", name, email},
		{"nor adds to who is signed", desk.Introduction{Name: name, Signed: true}, "Mallory", email, name, ""},
		{"who is signed changes it", desk.Introduction{Name: "A.", Email: "a@example.com", Signed: true, Self: true}, name, email, name, email},
		{"and takes nothing away", desk.Introduction{Name: name, Email: email, Signed: true, Self: true}, "", "", name, email},
	} {
		if gotName, gotEmail := c.known.Take(c.name, c.email); gotName != c.wantName || gotEmail != c.wantEmail {
			t.Errorf("%s: got %q %q, want %q %q", c.what, gotName, gotEmail, c.wantName, c.wantEmail)
		}
	}
}
