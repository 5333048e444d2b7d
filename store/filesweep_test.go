package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/blob"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func (d *cabinet) sweep(after time.Duration) {
	d.Helper()
	d.clock.add(after)
	if err := d.store.SweepFiles(d.Context()); err != nil {
		d.Fatal(err)
	}
}

const day = 24 * time.Hour

func TestWhatIsNeverSentGoesAfterAWeekAndItsBytesADayLater(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		sent := d.keep(ann, ticket, "sent", "the same")
		if _, err := d.send(ann, ticket, desk.AddMessage{Body: "Hi", Files: []desk.File{sent}}); err != nil {
			t.Fatal(err)
		}
		d.keep(ann, ticket, "again", "the same")
		d.keep(ann, ticket, "other", "different")
		if d.blobs() != 2 {
			t.Fatalf("%d files are on the disk, want equal bytes once", d.blobs())
		}
		d.sweep(6 * day)
		same(t, "after six days", d.waiting(ann, ticket), "again", "other")
		d.sweep(2 * day)
		same(t, "after eight days", d.waiting(ann, ticket))
		if d.blobs() != 2 {
			t.Errorf("%d files are on the disk, want the bytes to stay another day", d.blobs())
		}
		d.sweep(25 * time.Hour)
		if d.blobs() != 1 || d.read(ben, sent) != "the same" {
			t.Errorf("%d files are on the disk, want what was sent", d.blobs())
		}
	})
}

func TestARemovedFileIsGoneAndOneThatWasSentStays(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		f, sent := d.keep(ann, ticket, "f", "1"), d.keep(ann, ticket, "sent", "2")
		if _, err := d.send(ann, ticket, desk.AddMessage{Body: "Hi", Files: []desk.File{sent}}); err != nil {
			t.Fatal(err)
		}
		for name, remove := range map[string]func() error{
			"a colleague's":  func() error { return d.store.RemoveFile(t.Context(), ben, d.team, f.ID) },
			"another team's": func() error { return d.store.RemoveFile(t.Context(), ann, d.team+1, f.ID) },
			"a sent one":     func() error { return d.store.RemoveFile(t.Context(), ann, d.team, sent.ID) },
		} {
			if err := remove(); !desk.IsKind(err, desk.NotFound) {
				t.Errorf("%s: got %v, want it not found", name, err)
			}
		}
		if err := d.store.RemoveFile(t.Context(), ann, d.team, f.ID); err != nil {
			t.Fatal(err)
		}
		same(t, "what waits", d.waiting(ann, ticket))
		d.sweep(25 * time.Hour)
		if d.blobs() != 1 {
			t.Errorf("%d files are on the disk, want what was sent", d.blobs())
		}
	})
}

// meanwhile is a bucket at whose removals something else happens first.
type meanwhile struct {
	blob.Bucket

	first func()
}

func (m *meanwhile) Remove(ctx context.Context, h blob.Hash) error {
	if m.first != nil {
		m.first()
	}
	return m.Bucket.Remove(ctx, h)
}

// The same bytes come again at the very moment in which they are removed: the upload is refused, or its bytes are kept.
func TestBytesThatComeAgainWhileTheyAreRemovedAreNotLost(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		clock, bucket := newClock(), &meanwhile{Bucket: blob.NewDir(c.Dir + "/files")}
		clock.use(&c)
		c.Files = bucket
		s := storetest.Open(t, c)
		d := &cabinet{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, dir: c.Dir + "/files"}
		ticket := d.open("Hello")
		f := d.keep(ann, ticket, "f", "again")
		if err := s.RemoveFile(t.Context(), ann, d.team, f.ID); err != nil {
			t.Fatal(err)
		}
		n := store.NewFile{TeamID: d.team, TicketID: ticket.ID, Name: "f", Body: strings.NewReader("again")}
		met := false
		bucket.first = func() {
			met = true
			if _, err := s.KeepFile(t.Context(), ann, n); !desk.IsKind(err, desk.Unavailable) {
				t.Errorf("got %v, want to be told to try again", err)
			}
		}
		d.sweep(25 * time.Hour)
		if !met || d.blobs() != 0 {
			t.Fatalf("met: %v, %d files on the disk, want the bytes removed", met, d.blobs())
		}
		if got := d.read(ann, d.keep(ann, ticket, "f", "again")); got != "again" {
			t.Errorf("read %q", got)
		}
	})
}

func TestAnUploadKeepsOlderBytesFromBeingRemoved(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		f := d.keep(ann, ticket, "f", "again")
		if err := d.store.RemoveFile(t.Context(), ann, d.team, f.ID); err != nil {
			t.Fatal(err)
		}
		d.clock.add(25 * time.Hour)
		f = d.keep(ann, ticket, "f", "again")
		d.sweep(0)
		d.sweep(25 * time.Hour) // its lease ends, and it stays because a file names it
		if got := d.read(ann, f); got != "again" {
			t.Errorf("read %q", got)
		}
	})
}
