package workflow

import (
	"slices"
	"strings"
	"time"

	"signalbox/workflow/desk"
)

// compare applies the operator to a left side that is there.
func (c *condition) compare(now time.Time, actual any) (bool, error) {
	switch c.source.Op {
	case Equals:
		return c.equalsAny(actual), nil
	case NotEquals:
		return !c.equalsAny(actual), nil
	case Contains:
		return c.containsAny(actual), nil
	case NotContains:
		return !c.containsAny(actual), nil
	case Matches:
		return c.pattern.MatchString(textOf(actual)), nil
	case NotMatches:
		return !c.pattern.MatchString(textOf(actual)), nil
	case Greater, AtLeast, Less, AtMost:
		return c.ordered(actual)
	case IsSet:
		return true, nil
	case IsNotSet:
		return false, nil
	case Before, After, WithinLast:
		return c.dated(now, actual)
	case HasAny:
		return c.hasAny(actual), nil
	case HasAll:
		return c.hasAll(actual), nil
	case HasNone:
		return !c.hasAny(actual), nil
	}
	return false, nil
}

func (c *condition) equalsAny(actual any) bool {
	for i := range c.operands {
		if c.operands[i].equals(actual) {
			return true
		}
	}
	return false
}

// containsAny looks for the operands in the text form; blank ones, which every text contains, do not count.
func (c *condition) containsAny(actual any) bool {
	text := lowered(textOf(actual))
	for i := range c.operands {
		if o := &c.operands[i]; o.lower != "" && strings.Contains(text, o.lower) {
			return true
		}
	}
	return false
}

func (c *condition) ordered(actual any) (bool, error) {
	if len(c.operands) != 1 {
		return false, errNotOrdered
	}
	order, ok := c.operands[0].compare(actual)
	if !ok {
		return false, errNotOrdered
	}
	switch c.source.Op {
	case Greater:
		return order > 0, nil
	case AtLeast:
		return order >= 0, nil
	case Less:
		return order < 0, nil
	case AtMost:
		return order <= 0, nil
	case Equals, NotEquals, Contains, NotContains, Matches, NotMatches, IsSet, IsNotSet,
		Before, After, WithinLast, HasAny, HasAll, HasNone:
	}
	return false, nil
}

func (c *condition) dated(now time.Time, actual any) (bool, error) {
	at, ok := instantOf(actual)
	if !ok {
		return false, errNotDate
	}
	if c.source.Op == WithinLast {
		return !at.After(now) && !at.Before(now.Add(-c.offset)), nil
	}
	limit := now.Add(c.offset)
	if !c.relative {
		limit = c.operands[0].instant
	}
	if c.source.Op == Before {
		return at.Before(limit), nil
	}
	return at.After(limit), nil
}

func (c *condition) hasAny(actual any) bool {
	for i := range c.operands {
		if c.operands[i].among(actual) {
			return true
		}
	}
	return false
}

func (c *condition) hasAll(actual any) bool {
	for i := range c.operands {
		if !c.operands[i].among(actual) {
			return false
		}
	}
	return true
}

// among looks for the operand in a list, where one value is a list of one.
func (o *operand) among(actual any) bool {
	if list, ok := actual.([]string); ok {
		for _, s := range list {
			if o.isText && strings.EqualFold(s, strings.TrimSpace(o.text)) || !o.isText && o.equals(s) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(items(actual), o.inList)
}

// These are made once, so that a condition that cannot be evaluated costs nothing but its answer.
var (
	errNotOrdered = desk.Errorf(desk.Invalid, "Only numbers and dates have an order, and both sides must be of one kind")
	errNotDate    = desk.Errorf(desk.Invalid, "The left side is not a date")
)
