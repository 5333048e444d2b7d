package desk

import (
	"strconv"
	"time"
)

// LinkLife is how long a private link leads to its ticket.
const LinkLife = 90 * 24 * time.Hour

// ChangeLinks says on a ticket what became of the private links that lead to it. It emits nothing.
type ChangeLinks struct {
	Ended int  // how many lead nowhere from now on
	Made  bool // a new one leads here
}

func (c ChangeLinks) apply(d *draft) error {
	if c.Ended > 0 {
		links := " private links"
		if c.Ended == 1 {
			links = " private link"
		}
		d.relates(Record{Field: FieldRelation, After: "ended " + strconv.Itoa(c.Ended) + links})
	}
	if c.Made {
		d.relates(Record{Field: FieldRelation, After: "made a new private link"})
	}
	return nil
}
