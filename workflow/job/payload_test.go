package job_test

import (
	"encoding/json"
	"strings"
	"testing"

	"signalbox/workflow/job"
)

func TestWhatIsShownOfAPayloadHoldsNoSecret(t *testing.T) {
	for name, test := range map[string]struct {
		kind    job.Kind
		payload any
		want    string
		host    string
	}{
		"webhook": {
			job.KindWebhook,
			job.Webhook{
				Method: "PUT", URL: "https://ann:s3cret@crm.test:8443/v1/in?key=s3cret#s3cret", Await: true,
				Headers: []job.Header{{Name: "Authorization", Value: "Bearer s3cret"}}, Body: `{"a":"s3cret"}`,
			},
			`{"target":"crm.test:8443","method":"PUT","url":"https://crm.test:8443/v1/in","headers":["Authorization"],"await":true}`,
			"crm.test:8443",
		},
		"email": {
			job.KindEmail,
			job.Email{To: "bob@desk.test", Subject: "Hello", Text: "s3cret", Link: "https://s3cret"},
			`{"target":"bob@desk.test","subject":"Hello"}`, "desk.test",
		},
		"channel": {
			job.KindChannel,
			job.Channel{URL: "https://hooks.chat.test/services/s3cret", Text: "s3cret"},
			`{"target":"hooks.chat.test"}`, "hooks.chat.test",
		},
		"restore": {
			job.KindRestore,
			job.Restore{ID: 1, To: "zoe@mail.test", Page: "https://shop.test/?s3cret"},
			`{"target":"zoe@mail.test","subject":"A link to the visitor's conversations"}`, "mail.test",
		},
		"confirm": {
			job.KindConfirm, job.Confirm{To: "zoe@mail.test"}, `{"target":"zoe@mail.test","subject":"We have your message"}`, "mail.test",
		},
		"broken address": {job.KindWebhook, job.Webhook{Method: "GET", URL: "https://s3cret:%zz/"}, `{"target":"","method":"GET"}`, ""},
	} {
		payload, err := json.Marshal(test.payload)
		if err != nil {
			t.Fatal(err)
		}
		shown, err := job.Show(test.kind, payload)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := json.Marshal(shown)
		if err != nil || string(got) != test.want || shown.Host() != test.host {
			t.Errorf("%s: got %s of %s, %v, want %s of %s", name, got, shown.Host(), err, test.want, test.host)
		}
	}
}

func TestAnErrorOfAPayloadQuotesNothingOfIt(t *testing.T) {
	for _, kind := range []job.Kind{job.KindWebhook, job.KindEmail, job.KindChannel, job.KindReply, job.KindRestore, job.KindConfirm} {
		if _, err := job.Show(kind, []byte(`{"url":["s3cret`)); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want an error without the payload", kind, err)
		}
	}
	if _, err := job.Show("telex", []byte(`{}`)); err == nil {
		t.Error("an unknown kind: got nil, want an error")
	}
}
