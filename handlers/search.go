package handlers

import (
	"net/http"
	"strings"

	"signalbox/store"
	"signalbox/views"
	"signalbox/web"
	"signalbox/workflow/desk"
)

// goToTicket answers a search for a ticket's number alone, sent by Enter, with the ticket. It reports false where
// there is a list to show.
func (h *Handlers) goToTicket(w http.ResponseWriter, r *http.Request) (bool, error) {
	address := r.URL.Query()
	if address.Get("go") == "" {
		return false, nil
	}
	n := desk.TicketNumber(address.Get("q"))
	_, err := h.Store.Ticket(r.Context(), h.member(r).TeamID, n)
	if desk.IsKind(err, desk.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	web.Redirect(w, r, views.TicketPath(n))
	return true, nil
}

// showFound puts what a search found into the rows of its list, and says what it left out.
func showFound(l *views.List, q store.TicketQuery, found store.TicketPage) {
	if strings.TrimSpace(q.Text) == "" {
		return
	}
	l.Hints = desk.ParseSearch(q.Text).Hints()
	if hint := cutHint(found.Cut); hint != "" {
		l.Hints = append(l.Hints, hint)
	}
	for i := range l.Rows {
		row := &l.Rows[i]
		row.Heading = pieces(store.Mark(row.Subject, q.Text))
		if e, ok := found.Excerpts[found.Tickets[i].ID]; ok {
			row.Excerpt = views.Excerpt{Pieces: pieces(e.Pieces), Note: e.Private}
		}
	}
}

// cutHint says what a list lacks and how to find it.
func cutHint(c store.Cut) string {
	switch c {
	case store.CutWords:
		return "These words are in very many messages, of which the newest were looked at. Add a word to find older ones."
	case store.CutWithout:
		return "What is to be left out is in too many messages to leave it out. Add a word that is to be found."
	case store.CutNewest:
		return "Only the newest tickets were looked at. Add a word to find older ones."
	}
	return ""
}

func pieces(marked []store.Piece) []views.Piece {
	out := make([]views.Piece, len(marked))
	for i, p := range marked {
		out[i] = views.Piece(p)
	}
	return out
}

// searchChips names the operators of a search, each with the address that lacks it, and its words as one.
func searchChips(a *asked, search string) []views.Chip {
	var chips []views.Chip
	words := search
	for _, o := range desk.ParseSearch(search).Operators {
		if o.Problem() != "" {
			continue
		}
		words = desk.Lacking(words, o)
		chips = append(chips, views.Chip{Text: o.Raw, RemoveHref: a.searching(desk.Lacking(search, o))})
	}
	if words = strings.TrimSpace(words); words != "" {
		chips = append(chips, views.Chip{Text: views.FilterText("q", words), RemoveHref: a.searching(operatorsOf(search))})
	}
	return chips
}

// operatorsOf is a search without its words.
func operatorsOf(search string) string {
	var raw []string
	for _, o := range desk.ParseSearch(search).Operators {
		if o.Problem() == "" {
			raw = append(raw, o.Raw)
		}
	}
	return strings.Join(raw, " ")
}

// searching is the address of the first page with another search.
func (a *asked) searching(search string) string {
	out := without(a.address, "after")
	out["q"] = []string{search}
	if search == "" && a.view == nil {
		out = without(out, "q")
	}
	return views.TicketsPath(out.Encode())
}
