package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/views/ui"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) showTokens(w http.ResponseWriter, r *http.Request) error {
	return h.tokensPage(w, r, http.StatusOK, views.TokensPage{Form: views.TokenForm{Scopes: []desk.Scope{desk.ReadTickets}}})
}

// addToken answers with the page itself and no redirect: the key is in this one answer and nowhere else, neither in a
// session nor in an address.
func (h *Handlers) addToken(w http.ResponseWriter, r *http.Request) error {
	form := views.TokenForm{Name: r.PostFormValue("name")}
	for _, s := range r.PostForm["scope"] {
		form.Scopes = append(form.Scopes, desk.Scope(s))
	}
	_, key, err := h.Store.AddToken(r.Context(), h.actor(r), store.NewToken{TeamID: h.member(r).TeamID, Name: form.Name, Scopes: form.Scopes})
	if err != nil {
		status, message, fault := refusal(err)
		if fault != nil {
			return fault
		}
		form.Problem = message
		return h.tokensPage(w, r, status, views.TokensPage{Form: form})
	}
	return h.tokensPage(w, r, http.StatusOK, views.TokensPage{Made: &views.MadeToken{Name: form.Name, Key: key}})
}

// rotateToken answers like addToken. The newest key that the page showed tells one wish from the same one sent again.
func (h *Handlers) rotateToken(w http.ResponseWriter, r *http.Request) error {
	token, err := h.tokenOf(r)
	if err != nil {
		return err
	}
	overlap, err := overlapOf(r)
	var key string
	if err == nil {
		key, err = h.Store.RotateToken(r.Context(), h.actor(r), store.Rotation{
			TeamID: token.TeamID, TokenID: token.ID, Overlap: overlap, Newest: r.PostFormValue("newest"),
		})
	}
	if err != nil {
		status, message, fault := refusal(err)
		if fault != nil {
			return fault
		}
		return h.tokensPage(w, r, status, views.TokensPage{Problem: message})
	}
	made := &views.MadeToken{Name: token.Name, Key: key}
	if overlap > 0 {
		made.Before = views.Clock(h.Now().Add(overlap), h.Now(), time.UTC)
	}
	return h.tokensPage(w, r, http.StatusOK, views.TokensPage{Made: made})
}

func overlapOf(r *http.Request) (time.Duration, error) {
	hours, err := strconv.Atoi(r.PostFormValue("overlap_hours"))
	if err != nil || hours < 0 || hours > int(desk.MaxOverlap/time.Hour) {
		return 0, desk.FieldErrorf("overlap_hours", "Choose how long the key before goes on to work: 30 days at the most.")
	}
	return time.Duration(hours) * time.Hour, nil
}

// tokenOf is the team's token that the address names.
func (h *Handlers) tokenOf(r *http.Request) (store.ListedToken, error) {
	id, err := pathNumber(r, "token")
	if err != nil {
		return store.ListedToken{}, err
	}
	tokens, err := h.Store.Tokens(r.Context(), h.member(r).TeamID)
	if err != nil {
		return store.ListedToken{}, err
	}
	i := slices.IndexFunc(tokens, func(t store.ListedToken) bool { return t.ID == id && t.RevokedAt.IsZero() })
	if i < 0 {
		return store.ListedToken{}, desk.Errorf(desk.NotFound, "There is no such token in this team, or it is revoked.")
	}
	return tokens[i], nil
}

func (h *Handlers) revokeToken(w http.ResponseWriter, r *http.Request) error {
	id, err := pathNumber(r, "token")
	if err != nil {
		return err
	}
	if err := h.Store.RevokeToken(r.Context(), h.actor(r), h.member(r).TeamID, id); err != nil {
		return err
	}
	web.Redirect(w, r, views.SettingsTokensPath)
	return nil
}

// tokensPage fills in what is the same whatever was done.
func (h *Handlers) tokensPage(w http.ResponseWriter, r *http.Request, status int, page views.TokensPage) error {
	shell, err := h.shell(w, r, "API", views.SectionSettings)
	if err != nil {
		return err
	}
	shell.Styles = append(shell.Styles, "tokens.css")
	tokens, err := h.Store.Tokens(r.Context(), shell.TeamID)
	if err != nil {
		return err
	}
	page.Shell, page.Document = shell, views.APIDocumentPath
	page.Example = fmt.Sprintf("curl -H 'Authorization: Bearer sbx_…' %s%s/TICKET_ID", h.URL, views.APITicketPath)
	now := h.Now()
	for _, t := range tokens {
		page.Tokens = append(page.Tokens, tokenRow(t, now))
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, status, views.SettingsTokens(page))
}

// shownChanges is how many of a token's changes its line has room for.
const shownChanges = 3

func tokenRow(t store.ListedToken, now time.Time) views.TokenRow {
	clock := func(at time.Time) ui.Time { return views.Clock(at, now, time.UTC) }
	row := views.TokenRow{
		ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedBy: t.CreatedBy, CreatedAt: clock(t.CreatedAt),
		Revoked: !t.RevokedAt.IsZero(),
	}
	for _, c := range slices.Backward(t.Changes[:min(len(t.Changes), shownChanges)]) {
		row.Changes = append(row.Changes, views.TokenChange{Act: c.Act, By: c.By, At: clock(c.At)})
	}
	for _, k := range t.Keys {
		row.Keys = append(row.Keys, views.TokenKey{
			Hint: k.Hint, Used: !k.LastUsedAt.IsZero(), Last: clock(k.LastUsedAt), Ends: !k.EndsAt.IsZero(), Until: clock(k.EndsAt),
		})
	}
	row.StillShown()
	return row
}
