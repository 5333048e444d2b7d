package widget

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"

	"signalbox/web"
	"signalbox/workflow/desk"
)

const maxKey = 200 // characters of the name of a trait

// input is what a call sent: the JSON object of a POST, or the query of a GET as one. Reading a
// field notes what is wrong with it; err tells about all of them at once.
type input struct {
	fields map[string]json.RawMessage
	broken error // the whole could not be read
	faults map[string][]string
}

func readInput(w http.ResponseWriter, r *http.Request, c cost) *input {
	in := &input{}
	if asks(r) || c == bring {
		in.fields, in.broken = queryFields(r.URL.RawQuery)
		return in
	}

	err := web.RefuseLong(w, r, maxBody)
	if err == nil {
		err = web.ReadJSON(w, r, maxBody, &in.fields)
	}
	var tooLarge *http.MaxBytesError
	var refused *web.Error
	switch {
	case errors.As(err, &tooLarge):
		in.broken = &refusal{status: http.StatusRequestEntityTooLarge, body: failure{
			Error:   invalidData,
			Details: map[string][]string{"body": {fmt.Sprintf("The body is larger than the %d kB accepted here.", maxBody>>10)}},
		}}
	case errors.As(err, &refused):
		in.broken = invalid("body", refused.Error())
	case err != nil:
		in.broken = invalid("body", "The body ended too early. Send it again.")
	}
	return in
}

func queryFields(query string) (map[string]json.RawMessage, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return nil, invalid("query", "The query of the address cannot be read.")
	}
	fields := make(map[string]json.RawMessage, len(values))
	for name, all := range values {
		if err := desk.CheckText("query", all[0]); err != nil {
			return nil, err
		}
		encoded, err := json.Marshal(all[0])
		if err != nil {
			return nil, fmt.Errorf("encode query: %w", err)
		}
		fields[name] = encoded
	}
	return fields, nil
}

func (in *input) fault(field, format string, args ...any) {
	if in.faults == nil {
		in.faults = make(map[string][]string)
	}
	in.faults[field] = append(in.faults[field], fmt.Sprintf(format, args...))
}

func (in *input) wrong(field string) bool { return len(in.faults[field]) > 0 }

// err refuses the call when any field that was read is wrong.
func (in *input) err() error {
	if len(in.faults) == 0 {
		return nil
	}
	return &refusal{status: http.StatusBadRequest, body: failure{Error: invalidData, Details: in.faults}}
}

// has reports whether a field is there and not null.
func (in *input) has(name string) bool {
	value, ok := in.fields[name]
	return ok && string(value) != "null"
}

// filled reports whether a field holds anything but nothing, false, zero or emptiness.
func (in *input) filled(name string) bool {
	var value any
	if in.has(name) && json.Unmarshal(in.fields[name], &value) != nil {
		return true // a number beyond all bounds
	}
	switch v := value.(type) {
	case nil:
		return false
	case bool:
		return v
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case map[string]any:
		return len(v) > 0
	}
	return true
}

// raw is a field's text; "" when it is none.
func (in *input) raw(name string) string {
	var s string
	if !in.has(name) || json.Unmarshal(in.fields[name], &s) != nil {
		return ""
	}
	return s
}

// text reads at most most characters; a missing one is "".
func (in *input) text(name string, most int) string {
	if !in.has(name) {
		return ""
	}
	var s string
	if json.Unmarshal(in.fields[name], &s) != nil {
		in.fault(name, "This must be text.")
		return ""
	}
	if n := utf8.RuneCountInString(s); n > most {
		in.fault(name, "This has %d characters; the limit is %d.", n, most)
	}
	return s
}

// id reads a UUID; a missing one is the zero ID.
func (in *input) id(name string) desk.ID {
	if !in.has(name) {
		return desk.ID{}
	}
	id, err := desk.ParseID(in.raw(name))
	if err != nil {
		in.fault(name, "This must be a UUID.")
	}
	return id
}

// count reads a whole number within its bounds out of a query.
func (in *input) count(name string, fallback, least, most int) int {
	if !in.has(name) {
		return fallback
	}
	n, err := strconv.Atoi(in.raw(name))
	if err != nil || n < least || n > most {
		in.fault(name, "This must be a whole number from %d to %d.", least, most)
		return fallback
	}
	return n
}

// instant reads a time as RFC 3339 out of a query; a missing one is the zero time.
func (in *input) instant(name string) time.Time {
	if in.raw(name) == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, in.raw(name))
	if err != nil {
		in.fault(name, "This must be a time such as 2026-01-31T09:30:00.000000Z.")
		return time.Time{}
	}
	return at.UTC().Truncate(time.Microsecond) // no message lies between two microseconds
}

// values reads an object of at most most texts, numbers, truths and nulls; texts are cut after
// longest characters.
func (in *input) values(name string, most, longest int) map[string]any {
	if !in.has(name) {
		return nil
	}
	var raw map[string]json.RawMessage
	if json.Unmarshal(in.fields[name], &raw) != nil {
		in.fault(name, "This must be an object.")
		return nil
	}
	if len(raw) > most {
		in.fault(name, "This has %d values; the limit is %d.", len(raw), most)
		return nil
	}

	values := make(map[string]any, len(raw))
	for key, encoded := range raw {
		value, ok := simple(encoded, longest)
		switch {
		case utf8.RuneCountInString(key) > maxKey:
			in.fault(name, "A name has more than %d characters.", maxKey)
		case !ok:
			in.fault(name, "The value of %q must be text, a number, true, false or null.", key)
		default:
			values[key] = value
		}
	}
	return values
}

// simple decodes a value that is neither a list nor an object. Whole numbers stay whole.
func simple(encoded json.RawMessage, longest int) (value any, ok bool) {
	if n, err := strconv.ParseInt(string(encoded), 10, 64); err == nil {
		return n, true
	}
	if err := json.Unmarshal(encoded, &value); err != nil {
		return nil, false
	}
	switch v := value.(type) {
	case nil, bool:
		return v, true
	case float64:
		return v, !math.IsInf(v, 0)
	case string:
		return desk.Cut(v, longest), true
	}
	return nil, false
}
