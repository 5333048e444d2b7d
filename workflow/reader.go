package workflow

import (
	"fmt"

	"signalbox/workflow/desk"
)

// reader turns a tree into a Definition and keeps the first refusal.
type reader struct{ err error }

func (r *reader) refuse(at, format string, args ...any) {
	if r.err != nil {
		return
	}
	text := fmt.Sprintf(format, args...)
	if at != "" {
		text = at + ": " + text
	}
	r.err = desk.Errorf(desk.Invalid, "%s", text)
}

func (r *reader) tooDeep(depth int, at string) bool {
	if depth <= maxNesting {
		return false
	}
	r.refuse(at, "the workflow is nested more than %d levels deep", maxNesting)
	return true
}

// object is an object of the tree whose fields are taken one by one; close refuses what was not taken.
type object struct {
	*fields
	r     *reader
	at    string
	taken map[string]bool
}

func (r *reader) object(v tree, at string) *object {
	f, ok := v.(*fields)
	if !ok {
		r.refuse(at, "must be an object")
		f = &fields{}
	}
	return &object{fields: f, r: r, at: at, taken: map[string]bool{}}
}

func (o *object) close() {
	for _, name := range o.names {
		if !o.taken[name] {
			o.r.refuse(o.at, "unknown field %q", name)
		}
	}
}

func (o *object) place(name string) string {
	if o.at == "" {
		return name
	}
	return o.at + "." + name
}

func (o *object) has(name string) bool {
	_, ok := o.values[name]
	return ok
}

func (o *object) peek(name string) tree { return o.values[name] }

func (o *object) field(name string) tree {
	o.taken[name] = true
	return o.values[name]
}

// text returns "" for an absent field and for null.
func (o *object) text(name string) string {
	switch v := o.field(name).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		o.r.refuse(o.place(name), "must be text")
		return ""
	}
}

func (o *object) whole(name string) int64 {
	switch v := o.field(name).(type) {
	case nil:
		return 0
	case int64:
		return v
	default:
		o.r.refuse(o.place(name), "must be a whole number")
		return 0
	}
}

func (o *object) truth(name string) bool {
	switch v := o.field(name).(type) {
	case nil:
		return false
	case bool:
		return v
	default:
		o.r.refuse(o.place(name), "must be true or false")
		return false
	}
}

func (o *object) list(name string) []tree {
	switch v := o.field(name).(type) {
	case nil:
		return nil
	case []tree:
		return v
	default:
		o.r.refuse(o.place(name), "must be a list")
		return nil
	}
}

func (o *object) texts(name string) []string {
	var out []string
	for i, v := range o.list(name) {
		s, ok := v.(string)
		if !ok {
			o.r.refuse(fmt.Sprintf("%s[%d]", o.place(name), i), "must be text")
		}
		out = append(out, s)
	}
	return out
}
