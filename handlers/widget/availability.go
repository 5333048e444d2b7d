package widget

import (
	"math"
	"net/http"
	"time"
)

// availability is when somebody answers.
type availability struct {
	Open     bool       `json:"open"`
	OpensAt  *time.Time `json:"opens_at"`       // null while it is open
	Minutes  *int       `json:"answer_minutes"` // from now, or from opens_at; null: nothing is promised
	Timezone string     `json:"timezone"`       // of the team's hours
}

// availability answers whether the team is there and how soon it answers: see store.Availability.
func (d *Door) availability(r *http.Request, v *visit) (any, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	a, err := d.Store.Availability(r.Context(), v.widget.TeamID)
	if err != nil {
		return nil, err
	}
	said := availability{Open: a.Open, Timezone: a.Zone}
	if !a.OpensAt.IsZero() {
		at := a.OpensAt.UTC()
		said.OpensAt = &at
	}
	if a.Answer > 0 {
		minutes := int(math.Ceil(a.Answer.Minutes()))
		said.Minutes = &minutes
	}
	return said, nil
}
