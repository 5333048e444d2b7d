package handlers

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"path"
	"strconv"

	"github.com/go-chi/chi/v5"

	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// formLimit is in bytes: the longest message in the widest characters, and room for the fields beside it.
const formLimit = 1 << 20

// visit is a request of a member.
type visit struct {
	member desk.Member
	since  string // where the live signals stood before anything was read
}

type visitKey struct{}

// asMember lets in who is signed in, still belongs to the team and may do what the route asks.
// It also reads the form, so that no handler forgets its limits.
func (h *Handlers) asMember(may desk.Permission, next web.Handler) web.Handler {
	return h.asUploader(may, func(w http.ResponseWriter, r *http.Request) error {
		if err := web.ReadForm(w, r, formLimit); err != nil {
			return err
		}
		if err := h.checkTeam(r, r.Form); err != nil {
			return err
		}
		return next(w, r)
	})
}

// checkTeam refuses the form of a page of a team that is no longer the session's.
func (h *Handlers) checkTeam(r *http.Request, form url.Values) error {
	if team := form.Get("team"); team != "" && team != strconv.FormatInt(h.member(r).TeamID, 10) {
		return desk.Errorf(desk.Conflict, "You have switched to another team since this page was opened. Open the page again.")
	}
	return nil
}

// asUploader is asMember for what reads its form itself, because there are files in it: see takeForm.
func (h *Handlers) asUploader(may desk.Permission, next web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		m, err := h.signedIn(r)
		if err != nil {
			return err
		}
		if m.ID == 0 {
			web.Redirect(w, r, h.loginPath(r))
			return nil
		}
		if !m.Can(may) {
			return desk.Errorf(desk.Forbidden, "Only an admin of the team can %s.", may)
		}
		v := visit{member: m, since: h.Hub.Position()}
		return next(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	}
}

// signedIn returns the zero Member for a stranger, and for one who has left the team or was disabled.
func (h *Handlers) signedIn(r *http.Request) (desk.Member, error) {
	session := web.SessionFrom(r)
	if session.UserID == 0 {
		return desk.Member{}, nil
	}
	m, err := h.Store.Member(r.Context(), session.TeamID, session.UserID)
	if desk.IsKind(err, desk.NotFound) {
		return desk.Member{}, nil
	}
	if m.Disabled {
		return desk.Member{}, err
	}
	return m, err
}

// member is who asMember let in.
func (h *Handlers) member(r *http.Request) desk.Member {
	return visitOf(r).member
}

func visitOf(r *http.Request) visit {
	v, _ := r.Context().Value(visitKey{}).(visit)
	return v
}

// loginPath comes back after signing in: to the page that was asked for, or that a form or a script of ours was on.
func (h *Handlers) loginPath(r *http.Request) string {
	at := r.URL
	if r.Method == http.MethodPost || web.IsFragment(r) {
		from, err := url.Parse(cmp.Or(r.Header.Get("HX-Current-URL"), r.Referer()))
		if err != nil {
			return views.LoginPath
		}
		at = from
	}
	page := h.pageAt(at.Path)
	if page == "/" {
		return views.LoginPath
	}
	next := (&url.URL{Path: page, RawQuery: at.RawQuery}).RequestURI()
	return views.LoginPath + "?" + url.Values{"next": {next}}.Encode()
}

// pageAt is the page at a path or, where that only takes forms, the one above it: what a refused form stands at.
func (h *Handlers) pageAt(at string) string {
	at = path.Clean("/" + at)
	for at != "/" && (at == "/events" || !h.routes.Match(chi.NewRouteContext(), http.MethodGet, at)) {
		at = path.Dir(at)
	}
	return at
}

// pathNumber reads a whole number of the address; what is none was never the address of anything.
func pathNumber(r *http.Request, name string) (int64, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || n <= 0 || strconv.FormatInt(n, 10) != chi.URLParam(r, name) {
		return 0, desk.Errorf(desk.NotFound, "There is nothing at this address.")
	}
	return n, nil
}
