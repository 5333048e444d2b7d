package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"time"

	"signalbox/handlers/hook"
	"signalbox/handlers/mail"
	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow/job"
)

// jobs builds what sends webhooks and mail for workflows.
func (c *serveCommand) jobs(s *store.Store, queue job.Queue, listen net.Addr, log *slog.Logger) (*job.Runner, error) {
	transport, err := c.mail()
	if err != nil {
		return nil, err
	}
	caller := web.NewCaller(web.CallerConfig{
		URL: string(c.URL), Listen: listen, Allow: prefixes(c.WebhookAllow), Now: time.Now,
	})
	return job.NewRunner(queue, map[job.Kind]job.Handler{
		job.KindWebhook: hook.Call(caller),
		job.KindChannel: hook.Post(caller),
		job.KindEmail:   mail.Deliver(transport),
		job.KindReply:   mail.Reply(transport, s, time.Now),
		job.KindRestore: mail.Restore(transport, s),
		job.KindConfirm: mail.Confirm(transport, s),
	}, log, time.Now), nil
}

// mail is nil when no mail server is set.
func (c *serveCommand) mail() (mail.Transport, error) {
	if c.SMTP == "" {
		return nil, nil
	}
	if c.MailFrom == "" {
		c.MailFrom = senderAt(string(c.URL))
	}
	transport, err := mail.NewSMTP(mail.SMTPConfig{Server: string(c.SMTP), From: string(c.MailFrom)})
	if err != nil {
		return nil, fmt.Errorf("set up mail: %w", err)
	}
	return transport, nil
}

// senderAt is the sender at a desk's host; an IP address stands in brackets, RFC 5321.
func senderAt(address string) mailAddress {
	host := "localhost"
	if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Is4() {
		host = "[" + host + "]"
	} else if err == nil {
		host = "localhost"
	}
	return mailAddress("signalbox@" + host)
}
