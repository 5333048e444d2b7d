package store_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"signalbox/store"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

const restorePage = "https://shop.example/help?lang=de#chat"

// asksBack asks for a link and returns the jobs that nobody has claimed before.
func (d *stage) asksBack(email string) []job.Job {
	d.Helper()
	check(d.T, d.store.RequestRestore(d.Context(), d.team, email, restorePage))
	jobs, err := d.store.Jobs().Claim(d.Context(), d.clock.read(), 10)
	check(d.T, err)
	return slices.DeleteFunc(jobs, func(j job.Job) bool { return j.Attempt > 1 })
}

// tokenOf opens the mail of a job and returns the token of its link.
func (d *stage) tokenOf(j job.Job) string {
	d.Helper()
	mail, err := d.store.RestoreMail(d.Context(), j)
	check(d.T, err)
	link, err := url.Parse(mail.Link)
	check(d.T, err)
	token := link.Query().Get("ph_conv_restore")
	if len(token) != 43 || link.Query().Get("lang") != "de" || link.Fragment != "chat" || link.Host != "shop.example" {
		d.Errorf("the link %s is not the page with a token of 32 bytes", mail.Link)
	}
	return token
}

func (d *stage) wantRestore(what, token string, v store.Visitor, want desk.RestoreStatus) {
	d.Helper()
	if got, err := d.store.Restore(d.Context(), d.team, token, v); err != nil || got != want {
		d.Errorf("%s: got %q, %v, want %q", what, got, err, want)
	}
}

func TestAMailedLinkBringsTheConversationsOfItsAddressOnce(t *testing.T) {
	onStage(t, func(d *stage) {
		ada := store.CustomerInput{DistinctID: "a", Email: "ada@example.com"}
		phone := store.Visitor{Session: []byte("a phone")}
		all := []desk.Ticket{
			d.opensAs(browserOf, ada),
			d.opensAs(store.Visitor{}, store.CustomerInput{Email: "ada@example.com"}), // by mail
			d.opensAs(browserOf, store.CustomerInput{DistinctID: "a", Email: "other@example.com"}),
			d.opensAs(asAda, ada),
		}
		jobs := d.asksBack(" ADA@example.com")
		if len(jobs) != 1 || jobs[0].Kind != job.KindRestore {
			d.Fatalf("got %+v, want one mail", jobs)
		}
		first, second := d.tokenOf(jobs[0]), d.tokenOf(jobs[0]) // a second attempt, after one that may have arrived
		d.wantRestore("made up", strings.Repeat("A", 43), phone, desk.RestoreInvalid)
		d.wantRestore("fresh", first, phone, desk.Restored)
		d.wantRestore("the other attempt's", second, browserOf, desk.RestoreUsed)
		d.wantRestore("once more", first, phone, desk.RestoreUsed)
		d.wantReads("the phone", phone, all, 2, 1)
		d.wantReads("the browser", browserOf, all, 3)
		d.wantReads("who has signed in", asAda, all, 4)
	})
}

func TestALinkOfAnotherTeamOrHourBringsNothing(t *testing.T) {
	onStage(t, func(d *stage) {
		ticket := d.opensAs(browserOf, store.CustomerInput{DistinctID: "a", Email: "ada@example.com"})
		token := d.tokenOf(d.asksBack("ada@example.com")[0])
		other, err := d.store.AddTeam(d.Context(), "Other")
		check(d.T, err)
		if got, err := d.store.Restore(d.Context(), other.ID, token, asBen); err != nil || got != desk.RestoreInvalid {
			d.Errorf("another team: got %q, %v, want invalid", got, err)
		}
		d.clock.add(desk.RestoreLife)
		d.wantRestore("after its hour", token, asBen, desk.RestoreExpired)
		d.wantReads("the browser", browserOf, []desk.Ticket{ticket}, 1)
		d.clock.add(48 * time.Hour)
		d.asksBack("ada@example.com")
		d.wantRestore("forgotten", token, asBen, desk.RestoreInvalid)
	})
}

func TestNoLinkIsMailedWhereNothingWaitsOrTooOften(t *testing.T) {
	onStage(t, func(d *stage) {
		d.opensAs(asAda, store.CustomerInput{Email: "signed@example.com"})
		blocked := d.opens(store.CustomerInput{Email: "blocked@example.com"})
		check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, blocked.Customer.PublicID))
		d.opens(store.CustomerInput{DistinctID: "x"})
		for _, email := range []string{"nobody@example.com", "signed@example.com", "blocked@example.com", ""} {
			if jobs := d.asksBack(email); len(jobs) != 0 {
				d.Errorf("%q: got %+v, want no mail", email, jobs)
			}
		}
		d.opens(store.CustomerInput{Email: "ada@example.com"})
		for i, want := range []int{1, 1, 1, 0, 0} {
			if jobs := d.asksBack("ada@example.com"); len(jobs) != want {
				d.Errorf("wish %d: got %d mails, want %d", i+1, len(jobs), want)
			}
		}
		d.clock.add(time.Hour + time.Minute)
		jobs := d.asksBack("ada@example.com")
		if len(jobs) != 1 {
			d.Fatalf("after an hour: got %d mails, want one", len(jobs))
		}
		d.clock.add(desk.RestoreLife + time.Second)
		if m, err := d.store.RestoreMail(d.Context(), jobs[0]); err == nil || m.Link != "" {
			d.Errorf("got %+v, %v, want no mail that comes too late", m, err)
		}
	})
}

func TestWhoAsksForALinkLearnsNothing(t *testing.T) {
	onStage(t, func(d *stage) {
		d.opens(store.CustomerInput{Email: "ada@example.com"})
		for _, email := range []string{"ada@example.com", "nobody@example.com"} {
			select {
			case <-d.store.Jobs().Wakes():
			default:
			}
			check(d.T, d.store.RequestRestore(d.Context(), d.team, email, restorePage))
			select {
			case <-d.store.Jobs().Wakes():
			default:
				d.Errorf("%s: nobody was woken, want the same work for everybody", email)
			}
		}
	})
}

func TestWishesAtOneTimeCountEachOther(t *testing.T) {
	onStage(t, func(d *stage) {
		d.opens(store.CustomerInput{Email: "ada@example.com"})
		var wishes sync.WaitGroup
		for range 12 {
			wishes.Go(func() {
				if err := d.store.RequestRestore(d.Context(), d.team, "ada@example.com", restorePage); err != nil {
					d.Error(err)
				}
			})
		}
		wishes.Wait()
		jobs, err := d.store.Jobs().Claim(d.Context(), d.clock.read(), 20)
		if check(d.T, err); len(jobs) != 3 {
			d.Errorf("got %d mails, want 3 in an hour", len(jobs))
		}
	})
}

func TestALinkNeverBringsWhatAnIdentityHas(t *testing.T) {
	onStage(t, func(d *stage) {
		ticket := d.opensAs(browserOf, store.CustomerInput{DistinctID: "anon", Email: "ada@example.com"})
		token := d.tokenOf(d.asksBack("ada@example.com")[0])
		check(d.T, d.store.BlockCustomer(d.Context(), byAnn(), d.team, ticket.Customer.PublicID))
		check(d.T, d.store.JoinVisitor(d.Context(), d.team, in(asAda)))
		check(d.T, d.store.UnblockCustomer(d.Context(), byAnn(), d.team, ticket.Customer.PublicID))
		d.wantRestore("mailed before", token, asBen, desk.Restored)
		d.wantReads("who has the mail", asBen, []desk.Ticket{ticket})
		d.wantReads("who signed in", asAda, []desk.Ticket{ticket}, 1)
		if jobs := d.asksBack("ada@example.com"); len(jobs) != 0 {
			d.Errorf("got %+v, want no mail for it", jobs)
		}
	})
}

func TestTheDeliveriesShowNoRestoreLink(t *testing.T) {
	onStage(t, func(d *stage) {
		d.opens(store.CustomerInput{Email: "ada@example.com"})
		token := d.tokenOf(d.asksBack("ada@example.com")[0])
		list, err := d.store.Deliveries(d.Context(), d.team, store.DeliveryQuery{Limit: 9})
		check(d.T, err)
		if len(list) != 1 || list[0].Shown.Target != "ada@example.com" || strings.Contains(list[0].Shown.Subject, token) || list[0].Shown.URL != "" {
			d.Errorf("got %+v, want who gets a link and not the link", list)
		}
	})
}

func TestARestoreLinkKeepsTheAddressOfItsPage(t *testing.T) {
	onStage(t, func(d *stage) {
		d.opens(store.CustomerInput{Email: "ada@example.com"})
		j := d.asksBack("ada@example.com")[0]
		var asked job.Restore
		check(d.T, json.Unmarshal(j.Payload, &asked))
		for page, want := range map[string]string{
			"https://shop.example":                            "https://shop.example?T",
			"https://shop.example/?/forum/topic/5":            "https://shop.example/?/forum/topic/5&T",
			"https://shop.example/?a=1;b=2":                   "https://shop.example/?a=1;b=2&T",
			"https://shop.example/?x=%zz&caf%E9":              "https://shop.example/?x=%zz&caf%E9&T",
			"https://shop.example/?page":                      "https://shop.example/?page&T",
			"https://shop.example/p?z=1&&a=a+%20b&z=2#/x?y=1": "https://shop.example/p?z=1&&a=a+%20b&z=2&T#/x?y=1",
			"https://shop.example/?ph_conv_restore=old":       "https://shop.example/?T",
			"https://shop.example/?ph%5Fconv_restore&b":       "https://shop.example/?b&T",
			`https://shop.example/?q= Call us <b>"`:           "https://shop.example/?q=%20Call%20us%20%3Cb%3E%22&T",
		} {
			asked.Page = page
			payload, err := json.Marshal(asked)
			check(d.T, err)
			j.Payload = payload
			mail, err := d.store.RestoreMail(d.Context(), j)
			check(d.T, err)
			if got := tokenInLink.ReplaceAllString(mail.Link, "T"); got != want {
				d.Errorf("a page %s is linked as %s, want %s", page, got, want)
			}
		}
	})
}

var tokenInLink = regexp.MustCompile(`ph_conv_restore=[\w-]{43}`)
