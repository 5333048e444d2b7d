package store_test

import (
	"testing"
	"time"

	"signalbox/store"
	"signalbox/store/storetest"
	"signalbox/workflow/desk"
)

func TestNothingOfTheirOwnIsLeftOfAMemberWhoLeaves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		admin, agent, _ := macroPeople(t, s)
		ticket := openTicket(t, s, admin.TeamID, question("Hello"))
		for _, m := range []desk.Member{admin, agent} {
			own := macro("Own", "own", "Mine")
			own.OwnerID = m.ID
			keep(t, s, m, own)
			_, err := s.SaveReplyDraft(t.Context(), store.DraftKey{Team: m.TeamID, User: m.ID, Ticket: ticket.ID}, store.ReplyDraft{Body: "Half"})
			check(t, err)
			check(t, s.Follow(t.Context(), m.TeamID, ticket.ID, m.ID))
			settings := make(map[desk.NoticeKind]desk.Channels)
			settings[desk.SLANotice] = desk.Channels{InApp: true}
			check(t, s.SetNoticeSettings(t.Context(), m.TeamID, m.ID, settings))
		}
		keep(t, s, admin, macro("Shared", "shared", "Ours"))
		_, err := s.HoldMessage(t.Context(), desk.Agent(agent.ID, agent.Name), agent.TeamID, store.Outgoing{
			TicketID: ticket.ID, Body: "Later", At: time.Now().Add(time.Hour),
		})
		check(t, err)
		check(t, s.RemoveMember(t.Context(), agent.TeamID, agent.ID))
		for what, want := range map[string]int{
			`macros WHERE owner_id = ?`: 0, `drafts WHERE user_id = ?`: 0, `followers WHERE user_id = ?`: 0,
			`notification_settings WHERE user_id = ?`: 0, `replies WHERE user_id = ?`: 1, // refused in its time, and the admins hear of it
			`macros WHERE owner_id <> ?`: 2, `drafts WHERE user_id <> ?`: 1, `followers WHERE user_id <> ?`: 1, `notification_settings WHERE user_id <> ?`: 1,
		} {
			var got int
			check(t, s.Read(t.Context(), &got, `SELECT COUNT(*) FROM `+what, agent.ID))
			if got != want {
				t.Errorf("%s: got %d, want %d", what, got, want)
			}
		}
	})
}
