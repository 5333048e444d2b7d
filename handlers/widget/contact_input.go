package widget

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// What a form of these pages may bring: its fields, and the files of one message.
const (
	maxContactForm = 256 << 10
	maxContactBody = desk.MaxFiles*desk.MaxFile + maxContactForm
)

// problems are what is wrong with a form, by the names of its fields.
type problems map[string]string

// contactInput reads a form with files. The files stand behind the fields: those of a form that is refused anyway are
// not kept.
type contactInput struct {
	door   *Door
	team   int64
	ticket *store.LinkedTicket // nil: the form opens one
	check  func(form url.Values) problems
	files  []desk.File
	hashes []string // of the bytes of each file
	fields url.Values
	wrong  problems
	chosen bool  // there were files
	failed error // what kept a file from being kept
}

// errForm stands for the problems that were found in a form.
var errForm = desk.Errorf(desk.Invalid, "This was not sent yet. Please look at the fields below.")

// read reads the form to its end even where it is refused early: a browser shows no answer while it sends.
func (c *contactInput) read(w http.ResponseWriter, r *http.Request) error {
	err := web.ReadUpload(w, r, web.Upload{Form: maxContactForm, Total: maxContactBody, Keep: func(name string, body io.Reader) error {
		c.chosen = true
		if c.failed == nil {
			c.failed = c.keep(r, name, body)
		}
		return nil
	}})
	c.fields = r.PostForm
	switch {
	case err != nil:
		return err
	case c.failed != nil:
		return c.failed
	}
	return c.accept(r.PostForm)
}

// send reads the form and has it saved. The files of one that was refused, broke off or was sent before are dropped:
// nobody sees them, and who tries again sends them anew.
func (c *contactInput) send(w http.ResponseWriter, r *http.Request, save func() error) error {
	err := c.read(w, r)
	if err == nil {
		err = save()
	}
	if err != nil {
		c.drop(context.WithoutCancel(r.Context())) // which ends with a line that breaks
	}
	return err
}

func (c *contactInput) drop(ctx context.Context) {
	if err := c.door.Store.DropVisitorFiles(ctx, c.team, c.files); err != nil {
		c.door.Log.WarnContext(ctx, "files of a form that was not sent are kept for a day", slog.Any("error", err))
	}
}

// accept finds what is wrong with the fields. A program that filled in what no person sees is told nothing.
func (c *contactInput) accept(form url.Values) error {
	if form.Get("_hp") != "" {
		return refuse(http.StatusBadRequest, "This message cannot be accepted.")
	}
	if c.wrong = c.check(form); len(c.wrong) > 0 {
		return errForm
	}
	return nil
}

func (c *contactInput) keep(r *http.Request, name string, body io.Reader) error {
	if err := c.accept(r.PostForm); err != nil {
		return err
	}
	if len(c.files) == desk.MaxFiles {
		return desk.FieldErrorf("files", "A message takes %d files. Choose fewer, or send two messages.", desk.MaxFiles)
	}
	n := store.VisitorFile{TeamID: c.team, Address: web.ClientKey(r), Name: name, Body: body}
	if c.ticket != nil {
		n.TicketID, n.Customer = c.ticket.ID, c.ticket.Customer.ID
	}
	f, err := c.door.Store.KeepVisitorFile(r.Context(), n)
	if err == nil {
		c.files, c.hashes = append(c.files, f.File), append(c.hashes, f.Hash.String())
	}
	return err
}

// written is all that a person put into the form: what is sent twice by a double press is the same to the byte.
func (c *contactInput) written() []byte {
	said := []string{}
	for _, field := range []string{"email", "name", "subject", "message", "priority"} {
		said = append(said, strings.TrimSpace(c.fields.Get(field)))
	}
	for i, f := range c.files {
		said = append(said, f.Name, c.hashes[i])
	}
	text, _ := json.Marshal(said) // text always encodes
	return text
}

// messageID is the id of the form's message: that which the page gave, where the time stays, with the words in it.
func (c *contactInput) messageID(given desk.ID) desk.ID {
	sum := sha256.Sum256(append(given[:], c.written()...))
	id := given
	copy(id[6:], sum[:])
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80 // version 7, RFC 9562
	return id
}

// form is what was typed, to be shown again.
func (c *contactInput) form() views.ContactForm {
	return views.ContactForm{
		Name: c.fields.Get("name"), Email: c.fields.Get("email"), Subject: c.fields.Get("subject"),
		Message: c.fields.Get("message"), Priority: desk.Priority(c.fields.Get("priority")), FilesLost: c.chosen,
	}
}

// blame puts a refusal to the field that it is about. What is our fault is returned.
func (c *contactInput) blame(err error, form *views.ContactForm) (status int, ours error) {
	form.Problems = c.wrong
	if errors.Is(err, errForm) {
		return http.StatusUnprocessableEntity, nil
	}
	var known *refusal
	if errors.As(err, &known) {
		form.Problems = problems{"": known.Error()}
		return known.status, nil
	}
	status, message := web.Explain(err)
	if status >= http.StatusInternalServerError {
		return status, err
	}
	form.Problems = problems{"": message}
	return status, nil
}

// checkContact holds the fields of the form that opens a ticket.
func checkContact(form url.Values) problems {
	wrong := checkMessage(form)
	if strings.TrimSpace(form.Get("message")) == "" {
		wrong["message"] = "Write your message."
	}
	if address(form.Get("email")) == "" {
		wrong["email"] = "Write your email address, such as name@example.com."
	}
	if utf8.RuneCountInString(form.Get("name")) > maxName {
		wrong["name"] = "This name is too long. Shorten it."
	}
	if utf8.RuneCountInString(form.Get("subject")) > desk.MaxSubject {
		wrong["subject"] = "This is too long. Shorten it, and write the rest below."
	}
	if p := desk.Priority(form.Get("priority")); p != desk.NoPriority && !slices.Contains(desk.Priorities(), p) {
		wrong["priority"] = "Choose one of the list."
	}
	return wrong
}

// checkMessage holds what is common to both forms.
func checkMessage(form url.Values) problems {
	wrong := problems{}
	if n := utf8.RuneCountInString(strings.TrimSpace(form.Get("message"))); n > maxMessage {
		wrong["message"] = desk.FieldErrorf("message", "The message has %d characters; the limit is %d. Shorten it.", n, maxMessage).Error()
	}
	return wrong
}

// contactTicket is the ticket that the form opens. The address is a claim: it names the customer and shows nothing.
func contactTicket(form url.Values, files []desk.File) store.NewTicket {
	return store.NewTicket{
		Subject: strings.TrimSpace(form.Get("subject")), Channel: desk.Widget, Priority: desk.Priority(form.Get("priority")),
		Customer: store.CustomerInput{Name: strings.TrimSpace(form.Get("name")), Email: address(form.Get("email"))},
		Body:     strings.TrimSpace(form.Get("message")), Files: files,
	}
}
