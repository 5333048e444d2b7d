package store_test

import (
	"errors"
	"image"
	"image/png"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"signalbox/store"
	"signalbox/store/blob"
	"signalbox/workflow/desk"
)

// visitorOf is a browser session, or somebody whose identity the site has signed.
func visitorOf(session, identity string) store.Visitor {
	v := store.Visitor{Identity: identity}
	if session != "" {
		v.Session = []byte(strings.Repeat(session, 32)[:32])
	}
	return v
}

func (d *cabinet) upload(v store.Visitor, name, body string) desk.File {
	d.Helper()
	f, err := d.tryUpload(store.VisitorFile{Visitor: v, Name: name, Body: strings.NewReader(body)})
	if err != nil {
		d.Fatalf("upload %s: %v", name, err)
	}
	return f
}

func (d *cabinet) tryUpload(n store.VisitorFile) (desk.File, error) {
	n.TeamID = d.team
	f, err := d.store.KeepVisitorFile(d.Context(), n)
	return f.File, err
}

// ask opens a ticket in a browser.
func (d *cabinet) ask(v store.Visitor, files ...desk.File) (store.Opened, error) {
	n := question("")
	n.Visitor, n.Files, n.Customer.DistinctID = v, files, "d-1"
	if len(files) == 0 {
		n.Body = "Hello"
	}
	return d.store.OpenTicket(d.Context(), desk.Actor{}, d.team, n)
}

// reply writes into a ticket of the visitor's.
func (d *cabinet) reply(v store.Visitor, ticket desk.ID, files ...desk.File) (desk.Message, error) {
	d.Helper()
	t, err := d.store.VisitorTicket(d.Context(), d.team, ticket, v)
	if err != nil || !t.Owned {
		d.Fatalf("the visitor's ticket: %+v, %v", t, err)
	}
	changed, err := d.store.AddVisitorMessage(d.Context(), d.team, t, v, desk.AddMessage{Files: files})
	if err != nil {
		return desk.Message{}, err
	}
	return changed.Outcome.Messages[0], nil
}

func photo(t *testing.T, w, h int) string {
	t.Helper()
	var b strings.Builder
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAVisitorsFileGoesWithTheFirstMessageAndWithLaterOnes(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		opened, err := d.ask(v, d.upload(v, "../one.txt", "1"), d.upload(v, "two.txt", "2"))
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the first message", d.attached(opened.Message), "one.txt", "two.txt")
		if opened.Ticket.Subject == "" || opened.Ticket.LastMessageText == "" {
			t.Errorf("a message of files alone reads %q, %q", opened.Ticket.Subject, opened.Ticket.LastMessageText)
		}
		f := d.upload(v, "three.txt", "three")
		m, err := d.reply(v, opened.Ticket.PublicID, f)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the reply", d.attached(m), "three.txt")
		if got := d.read(ann, f); got != "three" {
			t.Errorf("an agent reads %q", got)
		}
	})
}

func TestNobodySendsWhatAnotherVisitorUploaded(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v, stranger := visitorOf("a", ""), visitorOf("b", "")
		mine, theirs := d.upload(v, "mine", "1"), d.upload(stranger, "theirs", "2")
		opened, err := d.ask(v)
		if err != nil {
			t.Fatal(err)
		}
		agents := d.keep(ann, opened.Ticket, "agents", "3")
		for name, f := range map[string]desk.File{"a stranger's": theirs, "an agent's": agents} {
			if _, err := d.reply(v, opened.Ticket.PublicID, mine, f); !desk.IsKind(err, desk.Conflict) {
				t.Errorf("%s file in a reply: %v, want it refused", name, err)
			}
			if _, err := d.ask(v, f); !desk.IsKind(err, desk.Conflict) {
				t.Errorf("%s file in a new ticket: %v, want it refused", name, err)
			}
		}
		if _, err := d.send(ann, opened.Ticket, desk.AddMessage{Body: "Hi", Files: []desk.File{mine}}); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("an agent sends a visitor's waiting file: %v", err)
		}
		if _, _, err := d.store.OpenFile(t.Context(), ann, d.team, mine.ID); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("an agent reads a visitor's waiting file: %v", err)
		}
		if _, err := d.ask(store.Visitor{}, mine); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("nobody in particular sends it: %v", err)
		}
	})
}

func TestACustomerWhoseBrowserIsUnknownSendsFiles(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		f, err := d.tryUpload(store.VisitorFile{Name: "first", Body: strings.NewReader("1")})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := d.ask(store.Visitor{}, f)
		if err != nil {
			t.Fatal(err)
		}
		ticket, customer := opened.Ticket.ID, opened.Ticket.Customer.ID
		var files []desk.File
		for range desk.MaxFiles {
			f, err := d.tryUpload(store.VisitorFile{TicketID: ticket, Customer: customer, Name: "more", Body: strings.NewReader("2")})
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		eleventh, err := d.tryUpload(store.VisitorFile{TicketID: ticket, Customer: customer, Name: "eleventh", Body: strings.NewReader("2")})
		if err != nil {
			t.Errorf("an eleventh file, of another form: %v", err)
		}
		by := desk.Actor{Kind: desk.ByCustomer, ID: customer}
		if _, err := d.send(by, opened.Ticket, desk.AddMessage{Files: append(files, eleventh)}); !desk.IsKind(err, desk.Invalid) {
			t.Errorf("eleven files in a message: %v, want it refused", err)
		}
		for who, ok := range map[int64]bool{customer + 1: false, customer: true} {
			by := desk.Actor{Kind: desk.ByCustomer, ID: who}
			if _, err := d.send(by, opened.Ticket, desk.AddMessage{Files: files}); ok != (err == nil) {
				t.Errorf("customer %d sends them: %v", who, err)
			}
		}
	})
}

func TestWhoSignsInKeepsTheirFilesAndNobodyElseGetsThem(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		before := d.upload(visitorOf("a", ""), "before", "1")
		zoe, next := visitorOf("a", "zoe"), visitorOf("a", "max")
		signedIn := d.upload(zoe, "signed in", "2")
		for name, v := range map[string]store.Visitor{"the next to sign in": next, "who signed out": visitorOf("a", "")} {
			if _, err := d.ask(v, signedIn); !desk.IsKind(err, desk.Conflict) {
				t.Errorf("%s sends it: %v", name, err)
			}
		}
		if _, err := d.ask(zoe, before, signedIn); err != nil {
			t.Errorf("her own files: %v", err)
		}
	})
}

func TestOnlyFilesOfPublicMessagesAreVisitorsToOpen(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		waiting := d.upload(v, "waiting", "1")
		opened, err := d.ask(v, d.upload(v, "photo.png", photo(t, 96, 48)))
		if err != nil {
			t.Fatal(err)
		}
		note, reply := d.keep(ann, opened.Ticket, "note", "secret"), d.keep(ann, opened.Ticket, "reply", "public")
		for f, private := range map[desk.ID]bool{note.ID: true, reply.ID: false} {
			if _, err := d.send(ann, opened.Ticket, desk.AddMessage{Private: private, Files: []desk.File{{ID: f}}}); err != nil {
				t.Fatal(err)
			}
		}
		held := d.keep(ann, opened.Ticket, "held", "not yet")
		d.holdWith(opened.Ticket, held)
		for name, f := range map[string]desk.File{"waiting": waiting, "of a note": note, "of a held reply": held} {
			if _, _, err := d.store.OpenVisitorFile(t.Context(), d.team, f.ID); !desk.IsKind(err, desk.NotFound) {
				t.Errorf("%s: %v, want it not found", name, err)
			}
		}
		if _, _, err := d.store.OpenVisitorFile(t.Context(), d.team+1, reply.ID); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("through another team: %v", err)
		}
		if f, body, err := d.store.OpenVisitorFile(t.Context(), d.team, reply.ID); err != nil || f.Name != "reply" || body.Close() != nil {
			t.Errorf("of a reply: %+v, %v", f, err)
		}
		files, err := d.store.MessageFiles(t.Context(), d.team, []desk.Message{opened.Message})
		if err != nil {
			t.Fatal(err)
		}
		if _, body, err := d.store.OpenVisitorPicture(t.Context(), d.team, files[opened.Message.PublicID][0].ID, blob.Thumb); err != nil || body.Close() != nil {
			t.Errorf("their own picture: %v", err)
		}
	})
}

func TestTooMuchWithinAnHourIsRefusedBeforeItIsRead(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		const most = desk.MaxFile
		full := func(session, address string, size int64) error {
			_, err := d.tryUpload(store.VisitorFile{
				Visitor: visitorOf(session, ""), Address: address, Size: size, Name: "x", Body: strings.NewReader("x"),
			})
			return err
		}
		if err := full("a", "1", most+1); !desk.IsKind(err, desk.TooLarge) {
			t.Errorf("a file over the limit: %v", err)
		}
		for i := range 4 { // 100 MB
			if err := full("a", "1", most); err != nil {
				t.Fatalf("file %d: %v", i, err)
			}
		}
		if err := full("a", "2", 1); !desk.IsKind(err, desk.Throttled) {
			t.Errorf("one more of the visitor: %v", err)
		}
		if err := full("a", "3", 0); !desk.IsKind(err, desk.Throttled) {
			t.Errorf("one more that was not announced: %v", err)
		}
		for i := range 4 { // and 100 MB from the same address
			if err := full("b"+strconv.Itoa(i), "1", most); err != nil {
				t.Fatalf("file %d of the address: %v", i, err)
			}
		}
		if err := full("c", "1", 1); !desk.IsKind(err, desk.Throttled) {
			t.Errorf("one more from the address: %v", err)
		}
		for i := range 32 { // all visitors: 40 of 25 MB fit into a gigabyte
			if err := full("d"+strconv.Itoa(i), "d"+strconv.Itoa(i), most); err != nil {
				t.Fatalf("file %d of all: %v", i, err)
			}
		}
		if err := full("e", "e", most); !desk.IsKind(err, desk.Throttled) {
			t.Errorf("one more of all: %v", err)
		}
		d.clock.add(time.Hour)
		if err := full("a", "1", most); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestWhatDoesNotArriveDoesNotCount(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		const most = desk.MaxFile
		send := func(announced int64, arrives string) error {
			_, err := d.tryUpload(store.VisitorFile{
				Visitor: visitorOf("a", ""), Address: "1", Size: announced, Name: "x",
				Body: io.MultiReader(strings.NewReader(arrives), iotest.ErrReader(errors.New("the line broke"))),
			})
			return err
		}
		for range 5 { // 125 MB were announced
			if err := send(most, "x"); err == nil || desk.IsKind(err, desk.Throttled) {
				t.Fatalf("a broken upload: %v", err)
			}
		}
		keep := func(size int64) error {
			_, err := d.tryUpload(store.VisitorFile{Visitor: visitorOf("a", ""), Address: "1", Size: size, Name: "x", Body: strings.NewReader("x")})
			return err
		}
		for i, size := range []int64{most, most, most, most - 100} {
			if err := keep(size); err != nil {
				t.Fatalf("file %d: %v, want room for 100 MB without the 5 bytes that arrived", i, err)
			}
		}
		if err := keep(most); !desk.IsKind(err, desk.Throttled) {
			t.Fatalf("too much: %v", err)
		}
		if err := keep(90); err != nil {
			t.Errorf("what fits in after a refusal: %v", err)
		}
		if err := send(0, "ten bytes."); err == nil || desk.IsKind(err, desk.Throttled) {
			t.Fatalf("a broken upload that nobody announced: %v", err)
		}
		if err := keep(1); !desk.IsKind(err, desk.Throttled) {
			t.Errorf("one more: %v, want the 15 bytes counted that arrived in vain", err)
		}
	})
}

func TestTheOldestUnsentFileOfAVisitorMakesRoom(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		other := d.upload(visitorOf("b", ""), "other", "1")
		var files []desk.File
		for i := range 2*desk.MaxFiles + 1 {
			files = append(files, d.upload(v, strconv.Itoa(i), strconv.Itoa(i)))
		}
		if _, err := d.ask(v, files[0]); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("the oldest is there still: %v", err)
		}
		if _, err := d.ask(v, files[1:1+desk.MaxFiles]...); err != nil {
			t.Errorf("the others: %v", err)
		}
		if _, err := d.ask(visitorOf("b", ""), other); err != nil {
			t.Errorf("the file of another visitor: %v", err)
		}
	})
}

func TestFilesOfAMessageThatCameToNothingAreDropped(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		sent, dropped, waits := d.upload(v, "sent", "1"), d.upload(v, "dropped", "2"), d.upload(v, "waits", "3")
		opened, err := d.ask(v, sent)
		if err != nil {
			t.Fatal(err)
		}
		agents := d.keep(ann, opened.Ticket, "agents", "4")
		for team, files := range map[int64][]desk.File{d.team: {sent, dropped, agents}, d.team + 1: {waits}} {
			if err := d.store.DropVisitorFiles(t.Context(), team, files); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.reply(v, opened.Ticket.PublicID, dropped); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("the dropped file: %v, want it gone", err)
		}
		if _, err := d.reply(v, opened.Ticket.PublicID, waits); err != nil {
			t.Errorf("a file that another team dropped: %v", err)
		}
		same(t, "what was sent", d.attached(opened.Message), sent.Name)
		same(t, "the agent's composer", d.waiting(ann, opened.Ticket), agents.Name)
	})
}

func TestWhatAVisitorNeverSendsIsRemovedAfterADay(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		v := visitorOf("a", "")
		opened, err := d.ask(v, d.upload(v, "sent", "1"))
		if err != nil {
			t.Fatal(err)
		}
		stray, agents := d.upload(v, "stray", "2"), d.keep(ann, opened.Ticket, "agents", "3")
		d.sweep(day + time.Hour)
		d.sweep(day + time.Hour) // the bytes a day after the file
		if _, err := d.ask(v, stray); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("the stray file is there still: %v", err)
		}
		if got := d.blobs(); got != 2 {
			t.Errorf("%d blobs are kept, want what was sent and what an agent is writing", got)
		}
		same(t, "the agent's composer", d.waiting(ann, opened.Ticket), agents.Name)
	})
}
