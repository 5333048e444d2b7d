package workflow

import (
	"fmt"
	"slices"
	"strings"
)

// KeepSecrets returns d with the header values that it leaves blank and that the same step of old has: files and
// forms name a secret, but do not show it. d itself stays as it is.
func KeepSecrets(old, d Definition) Definition {
	d.Steps = cloneSteps(d.Steps)
	eachStep(d.Steps, func(s *Step) {
		if s.Webhook == nil || !slices.ContainsFunc(s.Webhook.Headers, Header.blank) {
			return
		}
		had, ok := Find(old, s.ID)
		if !ok || had.Webhook == nil || !MaySee(had.Webhook.URL, s.Webhook.URL) {
			return // a secret is for those it was written for, and nobody sends it elsewhere who cannot read it
		}
		call := *s.Webhook
		call.Headers = slices.Clone(call.Headers)
		for i, h := range call.Headers {
			if h.blank() {
				call.Headers[i].Value = had.Webhook.header(h.Name)
			}
		}
		s.Webhook = &call
	})
	return d
}

// MaySee reports whether the secrets of a call to one address may go to another: to the same scheme, host and port, or
// to any as long as the first names no host yet.
func MaySee(from, to string) bool {
	scheme, host := origin(from)
	other, at := origin(to)
	return host == "" || scheme == other && host == at
}

// origin is the scheme, and the host and port, of an address, in which templates stand behind the host alone.
func origin(address string) (scheme, host string) {
	scheme, rest, _ := strings.Cut(strings.ToLower(address), "://")
	host, _, _ = strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return scheme, host
}

func (h Header) blank() bool { return h.Value == "" }

// header returns the value of a header, whose name has no case, or "".
func (s *WebhookStep) header(name string) string {
	for _, h := range s.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// MissingSecrets are the headers that have no value on this desk: a call without them would be sent, and refused there.
func MissingSecrets(d Definition) Problems {
	var problems Problems
	eachStep(d.Steps, func(s *Step) {
		if s.Webhook == nil || s.Disabled {
			return
		}
		for _, h := range s.Webhook.Headers {
			if h.blank() {
				text := fmt.Sprintf("The header %.60q has no value on this desk. Write it, or take the header away.", h.Name)
				problems = append(problems, Problem{StepID: s.ID, Field: "headers", Text: text})
			}
		}
	})
	return problems
}
