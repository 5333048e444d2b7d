package views

import (
	"time"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

func someTokens() TokensPage {
	now, hour := noon(), time.Hour
	ago := func(d time.Duration) ui.Time { return Clock(now.Add(-d), now, time.UTC) }
	page := TokensPage{
		Shell: settingsShell(),
		Made:  &MadeToken{Name: "Billing sync", Key: "sbx_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", Before: ago(-24 * hour)},
		Tokens: []TokenRow{
			{ID: 1, Name: "Billing sync", Scopes: desk.Scopes(), CreatedBy: "Ada Lindqvist", CreatedAt: ago(50 * hour), Keys: []TokenKey{
				{Hint: "DEFG"},
				{Hint: "x9y8", Used: true, Last: ago(4 * time.Minute), Ends: true, Until: ago(-24 * hour)},
			}, Changes: []TokenChange{{desk.TokenRotated, "Bob", ago(30 * hour)}, {desk.TokenRotated, hostile()[3], ago(hour)}}},
			{ID: 2, Name: hostile()[3], Scopes: []desk.Scope{desk.ReadTickets}, CreatedBy: "the command line", CreatedAt: ago(hour), Keys: []TokenKey{{Hint: "a1b2"}}},
			{ID: 3, Name: "Old report", Scopes: []desk.Scope{desk.ReadTickets}, CreatedBy: hostile()[3], CreatedAt: ago(900 * hour), Revoked: true, Changes: []TokenChange{{desk.TokenRevoked, "Ada Lindqvist", ago(3 * hour)}}},
		},
		Form:     TokenForm{Name: "Billing", Scopes: []desk.Scope{desk.WriteTickets}, Problem: `There is a token "Billing" already. Choose another name, or rotate it.`},
		Problem:  "The token of Billing sync has a new key since you looked. See whether you need another.",
		Example:  "curl -H 'Authorization: Bearer sbx_…' https://desk.example/api/conversations/external/ticket/TICKET_ID",
		Document: APIDocumentPath,
	}
	page.Tokens[0].StillShown()
	return page
}

func noTokens() TokensPage {
	return TokensPage{Shell: settingsShell(), Form: TokenForm{Scopes: []desk.Scope{desk.ReadTickets}}, Document: APIDocumentPath}
}
