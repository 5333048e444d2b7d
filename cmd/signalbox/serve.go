package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/url"
	"time"

	"signalbox/handlers"
	"signalbox/handlers/widget"
	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

type serveCommand struct {
	dataFlags
	Addr         address       `default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on."`
	URL          publicURL     `name:"url" placeholder:"https://…" help:"Where people reach the desk; the address without it. Cookies are Secure only when it is https."`
	SMTP         smtpServer    `name:"smtp" placeholder:"smtp://…" help:"Mail server that sends our mail, as smtp://user:password@host:587, or smtps:// for TLS from the start. No mail is sent without it."`
	MailFrom     mailAddress   `placeholder:"ADDRESS" help:"Sender of our mail; signalbox@ the host of the URL without it."`
	Files        bucketAddress `placeholder:"s3://…" help:"S3 bucket that keeps attachments, as s3://key:secret@host/bucket?region=…, with &tls=off for plain HTTP; the data folder without it."`
	WebhookAllow []network     `placeholder:"CIDR" help:"Networks that webhooks may call although they are not public. Whoever may build workflows can reach every host in them from this machine."`
	TrustedProxy []network     `placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed."`
	APIPerMinute limit         `name:"api-per-minute" default:"60" placeholder:"N" help:"How often the programs of one team may call the API in a minute, all together; 0 is without limit."`
	APIPerHour   limit         `name:"api-per-hour" default:"600" placeholder:"N" help:"The same for an hour."`
	Widget       widgetLimits  `embed:"" prefix:"widget-"`
	SDKAssets    publicURL     `name:"posthog-assets" placeholder:"https://…" help:"Where pages with posthog-js get its conversations.js, which this program does not have: https://us-assets.i.posthog.com, or a copy of your own below /static/. Without it those pages have to load it themselves."`
	MetricsToken string        `placeholder:"SECRET" help:"Shows /metrics, and why /readyz says no, to whoever sends it as a bearer token; others learn it only as programs on this machine that come without a proxy."`
	Demo         bool          `help:"Fill an empty data folder with the demo first; only on a loopback address."`
}

// Run serves until it is told to stop, which may be before it has started.
func (c *serveCommand) Run(ctx context.Context, con *console) error {
	err := c.start(ctx, con)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (c *serveCommand) start(ctx context.Context, con *console) error {
	if c.Demo && !c.Addr.loopback() {
		return desk.Errorf(desk.Invalid,
			"The demo's password is known to everyone, so it is served on a loopback address only. Use --addr 127.0.0.1:8080.")
	}
	// The port first: nothing is made or filled for a server that cannot start.
	ln, err := web.Listen(ctx, string(c.Addr))
	if err != nil {
		return err
	}
	defer func() { _ = ln.Close() }()
	if c.URL == "" {
		c.URL = urlOf(ln.Addr())
	}

	hello := greeting{URL: string(c.URL)}
	if c.Demo {
		if hello.Demo, err = c.demo(ctx); err != nil {
			return err
		}
	}
	return c.serve(ctx, con, ln, hello)
}

// urlOf is how a browser on this machine reaches the listener.
func urlOf(a net.Addr) publicURL {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return publicURL("http://" + a.String())
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return publicURL("http://" + net.JoinHostPort(host, port))
}

// serve starts the parts in the order in which they need each other, and stops them the other way round.
func (c *serveCommand) serve(ctx context.Context, con *console, ln net.Listener, hello greeting) (err error) {
	log := slog.New(slog.NewTextHandler(con.Stderr, nil))
	hub := web.NewHub()
	presence := web.NewPresence(hub)
	files, err := c.bucket(ctx, log)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, store.Config{
		Files: files,
		URL:   string(c.URL), Log: log,
		Committed: func(n store.Note) {
			handlers.Announce(hub, n)
			widget.Announce(hub, n)
		},
		Told:  func(team int64, users []int64) { handlers.Ring(hub, team, users) },
		Heard: func(words string) { handlers.HearSign(presence, words) },
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.CheckWrite(ctx); err != nil {
		return err // pages that can be read and forms that all fail would say less
	}

	meters := newMeters()
	meters.registry.MustRegister(newGauges(s, hub, log))
	jobs, err := c.jobs(s, countedQueue{s.Jobs(), meters}, ln.Addr(), log)
	if err != nil {
		return err
	}
	work := &work{
		store: s, presence: presence, jobs: jobs, log: log,
		engine: workflow.NewEngine(countedMemory{s, meters}, log, time.Now),
	}
	work.start(ctx)
	defer work.stop()

	site := &site{
		serveCommand: c, store: s, hub: hub, presence: presence, engine: work.engine, meters: meters, log: log,
		ready: &readiness{store: s, ended: work.endedParts, token: c.MetricsToken},
	}
	handler, err := site.handler(ctx)
	if err != nil {
		return err
	}
	if err := hello.print(ctx, con, s); err != nil {
		return err
	}
	context.AfterFunc(ctx, site.ready.leave)
	return web.Serve(ctx, ln, handler, log)
}

// greeting is what serve prints once it answers.
type greeting struct {
	URL      string     `json:"url"`
	SetupURL string     `json:"setup_url,omitempty"`
	Demo     *demoLogin `json:"demo,omitempty"`
}

// print says where the desk is and, while nobody can sign in, gives the link that changes that.
func (g greeting) print(ctx context.Context, con *console, s *store.Store) error {
	used, err := s.HasUsers(ctx)
	if err != nil {
		return err
	}
	lines := "Signalbox is at " + g.URL
	if g.Demo != nil {
		lines = g.Demo.String() + "\n" + lines
	}
	if !used {
		key, err := s.NewSetupKey(ctx)
		if err != nil {
			return err
		}
		g.SetupURL = g.URL + "/setup?" + url.Values{"key": {key}}.Encode()
		lines += "\nSet it up with this link; it works once, within 24 hours:\n" + g.SetupURL
	}
	return con.say(g, "%s", lines)
}
