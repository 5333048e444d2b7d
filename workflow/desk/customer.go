package desk

import (
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
		for _, one := range c {
			if Writes(one) {
				return true
			}
		}
	}
	return false
}
