package widget

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// privateShown is how many messages the page of a ticket has at once.
const privateShown = 100

// linked finds the ticket behind the link in the address.
func (d *Door) linked(r *http.Request) (link string, t store.LinkedTicket, err error) {
	if err := d.limitAddress(r); err != nil {
		return "", t, err
	}
	link = chi.URLParam(r, "link")
	t, err = d.Store.LinkedTicket(r.Context(), link)
	return link, t, err
}

// showPrivate draws the conversation.
func (d *Door) showPrivate(w http.ResponseWriter, r *http.Request) error {
	link, t, err := d.linked(r)
	if err != nil {
		return err
	}
	page, err := d.privatePage(r, link, &t)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.Private(page))
}

// readPrivate notes what the customer has seen. It is no part of showing the page: programs that look through mail fetch
// that, too.
func (d *Door) readPrivate(w http.ResponseWriter, r *http.Request) error {
	link, _, err := d.linked(r)
	if err != nil {
		return err
	}
	if err := d.Store.ReadLinked(r.Context(), link, seen(r.PostFormValue("seen"))); err != nil {
		return err
	}
	web.Redirect(w, r, views.PrivatePath(link))
	return nil
}

// seen is the zero id, which no message has, for what is none.
func seen(given string) desk.ID {
	id, err := desk.ParseID(given)
	if err != nil {
		return desk.ID{}
	}
	return id
}

// writePrivate adds a message to the conversation; a resolved one takes it, too (spec/1).
func (d *Door) writePrivate(w http.ResponseWriter, r *http.Request) error {
	link, t, err := d.linked(r)
	if err != nil {
		return err
	}
	if err := d.limitVisit(r, t.TeamID, nil, write); err != nil {
		return err
	}

	in := &contactInput{door: d, team: t.TeamID, ticket: &t, check: checkMessage}
	err = in.send(w, r, func() error { return d.addPrivate(r, link, in) })
	if err == nil || errors.Is(err, store.ErrSent) {
		web.Redirect(w, r, views.PrivatePath(link)+"#reply")
		return nil
	}
	if desk.IsKind(err, desk.NotFound) {
		return err
	}

	page, failed := d.privatePage(r, link, &t)
	if failed != nil {
		return failed
	}
	page.Form = in.form()
	status, err := in.blame(err, &page.Form)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, views.Private(page))
}

// addPrivate sends the message under an id that comes of the page's and of the words, so that a form sent twice is one
// message, and one whose words were changed in between is another.
func (d *Door) addPrivate(r *http.Request, link string, in *contactInput) error {
	form := r.PostForm
	given, err := desk.ParseID(form.Get("id"))
	if err != nil {
		given = d.Store.NewID()
	}
	m := desk.AddMessage{ID: in.messageID(given), Body: strings.TrimSpace(form.Get("message")), Files: in.files}
	_, err = d.Store.AddLinkedMessage(r.Context(), link, m)
	if err != nil {
		return err
	}
	return d.Store.ReadLinked(r.Context(), link, seen(form.Get("seen")))
}

// renewLink gives the reader a link that nobody else has.
func (d *Door) renewLink(w http.ResponseWriter, r *http.Request) error {
	link, t, err := d.linked(r)
	if err != nil {
		return err
	}
	if err := d.limitVisit(r, t.TeamID, nil, write); err != nil {
		return err
	}
	if link, err = d.Store.RenewLink(r.Context(), link); err != nil {
		return err
	}
	web.Redirect(w, r, views.PrivatePath(link))
	return nil
}

func (d *Door) endLinks(w http.ResponseWriter, r *http.Request) error {
	link, t, err := d.linked(r)
	if err != nil {
		return err
	}
	if err := d.limitVisit(r, t.TeamID, nil, write); err != nil {
		return err
	}
	if err := d.Store.EndLinksBy(r.Context(), link); err != nil {
		return err
	}
	web.Redirect(w, r, views.ContactEndedPath(t.Widget))
	return nil
}

// privatePage reads the part of the thread that the address names. Notes are not even read.
func (d *Door) privatePage(r *http.Request, link string, t *store.LinkedTicket) (views.PrivatePage, error) {
	page := views.PrivatePage{
		Shell: views.ContactShell{Title: fmt.Sprintf("#%d", t.Number), Team: t.Team, Token: t.Widget, Head: t.Subject},
		Link:  link, Number: t.Number, Status: t.Status, Mailed: t.Mailed && d.Mails, Email: t.MailTo, Zone: zoneName(t.Timezone),
		Reply: d.Store.NewID().String(), Unread: t.UnreadCustomer > 0,
	}
	q := store.MessageQuery{Newest: true, Limit: privateShown + 1, Public: true}
	if before := r.URL.Query().Get("before"); before != "" && asks(r) {
		at, err := d.messageTime(r, t, before)
		if err != nil {
			return page, err
		}
		q.Before, page.Past = at, true
	}
	messages, err := d.Store.Messages(r.Context(), t.TeamID, t.ID, q)
	if err != nil {
		return page, err
	}
	if len(messages) > privateShown {
		messages = messages[1:]
		page.Earlier = views.PrivateEarlierPath(link, messages[0].PublicID.String())
	}
	files, err := d.Store.MessageFiles(r.Context(), t.TeamID, messages)
	if err != nil {
		return page, err
	}
	for i := range messages {
		m := &messages[i]
		if m.Author != desk.ByCustomer {
			page.Seen = m.PublicID.String()
		}
		page.Messages = append(page.Messages, d.privateMessage(link, t, m, files[m.PublicID]))
	}
	return page, nil
}

func (d *Door) messageTime(r *http.Request, t *store.LinkedTicket, message string) (time.Time, error) {
	id, err := desk.ParseID(message)
	if err != nil {
		return time.Time{}, err
	}
	return d.Store.MessageTime(r.Context(), t.TeamID, t.ID, id)
}

func (d *Door) privateMessage(link string, t *store.LinkedTicket, m *desk.Message, files []desk.File) views.PrivateMessage {
	_, by := author(m, t.Team)
	shown := views.PrivateMessage{
		ID: m.PublicID.String(), By: by, Mine: m.Author == desk.ByCustomer, Body: m.Body,
		Automatic: m.Author == desk.ByWorkflow || m.Author == desk.BySystem,
		At:        views.Clock(m.CreatedAt, d.Now(), zoneOf(t.Timezone)),
	}
	if shown.Mine {
		shown.By = "You"
	}
	if m.Author == desk.ByAgent {
		shown.Drawn = views.Markdown(m.Body)
	}
	for _, f := range views.FilesOf(files) {
		f.Href = views.PrivateFilePath(link, f)
		if f.Thumb != "" {
			f.Thumb, f.Large = views.PrivatePicturePath(link, f.ID, "thumb"), views.PrivatePicturePath(link, f.ID, "large")
		}
		shown.Files = append(shown.Files, f)
	}
	return shown
}

// zoneOf is the zone of that name, UTC for none or an unknown one.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// zoneName is how people call a zone: its city.
func zoneName(zone string) string {
	if zone == "" {
		return "UTC"
	}
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}
