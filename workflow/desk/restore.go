package desk

import "time"

// RestoreLife is how long a link that brings conversations back works (spec/4).
const RestoreLife = time.Hour

// The most mails with such a link that one address gets, whoever asks for them.
const (
	maxRestoresAnHour = 3
	maxRestoresADay   = 10
)

// MayMailRestore reports whether an address that was sent so many links lately may get another one.
func MayMailRestore(lastHour, lastDay int) bool {
	return lastHour < maxRestoresAnHour && lastDay < maxRestoresADay
}

// RestoreStatus is what became of a link that brings conversations back.
type RestoreStatus string

// What a link may turn out to be.
const (
	Restored       RestoreStatus = "success" // the conversations are the caller's
	RestoreExpired RestoreStatus = "expired" // its time is over, and it was not used
	RestoreUsed    RestoreStatus = "used"    // somebody was faster
	RestoreInvalid RestoreStatus = "invalid" // there is no such link
)

// CheckRestore says whether a link works at now. usedAt is zero for one that was not used.
func CheckRestore(expiresAt, usedAt, now time.Time) RestoreStatus {
	switch {
	case !usedAt.IsZero():
		return RestoreUsed
	case !now.Before(expiresAt):
		return RestoreExpired
	}
	return Restored
}

// TakeAlong says on a ticket that its customer reads it elsewhere from now on: with their account when they have signed
// in, or else in another browser, by a link that was mailed to an address. It emits nothing, and moves it in no list.
type TakeAlong struct{ MailedTo string }

func (c TakeAlong) apply(d *draft) error {
	deed := "signed in on the site, and took this ticket along"
	if c.MailedTo != "" {
		deed = "took this ticket along to another browser, by a link mailed to " + c.MailedTo
	}
	d.relates(Record{Field: FieldRelation, After: deed})
	d.takenAlong = true
	return nil
}
