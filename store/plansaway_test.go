package store

import (
	"strings"
	"testing"
)

func TestWhatATicketAsksOfLinksAndMailsIsFoundByIndexes(t *testing.T) {
	s, err := Open(t.Context(), Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, c := range []struct{ name, query, want string }{
		{"its links", liveLinks, "SEARCH l USING INDEX private_links_ticket (team_id=? AND ticket_id=?)"},
		{"what it absorbed", liveLinks, "SEARCH m USING INDEX merges_into (team_id=? AND into_id=?)"},
		{"its mail", lastReplyMail, "SEARCH jobs USING INDEX jobs_replies (ticket_id=?)"},
		{"links to end", endLinks, "SEARCH private_links USING INDEX private_links_ticket (team_id=? AND ticket_id=?)"},
		{"confirmations to end", dropConfirmations, "SEARCH jobs USING INDEX jobs_confirms (ticket_id=?)"},
		{"mail to drop", dropReplyMails, "SEARCH jobs USING INDEX jobs_replies (ticket_id=?)"},
	} {
		if got := plan(t, s, c.query); !strings.Contains(got+"\n", c.want+"\n") {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}
