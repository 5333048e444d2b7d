package main

import "signalbox/handlers/widget"

// widgetLimits is how often visitors may call; 0 is without limit (spec/4, rule 9).
type widgetLimits struct {
	SessionCalls  limit `default:"60" placeholder:"N" help:"How often one visitor may call the widget's addresses in a minute; 0 is without limit, here and below."`
	AddressCalls  limit `default:"600" placeholder:"N" help:"The same from one client address."`
	AddressWrites limit `default:"120" placeholder:"N" help:"Messages from one client address in an hour."`
	TeamWrites    limit `default:"1000" placeholder:"N" help:"Messages from all visitors of one team in an hour."`
	AddressShare  limit `default:"20" placeholder:"PERCENT" help:"How much of that one client address may use."`
}

// limits leaves to the door what has no flag.
func (l *widgetLimits) limits() widget.Limits {
	limits := widget.DefaultLimits()
	limits.SessionCalls, limits.AddressCalls = int(l.SessionCalls), int(l.AddressCalls)
	limits.AddressWrites, limits.TeamWrites, limits.AddressShare = int(l.AddressWrites), int(l.TeamWrites), int(l.AddressShare)
	return limits
}
