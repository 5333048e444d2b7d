package desk

import (
	"encoding/json"
	"errors"
	"testing"
)

const uuid = "0197a3c0-12ab-7def-8123-456789abcdef"

func TestIDsReadAndWriteText(t *testing.T) {
	for _, in := range []string{uuid, "0197A3C0-12AB-7DEF-8123-456789ABCDEF"} {
		id, err := ParseID(in)
		if err != nil || id.String() != uuid {
			t.Errorf("%s: got %s, %v", in, id, err)
		}
	}
	for _, bad := range []string{
		"", "x", uuid + "0", uuid[:35], "0197a3c0x12ab-7def-8123-456789abcdef", "0197a3c0-12ab-7def-8123-456789abcdeg",
		"{0197a3c0-12ab-7def-8123-456789abcde}", "äääääääääääääääääää",
	} {
		var refusal *Error
		if id, err := ParseID(bad); !errors.As(err, &refusal) || !id.IsZero() {
			t.Errorf("%q: got %s, %v, want a refusal", bad, id, err)
		}
	}
}

func TestIDsTravelThroughJSON(t *testing.T) {
	id, err := ParseID(uuid)
	if err != nil {
		t.Fatal(err)
	}
	for want, id := range map[string]ID{`"` + uuid + `"`: id, `""`: {}} {
		b, err := json.Marshal(id)
		if err != nil || string(b) != want {
			t.Errorf("got %s, %v, want %s", b, err, want)
		}
		back := ID{9}
		if err := json.Unmarshal(b, &back); err != nil || back != id {
			t.Errorf("%s: got %s back, %v", want, back, err)
		}
	}
}

func TestIDsTravelThroughBothDatabases(t *testing.T) {
	id, err := ParseID(uuid)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := id.Value()
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range []any{bytes, uuid, []byte(uuid)} {
		var got ID
		if err := got.Scan(src); err != nil || got != id {
			t.Errorf("%T: got %s, %v", src, got, err)
		}
	}

	null, err := ID{}.Value()
	got := ID{9}
	if err != nil || null != nil || got.Scan(nil) != nil || !got.IsZero() {
		t.Errorf("got %v, %s, %v, want NULL both ways", null, got, err)
	}
	if err := got.Scan(7); err == nil {
		t.Error("a number was taken for an ID")
	}
}
