package main

import (
	"strings"
	"testing"

	"signalbox/store"
	"signalbox/workflow/desk"
)

func TestSearchRebuildIndexesWhatIsThereAndSaysHowMuch(t *testing.T) {
	sh := readyShell(t)
	s, err := store.Open(t.Context(), store.Config{Dir: sh.data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }() // the command works beside it
	opened, err := s.OpenTicket(t.Context(), desk.Actor{}, 1, store.NewTicket{Channel: desk.Email, Body: "Where is my parcel?"})
	if err != nil {
		t.Fatal(err)
	}
	out := sh.object("search", "rebuild", "--json")
	if out["messages"] != 1.0 || out["documents"] != 2.0 || len(out) != 2 {
		t.Errorf("rebuild printed %v, want 1 message and 2 documents", out)
	}
	page, err := s.Tickets(t.Context(), store.TicketQuery{Team: 1, Text: "parcel", Limit: 5})
	if err != nil || len(page.Tickets) != 1 || page.Tickets[0].ID != opened.Ticket.ID {
		t.Errorf("found %v, %v, want the ticket", page.Tickets, err)
	}
	if out := sh.ok("search", "rebuild"); !strings.Contains(out, "1 messages") {
		t.Errorf("printed %q", out)
	}
}
