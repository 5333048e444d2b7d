package handlers

import (
	"cmp"
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) showWidgetInstall(w http.ResponseWriter, r *http.Request) error {
	return h.installPage(w, r, http.StatusOK, views.InstallPage{})
}

// saveWidgetInstall takes the key by which sites with posthog-js name themselves.
func (h *Handlers) saveWidgetInstall(w http.ResponseWriter, r *http.Request) error {
	again, status, err := h.saveForm(r, readWidgetForm(r))
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return h.installPage(w, r, status, views.InstallPage{Form: again})
	}
	if err := h.Sessions.AddFlash(w, r, "Saved."); err != nil {
		return err
	}
	web.Redirect(w, r, views.WidgetInstallPath)
	return nil
}

// installPage draws the page around a form that was refused, or around what is saved.
func (h *Handlers) installPage(w http.ResponseWriter, r *http.Request, status int, page views.InstallPage) error {
	shell, err := h.widgetShell(w, r)
	if err != nil {
		return err
	}
	widget, err := h.Store.Widget(r.Context(), shell.TeamID)
	if err != nil {
		return err
	}
	if page.Form.Values == nil {
		page.Form = widgetForm{}.shown(widget)
	}
	page.Shell, page.URL, page.Token, page.Key, page.Chat = shell, h.URL, widget.Token, widget.PostHogKey, h.SDKChat
	return web.Render(w, r, status, views.WidgetInstall(page))
}

func (h *Handlers) newWidgetToken(w http.ResponseWriter, r *http.Request) error {
	_, err := h.Store.ChangeWidget(r.Context(), h.member(r).TeamID, func(widget *store.Widget) error {
		return widget.RenewToken(cmp.Or(r.PostFormValue("seen"), widget.Token))
	})
	if err != nil {
		status, message, fault := refusal(err)
		if fault != nil {
			return fault
		}
		return h.installPage(w, r, status, views.InstallPage{Problem: message})
	}
	if err := h.Sessions.AddFlash(w, r, "There is a new token. Replace the code on your sites now."); err != nil {
		return err
	}
	web.Redirect(w, r, views.WidgetInstallPath)
	return nil
}

func (h *Handlers) showWidgetIdentity(w http.ResponseWriter, r *http.Request) error {
	return h.identityPage(w, r, http.StatusOK, "")
}

func (h *Handlers) identityPage(w http.ResponseWriter, r *http.Request, status int, problem string) error {
	shell, err := h.widgetShell(w, r)
	if err != nil {
		return err
	}
	widget, err := h.Store.Widget(r.Context(), shell.TeamID)
	if err != nil {
		return err
	}
	secrets := widget.Secrets()
	return web.Render(w, r, status, views.WidgetIdentity(views.IdentityPage{
		Shell: shell, Secret: secrets.Current, Mark: secrets.Mark(),
		Previous: desk.WidgetSecrets{Current: secrets.Previous}.Mark(), Problem: problem,
	}))
}

func (h *Handlers) changeWidgetSecrets(w http.ResponseWriter, r *http.Request) error {
	act := desk.SecretAct(r.PostFormValue("act"))
	_, err := h.Store.ChangeWidget(r.Context(), h.member(r).TeamID, func(widget *store.Widget) error {
		if r.PostForm.Has("seen") {
			if err := widget.Secrets().Seen(r.PostFormValue("seen")); err != nil {
				return err
			}
		}
		return widget.ChangeSecrets(act)
	})
	if err != nil {
		status, message, fault := refusal(err)
		if fault != nil {
			return fault
		}
		return h.identityPage(w, r, status, message)
	}
	if err := h.Sessions.AddFlash(w, r, secretDone(act)); err != nil {
		return err
	}
	web.Redirect(w, r, views.WidgetIdentityPath)
	return nil
}

func secretDone(act desk.SecretAct) string {
	switch act {
	case desk.RotateSecret:
		return "There is a new secret. Bring it to your servers."
	case desk.EndPrevious:
		return "The secret before has ended."
	case desk.RemoveSecrets:
		return "The secret is removed."
	}
	return ""
}
