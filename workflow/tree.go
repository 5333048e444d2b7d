package workflow

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"signalbox/workflow/desk"
)

// Limits of a workflow file.
const (
	maxFile    = 1 << 20 // bytes
	maxBraces  = 128     // levels of JSON; maxNesting is reached long before it
	maxNesting = 20      // steps within branches, groups within groups
)

// tree is a JSON value: nil, bool, text, int64, float64, json.Number (only one that no float64 holds),
// []tree or *fields.
type tree any

// fields is a JSON object in the order of its file.
type fields struct {
	names  []string
	values map[string]tree
}

// readTree reads one JSON value and refuses what encoding/json lets pass: repeated names, bad text,
// anything after the value, deep nesting.
func readTree(data []byte) (tree, error) {
	if len(data) > maxFile {
		return nil, errFileTooLarge(len(data))
	}
	if !utf8.Valid(data) {
		return nil, desk.Errorf(desk.Invalid, "The workflow file is not valid UTF-8 text. Save it again in that encoding.")
	}
	t := treeReader{dec: json.NewDecoder(bytes.NewReader(data)), data: data}
	t.dec.UseNumber()
	v, err := t.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := t.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, t.refuse("there is something after the end of the workflow")
	}
	return v, nil
}

type treeReader struct {
	dec  *json.Decoder
	data []byte
}

func (t *treeReader) refuse(format string, args ...any) error {
	line := 1 + bytes.Count(t.data[:min(int(t.dec.InputOffset()), len(t.data))], []byte("\n"))
	return desk.Errorf(desk.Invalid, "line %d: %s", line, fmt.Sprintf(format, args...))
}

func (t *treeReader) token() (json.Token, error) {
	token, err := t.dec.Token()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, t.refuse("the file ends too early")
	}
	if err != nil {
		return nil, t.refuse("this is not JSON: %v", err)
	}
	if s, ok := token.(string); ok && strings.ContainsRune(s, 0) {
		return nil, t.refuse("the text contains a NUL byte")
	}
	return token, nil
}

func (t *treeReader) value(depth int) (tree, error) {
	token, err := t.token()
	if err != nil {
		return nil, err
	}
	switch v := token.(type) {
	case json.Delim:
		if depth == maxBraces {
			return nil, t.refuse("the workflow is nested more than %d levels deep", maxNesting)
		}
		if v == '{' {
			return t.object(depth + 1)
		}
		return t.list(depth + 1)
	case json.Number:
		return plainNumber(v), nil
	}
	return token, nil
}

func (t *treeReader) object(depth int) (tree, error) {
	o := &fields{values: map[string]tree{}}
	for t.dec.More() {
		token, err := t.token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, t.refuse("this is not JSON: the name of a field must be text")
		}
		if _, twice := o.values[name]; twice {
			return nil, t.refuse("field %q is given twice", name)
		}
		v, err := t.value(depth)
		if err != nil {
			return nil, err
		}
		o.names = append(o.names, name)
		o.values[name] = v
	}
	_, err := t.token()
	return o, err
}

func (t *treeReader) list(depth int) (tree, error) {
	out := []tree{}
	for t.dec.More() {
		v, err := t.value(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	_, err := t.token()
	return out, err
}

// plainNumber makes whole numbers int64 and the others float64, so that 5, 5.0 and 5e0 are one value.
func plainNumber(n json.Number) tree {
	if i, err := strconv.ParseInt(n.String(), 10, 64); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil {
		return n
	}
	const exact = 1 << 53
	if f == math.Trunc(f) && math.Abs(f) < exact {
		return int64(f)
	}
	return f
}
