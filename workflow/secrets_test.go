package workflow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"signalbox/workflow"
)

func calling(headers ...workflow.Header) workflow.Definition {
	return workflow.Definition{Name: "Call", Steps: []workflow.Step{{
		ID: "s1", Type: workflow.If, If: &workflow.IfStep{Else: []workflow.Step{
			{ID: "s2", Type: workflow.Webhook, Webhook: &workflow.WebhookStep{URL: "https://example.com", Headers: headers}},
		}},
	}}}
}

func TestABlankSecretKeepsItsValue(t *testing.T) {
	old := calling(workflow.Header{Name: "Authorization", Value: "Bearer 1"}, workflow.Header{Name: "X-Key", Value: "k"})
	typed := calling(
		workflow.Header{Name: "authorization"}, workflow.Header{Name: "X-Key", Value: "new"}, workflow.Header{Name: "X-Other"},
	)
	want := calling(
		workflow.Header{Name: "authorization", Value: "Bearer 1"}, workflow.Header{Name: "X-Key", Value: "new"}, workflow.Header{Name: "X-Other"},
	)
	if diff := cmp.Diff(want, workflow.KeepSecrets(old, typed)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	if got := typed.Steps[0].If.Else[0].Webhook.Headers[0].Value; got != "" {
		t.Errorf("the definition that was given: got the value %q, want it as it was", got)
	}
}

func TestASecretStaysWithItsStep(t *testing.T) {
	old := calling(workflow.Header{Name: "Authorization", Value: "Bearer 1"})
	typed := calling(workflow.Header{Name: "Authorization"})
	typed.Steps[0].If.Else[0].ID = "s3"
	if diff := cmp.Diff(typed, workflow.KeepSecrets(old, typed)); diff != "" {
		t.Errorf("another step (-want +got):\n%s", diff)
	}
}

func TestASecretIsNotSentToAnotherHost(t *testing.T) {
	old := calling(workflow.Header{Name: "Authorization", Value: "Bearer 1"})
	for address, kept := range map[string]bool{
		"https://example.com":           true,
		"https://EXAMPLE.com/other?x=1": true,
		"https://example.com:8443":      false,
		"http://example.com":            false,
		"https://example.com.evil.org":  false,
		"https://evil.org/example.com":  false,
	} {
		typed := calling(workflow.Header{Name: "Authorization"})
		typed.Steps[0].If.Else[0].Webhook.URL = address
		got := workflow.KeepSecrets(old, typed).Steps[0].If.Else[0].Webhook.Headers[0].Value
		if (got != "") != kept {
			t.Errorf("%s: got the value %q, want it kept %t", address, got, kept)
		}
	}
}

func TestAHeaderWithoutAValueKeepsACallFromBeingPublished(t *testing.T) {
	if got := workflow.MissingSecrets(calling(workflow.Header{Name: "A"}, workflow.Header{Name: "B", Value: "b"})); len(got) != 1 || got[0].StepID != "s2" {
		t.Errorf("got %v, want the one header of the step", got)
	}
}
