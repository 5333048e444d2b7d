package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// saveView keeps the filters of the inbox as a view.
func (h *Handlers) saveView(w http.ResponseWriter, r *http.Request) error {
	n := store.NewView{Name: r.PostFormValue("name"), Query: r.PostFormValue("query"), Shared: shared(r.PostForm)}
	v, err := h.makeView(r, n)
	if err != nil {
		return h.refuseSave(w, r, n, err)
	}
	said := "The view “" + v.Name + "” is in your side bar."
	if !v.Pinned {
		said = "The view “" + v.Name + "” is saved. Your side bar is full: take another off it to pin this one."
	}
	return h.redirectWith(w, r, views.ViewPath(v.ID.String()), said)
}

func (h *Handlers) makeView(r *http.Request, n store.NewView) (store.SavedView, error) {
	query, err := h.readQuery(r, n.Query)
	if err != nil {
		return store.SavedView{}, err
	}
	n.Query = query
	return h.Store.SaveView(r.Context(), h.member(r), n)
}

// readQuery is a query as views keep it, of a list that can be shown.
func (h *Handlers) readQuery(r *http.Request, text string) (string, error) {
	v := store.SavedView{SavedView: desk.SavedView{Query: strings.TrimPrefix(text, "?")}}
	own, _, err := h.viewQuery(h.member(r), &v)
	if err != nil {
		return "", err
	}
	return kept(own), nil
}

// shared is the tick of a form that also says so when it is not set.
func shared(form url.Values) bool {
	values := form["shared"]
	return len(values) > 0 && values[len(values)-1] == "on"
}

// refuseSave shows the inbox as it was, with the form and the reason.
func (h *Handlers) refuseSave(w http.ResponseWriter, r *http.Request, n store.NewView, cause error) error {
	status, message, err := refusal(cause)
	if err != nil {
		return err
	}
	address, err := url.ParseQuery(n.Query)
	if err != nil {
		return cause
	}
	page, err := h.inbox(w, r, address, 0)
	if err != nil {
		return cause // the filters themselves are refused
	}
	page.List.Keep.Changed = true
	page.List.Keep.Form = views.ViewForm{Name: n.Name, Shared: n.Shared, Problem: message}
	return web.Render(w, r, status, views.Inbox(page))
}

// editView renames a view, shares it or takes it back, or gives it other filters: what the form has.
func (h *Handlers) editView(w http.ResponseWriter, r *http.Request) error {
	id, err := pathView(r)
	if err != nil {
		return err
	}
	var e desk.ViewEdit
	if r.PostForm.Has("name") {
		name := r.PostForm.Get("name")
		e.Name = &name
	}
	if r.PostForm.Has("shared") {
		is := shared(r.PostForm)
		e.Shared = &is
	}
	if r.PostForm.Has("query") {
		query, err := h.readQuery(r, r.PostForm.Get("query"))
		if err != nil {
			return err
		}
		e.Query = &query
	}
	v, err := h.Store.EditView(r.Context(), h.member(r), id, e)
	if err != nil {
		return h.refuseViewEdit(w, r, id, err)
	}
	return h.redirectWith(w, r, backFrom(r, views.ViewPath(id.String())), "The view “"+v.Name+"” is saved.")
}

// refuseViewEdit shows the page that the form was on, with what was typed and the reason.
func (h *Handlers) refuseViewEdit(w http.ResponseWriter, r *http.Request, id desk.ID, cause error) error {
	status, message, err := refusal(cause)
	if err != nil || desk.IsKind(cause, desk.NotFound) {
		return cause
	}
	form := views.ViewForm{Name: r.PostForm.Get("name"), Shared: shared(r.PostForm), Problem: message}
	if strings.HasPrefix(backFrom(r, ""), views.SavedViewsPath) {
		page, err := h.viewsPage(w, r)
		if err != nil {
			return err
		}
		page.Refuse(id, form)
		return web.Render(w, r, status, views.SavedViews(page))
	}
	page, err := h.inbox(w, r, url.Values{"view": {id.String()}}, 0)
	if err != nil {
		return err
	}
	if form.Name == "" && !r.PostForm.Has("name") {
		form.Name = page.List.Keep.View.Name
	}
	page.List.Keep.View.Form = form
	return web.Render(w, r, status, views.Inbox(page))
}

func (h *Handlers) deleteView(w http.ResponseWriter, r *http.Request) error {
	id, err := pathView(r)
	if err != nil {
		return err
	}
	v, err := h.Store.DeleteView(r.Context(), h.member(r), id)
	if err != nil {
		return err
	}
	return h.redirectWith(w, r, backFrom(r, views.TicketsPath("")), "The view “"+v.Name+"” was deleted.")
}

func (h *Handlers) pinView(w http.ResponseWriter, r *http.Request) error {
	return h.changePin(w, r, func(m desk.Member, id desk.ID) (store.SavedView, error) {
		return h.Store.PinView(r.Context(), m, id)
	})
}

func (h *Handlers) unpinView(w http.ResponseWriter, r *http.Request) error {
	return h.changePin(w, r, func(m desk.Member, id desk.ID) (store.SavedView, error) {
		return h.Store.UnpinView(r.Context(), m, id)
	})
}

func (h *Handlers) moveViewUp(w http.ResponseWriter, r *http.Request) error {
	return h.changePin(w, r, func(m desk.Member, id desk.ID) (store.SavedView, error) {
		return h.Store.MovePin(r.Context(), m, id, -1)
	})
}

func (h *Handlers) moveViewDown(w http.ResponseWriter, r *http.Request) error {
	return h.changePin(w, r, func(m desk.Member, id desk.ID) (store.SavedView, error) {
		return h.Store.MovePin(r.Context(), m, id, 1)
	})
}

func (h *Handlers) changePin(w http.ResponseWriter, r *http.Request, change func(desk.Member, desk.ID) (store.SavedView, error)) error {
	id, err := pathView(r)
	if err != nil {
		return err
	}
	if _, err := change(h.member(r), id); err != nil {
		return err
	}
	web.Redirect(w, r, backFrom(r, views.ViewPath(id.String())))
	return nil
}

// backFrom is the page that a form says it stands on.
func backFrom(r *http.Request, otherwise string) string {
	return web.LocalPath(r.PostFormValue("back"), otherwise)
}

func pathView(r *http.Request) (desk.ID, error) {
	id, err := desk.ParseID(chi.URLParam(r, "view"))
	if err != nil {
		return desk.ID{}, desk.ErrNoView()
	}
	return id, nil
}
