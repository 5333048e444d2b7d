package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// Parts of a multipart form beyond this many bytes go to temporary files.
const formMemory = 1 << 20

// ReadForm parses the query and a form body of at most limit bytes into r.Form
// and r.PostForm, and refuses text that no database should hold: invalid UTF-8
// and NUL bytes. Lines end with one character, as everywhere but in forms.
func ReadForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := parseForm(r); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return Refuse(KindInvalid, "The form could not be read. Please reload the page and try again.")
	}
	for _, form := range []url.Values{r.Form, r.PostForm} {
		for _, values := range form {
			for i := range values {
				values[i] = plainLines(values[i])
			}
		}
	}
	return checkValues(r.Form)
}

// plainLines takes out the carriage returns that browsers put into what was typed without any.
func plainLines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

func parseForm(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		r.Body = unending(r.Body)
		return r.ParseMultipartForm(formMemory)
	}
	return r.ParseForm()
}

func checkValues(form url.Values) error {
	for key, values := range form {
		if !isText(key) {
			return Refuse(KindInvalid, "The name of a field holds characters that are not text.")
		}
		for _, value := range values {
			if !isText(value) {
				return Refuse(KindInvalid, "The field %q holds characters that are not text. Please type them again.", key)
			}
		}
	}
	return nil
}

func isText(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

// PlainURL refuses paths and queries with invalid UTF-8 or NUL bytes before
// any handler looks at them.
func (e *Errors) PlainURL(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.RawQuery
		if strings.IndexByte(query, '%') >= 0 {
			if plain, err := url.QueryUnescape(query); err == nil {
				query = plain
			}
		}
		if !isText(r.URL.Path) || !isText(query) {
			e.Answer(w, r, Refuse(KindInvalid, "The address holds characters that are not text."))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ReadJSON reads one JSON value of at most limit bytes into v. It refuses
// invalid UTF-8, NUL characters (escaped or not) and anything after the value.
func ReadJSON(w http.ResponseWriter, r *http.Request, limit int64, v any) error {
	dec, err := jsonBody(w, r, limit)
	if err != nil {
		return err
	}
	return decode(dec, v)
}

// ReadStrictJSON is ReadJSON that also refuses fields that v does not know.
func ReadStrictJSON(w http.ResponseWriter, r *http.Request, limit int64, v any) error {
	dec, err := jsonBody(w, r, limit)
	if err != nil {
		return err
	}
	dec.DisallowUnknownFields()
	return decode(dec, v)
}

func jsonBody(w http.ResponseWriter, r *http.Request, limit int64) (*json.Decoder, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	if !utf8.Valid(body) {
		return nil, Refuse(KindInvalid, "The body is not valid UTF-8.")
	}
	if escapesNUL(body) {
		return nil, Refuse(KindInvalid, "The body holds a NUL character.")
	}
	return json.NewDecoder(bytes.NewReader(body)), nil
}

// escapesNUL finds \u0000 whose backslash is not itself escaped.
func escapesNUL(body []byte) bool {
	for i := 0; i+6 <= len(body); i++ {
		if body[i] != '\\' {
			continue
		}
		if string(body[i+1:i+6]) == "u0000" {
			return true
		}
		i++ // whatever follows belongs to this escape
	}
	return false
}

func decode(dec *json.Decoder, v any) error {
	err := dec.Decode(v)
	if err == nil {
		_, err = dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		return Refuse(KindInvalid, "The body goes on after its JSON value.")
	}

	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF):
		return Refuse(KindInvalid, "The body is empty; send a JSON value.")
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF):
		return Refuse(KindInvalid, "The body is not valid JSON (near byte %d).", dec.InputOffset())
	case errors.As(err, &wrongType) && wrongType.Field != "":
		return Refuse(KindInvalid, "The field %q cannot be of type %s.", wrongType.Field, wrongType.Value)
	case errors.As(err, &wrongType):
		return Refuse(KindInvalid, "The body cannot be of type %s.", wrongType.Value)
	default:
		// Unknown fields have no error type of their own.
		return Refuse(KindInvalid, "The body was refused: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
}
