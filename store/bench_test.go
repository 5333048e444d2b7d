package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow"
	"signalbox/workflow/desk"
)

// BenchmarkMessage accepts a customer's message and decides ten workflows about it, of which three match.
func BenchmarkMessage(b *testing.B) {
	c := store.Config{Dir: b.TempDir()}
	s, err := store.Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	done, err := s.Setup(b.Context(), newDesk)
	if err != nil {
		b.Fatal(err)
	}
	for i := range 10 {
		channel := "slack"
		if i < 3 {
			channel = "widget"
		}
		d := withUpdate(fmt.Sprint("Workflow ", i), workflow.UpdateTicketStep{
			TicketID: "{event.properties.ticket_id}", SLAAmount: i + 1, SLAUnit: "hour",
		})
		d.Trigger.Events = []workflow.EventTrigger{{Event: desk.MessageReceived, Where: &workflow.Group{All: []workflow.Clause{
			{Condition: workflow.Condition{Left: "event.properties.channel_source", Op: workflow.Equals, Value: channel}},
		}}}}
		w, err := s.CreateWorkflow(b.Context(), desk.Agent(1, "Ann"), done.TeamID, d)
		if err == nil {
			_, err = s.Publish(b.Context(), desk.Agent(1, "Ann"), done.TeamID, store.Revision{ID: w.PublicID, Rev: w.DraftRev})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	const tickets = 10_000
	if err := storetest.Fill(b.Context(), c, storetest.Filling{Team: done.TeamID, Tickets: tickets, Messages: 5, Users: 1, Now: time.Now()}); err != nil {
		b.Fatal(err)
	}

	decider := workflow.NewDecider(time.Now)
	customer := desk.Actor{Kind: desk.ByCustomer, ID: 1, Name: "Carl"}
	var turn atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := 1 + turn.Add(1)*7919%tickets
			_, err := s.ChangeTicket(b.Context(), customer, done.TeamID, id, desk.AddMessage{Body: "Is there any news of my parcel?"})
			if err == nil {
				_, err = s.ProcessNext(b.Context(), workflow.Lane(id), time.Now(), decider.Decide)
			}
			if err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
