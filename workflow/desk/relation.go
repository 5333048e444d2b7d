package desk

import "strconv"

// Relation says how two tickets belong together.
type Relation string

// The relations that records tell of, each with the number of the other ticket.
const (
	MergedInto Relation = "merged into" // this ticket's messages went to the other one
	MergedFrom Relation = "merged from" // the other ticket's messages came here
	SplitInto  Relation = "split into"  // some messages became the other ticket
	SplitFrom  Relation = "split from"  // this ticket was made of messages of the other one
	LinkedTo   Relation = "linked to"
)

// to is how records and their readers have it: "merged into #12".
func (r Relation) to(number int64) string { return string(r) + " #" + strconv.FormatInt(number, 10) }

// Link says on this ticket that it belongs to another one.
type Link struct{ Number int64 }

func (c Link) apply(d *draft) error {
	if c.Number == d.ticket.Number {
		return FieldErrorf("other", "A ticket cannot be linked to itself. Write the number of another one.")
	}
	d.relates(Record{Field: FieldRelation, After: LinkedTo.to(c.Number)})
	return nil
}

// Unlink takes a Link back.
type Unlink struct{ Number int64 }

func (c Unlink) apply(d *draft) error {
	d.relates(Record{Field: FieldRelation, Before: LinkedTo.to(c.Number)})
	return nil
}

func (d *draft) relates(r Record) { d.relations = append(d.relations, r) }
