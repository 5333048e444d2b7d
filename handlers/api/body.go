package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// maxPatch is far more than all fields of a ticket need.
const maxPatch = 1 << 20

// mostTwice is how many names that come twice are told of.
const mostTwice = 10

// readPatch reads the body: a JSON object, or nothing.
func readPatch(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	tooLarge := refusef(http.StatusRequestEntityTooLarge, "The body is larger than the %d kB accepted here.", maxPatch>>10)
	if r.ContentLength > maxPatch {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPatch))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge
	case err != nil:
		return nil, badBody("The body ended too early. Send it again.")
	case len(bytes.TrimSpace(body)) == 0:
		return []byte("{}"), nil
	case !utf8.Valid(body):
		return nil, badBody("The body is not valid UTF-8.")
	}
	var syntax *json.SyntaxError
	if err := json.Unmarshal(body, &json.RawMessage{}); errors.As(err, &syntax) {
		return nil, badBody(fmt.Sprintf("The body is not valid JSON (near byte %d: %s).", syntax.Offset, syntax))
	}
	return body, nil
}

func badBody(text string) error { return faults{"body": {text}}.refuse() }

// object reads a JSON object field by field: encoding/json would keep the last of two values of one name, and a proxy
// before us perhaps the first. twice are such names, a few of them. It is not ok when raw is something else.
func object(raw []byte) (fields map[string]json.RawMessage, twice []string, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil, nil, false
	}
	fields = map[string]json.RawMessage{}
	for dec.More() {
		var value json.RawMessage
		token, err := dec.Token()
		name, isText := token.(string)
		if err != nil || !isText || dec.Decode(&value) != nil {
			return nil, nil, false
		}
		if _, has := fields[name]; has && len(twice) < mostTwice && !slices.Contains(twice, name) {
			twice = append(twice, name)
		}
		fields[name] = value
	}
	return fields, twice, true
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

func asText(raw json.RawMessage) (string, bool) {
	var s *string
	if json.Unmarshal(raw, &s) != nil || s == nil {
		return "", false
	}
	return *s, true
}

// asNumber is a number as it is written, or one in a text.
func asNumber(raw json.RawMessage) (string, bool) {
	if text, ok := asText(raw); ok {
		return text, true
	}
	var n *json.Number
	if json.Unmarshal(raw, &n) != nil || n == nil {
		return "", false
	}
	return n.String(), true
}

func asID(raw json.RawMessage) (int64, bool) {
	v, err := desk.ReadValue(raw) // 1.0 is 1
	id, whole := v.(int64)
	return id, err == nil && whole && id > 0
}

// asTime reads RFC 3339, which time.Parse alone takes less strictly and in capitals only. What is before computers is a mistake, and the year 1 stands for no time at all here.
func asTime(raw json.RawMessage) (time.Time, bool) {
	text, _ := asText(raw)
	at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(text))
	strict := len(text) > 13 && text[13] == ':' && !strings.Contains(text, ",") // two digits of hours, and a dot
	return at.UTC(), err == nil && strict && at.UTC().Year() >= 1970
}
