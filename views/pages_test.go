package views

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"signalbox/views/ui"
	"signalbox/workflow/desk"
)

func pages() map[string]templ.Component {
	list, inbox, empty, lost, quiet, refused := somePage(), somePage(), somePage(), somePage(), somePage(), somePage()
	list.Ticket, empty.Ticket, lost.Ticket, quiet.Ticket = nil, nil, nil, nil
	empty.List.Rows, empty.List.Chips, empty.List.NextHref = nil, nil, ""
	empty.List.Empty, empty.List.Embed = NoTickets, EmbedCode("https://desk.example", "wt_123")
	lost.List.Rows, lost.List.NextHref, lost.List.Empty = nil, "", NoMatch
	quiet.List.Rows, quiet.List.Chips, quiet.List.NextHref, quiet.List.Empty = nil, nil, "", NothingWaiting
	refused.Ticket.Composer.Problem = "A new message came in since you began. Read it, then send again."
	refused.Ticket.Composer.Body, refused.Ticket.Composer.Private = "Half a note", true
	refused.Ticket.Problem = `Invalid SLA amount: abc. Must be a positive number or "clear".`
	refused.Ticket.Unread = 0

	all := map[string]templ.Component{
		"inbox":           Inbox(list),
		"inbox-ticket":    Inbox(inbox),
		"inbox-empty":     Inbox(empty),
		"inbox-no-match":  Inbox(lost),
		"inbox-quiet":     Inbox(quiet),
		"inbox-hostile":   Inbox(hostilePage()),
		"ticket-refused":  Ticket(*refused.Ticket),
		"list-update":     TicketList(list.List),
		"login":           Login(LoginPage{Next: "/tickets/7"}),
		"login-refused":   Login(LoginPage{Theme: "dark", Email: "ada@acme.example", Problem: "That email and password do not belong together. Check both and try again."}),
		"setup":           Setup(SetupPage{Key: "k3y", Team: "Acme", Problem: "The password has 3 characters. Choose one of at least 10."}),
		"error-404":       ErrorPage(ErrorModel{Status: 404, Message: "There is no ticket 99 in this team."}),
		"error-500":       ErrorPage(ErrorModel{Status: 500, Message: "Something went wrong on our side. Please try again.", RequestID: "req-7"}),
		"error-fragment":  ErrorFragment("No ticket is selected. Select some and try again."),
		"settings-team":   SettingsTeam(someTeam()),
		"settings-roles":  SettingsRoles(someRoles()),
		"settings-tokens": SettingsTokens(someTokens()),
		"tokens-none":     SettingsTokens(noTokens()),
		"deliveries":      DeliveriesPage(someDeliveries()),
		"deliveries-none": DeliveriesPage(noDelivery()),
		"delivery":        DeliveryPage(failedDelivery()),
		"delivery-new":    DeliveryPage(pendingDelivery()),
		"notices":         NotificationsPage(someNotifications()),
		"notices-none":    NotificationsPage(noNotifications()),
		"components":      Components(ComponentsPage{Shell: someShell(), At: noon()}),
	}
	maps.Copy(all, widgetPages())
	return all
}

func someTeam() TeamPage {
	return TeamPage{Shell: settingsShell(), Members: []MemberRow{
		{ID: 1, Name: "Ada Lindqvist", Email: "ada@acme.example", Admin: true, You: true},
		{ID: 2, Name: "Tomas Kral", Email: "tomas@acme.example"},
		{ID: 3, Name: hostile()[3], Email: "long@acme.example", Disabled: true},
	}, Form: MemberForm{Name: "Ada", Email: "ada@acme.example", Problem: "ada@acme.example is in this team already."}}
}

func someRoles() RolesPage {
	return RolesPage{Shell: settingsShell(), Roles: []RoleCard{
		{ID: 1, Name: "Support", Members: []RoleMember{{UserID: 1, Name: "Ada Lindqvist"}}, Others: []ui.Option{{Value: "2", Text: "Tomas Kral"}}},
		{ID: 2, Name: "Engineering", Others: []ui.Option{{Value: "1", Text: "Ada Lindqvist"}}},
	}}
}

func settingsShell() AppShell {
	s := someShell()
	s.Title, s.Section, s.Flash = "Settings", SectionSettings, []string{"Saved."}
	s.Views.Default[0].Current = false
	return s
}

// hostilePage has hostile text wherever a customer's or a member's text is shown.
func hostilePage() InboxPage {
	p, bad := somePage(), hostile()
	for i := range p.List.Rows {
		r := &p.List.Rows[i]
		text := bad[i%len(bad)]
		r.Customer, r.Subject, r.LastMessage, r.Assignee, r.Tags = text, text, text, text, []string{text, text, text}
	}
	t := p.Ticket
	for i := range t.Entries {
		text := bad[i%len(bad)]
		t.Entries[i].By, t.Entries[i].Via, t.Entries[i].Body, t.Entries[i].Sentence = text, text, text, text
		if t.Entries[i].Author == desk.ByAgent {
			t.Entries[i].Drawn = Markdown(text)
		}
	}
	t.Subject, t.Composer.Body, t.Problem = bad[3], "</textarea>"+bad[0], bad[0]
	t.Facts.Tags, t.Facts.WhySLA = bad, &Why{Text: bad[3], Href: "javascript:alert(4)"}
	t.Customer = CustomerFacts{
		Name: bad[3], Email: bad[1], DistinctID: bad[0],
		Traits: []Trait{{Name: bad[3], Value: bad[0]}},
		Others: []OtherTicket{{Number: 1, Subject: bad[3], Status: desk.Open}},
	}
	p.Shell.Member, p.Shell.Team, p.Shell.Flash = bad[3], bad[0], bad
	p.List.Chips = []Chip{{Text: bad[3], RemoveHref: "/tickets"}}
	return p
}

func parsed(t *testing.T, page templ.Component) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(render(t, page)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestPagesLookAsKept(t *testing.T) {
	for name, page := range pages() {
		t.Run(name, func(t *testing.T) { golden(t, name, page) })
	}
}

// The policy forbids inline scripts and styles, so a page with one is broken.
func TestPagesKeepTheContentSecurityPolicy(t *testing.T) {
	for name, page := range pages() {
		doc := parsed(t, page)
		for _, forbidden := range []string{"style", "[style]", "script:not([src])", "[onclick]", "[onfocus]", "[onerror]", `[href^="javascript:"]`} {
			if n := doc.Find(forbidden).Length(); n > 0 {
				t.Errorf("%s has %d of %s, want none", name, n, forbidden)
			}
		}
	}
}

func TestIdsAreUniqueAndLabelsLeadSomewhere(t *testing.T) {
	for name, page := range pages() {
		doc, seen := parsed(t, page), map[string]int{}
		doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { seen[s.AttrOr("id", "")]++ })
		for id, n := range seen {
			if n > 1 {
				t.Errorf("%s has %d elements with id %q", name, n, id)
			}
		}
		for _, attr := range []string{"for", "aria-labelledby", "aria-describedby"} {
			doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
				for id := range strings.FieldsSeq(s.AttrOr(attr, "")) {
					if seen[id] == 0 {
						t.Errorf("%s: %s=%q leads nowhere", name, attr, id)
					}
				}
			})
		}
	}
}

func TestEveryPostingFormSendsItsTeam(t *testing.T) {
	for name, page := range pages() {
		parsed(t, page).Find(`form[method="post"]`).Each(func(_ int, s *goquery.Selection) {
			action := s.AttrOr("action", "")
			free := []string{LoginPath, LogoutPath, SwitchTeamPath, SetupPath("k3y")}
			if !slices.Contains(free, action) && s.Find(`input[name="team"][value="1"]`).Length() != 1 {
				t.Errorf("%s: the form of %s does not send its team", name, action)
			}
		})
	}
}

func TestRowsCarryWhatTestsAndScriptsReadFromThem(t *testing.T) {
	doc := parsed(t, Inbox(somePage()))

	if n := doc.Find("[data-ticket]").Length(); n != len(someRows()) {
		t.Fatalf("%d elements with data-ticket, want the %d rows and nothing else", n, len(someRows()))
	}
	got := map[string]string{}
	for _, attr := range doc.Find(`[data-ticket="4812"]`).Nodes[0].Attr {
		if name, ok := strings.CutPrefix(attr.Key, "data-"); ok {
			got[name] = attr.Val
		}
	}
	want := map[string]string{
		"ticket": "4812", "status": "new", "priority": "high", "sla": "breached",
		"assignee": "role:2", "tags": "enterprise,invoice,vip",
	}
	if !maps.Equal(got, want) {
		t.Errorf("data attributes = %v, want %v", got, want)
	}
}

func TestMessagesSayWhoWroteThemAndWhetherTheyArePrivate(t *testing.T) {
	doc := parsed(t, Ticket(someTicket()))

	var got []string
	doc.Find("[data-message]").Each(func(_ int, s *goquery.Selection) {
		got = append(got, s.AttrOr("data-author", "")+" "+s.AttrOr("data-private", "")+" "+strings.TrimSpace(s.Find(".said").Text()))
	})
	want := []string{
		"customer false customer, by widget", "workflow false automatic message", "agent true private note",
		"agent false reply", "customer false customer, by widget",
	}
	if !slices.Equal(got, want) {
		t.Errorf("messages = %q, want %q", got, want)
	}
}

func TestOnlyAFragmentWithUnreadMessagesMarksThemRead(t *testing.T) {
	p := someTicket()
	for unread, want := range map[int]int{0: 0, 1: 1} {
		p.Unread = unread
		if n := parsed(t, Ticket(p)).Find(`[hx-post="/tickets/4821/read"]`).Length(); n != want {
			t.Errorf("with %d unread, %d elements mark the ticket read, want %d", unread, n, want)
		}
	}
}
