package widget

import "net/http"

type success struct {
	Success bool `json:"success"`
}

// saveProfile takes what a visitor tells of themselves without a message: see store.IntroduceVisitor.
func (d *Door) saveProfile(r *http.Request, v *visit) (any, error) {
	told := readPerson(v.in)
	switch email, _ := told.Traits["email"].(string); {
	case email != "" && told.Email == "":
		v.in.fault("email", "This is not an email address. Write it as name@example.com.")
	case told.Name == "" && told.Email == "" && !v.in.wrong("traits"):
		v.in.fault("traits", "Tell a name or an email address.")
	}
	if err := v.check(); err != nil {
		return nil, err
	}
	err := d.Store.IntroduceVisitor(r.Context(), v.widget.TeamID, v.caller, told)
	return success{err == nil}, refuseTicket(err)
}
