package desk

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// MaxCustomerNote is the longest note about a customer, in characters.
const MaxCustomerNote = 5_000

// CustomerDeed says what the team did about a customer. Only notes have words of their author's.
type CustomerDeed string

// What is kept of the team's doings on a customer's page.
const (
	CustomerNoted       CustomerDeed = "note"            // somebody wrote something down
	CustomerBlocked     CustomerDeed = "blocked"         // what the customer writes is refused from now on
	CustomerUnblocked   CustomerDeed = "unblocked"       // it no longer is
	CustomerMerged      CustomerDeed = "merged"          // another customer's tickets came
	CustomerUnmerged    CustomerDeed = "unmerged"        // and went back
	CustomerAddressed   CustomerDeed = "address added"   // a further email address
	CustomerUnaddressed CustomerDeed = "address removed" // is no longer theirs
)

// CheckCustomerNote refuses a note that is empty, too long or no text.
func CheckCustomerNote(body string) error {
	return checkText("note", strings.TrimSpace(body), 1, MaxCustomerNote)
}

// Sender is somebody who writes to the desk, as far as it decides whether they may.
type Sender struct {
	BlockedAt time.Time // zero while nobody has blocked them
}

// Check refuses who is blocked. It does not say so: the words are for the blocked one.
func (s Sender) Check() error {
	if s.BlockedAt.IsZero() {
		return nil
	}
	return Errorf(Forbidden, "This message cannot be accepted.")
}

// Writes reports whether a change adds a message.
func Writes(c Change) bool {
	switch c := c.(type) {
	case AddMessage:
		return true
	case All:
		if slices.ContainsFunc(c, Writes) {
			return true
		}
	}
	return false
}

// SetCustomer gives the ticket to another customer, as when two turn out to be one person: the team says so, or the
// customer by signing in. It emits nothing, and who may read the ticket in a browser stays the same: that never depends
// on the customer (spec/4).
type SetCustomer struct{ To Customer }

func (c SetCustomer) apply(d *draft) error {
	if d.by.Kind != ByAgent && d.by.Kind != ByCustomer {
		return Errorf(Forbidden, "Only members of the team can give a ticket to another customer.")
	}
	d.ticket.Customer = c.To
	return nil
}

// known is how a record names a customer.
func (c *Customer) known() any {
	for _, name := range []string{c.Name, c.Email, c.DistinctID} {
		if name != "" {
			return name
		}
	}
	return "a visitor"
}

// MaxMovedTickets is how many tickets can go to another customer at once: nobody else writes meanwhile.
const MaxMovedTickets = 500

// CustomerMerge is the wish to make one customer of two: From becomes part of Into.
type CustomerMerge struct {
	From, Into               int64
	FromBlocked, IntoBlocked time.Time // zero: not blocked
	Tickets                  int       // of From, counted up to MaxMovedTickets + 1
}

// Check refuses what must not become one customer.
func (m CustomerMerge) Check() error {
	switch {
	case m.From == m.Into:
		return FieldErrorf("into", "A customer cannot be merged into themselves. Choose another one.")
	case m.FromBlocked.IsZero() != m.IntoBlocked.IsZero():
		return Errorf(Conflict, "One of the two is blocked and the other is not. Block or unblock one of them first.")
	case m.Tickets > MaxMovedTickets:
		return Errorf(Conflict, "More than %d tickets would move. Merge the two the other way round.", MaxMovedTickets)
	}
	return nil
}

// Introduction puts what is known of a customer beside what a visitor tells of themselves on the customer's tickets.
type Introduction struct {
	Name, Email string // as they are known
	Signed      bool   // the site has signed who the customer is
	Self        bool   // and it has signed that the visitor is the one
}

// Take returns what is known from now on. Who is signed changes what is said of them. Of anybody else it is only added
// what is missing: an address that is there may be somebody's who has proven it.
func (i Introduction) Take(name, email string) (newName, newEmail string) {
	switch {
	case i.Self:
		return cmp.Or(name, i.Name), cmp.Or(email, i.Email)
	case i.Signed:
		return i.Name, i.Email
	}
	return cmp.Or(i.Name, name), cmp.Or(i.Email, email)
}
