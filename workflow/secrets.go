package workflow

import (
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
		if !ok || had.Webhook == nil {
			return
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
