package api_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"signalbox/handlers/api"
	"signalbox/workflow/desk"
)

// contract is the document as a test holds answers to it.
type contract struct {
	t        *testing.T
	root     map[string]any
	compiler *jsonschema.Compiler
	answered map[string]bool // "GET 200"
}

const (
	location = "openapi.json"
	onTicket = "#/paths/~1ticket~1%7Bticket_id%7D/"
	asJSON   = "/content/application~1json/schema"
)

func newContract(t *testing.T, text string) *contract {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	root, ok := value.(map[string]any)
	if err != nil || !ok {
		t.Fatalf("the document is no JSON object: %v", err)
	}
	c := &contract{t: t, root: root, compiler: jsonschema.NewCompiler(), answered: map[string]bool{}}
	c.compiler.AssertFormat()
	if err := c.compiler.AddResource(location, value); err != nil {
		t.Fatal(err)
	}
	return c
}

// at follows a pointer, and each $ref on its way.
func (c *contract) at(pointer string) (value map[string]any, canonical string) {
	c.t.Helper()
	value, canonical = c.root, "#"
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "#/"), "/") {
		plain := strings.NewReplacer("~1", "/", "%7B", "{", "%7D", "}").Replace(part)
		next, ok := value[plain].(map[string]any)
		if !ok {
			return nil, ""
		}
		value, canonical = next, canonical+"/"+part
		if ref, ok := value["$ref"].(string); ok && !strings.Contains(ref, "/schemas/") {
			value, canonical = c.at(ref)
		}
	}
	return value, canonical
}

// validate holds a value to the schema at a pointer.
func (c *contract) validate(pointer, text string) error {
	c.t.Helper()
	schema, err := c.compiler.Compile(location + pointer)
	if err != nil {
		c.t.Fatalf("schema %s: %v", pointer, err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// holds fails the test unless the answer is one that the document describes, headers and all.
func (c *contract) holds(method string, a answer) {
	c.t.Helper()
	response, canonical := c.at(fmt.Sprintf("%s%s/responses/%d", onTicket, strings.ToLower(method), a.status))
	if response == nil {
		c.t.Errorf("%s is answered with %d, which the document does not know: %s", method, a.status, a.body)
		return
	}
	c.answered[fmt.Sprint(strings.ToUpper(method), " ", a.status)] = true
	if err := c.validate(canonical+asJSON, a.body); err != nil {
		c.t.Errorf("%s %d: %s\n%v", method, a.status, a.body, err)
	}
	headers, _ := response["headers"].(map[string]any)
	for name := range headers {
		_, at := c.at(canonical + "/headers/" + name)
		if err := c.validate(at+"/schema", fmt.Sprintf("%q", a.header.Get(name))); err != nil {
			c.t.Errorf("%s %d: header %s is %q\n%v", method, a.status, name, a.header.Get(name), err)
		}
	}
	for name := range a.header {
		known := name == "Content-Type" || name == "Cache-Control"
		for documented := range headers {
			known = known || strings.EqualFold(name, documented)
		}
		if !known {
			c.t.Errorf("%s %d: the document does not know the header %s", method, a.status, name)
		}
	}
}

func TestTheDocumentDescribesEveryAnswer(t *testing.T) {
	f := onSQLite(t)
	f.door.Quota = api.Quota{Minute: 1000, Hour: 1000}
	f.mount()
	c := newContract(t, f.call("GET", external+"openapi.json", "", nil).body)
	reader, writer := "Bearer "+f.token(f.team, "Reader", desk.ReadTickets), "Bearer "+f.token(f.team, "Writer", desk.WriteTickets)
	role, err := f.store.AddRole(t.Context(), f.team, "Support")
	f.check(err)

	c.holds("GET", f.get())
	for _, body := range []string{
		``, fmt.Sprintf(`{"assignee":{"type":"user","id":%d},"tags":["a"],"sla_amount":1,"snoozed_until":"2027-01-01T00:00:00Z","priority":"low"}`, f.user),
		fmt.Sprintf(`{"assignee":{"type":"role","id":%d}}`, role), `[]`, `{`, `{"status":"x","tags":1}`, strings.Repeat(" ", 1<<20+1),
	} {
		c.holds("PATCH", f.patch(body))
		c.holds("GET", f.get())
	}
	for _, method := range []string{"GET", "PATCH"} {
		for _, call := range []struct{ path, authorization string }{
			{f.path(), ""},
			{f.path(), "Bearer"},
			{f.path(), "Bearer x"},
			{f.path(), reader},
			{f.path(), writer},
			{external + "ticket/x", "Bearer " + f.key},
			{external + "ticket/018f0000-0000-7000-8000-00000000000a", "Bearer " + f.key},
		} {
			c.holds(method, f.call(method, call.path, call.authorization, bytes.NewBufferString("{}")))
		}
		c.holds(method, f.call("DELETE", f.path(), "Bearer "+f.key, nil))
	}
	f.door.Quota.Minute = 1
	c.holds("GET", f.get())
	c.holds("PATCH", f.patch(``))
	c.wantAll()
}

// wantAll fails the test for what the document describes and nobody was answered.
func (c *contract) wantAll() {
	c.t.Helper()
	for _, method := range []string{"get", "patch"} {
		responses, _ := c.at(onTicket + method + "/responses")
		for status := range responses {
			if name := strings.ToUpper(method) + " " + status; !c.answered[name] {
				c.t.Errorf("the document describes %s, which was never answered", name)
			}
		}
	}
}

func TestTheDocumentTakesTheBodiesThatTheDoorTakes(t *testing.T) {
	f := onSQLite(t)
	text, err := os.ReadFile("openapi.json")
	f.check(err)
	c := newContract(t, string(text))
	for _, body := range []string{
		`{}`, `{"status":"open"}`, `{"status":"closed"}`, `{"status":null}`, `{"priority":null}`, `{"priority":""}`, `{"priority":"high"}`,
		`{"sla_due_at":null}`, `{"sla_due_at":"2026-02-01T10:00:00+02:00"}`, `{"sla_due_at":"2026-02-01"}`, `{"sla_due_at":null,"sla_amount":1}`,
		`{"sla_amount":1.5}`, `{"sla_amount":"1.5"}`, `{"sla_amount":".5"}`, `{"sla_amount":"5."}`, `{"sla_amount":"."}`, `{"sla_amount":"1,5"}`,
		`{"sla_amount":"-1"}`, `{"sla_amount":0}`, `{"sla_amount":"clear"}`, `{"sla_amount":null}`, `{"sla_amount":[1]}`,
		`{"sla_amount":1,"sla_unit":"day"}`, `{"sla_amount":1,"sla_unit":"week"}`, `{"sla_unit":null}`, `{"sla_unit":5}`,
		`{"sla_business_hours":null}`, `{"sla_business_hours":{"days":["monday"],"time":"any"}}`, `{"sla_business_hours":{"days":["Monday"]}}`,
		`{"sla_business_hours":{"time":["09:00","17:00"]}}`, `{"sla_business_hours":{"time":[["22:00","06:00"]]}}`, `{"sla_business_hours":{"time":[["9","17"]]}}`,
		`{"sla_business_hours":{"time":[]}}`, `{"sla_business_hours":{"days":[]}}`, `{"sla_business_hours":{"holidays":["2026-12-25"]}}`,
		`{"sla_business_hours":{"holidays":["Christmas"]}}`, `{"sla_business_hours":"any"}`,
		`{"snoozed_until":null}`, `{"snoozed_until":"2027-01-01T00:00:00Z"}`, `{"snoozed_until":1}`,
		`{"assignee":null}`, `{"assignee":{"type":"user","id":1}}`, `{"assignee":{"type":"user","id":1,"user":null}}`, `{"assignee":{"type":"group","id":1}}`,
		`{"assignee":{"type":"user"}}`, `{"assignee":{"type":"user","id":0}}`, `{"assignee":1}`,
		`{"tags":[]}`, `{"tags":["a"],"tags_mode":"add"}`, `{"tags":["a"],"tags_mode":"x"}`, `{"tags":"a"}`, `{"tags":[null]}`, `{"tags_mode":null}`,
		`{"sla_due_at":"2026-02-01t10:00:00z"}`, `{"sla_due_at":"2026-02-01T10:00:00,5Z"}`, `{"sla_due_at":"2026-02-01T1:00:00Z"}`,
		`{"sla_amount":"0"}`, `{"sla_amount":"00.0"}`, `{"sla_amount":"0.050"}`, `{"sla_amount":"010"}`, `{"sla_amount":"100.0"}`,
		`{"assignee":{"type":"user","id":1.0}}`, `{"assignee":{"type":"user","id":1e0}}`, `{"assignee":{"type":"user","id":1.5}}`,
		`{"tags":["` + strings.Repeat("é", 200) + `"]}`, `{"tags":["` + strings.Repeat("é", 201) + `"]}`, `{"tags":["` + strings.Repeat(" ", 200) + `a"]}`,
		`{"unknown":{"a":[1]}}`, `[]`, `null`,
	} {
		a := f.patch(body)
		if err := c.validate(onTicket+"patch/requestBody"+asJSON, body); (err == nil) != (a.status == http.StatusOK) {
			t.Errorf("%s is answered with %d %s, and the document says: %v", body, a.status, a.body, err)
		}
	}
}
