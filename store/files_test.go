package store_test

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/blob"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// cabinet is a team with files.
type cabinet struct {
	*testing.T
	store *store.Store
	team  int64
	clock *clock
	dir   string // of the blobs
}

func onCabinet(t *testing.T, test func(d *cabinet)) {
	t.Helper()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		clock := newClock()
		clock.use(&c)
		s := storetest.Open(t, c)
		test(&cabinet{T: t, store: s, team: setUp(t, s).TeamID, clock: clock, dir: filepath.Join(c.Dir, "files")})
	})
}

var (
	ann = desk.Agent(1, "Ann")
	ben = desk.Agent(2, "Ben")
)

func (d *cabinet) open(body string) desk.Ticket {
	d.Helper()
	return openTicket(d.T, d.store, d.team, question(body))
}

func (d *cabinet) keep(by desk.Actor, ticket desk.Ticket, name, body string) desk.File {
	d.Helper()
	f, err := d.store.KeepFile(d.Context(), by, store.NewFile{
		TeamID: d.team, TicketID: ticket.ID, Name: name, Body: strings.NewReader(body),
	})
	if err != nil {
		d.Fatalf("keep %s: %v", name, err)
	}
	return f
}

func (d *cabinet) send(by desk.Actor, ticket desk.Ticket, m desk.AddMessage) (desk.Message, error) {
	d.Helper()
	changed, err := d.store.ChangeTicket(d.Context(), by, d.team, ticket.ID, m)
	if err != nil {
		return desk.Message{}, err
	}
	return changed.Outcome.Messages[0], nil
}

func (d *cabinet) read(by desk.Actor, f desk.File) string {
	d.Helper()
	_, body, err := d.store.OpenFile(d.Context(), by, d.team, f.ID)
	if err != nil {
		d.Fatalf("open %s: %v", f.Name, err)
	}
	defer func() { _ = body.Close() }()
	text, err := io.ReadAll(body)
	if err != nil {
		d.Fatal(err)
	}
	return string(text)
}

func (d *cabinet) waiting(by desk.Actor, ticket desk.Ticket) []string {
	d.Helper()
	files, err := d.store.WaitingFiles(d.Context(), by, d.team, ticket.ID)
	if err != nil {
		d.Fatal(err)
	}
	return fileNames(files)
}

func (d *cabinet) attached(messages ...desk.Message) []string {
	d.Helper()
	byMessage, err := d.store.MessageFiles(d.Context(), d.team, messages)
	if err != nil {
		d.Fatal(err)
	}
	var names []string
	for _, m := range messages {
		names = append(names, fileNames(byMessage[m.PublicID])...)
	}
	return names
}

func fileNames(files []desk.File) []string {
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	return names
}

// blobs counts what is on the disk.
func (d *cabinet) blobs() int {
	d.Helper()
	found, err := filepath.Glob(filepath.Join(d.dir, "*", "*"))
	if err != nil {
		d.Fatal(err)
	}
	return len(found)
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestAFileWaitsInItsComposerAndGoesWithTheMessage(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		f := d.keep(ann, ticket, "../a\u202eb.html", "<html><script>")
		if f.Name != "ab.html" || f.Type != "text/html; charset=utf-8" || f.Size != 14 || f.Picture() {
			t.Errorf("kept as %+v", f)
		}
		same(t, "Ann's composer", d.waiting(ann, ticket), "ab.html")
		same(t, "Ben's composer", d.waiting(ben, ticket))
		if _, _, err := d.store.OpenFile(t.Context(), ben, d.team, f.ID); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("Ben opens what Ann has not sent: %v", err)
		}
		if _, _, err := d.store.OpenFile(t.Context(), ann, d.team+1, f.ID); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("another team opens it: %v", err)
		}

		m, err := d.send(ann, ticket, desk.AddMessage{Files: []desk.File{{ID: f.ID}}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the message", d.attached(m), "ab.html")
		same(t, "the composer after it", d.waiting(ann, ticket))
		if got := d.read(ben, f); got != "<html><script>" {
			t.Errorf("read %q", got)
		}
	})
}

func TestOnlyOnesOwnWaitingFilesOfTheTicketAreSent(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket, other := d.open("One"), d.open("Two")
		mine, bens, elsewhere := d.keep(ann, ticket, "mine", "1"), d.keep(ben, ticket, "bens", "2"), d.keep(ann, other, "elsewhere", "3")
		sent := d.keep(ann, ticket, "sent", "4")
		if _, err := d.send(ann, ticket, desk.AddMessage{Files: []desk.File{sent}}); err != nil {
			t.Fatal(err)
		}
		for name, files := range map[string][]desk.File{
			"of a colleague": {mine, bens}, "of another ticket": {mine, elsewhere}, "sent already": {mine, sent},
			"twice": {mine, mine}, "unknown": {mine, {ID: d.store.NewID()}},
		} {
			if _, err := d.send(ann, ticket, desk.AddMessage{Body: "Hi", Files: files}); !desk.IsKind(err, desk.Conflict) {
				t.Errorf("%s: got %v, want it refused", name, err)
			}
		}
		if _, err := d.send(ann, ticket, desk.AddMessage{Body: "Hi", Files: make([]desk.File, desk.MaxFiles+1)}); !desk.IsKind(err, desk.Invalid) {
			t.Errorf("eleven: got %v, want it refused", err)
		}
		same(t, "what waits", d.waiting(ann, ticket), "mine")
		if got, err := d.store.Messages(t.Context(), d.team, ticket.ID, store.MessageQuery{Limit: 9}); err != nil || len(got) != 2 {
			t.Errorf("the ticket has %d messages (%v), want none of the refused", len(got), err)
		}
	})
}

func TestATicketOpensWithFiles(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		customer := desk.Actor{Kind: desk.ByCustomer}
		f := d.keep(customer, desk.Ticket{}, "photo.jpg", "x")
		n := question("")
		n.Files = []desk.File{{ID: f.ID}}
		opened, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, n)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "the first message", d.attached(opened.Message), "photo.jpg")
		if opened.Ticket.Subject != "photo.jpg" {
			t.Errorf("subject %q, want the file's name", opened.Ticket.Subject)
		}
		if _, err := d.store.OpenTicket(t.Context(), desk.Actor{}, d.team, n); !desk.IsKind(err, desk.Conflict) {
			t.Errorf("a second ticket takes the file too: %v", err)
		}
	})
}

func TestAComposerTakesTenFilesAndATeamSoManyBytesADay(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		ticket := d.open("Hello")
		for range desk.MaxFiles {
			d.keep(ann, ticket, "f", "x")
		}
		n := store.NewFile{TeamID: d.team, TicketID: ticket.ID, Name: "one more", Body: strings.NewReader("x")}
		if _, err := d.store.KeepFile(t.Context(), ann, n); !desk.IsKind(err, desk.Invalid) {
			t.Errorf("the eleventh: %v", err)
		}
		d.keep(ben, ticket, "f", "x")

		send(t, d.store, `UPDATE counters SET total = ? WHERE total = ?`, int64(5)<<30-1, desk.MaxFiles+1)
		check(t, d.store.RemoveFile(t.Context(), ben, d.team, d.keep(ben, ticket, "removed at once", "xx").ID))
		n.Body = unread{t}
		if _, err := d.store.KeepFile(t.Context(), ben, n); !desk.IsKind(err, desk.Throttled) {
			t.Errorf("over the day's limit: %v", err)
		}
		d.clock.add(25 * time.Hour)
		d.keep(ben, ticket, "tomorrow", "x")
	})
}

// unread fails the test when somebody reads it.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read though it was refused")
	return 0, io.EOF
}

func TestAFileOverTheLimitIsCutOffAndNotKept(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		endless := io.MultiReader(io.LimitReader(zeros{}, desk.MaxFile+1), unread{t})
		n := store.NewFile{TeamID: d.team, TicketID: d.open("Hello").ID, Name: "film", Body: endless}
		if _, err := d.store.KeepFile(t.Context(), ann, n); !desk.IsKind(err, desk.TooLarge) {
			t.Errorf("got %v, want it too large", err)
		}
		if d.blobs() != 0 {
			t.Errorf("%d files are on the disk, want none", d.blobs())
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestAPictureIsMadeOnceAndKept(t *testing.T) {
	onCabinet(t, func(d *cabinet) {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 960, 480))); err != nil {
			t.Fatal(err)
		}
		ticket := d.open("Hello")
		f := d.keep(ann, ticket, "photo.png", b.String())
		if f.Width != 960 || f.Height != 480 {
			t.Errorf("measured %d × %d", f.Width, f.Height)
		}
		for range 2 {
			_, body, err := d.store.OpenPicture(t.Context(), ann, d.team, f.ID, blob.Thumb)
			if err != nil {
				t.Fatal(err)
			}
			c, format, err := image.DecodeConfig(body)
			_ = body.Close()
			if err != nil || format != "jpeg" || c.Width != 480 || c.Height != 240 {
				t.Errorf("got a %s of %d × %d (%v)", format, c.Width, c.Height, err)
			}
		}
		if d.blobs() != 2 {
			t.Errorf("%d files are on the disk, want the original and one picture", d.blobs())
		}
		text := d.keep(ann, ticket, "photo.png", "no picture")
		if _, _, err := d.store.OpenPicture(t.Context(), ann, d.team, text.ID, blob.Thumb); !desk.IsKind(err, desk.NotFound) {
			t.Errorf("a picture of text: %v", err)
		}
		if half := d.keep(ann, ticket, "half.png", b.String()[:100]); half.Picture() {
			t.Errorf("half a file is a picture of %d × %d", half.Width, half.Height)
		}
		broken := d.keep(ann, ticket, "broken.png", b.String()[:100]+strings.Repeat("x", 50)+b.String()[150:])
		if _, _, err := d.store.OpenPicture(t.Context(), ann, d.team, broken.ID, blob.Thumb); !broken.Picture() || !desk.IsKind(err, desk.NotFound) {
			t.Errorf("a broken picture, %d × %d: %v", broken.Width, broken.Height, err)
		}
		shown, err := d.store.WaitingFiles(t.Context(), ann, d.team, ticket.ID)
		if err != nil || len(shown) != 4 || !shown[0].Picture() || shown[3].Picture() {
			t.Errorf("then %+v, %v, want the broken one to be a file like others", shown, err)
		}
		if err := os.RemoveAll(d.dir); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.store.OpenFile(t.Context(), ann, d.team, f.ID); err == nil {
			t.Error("a file without its bytes was opened")
		}
	})
}
