package store

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// micros is a time as both databases keep it: microseconds since 1970 in UTC. The zero time is NULL.
type micros time.Time

// Value implements driver.Valuer.
func (m micros) Value() (driver.Value, error) {
	t := time.Time(m)
	if t.IsZero() {
		return nil, nil
	}
	return t.UnixMicro(), nil
}

// Scan implements sql.Scanner.
func (m *micros) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = micros{}
	case int64:
		*m = micros(time.UnixMicro(v).UTC())
	default:
		return fmt.Errorf("scan %T into a time", src)
	}
	return nil
}

// arguments makes every time.Time among args the database's form: times of different zones do not
// compare as text, and this is the one place that could forget.
func arguments(args []any) []any {
	for i, arg := range args {
		if t, ok := arg.(time.Time); ok {
			return converted(args, i, t)
		}
	}
	return args
}

func converted(args []any, first int, t time.Time) []any {
	out := make([]any, len(args))
	copy(out, args)
	out[first] = micros(t)
	for i, arg := range out {
		if t, ok := arg.(time.Time); ok {
			out[i] = micros(t)
		}
	}
	return out
}
