package handlers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"signalbox/views"
	"signalbox/workflow/desk"
)

func TestABacktestIsStartedShownAndCancelled(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row, ticket := d.draft(t, slowly), d.write(t, "Hello")
		admin := d.signIn(t, "ada@example.com")
		path := views.BacktestPath(row.PublicID)
		p := admin.submit(admin.open(path), `form[action$="/backtest"]`, map[string]string{"days": "7"})
		if p.Find("[data-running]").Length() != 1 || p.Find(`#backtest[hx-trigger="every 1s"]`).Length() != 1 {
			t.Fatalf("started: got %q with status %d, want it to be queued", p.Find("#backtest").Text(), p.status)
		}
		if p := admin.submit(p, `form[action$="/backtest"]`, map[string]string{"days": "7"}); p.status != http.StatusConflict {
			t.Errorf("a second one: got status %d, want %d", p.status, http.StatusConflict)
		}
		p = admin.submit(p, `form[action$="/cancel"]`, nil)
		wantText(t, p, "#backtest", "was cancelled")

		admin.submit(p, `form[action$="/backtest"]`, map[string]string{"days": "30"})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.store.RunBacktests(ctx) }()
		defer func() {
			cancel()
			check(t, <-ended)
		}()
		deadline := time.Now().Add(20 * time.Second)
		for p = admin.open(path); p.Find("[data-running]").Length() > 0 && time.Now().Before(deadline); {
			p = admin.open(path)
		}
		wantText(t, p, ".backtest-strip", "2 events, 1 ticket touched")
		wantText(t, p, `#paths [data-path="`+views.PathValue("who", 0)+`"]`, "priority 1")
		if n := p.Find("#former tbody tr").Length(); n != 2 {
			t.Errorf("got %d backtests, want both", n)
		}
		if saved, err := d.store.Ticket(t.Context(), d.team, ticket.Number); err != nil || saved.Priority != desk.NoPriority {
			t.Errorf("the ticket has the priority %q, %v, want none: nothing is to change", saved.Priority, err)
		}
	})
}

func TestWhatCannotBeBacktestedIsRefusedOnThePage(t *testing.T) {
	onBuilderDesk(t, func(t *testing.T, d builderDesk) {
		row := d.draft(t, strings.Replace(slowly, `"for":"2d"`, `"for":"soon"`, 1))
		admin := d.signIn(t, "ada@example.com")
		path := views.BacktestPath(row.PublicID)
		p := admin.submit(admin.open(path), `form[action$="/backtest"]`, map[string]string{"days": "30"})
		if p.status != http.StatusUnprocessableEntity {
			t.Errorf("got status %d, want %d", p.status, http.StatusUnprocessableEntity)
		}
		wantText(t, p, "form .problem", "Mend what is marked")
		if p := admin.open(path + "?of=nonsense"); p.status != http.StatusNotFound {
			t.Errorf("nonsense: got status %d, want %d", p.status, http.StatusNotFound)
		}
	})
}
