package widget

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// contact answers the pages for customers that need neither scripts nor another site: a form that opens a ticket, and
// the ticket's own page behind a private link. They look at no cookie, but a foreign page could still have its visitors
// write, each from an address with limits of its own.
func (d *Door) contact() http.Handler {
	refuse := &web.Errors{Log: d.Log, Page: contactRefused}
	r := chi.NewRouter()
	r.NotFound(refuse.NotFound)
	r.MethodNotAllowed(refuse.MethodNotAllowed)
	r.Use(unkept, refuse.SameOrigin)

	read(r, "/contact/{token}", refuse.Handle(d.showContact))
	r.Post("/contact/{token}", refuse.Handle(d.openContact))
	read(r, "/contact/{token}/theme.css", refuse.Handle(d.contactTheme))
	read(r, "/contact/ticket/{link}", refuse.Handle(d.showPrivate))
	r.Post("/contact/ticket/{link}", refuse.Handle(d.writePrivate))
	r.Post("/contact/ticket/{link}/read", refuse.Handle(d.readPrivate))
	r.Post("/contact/ticket/{link}/renew", refuse.Handle(d.renewLink))
	r.Post("/contact/ticket/{link}/end", refuse.Handle(d.endLinks))
	read(r, "/contact/ticket/{link}/files/{id}/{name}", refuse.Handle(d.privateFile))
	read(r, "/contact/ticket/{link}/files/{id}/picture/{size}", refuse.Handle(d.privatePicture))
	return r
}

// unkept keeps pages that are for one person out of caches and search engines, and their addresses, which are secrets,
// out of what other sites are told. Our own forms must tell their origin, though, or SameOrigin refuses them.
func unkept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		next.ServeHTTP(w, r)
	})
}

// showContact draws the form.
func (d *Door) showContact(w http.ResponseWriter, r *http.Request) error {
	if err := d.limitAddress(r); err != nil {
		return err
	}
	widget, err := d.contactWidget(r)
	if err != nil {
		return err
	}
	page := contactPage(&widget)
	page.Ended = r.URL.Query().Has("ended")
	return web.Render(w, r, http.StatusOK, views.Contact(page))
}

// openContact takes the form. Nothing of its body is read before the limits have been asked.
func (d *Door) openContact(w http.ResponseWriter, r *http.Request) error {
	if err := d.limitAddress(r); err != nil {
		return err
	}
	widget, err := d.contactWidget(r)
	if err != nil {
		return err
	}
	if err := d.limitVisit(r, widget.TeamID, nil, write); err != nil {
		return err
	}

	in := &contactInput{door: d, team: widget.TeamID, check: checkContact}
	link := ""
	err = in.send(w, r, func() (err error) {
		link, err = d.openOnce(r, widget.TeamID, in)
		return err
	})
	if errors.Is(err, store.ErrSent) {
		err = d.checkSent(r, link)
	}
	if err == nil {
		web.Redirect(w, r, views.PrivatePath(link))
		return nil
	}

	page := contactPage(&widget)
	page.Link, page.Form = linkOf(r.PostForm.Get("link")), in.form()
	status, err := in.blame(err, &page.Form)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, views.Contact(page))
}

// openOnce opens the ticket of a form and returns the link to it. A form that is sent twice opens one ticket, the second
// time with store.ErrSent; what was changed before it was sent again is another, or its words would be lost.
func (d *Door) openOnce(r *http.Request, team int64, in *contactInput) (link string, err error) {
	link = store.PrivateLinkOf(linkOf(r.PostForm.Get("link")), in.written())
	_, err = d.Store.OpenContact(r.Context(), team, store.NewContact{Link: link, NewTicket: contactTicket(r.PostForm, in.files)})
	return link, err
}

// checkSent looks whether the link of a form that was sent before leads to its ticket still.
func (d *Door) checkSent(r *http.Request, link string) error {
	_, err := d.Store.LinkedTicket(r.Context(), link)
	if desk.IsKind(err, desk.NotFound) {
		return desk.Errorf(desk.Conflict, "This message has arrived already, and the link that it had was ended. Use the newer link, or the one in your mail.")
	}
	return err
}

// linkOf is the link that the form was given, or a new one.
func linkOf(given string) string {
	if store.IsPrivateLink(given) {
		return given
	}
	return store.NewPrivateLink()
}

// contactWidget finds the team whose page it is. The domains are for the widget on other sites; this page is ours.
func (d *Door) contactWidget(r *http.Request) (store.Widget, error) {
	token := chi.URLParam(r, "token")
	if desk.CheckText("token", token) != nil {
		return store.Widget{}, errNoContact
	}
	widget, err := d.Store.WidgetByToken(r.Context(), token)
	switch {
	case desk.IsKind(err, desk.NotFound):
		return store.Widget{}, errNoContact
	case err != nil:
		return store.Widget{}, err
	case !widget.Enabled:
		return store.Widget{}, desk.Errorf(desk.Forbidden, "This team does not take messages here at the moment. Please reach it in another way.")
	}
	return widget, nil
}

var errNoContact = desk.Errorf(desk.NotFound, "There is no contact page at this address. Look whether you have it whole.")

func contactPage(w *store.Widget) views.ContactPage {
	shell := views.ContactShell{Title: "Contact", Team: w.TeamName, Token: w.Token, Head: "How can we help?"}
	if own := w.Settings.Greeting; own != "" {
		shell.Head = own
		if language := w.Settings.Language; language != desk.AutoLanguage {
			shell.HeadLang = string(language)
		}
	}
	return views.ContactPage{Shell: shell, Link: store.NewPrivateLink()}
}

// contactRefused draws why there is no page. It never says whose page it would have been.
func contactRefused(w http.ResponseWriter, r *http.Request, status int, message string) {
	head := "That did not work"
	switch status {
	case http.StatusNotFound:
		head = "There is nothing here"
	case http.StatusForbidden:
		head = "Not possible here"
	case http.StatusTooManyRequests:
		head = "A little slower, please"
	case http.StatusInternalServerError:
		head = "That was our fault"
	}
	page := views.ContactRefused(views.ContactRefusal{Shell: views.ContactShell{Title: head, Head: head}, Message: message})
	if err := web.Render(w, r, status, page); err != nil {
		http.Error(w, message, status)
	}
}
