package widget

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// uploaded is a file that waits to be sent with a message.
type uploaded struct {
	ID   desk.ID `json:"id"`
	Name string  `json:"name"`
	Size int64   `json:"size"`
	Type string  `json:"type"` // what its bytes look like, whatever the caller said
}

// attachment is a file of a message.
type attachment struct {
	uploaded

	URL    string `json:"url"` // see fileLinks
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// upload keeps a file for the caller's next message. The file is the body as it is; all else is in the query, so that
// every limit is asked before a byte is read.
func (d *Door) upload(w http.ResponseWriter, r *http.Request) {
	v, err := d.admit(w, r, bring)
	if err != nil {
		d.answerError(w, r, err)
		return
	}
	f, err := d.keepFile(w, r, v)
	if err != nil {
		d.answerError(w, r, err)
		return
	}
	reply(w, http.StatusOK, waiting(&f))
}

func (d *Door) keepFile(w http.ResponseWriter, r *http.Request, v *visit) (f desk.File, err error) {
	name := v.in.text("name", maxFileNames)
	if err := v.check(); err != nil {
		return desk.File{}, err
	}
	if !v.widget.Settings.Attachments {
		return desk.File{}, refuse(http.StatusForbidden, "Files cannot be sent here. Send a link to the file.")
	}
	err = web.ReadFile(w, r, desk.MaxFile, func(body io.Reader) error {
		kept, err := d.Store.KeepVisitorFile(r.Context(), store.VisitorFile{
			TeamID: v.widget.TeamID, Visitor: v.caller, Address: web.ClientKey(r), Name: name, Size: r.ContentLength, Body: body,
		})
		f = kept.File
		return err
	})
	var broken *web.Error
	if errors.As(err, &broken) {
		err = invalid("file", broken.Error())
	}
	return f, err
}

func waiting(f *desk.File) uploaded {
	return uploaded{ID: f.ID, Name: f.Name, Size: f.Size, Type: f.Type}
}

// readFiles reads the ids of what the caller uploaded before; whose they are the store looks.
func readFiles(in *input) []desk.File {
	const field = "attachment_ids"
	var texts []string
	if in.has(field) && json.Unmarshal(in.fields[field], &texts) != nil {
		in.fault(field, "This must be a list of the ids of uploaded files.")
	}
	if len(texts) > desk.MaxFiles {
		in.fault(field, "A message takes %d files.", desk.MaxFiles)
		return nil
	}
	files := make([]desk.File, 0, len(texts))
	for _, text := range texts {
		id, err := desk.ParseID(text)
		if err != nil {
			in.fault(field, "Each must be the UUID of an uploaded file.")
			break
		}
		files = append(files, desk.File{ID: id})
	}
	return files
}

// attach gives the messages that are shown their files.
func (d *Door) attach(ctx context.Context, w store.Widget, messages []desk.Message, shown []message) error {
	files, err := d.Store.MessageFiles(ctx, w.TeamID, messages)
	if err != nil || len(files) == 0 {
		return err
	}
	links, err := d.fileLinks(ctx, w)
	if err != nil {
		return err
	}
	for i := range messages {
		for _, f := range files[messages[i].PublicID] {
			shown[i].Attachments = append(shown[i].Attachments, attachment{
				uploaded: waiting(&f), URL: links.to(f.ID), Width: f.Width, Height: f.Height,
			})
		}
	}
	return nil
}
