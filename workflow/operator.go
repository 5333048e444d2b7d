package workflow

// Operator compares the left side of a condition with its value.
type Operator string

// The operators of spec/2.
const (
	Equals      Operator = "equals"
	NotEquals   Operator = "not_equals"
	Contains    Operator = "contains"
	NotContains Operator = "not_contains"
	Matches     Operator = "matches"
	NotMatches  Operator = "not_matches"
	Greater     Operator = "gt"
	AtLeast     Operator = "gte"
	Less        Operator = "lt"
	AtMost      Operator = "lte"
	IsSet       Operator = "is_set"
	IsNotSet    Operator = "is_not_set"
	Before      Operator = "before"
	After       Operator = "after"
	WithinLast  Operator = "within_last"
	HasAny      Operator = "has_any"
	HasAll      Operator = "has_all"
	HasNone     Operator = "has_none"
)

// Operators lists every Operator in the order that people read them.
func Operators() []Operator {
	return []Operator{
		Equals, NotEquals, Contains, NotContains, Matches, NotMatches, Greater, AtLeast, Less, AtMost,
		IsSet, IsNotSet, Before, After, WithinLast, HasAny, HasAll, HasNone,
	}
}
