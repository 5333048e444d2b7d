package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

// index brings the search to what is committed.
func index(t *testing.T, s *store.Store) {
	t.Helper()
	if _, err := s.IndexChanges(t.Context()); err != nil {
		t.Fatalf("index: %v", err)
	}
}

func (d *stage) find(text string) store.TicketPage {
	d.Helper()
	page, err := d.store.Tickets(d.Context(), store.TicketQuery{Team: d.team, User: 1, Text: text, Limit: 50, Now: d.clock.read(), Sort: "number"})
	if err != nil {
		d.Fatalf("search %q: %v", text, err)
	}
	return page
}

func (d *stage) wantFound(text string, want ...int64) {
	d.Helper()
	got := numbers(d.find(text).Tickets)
	if diff := gocmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		d.Errorf("%q (-want +got):\n%s", text, diff)
	}
}

// asks opens a ticket of a customer with a subject.
func (d *stage) asks(name, email, subject, body string) desk.Ticket {
	d.Helper()
	return openTicket(d.T, d.store, d.team, store.NewTicket{
		Subject: subject, Channel: desk.Email, Body: body, Customer: store.CustomerInput{Name: name, Email: email},
	})
}

func TestWordsPhrasesAndBeginningsAreFound(t *testing.T) {
	onStage(t, func(d *stage) {
		d.asks("Ada Lovelace", "ada@northwind.example", "Order 100% late", "The parcel is still not here.\nCan I have a refund?")
		d.asks("Zoë Müller", "zoe@shop.example", "Ärger mit der Straße", "Ein Päckchen fehlt; under_score und back\\slash")
		d.asks("", "", "", "I am still waiting: the late parcel, refunded or not")
		d.asks("李雷", "li@east.example", "退款", "我想要退款,谢谢")
		index(d.T, d.store)
		for text, want := range map[string][]int64{
			"parcel ": {1, 3}, "PARCEL refund ": {1}, "refund": {1, 3}, "refu* ": {1, 3}, "refu ": nil, "parcel -refunded": {1},
			`"late parcel"`: {3}, `"parcel late"`: nil, `"still wait"`: nil, "late parcel": {3},
			"arger": {2}, "ärger": {2}, "STRASSE": {2}, "packchen": {2}, "under_score": {2}, `back\slash`: {2}, "zoe muller": {2},
			"ada@": {1}, "northwind.example": {1}, "ada@northwind.example": {1}, "example": {1, 2, 4}, "wind": nil, "ada refund": {1},
			"100%": {1}, "退款": {4}, "款退": nil, "李雷": {4}, "from:ada@": {1}, "from:lovelace parcel": {1}, "from:parcel": nil,
			"from:northwind.example": {1}, "#3": {3}, "3": {3}, "#99": nil, "zzz": nil, "!!! ???": nil, "-parcel": {2, 4}, "": {1, 2, 3, 4},
		} {
			d.wantFound(text, want...)
		}
	})
}

func TestWhatIsTypedIsNeverALanguageOfTheDatabase(t *testing.T) {
	onStage(t, func(d *stage) {
		d.asks("Ada", "ada@x.example", "Near or not", "words: alpha beta")
		index(d.T, d.store)
		for _, text := range []string{
			`"`, `"""`, `"alpha`, `alpha"`, `alpha" OR "zzz`, "alpha AND", "NEAR(alpha beta)", "alpha NEAR/2 beta", "words:alpha", "alpha*beta*",
			"^alpha", "(alpha", ")", "-", "--", "- alpha", "alpha:*", "alpha & !beta", "alpha <-> beta", "'alpha'", `\'`, "' OR 1=1", "*", "**", "a*",
			strings.Repeat("(", 250), strings.Repeat("a ", 120), strings.Repeat(`"`, 250), "\u202e\u0301", "·alpha", "alpha\u0301", "😀",
			"status:", "status:nonsense", "before:x", "is:", "has:has", "assignee:'", `tag:"`, "from:!!!", "after:9999-99-99",
		} {
			d.find(text)
			d.find(text + " alpha")
		}
		d.wantFound("alpha:*", 1)
		d.wantFound(`alpha" OR "zzz`)
	})
}

func TestOperatorsAreFilters(t *testing.T) {
	onStage(t, func(d *stage) {
		addMembers(d.T, d.store, d.team, "Support", "bea@desk.example")
		for range 4 {
			d.asks("Ada", "ada@x.example", "Parcel", "Where is it?")
			d.clock.add(24 * time.Hour)
		}
		change(d.T, d.store, d.ticket(1), desk.All{desk.SetStatus{To: desk.Open}, desk.SetTags{Tags: []string{"vip", "late"}}, desk.SetPriority{To: desk.High}})
		change(d.T, d.store, d.ticket(2), desk.All{desk.SetStatus{To: desk.Resolved}, desk.SetTags{Tags: []string{"vip"}}})
		change(d.T, d.store, d.ticket(3), desk.All{desk.SetAssignee{To: desk.Assignee{Kind: desk.ToUser, ID: 1}}, desk.SetSLADue{At: d.clock.read().Add(-time.Hour)}})
		change(d.T, d.store, d.ticket(4), desk.All{
			desk.SetAssignee{To: desk.Assignee{Kind: desk.ToRole, ID: 1}}, desk.Snooze{Until: d.clock.read().Add(time.Hour)}, desk.SetStatus{To: desk.OnHold},
		})
		index(d.T, d.store)
		third := d.ticket(3).CreatedAt.UTC().Format(time.DateOnly)
		for text, want := range map[string][]int64{
			"status:open": {1}, "-status:open": {2, 3, 4}, "status:open status:resolved": {1, 2}, "is:on-hold": {4}, "status:open is:resolved": nil,
			"tag:VIP": {1, 2}, "tag:vip tag:late": {1}, "-tag:vip": {3, 4}, "tag:vip -tag:late": {2}, "late ": {1}, "vip parcel": {1, 2},
			"priority:high": {1}, "priority:none": {2, 3, 4}, "channel:email": {1, 2, 3, 4}, "-channel:email": nil,
			"assignee:me": {3}, "is:mine": {3}, "assignee:none": {1, 2}, "-is:unassigned": {3, 4}, "assignee:supp": {4}, "assignee:nobodyhere": nil,
			"is:breached": {3}, "is:snoozed": {4}, "has:attachment": nil, "-has:attachment": {1, 2, 3, 4},
			"before:" + third: {1, 2}, "after:" + third: {3, 4}, "parcel status:open from:ada": {1}, "parcel status:new -is:mine": nil,
			"status:wrong parcel": {1, 2, 3, 4},
		} {
			d.wantFound(text, want...)
		}
	})
}

func TestPrivateNotesAndNewWordsOfATicketAreFound(t *testing.T) {
	onStage(t, func(d *stage) {
		ticket := d.asks("Ada", "ada@x.example", "Old subject", "Hello there")
		change(d.T, d.store, ticket, desk.AddMessage{Body: "Internal: looks like fraud, says the <b>bank</b>.", Private: true})
		index(d.T, d.store)
		page := d.find("fraud")
		want := map[int64]store.Excerpt{ticket.ID: {Private: true, Pieces: []store.Piece{
			{Text: "… "}, {Text: "looks like "}, {Text: "fraud", Match: true}, {Text: ", says the <b>bank</b>."},
		}}}
		if diff := gocmp.Diff(want, page.Excerpts); diff != "" {
			t.Errorf("excerpt (-want +got):\n%s", diff)
		}
		d.wantFound("old", 1)
		change(d.T, d.store, ticket, desk.SetSubject{To: "New heading"})
		index(d.T, d.store)
		d.wantFound("old")
		d.wantFound("heading", 1)
	})
}

func TestOtherTeamsAreNotFound(t *testing.T) {
	onStage(t, func(d *stage) {
		d.asks("Ada", "ada@x.example", "Ours", "shared words and treasure")
		others, err := d.store.AddTeam(d.Context(), "Others")
		check(d.T, err)
		theirs := openTicket(d.T, d.store, others.ID, question("shared words and secrets"))
		index(d.T, d.store)
		d.wantFound("shared", 1)
		d.wantFound("secrets")
		d.wantFound("from:carl")
		d.team = others.ID
		d.wantFound("shared", theirs.Number)
		d.wantFound("treasure")
	})
}

func TestAPageOfASearchGoesOnWhereItEnded(t *testing.T) {
	onStage(t, func(d *stage) {
		for i := range 12 {
			d.asks("Ada", "ada@x.example", "Parcel", fmt.Sprintf("parcel %d", i))
			d.clock.add(time.Second)
		}
		index(d.T, d.store)
		for _, sort := range sorts() {
			q := store.TicketQuery{Team: d.team, User: 1, Text: "parcel", Limit: 5, Now: d.clock.read(), Sort: sort}
			got := numbers(pages(d.T, d.store, q))
			if slices.Sort(got); len(slices.Compact(got)) != 12 {
				d.Errorf("by %q: got %v, want each of 12 once", sort, got)
			}
		}
	})
}

func TestWhatIsGoneIsNotFound(t *testing.T) {
	onStage(t, func(d *stage) {
		gone := d.asks("Ada", "ada@x.example", "Subject", "doomed words")
		d.asks("Ben", "ben@x.example", "Subject", "other words")
		index(d.T, d.store)
		d.wantFound("words", 1, 2)
		deleteTicket(d.T, d.store, gone)
		d.wantFound("words", 2)
		d.wantFound("doomed")
		d.wantFound("from:ada")
		for table, want := range map[string]int{"search_docs": 2, "messages": 1} {
			if n := count(d.T, d.store, `SELECT COUNT(*) FROM `+table); n != want {
				d.Errorf("%s: got %d rows, want %d", table, n, want)
			}
		}
	})
}

func TestFullShelvesAreFollowedByNewOnes(t *testing.T) {
	onStage(t, func(d *stage) {
		for i := range 3 {
			d.asks("Ada", "ada@x.example", "Subject", fmt.Sprintf("parcel number%d", i))
			index(d.T, d.store)
			send(d.T, d.store, `UPDATE search_shelves SET docs = 16384`)
		}
		if n := count(d.T, d.store, `SELECT COUNT(*) FROM search_shelves`); n != 3 {
			d.Errorf("got %d shelves, want 3", n)
		}
		d.wantFound("parcel", 1, 2, 3)
		d.wantFound("number0", 1)
		d.wantFound("subject from:ada", 1, 2, 3)
	})
}

func TestARebuiltIndexFindsWhatTheKeptOneFound(t *testing.T) {
	vocabulary := []string{"alpha", "beta", "gamma", "delta", "alphabet"}
	onStage(t, func(d *stage) {
		rapid.Check(d.T, func(rt *rapid.T) {
			words := func(label string) string {
				return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 1, 3).Draw(rt, label), " ")
			}
			ticket := d.asks("Ada", "ada@x.example", words("subject"), words("body"))
			for range rapid.IntRange(0, 3).Draw(rt, "changes") {
				switch rapid.IntRange(0, 3).Draw(rt, "what") {
				case 0:
					change(d.T, d.store, ticket, desk.AddMessage{Body: words("message"), Private: rapid.Bool().Draw(rt, "private")})
				case 1:
					change(d.T, d.store, ticket, desk.SetSubject{To: words("new subject")})
				case 2:
					change(d.T, d.store, ticket, desk.SetTags{Tags: strings.Fields(words("tags"))})
				case 3:
					index(d.T, d.store)
				}
			}
		})
		index(d.T, d.store)
		before := d.findAll(vocabulary)
		progress := int64(-1)
		rebuilt, err := d.store.RebuildSearch(d.Context(), func(done, all int64) { progress = all - done })
		if err != nil || progress != 0 || rebuilt.Messages == 0 || rebuilt.Documents <= int(rebuilt.Messages) {
			d.Fatalf("rebuild: got %+v with %d messages left, %v", rebuilt, progress, err)
		}
		if diff := gocmp.Diff(before, d.findAll(vocabulary)); diff != "" {
			d.Errorf("-kept +rebuilt:\n%s", diff)
		}
	})
}

func (d *stage) findAll(vocabulary []string) map[string][]int64 {
	d.Helper()
	out := map[string][]int64{}
	for _, a := range vocabulary {
		for _, b := range vocabulary {
			for _, text := range []string{a + " ", a, a + " " + b + " ", `"` + a + " " + b + `"`, a + " -" + b, "tag:" + a} {
				out[text] = numbers(d.find(text).Tickets)
			}
		}
	}
	return out
}

func TestNothingIsLostBetweenCommitAndIndex(t *testing.T) {
	clock := newClock()
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		clock.use(&c)
		s, err := store.Open(t.Context(), c)
		check(t, err)
		team := setUp(t, s).TeamID
		openTicket(t, s, team, question("first words"))
		index(t, s)
		openTicket(t, s, team, question("second words"))
		check(t, s.Close())
		d := &stage{T: t, store: storetest.Open(t, c), team: team, clock: clock}
		d.wantFound("words ", 1)
		index(t, d.store)
		d.wantFound("words ", 1, 2)
	})
}
