package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
)

// Upload says how a form with files is read.
type Upload struct {
	Form  int64 // bytes of the fields that are no files, together with their names
	Total int64 // bytes of the whole body
	// Keep is given each file as it comes in; the fields before it are in r.PostForm already. What it fails with is what
	// ReadUpload fails with.
	Keep func(name string, body io.Reader) error
}

const (
	uploadStall = 30 * time.Second // without a byte
	uploadTime  = 15 * time.Minute // for a whole body
	uploadRest  = 5 * time.Second  // for what is left of one that was not read to its end
	mostParts   = 1_000
)

// ReadUpload is ReadForm for forms with files, which it hands on without keeping them in memory. A body whose length
// is over the limit is refused before it is read. A slow line is given longer than other requests, a dead one is not.
func ReadUpload(w http.ResponseWriter, r *http.Request, u Upload) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "multipart/form-data" {
		return ReadForm(w, r, u.Form)
	}
	slow, err := beginUpload(w, r, u.Total)
	if err != nil {
		return err
	}
	defer slow.done()

	r.Body = unending(r.Body)
	parts, err := r.MultipartReader()
	if err == nil {
		err = r.ParseForm() // the query; the body is ours
	}
	if err != nil {
		return Refuse(KindInvalid, "The form cannot be read. Send it again as multipart/form-data with a boundary, or as a plain form.")
	}
	if err := readParts(r, parts, u); err != nil {
		return err
	}
	return checkValues(r.Form)
}

// ReadFile hands a body on that is one file of at most most bytes, as ReadUpload does with the files of a form. What
// keep fails with is what ReadFile fails with.
func ReadFile(w http.ResponseWriter, r *http.Request, most int64, keep func(body io.Reader) error) error {
	slow, err := beginUpload(w, r, most)
	if err != nil {
		return err
	}
	defer slow.done()
	return keep(incoming{r.Body})
}

func beginUpload(w http.ResponseWriter, r *http.Request, most int64) (*patient, error) {
	if err := RefuseLong(w, r, most); err != nil {
		return nil, err
	}
	slow := &patient{body: whole(r.Body), control: http.NewResponseController(w), end: time.Now().Add(uploadTime)}
	r.Body = http.MaxBytesReader(w, slow, most)
	return slow, nil
}

// RefuseLong refuses a body that is announced to be longer than most bytes, before any of it is read. Whoever words the
// refusal finds the query and no fields, instead of waiting for them.
func RefuseLong(w http.ResponseWriter, r *http.Request, most int64) error {
	if r.ContentLength <= most {
		return nil
	}
	w.Header().Set("Connection", "close") // nobody is going to read the rest
	r.Body = http.NoBody
	_ = r.ParseForm() // a broken query has no fields either
	return &http.MaxBytesError{Limit: most}
}

func readParts(r *http.Request, parts *multipart.Reader, u Upload) error {
	left := u.Form
	for range mostParts + 1 { // and the end
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) { // only after the closing boundary, see unended
			return nil
		}
		if err != nil {
			return brokenUpload(err)
		}
		if name, isFile := fileName(part); isFile {
			if err := keepFile(name, incoming{part}, u.Keep); err != nil {
				return err
			}
			continue
		}
		field := part.FormName()
		left -= int64(len(field))
		value, err := io.ReadAll(io.LimitReader(incoming{part}, max(left, 0)+1))
		if err != nil {
			return err
		}
		if left -= int64(len(value)); left < 0 {
			return &http.MaxBytesError{Limit: u.Form}
		}
		r.PostForm.Add(field, plainLines(string(value)))
		r.Form.Add(field, plainLines(string(value)))
	}
	return Refuse(KindTooLarge, "That form has more than %d fields.", mostParts)
}

// unended is a form that never comes to its end, unless its closing boundary was read before: a multipart.Reader takes an
// end within the header of a part for that of the form. The boundary may be the very last of a body; its line gets an end.
type unended struct {
	io.ReadCloser

	end *strings.Reader
}

func unending(body io.ReadCloser) io.ReadCloser {
	return &unended{ReadCloser: body, end: strings.NewReader("\r\n")}
}

func (u *unended) Read(b []byte) (int, error) {
	n, err := u.ReadCloser.Read(b)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if n > 0 {
		return n, nil
	}
	if n, err = u.end.Read(b); errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// fileName tells a file from a field: only a file has the parameter. In it browsers write what would end it as %22, %0D
// and %0A, and nothing else so (HTML, multipart/form-data encoding algorithm).
func fileName(part *multipart.Part) (name string, isFile bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return "", false
	}
	name, isFile = params["filename"]
	return strings.NewReplacer("%22", `"`, "%0D", "\r", "%0A", "\n").Replace(name), isFile
}

// keepFile leaves out what a browser sends where no file was chosen: no name and no bytes.
func keepFile(name string, part io.Reader, keep func(string, io.Reader) error) error {
	if name == "" {
		first := make([]byte, 1)
		n, err := part.Read(first)
		if n == 0 && errors.Is(err, io.EOF) {
			return nil
		}
		part = io.MultiReader(bytes.NewReader(first[:n]), part)
	}
	return keep(name, part)
}

// incoming tells a body that breaks off from all else that may keep a file from being kept.
type incoming struct{ part io.Reader }

func (i incoming) Read(b []byte) (int, error) {
	n, err := i.part.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = brokenUpload(err)
	}
	return n, err
}

// brokenUpload words what kept a body from being read to its end.
func brokenUpload(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return Refuse(KindInvalid, "The upload broke off. Please try again.")
}

// patient moves the deadline of a connection as long as bytes come in.
type patient struct {
	body    io.ReadCloser
	control *http.ResponseController
	end     time.Time
	whole   bool // all of it was read
}

func (p *patient) Read(b []byte) (int, error) {
	until := time.Now().Add(uploadStall)
	if p.end.Before(until) {
		until = p.end
	}
	_ = p.control.SetReadDeadline(until) // a connection without deadlines is fine too
	n, err := p.body.Read(b)
	p.whole = p.whole || errors.Is(err, io.EOF)
	return n, err
}

func (p *patient) Close() error { return p.body.Close() }

// done gives the answer the time that any other has. What is left of the body net/http reads around the answer, and
// would wait for without end.
func (p *patient) done() {
	rest := time.Time{} // a passed one would cancel a request that was read to its end
	if !p.whole {
		rest = time.Now().Add(uploadRest)
	}
	_ = p.control.SetReadDeadline(rest)
	_ = p.control.SetWriteDeadline(time.Now().Add(writeTimeout))
}

// bounded is a body that LimitBody cuts off.
type bounded struct {
	io.ReadCloser

	whole io.ReadCloser
}

// whole is the body without the limit that holds for all others.
func whole(body io.ReadCloser) io.ReadCloser {
	if b, ok := body.(*bounded); ok {
		return b.whole
	}
	return body
}
