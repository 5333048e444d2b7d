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
