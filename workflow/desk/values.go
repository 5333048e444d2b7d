package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
)

// ReadValue reads one JSON value as events, variables and answers to calls hold it: its numbers are as PlainNumbers
// makes them.
func ReadValue(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the value")
	}
	return PlainNumbers(v), nil
}

// ReadValues is ReadValue of an object; null is none.
func ReadValues(text []byte) (map[string]any, error) {
	v, err := ReadValue(text)
	if err != nil {
		return nil, err
	}
	values, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, errors.New("it is another value")
	}
	return values, nil
}

// PlainNumbers makes each json.Number in a value, which it changes, an int64 or a float64, so that 5, 5.0 and 5e0 are one
// value. Those that neither of the two holds exactly enough stay: whole ones of 20 digits, say the ids of other programs.
func PlainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		return plainNumber(v)
	case []any:
		for i := range v {
			v[i] = PlainNumbers(v[i])
		}
	case map[string]any:
		for name, item := range v {
			v[name] = PlainNumbers(item)
		}
	}
	return v
}

func plainNumber(n json.Number) any {
	i, err := n.Int64()
	if err == nil {
		return i
	}
	f, floatErr := n.Float64()
	if errors.Is(err, strconv.ErrRange) || floatErr != nil {
		return n
	}
	const exact = 1 << 53
	if f == math.Trunc(f) && math.Abs(f) < exact {
		return int64(f)
	}
	return f
}
