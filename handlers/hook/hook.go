// Package hook is the door of webhooks: so far its way out, by which workflows call addresses outside.
// It refuses to queue or to repeat anything, and to say where calls may go: that is for packages job and web.
package hook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"signalbox/web"
	"signalbox/workflow/job"
)

// Call does jobs of the kind job.KindWebhook.
func Call(c *web.Caller) job.Handler {
	return func(ctx context.Context, j job.Job) (job.Receipt, error) {
		var w job.Webhook
		if err := json.Unmarshal(j.Payload, &w); err != nil {
			return job.Receipt{}, errors.New("the payload is not the JSON of a webhook") // err may quote it
		}
		call := web.Call{Method: w.Method, URL: w.URL, Header: http.Header{}, Body: w.Body, Key: j.Key.String()}
		for _, h := range w.Headers {
			call.Header[h.Name] = append(call.Header[h.Name], h.Value)
		}
		return deliver(ctx, c, call)
	}
}

// Post does jobs of the kind job.KindChannel.
func Post(c *web.Caller) job.Handler {
	return func(ctx context.Context, j job.Job) (job.Receipt, error) {
		var m job.Channel
		if err := json.Unmarshal(j.Payload, &m); err != nil {
			return job.Receipt{}, errors.New("the payload is not the JSON of a message to a channel")
		}
		body, err := json.Marshal(map[string]string{"text": m.Text})
		if err != nil {
			return job.Receipt{}, fmt.Errorf("encode message: %w", err)
		}
		return deliver(ctx, c, web.Call{Method: http.MethodPost, URL: m.URL, Body: string(body), Key: j.Key.String()})
	}
}

// deliver makes a call and judges what came back.
func deliver(ctx context.Context, c *web.Caller, call web.Call) (job.Receipt, error) {
	answer, err := c.Call(ctx, call)
	if err != nil {
		failure := &job.Error{Text: err.Error()}
		var known *web.CallError
		if errors.As(err, &known) {
			failure.Permanent = known.Permanent
		}
		return job.Receipt{}, failure
	}

	status := answer.Status
	failure := &job.Error{Status: status, Text: fmt.Sprintf("The host answered %d.", status), After: answer.RetryAfter}
	switch {
	case status >= 200 && status < 300:
		body, err := answerBody(answer.Body)
		return job.Receipt{Status: status, Body: body}, err
	case status >= 300 && status < 400:
		failure.Permanent = true
		failure.Text = fmt.Sprintf("The host answered with a redirect (%d), and none is followed. Use the address that it leads to.", status)
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooManyRequests:
	default:
		failure.Permanent = true
		failure.Text = fmt.Sprintf("The host refuses the call (%d).", status)
	}
	return job.Receipt{}, failure
}

// longestBody is in bytes of JSON: with its status, the answer fits in a workflow's variable.
const longestBody = 60 << 10

// answerBody is JSON as it came, or what is no JSON as text. What is too long is cut, and so becomes text.
func answerBody(body []byte) (json.RawMessage, error) {
	text := strings.ToValidUTF8(string(body), "\uFFFD")
	var plain bytes.Buffer
	if err := json.Compact(&plain, []byte(text)); err == nil && plain.Len() <= longestBody {
		return plain.Bytes(), nil
	}
	for {
		encoded, err := json.Marshal(text)
		if err != nil || len(encoded) <= longestBody {
			return encoded, err
		}
		text = strings.ToValidUTF8(text[:len(text)*3/4], "") // some characters take six bytes as JSON
	}
}
