package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// environment gives each flag that is not on the command line the value of its variable.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if value := getenv(variable(flag.Name)); value != "" && flag.Name != "help" {
			return value, nil
		}
		return nil, nil
	})
}

// variable is the environment variable of a flag: SIGNALBOX_ADMIN_EMAIL of --admin-email.
func variable(flag string) string {
	return "SIGNALBOX_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// withVariable is a flag's help text with its default and its variable.
func withVariable(value *kong.Value) string {
	if value.Flag == nil || value.Name == "help" {
		return value.Help
	}
	text := value.Help
	if value.HasDefault {
		text += " Default: " + value.Default + "."
	}
	return text + " ($" + variable(value.Name) + ")"
}

// dataFlags say where the data is.
type dataFlags struct {
	Data     string `default:"./data" placeholder:"DIR" help:"Data folder; SQLite's file is in it."`
	Database string `placeholder:"postgres://…" help:"PostgreSQL database; SQLite in the data folder without it."`
}

// open opens the database, and makes the data folder when it is missing.
func (d dataFlags) open(ctx context.Context, c store.Config) (*store.Store, error) {
	if err := d.makeFolder(); err != nil {
		return nil, err
	}
	c.Dir, c.Database = d.Data, d.Database
	return store.Open(ctx, c)
}

// openExisting opens the database of a desk that exists: a mistyped folder must not become an empty desk.
func (d dataFlags) openExisting(ctx context.Context) (*store.Store, error) {
	if err := d.exists(); err != nil {
		return nil, err
	}
	return d.open(ctx, store.Config{})
}

func (d dataFlags) exists() error {
	if d.Database != "" {
		return nil
	}
	if _, err := os.Stat(d.Data); errors.Is(err, fs.ErrNotExist) {
		return desk.Errorf(desk.NotFound,
			"There is no data folder %s. Name the right one with --data, or set up a desk with signalbox init.", d.Data)
	}
	return nil
}

// makeFolder makes the folder for its owner alone: it holds customers' words and the keys of sessions.
func (d dataFlags) makeFolder() error {
	if d.Database != "" {
		return nil
	}
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		return desk.Errorf(desk.Unavailable,
			"The data folder %s cannot be made (%v). Choose another one with --data, or let this user write there.", d.Data, err)
	}
	return nil
}

// address is host:port to listen on.
type address string

// UnmarshalText refuses what is no address before anything is opened.
func (a *address) UnmarshalText(text []byte) error {
	_, port, err := net.SplitHostPort(string(text))
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q is not an address; write it as 127.0.0.1:8080", text)
	}
	*a = address(text)
	return nil
}

// loopback reports whether only this machine can reach the address.
func (a address) loopback() bool {
	host, _, err := net.SplitHostPort(string(a))
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// publicURL is where people reach the desk, without a slash at the end.
type publicURL string

// UnmarshalText takes http and https, and no path: the desk's pages begin at the root.
func (p *publicURL) UnmarshalText(text []byte) error {
	u, err := url.Parse(string(text))
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", u.User != nil,
		u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "":
		return fmt.Errorf("%q is not the address of a site; write it as https://desk.example.com", text)
	}
	*p = publicURL(u.Scheme + "://" + u.Host)
	return nil
}

// smtpServer is the mail server that sends for us.
type smtpServer string

// UnmarshalText never quotes the text, which has a password in it.
func (s *smtpServer) UnmarshalText(text []byte) error {
	u, err := url.Parse(string(text))
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return errors.New("this is not a mail server; write it as smtp://user:password@host:587")
	}
	*s = smtpServer(text)
	return nil
}

// mailAddress is whom our mail comes from.
type mailAddress string

// UnmarshalText takes a bare address.
func (m *mailAddress) UnmarshalText(text []byte) error {
	a, err := mail.ParseAddress(string(text))
	if err != nil || a.Address != string(text) {
		return fmt.Errorf("%q is not an email address; write it as desk@example.com", text)
	}
	*m = mailAddress(text)
	return nil
}

// limit is how often something may happen; 0 is without limit.
type limit int

// UnmarshalText takes whole numbers from 0.
func (l *limit) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 10, 31)
	if err != nil {
		return fmt.Errorf("%q is not a limit; give a whole number, or 0 for no limit", text)
	}
	*l = limit(n)
	return nil
}

// network is a range of addresses.
type network netip.Prefix

// UnmarshalText takes a network, or a single address as the network of it alone.
func (n *network) UnmarshalText(text []byte) error {
	if ip, err := netip.ParseAddr(string(text)); err == nil {
		*n = network(netip.PrefixFrom(ip, ip.BitLen()))
		return nil
	}
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a network; write it as 10.0.0.0/8", text)
	}
	*n = network(prefix.Masked())
	return nil
}

func prefixes(networks []network) []netip.Prefix {
	var all []netip.Prefix
	for _, n := range networks {
		all = append(all, netip.Prefix(n))
	}
	return all
}
