package views

import "github.com/a-h/templ"

// viewKeys go to the default views, each after g.
func viewKeys() map[string]string {
	return map[string]string{
		"waiting": "i", "mine": "m", "roles": "r", "unassigned": "u", "at-risk": "k", "breached": "b", "all": "a",
	}
}

// viewKey is the key of a view's link; saved views have none.
func viewKey(view string) templ.Attributes { return goesTo(viewKeys()[view]) }

// goesTo is for a link that g and then a key follow.
func goesTo(key string) templ.Attributes {
	if key == "" {
		return nil
	}
	return templ.Attributes{"data-key": "g " + key}
}
