package views

import "github.com/a-h/templ"

// viewKey are the keys of a default view's link, "" for a saved view.
func viewKey(view string) string {
	switch view {
	case "waiting":
		return "g i"
	case "mine":
		return "g m"
	case "roles":
		return "g r"
	case "unassigned":
		return "g u"
	case "at-risk":
		return "g k"
	case "breached":
		return "g b"
	case "all":
		return "g a"
	}
	return ""
}

// goesTo is for a link that g and then a key follow.
func goesTo(key string) templ.Attributes {
	if key == "" {
		return nil
	}
	return templ.Attributes{"data-key": "g " + key}
}
