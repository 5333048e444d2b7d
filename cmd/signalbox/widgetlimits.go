package main

import "signalbox/handlers/widget"

// widgetLimits is how often visitors may call; 0 is without limit (spec/4, rule 9).
type widgetLimits struct {
	SessionCalls  int `default:"60" placeholder:"N" help:"How often one visitor may call the widget's addresses in a minute; 0 is without limit, here and below."`
	AddressCalls  int `default:"600" placeholder:"N" help:"The same from one client address."`
	AddressWrites int `default:"120" placeholder:"N" help:"Messages from one client address in an hour."`
	TeamWrites    int `default:"1000" placeholder:"N" help:"Messages from all visitors of one team in an hour."`
	AddressShare  int `default:"20" placeholder:"PERCENT" help:"How much of that one client address may use."`
}

// limits leaves to the door what has no flag.
func (l *widgetLimits) limits() widget.Limits {
	limits := widget.DefaultLimits()
	limits.SessionCalls, limits.AddressCalls = l.SessionCalls, l.AddressCalls
	limits.AddressWrites, limits.TeamWrites, limits.AddressShare = l.AddressWrites, l.TeamWrites, l.AddressShare
	return limits
}
