package desk

import "time"

// Opens returns the first instant from now on at which the hours are open: now itself inside a window. Hours
// without a zone are in the given one. Hours that do not open within 5 years are an Invalid Error.
func (h *Hours) Opens(now time.Time, zone string) (time.Time, error) {
	s, err := h.in(zone).schedule()
	if err != nil {
		return time.Time{}, err
	}
	wall, ok := s.walk(wallClock(now, s.zone), 0)
	if !ok {
		return time.Time{}, hoursErrorf("The hours do not open within %d years. Choose other days.", maxYears)
	}
	return instant(wall, now, s.zone), nil
}
