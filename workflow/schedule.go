package workflow

import (
	"cmp"
	"strings"
	"time"

	"github.com/netresearch/go-cron"

	"signalbox/workflow/desk"
)

// Next returns the first time after an instant at which the schedule is due, in UTC. A schedule without a zone is in
// that of the team. One that cannot be read, or is never due, is an Invalid Error.
func (s Schedule) Next(after time.Time, teamZone string) (time.Time, error) {
	zone, err := time.LoadLocation(cmp.Or(s.Zone, teamZone))
	if err != nil || s.Zone == "Local" {
		return time.Time{}, desk.FieldErrorf("schedule", "%.60q is not a time zone. Use a name such as Europe/Berlin.", cmp.Or(s.Zone, teamZone))
	}
	if strings.ContainsAny(s.Cron, "@=") || len(strings.Fields(s.Cron)) != 5 {
		return time.Time{}, errNoCron(s.Cron)
	}
	times, err := cron.ParseStandard(s.Cron)
	if err != nil {
		return time.Time{}, errNoCron(s.Cron)
	}
	due := times.Next(after.In(zone))
	if due.IsZero() {
		return time.Time{}, desk.FieldErrorf("schedule", "%.60q is never due. Choose other days.", s.Cron)
	}
	return due.UTC(), nil
}

func errNoCron(s string) error {
	return desk.FieldErrorf("schedule", `%.60q is not a schedule. Use five fields: minute, hour, day, month and weekday, as in "0 9 * * 1-5".`, s)
}
