package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
)

// holdWith holds a reply with a file for an hour.
func (d *cabinet) holdWith(ticket desk.Ticket, f desk.File) desk.HeldReply {
	d.Helper()
	_, err := d.store.HoldMessage(d.Context(), ann, d.team, store.Outgoing{
		TicketID: ticket.ID, Body: "See the file", Files: []desk.File{f}, At: d.clock.read().Add(time.Hour),
	})
	if err != nil {
		d.Fatal(err)
	}
	replies, err := d.store.Replies(d.Context(), d.team, ticket.ID)
	if err != nil || len(replies) != 1 {
		d.Fatalf("held replies: %v, %v", replies, err)
	}
	return replies[0]
}

func TestAHeldReplyKeepsItsFilesUntilItIsSent(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		f := d.keep(ann, ticket, "report.pdf", "x")
		reply := d.holdWith(ticket, f)
		message := desk.Message{PublicID: reply.ID}
		same(t, "the composer", d.waiting(ann, ticket))
		same(t, "the held reply", d.attached(message), "report.pdf")
		if _, err := d.send(ann, ticket, desk.AddMessage{Body: "Hi", Files: []desk.File{f}}); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("another message takes the held file: %v", err)
		}
		if err := d.store.RemoveFile(t.Context(), ann, d.team, f.ID); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("the held file was removed: %v", err)
		}
		d.sweep(8 * day)
		if n, err := d.store.ReleaseReplies(t.Context(), d.clock.read(), 10); n != 1 || err != nil {
			t.Fatalf("released %d (%v)", n, err)
		}
		messages, err := d.store.Messages(t.Context(), d.team, ticket.ID, store.MessageQuery{Limit: 9})
		if err != nil || len(messages) != 2 || messages[1].PublicID != reply.ID {
			t.Fatalf("messages: %+v, %v", messages, err)
		}
		same(t, "the sent message", d.attached(messages...), "report.pdf")
	})
}

func TestAReplyThatIsTakenBackBringsItsFilesBack(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		reply := d.holdWith(ticket, d.keep(ann, ticket, "report.pdf", "x"))
		key := store.ReplyKey{Team: d.team, Ticket: ticket.ID, ID: reply.ID}
		if err := d.store.TakeBackReply(t.Context(), ann, key); err != nil {
			t.Fatal(err)
		}
		same(t, "the composer", d.waiting(ann, ticket), "report.pdf")
	})
}

func TestAReplyThatIsDiscardedTakesItsFilesAlong(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		f := d.keep(ann, ticket, "report.pdf", "x")
		reply := d.holdWith(ticket, f)
		key := store.ReplyKey{Team: d.team, Ticket: ticket.ID, ID: reply.ID}
		if err := d.store.DiscardReply(t.Context(), ann, key); err != nil {
			t.Fatal(err)
		}
		same(t, "the composer", d.waiting(ann, ticket))
		d.sweep(25 * time.Hour)
		if d.blobs() != 0 {
			t.Errorf("%d files are on the disk, want none", d.blobs())
		}
	})
}
