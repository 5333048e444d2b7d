package handlers

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// Sign-ins that may fail before a pause: from one address, of one account from one address, and of one account
// from anywhere. The last is wide, so that strangers cannot easily keep its owner out.
const (
	failuresPerClient  = 20
	failuresPerPair    = 10
	failuresPerAccount = 100
	failureWindow      = 15 * time.Minute
)

func (h *Handlers) showLogin(w http.ResponseWriter, r *http.Request) error {
	m, err := h.signedIn(r)
	if err != nil {
		return err
	}
	if m.ID != 0 {
		web.Redirect(w, r, web.LocalPath(r.FormValue("next"), views.TicketsPath("")))
		return nil
	}
	return web.Render(w, r, http.StatusOK, views.Login(views.LoginPage{Next: r.FormValue("next"), Theme: theme(r)}))
}

// login answers an unknown address, a wrong password and a disabled user in the same way and the same time.
func (h *Handlers) login(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(w, r, formLimit); err != nil {
		return err
	}
	email := strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	page := views.LoginPage{Email: email, Next: r.PostFormValue("next"), Theme: theme(r)}

	user, err := h.authenticate(r, email, r.PostFormValue("password"))
	var refusal *web.Error
	switch {
	case errors.As(err, &refusal):
		status, message := web.Explain(err)
		web.SetRetryAfter(w, err)
		page.Problem = message
		return web.Render(w, r, status, views.Login(page))
	case err != nil:
		return err
	}

	teams, err := h.Store.TeamsOf(r.Context(), user.ID)
	if err != nil {
		return err
	}
	if len(teams) == 0 {
		page.Problem = "You belong to no team. Ask an admin to add you to one."
		return web.Render(w, r, http.StatusForbidden, views.Login(page))
	}
	if err := h.Sessions.Login(w, r, user.ID, teams[0].ID); err != nil {
		return err
	}
	web.Redirect(w, r, web.LocalPath(page.Next, views.TicketsPath("")))
	return nil
}

// authenticate counts each try before it looks at the password, so that a thousand at once do not all pass, and
// takes a right one back, so that nobody is locked out by signing in often.
func (h *Handlers) authenticate(r *http.Request, email, password string) (desk.User, error) {
	ctx, now := r.Context(), h.Now()
	limits := h.loginLimits(r, email)
	for _, l := range limits {
		if err := l.Check(ctx, l.key, now); err != nil {
			return desk.User{}, err
		}
	}

	found, err := h.Store.Credentials(ctx, email)
	if err != nil && !desk.IsKind(err, desk.NotFound) {
		return desk.User{}, err
	}
	right, err := h.Passwords.Check(ctx, found.PasswordHash, password)
	if err != nil {
		return desk.User{}, err
	}
	if !right || found.User.Disabled {
		return desk.User{}, web.Refuse(web.KindUnauthenticated, "That email and password do not belong together. Check both and try again.")
	}
	for _, l := range limits {
		if err := l.GiveBack(ctx, l.key, now); err != nil {
			return desk.User{}, err
		}
	}
	return found.User, nil
}

// loginLimit is a limit with whom it counts.
type loginLimit struct {
	web.Limiter
	key string
}

func (h *Handlers) loginLimits(r *http.Request, email string) []loginLimit {
	limit := func(name string, most int, key string) loginLimit {
		return loginLimit{web.Limiter{Counter: h.Counter, Name: "login/" + name, Limit: most, Window: failureWindow}, key}
	}
	client := web.ClientKey(r)
	return []loginLimit{
		limit("client", failuresPerClient, client),
		limit("pair", failuresPerPair, email+" "+client),
		limit("account", failuresPerAccount, email),
	}
}

func (h *Handlers) logout(w http.ResponseWriter, r *http.Request) error {
	topic := sessionTopic(web.SessionFrom(r))
	h.leave(r, h.member(r))
	if err := h.Sessions.Logout(w, r); err != nil {
		return err
	}
	h.Hub.Kick(topic)
	web.Redirect(w, r, views.LoginPath)
	return nil
}

func (h *Handlers) switchTeam(w http.ResponseWriter, r *http.Request) error {
	to, err := formNumber(r, "to")
	if err != nil {
		return err
	}
	if _, err := h.Store.Member(r.Context(), to, h.member(r).ID); err != nil {
		return err
	}
	if err := h.Sessions.SwitchTeam(w, r, to); err != nil {
		return err
	}
	h.leave(r, h.member(r))
	h.Hub.Kick(sessionTopic(web.SessionFrom(r)))
	web.Redirect(w, r, views.TicketsPath(""))
	return nil
}

func (h *Handlers) showSetup(w http.ResponseWriter, r *http.Request) error {
	key := r.FormValue("key")
	if err := h.Store.CheckSetupKey(r.Context(), key); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Setup(views.SetupPage{Key: key, Theme: theme(r)}))
}

// setup makes the first team and its admin, and signs the admin in.
func (h *Handlers) setup(w http.ResponseWriter, r *http.Request) error {
	if err := web.ReadForm(w, r, formLimit); err != nil {
		return err
	}
	page := views.SetupPage{
		Key: r.FormValue("key"), Team: r.PostFormValue("team_name"), Name: r.PostFormValue("name"),
		Email: r.PostFormValue("email"), Theme: theme(r),
	}
	if err := h.Store.CheckSetupKey(r.Context(), page.Key); err != nil {
		return err
	}
	made, err := h.firstDesk(r, page, r.PostFormValue("password"))
	if status, message := web.Explain(err); err != nil && status < http.StatusInternalServerError {
		page.Problem = message
		return web.Render(w, r, status, views.Setup(page))
	}
	if err != nil {
		return err
	}
	if err := h.Sessions.Login(w, r, made.UserID, made.TeamID); err != nil {
		return err
	}
	web.Redirect(w, r, views.TicketsPath(""))
	return nil
}

func (h *Handlers) firstDesk(r *http.Request, p views.SetupPage, password string) (store.SetUp, error) {
	hash, err := h.Passwords.Hash(r.Context(), password)
	if err != nil {
		return store.SetUp{}, err
	}
	return h.Store.Setup(r.Context(), store.NewDesk{Team: p.Team, AdminEmail: p.Email, AdminName: p.Name, PasswordHash: hash})
}
