package desk

import "time"

// maxYears is how far away a deadline may be.
const maxYears = 5

// Hours are the business hours of spec/1: the clock runs only inside the windows.
type Hours struct {
	Days     []string    `json:"days"`               // lower-case weekday names; none means every day
	Windows  [][2]string `json:"time"`               // "HH:MM" pairs
	Timezone string      `json:"timezone,omitempty"` // IANA; default the team's, then UTC
	Holidays []string    `json:"holidays,omitempty"` // YYYY-MM-DD
}

// in returns a copy of h with zone where h names none; nil stays nil.
func (h *Hours) in(zone string) *Hours {
	if h == nil || h.Timezone != "" {
		return h
	}
	c := *h
	c.Timezone = zone
	return &c
}

// Deadline returns now plus the amount of the unit, counted inside the hours when they are not
// nil. "clear" returns the zero time.
func Deadline(now time.Time, amount, unit string, hours *Hours) (time.Time, error) {
	panic("being written")
}
