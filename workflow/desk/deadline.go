package desk

import (
	"math/big"
	"strings"
	"time"
)

const (
	// maxYears is how far away a deadline may be.
	maxYears = 5
	// maxAmount is how many bytes an amount may have: more than any float64 written out needs for 5 years.
	maxAmount = 64
	// clearAmount is the amount that removes a deadline.
	clearAmount = "clear"
)

// Deadline returns the instant, in UTC, an amount of a unit (minute, hour or day; "" is hour) after
// now, counted inside the hours when they are not nil (spec/1, SLA). The amount is a positive decimal
// of digits and at most one dot, or "clear", which returns the zero time whatever the unit. Bad input
// and a deadline more than 5 years away are Invalid Errors.
func Deadline(now time.Time, amount, unit string, hours *Hours) (time.Time, error) {
	if amount == clearAmount {
		return time.Time{}, nil
	}
	n, ok := parseAmount(amount)
	if !ok {
		return time.Time{}, FieldErrorf("sla_amount", `Invalid SLA amount: %s. Must be a positive number or "clear".`,
			Cut(strings.ToValidUTF8(amount, "\uFFFD"), 40))
	}

	now = now.UTC().Round(0)
	if hours == nil {
		return calendarDeadline(now, n, unit)
	}
	return hours.deadline(now, n, unit)
}

func calendarDeadline(now time.Time, n *big.Rat, unit string) (time.Time, error) {
	length, err := unitLength(unit, 24*time.Hour)
	if err != nil {
		return time.Time{}, err
	}
	duration, ok := times(n, length)
	if !ok {
		return time.Time{}, tooFar()
	}
	return near(now, now.Add(duration))
}

// parseAmount reads a positive decimal exactly, so that 0.1 hour is 6 minutes and not a little more.
func parseAmount(s string) (*big.Rat, bool) {
	if len(s) > maxAmount || strings.ContainsFunc(s, notDecimal) {
		return nil, false
	}
	n, ok := new(big.Rat).SetString(s) // refuses "", "." and a second dot
	return n, ok && n.Sign() > 0
}

func notDecimal(r rune) bool { return (r < '0' || r > '9') && r != '.' }

// unitLength returns how long a unit is when a day has the given length.
func unitLength(unit string, day time.Duration) (time.Duration, error) {
	switch unit {
	case "minute":
		return time.Minute, nil
	case "hour", "":
		return time.Hour, nil
	case "day":
		return day, nil
	}
	return 0, FieldErrorf("sla_unit", "%q is not a unit of an SLA. Use minute, hour or day.", Cut(unit, 40))
}

// times returns n times the length, cut to nanoseconds; ok is false when that is longer than any
// deadline may be away, and perhaps than a Duration can be.
func times(n *big.Rat, length time.Duration) (d time.Duration, ok bool) {
	product := new(big.Rat).Mul(n, big.NewRat(int64(length), 1))
	whole := new(big.Int).Quo(product.Num(), product.Denom())
	if !whole.IsInt64() || whole.Int64() > int64((maxYears+1)*366*24*time.Hour) {
		return 0, false
	}
	return time.Duration(whole.Int64()), true
}

// near returns due, or a refusal when it is too far from now.
func near(now, due time.Time) (time.Time, error) {
	if due.After(now.AddDate(maxYears, 0, 0)) {
		return time.Time{}, tooFar()
	}
	return due, nil
}

func tooFar() error {
	return FieldErrorf("sla_amount", "The SLA deadline is more than %d years away. Choose a smaller amount.", maxYears)
}
