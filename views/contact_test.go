package views

import (
	"testing"

	"github.com/a-h/templ"

	"signalbox/workflow/desk"
)

func privateFixture() PrivatePage {
	id := desk.ID{15: 7}
	files := FilesOf([]desk.File{{ID: desk.ID{15: 1}, Name: hostile()[0] + ".png", Type: "image/png", Size: 12_345, Width: 480, Height: 240}})
	files[0].Href, files[0].Thumb, files[0].Large = "/contact/ticket/k/files/1/a.png", "/thumb", "/large"
	return PrivatePage{
		Shell: ContactShell{Title: "#12", Team: hostile()[0], Token: "public-token", Head: hostile()[0]},
		Link:  "private-link", Number: 12, Status: desk.Pending, Mailed: true, Email: "zoe@mail.example", Zone: "Berlin", Reply: id.String(), Seen: "c", Unread: true,
		Earlier: PrivateEarlierPath("private-link", id.String()),
		Messages: []PrivateMessage{
			{ID: "a", By: "You", Mine: true, Body: hostile()[0], Files: files, At: Clock(minutesAgo(9), noon(), noon().Location())},
			{ID: "b", By: "Ann", Body: "**Soon**", Drawn: Markdown("**Soon**"), At: Clock(minutesAgo(5), noon(), noon().Location())},
			{ID: "c", By: "Northwind", Automatic: true, Body: "Is all well?", At: Clock(minutesAgo(1), noon(), noon().Location())},
		},
	}
}

func TestPagesForCustomersLookAsKept(t *testing.T) {
	shell := ContactShell{Title: "Contact", Team: "Northwind", Token: "public-token", Head: "How can we help?"}
	refused := ContactForm{
		Name: hostile()[0], Email: "nobody", Subject: hostile()[0], Message: hostile()[0], Priority: desk.High, FilesLost: true,
		Problems: map[string]string{"email": "Write your email address, such as name@example.com."},
	}
	resolved := privateFixture()
	resolved.Status, resolved.Mailed, resolved.Email, resolved.Earlier = desk.Resolved, false, "", ""
	resolved.Form.Problems = map[string]string{"": "That is more than the 2 MB accepted here."}
	for name, page := range map[string]templ.Component{
		"contact":         Contact(ContactPage{Shell: shell, Link: "private-link"}),
		"contact-refused": Contact(ContactPage{Shell: shell, Link: "private-link", Ended: true, Form: refused}),
		"contact-none":    ContactRefused(ContactRefusal{Shell: ContactShell{Title: "There is nothing here", Head: "There is nothing here"}, Message: "This link leads nowhere, or no longer."}),
		"private":         Private(privateFixture()),
		"private-over":    Private(resolved),
		"letter": LetterMail(Letter{
			Team: hostile()[0], Number: 12, Link: "https://desk.example/contact/ticket/k", Note: "There is more in the conversation.",
			Messages: []Saying{{By: hostile()[0], Body: hostile()[0] + "\nBye"}, {By: "Ann, Northwind", Body: "**Soon**", Drawn: Markdown("**Soon**")}},
		}),
		"away": awayMail(&AwayMail{To: "zoe@mail.example", State: DeliveryPending, At: Clock(noon(), minutesAgo(5), noon().Location()), Href: "/deliveries/1"}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, page) })
	}
}
