package job

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Webhook is a call of an address outside.
type Webhook struct {
	Method  string   `json:"method"`
	URL     string   `json:"url"`
	Headers []Header `json:"headers,omitempty"`
	Body    string   `json:"body,omitempty"`
	Await   bool     `json:"await,omitempty"` // a run waits for the answer
}

// Header is a header of a call; its value is a secret.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Email is a message to one address.
type Email struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	Link    string `json:"link,omitempty"` // shown below the text
}

// Reply is a mail that takes to a customer what they have not read. Its words are found when it leaves.
type Reply struct {
	To      string `json:"to"`
	Subject string `json:"subject"` // of the ticket
}

// Restore is a mail with a link that brings conversations to another browser. The link is made when it leaves.
type Restore struct {
	ID   int64  `json:"id"`
	To   string `json:"to"`
	Page string `json:"page"` // which the link leads to
}

// Confirm is a mail that confirms a message from the contact page. Its private link is made when it leaves.
type Confirm struct {
	To string `json:"to"`
}

// Channel is a message to a chat: it is posted as {"text": …} to the channel's incoming webhook.
type Channel struct {
	URL  string `json:"url"` // as a whole a secret
	Text string `json:"text"`
}

// Public is what of a payload may be shown in lists: no header's value, no body, no query, no password.
type Public struct {
	Target  string   `json:"target"` // a host, or an email address
	Method  string   `json:"method,omitempty"`
	URL     string   `json:"url,omitempty"`
	Headers []string `json:"headers,omitempty"` // names
	Subject string   `json:"subject,omitempty"`
	Await   bool     `json:"await,omitempty"`
}

// Host is where the job goes: the part of Target that logs may name.
func (p Public) Host() string {
	if _, domain, ok := strings.Cut(p.Target, "@"); ok {
		return domain
	}
	return p.Target
}

// Show returns what may be shown of a payload.
func Show(kind Kind, payload []byte) (Public, error) {
	switch kind {
	case KindWebhook:
		var w Webhook
		err := decode(kind, payload, &w)
		return w.public(), err
	case KindEmail:
		var e Email
		err := decode(kind, payload, &e)
		return Public{Target: e.To, Subject: e.Subject}, err
	case KindReply:
		var r Reply
		err := decode(kind, payload, &r)
		return Public{Target: r.To, Subject: r.Subject}, err
	case KindRestore:
		var r Restore
		err := decode(kind, payload, &r)
		return Public{Target: r.To, Subject: "A link to the visitor's conversations"}, err
	case KindConfirm:
		var c Confirm
		err := decode(kind, payload, &c)
		return Public{Target: c.To, Subject: "We have your message"}, err
	case KindChannel:
		var c Channel
		err := decode(kind, payload, &c)
		return Public{Target: host(c.URL)}, err
	}
	return Public{}, fmt.Errorf("there are no jobs of kind %q", kind)
}

func (w Webhook) public() Public {
	p := Public{Target: host(w.URL), Method: w.Method, Await: w.Await}
	if u, err := url.Parse(w.URL); err == nil {
		p.URL = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	}
	for _, h := range w.Headers {
		p.Headers = append(p.Headers, h.Name)
	}
	return p
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// decode reads a payload; its error quotes nothing of it.
func decode(kind Kind, payload []byte, into any) error {
	if err := json.Unmarshal(payload, into); err != nil {
		return fmt.Errorf("read payload of a job of kind %s: it is not the JSON of one", kind)
	}
	return nil
}
