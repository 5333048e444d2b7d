package web

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func sign(who, spot int64, doing Doing) Sign {
	return Sign{Topic: "team/1", Spot: spot, Who: who, Owner: fmt.Sprintf("session-%d", who), Page: "page", Doing: doing}
}

func signal(t *testing.T, p *Presence, signs ...Sign) {
	t.Helper()
	for _, s := range signs {
		if _, err := p.Note(s); err != nil {
			t.Fatalf("note %+v: %v", s, err)
		}
	}
}

func present(t *testing.T, p *Presence, want ...Sighting) {
	t.Helper()
	if diff := cmp.Diff(append([]Sighting{}, want...), p.At("team/1")); diff != "" {
		t.Errorf("who is there (-want +got):\n%s", diff)
	}
}

// running is a Presence of which all is done until the test's bubble ends.
func running(t *testing.T, hub *Hub) *Presence {
	t.Helper()
	p := NewPresence(hub)
	go p.Run(t.Context())
	return p
}

func TestAPageIsAtOneSpotAndAPersonIsSeenOnceThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPresence(NewHub())
		second := sign(1, 7, Writing)
		second.Page = "other tab"
		signal(t, p, sign(1, 7, Viewing), second, sign(2, 7, Viewing), sign(3, 9, Viewing))
		present(t, p, Sighting{7, 1, Writing}, Sighting{7, 2, Viewing}, Sighting{9, 3, Viewing})

		signal(t, p, sign(3, 7, Viewing))
		second.Doing = Gone
		signal(t, p, second)
		present(t, p, Sighting{7, 1, Viewing}, Sighting{7, 2, Viewing}, Sighting{7, 3, Viewing})
		if got := p.At("team/2"); len(got) != 0 {
			t.Errorf("another team sees %v, want nobody", got)
		}
	})
}

func TestWhoGivesNoSignIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := running(t, NewHub())
		later(time.Hour) // it has nothing to do
		signal(t, p, sign(1, 7, Viewing), sign(2, 7, Viewing))
		later(20 * time.Second)
		signal(t, p, sign(2, 7, Viewing))
		later(20 * time.Second)
		present(t, p, Sighting{7, 2, Viewing})

		later(time.Minute)
		if next := p.tidy(time.Now()); len(p.rooms) != 0 || !next.IsZero() {
			t.Errorf("%d rooms are kept, to be looked at %v; want nothing left to do", len(p.rooms), next)
		}
	})
}

func TestTheEndOfASessionTakesItsPagesAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		here, there := NewPresence(NewHub()), NewPresence(NewHub())
		for _, p := range []*Presence{here, there} {
			signal(t, p, sign(1, 7, Viewing), sign(2, 7, Viewing))
		}
		signal(t, there, here.End("team/1", "session-1")...)
		present(t, here, Sighting{7, 2, Viewing})
		present(t, there, Sighting{7, 2, Viewing})
	})
}

func TestWhatCannotBeASignIsRefused(t *testing.T) {
	for name, s := range map[string]Sign{
		"no page":        {Topic: "team/1", Spot: 1, Who: 1, Doing: Viewing},
		"an endless one": {Topic: "team/1", Spot: 1, Who: 1, Doing: Viewing, Page: strings.Repeat("x", 41)},
		"another state":  {Topic: "team/1", Spot: 1, Who: 1, Doing: "dancing", Page: "p"},
	} {
		if _, err := NewPresence(NewHub()).Note(s); err == nil {
			t.Errorf("%s: kept, want it refused", name)
		}
	}
}

func TestHostilePagesFillABoundedRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPresence(NewHub())
		for i := range 3 * pagesPerOwner {
			s := sign(1, int64(i), Viewing)
			s.Page = fmt.Sprint(i)
			signal(t, p, s)
		}
		if got := len(p.At("team/1")); got != pagesPerOwner {
			t.Errorf("one session is at %d spots, want %d at the most", got, pagesPerOwner)
		}
		for who := range int64(2 * mostPages) {
			signal(t, p, sign(who+2, 1, Viewing))
		}
		if got := len(p.rooms["team/1"].pages); got != mostPages {
			t.Errorf("%d pages are kept, want %d at the most", got, mostPages)
		}
	})
}

// A hundred agents who walk through tickets must not make each other's pages ask all the time.
func TestViewersAreToldNowAndThenAndCompanyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		h := NewHub()
		p, at := running(t, h), h.Position()
		screen, ended := watch(ctx, h, Stream{Topics: []string{"team/1"}}, "")
		screen.take()
		const moved, company = "event: presence\ndata: {}\n\n", "event: presence-50\ndata: {}\n\n"

		signal(t, p, sign(1, 1, Viewing))
		show(t, screen, moved)
		for i := range int64(50) {
			signal(t, p, sign(1, i+1, Viewing))
		}
		show(t, screen, "")
		later(presencePause)
		show(t, screen, moved)

		later(presencePause)
		signal(t, p, sign(1, 50, Viewing))
		show(t, screen, "")
		signal(t, p, sign(2, 50, Viewing))
		show(t, screen, company+moved)
		signal(t, p, sign(2, 50, Writing))
		show(t, screen, company)
		if h.Position() != at {
			t.Error("who is where moves the position, so that pages which load meanwhile fetch everything again")
		}
		leave()
		over(t, ended)
	})
}
