package widget

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"signalbox/web"
)

// Limits says how often the door may be used; 0 is without limit.
type Limits struct {
	SessionCalls    int // calls a minute by one browser session or identity
	AddressCalls    int // calls a minute from one client address
	AddressWrites   int // messages an hour from one client address
	TeamWrites      int // messages an hour to one team
	AddressShare    int // percent of TeamWrites that one client address may use
	AddressRestores int // mailed links an hour that one client address asks for
	AddressFiles    int // files an hour from one client address; the store limits their bytes
	Streams         int // live pages at a time of one caller
	AddressLive     int // live pages at a time from one client address
}

// DefaultLimits are those of spec/4, rule 9.
func DefaultLimits() Limits {
	return Limits{
		SessionCalls: 60, AddressCalls: 600, AddressWrites: 120, TeamWrites: 1000, AddressShare: 20,
		AddressFiles: 200, AddressRestores: 20, Streams: 10, AddressLive: 200,
	}
}

// share is how many of a team's messages one address may send: at least one, where their number is limited at all.
func (l *Limits) share() int {
	if l.TeamWrites == 0 || l.AddressShare == 0 {
		return 0
	}
	return max(1, l.TeamWrites*l.AddressShare/100)
}

// limitAddress counts a call before any of its body is read.
func (d *Door) limitAddress(r *http.Request) error {
	return d.count(r, web.Limiter{Name: "widget address", Limit: d.Limits.AddressCalls, Window: time.Minute}, web.ClientKey(r))
}

// limitVisit counts a call against its caller and, when it writes, its address and team. The team's
// count comes last: what another limit refuses must not use it up.
func (d *Door) limitVisit(r *http.Request, team int64, caller []byte, c cost) error {
	if caller != nil {
		calls := web.Limiter{Name: "widget session", Limit: d.Limits.SessionCalls, Window: time.Minute}
		if err := d.count(r, calls, hex.EncodeToString(caller)); err != nil {
			return err
		}
	}
	switch c {
	case call:
		return nil
	case bring:
		return d.count(r, web.Limiter{Name: "widget files", Limit: d.Limits.AddressFiles, Window: time.Hour}, web.ClientKey(r))
	case write:
	}

	address, teamKey := web.ClientKey(r), strconv.FormatInt(team, 10)
	writes := web.Limiter{Name: "widget writes", Limit: d.Limits.AddressWrites, Window: time.Hour}
	if err := d.count(r, writes, address); err != nil {
		return err
	}
	share := web.Limiter{Name: "widget share", Limit: d.Limits.share(), Window: time.Hour}
	if err := d.count(r, share, teamKey+" "+address); err != nil {
		return err
	}
	return d.count(r, web.Limiter{Name: "widget team", Limit: d.Limits.TeamWrites, Window: time.Hour}, teamKey)
}

func (d *Door) count(r *http.Request, l web.Limiter, key string) error {
	if l.Limit == 0 {
		return nil
	}
	l.Counter = d.Counter
	return l.Check(r.Context(), key, d.Now())
}
