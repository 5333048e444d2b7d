package handlers_test

import (
	"bufio"
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"signalbox/handlers"
	"signalbox/store"
)

// firstSignals are the events that a stream begins with, up to the first signal of a ticket or the
// end.
func (b browser) firstSignals(path string, then func()) []string {
	b.t.Helper()
	ctx, cancel := context.WithCancel(b.t.Context())
	defer cancel()
	r := b.request(http.MethodGet, path, nil).WithContext(ctx)
	answer, err := b.client.Do(r)
	check(b.t, err)
	defer func() { _ = answer.Body.Close() }()
	then()
	var names []string
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			names = append(names, name)
			if name == "tickets" || name == "end" {
				return names
			}
		}
	}
	b.t.Fatalf("the stream ended after %v", names)
	return nil
}

func TestAPageThatMissedAChangeBeforeItsStreamIsToldToLookAgain(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		stream := ada.open("/tickets").Find("#live").AttrOr("hx-sse:connect", "")
		note := func() { handlers.Announce(d.hub, store.Note{TeamID: d.team, Number: 1}) }
		if got := ada.firstSignals(stream, note); got[0] != "tickets" {
			t.Errorf("nothing was missed and the stream begins with %v, want no resync", got)
		}
		if got := ada.firstSignals(stream, note); got[0] != "resync" {
			t.Errorf("a change was missed and the stream begins with %v, want resync", got)
		}
	})
}

func TestOneBrowserHasABoundedNumberOfStreams(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		ada := d.signIn(t, "ada@example.com")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		refused := 0
		for range 50 {
			answer, err := ada.client.Do(ada.request(http.MethodGet, "/events", nil).WithContext(ctx))
			check(t, err)
			t.Cleanup(func() { _ = answer.Body.Close() })
			if answer.StatusCode == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused != 10 {
			t.Errorf("%d of 50 streams were refused, want the 10 beyond 40", refused)
		}
	})
}

func TestADisabledUserHearsOfNoMoreChanges(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		bob := d.signIn(t, "bob@example.com")
		stream := bob.open("/tickets").Find("#live").AttrOr("hx-sse:connect", "")
		got := bob.firstSignals(stream, func() {
			user, err := d.store.UserByEmail(t.Context(), "bob@example.com")
			check(t, err)
			check(t, d.store.DisableUser(t.Context(), d.team, user.ID))
			handlers.Announce(d.hub, store.Note{TeamID: d.team, Number: 1})
		})
		if !slices.Equal(got, []string{"end"}) {
			t.Errorf("the stream of a disabled user goes on with %v, want its end", got)
		}
	})
}
