package handlers

import (
	"net/http"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

func (h *Handlers) showWidget(w http.ResponseWriter, r *http.Request) error {
	widget, err := h.Store.Widget(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	return h.widgetPage(w, r, http.StatusOK, views.WidgetPage{Form: widgetForm{}.shown(widget)})
}

func (h *Handlers) saveWidget(w http.ResponseWriter, r *http.Request) error {
	again, status, err := h.saveForm(r, readWidgetForm(r))
	if err != nil {
		return err
	}
	if status != http.StatusSeeOther {
		return h.widgetPage(w, r, status, views.WidgetPage{Form: again})
	}
	return h.savedWidget(w, r, views.SettingsWidgetPath)
}

func (h *Handlers) savedWidget(w http.ResponseWriter, r *http.Request, path string) error {
	if err := h.Sessions.AddFlash(w, r, "Saved. Open pages follow with their next load."); err != nil {
		return err
	}
	web.Redirect(w, r, path)
	return nil
}

// widgetPage draws the page around a form.
func (h *Handlers) widgetPage(w http.ResponseWriter, r *http.Request, status int, page views.WidgetPage) error {
	widget, err := h.Store.Widget(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	if page.Shell, err = h.widgetShell(w, r); err != nil {
		return err
	}
	page.Embed = views.EmbedCode(h.URL, widget.Token)
	if page.Preview, err = h.previewOf(r, page.Form.Values); err != nil {
		return err
	}
	page.Color = views.CheckColor(page.Form.Values["color"])
	return web.Render(w, r, status, views.SettingsWidget(page))
}

func (h *Handlers) widgetShell(w http.ResponseWriter, r *http.Request) (views.AppShell, error) {
	shell, err := h.shell(w, r, "Widget", views.SectionSettings)
	shell.Styles, shell.Scripts = views.WidgetStyles(), views.WidgetScripts()
	return shell, err
}

// checkSite says whether a pasted address would be allowed by the sites that are typed, saved or not.
func (h *Handlers) checkSite(w http.ResponseWriter, r *http.Request) error {
	check, status := siteCheck(r)
	if web.IsFragment(r) {
		return web.Render(w, r, status, views.SiteVerdict(check))
	}
	widget, err := h.Store.Widget(r.Context(), h.member(r).TeamID)
	if err != nil {
		return err
	}
	form := readWidgetForm(r).shown(widget)
	form.Seen = r.PostFormValue("seen")
	return h.widgetPage(w, r, status, views.WidgetPage{Form: form, Site: check})
}

func siteCheck(r *http.Request) (views.SiteCheck, int) {
	check := views.SiteCheck{Address: r.PostFormValue("address")}
	var typed store.Widget
	_ = choose(&typed, map[string]string{domainsChoice: r.PostFormValue(domainsChoice)}) // refuses no sites yet
	sites, err := store.SitesAsTyped(typed.Domains)
	if err == nil {
		var address string
		if address, err = desk.PastedAddress(store.ASCIISite(check.Address)); err == nil {
			check.Asked = true
			check.Rule, check.Allowed = sites.Allow(address)
			check.Rule = store.ReadableSite(check.Rule)
			return check, http.StatusOK
		}
	}
	check.Problem = err.Error()
	return check, http.StatusUnprocessableEntity
}

func (h *Handlers) checkColor(w http.ResponseWriter, r *http.Request) error {
	return web.Render(w, r, http.StatusOK, views.ColorNote(views.CheckColor(r.PostFormValue("color"))))
}
