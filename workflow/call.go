package workflow

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// longestCall is how long a run waits for the answer to a call, retries included.
const longestCall = 24 * time.Hour

// callStep calls an address outside.
type callStep struct {
	source *WebhookStep
	url    *template
	body   *document // nil: none
	err    error     // why it can never be called
}

func compileCall(s *WebhookStep) runner {
	c := callStep{source: s, url: compileTemplate(s.URL), err: checkHost(s.URL)}
	if strings.TrimSpace(s.Body) != "" && c.err == nil {
		c.body, c.err = compileDocument(s.Body)
	}
	return c
}

func (s callStep) run(e *evaluation, t *StepTrace) flow {
	at := e.resumed
	e.resumed = nil
	if s.err != nil {
		return failStep(t, s.err)
	}
	if at != nil {
		t.Inputs = at.inputs()
		return s.answer(e, t, at)
	}

	address, err := s.url.resolveURL(&e.scope)
	if err == nil {
		err = e.outside(address)
	}
	if err != nil {
		return failStep(t, err)
	}
	t.Inputs = append(t.Inputs, Named{Name: "url", Value: address})
	var body string
	if s.body != nil {
		if body, err = s.body.resolve(&e.scope); err != nil {
			return failStep(t, err)
		}
		t.Inputs = append(t.Inputs, Named{Name: "body", Value: json.RawMessage(body)})
	}
	call := job.Webhook{Method: s.method(), URL: address, Body: body, Await: s.source.Output != ""}
	for _, h := range s.source.Headers {
		call.Headers = append(call.Headers, job.Header{Name: h.Name, Value: h.Value})
	}
	e.order(t, 0, job.KindWebhook, call)
	if !call.Await {
		t.Detail = "The call is on its way."
		return next
	}
	t.Detail = "Waits for the answer to its call."
	return e.pause(t, Position{Since: e.facts.Now, Until: e.facts.Now.Add(longestCall), Await: true})
}

// resolveURL escapes what templates yield, so that no value adds a part of its own to the address.
func (t *template) resolveURL(s *scope) (string, error) {
	if t.err != nil || t.isLiteral() {
		return textOf(t.literal), t.err
	}
	var b strings.Builder
	for i := range t.parts {
		v, err := t.parts[i].resolve(s)
		if err != nil {
			return "", err
		}
		text := textOf(v)
		switch {
		case !t.parts[i].expr:
		case strings.Contains(b.String(), "?"):
			text = url.QueryEscape(text)
		case text == "." || text == "..":
			text = ""
		default:
			text = url.PathEscape(text)
		}
		b.WriteString(text)
	}
	if b.Len() > maxValue {
		return "", errTooLarge()
	}
	return b.String(), nil
}

func (s callStep) method() string { return strings.ToUpper(orDefault(s.source.Method, "POST")) }

// answer takes what came back into the step's variable.
func (s callStep) answer(e *evaluation, t *StepTrace, at *Resumption) flow {
	switch got := at.Answer.(type) {
	case nil:
		if at.Until.After(e.facts.Now) {
			t.Detail = "Waits for the answer to its call."
			return e.pause(t, at.Position)
		}
		return failStep(t, desk.Errorf(desk.Unavailable, "There was no answer to the call within %s.", spanText(longestCall)))
	case map[string]any:
		if text, failed := got["error"].(string); failed {
			return failStep(t, desk.Errorf(desk.Unavailable, "The call failed: %.300s", text))
		}
	}
	if err := e.setVariable(s.source.Output, at.Answer); err != nil {
		return failStep(t, err)
	}
	t.Detail = "Got an answer."
	if d := e.facts.Now.Sub(at.Since); d >= time.Second {
		t.Detail = fmt.Sprintf("Got an answer after %s.", spanText(d))
	}
	t.Outputs = append(t.Outputs, Named{Name: s.source.Output, Value: at.Answer})
	return next
}

// checkHost refuses an address whose host is not plain in the definition: what a customer wrote must never say where a
// call with secrets goes.
func checkHost(address string) error {
	plain, _, templated := strings.Cut(address, "{")
	u, err := url.Parse(plain)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return desk.FieldErrorf("url", "%.80q is not an address to call. Use one like https://example.com/hook.", address)
	}
	if u.User != nil {
		return desk.FieldErrorf("url", "The address holds a password, which everybody could read. Put it into a header.")
	}
	if templated && !strings.Contains(strings.TrimPrefix(plain[len(u.Scheme):], "://"), "/") {
		return desk.FieldErrorf("url", "The host of the address must be plain text; templates may stand behind it, after a slash.")
	}
	return nil
}

// outside refuses calls of this desk itself, which would be a loop.
func (e *evaluation) outside(address string) error {
	if err := checkHost(address); err != nil {
		return err
	}
	to, err := url.Parse(address)
	if err != nil {
		return desk.FieldErrorf("url", "%.80q is not an address to call. Use one like https://example.com/hook.", address)
	}
	own, err := url.Parse(e.facts.URL)
	if err == nil && own.Host != "" && strings.EqualFold(to.Hostname(), own.Hostname()) && port(to) == port(own) {
		return desk.FieldErrorf("url", "A workflow cannot call its own desk: that could go round in a loop.")
	}
	return nil
}

func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

// document is JSON of which the text values are templates: what they yield stays text, so that no value can break out
// of its place.
type document struct {
	text   *template
	list   []*document
	fields []documentField
	object bool
	plain  tree // everything else
}

type documentField struct {
	name  string
	value *document
}

func compileDocument(s string) (*document, error) {
	root, err := readTree([]byte(s))
	if err != nil {
		return nil, desk.FieldErrorf("body", "The body is not JSON: %v", err)
	}
	return documentOf(root)
}

func documentOf(v tree) (*document, error) {
	switch v := v.(type) {
	case string:
		t := compileTemplate(v)
		return &document{text: t}, t.err
	case []tree:
		d := &document{list: []*document{}}
		for _, item := range v {
			element, err := documentOf(item)
			if err != nil {
				return nil, err
			}
			d.list = append(d.list, element)
		}
		return d, nil
	case *fields:
		d := &document{object: true}
		for _, name := range v.names {
			value, err := documentOf(v.values[name])
			if err != nil {
				return nil, err
			}
			d.fields = append(d.fields, documentField{name: name, value: value})
		}
		return d, nil
	}
	return &document{plain: v}, nil
}

func (d *document) resolve(s *scope) (string, error) {
	text, err := d.write(nil, s)
	if err == nil && len(text) > maxValue {
		err = errTooLarge()
	}
	return string(text), err
}

func (d *document) write(out []byte, s *scope) ([]byte, error) {
	var err error
	switch {
	case d.object:
		out = append(out, '{')
		for i, f := range d.fields {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(append(out, jsonText(f.name)...), ':')
			if out, err = f.value.write(out, s); err != nil {
				return nil, err
			}
		}
		return append(out, '}'), nil
	case d.list != nil:
		out = append(out, '[')
		for i, element := range d.list {
			if i > 0 {
				out = append(out, ',')
			}
			if out, err = element.write(out, s); err != nil {
				return nil, err
			}
		}
		return append(out, ']'), nil
	case d.text != nil:
		v, err := d.text.resolve(s)
		if err != nil {
			return nil, err
		}
		return append(out, jsonText(v)...), nil
	}
	return append(out, jsonText(d.plain)...), nil
}

// methods are those that a call may use.
func methods() []string { return []string{"GET", "POST", "PUT", "PATCH", "DELETE"} }

func checkMethod(s string) error {
	if s == "" || slices.Contains(methods(), strings.ToUpper(s)) {
		return nil
	}
	return desk.FieldErrorf("method", "%.20q is not a method for a call. Use one of %s.", s, strings.Join(methods(), ", "))
}
