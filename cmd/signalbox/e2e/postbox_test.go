package e2e

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// postbox is a mail server that keeps what it is given.
type postbox struct {
	url string // for --smtp

	mu    sync.Mutex
	mails []letter
}

type letter struct{ to, from, subject, text string }

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	p := &postbox{}
	s := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &posting{box: p}, nil }))
	s.Domain = "mail.example"
	ln, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen for mail: %v", err)
	}
	p.url = "smtp://" + ln.Addr().String()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(ln) // it says that it was closed
	}()
	t.Cleanup(func() {
		_ = s.Close()
		_ = ln.Close()
		<-done
	})
	return p
}

// await returns the first mail to an address, as soon as it is there.
func (p *postbox) await(t *testing.T, to string) letter {
	t.Helper()
	var found letter
	eventually(t, "mail to "+to, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, l := range p.mails {
			if l.to == to {
				found = l
				return true
			}
		}
		return false
	})
	return found
}

// posting is one conversation with the server.
type posting struct {
	box *postbox
	to  string
}

func (s *posting) Reset()                                    { s.to = "" }
func (s *posting) Logout() error                             { return nil }
func (s *posting) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *posting) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }

func (s *posting) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	from, err := m.Header.AddressList("From")
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err
	}
	text, err := plain(m)
	if err != nil {
		return err
	}
	s.box.mu.Lock()
	defer s.box.mu.Unlock()
	s.box.mails = append(s.box.mails, letter{s.to, from[0].Name, subject, text})
	return nil
}

// plain is the first part of a mail, which ours have as text.
func plain(m *mail.Message) (string, error) {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	body := io.Reader(quotedprintable.NewReader(m.Body))
	if strings.HasPrefix(kind, "multipart/") {
		if body, err = multipart.NewReader(m.Body, params["boundary"]).NextPart(); err != nil {
			return "", err
		}
	}
	text, err := io.ReadAll(body)
	return string(text), err
}
