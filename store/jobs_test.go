package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
	"signalbox/workflow/job"
)

// call is a webhook full of secrets.
func call(s *store.Store) store.NewJob {
	return store.NewJob{Key: s.NewID(), Kind: job.KindWebhook, Payload: job.Webhook{
		Method: "POST", URL: "https://crm.test/in?key=s3cret", Headers: []job.Header{{Name: "X-Key", Value: "s3cret"}}, Body: `"s3cret"`,
	}}
}

func queue(t *testing.T, s *store.Store, team int64, jobs ...store.NewJob) {
	t.Helper()
	if err := s.QueueJobs(t.Context(), team, jobs...); err != nil {
		t.Fatalf("queue: %v", err)
	}
}

// claimJobs claims exactly as many jobs as are wanted.
func claimJobs(t *testing.T, s *store.Store, now time.Time, want int) []job.Job {
	t.Helper()
	jobs, err := s.Jobs().Claim(t.Context(), now, 9)
	if err != nil || len(jobs) != want {
		t.Fatalf("claim at %s: got %d jobs, %v, want %d", now, len(jobs), err, want)
	}
	return jobs
}

func delivery(t *testing.T, s *store.Store, team int64, id desk.ID) store.DeliveryDetail {
	t.Helper()
	d, err := s.Delivery(t.Context(), team, id)
	if err != nil {
		t.Fatalf("delivery: %v", err)
	}
	return d
}

func payload(t *testing.T, s *store.Store, id desk.ID) string {
	t.Helper()
	var text string
	check(t, s.Column(t.Context(), &text, `SELECT payload FROM jobs WHERE public_id = ?`, id))
	return text
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobIsLeasedSoThatACrashRepeatsIt(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		n := call(s)
		queue(t, s, team, n)
		select {
		case <-s.Jobs().Wakes():
		default:
			t.Error("the runner was not woken")
		}

		first := claimJobs(t, s, clock.read(), 1)[0]
		want := job.Job{ID: first.ID, Key: job.Key(n.Key), TeamID: team, Kind: n.Kind, Attempt: 1, CreatedAt: clock.read()}
		if diff := cmp.Diff(want, first, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Payload" }, cmp.Ignore())); diff != "" {
			t.Errorf("claimed: -want +got:\n%s", diff)
		}
		var sent job.Webhook
		check(t, json.Unmarshal(first.Payload, &sent))
		if diff := cmp.Diff(n.Payload, sent); diff != "" {
			t.Errorf("payload: -want +got:\n%s", diff)
		}
		claimJobs(t, s, clock.read().Add(job.Lease-time.Second), 0)
		second := claimJobs(t, s, clock.read().Add(job.Lease), 1)[0] // the first process is gone
		if second.Key != first.Key || second.Attempt != 2 {
			t.Errorf("got attempt %d with key %s, want the second with %s", second.Attempt, second.Key, first.Key)
		}
	}, clock.use)
}

func TestTwoProcessesNeverHaveOneJobAtOnce(t *testing.T) {
	storetest.EachConfig(t, func(t *testing.T, c store.Config) {
		stores := []*store.Store{storetest.Open(t, c), storetest.Open(t, c)}
		team := setUp(t, stores[0]).TeamID
		const jobs = 60
		for range jobs {
			queue(t, stores[0], team, call(stores[0]))
		}
		claimed := make([][]job.Job, 8)
		for _, err := range atOnce(len(claimed), func(i int) error {
			for {
				some, err := stores[i%2].Jobs().Claim(t.Context(), farFuture, 7)
				if len(some) == 0 || len(some) > 7 || err != nil {
					return err
				}
				claimed[i] = append(claimed[i], some...)
			}
		}) {
			check(t, err)
		}
		var ids []int64
		for _, j := range slices.Concat(claimed...) {
			ids = append(ids, j.ID)
		}
		slices.Sort(ids)
		if len(ids) != jobs || len(slices.Compact(ids)) != jobs {
			t.Errorf("got %d claims of %d jobs, want each of %d once", len(ids), len(slices.Compact(ids)), jobs)
		}
	})
}

func TestAJobThatIsDoneKeepsItsLogAndLosesItsSecrets(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		n := call(s)
		queue(t, s, team, n)
		now := clock.read()
		j := claimJobs(t, s, now, 1)[0]
		bad := job.Attempt{StartedAt: now, Took: 2 * time.Second, Status: 503, Error: "It answered 503."}
		check(t, s.Jobs().Retry(t.Context(), j, bad, now.Add(time.Minute)))
		if d := delivery(t, s, team, n.Key); d.State != job.Pending || d.Error != bad.Error || !d.DueAt.Equal(now.Add(time.Minute)) {
			t.Errorf("after the failure: got %+v, want it due in a minute", d)
		}
		claimJobs(t, s, now.Add(time.Minute-time.Second), 0)
		j = claimJobs(t, s, now.Add(time.Minute), 1)[0]
		good := job.Attempt{StartedAt: now.Add(time.Minute), Took: time.Millisecond, Status: 200}
		check(t, s.Jobs().Done(t.Context(), j, good, nil))

		d := delivery(t, s, team, n.Key)
		if d.State != job.Done || d.Attempts != 2 || d.Error != "" || !d.DoneAt.Equal(now) {
			t.Errorf("got %+v, want it done", d.Delivery)
		}
		if diff := cmp.Diff([]job.Attempt{good, bad}, d.Log); diff != "" {
			t.Errorf("log: -want +got:\n%s", diff)
		}
		shown := job.Public{Target: "crm.test", Method: "POST", URL: "https://crm.test/in", Headers: []string{"X-Key"}}
		if diff := cmp.Diff(shown, d.Shown); diff != "" {
			t.Errorf("shown: -want +got:\n%s", diff)
		}
		if text := payload(t, s, n.Key); text != "" {
			t.Errorf("payload: got %q, want it gone", text)
		}
		claimJobs(t, s, farFuture, 0)
	}, clock.use)
}

func TestAFailedJobCanBeRetriedByItsTeamAlone(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		n := call(s)
		queue(t, s, team, n)
		<-s.Jobs().Wakes()
		check(t, s.RetryJob(t.Context(), team, n.Key)) // under way: left alone
		j := claimJobs(t, s, clock.read(), 1)[0]
		check(t, s.Jobs().Fail(t.Context(), j, job.Attempt{StartedAt: clock.read(), Status: 404, Error: "It answered 404."}, nil))
		claimJobs(t, s, farFuture, 0)

		wantKind(t, "retry by another team", s.RetryJob(t.Context(), team+1, n.Key), desk.NotFound)
		_, err := s.Delivery(t.Context(), team+1, n.Key)
		wantKind(t, "look by another team", err, desk.NotFound)
		if d := delivery(t, s, team, n.Key); d.State != job.Failed || d.Error != "It answered 404." {
			t.Errorf("got %+v, want it failed", d.Delivery)
		}
		check(t, s.RetryJob(t.Context(), team, n.Key))
		<-s.Jobs().Wakes()
		again := claimJobs(t, s, clock.read(), 1)[0]
		if again.Attempt != 1 || again.Key != j.Key || string(again.Payload) != string(j.Payload) {
			t.Errorf("got %+v, want all attempts again with key and payload as before", again)
		}
	}, clock.use)
}

func TestALateProcessCannotUndoWhatTheNextOneDid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		queue(t, s, team, call(s), call(s))
		late := claimJobs(t, s, farFuture, 2)
		claimJobs(t, s, farFuture.Add(job.Lease), 2)
		a := job.Attempt{StartedAt: farFuture, Error: "late"}
		check(t, s.Jobs().Retry(t.Context(), late[0], a, farFuture))
		check(t, s.Jobs().Fail(t.Context(), late[0], a, nil))
		check(t, s.Jobs().Release(t.Context(), late[0], farFuture))
		claimJobs(t, s, farFuture.Add(job.Lease), 0) // the lease of the second process holds

		check(t, s.Jobs().Done(t.Context(), late[1], job.Attempt{StartedAt: farFuture}, nil))
		if d := delivery(t, s, team, desk.ID(late[1].Key)); d.State != job.Done {
			t.Errorf("a late success: got %s, want it to count", d.State)
		}
	})
}

func TestAReleasedJobCountsNoAttempt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		queue(t, s, setUp(t, s).TeamID, call(s))
		check(t, s.Jobs().Release(t.Context(), claimJobs(t, s, farFuture, 1)[0], farFuture))
		if again := claimJobs(t, s, farFuture, 1)[0]; again.Attempt != 1 {
			t.Errorf("got attempt %d, want 1", again.Attempt)
		}
	})
}

// waitingRun makes a run that waits for an answer until much later.
func waitingRun(t *testing.T, s *store.Store, team int64) desk.ID {
	t.Helper()
	w := publish(t, s, team, listening(fmt.Sprint("caller ", s.NewID())))
	ticket := openTicket(t, s, team, question("Hello"))
	events, err := s.Events(t.Context(), team, ticket.ID, 1)
	check(t, err)
	run := s.NewID()
	check(t, s.Write(t.Context(), func(exec func(string, ...any) error) error {
		return exec(`
			INSERT INTO runs (public_id, team_id, workflow_id, version, event_id, ticket_id, outcome, steps, wake_at, started_at, took)
			SELECT ?, ?, id, 1, ?, ?, 'waiting', '[]', ?, ?, 0
			FROM workflows
			WHERE public_id = ?`, run, team, events[0].ID, ticket.ID, farFuture, farFuture, w.PublicID)
	}))
	return run
}

func wakeAt(t *testing.T, s *store.Store, run desk.ID) time.Time {
	t.Helper()
	var at int64
	check(t, s.Column(t.Context(), &at, `SELECT wake_at FROM runs WHERE public_id = ?`, run))
	return time.UnixMicro(at).UTC()
}

func TestAnAnswerWakesTheRunThatWaitsForItOnce(t *testing.T) {
	clock := newClock()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		run := waitingRun(t, s, team)
		n := call(s)
		n.RunID, n.StepID = run, "call"
		queue(t, s, team, n)
		if a, err := s.JobAnswer(t.Context(), run, "call"); a != nil || err != nil {
			t.Errorf("before: got %v, %v, want none", a, err)
		}
		j := claimJobs(t, s, clock.read(), 1)[0]
		drain(s.Wakes())
		failed := job.Attempt{StartedAt: clock.read(), Status: 404, Error: "It answered 404."}
		check(t, s.Jobs().Fail(t.Context(), j, failed, &job.Answer{Status: 404, Error: failed.Error}))
		if at := wakeAt(t, s, run); !at.Equal(clock.read()) {
			t.Errorf("the run wakes at %s, want now", at)
		}
		select {
		case <-s.Wakes():
		default:
			t.Error("the engine was not woken")
		}
		want := map[string]any{"status": int64(404), "error": failed.Error}
		wantAnswer(t, s, run, want)

		// The run has gone on and waits for something else when somebody retries.
		check(t, s.Write(t.Context(), func(exec func(string, ...any) error) error {
			return exec(`UPDATE runs SET wake_at = ? WHERE public_id = ?`, farFuture, run)
		}))
		check(t, s.RetryJob(t.Context(), team, n.Key))
		j = claimJobs(t, s, clock.read(), 1)[0]
		check(t, s.Jobs().Done(t.Context(), j, job.Attempt{StartedAt: clock.read(), Status: 200}, &job.Answer{Status: 200}))
		if at := wakeAt(t, s, run); !at.Equal(farFuture) {
			t.Errorf("after the retry the run wakes at %s, want it left alone", at)
		}
		wantAnswer(t, s, run, want)
	}, clock.use)
}

func wantAnswer(t *testing.T, s *store.Store, run desk.ID, want any) {
	t.Helper()
	got, err := s.JobAnswer(t.Context(), run, "call")
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("answer: %v, -want +got:\n%s", err, diff)
	}
}

func TestARunIsAnsweredStepByStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		run := waitingRun(t, s, team)
		other, asked := call(s), call(s)
		other.RunID, other.StepID = run, "other"
		asked.RunID, asked.StepID = run, "call"
		queue(t, s, team, other, asked)
		for _, j := range claimJobs(t, s, farFuture, 2) {
			body := json.RawMessage(`"of another step"`)
			if desk.ID(j.Key) == asked.Key {
				body = json.RawMessage(`{"total": 12345678901234567890, "text": "\u0000"}`)
			}
			check(t, s.Jobs().Done(t.Context(), j, job.Attempt{StartedAt: farFuture, Status: 200}, &job.Answer{Status: 200, Body: body}))
		}
		wantAnswer(t, s, run, map[string]any{
			"status": int64(200),
			"body":   map[string]any{"total": json.Number("12345678901234567890"), "text": "\x00"},
		})
	})
}

func TestDeliveriesAreListedByStateAndPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		ticket := openTicket(t, s, team, question("Hello"))
		about := call(s)
		about.TicketID = ticket.ID
		mail := store.NewJob{Key: s.NewID(), Kind: job.KindEmail, Payload: job.Email{To: "bob@desk.test", Subject: "Hi", Text: "s3cret"}}
		channel := store.NewJob{Key: s.NewID(), Kind: job.KindChannel, Payload: job.Channel{URL: "https://chat.test/s3cret", Text: "s3cret"}}
		queue(t, s, team, about, mail, channel)
		for _, j := range claimJobs(t, s, farFuture, 3) {
			switch j.Kind {
			case job.KindWebhook:
				check(t, s.Jobs().Fail(t.Context(), j, job.Attempt{StartedAt: farFuture, Error: "No."}, nil))
			case job.KindEmail:
				check(t, s.Jobs().Done(t.Context(), j, job.Attempt{StartedAt: farFuture}, nil))
			case job.KindChannel, job.KindReply, job.KindRestore, job.KindConfirm:
			}
		}
		for _, test := range []struct {
			query store.DeliveryQuery
			want  []desk.ID
		}{
			{store.DeliveryQuery{Limit: 9}, []desk.ID{channel.Key, mail.Key, about.Key}},
			{store.DeliveryQuery{Limit: 2}, []desk.ID{channel.Key, mail.Key}},
			{store.DeliveryQuery{Limit: 9, Before: 2}, []desk.ID{about.Key}},
			{store.DeliveryQuery{Limit: 9, State: job.Failed}, []desk.ID{about.Key}},
			{store.DeliveryQuery{Limit: 9, State: job.Done}, []desk.ID{mail.Key}},
			{store.DeliveryQuery{Limit: 9, State: job.Pending}, []desk.ID{channel.Key}},
		} {
			list, err := s.Deliveries(t.Context(), team, test.query)
			check(t, err)
			var got []desk.ID
			for _, d := range list {
				got = append(got, d.PublicID)
				if strings.Contains(fmt.Sprintf("%+v", d), "s3cret") {
					t.Errorf("a secret is listed: %+v", d)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%+v: got %v, want %v", test.query, got, test.want)
			}
		}
		if d := delivery(t, s, team, about.Key); d.TicketNumber != ticket.Number || d.Kind != job.KindWebhook {
			t.Errorf("got %+v, want the webhook about ticket %d", d.Delivery, ticket.Number)
		}
		none, err := s.Deliveries(t.Context(), team+1, store.DeliveryQuery{Limit: 9})
		wantEmpty(t, "deliveries of another team", len(none), err)
		_, err = s.Deliveries(t.Context(), team, store.DeliveryQuery{State: "lost", Limit: 9})
		wantKind(t, "an unknown state", err, desk.Invalid)
	})
}

func TestNothingIsQueuedByATransactionThatFails(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		team := setUp(t, s).TeamID
		bad := store.NewJob{Key: s.NewID(), Kind: "telex", Payload: job.Channel{}}
		if err := s.QueueJobs(t.Context(), team, call(s), bad); err == nil {
			t.Error("an unknown kind: got nil, want an error")
		}
		list, err := s.Deliveries(t.Context(), team, store.DeliveryQuery{Limit: 9})
		wantEmpty(t, "deliveries", len(list), err)
		select {
		case <-s.Jobs().Wakes():
			t.Error("the runner was woken for nothing")
		default:
		}
	})
}
