package widget

import (
	"context"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"

	"signalbox/store"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// changed is all that a visitor's page is ever told: that it should look.
var changed = web.Event{Name: "message", Data: "{}"}

// Announce tells the live pages of visitors that a commit changed something that they may see.
func Announce(hub *web.Hub, n store.Note) {
	switch {
	case n.Number == 0: // another process says that much changed, not what
		hub.Hint(visitorsTopic(n.TeamID), changed)
	case n.Public:
		hub.Hint(ticketTopic(n.TicketID), changed)
	}
}

func visitorsTopic(team int64) string { return "visitors/" + strconv.FormatInt(team, 10) }

func ticketTopic(id int64) string { return "visitors' ticket/" + strconv.FormatInt(id, 10) }

// events streams to a visitor's page when to look at its tickets again: those that are theirs as it begins. When
// others are, or the widget is switched off or has a new token, the stream ends; a page that comes back is asked anew
// who it is. It looks by itself whenever a stream begins.
func (d *Door) events(w http.ResponseWriter, r *http.Request) {
	v, err := d.admit(w, r, call)
	if err == nil {
		err = d.stream(w, r, v)
	}
	if err != nil {
		d.answerError(w, r, err)
	}
}

func (d *Door) stream(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := v.check(); err != nil {
		return err
	}
	caller := "visitor/" + hex.EncodeToString(callerKey(v.in))
	address := "visitors' address/" + web.ClientKey(r)
	l, err := d.begin(r.Context(), v.widget, v.caller)
	if err != nil {
		return err
	}
	topics := []string{caller, address, visitorsTopic(l.team)}
	for _, id := range l.tickets {
		topics = append(topics, ticketTopic(id))
	}
	return d.Hub.Serve(w, r, web.Stream{
		Topics: topics, Alive: l.goesOn, Most: map[string]int{caller: d.Limits.Streams, address: d.Limits.AddressLive},
	})
}

// live is a stream that has begun, and nothing of the request that began it.
type live struct {
	door    *Door
	token   string
	team    int64
	visitor store.Visitor
	tickets []int64
}

func (d *Door) begin(ctx context.Context, w store.Widget, v store.Visitor) (*live, error) {
	tickets, err := d.Store.VisitorTickets(ctx, w.TeamID, v)
	return &live{door: d, token: w.Token, team: w.TeamID, visitor: v, tickets: tickets}, err
}

// goesOn says yes when it cannot know: nobody should be cut off by a busy database.
func (l *live) goesOn(ctx context.Context) bool {
	w, err := l.door.Store.WidgetByToken(ctx, l.token)
	if err != nil {
		return !desk.IsKind(err, desk.NotFound)
	}
	if !w.Enabled {
		return false
	}
	tickets, err := l.door.Store.VisitorTickets(ctx, l.team, l.visitor)
	return err != nil || slices.Equal(tickets, l.tickets)
}
