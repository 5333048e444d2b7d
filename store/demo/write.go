package demo

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// The size of the story.
const (
	storyDays  = 60
	allTickets = 500
	customers  = 130
)

// author writes the story: all acts of all conversations, up to now.
type author struct {
	rng       *rand.Rand
	now       time.Time
	cast      []member
	scenarios []scenario
	customers []person
	acts      []act
	tickets   int
}

// write returns the whole story in the order in which it happens.
func write(now time.Time, cast []member) ([]act, error) {
	all, err := scenarios()
	if err != nil {
		return nil, err
	}
	a := &author{
		rng: rand.New(rand.NewPCG(60, 500)), //nolint:gosec // the demo shall be the same every time
		now: now.UTC().Truncate(time.Minute), cast: cast, scenarios: all,
	}
	a.invite()
	a.fresh()
	for a.tickets < allTickets {
		a.conversation(a.officeTime())
	}
	slices.SortStableFunc(a.acts, func(x, y act) int {
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.ticket, y.ticket))
	})
	return a.acts, nil
}

func (a *author) invite() {
	used := map[string]bool{}
	for len(a.customers) < customers {
		first, last := pick(a.rng, firstNames()), pick(a.rng, lastNames())
		name := first + " " + last
		if used[name] {
			continue
		}
		used[name] = true
		p := person{name: name, email: plain(first) + "." + plain(last) + "@" + pick(a.rng, domains())}
		p.distinctID = fmt.Sprintf("user_%d", 1000+len(a.customers))
		a.customers = append(a.customers, p)
	}
}

// plain is a name as it stands in an address.
func plain(name string) string {
	return strings.NewReplacer("á", "a", "é", "e", "í", "i", "ø", "oe", "ü", "ue", "ë", "e").Replace(strings.ToLower(name))
}

// officeTime is a moment of the last two months, rarely on a weekend and mostly by day.
func (a *author) officeTime() time.Time {
	for {
		back := time.Duration(a.rng.Int64N(int64(storyDays * 24 * time.Hour)))
		at := a.now.Add(-back).Truncate(time.Second)
		chance := 0.15
		if at.Hour() >= 7 && at.Hour() < 18 {
			chance = 1
		}
		if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
			chance /= 4
		}
		if a.rng.Float64() < chance {
			return at
		}
	}
}

// story is one conversation while it is being written.
type story struct {
	*author
	ticket   int
	at       time.Time
	customer person
	voice    voice
	scenario scenario
	agent    *member
}

// begin opens a conversation at a moment.
func (a *author) begin(at time.Time, customer person, channel desk.Channel) *story {
	s := &story{author: a, ticket: a.tickets, at: at, customer: customer, scenario: pick(a.rng, a.scenarios)}
	a.tickets++
	first, _, _ := strings.Cut(customer.name, " ")
	s.voice = voice{rng: a.rng, name: first, number: 2000 + a.rng.IntN(7000)}
	s.agent = a.someoneOf(s.scenario.Role)

	opening := store.NewTicket{
		Subject: s.voice.say(s.scenario.Subjects), Channel: channel, Body: s.voice.say(s.scenario.Openers),
		Customer: store.CustomerInput{Name: customer.name, Email: customer.email, DistinctID: customer.distinctID},
	}
	if channel == desk.Email {
		opening.Mailbox = s.scenario.Mailbox
		if a.chance(0.08) {
			opening.Priority = desk.High // the mail was marked important
		}
	}
	s.add(act{open: &opening})
	return s
}

func (a *author) someoneOf(role string) *member {
	var able []*member
	for i := range a.cast {
		if slices.Contains(a.cast[i].roles, role) {
			able = append(able, &a.cast[i])
		}
	}
	return pick(a.rng, able)
}

func (a *author) channel() desk.Channel {
	switch n := a.rng.IntN(10); {
	case n < 5:
		return desk.Widget
	case n < 8:
		return desk.Email
	}
	return desk.Slack
}

func (a *author) chance(p float64) bool { return a.rng.Float64() < p }

// add leaves out what would happen after now.
func (s *story) add(what act) {
	if s.at.After(s.now) {
		return
	}
	what.at, what.ticket = s.at, s.ticket
	s.acts = append(s.acts, what)
}

// wait lets up to so much time pass, short waits being likelier than long ones.
func (s *story) wait(least, most time.Duration) {
	share := s.rng.Float64() * s.rng.Float64()
	s.at = s.at.Add(least + time.Duration(share*float64(most-least))).Truncate(time.Second)
}
