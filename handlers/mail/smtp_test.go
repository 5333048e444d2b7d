package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"signalbox/handlers/mail"
	"signalbox/workflow/job"
)

// server is a mail server that keeps what it gets.
type server struct {
	*smtp.Server
	addr  string
	roots *x509.CertPool
	stop  func()

	mu     sync.Mutex
	mails  []received
	users  []string
	refuse func(command string) error
}

type received struct {
	from, to string
	tls      bool
	text     string
}

// serve starts a server; implicit is TLS from the start.
func serve(t *testing.T, change func(*server)) *server {
	t.Helper()
	tlsServer := httptest.NewTLSServer(nil) // for its certificate, which names 127.0.0.1
	t.Cleanup(tlsServer.Close)
	s := &server{roots: x509.NewCertPool()}
	s.roots.AddCert(tlsServer.Certificate())
	s.Server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{server: s, conn: c}, nil
	}))
	s.Domain, s.TLSConfig = "mail.test", &tls.Config{Certificates: tlsServer.TLS.Certificates, MinVersion: tls.VersionTLS12}
	s.ErrorLog = quiet{}
	if change != nil {
		change(s)
	}
	ln, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	if s.Network == "tls" {
		ln = tls.NewListener(ln, s.TLSConfig)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(ln) // it says that it was closed
	}()
	s.stop = func() {
		_ = ln.Close() // the server may not have it yet
		_ = s.Close()
		<-done
	}
	t.Cleanup(s.stop)
	return s
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

type session struct {
	server *server
	conn   *smtp.Conn
	mail   received
}

func (s *session) Reset()        { s.mail = received{} }
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "p@ss" {
			return smtp.ErrAuthFailed
		}
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.users = append(s.server.users, user)
		return nil
	}), nil
}

func (s *session) refusal(command string) error {
	if s.server.refuse == nil {
		return nil
	}
	return s.server.refuse(command)
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return s.refusal("MAIL")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to += to
	return s.refusal("RCPT")
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := s.refusal("DATA"); err != nil {
		return err
	}
	_, s.mail.tls = s.conn.TLSConnectionState()
	s.mail.text = string(text)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

// transport sends through the server as user:password@ or, without them, as nobody.
func (s *server) transport(t *testing.T, scheme, login string) mail.Transport {
	t.Helper()
	m, err := mail.NewSMTP(mail.SMTPConfig{Server: scheme + "://" + login + s.addr, From: "desk@acme.test", Roots: s.roots})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func message() mail.Message {
	return mail.Message{ID: "k-1", To: "bob@shop.test", Subject: "Grüße", Text: "Hällo\n.\nBye", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
}

func TestMailArrivesOverTLSWithItsSender(t *testing.T) {
	for _, scheme := range []string{"smtp", "smtps"} {
		s := serve(t, func(s *server) {
			if scheme == "smtps" {
				s.Network = "tls"
			}
		})
		if err := s.transport(t, scheme, "ann:p%40ss@").Send(t.Context(), message()); err != nil {
			t.Fatalf("%s: %v", scheme, err)
		}
		if len(s.mails) != 1 || len(s.users) != 1 || s.users[0] != "ann" {
			t.Fatalf("%s: got %d mails of %v, want one of ann", scheme, len(s.mails), s.users)
		}
		got := s.mails[0]
		if got.from != "desk@acme.test" || got.to != "bob@shop.test" || !got.tls {
			t.Errorf("%s: got %+v, want it from the desk to Bob over TLS", scheme, got)
		}
		parsed, err := netmail.ReadMessage(strings.NewReader(got.text))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"From": `"Signalbox" <desk@acme.test>`, "To": "<bob@shop.test>", "Subject": "Grüße",
			"Message-Id": "<k-1@acme.test>", "Date": "Mon, 02 Mar 2026 09:00:00 +0000", "Auto-Submitted": "auto-generated",
		} {
			value, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get(name))
			if err != nil || value != want {
				t.Errorf("%s: %s: got %q, %v, want %q", scheme, name, value, err, want)
			}
		}
	}
}

func TestARelayOnThisMachineNeedsNeitherTLSNorAUser(t *testing.T) {
	s := serve(t, func(s *server) { s.TLSConfig = nil })
	if err := s.transport(t, "smtp", "").Send(t.Context(), message()); err != nil || len(s.mails) != 1 || s.mails[0].tls {
		t.Errorf("got %v and %d mails, want one in the clear", err, len(s.mails))
	}
}

func TestNoPasswordIsSentInTheClear(t *testing.T) {
	s := serve(t, func(s *server) { s.TLSConfig, s.AllowInsecureAuth = nil, true })
	err := s.transport(t, "smtp", "ann:p%40ss@").Send(t.Context(), message())
	wantFailure(t, err, "offers no TLS", false)
	if len(s.users) != 0 || len(s.mails) != 0 {
		t.Errorf("got %v signed in and %d mails, want none", s.users, len(s.mails))
	}
}

func wantFailure(t *testing.T, err error, text string, permanent bool) {
	t.Helper()
	var e *job.Error
	if !errors.As(err, &e) || e.Permanent != permanent || !strings.Contains(e.Text, text) {
		t.Errorf("got %+v, want a failure %q, permanent %t", err, text, permanent)
	}
	if err != nil && (strings.Contains(err.Error(), "p@ss") || strings.Contains(err.Error(), "told you")) {
		t.Errorf("the failure tells too much: %v", err)
	}
}

func TestWhatTheServerRefusesForGoodIsNotTriedAgain(t *testing.T) {
	for _, test := range []struct {
		command   string
		code      int
		text      string
		permanent bool
	}{
		{"RCPT", 550, "refuses the recipient (550)", true},
		{"RCPT", 450, "refuses the recipient (450)", false},
		{"MAIL", 553, "refuses the sender, see --mail-from (553)", false},
		{"DATA", 554, "refuses the message (554)", true},
		{"DATA", 421, "refuses the message (421)", false},
	} {
		s := serve(t, func(s *server) {
			s.refuse = func(command string) error {
				if command != test.command {
					return nil
				}
				return &smtp.SMTPError{Code: test.code, EnhancedCode: smtp.NoEnhancedCode, Message: "I told you"}
			}
		})
		wantFailure(t, s.transport(t, "smtp", "").Send(t.Context(), message()), test.text, test.permanent)
	}
}

func TestTroubleWithTheServerIsToldAndTriedAgain(t *testing.T) {
	s := serve(t, nil)
	wantFailure(t, s.transport(t, "smtp", "ann:wrong@").Send(t.Context(), message()), "refuses the user or the password in --smtp (535)", false)

	strangers := serve(t, nil)
	strangers.roots = x509.NewCertPool()
	wantFailure(t, strangers.transport(t, "smtp", "").Send(t.Context(), message()), "no valid certificate", false)

	gone := serve(t, nil)
	transport := gone.transport(t, "smtp", "")
	gone.stop()
	wantFailure(t, transport.Send(t.Context(), message()), "refuses connections", false)
}

func TestNoTextCanAddAHeaderOrARecipient(t *testing.T) {
	s := serve(t, nil)
	m := message()
	headers := []string{
		"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "Content-Type", "Content-Transfer-Encoding",
		"Auto-Submitted", "X-Auto-Response-Suppress", "User-Agent", "X-Mailer",
	}
	for _, evil := range []string{
		"Hi\r\nBcc: eve@evil.test", "Hi\nBcc: eve@evil.test", "Hi\rBcc: eve@evil.test", "Hi\r\n\r\nBcc: eve@evil.test",
		"Grü\r\nBcc: eve@evil.test", "Hi\x00\u2028Bcc: eve@evil.test", strings.Repeat("x", 200) + "\r\nBcc: eve@evil.test", "\xff\r\nBcc: eve@evil.test",
		`"Bank" <ceo@bank.test>`, `<ceo@bank.test>,`, `=?utf-8?q?=0D=0ABcc:_eve@evil.test?=`, "Hi\u0085Bcc: eve@evil.test", "Hi\x0b\x0cBcc: eve@evil.test",
	} {
		m.Subject, m.Sender = evil, evil
		if err := s.transport(t, "smtp", "").Send(t.Context(), m); err != nil {
			t.Fatalf("%q: %v", evil, err)
		}
		got := s.mails[len(s.mails)-1]
		parsed, err := netmail.ReadMessage(strings.NewReader(got.text))
		if err != nil || parsed.Header.Get("Bcc") != "" || got.to != "bob@shop.test" || parsed.Header.Get("Message-Id") == "" {
			t.Errorf("%q: got %v, %+v, want it to stay in the subject", evil, err, got)
		}
		from, err := parsed.Header.AddressList("From")
		if err != nil || len(from) != 1 || from[0].Address != "desk@acme.test" {
			t.Errorf("%q as the sender's name: got %v, %v, want our address alone", evil, from, err)
		}
		for name, values := range parsed.Header {
			if !slices.Contains(headers, name) || len(values) != 1 {
				t.Errorf("%q: got %s %d times, want no header of a stranger", evil, name, len(values))
			}
		}
	}
	sent := len(s.mails)
	for _, evil := range []string{
		"", "bob", "bob@shop.test, eve@evil.test", "bob@shop.test\r\nBcc: eve@evil.test", "bob@shop.test>\r\nRCPT TO:<eve@evil.test",
		"\"a\r\nb\"@shop.test", "<bob@shop.test> <eve@evil.test>",
	} {
		m.Subject, m.To = "Hi", evil
		wantFailure(t, s.transport(t, "smtp", "").Send(t.Context(), m), "not an email address", true)
	}
	if len(s.mails) != sent {
		t.Errorf("got %d more mails, want none", len(s.mails)-sent)
	}
}

func TestAWrongConfigurationIsRefusedWithoutItsPassword(t *testing.T) {
	for _, c := range []mail.SMTPConfig{
		{Server: "smtp://ann:p@ss@host:port", From: "desk@acme.test"},
		{Server: "smtp://", From: "desk@acme.test"},
		{Server: "smtp://ann:p@ss@host:70000", From: "desk@acme.test"},
		{Server: "smtp://ann:p@ss@host", From: "nobody"},
	} {
		if _, err := mail.NewSMTP(c); err == nil || strings.Contains(err.Error(), "p@ss") {
			t.Errorf("%+v: got %v, want an error without the password", c, err)
		}
	}
}
