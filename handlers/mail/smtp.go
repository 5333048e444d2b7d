package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"net/netip"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	gomail "github.com/wneessen/go-mail"

	"signalbox/workflow/job"
)

const (
	sendTimeout = 30 * time.Second // for each step of the conversation with the server
	senderName  = "Signalbox"
)

// SMTPConfig says which server sends for us.
type SMTPConfig struct {
	Server string         // smtp://user:password@host:587 with STARTTLS, or smtps://… with TLS from the start
	From   string         // the address of the sender
	Roots  *x509.CertPool // who vouches for the server; nil: whom this machine trusts
}

// SMTP is the Transport to a mail server.
type SMTP struct {
	host    string
	tls     *tls.Config // of a server that speaks TLS from the start, else nil
	options []gomail.Option
	from    *netmail.Address
}

// NewSMTP returns a transport that has not talked to its server yet. Its errors never quote the server's address,
// which has a password in it.
func NewSMTP(c SMTPConfig) (*SMTP, error) {
	from, err := netmail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("read the sender's address %q: %w", c.From, err)
	}
	u, err := url.Parse(c.Server)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the address of the mail server cannot be read")
	}
	s := &SMTP{host: u.Hostname(), from: &netmail.Address{Address: from.Address}}
	port, err := portOf(u)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	config := &tls.Config{ServerName: u.Hostname(), RootCAs: c.Roots, MinVersion: tls.VersionTLS12}
	s.options = []gomail.Option{
		gomail.WithPort(port), gomail.WithTimeout(sendTimeout), gomail.WithHELO(domain), gomail.WithoutNoop(),
		gomail.WithTLSConfig(config), gomail.WithTLSPolicy(tlsPolicy(u)),
	}
	if u.Scheme == "smtps" {
		s.tls = config
		s.options = append(s.options, gomail.WithSSL())
	}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithUsername(u.User.Username()), gomail.WithPassword(password),
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	}
	return s, nil
}

func portOf(u *url.URL) (int, error) {
	switch {
	case u.Port() != "":
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			return 0, errors.New("the port of the mail server is not one")
		}
		return int(port), nil
	case u.Scheme == "smtps":
		return 465, nil
	default:
		return 587, nil
	}
}

// tlsPolicy lets only a relay on this machine that asks for no password do without TLS: neither a password nor a
// customer's words may cross a network in the open because somebody cut STARTTLS out of the conversation.
func tlsPolicy(u *url.URL) gomail.TLSPolicy {
	ip, err := netip.ParseAddr(u.Hostname())
	if u.User == nil && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return gomail.TLSOpportunistic
	}
	return gomail.TLSMandatory
}

// Send implements Transport.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	message, err := s.compose(m)
	if err != nil {
		return err
	}
	line := &connection{tls: s.tls}
	defer line.close()
	client, err := gomail.NewClient(s.host, append(slices.Clone(s.options), gomail.WithDialContextFunc(line.dialer(ctx)))...)
	if err != nil {
		return fmt.Errorf("set up the mail client: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return explain(err)
	}
	err = client.Send(message)
	_ = client.Close() // whatever it says, the server has answered to the message
	if err != nil && !message.IsDelivered() {
		return explain(err)
	}
	return nil
}

func (s *SMTP) compose(m Message) (*gomail.Msg, error) {
	to, err := netmail.ParseAddress(m.To)
	if err != nil || strings.ContainsFunc(to.Address, isControl) {
		return nil, &job.Error{Permanent: true, Text: "The recipient is not an email address."}
	}
	message := gomail.NewMsg()
	message.FromMailAddress(&netmail.Address{Name: cmp.Or(oneLine(m.Sender), senderName), Address: s.from.Address})
	message.ToMailAddress(&netmail.Address{Address: to.Address})
	message.Subject(oneLine(m.Subject))
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		message.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	message.SetDateWithValue(m.At)
	_, domain, _ := strings.Cut(s.from.Address, "@")
	message.SetMessageIDWithValue(m.ID + "@" + domain)
	if m.Thread != "" {
		message.SetGenHeader(gomail.HeaderReferences, "<"+m.Thread+"@"+domain+">")
	}
	message.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence is to answer this
	message.SetGenHeader(gomail.HeaderXAutoResponseSuppress, "All")
	return message, nil
}

// oneLine keeps a text from ending its header and beginning another.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }

// explain says what went wrong. What the server answered is left out but for its code: it may quote the message.
func explain(err error) *job.Error {
	var (
		refused *gomail.SendError
		answer  *textproto.Error
		badCert *tls.CertificateVerificationError
		timeout net.Error
	)
	switch {
	case errors.As(err, &refused) && refused.ErrorCode() != 0:
		return refusal(refused)
	case errors.As(err, &answer) && (answer.Code == 535 || answer.Code == 534 || answer.Code == 530):
		return &job.Error{Status: answer.Code, Text: fmt.Sprintf("The mail server refuses the user or the password in --smtp (%d).", answer.Code)}
	case errors.As(err, &answer):
		return &job.Error{Status: answer.Code, Text: fmt.Sprintf("The mail server does not take mail from us (%d).", answer.Code)}
	case errors.As(err, &badCert):
		return &job.Error{Text: "The mail server has no valid certificate for its name."}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &job.Error{Text: "The mail server did not answer in time."}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &job.Error{Text: "The mail server refuses connections at its port."}
	}
	return &job.Error{Text: "The mail server could not be reached, or offers no TLS or no way to sign in that is safe."}
}

// refusal is permanent for what the server says of the recipient and of the message; our own address may be mended.
func refusal(e *gomail.SendError) *job.Error {
	code := e.ErrorCode()
	what := "the message"
	switch e.Reason { // the other reasons are all about the message
	case gomail.ErrSMTPMailFrom:
		what = "the sender, see --mail-from"
	case gomail.ErrSMTPRcptTo:
		what = "the recipient"
	}
	const lasting = 500 // RFC 5321: 4yz may pass, 5yz will not
	return &job.Error{
		Status: code, Permanent: code >= lasting && e.Reason != gomail.ErrSMTPMailFrom,
		Text: fmt.Sprintf("The mail server refuses %s (%d).", what, code),
	}
}
