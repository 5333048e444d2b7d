package desk

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNumbersOfValuesStayWhatTheyAre(t *testing.T) {
	for text, want := range map[string]any{
		`5`: int64(5), `5.0`: int64(5), `5e0`: int64(5), `-0`: int64(0), `-0.0`: int64(0), `1.5`: 1.5,
		`9007199254740993`: int64(9007199254740993), `-9223372036854775808`: int64(-9223372036854775808),
		`9223372036854775808`: json.Number("9223372036854775808"), `1e21`: 1e21, `1e400`: json.Number("1e400"),
		`{"a":[1234567890123456789,{"b":2}]}`: map[string]any{"a": []any{int64(1234567890123456789), map[string]any{"b": int64(2)}}},
		`"5"`:                                 "5", `null`: nil, `true`: true,
	} {
		got, err := ReadValue([]byte(text))
		if err != nil || !cmp.Equal(want, got) {
			t.Errorf("%s: got %#v, %v, want %#v", text, got, err, want)
		}
		again, err := json.Marshal(got)
		if kept, _ := ReadValue(again); err != nil || !cmp.Equal(got, kept) {
			t.Errorf("%s: written and read again it is %#v, %v, want %#v", text, kept, err, got)
		}
	}
}

func TestWhatIsNoObjectHasNoValues(t *testing.T) {
	for _, text := range []string{``, `{`, `[1]`, `1`, `"a"`, `{} {}`, `{"a":1}]`, `plan=gold`} {
		if got, err := ReadValues([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
	for _, text := range []string{`null`, ` {} `} {
		if got, err := ReadValues([]byte(text)); err != nil || len(got) != 0 {
			t.Errorf("%q: got %v, %v, want nothing", text, got, err)
		}
	}
}
